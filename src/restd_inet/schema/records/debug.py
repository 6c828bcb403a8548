"""How much slurmctld logs (slurm_conf_t, slurm.h), as `scontrol setdebug` and `setdebugflags` change it."""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.schema.kinds.base import Kind
from restd_inet.schema.kinds.composite import StructKind
from restd_inet.schema.kinds.slurmdbd import LogLevel
from restd_inet.schema.kinds.strings import Flags, named
from restd_inet.schema.kinds.values import Invalid, clip, integer, kind_of, text
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.slurm_conf import DEBUG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FLAGS = Flags(
    *DEBUG.rows,
    # Of older releases.
    ("DEBUG_FLAG_ESEARCH", "Elasticsearch"),
    ("DEBUG_FLAG_EXT_SENSORS", "ExtSensors"),
    ("DEBUG_FLAG_FRONT_END", "FrontEnd"),
    ("DEBUG_FLAG_JOB_CONT", "JobContainer"),
    ("DEBUG_FLAG_TIME_CRAY", "TimeCray"),
    ("DEBUG_FLAG_WORKQ", "WorkQ"),
)
_KNOWN = named(FLAGS.rows)


class Level(Kind):
    """The name of a level, or its number, 0 for quiet."""

    def parse(self, value: Any) -> int:
        if isinstance(value, str) and value.lower() in LogLevel.NAMES:
            return LogLevel.NAMES.index(value.lower())
        try:
            return integer(value, 0, len(LogLevel.NAMES) - 1)
        except Invalid:
            found = f'"{clip(value)}"' if isinstance(value, str) else kind_of(value)
            names = ", ".join(LogLevel.NAMES)
            raise Invalid(f"expected one of {names}, or a number from 0 to 9; found {found}") from None

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "string", "enum": list(LogLevel.NAMES)}


class FlagChanges(StructKind):
    """Flags to set, and with "-" before them to clear; "+" may be before the others."""

    readable = True

    def parse(self, value: Any) -> dict[str, frozenset[str]]:
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, list):
            raise Invalid(f"expected a list of flags, found {kind_of(value)}")
        changed: dict[str, set[str]] = {"debug_flags_plus": set(), "debug_flags_minus": set()}
        for word in (text(each).strip() for each in words):
            constant = _KNOWN.get(word.lstrip("+-").lower())
            if constant is None:
                near = lazy.module("restd_inet.nearest").hint(
                    word.lstrip("+-")[:64], [name for _, name, *_ in FLAGS.rows]
                )
                raise Invalid(f'"{clip(ascii(word)[1:-1])}" is not a flag of DebugFlags in slurm.conf{near}')
            changed["debug_flags_minus" if word.startswith("-") else "debug_flags_plus"].add(constant)
        if both := changed["debug_flags_plus"] & changed["debug_flags_minus"]:
            raise Invalid(f"{min(both)} cannot be set and cleared at once")
        return {member: frozenset(constants) for member, constants in changed.items()}

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


DEBUG_LEVEL = Record(
    "debug",
    "slurm_conf_t",
    Field("slurmctld_debug", LogLevel(), "level", doc="Log level of slurmctld."),
    Field("debug_flags", FLAGS, "flags", doc="Subsystems that log more."),
)
DEBUG_CHANGE = Record(
    "change of debug",
    "",
    Field("debug_level", Level(), "level", doc="Log level of slurmctld."),
    Field(
        None,
        FlagChanges(),
        "flags",
        doc='Subsystems that are to log more, such as "Backfill"; with "-" before it, no more.',
    ),
    component="restd_debug_req",
)
