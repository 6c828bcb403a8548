"""Properties of answers that a body may have, since clients send answers back. They are ignored."""

from restd_inet.schema.kinds.composite import Ignored, Items, SubRecord
from restd_inet.schema.record import Field
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.problem import PROBLEM
from restd_inet.schema.records.warning import WARNING

IGNORED = "Ignored: an answer may be sent back as a body."
ANSWERED = (
    Field(None, Ignored("", SubRecord(META, "")), "meta", doc=IGNORED),
    Field(None, Ignored("", Items(PROBLEM)), "errors", doc=IGNORED),
    Field(None, Ignored("", Items(WARNING)), "warnings", doc=IGNORED),
)
