"""A crontab of scrontab(1), and the lines of it that slurmctld has disabled."""

from restd_inet.schema.kinds.base import FixedSchema, Formula
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

CRONTAB = Record(
    "crontab",
    "",
    Field("text", Formula({V1: "x"}, TEXT), doc="The whole crontab."),
    Field(
        "disabled_lines",
        Formula({V1: "x"}, FixedSchema({"type": "array", "items": {"type": "integer"}})),
        doc="Numbers of lines that slurmctld has disabled because their job was cancelled; the first is 1.",
    ),
)
