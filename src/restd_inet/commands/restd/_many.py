"""jobs/submit: many jobs in one request, and what came of each.

With an Idempotency-Key each job has a tag of its own: what was interrupted goes on with the jobs that are not
there yet.
"""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result
from restd_inet.commands.slurm._submit import check_identity, submitted, tags
from restd_inet.problems import Path, Problem, Problems
from restd_inet.schema import job_submission
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.records.job_requests import JOBS_SUBMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.schema.kinds.values import StructList

MOST = 1000
_SIGKILL = 9

#: The components of one job.
Job = list["dict[str, Any]"]


class Submitted:
    """What came of a job. status: as HTTP has it. job_id: 0 if there is none."""

    __slots__ = ("error", "error_code", "index", "job_id", "message", "status")

    def __init__(self, index: int, job_id: int = 0, message: str = "") -> None:
        self.index = index
        self.job_id = job_id
        self.message = message
        self.status = 200
        self.error_code = 0
        self.error = ""

    def failed(self, problem: Problem) -> Submitted:
        self.status = problem.status
        self.error_code = problem.number
        self.error = problem.text
        return self


def jobs(members: dict[str, Any], version: int) -> list[Job]:
    """The jobs of a body, each as of job/submit. Raises Problem 400 with all mistakes."""
    listed: StructList | None = members.get("jobs")
    if listed is None or not listed.items:
        raise Problem(400, "jobs: expected a list of at least one job", path=("jobs",) if listed else ())
    if len(listed.items) > MOST:
        raise Problem(400, f"jobs: expected at most {MOST} jobs; found {len(listed.items)}", path=("jobs",))
    problems, found = Problems(), []
    for index, job in enumerate(listed.items):
        with problems:
            try:
                found.append(job_submission.submission(job, version))
            except Problem as problem:
                raise _below(problem, index) from None
    problems.check()
    return found


def _below(problem: Problem, index: int) -> Problem:
    """A problem of a job as one of the list."""
    where: Path = ("jobs", index)
    for each in (problem, *problem.more):
        each.text = each.reason = f"jobs[{index}].{each.text}"
        each.path = None if each.path is None else (*where, *each.path)
    return problem


BODY = Body(JOBS_SUBMIT, jobs)


def submit(call: Call) -> Result:
    everything = bool(call.query.get("all"))
    found = _found(call, ended=not everything) if call.again else {}
    if everything and not found:
        _rehearse(call)
    results = []
    for index, job in enumerate(call.body):
        if index in found:
            results.append(Submitted(index, found[index]))
            continue
        try:
            results.append(_one(call, index, job))
        except Problem as problem:
            gone = problem.status >= 500 or problem.status == 401  # slurmctld, or the token's time
            if gone and results and call.tag:
                problem = _in_part(problem)
            if everything:
                raise _withdrawn(call, index, problem, results) from None
            if gone and call.tag:
                raise _at(index, problem) from None  # sent again, it goes on from here
            results.append(Submitted(index).failed(problem))
            if gone:
                rest = Problem(problem.status, f"not tried after the error of jobs[{index}]")
                results += [Submitted(other).failed(rest) for other in range(index + 1, len(call.body))]
                break
    return Result(results, job_id=next((result.job_id for result in results if result.job_id), 0))


def _in_part(problem: Problem) -> Problem:
    """A problem after some jobs were submitted: its number must not say that nothing was done."""
    return Problem(503, problem.text, source=problem.source, reason=problem.reason)


def settle(call: Call) -> Result | None:
    """What an earlier process has answered, or would have, if all jobs are there."""
    tags().check(call, call.body)
    found = _found(call, ended=not call.query.get("all"))
    if len(found) < len(call.body):
        return None
    return Result([Submitted(index, found[index]) for index in sorted(found)], job_id=found[0])


def _found(call: Call, ended: bool) -> dict[int, int]:
    """The jobs of an earlier process: index → job id. ended: cancelled ones too."""
    found = tags().find(call, call.body, {_tag(call, index) for index in range(len(call.body))}, ended)
    return {int(tag.rpartition(".")[2]): job_id for tag, job_id in found.items()}


def _tag(call: Call, index: int) -> str:
    return f"{call.tag}.{index}" if call.tag else ""


def _one(call: Call, index: int, job: Job) -> Submitted:
    answer = submitted(call, job, _tag(call, index))
    message = call.slurm.text(answer.job_submit_user_msg) or ""
    result = Submitted(index, call.slurm.lib.compat_submitted_job_id(answer), message)
    if answer.error_code not in (0, NO_VAL[32]):  # such as that it is held
        result.error_code = answer.error_code
        result.error = call.slurm.strerror(answer.error_code)
    return result


def _rehearse(call: Call) -> None:
    """Raises the Problem of the first job that slurmctld would refuse."""
    for index, job in enumerate(call.body):
        try:
            for members in job:
                check_identity(call, members)
            call.slurm.will_run(job)
        except Problem as problem:
            raise _at(index, problem, "; no job was submitted") from None


def _at(index: int, problem: Problem, more: str = "") -> Problem:
    problem.text = f"jobs[{index}]: {problem.text}{more}"
    return problem


def _withdrawn(call: Call, index: int, problem: Problem, results: list[Submitted]) -> Problem:
    """The problem of a job, once those before it are cancelled."""
    cancelled, left = [], []
    for result in results:
        try:
            call.slurm.kill(str(result.job_id), _SIGKILL)
            cancelled.append(str(result.job_id))
        except Problem:
            left.append(str(result.job_id))
    text = f"; the jobs before it were cancelled: {', '.join(cancelled)}" if cancelled else ""
    text += f"; these could not be cancelled: {', '.join(left)}" if left else ""
    return _at(index, problem, text or "; no job was submitted")
