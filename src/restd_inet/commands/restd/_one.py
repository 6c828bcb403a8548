"""One job: its record, its changes, and an answer when it has reached a state.

Of an array or a heterogeneous job all tasks or components are meant. A task that slurmctld does not have any
more (MinJobAge of slurm.conf) has ended.
"""

from __future__ import annotations

from time import monotonic

from restd_inet import lazy
from restd_inet.commands import Call, Result
from restd_inet.commands.restd import _filters
from restd_inet.commands.restd._lists import Listing
from restd_inet.commands.restd._wait import longest
from restd_inet.commands.slurm._job import find, job_of
from restd_inet.problems import Problem
from restd_inet.schema.kinds.lists import Words
from restd_inet.schema.list_answers import page_of_jobs
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job import JOB

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.results import Records

#: Where the job that a path names is kept while a request lasts, and whether it was there.
_NAMED, _SEEN = "job", "seen"


def load(call: Call) -> Records:
    """The job's records; none once it has gone. Raises Problem 404 if it never was there."""
    try:
        records = find(call, call.query[_NAMED])
    except Problem as problem:
        if problem.status != 404:
            raise
        if _SEEN in call.query:
            return call.slurm.no_jobs()
        problem.text += "; /slurmdb/ may have it, if it has ended"
        raise
    call.query[_SEEN] = True
    return records


class OneJob(Listing):
    """job/{job_id}."""

    def __init__(self) -> None:
        super().__init__(
            JOB, "jobs", page_of_jobs, load=load, id=_id, order=int, filters={}, groups={}, one=True
        )
        until = Field(
            "until",
            Words(),
            doc=(
                "States, comma-separated: answer when the job, or each task of an array, has reached one of "
                "them or has ended."
            ),
        )
        self.query = Record(self.query.name, "", *self.query.fields, until)

    def resolve(self, query: dict[str, Any], version: int) -> dict[str, Any]:
        for name in ("watch", "since"):
            if "until" in query and name in query:
                raise Problem(400, f"{name}: cannot be given together with until")
        return super().resolve(query, version)

    def get(self, call: Call) -> Result:
        call.query[_NAMED] = job_of(call, ranges=True)
        return self._until(call) if "until" in call.query else super().get(call)

    def _until(self, call: Call) -> Result:
        watch = lazy.module("restd_inet.commands.restd._watch")
        wait = longest(call)
        states = _States(call)
        if wait:
            call.held.enter()
        end = monotonic() + wait
        source = watch.images(self, call)
        while True:
            image = source.next(min(end, monotonic() + watch.LOOK))
            if image and states.over(image.records):
                return self.result(call, image.records, reached=states.reached)
            if monotonic() >= end or call.held.over() or call.held.silent():
                raise Problem(304, "the job has not reached such a state", headers=[("Retry-After", "0")])


class _States:
    """What each task has reached: job id → whether it was in one of the states that are waited for."""

    def __init__(self, call: Call) -> None:
        lib = call.slurm.lib
        self._call = call
        self._numbers, self._flags = _filters.state_numbers(call, call.query["until"], "until")
        self._base, self._last = lib.JOB_STATE_BASE, lib.JOB_SUSPENDED
        self._found: dict[int, bool] = {}

    def over(self, records: Records) -> bool:
        """Whether there is nothing to wait for any more. Raises Problem 404 if no task is there."""
        if not len(records):
            text = f"slurmctld does not have job {self._call.query[_NAMED].text} any more: it has ended"
            raise Problem(404, f"{text}; /slurmdb/ may know how")
        waiting = False
        for job in records:
            state = job.job_state & self._base
            found = state in self._numbers or job.job_state & self._flags != 0
            self._found[job.job_id] = found or self._found.get(job.job_id, False)
            waiting = waiting or not (self._found[job.job_id] or state > self._last)
        return not waiting

    @property
    def reached(self) -> bool:
        """Whether all of them were in one of the states."""
        return all(self._found.values())


def _id(call: Call) -> Any:
    return lambda job: job.job_id


ONE = OneJob()
