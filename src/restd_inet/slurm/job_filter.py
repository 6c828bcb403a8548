"""Which jobs are meant: by their ids, or by what they are like; and each task of an array by itself."""

from __future__ import annotations

from restd_inet.schema.kinds.job_desc import task_ranges
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.slurm.lookups.hosts import expanded_hosts, host_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from restd_inet.schema.kinds.job_desc import JobId
    from restd_inet.slurm.client import Slurm
    from restd_inet.slurm.results import Records

NOTHING = NO_VAL[32]
#: What a body may say of jobs → the member of slurm_job_info_t that must be so.
TEXTS = {
    "account": "account",
    "job_name": "name",
    "qos": "qos",
    "reservation": "resv_name",
    "wckey": "wckey",
}
FILTERS = (*TEXTS, "partition", "job_state", "user_id", "user_name", "nodes")


def task_numbers(text: str) -> set[int]:
    """The tasks of "1-3,7,10-20:5%2" (job_array(5)); of "1,3,...", which is cut off, those that are there."""
    return set().union(*task_ranges(text.partition("%")[0]))


def waiting_tasks(slurm: Slurm, record: Any) -> set[int]:
    """The tasks of an array that have not started, of the record that stands for them; none for any other."""
    if record.array_task_id != NOTHING:
        return set()
    text = slurm.text(record.array_task_str) or ""
    if text.endswith("...") and record.array_bitmap:  # libslurm cuts the text off after 64 characters
        text = slurm.take_text(slurm.lib.slurm_bit_fmt_full(record.array_bitmap))
    return task_numbers(text)


class TaskState:
    """The state of a job, or of one task of an array. The numbers that it has none of are NO_VAL."""

    __slots__ = ("array_job_id", "array_task_id", "het_job_id", "het_job_offset", "job_id", "job_state")

    def __init__(self, job: Any, task: int | None = None) -> None:
        self.job_id = job.job_id
        self.array_job_id = job.array_job_id or NOTHING
        self.array_task_id = job.array_task_id if task is None else task
        self.het_job_id = job.het_job_id or NOTHING
        self.het_job_offset = job.het_job_offset if job.het_job_id else NOTHING
        self.job_state = job.job_state


class States(list[TaskState]):
    """States, and the message that they are of."""

    def __init__(self, jobs: Records, found: Iterable[TaskState]) -> None:
        super().__init__(found)
        self.message = jobs.message


def states(jobs: Iterable[Any], slurm: Slurm) -> Iterator[TaskState]:
    """The states of jobs; of an array's tasks that have not started one for each."""
    for job in jobs:
        tasks = waiting_tasks(slurm, job)
        if not tasks:
            yield TaskState(job)
        for task in sorted(tasks):
            yield TaskState(job, task)


def matching(states: Iterable[TaskState], wanted: Iterable[JobId]) -> Iterator[TaskState]:
    """Those states that one of the job ids names."""
    by_number: dict[int, list[JobId]] = {}
    for job in wanted:
        by_number.setdefault(job.number, []).append(job)
    for state in states:
        numbers = {state.job_id, state.array_job_id, state.het_job_id}
        if any(_is_of(state, job) for number in numbers for job in by_number.get(number, ())):
            yield state


def _is_of(state: TaskState, job: JobId) -> bool:
    """Whether a state is one of those that a job id names."""
    if job.tasks:
        return bool(state.array_job_id == job.number and job.has_task(state.array_task_id))
    if job.component is not None:
        return bool(state.het_job_id == job.number and state.het_job_offset == job.component)
    return job.number in (state.job_id, state.array_job_id, state.het_job_id)


class JobFilter:
    """jobs: by id. filters: what jobs must be like, by FILTERS."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.jobs: list[JobId] = body.get("jobs", [])
        self.filters = {name: body[name] for name in FILTERS if name in body}

    def matching(self, slurm: Slurm) -> Iterator[tuple[str, str]]:
        """The jobs, each as slurm_kill_job2 takes it, with why it does not fit, or "".

        Jobs that are named are all there; of others those that fit and have not ended.
        """
        if not self.filters:
            yield from ((job.text, "") for job in self.jobs)
            return
        fit = _Fit(slurm, self.filters)
        records = slurm.jobs(0)  # they live as long as this
        if not self.jobs:
            ended = slurm.lib.JOB_COMPLETE
            for record in records:
                if record.job_state & slurm.lib.JOB_STATE_BASE < ended and not fit.lacks(record):
                    yield from job_names(slurm, record)
            return
        by_number: dict[int, list[Any]] = {}
        for record in records:
            for number in {record.job_id, record.array_job_id, record.het_job_id}:
                by_number.setdefault(number, []).append(record)
        for job in self.jobs:
            own = [record for record in by_number.get(job.number, ()) if _is(record, job)]
            mismatch = next(filter(None, map(fit.lacks, own)), "")
            yield job.text, mismatch

    # What is named and not there is left to slurmctld to say.


def _is(record: Any, job: JobId) -> bool:
    if job.tasks:
        task = record.array_task_id
        return bool(record.array_job_id == job.number and (task == NOTHING or job.has_task(task)))
    if job.component is not None:
        return bool(record.het_job_id == job.number and record.het_job_offset == job.component)
    return job.number in (record.job_id, record.array_job_id, record.het_job_id)


def job_names(slurm: Slurm, record: Any) -> Iterator[tuple[str, str]]:
    """A record's job alone: never the array that a task is of, nor tasks with records of their own."""
    if not record.array_job_id:
        yield str(record.job_id), ""
    elif record.array_task_id != NOTHING:
        yield f"{record.array_job_id}_{record.array_task_id}", ""
    else:
        for name in task_names(record.array_job_id, sorted(waiting_tasks(slurm, record))):
            yield name, ""


def task_names(array: int, tasks: list[int], most: int = 500) -> Iterator[str]:
    """Tasks of an array as Slurm's calls take them, so many with each name."""
    for start in range(0, len(tasks), most):
        yield f"{array}_[{','.join(map(str, tasks[start : start + most]))}]"


class _Fit:
    """Whether a job is as it must be."""

    def __init__(self, slurm: Slurm, filters: dict[str, Any]) -> None:
        self._slurm = slurm
        self._filters = filters
        self._states = {slurm.constant(name) for name in filters.get("job_state", ())}
        hosts = filters.get("nodes", "")
        self._hosts = frozenset(host_names(slurm, hosts) if hosts else ())

    def lacks(self, job: Any) -> str:
        """What does not fit, as a text; "" if everything does."""
        for name, wanted in self._filters.items():
            found = self._found(name, job)
            if name == "nodes":
                fits = self._on_nodes(found)
            elif name == "job_state":
                fits = found in self._states
            elif name == "partition":
                fits = wanted in found.split(",")
            else:
                fits = found == wanted
            if not fits:
                return f"{name} does not fit: the job's is {found or 'none'}"
        return ""

    def _found(self, name: str, job: Any) -> Any:
        if name in ("user_id", "user_name"):
            return job.user_id
        if name == "job_state":
            return job.job_state & self._slurm.lib.JOB_STATE_BASE
        member = TEXTS.get(name, name)
        return self._slurm.text(getattr(job, member)) or ""

    def _on_nodes(self, nodes: str) -> bool:
        """Whether one of the job's nodes is among those that are wanted."""
        return not self._hosts.isdisjoint(expanded_hosts(self._slurm, nodes))
