"""Deferred values (schema.kinds.values): texts of a request that only libslurm can work out."""

from __future__ import annotations

import re

from restd_inet import passwd
from restd_inet.problems import Problem, path_text
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, TIMES, Deferred, clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.slurm.library import Library

#: Characters of a list of TRES.
LONGEST_TRES = 65536


def parse_time(slurm: Library, value: Deferred) -> int:
    """A time in any form of sbatch's --begin, as seconds since the epoch."""
    seconds: int = slurm.lib.slurm_parse_time(value.text.encode(), 0)
    if not seconds:
        raise _not_taken(value, TIMES)
    return seconds


def user_id(slurm: Library, value: Deferred) -> int:
    try:
        return passwd.user(value.text).pw_uid
    except KeyError:
        raise _not_taken(value, "the name of a user, or a number") from None


def time_minutes(slurm: Library, value: Deferred) -> int:
    """Minutes of a text such as 1-12:30:00; 0 is no limit."""
    minutes: int = slurm.lib.slurm_time_str2mins(value.text.encode())
    if not 0 <= minutes < NO_VAL[32]:
        raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
    return minutes or INFINITE[32]


def time_seconds(slurm: Library, value: Deferred) -> int:
    """Seconds of a text of minutes, as above."""
    seconds: int = slurm.lib.slurm_time_str2secs(value.text.encode())
    if not 0 <= seconds < NO_VAL[32]:
        raise _not_taken(value, "minutes, or [days-]hours:minutes:seconds")
    return seconds


def tres(slurm: Library, value: Deferred) -> str:
    """A list of GRES as TRES members take it: each with its type."""
    return ",".join(f"{_gres(slurm)}{part}" for part in value.text.split(","))


def tres_text(slurm: Library, value: Deferred) -> str:
    """A list of TRES as this release takes it: "gres:gpu:1" up to 23.02, "gres/gpu:1" from 23.11 on."""
    return re.sub(r"\bgres[:/]", _gres(slurm), _bounded(value))


def tres_bind(slurm: Library, value: Deferred) -> str:
    """How tasks are bound to GRES: "gpu:closest" up to 23.02, "gres/gpu:closest" from 23.11 on."""
    bare = re.sub(r"^gres[:/]", "", _bounded(value))
    return bare if _gres(slurm) == "gres:" else f"gres/{bare}"


def _gres(slurm: Library) -> str:
    return "gres/" if slurm.capabilities.has("gres/") else "gres:"


def _bounded(value: Deferred) -> str:
    if len(value.text) > LONGEST_TRES:
        raise _not_taken(value, f"at most {LONGEST_TRES} characters")
    return value.text


def _not_taken(value: Deferred, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(value.text)}"'
    return Problem(400, text, path=value.path)
