"""What the arguments of sbatch's options say: from a text to {member of job_desc_msg_t: content}.

A member that C does not have is for schema.batch.description: "gres", "export", "hint" and others. What
sbatch does not take is Invalid. A time, and how TRES are written, is left to libslurm (values.Deferred).
"""

from __future__ import annotations

import re

from restd_inet.schema.kinds import job_desc, sbatch
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred, Invalid, choice, clip, integer, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Members = dict[str, Any]
    Parse = Callable[[str | None], Members]

_INT_MAX = (1 << 31) - 1
_ACCTG = re.compile(r"(?:(?:task|energy|network|filesystem)=)?\d{1,9}", re.IGNORECASE | re.ASCII)
_PROFILES = ("energy", "task", "lustre", "network")


def text(member: str) -> Parse:
    return lambda value: {member: value or ""}


def number(member: str, low: int = 1, high: int = _INT_MAX - 1) -> Parse:
    return lambda value: {member: integer(value or "", low, high)}


def flag(*constants: str) -> Parse:
    """Flags of the job, which others do not clear."""
    return lambda value: {f"flag {constant}": True for constant in constants}


def fixed(**members: Any) -> Parse:
    """What an option without an argument says."""
    return lambda value: dict(members)


def ignored(value: str | None) -> Members:
    """An option for whoever waits for the answer: it says nothing of the job."""
    return {}


def refused(reason: str) -> Parse:
    def parse(value: str | None) -> Members:
        raise Invalid(reason)

    return parse


def by(convert: Callable[[Any], Members]) -> Parse:
    """A converter of schema.kinds.sbatch."""
    return lambda value: convert(value or "")


def deferred(member: str, lookup: str) -> Parse:
    """A text that libslurm reads."""
    return lambda value: {member: Deferred(lookup, short(value or ""))}


def file_name(member: str) -> Parse:
    """A file of the job; "none" is /dev/null."""
    return lambda value: {member: "/dev/null" if (value or "").lower() == "none" else value or ""}


def acctg_freq(value: str | None) -> Members:
    if not all(_ACCTG.fullmatch(part) for part in (value or "").split(",") if part):
        raise Invalid(f'expected intervals in seconds, such as task=30; found "{clip(value or "")}"')
    return {"acctg_freq": value}


def gpus(member: str, variable: str) -> Parse:
    """[type:]number, comma-separated. variable: of the job's environment, which tells it the same."""

    def parse(value: str | None) -> Members:
        parts = ",".join(f"gpu:{part}" for part in _listed(value))
        return {member: Deferred("tres", parts), f"env {variable}": value}

    return parse


def gres(value: str | None) -> Members:
    if (value or "").lower() in ("help", "list"):
        raise Invalid(
            "expected generic resources, such as gpu:2; sbatch shows its help for that and submits nothing"
        )
    if (value or "").lower() == "none":
        return {"gres": "none"}
    parts = [re.sub(r"^gres[:/]", "", part) for part in _listed(value)]
    return {"gres": Deferred("tres", ",".join(parts))}


def _listed(value: str | None) -> list[str]:
    found = [part for part in short(value or "", 65536).split(",") if part]
    if not found:
        raise Invalid(f'expected resources with their numbers, such as gpu:2; found "{value}"')
    return found


def gpu_bind(value: str | None) -> Members:
    return {"tres_bind": Deferred("tres_bind", f"gpu:{value}"), "env SLURM_GPU_BIND": value}


def tres_bind(value: str | None) -> Members:
    return {"tres_bind": value or "", "env SLURM_GPU_BIND": None}


def gpu_freq(value: str | None) -> Members:
    return {"tres_freq": f"gpu:{value}", "env SLURM_GPU_FREQ": value}


def cpus_per_gpu(value: str | None) -> Members:
    return {**sbatch.cpus_per_gpu(value or ""), "env SLURM_CPUS_PER_GPU": str(int(value or 0))}


def mem_per_gpu(value: str | None) -> Members:
    mebibytes = sbatch.mebibytes(value or "")
    return {"mem_per_tres": Deferred("tres", f"gpu:{mebibytes}"), "env SLURM_MEM_PER_GPU": str(mebibytes)}


def tmp(value: str | None) -> Members:
    return {"pn_min_tmp_disk": sbatch.mebibytes(value or "")}


def mail_type(value: str | None) -> Members:
    """Names, comma-separated, up to NONE; like sbatch it overlooks unknown ones beside known ones."""
    found: frozenset[str] = frozenset()
    for name in (value or "").lower().split(","):
        if name == "none":
            return {"mail_type": frozenset()}
        found |= sbatch.MAIL_TYPES.get(name, frozenset())
    if not found:
        choice(value, sbatch.MAIL_TYPES)
    return {"mail_type": found}


def nodes(value: str | None) -> Members:
    """A number, a range, or the counts that will do (1,3,5-7; from Slurm 23.02 on)."""
    if value and "-" in value and not set(value) & set(",:"):
        low, _, high = value.partition("-")
        # sbatch takes "-4" for 1-4 and "2-" for no maximum.
        value = f"{low.strip() or 1}-{high.strip()}" if high.strip() else low.strip()
        members = job_desc.nodes(value)
        return members if high.strip() else {"min_nodes": members["min_nodes"], "max_nodes": 0}
    return job_desc.nodes((value or "").strip())


def exclusive(value: str | None) -> Members:
    """Without an argument, or as whom the nodes are shared with."""
    names = {
        "": {"JOB_SHARED_NONE"}, "exclusive": {"JOB_SHARED_NONE"}, "allocation": {"JOB_SHARED_NONE"},
        "oversubscribe": {"JOB_SHARED_OK"}, "user": {"JOB_SHARED_USER"}, "mcs": {"JOB_SHARED_MCS"},
        "topo": {"JOB_SHARED_TOPO"},
    }  # fmt: skip
    return {"shared": frozenset(choice(value or "", names))}


def extra_node_info(value: str | None) -> Members:
    """sockets[:cores[:threads]]; "*" leaves one open. The longest range of each begins with its minimum."""
    members: Members = {"extra set": True}
    names = ("sockets_per_node", "cores_per_socket", "threads_per_core")
    parts = short(value or "").split(":")
    if len(parts) > 3:
        raise Invalid(f'expected sockets[:cores[:threads]], such as 2:4; found "{clip(value or "")}"')
    for name, part in zip(names, parts, strict=False):
        least = part.partition("-")[0]
        if least not in ("", "*"):
            members[name] = sbatch.node_count(least)
    return members


def core_spec(value: str | None) -> Members:
    return {"core_spec": integer(value or "", 0, sbatch.CORE_SPEC_THREAD - 1)}


def thread_spec(value: str | None) -> Members:
    return {"core_spec": integer(value or "", 1, sbatch.CORE_SPEC_THREAD - 1) | sbatch.CORE_SPEC_THREAD}


def gres_flags(value: str | None) -> Members:
    """Flags, comma-separated; each time anew."""
    names = {
        "disable-binding": "GRES_DISABLE_BIND",
        "enforce-binding": "GRES_ENFORCE_BIND",
        "multiple-tasks-per-sharing": "GRES_MULT_TASKS_PER_SHARING",
        "one-task-per-sharing": "GRES_ONE_TASK_PER_SHARING",
    }
    given = [choice(part, names) for part in (value or "").split(",") if part]
    for one, other in (("GRES_DISABLE_BIND", "GRES_ENFORCE_BIND"), tuple(list(names.values())[2:])):
        if {one, other} <= {*given}:
            raise Invalid(f'"{clip(value or "")}" has two flags that exclude each other')
    return {f"flag {constant}": constant in given for constant in names.values()}


def kill_on_invalid_dep(value: str | None) -> Members:
    return {f"flag {choice(value or '', {'yes': 'KILL_INV_DEP', 'no': 'NO_KILL_INV_DEP'})}": True}


def mem_update(value: str | None) -> Members:
    """margin@delay: percent, and minutes as --time takes them."""
    margin, at, delay = short(value or "").partition("@")
    if not at:
        raise Invalid(f'expected margin@delay, such as 20@10; found "{value}"')
    members: Members = {"mem_update_margin": integer(margin, 1, 0xFFFF)}
    if delay.isdecimal() and delay.isascii():
        return {**members, "mem_update_delay": integer(delay, 1, 0xFFFF)}
    return {**members, "mem_update_delay": Deferred("time_minutes", delay)}


def nice(value: str | None) -> Members:
    return sbatch.nice(value or "100")


def no_kill(value: str | None) -> Members:
    """Without an argument, or set, off or no."""
    stays = choice(value or "set", {"set": True, "off": False, "no": False})
    return {"kill_on_node_fail": 0 if stays else NO_VAL[16]}


def requeue(value: str | None) -> Members:
    expedite = choice(value or "", {"": False, "expedite": True})
    return {"requeue": 1, **({"flag EXPEDITED_REQUEUE": True} if expedite else {})}


def oom_kill_step(value: str | None) -> Members:
    return {"oom_kill_step": integer(value or "1", 0, 1)}


def open_mode(value: str | None) -> Members:
    """By its first letter."""
    letter = (value or "")[:1].lower()
    names = {"a": "append", "t": "truncate"}
    if letter not in names:
        raise Invalid(f'expected append or truncate; found "{clip(value or "")}"')
    return {"open_mode": sbatch.OPEN_MODES[names[letter]]}


def priority(value: str | None) -> Members:
    if (value or "").upper() == "TOP":
        return {"priority": NO_VAL[32] - 1}
    given = integer(value or "", 0, NO_VAL[32] - 1)
    return {"priority": given} if given else {}


def profile(value: str | None) -> Members:
    """Names that occur in it; none and all before others."""
    word = short(value or "").lower()
    if "none" in word:
        return {"profile": frozenset({"ACCT_GATHER_PROFILE_NONE"})}
    found = [name for name in _PROFILES if "all" in word or name in word]
    if not found:
        raise Invalid(f'expected none, all or some of {", ".join(_PROFILES)}; found "{clip(word)}"')
    if "all" in word:
        return {"profile": INFINITE[32]}
    return {"profile": frozenset(f"ACCT_GATHER_PROFILE_{name.upper()}" for name in found)}


def resv_ports(value: str | None) -> Members:
    return {"resv_port_cnt": integer(value or "0", 0, NO_VAL[16] - 1)}


def signal(value: str | None) -> Members:
    """[R][B][:]signal[@seconds], as get_signal_opts reads it: the colon may be missing."""
    found = re.fullmatch(r"([RB]{0,2}):?([A-Z0-9+]+)(?:@(\d{1,5}))?", short(value or "").upper(), re.ASCII)
    if found is None:
        raise Invalid(f'expected [B:]signal[@seconds], such as B:USR1@60; found "{clip(value or "")}"')
    return sbatch.signal(f"{found[1]}:{found[2]}@{found[3] or 60}")


def switches(value: str | None) -> Members:
    """number[@time]"""
    count, at, wait = short(value or "").partition("@")
    members: Members = {"req_switch": integer(count, 1, _INT_MAX - 1)}
    return {**members, "wait4switch": Deferred("time_seconds", wait)} if at else members


def time(member: str) -> Parse:
    """Minutes, or a text such as 1-12:30:00; 0 is no limit."""

    def parse(value: str | None) -> Members:
        return {member: sbatch.minutes(short(value or "").strip())}

    return parse


def wait_all_nodes(value: str | None) -> Members:
    return {"wait_all_nodes": integer(value or "", 0, 1)}


def owner(member: str, kind: job_desc.Owner) -> Parse:
    return lambda value: {member: kind.parse(value or "")}


def power(value: str | None) -> Members:
    return {"power_flags": frozenset({"SLURM_POWER_FLAGS_LEVEL"} if "level" in (value or "").lower() else ())}


def umask(value: str | None) -> Members:
    """Octal with a leading 0, as strtol(3) reads it. Only PBS has it."""
    word = (value or "").strip()
    base = 16 if word[:2].lower() == "0x" else 8 if word.startswith("0") else 10
    try:
        mask = int(word, base) if len(word) < 10 and word.isascii() else -1
    except ValueError:
        mask = -1
    if not 0 <= mask <= 0o777:
        raise Invalid(f'expected a file mode creation mask, such as 022; found "{clip(word)}"')
    return {"umask": mask}
