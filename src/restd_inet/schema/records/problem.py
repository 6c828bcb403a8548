"""problems.Problem: an error, as an answer tells it. Not a C struct."""

from restd_inet.schema.fields import Field, Formula, Record
from restd_inet.schema.versions import V1

PLAIN = Formula({V1: "x"})

PROBLEM = Record(
    "problem",
    "",
    Field("text", PLAIN, "error"),
    # The first release told the number of a refused submission as error_code, any other as errno.
    Field("number", PLAIN, "errno"),
    Field("number", PLAIN, "error_code"),
)
