"""Verbs on jobs, as scontrol(1) and scancel(1) have them: on one job, or on all that match filters.

A verb is a row of VERBS. A job that Slurm refuses does not keep the others from being tried: what came of
each is answered. If slurmctld fails meanwhile, the error says which jobs it was done for.
"""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.restd import _filters
from restd_inet.commands.slurm._job import VERBOSE, find, job_of, known, requeue_flags, told
from restd_inet.problems import Problem, quoted
from restd_inet.schema.answers import Answer
from restd_inet.schema.job_answers import updated
from restd_inet.schema.kinds.values import INFINITE
from restd_inet.schema.record import Record
from restd_inet.schema.records.job_verbs import (
    ARRAY_RESULT,
    HOLD,
    NO_ARGUMENTS,
    NOTIFY,
    REQUEUE_JOB,
    SIGNAL_JOB,
)
from restd_inet.schema.versions import V1, V40
from restd_inet.slurm import SlurmError
from restd_inet.slurm.job_filter import job_names, task_names, waiting_tasks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.commands.restd._lists import Listing
    from restd_inet.schema.kinds.job_desc import JobId
    from restd_inet.slurm.jobs import Outcome

#: So many of the jobs that a verb was done for are named in an error.
_NAMED = 100
#: So many tasks are named in a call, if not all that wait are meant. To change one slurmctld gives it a
#: record of its own, for which it waits 0.1 s for slurmdbd; all of them it changes at once.
_TASKS = 500
_SLOW_TASKS = 20


class Target:
    """A job, or some tasks of an array. name: as Slurm takes it. number: that of its record.

    queued: whether it waits and is not held.
    """

    __slots__ = ("name", "number", "queued")

    def __init__(self, name: str, number: int, queued: bool = False) -> None:
        self.name = name
        self.number = number
        self.queued = queued


class Verb:
    """act: does it, and gives what slurmctld says of an array's tasks, nothing if there is nothing to say.

    call: of libslurm. arguments: the table of the body; needed: a property that it must have. by_record: a
    call is about one record, whose number it takes. together: one call is about all jobs that are queued, in
    their order. tasks: how many of those that wait are named in a call. repeatable, check: see Route.
    """

    def __init__(
        self,
        call: str,
        act: Callable[[Call, Target], list[Outcome]],
        summary: str,
        description: str,
        arguments: Record = NO_ARGUMENTS,
        *,
        needed: str = "",
        by_record: bool = False,
        together: bool = False,
        tasks: int = _TASKS,
        repeatable: bool = False,
        check: str = "",
    ) -> None:
        self.call = call
        self.act = act
        self.summary = summary
        self.description = description
        self.arguments = arguments
        self.needed = needed
        self.by_record = by_record
        self.together = together
        self.tasks = tasks
        self.repeatable = repeatable
        self.check = check

    def checked(self, members: dict[str, Any], version: int) -> dict[str, Any]:
        """The arguments of a body. Raises Problem 400."""
        if self.needed and not members.get(self.needed):
            raise Problem(400, f"{self.needed}: expected a value; nothing was done", path=())
        return members


def _hold(call: Call, target: Target) -> list[Outcome]:
    holder = call.slurm.bits(("ALLOC_SID_USER_HOLD",)) if call.body.get("uhold") else 0
    return call.slurm.update(target.name, {"priority": 0, "alloc_sid": holder})


def _release(call: Call, target: Target) -> list[Outcome]:
    return call.slurm.update(target.name, {"priority": INFINITE[32]})


def _requeue(call: Call, target: Target) -> list[Outcome]:
    return call.slurm.requeue(target.name, requeue_flags(call, call.body.get("flags", frozenset())))


def _top(call: Call, target: Target) -> list[Outcome]:
    call.slurm.top([target.number])
    return []


def _notify(call: Call, target: Target) -> list[Outcome]:
    call.slurm.notify(target.number, call.body["message"])
    return []


def _signal(call: Call, target: Target) -> list[Outcome]:
    flags = call.slurm.bits(call.body.get("flags", frozenset()) - {VERBOSE})
    call.slurm.kill(target.name, call.body["signal"], flags)
    return []


VERBS = {
    "hold": Verb(
        "slurm_update_job2",
        _hold,
        "Hold {}",
        "Like scontrol hold, and with `uhold` like scontrol uhold: it does not start before it is released. "
        "A hold of an operator or administrator can be released by these alone.",
        HOLD,
        tasks=_SLOW_TASKS,
        repeatable=True,
    ),
    "release": Verb(
        "slurm_update_job2",
        _release,
        "Release {}",
        "Like scontrol release: it is held no more.",
        tasks=_SLOW_TASKS,
        repeatable=True,
    ),
    "suspend": Verb(
        "slurm_suspend2",
        lambda call, target: call.slurm.suspend(target.name),
        "Suspend {}",
        "Like scontrol suspend, for operators and administrators: its processes are stopped.",
        check="the state of the job",
    ),
    "resume": Verb(
        "slurm_resume2",
        lambda call, target: call.slurm.resume(target.name),
        "Resume {}",
        "Like scontrol resume, for operators and administrators: a suspended job goes on.",
        check="the state of the job",
    ),
    "requeue": Verb(
        "slurm_requeue2",
        _requeue,
        "Requeue {}",
        "Like scontrol requeue, and with the flag Hold like scontrol requeuehold.",
        REQUEUE_JOB,
        check="the state of the job and its restart_cnt",
    ),
    "top": Verb(
        "slurm_top_job",
        _top,
        "Move {} to the top",
        "Like scontrol top: it comes before all other jobs of its user, account, QOS and partition. Users "
        "who are no operators need SchedulerParameters=enable_user_top.",
        by_record=True,
        together=True,
        check="the priority of the job",
    ),
    "notify": Verb(
        "slurm_notify_job",
        _notify,
        "Notify {}",
        "Like scontrol notify: a text on standard error of the script, or in the terminal of salloc or srun.",
        NOTIFY,
        needed="message",
        by_record=True,
        check="what the job has written on standard error",
    ),
    "signal": Verb(
        "slurm_kill_job2",
        _signal,
        "Signal {}",
        "Like scancel --signal: to the steps, with a flag to the batch script (BATCH_JOB), or to both "
        "(FULL_JOB). KILL cancels the job.",
        SIGNAL_JOB,
        needed="signal",
        check="the state of the job, or at what its processes do",
    ),
}


def one(verb: Verb) -> Callable[[Call], Result]:
    """The handler of a verb on the job of the path."""

    def handler(call: Call) -> Result:
        job = job_of(call, ranges=True)
        if verb.by_record:
            targets = [target for record in find(call, job) for target in _targets(call, verb, record, [job])]
        else:
            targets = [Target(job.text, job.number)]
        try:
            if len(targets) == 1:
                return Result(told(call, _done(call, verb, targets[0]), verb.call))
        except SlurmError as error:
            raise known(call, job, error) from None
        return Result(told(call, _each(call, verb, targets), verb.call))

    return handler


def many(verb: Verb, listing: Listing) -> Callable[[Call], Result]:
    """The handler of a verb on the jobs that match all filters of the query."""

    def handler(call: Call) -> Result:
        if not call.query:
            filters = ", ".join(listing.filters)
            raise Problem(400, f"expected at least one filter, of {filters}; nothing was done")
        chosen = _Chosen(call, verb, listing)
        return Result([*_each(call, verb, chosen.targets), *chosen.missing])

    return handler


def _done(call: Call, verb: Verb, target: Target) -> list[Outcome]:
    return verb.act(call, target) or [call.slurm.outcome(target.name, 0)]


def _each(call: Call, verb: Verb, targets: list[Target]) -> list[Outcome]:
    """What came of each target. Raises SlurmError if slurmctld does not work any more."""
    found: list[list[Outcome]] = []
    done = _together(call, targets) if verb.together else frozenset()
    for target in targets:
        try:
            found.append(
                [call.slurm.outcome(target.name, 0)] if target in done else _done(call, verb, target)
            )
        except SlurmError as error:
            if error.status >= 500 or error.status == 401:
                error.text += _said([outcome for outcomes in found for outcome in outcomes])
                raise
            found.append([call.slurm.outcome(target.name, error.number, error.text)])
    return [outcome for outcomes in found for outcome in outcomes]


def _together(call: Call, targets: list[Target]) -> frozenset[Target]:
    """Moves jobs to the top in their order; which. None if slurmctld refuses one of them, and so all."""
    queued = frozenset(target for target in targets if target.queued)
    try:
        if len(queued) > 1:
            call.slurm.top([target.number for target in targets if target.queued])
            return queued
    except SlurmError as error:
        if error.status >= 500 or error.status == 401:
            raise
    return frozenset()


def _said(outcomes: list[Outcome]) -> str:
    """Which jobs it was done for, for an error."""
    done = [outcome.step_id for outcome in outcomes if not outcome.error_code]
    if not done:
        return ""
    more = f" and {len(done) - _NAMED} more" if len(done) > _NAMED else ""
    return f"; it was done for {', '.join(done[:_NAMED])}{more}"


class _Chosen:
    """The jobs that match the filters of a query. missing: what is to be said of ids that none of them has.

    Jobs that have ended are chosen only if the query names jobs or states.
    """

    def __init__(self, call: Call, verb: Verb, listing: Listing) -> None:
        query = call.query
        tests = list(listing.tests(call, without="job_id"))
        words = query.get("job_id")
        wanted = _filters.known_ids(call, words.wanted) if words else []
        unwanted = _filters.known_ids(call, words.unwanted) if words else []
        named = bool(wanted or (query["state"].wanted if "state" in query else ()))
        records = listing.load(call)
        ended, base = call.slurm.lib.JOB_COMPLETE, call.slurm.lib.JOB_STATE_BASE
        self._used: set[str] = set()
        self._found: list[tuple[Any, list[Target]]] = []
        for record in sorted(records, key=lambda record: int(record.job_id)):
            if (named or record.job_state & base < ended) and all(test(record) for test in tests):
                targets = list(_targets(call, verb, record, wanted, unwanted))
                if targets:
                    self._found.append((record, targets))
                    self._used.update(each.text for each in wanted if _filters.is_named(call, record, each))
        self.missing = [self._missing(call, each) for each in wanted if each.text not in self._used]
        self.targets = list(self._without_components(verb))

    def _without_components(self, verb: Verb) -> Iterator[Target]:
        """Of a het job the first component stands for all of them, if it is chosen."""
        chosen = {record.job_id for record, _ in self._found}
        for record, targets in self._found:
            if verb.by_record or not record.het_job_offset or record.het_job_id not in chosen:
                yield from targets

    def _missing(self, call: Call, job: JobId) -> Outcome:
        number = call.slurm.constant("ESLURM_INVALID_JOB_ID") or 0
        why = f"there is no job {quoted(job.text)} that you may see and that matches the filters"
        return call.slurm.outcome(job.text, number, why, found=False)


def _targets(
    call: Call, verb: Verb, record: Any, wanted: Iterable[JobId] = (), unwanted: Iterable[JobId] = ()
) -> Iterator[Target]:
    """A record's job; of waiting tasks of an array, for which one record stands, those that are meant."""

    def meant(task: int | None = None) -> bool:
        if any(_filters.is_named(call, record, job, task) for job in unwanted):
            return False
        return not wanted or any(_filters.is_named(call, record, job, task) for job in wanted)

    number, pending = int(record.job_id), call.slurm.lib.JOB_PENDING
    queued = record.job_state & call.slurm.lib.JOB_STATE_BASE == pending and record.priority != 0
    tasks = waiting_tasks(call.slurm, record)
    if not tasks:
        if meant():
            yield from (Target(name, number, queued) for name, _ in job_names(call.slurm, record))
        return
    chosen = [task for task in sorted(tasks) if meant(task)]
    most = max(len(chosen), 1) if verb.by_record or len(chosen) == len(tasks) else verb.tasks
    for name in task_names(record.array_job_id, chosen, most):
        yield Target(name, number, queued)


OUTCOMES = Answer(ARRAY_RESULT, "results", {V1: updated}, component="restd_job_verb_resp")


def routes_of_one() -> Iterator[Route]:
    """The operations on one job."""
    for name, verb in VERBS.items():
        yield Route(
            "POST",
            f"job/{{job_id}}/{name}",
            one(verb),
            OUTCOMES,
            body=Body(verb.arguments, verb.checked, optional=True),
            since=V40,
            summary=verb.summary.format("a job"),
            description=f"{verb.description} All or some tasks of an array: 123, 123_[1-3].",
            exact=True,
            repeatable=verb.repeatable,
            check=verb.check,
        )


def routes_of_many(listing: Listing) -> Iterator[Route]:
    """The operations on the jobs that match filters."""
    query = Record("filters of jobs", "", *listing.filter_fields)
    for name, verb in VERBS.items():
        yield Route(
            "POST",
            f"jobs/{name}",
            many(verb, listing),
            OUTCOMES,
            query=query,
            body=Body(verb.arguments, verb.checked, optional=True),
            since=V40,
            summary=verb.summary.format("the jobs that match filters"),
            description=(
                f"{verb.description} The query chooses the jobs, as that of the list does, and needs at "
                "least one filter; the body has the arguments. Jobs that have ended are chosen by `job_id` "
                "or `state` alone. `results` has each job, with its error if there is one."
            ),
            exact=True,
            beside=True,
            repeatable=verb.repeatable,
            check=verb.check,
        )
