"""Calls about jobs: to read, submit, change, signal and requeue them (see restd_inet.slurm)."""

from __future__ import annotations

import re

from restd_inet.problems import Problem
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.slurm.library import Library
from restd_inet.slurm.results import IN_DETAIL, Records
from restd_inet.slurm.structs import OwnedStruct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Outcome:
    """What came of a change, for a job or some tasks of an array.

    step_id: the job as it was named ("123_4"); job_id: its number; found_job_id: NO_VAL if there is no such
    job. error, error_code: Slurm's; why: what it says of it. sibling: of a federation, always "" here.
    """

    __slots__ = ("error", "error_code", "found_job_id", "job_id", "sibling", "step_id", "why")

    def __init__(self, step_id: str, error: str, error_code: int, why: str, found: bool = True) -> None:
        number = re.match(r"\d+", step_id)
        self.step_id = step_id
        self.job_id = int(number[0]) if number else 0
        self.found_job_id = self.job_id if found else NO_VAL[32]
        self.error = error
        self.error_code = error_code
        self.why = why
        self.sibling = ""


class JobCalls(Library):
    """Each raises SlurmError as slurmctld answers."""

    CALLS = {  # noqa: RUF012  # a table
        "slurm_load_jobs": ("job_info_msg_t", "slurm_free_job_info_msg", "slurm_load_jobs(3)"),
        "slurm_load_job_user": ("job_info_msg_t", "slurm_free_job_info_msg", "slurm_load_job_user(3)"),
        "compat_load_job": ("job_info_msg_t", "slurm_free_job_info_msg", "slurm_load_job(3)"),
        "compat_load_job_sluid": ("job_info_msg_t", "slurm_free_job_info_msg", "slurm_load_job(3)"),
        "compat_job_batch_script": (
            "char",
            "compat_free_text",
            "slurm.h: what `scontrol write batch_script` writes",
        ),
        "slurm_submit_batch_job": (
            "submit_response_msg_t",
            "slurm_free_submit_response_response_msg",
            "slurm_submit_batch_job(3)",
        ),
        "slurm_submit_batch_het_job": (
            "submit_response_msg_t",
            "slurm_free_submit_response_response_msg",
            "slurm.h: a heterogeneous job, as sbatch(1) submits it",
        ),
        "slurm_job_will_run2": (
            "will_run_response_msg_t",
            "slurm_free_will_run_response_msg",
            "slurm.h: sbatch(1)'s --test-only",
        ),
        "compat_allocate": (
            "resource_allocation_response_msg_t",
            "slurm_free_resource_allocation_response_msg",
            "slurm_allocate_resources_blocking(3)",
        ),
        "compat_allocate_het_job": (
            "resource_allocation_response_msg_t",
            "slurm_free_resource_allocation_response_msg",
            "slurm.h: a heterogeneous job, as salloc(1) asks for it; what its first component is given",
        ),
        "slurm_update_job2": (
            "job_array_resp_msg_t",
            "slurm_free_job_array_resp",
            "slurm_update_job(3); slurm.h for the answer of each array task",
        ),
        "slurm_requeue2": (
            "job_array_resp_msg_t",
            "slurm_free_job_array_resp",
            "slurm.h: scontrol(1)'s requeue, for ids such as 123_4",
        ),
        "slurm_suspend2": (
            "job_array_resp_msg_t",
            "slurm_free_job_array_resp",
            "slurm_suspend(3); slurm.h for ids such as 123_4",
        ),
        "slurm_resume2": (
            "job_array_resp_msg_t",
            "slurm_free_job_array_resp",
            "slurm_resume(3); slurm.h for ids such as 123_4",
        ),
        "compat_get_job_steps": (
            "job_step_info_response_msg_t",
            "slurm_free_job_step_info_response_msg",
            "slurm_get_job_steps(3)",
        ),
        "slurm_job_step_stat": (
            "job_step_stat_response_msg_t",
            "slurm_job_step_stat_response_msg_free",
            "slurm.h: what sstat(1) shows",
        ),
        "compat_load_job_prio": (
            "priority_factors_response_msg_t",
            "slurm_free_priority_factors_response_msg",
            "slurm.h: what sprio(1) shows",
        ),
        "slurm_top_job": ("", "", "slurm.h: `scontrol top`"),
        "compat_notify_job": ("", "", "slurm_notify_job(3)"),
        "slurm_kill_job2": ("", "", "slurm_kill_job(3); slurm.h for ids such as 123_4 and 123+1"),
    }

    def jobs(self, update_time: int, flags: int = 0) -> Records:
        """slurm_job_info_t of every job that the user may see; SlurmError 304 if none has changed.

        flags: SHOW_*; 0 for all jobs in detail.
        """
        message = self._load("slurm_load_jobs", update_time, ..., flags or self.bits(IN_DETAIL))
        return self.records(message, message.job_array, message.record_count)

    def jobs_of_user(self, uid: int) -> Records:
        """The same of one user's jobs, which slurmctld chooses."""
        message = self._load("slurm_load_job_user", ..., uid, self.bits(IN_DETAIL))
        return self.records(message, message.job_array, message.record_count)

    def no_jobs(self) -> Records:
        """The same of none."""
        return self.records(None, self.ffi.NULL, 0)

    def job(self, job_id: int, flags: int = 0) -> Records:
        """slurm_job_info_t of a job; of each task or component, for an array or a het job."""
        message = self._load("compat_load_job", ..., job_id, flags or self.bits(IN_DETAIL))
        return self.records(message, message.job_array, message.record_count)

    def job_of_sluid(self, sluid: int, flags: int = 0) -> Records:
        """slurm_job_info_t of the job with that SLUID. Raises Problem 501 before Slurm 26.05."""
        self.capabilities.check(SLUID)
        message = self._load("compat_load_job_sluid", ..., sluid, flags or self.bits(IN_DETAIL))
        found = self.records(message, message.job_array, message.record_count)
        return found.select(lambda record: record.step_id.sluid == sluid)

    def batch_script(self, job_id: int) -> bytes:
        """The batch script of a job, which slurmctld gives to its user and to operators."""
        script: bytes = self.string(self._load("compat_job_batch_script", job_id, ...))
        return script

    def submit(self, components: list[dict[str, Any]]) -> Any:
        """submit_response_msg_t of a new batch job; several components make a heterogeneous job.

        components: what job_desc_msg_t's members are to hold, each (schema.parse).
        """
        filled = self._descriptions(components)
        if len(filled) == 1:
            return self._load("slurm_submit_batch_job", filled[0].struct, ...)
        return self._load("slurm_submit_batch_het_job", self._component_list(filled), ...)

    def submitted(self, job_id: int) -> Any:
        """submit_response_msg_t of a batch job that was submitted before."""
        answer = self.ffi.new("submit_response_msg_t *")
        self.lib.compat_set_submitted(answer, job_id, self.lib.SLURM_BATCH_SCRIPT)
        return answer

    @property
    def chooses_by_extra(self) -> bool:
        """Whether slurmctld chooses nodes by what jobs have in `extra` (slurm.conf(5))."""
        return "extra_constraints" in (self.text(self.conf.sched_params) or "")

    def will_run(self, components: list[dict[str, Any]]) -> WillRun:
        """When and where a job would start that is not submitted. Of a heterogeneous job each component is
        asked about alone, as sbatch(1) does: it starts with the last of them.
        """
        return WillRun(self, [self._will_run(filled) for filled in self._descriptions(components)])

    def _will_run(self, filled: OwnedStruct) -> Any:
        """will_run_response_msg_t; None if slurmctld only says that it would be accepted."""
        return self._load("slurm_job_will_run2", filled.struct, ..., empty=True)

    def allocate(self, components: list[dict[str, Any]]) -> Any:
        """resource_allocation_response_msg_t of a job without a script, once it has its nodes.

        It is waited for as long as a request may last; a job that got none by then is cancelled again.
        """
        filled = self._descriptions(components)
        seconds = max(round(self._wait) - 1, 1) if self._wait else 0
        if len(filled) == 1:
            return self._load("compat_allocate", filled[0].struct, seconds, ...)
        return self._load("compat_allocate_het_job", self._component_list(filled), seconds, ...)

    def _descriptions(self, components: list[dict[str, Any]]) -> list[OwnedStruct]:
        return [OwnedStruct(self, "job_desc_msg_t", members) for members in components]

    def _component_list(self, filled: list[OwnedStruct]) -> Any:
        jobs = self.ffi.gc(self.lib.slurm_list_create(self.ffi.NULL), self.lib.slurm_list_destroy)
        for desc in filled:
            self.lib.slurm_list_append(jobs, desc.struct)
        return jobs

    def update(self, job_id: str, members: dict[str, Any]) -> list[Outcome]:
        """Changes a job, or an array's tasks; what `members` does not name stays as it is.

        What slurmctld says of an array's tasks; nothing if there is nothing to say.
        """
        members = {**members, "job_id_str": job_id}
        desc = OwnedStruct(self, "job_desc_msg_t", members)
        return self._changed("slurm_update_job2", job_id, desc.struct)

    def requeue(self, job_id: str, flags: int) -> list[Outcome]:
        """Puts a job, or an array's tasks, into the queue again. flags: JOB_REQUEUE_HOLD and its kin."""
        return self._changed("slurm_requeue2", job_id, job_id.encode(), flags)

    def suspend(self, job_id: str) -> list[Outcome]:
        """Stops the processes of a running job, or of an array's tasks, and gives others their CPUs."""
        return self._changed("slurm_suspend2", job_id, job_id.encode())

    def resume(self, job_id: str) -> list[Outcome]:
        """Lets a suspended job, or an array's tasks, go on."""
        return self._changed("slurm_resume2", job_id, job_id.encode())

    def steps(self, job_id: int = NO_VAL[32], step_id: int = NO_VAL[32]) -> Records:
        """job_step_info_t of the steps that run, of a job or of all; of one with its number."""
        message = self._load("compat_get_job_steps", ..., job_id, step_id)
        return self.records(message, message.job_steps, message.job_step_count)

    def step_usage(self, step: Any) -> list[Any]:
        """job_step_stat_t of each node of a step (job_step_info_t), which its slurmd answers."""
        id = self.ffi.addressof(step, "step_id")
        given = id, step.nodes, step.start_protocol_ver
        message = self._load("slurm_job_step_stat", *given, ..., empty=True)
        if message is None or not message.stats_list:
            return []
        found = self.items(message.stats_list, "job_step_stat_t *")
        return [self.ffi.gc(each, lambda _, message=message: None) for each in found]

    def job_priorities(self) -> Any:
        """priority_factors_response_msg_t: why the jobs that wait have the priority that they have."""
        return self._load("compat_load_job_prio", ...)

    def top(self, job_ids: list[int]) -> None:
        """Puts waiting jobs before all others of their user, account, QOS and partition.

        If it refuses one of them it moves none; but those that do not wait, or are held, it passes over.
        """
        names = ",".join(map(str, job_ids)).encode()
        self._check("slurm_top_job", self.rpc(self.lib.slurm_top_job, names))

    def notify(self, job_id: int, message: str) -> None:
        """Writes a text where the user of a job sees it. job_id: of a record, an array's task has its own."""
        text = message.encode("utf-8", "surrogateescape")
        self._check("compat_notify_job", self.rpc(self.lib.compat_notify_job, job_id, text))

    def _changed(self, call: str, job_id: str, *arguments: Any) -> list[Outcome]:
        """What slurmctld says of an array's tasks; nothing if there is nothing to say."""
        try:
            answers = self._load(call, *arguments, ..., empty=True)
        except Problem as failed:
            # It gives this number too when nothing came back at all: a ping tells why.
            silent = failed.number == self.constant("SLURM_UNEXPECTED_MSG_ERROR")
            if silent and (status := self._status(0)):
                raise self.error(call, status) from None
            raise
        return list(self._outcomes(job_id, answers))

    def _outcomes(self, job_id: str, answers: Any) -> Iterator[Outcome]:
        for index in range(answers.job_array_count if answers else 0):
            code = answers.error_code[index]
            error = self.strerror(code)
            # Releases before 23.11 have no messages.
            messages = getattr(answers, "err_msg", None)
            why = (self.text(messages[index]) if messages else None) or ""
            yield Outcome(self.text(answers.job_array_id[index]) or job_id, error, code, why)

    def kill(self, job_id: str, signal: int, flags: int | None = None) -> None:
        """Sends a signal to all of a job; SIGKILL cancels it. job_id: also 123_4, 123_[1-3], 123+1.

        flags: KILL_*. Not slurm_kill_jobs (24.05 to 26.05): without accounting, slurmctld locks itself up
        for good in it when a user names another's job.
        """
        flags = self.lib.KILL_FULL_JOB if flags is None else flags
        arguments = (job_id.encode(), signal, flags, self.ffi.NULL)
        self._check("slurm_kill_job2", self.rpc(self.lib.slurm_kill_job2, *arguments))

    def outcome(self, step_id: str, error_code: int, why: str = "", found: bool = True) -> Outcome:
        """What came of a change, with Slurm's own text."""
        error = self.strerror(error_code)
        return Outcome(step_id, error, error_code, why or (error if error_code else ""), found)


#: What a release must have to know SLUIDs.
SLUID = "slurm_step_id_t.sluid"


class Allocated:
    """What a job without a script was given."""

    __slots__ = ("job_id", "job_submit_user_msg")

    def __init__(self, slurm: JobCalls, answer: Any) -> None:
        self.job_id = slurm.lib.compat_allocated_job_id(answer)
        self.job_submit_user_msg = slurm.text(answer.job_submit_user_msg) or ""


class WillRun:
    """What slurmctld says of a job that it was only asked about; start_time is 0 if it says no time."""

    __slots__ = ("cpus", "message", "nodes", "partition", "preempted", "start_time")

    def __init__(self, slurm: JobCalls, answers: list[Any]) -> None:
        answers = [answer for answer in answers if answer]

        def joined(member: str) -> str:
            texts = [slurm.text(getattr(answer, member)) for answer in answers]
            return ",".join(dict.fromkeys(filter(None, texts)))

        self.start_time = max((answer.start_time for answer in answers), default=0)
        self.nodes = joined("node_list")
        self.partition = joined("part_name")
        self.cpus = sum(answer.proc_cnt for answer in answers)
        self.preempted = [
            pointer[0]
            for answer in answers
            if answer.preemptee_job_id
            for pointer in slurm.items(answer.preemptee_job_id, "uint32_t *")
        ]
        self.message = joined("job_submit_user_msg")
