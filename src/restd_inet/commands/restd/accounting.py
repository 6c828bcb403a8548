"""accounting/jobs: those of accounting's jobs that one wants, and of them what one wants.

slurmdbd chooses what it can. What it cannot, names that are patterns and what is not wanted, is chosen here,
job by job as they come: no more of them is kept than a page.
"""

from __future__ import annotations

from functools import partial
from heapq import heappush, heappushpop
from itertools import count

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import (
    FIELDS,
    check_counting,
    counted,
    filter_fields,
    negated,
    page_fields,
)
from restd_inet.commands.restd._times import given, period
from restd_inet.commands.slurmdb.jobs import search
from restd_inet.schema.answers import Answer
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.lists import Wanted
from restd_inet.schema.kinds.numbers import Int
from restd_inet.schema.list_answers import page_undated
from restd_inet.schema.parse import parse
from restd_inet.schema.record import Record
from restd_inet.schema.records.slurmdb_job import SLURMDB_JOB
from restd_inet.schema.records.slurmdb_query import SLURMDB_JOB_QUERY
from restd_inet.schema.select import selected
from restd_inet.schema.versions import V1, V40

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.commands.restd._filters import Test
    from restd_inet.commands.restd._filters import Words as Named
    from restd_inet.schema.kinds.job_desc import JobId
    from restd_inet.slurm.results import Counts

#: Characters of a pattern.
_PATTERN = frozenset("*?[")
_NOTHING = Wanted([])
#: The period, by the members of slurmdbd's condition.
_TIMES = ("usage_start", "usage_end")


def _states(call: Call, words: Named) -> Test:
    base, numbers = call.slurm.lib.JOB_STATE_BASE, _filters.state_numbers(call, words)[0]
    return lambda job: job.state & base in numbers


def _users(call: Call, words: Named) -> Test:
    uids = _filters.uids(call, words)
    return lambda job: job.uid in uids


def _numbers(call: Call, words: Named) -> Test:
    wanted = _filters.ids(words)

    def fits(job: Any) -> bool:
        numbers = (job.jobid, job.array_job_id, job.het_job_id)
        return any(each.number in numbers and _is(job, each) for each in wanted)

    return fits


def _is(job: Any, wanted: JobId) -> bool:
    """Whether a job of that number is the task or the component, if one is named."""
    if wanted.component is not None:
        return bool(job.het_job_offset == wanted.component)
    return not wanted.tasks or wanted.has_task(job.array_task_id)


def _qos(call: Call, words: Named) -> Test:
    named, wanted = call.slurm.function("qos_name"), set(words)
    return lambda job: named(job.qosid) in wanted


#: Filter → slurmdbd's own, the test of what it does not choose, and what it is about.
FILTERS: dict[str, tuple[str, _filters.Filter, str]] = {
    "user": ("users", _users, 'Users by name or uid, "me" for your own jobs'),
    "account": ("account", _filters.texts("account"), "Accounts"),
    "partition": ("partition", _filters.listed("partition"), "Partitions"),
    "qos": ("qos", _qos, "QOS"),
    "state": ("state", _states, "States, such as COMPLETED or CD"),
    "name": ("job_name", _filters.globs("jobname"), "Names of jobs, with *, ? and [] as in the shell"),
    "node": ("node", _filters.hosts("nodes", "node"), "Nodes of the allocation, as host lists"),
    "job_id": ("step", _numbers, "Job ids: 123, 123_4, 123+1"),
    "reservation": ("reservation", _filters.texts("resv_name"), "Reservations"),
}


def _state_names(call: Call) -> Callable[[Any], tuple[str]]:
    named, base = call.slurm.function("job_state"), call.slurm.lib.JOB_STATE_BASE
    return lambda job: (named(job.state & base) or "",)


GROUPS: dict[str, Callable[[Call], Callable[[Any], Iterable[str]]]] = {
    "user": lambda call: lambda job: (call.slurm.text(job.user) or str(job.uid),),
    "state": _state_names,
    "partition": _filters.names("partition"),
    "account": _filters.names("account"),
}
QUERY = Record(
    "query of accounting's jobs",
    "",
    *filter_fields({name: doc for name, (_, _, doc) in FILTERS.items()}),
    *period("usage_start", "usage_end", "By default the last midnight, as sacct has it.", "By default now."),
    FIELDS,
    *page_fields(Int(64), GROUPS),
)


def _answer(record: Record, *, plain: bool = False, component: str = "") -> Answer:
    return Answer(
        record, "jobs", {V1: page_undated}, many=not plain, plain=plain, lines=True, component=component
    )


ANSWER = _answer(SLURMDB_JOB, component="restd_accounting_jobs_resp")


class _Jobs:
    """Records of an answer. next: where the next page begins; counts: numbers in place of records."""

    def __init__(self, records: Iterable[Any], next: int | None = None, counts: Counts | None = None) -> None:
        self._records = records
        self.next = next
        self.counts = counts

    def __iter__(self) -> Iterator[Any]:
        return iter(self._records)


class _Fitting:
    """Those of slurmdbd's jobs that fit; each lives until the next. digest: see JobStream, if it is one."""

    def __init__(self, found: Iterable[Any], tests: list[Test]) -> None:
        self._found = found
        self._tests = tests
        digest = getattr(found, "digest", None)
        if digest is not None:
            self.digest = digest

    def __iter__(self) -> Iterator[Any]:
        return (job for job in self._found if all(test(job) for test in self._tests))


def resolve(query: dict[str, Any], version: int) -> dict[str, Any]:
    """A query with slurmdbd's condition, and with the record of its fields."""
    check_counting(query)
    record = selected(SLURMDB_JOB, version, query["fields"]) if "fields" in query else SLURMDB_JOB
    return {**query, "record": record, "version": version}


def get(call: Call) -> Result:
    query = call.query
    tests = list(_tests(call))
    found = search(call, _condition(call), by_day=True).records
    jobs = _Fitting(found, tests)
    if query.get("count") or "group" in query:
        return Result(_Jobs((), counts=counted(call, jobs, GROUPS)), answer=ANSWER)
    if "limit" in query or "after" in query:
        rows, next = _page(call, jobs)
        return Result(_Jobs(rows, next), answer=_answer(query["record"], plain=True))
    return Result(jobs, answer=_answer(query["record"]))


def _condition(call: Call) -> dict[str, Any]:
    """What slurmdbd chooses by, as a query of /slurmdb/ has it."""
    document: dict[str, Any] = {}
    for name, (theirs, _, _) in FILTERS.items():
        words = call.query.get(name, _NOTHING).wanted
        if words and not _is_pattern(name, words):
            document[theirs] = ",".join(map(str, _filters.uids(call, words)) if name == "user" else words)
    condition = parse(SLURMDB_JOB_QUERY, call.query["version"], document)
    condition.update(given(call, *_TIMES))
    return condition or {"userid_list": []}


def _is_pattern(name: str, words: Named) -> bool:
    """Whether slurmdbd does not know such names."""
    return name == "name" and not _PATTERN.isdisjoint("".join(words))


def _tests(call: Call) -> Iterator[Test]:
    """What is to be chosen here. Raises Problem 400 for what slurmdbd need not be asked for."""
    for name, (_, test, _) in FILTERS.items():
        words = call.query.get(name, _NOTHING)
        if words.wanted:
            wanted = test(call, words.wanted)
            if _is_pattern(name, words.wanted):
                yield wanted
        if words.unwanted:
            yield partial(negated, test(call, words.unwanted))


def _page(call: Call, jobs: Iterable[Any]) -> tuple[list[Any], int | None]:
    """The first records behind `after`, in the order in which slurmdbd got them, and where the next begin."""
    query = call.query
    dump = dumper(query["record"], query["version"], call.slurm)
    after, limit = query.get("after", 0), query.get("limit")
    # The records with the smallest places so far, the largest of them first. A struct lives until the next.
    kept: list[tuple[int, int, Any]] = []
    more = False
    for number, job in zip(count(), jobs, strict=False):
        place = int(job.db_index)
        if place <= after:
            continue
        if limit is None or len(kept) < limit:
            heappush(kept, (-place, number, dump(job)))
        else:
            more = True
            if -place > kept[0][0]:
                heappushpop(kept, (-place, number, dump(job)))
    kept.sort(reverse=True)
    return [row for _, _, row in kept], -kept[-1][0] if more else None


ROUTES = (
    Route(
        "GET",
        "accounting/jobs",
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="List the jobs of the accounting database that match filters",
        description=(
            "Like sacct --duplicates: the jobs that match every filter in the period. "
            "With limit or after they are in the order in which slurmdbd got them."
        ),
        exact=True,
        resolve=resolve,
    ),
)
