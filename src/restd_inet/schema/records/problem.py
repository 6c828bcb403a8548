"""problems.Problem: an error, as an answer tells it. Not a C struct.

slurmrestd up to v0.0.38 named the parts of an error differently from operation to operation; ours has
each name that one of them used in that version, so that a client finds the one that it looks for.
"""

from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V36, V38, V39, V40

PLAIN = Formula({V1: "x"}, TEXT)

PROBLEM = Record(
    "problem",
    "",
    Field("text", PLAIN, "error", {V36: "description"}, doc="What is wrong, where, and what is expected."),
    Field(
        "number", INT32, "error_number", since=V36, doc="Slurm's error number, 0 if the error is not Slurm's."
    ),
    Field("reason", PLAIN, "error", since=V36, doc="Slurm's text for that number."),
    Field("source", PLAIN, since=V36, doc="Function that found the error, usually a call of libslurm."),
    # The first release told the number of a refused submission as error_code, any other as errno.
    Field("number", INT32, "errno", until=V38, doc="Slurm's error number, 0 if the error is not Slurm's."),
    Field(
        "number", INT32, "error_code", until=V38, doc="Slurm's error number, 0 if the error is not Slurm's."
    ),
    component={V36: "error", V40: "openapi_error"},
    plural={V39: "errors", V40: "openapi_errors"},
)
