"""What a body may have besides, since clients send answers back. It changes nothing."""

from restd_inet.schema.kinds.composite import Ignored, Items, Part
from restd_inet.schema.record import Field
from restd_inet.schema.records.caution import CAUTION
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.problem import PROBLEM

ANSWERED = (
    Field(None, Ignored("", Part(META, "")), "meta"),
    Field(None, Ignored("", Items(PROBLEM)), "errors"),
    Field(None, Ignored("", Items(CAUTION)), "warnings"),
)
