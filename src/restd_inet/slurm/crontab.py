"""Crontabs of scrontab(1), which slurmctld keeps (slurm.h: slurm_request_crontab, slurm_remove_crontab)."""

from __future__ import annotations

import pwd

from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.client import Slurm


class Crontab:
    """text: of the crontab. disabled_lines: their numbers."""

    __slots__ = ("disabled_lines", "text")

    def __init__(self, text: str, disabled: str) -> None:
        self.text = text
        self.disabled_lines = [number for part in disabled.split(",") if part for number in _span(part)]


def _span(part: str) -> range:
    """The numbers of "3" or "3-5"."""
    first, _, last = part.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        return range(0)
    return range(int(first), int(last or first) + 1)


def crontab(slurm: Slurm, uid: int) -> Crontab | None:
    """A user's; None if there is none. Raises SlurmError 403, Problem 501."""
    check_enabled(slurm)
    text, disabled = slurm.ffi.new("char **"), slurm.ffi.new("char **")
    number = _asked(slurm, "slurm_request_crontab", uid, text, disabled)
    found = slurm.take_text(text[0]), slurm.take_text(disabled[0])
    if number == slurm.constant("ESLURM_JOB_SCRIPT_MISSING"):
        return None
    if number:
        raise slurm.error("slurm_request_crontab", number)
    return Crontab(*found)


def remove_crontab(slurm: Slurm, uid: int, gid: int | None) -> None:
    """A user's, and the jobs of it. gid: None for the user's own. Raises SlurmError 403, Problem 501."""
    check_enabled(slurm)
    try:
        gid = pwd.getpwuid(uid).pw_gid if gid is None else gid
    except (KeyError, OverflowError):
        raise Problem(501, "this machine does not know the user's group, which slurmctld asks for") from None
    if number := _asked(slurm, "slurm_remove_crontab", uid, gid):
        raise slurm.error("slurm_remove_crontab", number)


def check_enabled(slurm: Slurm) -> None:
    """As scrontab asks slurm.conf; slurmctld itself says nothing but that it failed."""
    if "enable" not in (slurm.text(slurm.conf.scron_params) or "").lower():
        raise Problem(501, "scrontab is disabled; ScronParameters=enable in slurm.conf enables it")


def _asked(slurm: Slurm, call: str, *arguments: Any) -> int:
    """The error number of a call, which gives it, or -1 and errno."""
    rc = int(slurm.rpc(slurm.capabilities.function(call), *arguments))
    number = rc if rc >= 0 else int(slurm.ffi.errno)
    if rc < 0:
        raise slurm.error(call, number)
    slurm.proven = True
    return number
