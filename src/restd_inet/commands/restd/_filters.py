"""Filters of lists: the words of a parameter, as a test of structs. Names are taken as squeue takes them.

A test is made once for a request and asked about each record: it compares bytes and numbers of C.
"""

from __future__ import annotations

import fnmatch
import pwd
import re
from itertools import islice

from restd_inet import lazy, passwd
from restd_inet.message import Credential
from restd_inet.problems import Problem, quoted
from restd_inet.schema.kinds.job_desc import JobId
from restd_inet.schema.kinds.strings import named
from restd_inet.schema.kinds.values import NO_VAL, Invalid
from restd_inet.schema.records.job import STATE
from restd_inet.schema.records.node import BASE_ROWS, FLAG_ROWS
from restd_inet.schema.records.partition import STATE as PARTITION_STATE
from restd_inet.slurm.job_filter import waiting_tasks
from restd_inet.slurm.jobs import SLUID
from restd_inet.slurm.lookups.hosts import expanded_hosts, host_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.commands import Call

    Words = tuple[str, ...]
    Test = Callable[[Any], bool]
    #: The words of a parameter → whether a struct is as one of them says.
    Filter = Callable[[Call, Words], Test]

#: So many users of this machine are compared with a name that is none of theirs.
_USERS = 5000
_NONE = NO_VAL[32]


def uids(call: Call, words: Words) -> set[int]:
    """The users that are named, by name or number; "me" is who asks. Raises Problem 400."""
    found = set()
    for word in words:
        number = int(word) if word.isdecimal() and len(word) < 11 else _NONE
        try:
            found.add(number if number < _NONE else passwd.user(word).pw_uid)
        except KeyError:
            if word != "me":
                raise unknown("user", word, some_users(), "a user of this machine") from None
            found.add(call.credential.uid)
    return found


def some_users() -> Iterator[str]:
    """Names of users of this machine, with which one that is none of theirs is compared."""
    return (user.pw_name for user in islice(pwd.getpwall(), _USERS))


def users(call: Call, words: Words) -> Test:
    wanted = uids(call, words)
    if Credential.NOT_HERE not in wanted:
        return lambda struct: struct.user_id in wanted
    # Who asks is known to slurmctld only, and may be known to it by name.
    name, text = call.credential.name, call.slurm.text
    return lambda struct: struct.user_id in wanted or text(struct.user_name) == name


def texts(member: str) -> Filter:
    """A text in any case."""

    def test(call: Call, words: Words) -> Test:
        wanted, string = {_bytes(word).lower() for word in words}, call.slurm.string

        def fits(struct: Any) -> bool:
            found = getattr(struct, member)
            return (string(found).lower() if found else b"") in wanted

        return fits

    return test


def globs(member: str) -> Filter:
    """A pattern of the shell's, in any case."""

    def test(call: Call, words: Words) -> Test:
        pattern = re.compile("|".join(translated(word.lower()) for word in words))
        text = call.slurm.text

        def fits(struct: Any) -> bool:
            return pattern.match((text(getattr(struct, member)) or "").lower()) is not None

        return fits

    return test


def translated(glob: str) -> str:
    """A pattern of the shell's as a regular expression, in linear time.

    fnmatch looks through the whole rest of the pattern for the end of each bracket that has none.
    """
    at = glob.find("[")
    while at >= 0:
        first = at + 2 if glob.startswith("!", at + 1) else at + 1
        end = glob.find("]", first + 1)  # the first character in brackets may be a bracket
        if end < 0:
            return fnmatch.translate(glob[:at] + glob[at:].replace("[", "[[]"))
        at = glob.find("[", end)
    return fnmatch.translate(glob)


def listed(member: str, struct: str = "") -> Filter:
    """One of the names in a list with commas between. struct: C's, for a member that a release may lack."""

    def test(call: Call, words: Words) -> Test:
        if struct:
            call.slurm.capabilities.check(f"{struct}.{member}")
        wanted, string = {_bytes(word) for word in words}, call.slurm.string

        def fits(struct: Any) -> bool:
            found = getattr(struct, member)
            return not wanted.isdisjoint(string(found).split(b",") if found else [b""])

        return fits

    return test


def partition_names(member: str, parameter: str = "partition") -> Filter:
    """The same of partitions. Raises Problem 400 for one that is not there."""

    def test(call: Call, words: Words) -> Test:
        check_partitions(call, call.slurm.partitions(0), words, parameter)
        return listed(member)(call, words)

    return test


def check_partitions(
    call: Call, partitions: Iterable[Any], words: Words, parameter: str = "partition"
) -> None:
    """Raises Problem 400 for a name that none of all partitions has."""
    known = {call.slurm.text(partition.name) or "" for partition in partitions}
    for word in words:
        if word not in known:
            raise unknown(parameter, word, known, "the name of a partition")


def user_names(member: str) -> Filter:
    """A list of names of users, who are named as `uids` takes them."""

    def test(call: Call, words: Words) -> Test:
        names = []
        for uid in uids(call, words):
            try:
                names.append(pwd.getpwuid(uid).pw_name)
            except (KeyError, OverflowError):
                names.append(call.credential.name if uid == call.credential.uid else str(uid))
        return listed(member)(call, tuple(names))

    return test


def hosts(member: str, parameter: str) -> Filter:
    """A host list, one of whose hosts is in the member's."""

    def test(call: Call, words: Words) -> Test:
        slurm = call.slurm
        try:
            wanted = frozenset(host_names(slurm, ",".join(words)))
        except Problem as problem:
            raise Problem(400, f"{parameter}: {problem.text}") from None

        def fits(struct: Any) -> bool:
            found = slurm.text(getattr(struct, member))
            return not wanted.isdisjoint(expanded_hosts(slurm, found)) if found else False

        return fits

    return test


def state_numbers(call: Call, words: Words, parameter: str = "state") -> tuple[set[int], int]:
    """States of jobs, and bits of flags: by the names of documents, and those that squeue takes."""
    slurm = call.slurm
    base = slurm.lib.JOB_STATE_BASE
    rows = named(STATE.rows + (STATE.base.rows if STATE.base else ()))
    numbers, flags = set(), 0
    for word in words:
        number = slurm.constant(rows.get(word.lower(), ""))
        if number is None:
            number = slurm.lib.slurm_job_state_num(word.encode("utf-8", "replace"))
        if number == _NONE:
            raise unknown(parameter, word, rows, "the state of a job, such as RUNNING")
        if number & ~base:
            flags |= number & ~base
        else:
            numbers.add(number)
    return numbers, flags


def states(call: Call, words: Words) -> Test:
    base = call.slurm.lib.JOB_STATE_BASE
    numbers, flags = state_numbers(call, words)
    return lambda job: job.job_state & base in numbers or job.job_state & flags != 0


#: What sinfo calls states of nodes beside their own names.
_ALIASES = {
    "alloc": "allocated",
    "comp": "completing",
    "maint": "maintenance",
    "mix": "mixed",
    "resv": "reserved",
}
#: States of a node that is drained: whether it has still something to do → the word for it.
_DRAINING = {"draining": True, "drained": False}
_BUSY = ("NODE_STATE_ALLOCATED", "NODE_STATE_ERROR", "NODE_STATE_MIXED")


def node_states(call: Call, words: Words) -> Test:
    """States of nodes: the names of documents, and those that sinfo takes."""
    slurm = call.slurm
    base, flags, numbers, draining = slurm.lib.NODE_STATE_BASE, 0, set(), set()
    rows = {**named(BASE_ROWS), **named(FLAG_ROWS)}
    for word in words:
        lower = word.lower()
        if lower in _DRAINING:
            draining.add(_DRAINING[lower])
            continue
        name = rows.get(_ALIASES.get(lower, lower), "")
        if not name:
            known = (*rows, *_ALIASES, *_DRAINING)
            raise unknown("state", word, known, "the state of a node, such as IDLE or DRAIN")
        number = slurm.bits((name,))
        if name.startswith("NODE_STATE_") and number <= base:
            numbers.add(number)
        else:
            flags |= number
    drain, completing = slurm.bits(("NODE_STATE_DRAIN",)), slurm.bits(("NODE_STATE_COMPLETING",))
    busy = {slurm.constant(name) for name in _BUSY}

    def fits(node: Any) -> bool:
        state = node.node_state
        if state & base in numbers or state & flags:
            return True
        return bool(state & drain) and (state & base in busy or bool(state & completing)) in draining

    return fits


def partition_states(call: Call, words: Words) -> Test:
    rows = named(PARTITION_STATE.rows)
    numbers = set()
    for word in words:
        if word.lower() not in rows:
            raise unknown("state", word, rows, "the state of a partition, such as UP")
        numbers.add(call.slurm.constant(rows[word.lower()]))
    return lambda partition: partition.state_up in numbers


def job_ids(call: Call, words: Words) -> Test:
    """Jobs by number, tasks of arrays, components of het jobs, jobs by SLUID."""
    wanted = known_ids(call, words)
    return lambda job: any(is_named(call, job, each) for each in wanted)


def known_ids(call: Call, words: Words) -> list[JobId]:
    """Raises Problem 400, and 501 for SLUIDs where the release has none."""
    found = ids(words, sluids=True)
    if any(each.sluid for each in found):
        call.slurm.capabilities.check(SLUID)
    return found


def ids(words: Words, sluids: bool = False) -> list[JobId]:
    """Raises Problem 400."""
    try:
        return [JobId(word, ranges=True, sluids=sluids) for word in words]
    except Invalid as error:
        raise Problem(400, f"job_id: {error}") from None


def is_named(call: Call, job: Any, wanted: JobId, task: int | None = None) -> bool:
    """Whether a job is named. task: one that has not started, of those that its record stands for."""
    if wanted.sluid:
        return bool(job.step_id.sluid == wanted.sluid)
    if wanted.number not in (job.job_id, job.array_job_id, job.het_job_id):
        return False
    if wanted.component is not None:
        return bool(job.het_job_id == wanted.number and job.het_job_offset == wanted.component)
    if not wanted.tasks:
        return True
    if job.array_job_id != wanted.number:
        return False
    if job.array_task_id != _NONE:
        return wanted.has_task(job.array_task_id)
    tasks = waiting_tasks(call.slurm, job) if task is None else (task,)
    return any(map(wanted.has_task, tasks))


def names(member: str) -> Callable[[Call], Callable[[Any], list[str]]]:
    """For groups: the names in a list with commas between; "" for none."""

    def of(call: Call) -> Callable[[Any], list[str]]:
        text = call.slurm.text
        return lambda struct: (text(getattr(struct, member)) or "").split(",")

    return of


def unknown(parameter: str, word: str, known: Iterable[str], expected: str) -> Problem:
    """The Problem of a name that is none, with the nearest."""
    near = lazy.module("restd_inet.nearest").hint(word[:64], known)
    return Problem(400, f"{parameter}: expected {expected}; found {quoted(word)}{near}")


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")
