"""problems.ApiWarning: a warning, as an answer tells it from v0.0.39 on. Not a C struct."""

from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V39, V40

PLAIN = Formula({V1: "x"}, TEXT)

WARNING = Record(
    "caution",
    "",
    Field("text", PLAIN, "description", doc="What was ignored, and why."),
    Field("source", PLAIN, doc="Place in the request, or the function that warns."),
    component={V39: "warning", V40: "openapi_warning"},
    plural={V39: "warnings", V40: "openapi_warnings"},
)
