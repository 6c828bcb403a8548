"""Names of users and groups, and the words that libslurm has for numbers."""

from __future__ import annotations

import grp
import pwd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library

#: The longest path, limits.h.
PATH_MAX = 4096
#: The steps that have a name instead of a number (slurm.h).
_STEPS = {
    "SLURM_PENDING_STEP": "pending",
    "SLURM_EXTERN_CONT": "extern",
    "SLURM_BATCH_SCRIPT": "batch",
    "SLURM_INTERACTIVE_STEP": "interactive",
}


def room(slurm: Library) -> Any:
    """A char[PATH_MAX] that libslurm may write to; the next lookup overwrites it."""
    found = slurm.cache.get("room")
    if found is None:
        found = slurm.cache["room"] = slurm.ffi.new("char[]", PATH_MAX)
    return found


def user_name(slurm: Library, uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return None


def user_label(slurm: Library, uid: int) -> str:
    """A user's name, or the number as a text."""
    return user_name(slurm, uid) or str(uid)


def group_name(slurm: Library, gid: int) -> str | None:
    try:
        return grp.getgrgid(gid).gr_name
    except (KeyError, OverflowError):
        return None


def duration(slurm: Library, seconds: int) -> str:
    """Such as 7-00:00:00."""
    text = room(slurm)
    slurm.lib.slurm_secs2time_str(seconds, text, 64)
    return slurm.text(text) or ""


def job_state(slurm: Library, state: int) -> str | None:
    return slurm.text(slurm.lib.slurm_job_state_string(state))


def job_reason(slurm: Library, reason: int) -> str | None:
    return slurm.text(slurm.lib.compat_job_reason_string(reason))


def signal_text(slurm: Library, signal: int) -> str:
    return slurm.text(slurm.lib.compat_signal_text(signal)) or ""


def named_step(slurm: Library, number: int) -> str | None:
    """The name of a step that has one: "batch"."""
    names: dict[int | None, str] | None = slurm.cache.get("steps")
    if names is None:
        names = slurm.cache["steps"] = {slurm.constant(name): word for name, word in _STEPS.items()}
    return names.get(number)
