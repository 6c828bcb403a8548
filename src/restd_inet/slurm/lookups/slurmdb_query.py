"""Deferred values of requests about jobs in the accounting database (schema.records.slurmdb_query)."""

from __future__ import annotations

from restd_inet import passwd
from restd_inet.problems import Problem, path_text, quoted
from restd_inet.schema.kinds.values import NO_VAL, TIMES, Deferred, clip
from restd_inet.slurm.lookups.hosts import host_list
from restd_inet.slurm.lookups.names import job_reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library

#: More than any release has of reasons why a job waits (enum job_state_reason).
_REASONS = 512


def slurmdb_time(slurm: Library, value: Deferred) -> int:
    """A time in any form of sacct's -S, as seconds since the epoch."""
    seconds: int = slurm.lib.slurm_parse_time(value.text.encode("utf-8", "replace"), 1)
    if not seconds:
        raise refused(value, TIMES)
    return seconds


def slurmdb_date(slurm: Library, value: Deferred) -> int:
    """The same of digits, which are seconds where they are no date."""
    return int(slurm.lib.slurm_parse_time(value.text.encode(), 1)) or int(value.text)


def selected_steps(slurm: Library, value: Deferred) -> Any:
    """A list of slurm_selected_step_t. Raises Problem 501 for a SLUID before Slurm 26.05."""
    if "s" in (word[0] for word in value.text.split(",") if word):
        slurm.capabilities.check("slurm_step_id_t.sluid")
    destroy = slurm.ffi.addressof(slurm.lib, "slurm_destroy_selected_step")
    found = slurm.ffi.gc(slurm.lib.slurm_list_create(destroy), slurm.lib.slurm_list_destroy)
    slurm.lib.slurm_addto_step_list(found, slurm.ffi.new("char[]", value.text.encode()))
    return found


def asked_hosts(slurm: Library, value: Deferred) -> str:
    """A host list as it is. Raises Problem 400 for one without hosts, or that libslurm does not read."""
    try:
        found = host_list(slurm, value.text)
    except Problem:
        found = ""
    if not found:
        raise refused(value, "a host list, such as host[1-3,7]")
    return value.text


def state_ids(slurm: Library, value: Deferred) -> list[str]:
    base = slurm.lib.JOB_STATE_BASE
    found = []
    for word in words(value):
        number = _digits(word) if word.isdecimal() else slurm.lib.slurm_job_state_num(word.encode())
        if number == NO_VAL[32] or number & base >= slurm.lib.JOB_END:
            raise refused(value, f"states of a job, such as COMPLETED,FAILED; {quoted(word)} is none")
        found.append(str(number & base))
    return found


def reason_ids(slurm: Library, value: Deferred) -> list[str]:
    names: dict[str, int] = {}
    for number in range(_REASONS):
        names.setdefault((job_reason(slurm, number) or "").lower(), number)
    found = []
    for word in words(value):
        number = _digits(word) if word.isdecimal() else names.get(word.lower(), NO_VAL[32])
        if number >= NO_VAL[32]:
            raise refused(value, f"reasons of a job, such as Resources; {quoted(word)} is none")
        found.append(str(number))
    return found


def user_ids(slurm: Library, value: Deferred) -> list[str]:
    return [str(_number(slurm, word, value, "user")) for word in words(value)]


def group_ids(slurm: Library, value: Deferred) -> list[str]:
    return [str(_number(slurm, word, value, "group")) for word in words(value)]


def _number(slurm: Library, word: str, value: Deferred, what: str) -> int:
    """The uid or gid of a name, or of its digits."""
    try:
        if (number := _digits(word)) < NO_VAL[32]:
            return number
        return passwd.user(word).pw_uid if what == "user" else passwd.group(word).gr_gid
    except KeyError:
        number = slurm.constant(f"ESLURM_{what.upper()}_ID_MISSING") or 0
        text = f"{path_text(value.path)}: there is no {what} {quoted(word)} here"
        raise Problem(422, text, number=number) from None


def _digits(word: str) -> int:
    """The number of a word of digits; NO_VAL of 32 bits for any other, and for a larger one."""
    return min(int(word), NO_VAL[32]) if word.isdecimal() and len(word) < 20 else NO_VAL[32]


def words(value: Deferred) -> list[str]:
    """The words of a text with commas between."""
    return [word.strip() for word in value.text.split(",") if word.strip()]


def refused(value: Deferred, expected: str) -> Problem:
    text = f'{path_text(value.path)}: expected {expected}; found "{clip(ascii(value.text)[1:-1])}"'
    return Problem(400, text, path=value.path)
