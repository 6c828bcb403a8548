"""A method for each operation of the documents. Made by contrib/client/generate.py; do not edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from restd_inet_client import _types
from restd_inet_client._shared import Value, new_key, quote

VERSION = "v0.0.46"


class Operations(Protocol):
    """The operations of API version v0.0.46: those of /restd/ by their names alone."""

    def call(
        self,
        method: str,
        path: str,
        query: Mapping[str, Value] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        raw: bool = False,
    ) -> Any:
        """Sends a request; its document, or with raw its bytes."""

    def accounting_jobs(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
        limit: Value = None,
        after: Value = None,
        count: Value = None,
        group: Value = None,
    ) -> _types.RestdAccountingJobsResp:
        """GET /restd/v0.0.46/accounting/jobs: List the jobs of the accounting database that match
        filters.
        Like sacct --duplicates: the jobs that match every filter in the period. With limit or after
            they are in the order in which slurmdbd got them.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as COMPLETED or CD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123+1; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default the last midnight, as sacct has it.
        end_time: End of the period. By default now.
        fields: Paths of fields, comma-separated: only these are answered.
        limit: Most records; `next` of the answer is where to go on.
        after: Only records after this one; `next` of an answer.
        count: Answer the number of records, and no records.
        group: Answer the numbers of records in each group.
        """
        answer: _types.RestdAccountingJobsResp = self.call(
            "GET",
            "/restd/v0.0.46/accounting/jobs",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
                "limit": limit,
                "after": after,
                "count": count,
                "group": group,
            },
        )
        return answer

    def assoc_mgr(
        self,
        *,
        account: Value = None,
        user: Value = None,
        qos: Value = None,
        show: Value = None,
    ) -> _types.RestdAssocMgrResp:
        """GET /restd/v0.0.46/assoc_mgr: Show associations, QOS and users as slurmctld has them.
        Like scontrol show assoc_mgr: limits, what is used and what is left. Of trackable resources
            those are listed that have a limit or are used.
        account: Associations of these accounts, comma-separated.
        user: Associations of these users and of accounts; "me" for yourself.
        qos: These QOS, comma-separated.
        show: Only these: associations, qos, users.
        """
        answer: _types.RestdAssocMgrResp = self.call(
            "GET",
            "/restd/v0.0.46/assoc_mgr",
            {"account": account, "user": user, "qos": qos, "show": show},
        )
        return answer

    def crontab(
        self,
        *,
        user: Value = None,
    ) -> _types.RestdCrontabResp:
        """GET /restd/v0.0.46/crontab: Show a crontab.
        Like scrontab -l; 404 if there is none, 501 if ScronParameters of slurm.conf does not enable
            scrontab.
        user: The user, by name or uid; by default yours. Others only for root and SlurmUser.
        """
        answer: _types.RestdCrontabResp = self.call(
            "GET",
            "/restd/v0.0.46/crontab",
            {"user": user},
        )
        return answer

    def delete_crontab(
        self,
        *,
        user: Value = None,
    ) -> _types.OpenapiResp:
        """DELETE /restd/v0.0.46/crontab: Remove a crontab and its jobs.
        Like scrontab -r; it is no error if there is none.
        user: The user, by name or uid; by default yours. Others only for root and SlurmUser.
        """
        answer: _types.OpenapiResp = self.call(
            "DELETE",
            "/restd/v0.0.46/crontab",
            {"user": user},
        )
        return answer

    def post_debug(
        self,
        body: _types.RestdDebugReq | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdDebugResp:
        """POST /restd/v0.0.46/debug: Change how much slurmctld logs.
        Like scontrol setdebug and scontrol setdebugflags: for administrators. It lasts until
            slurmctld reads slurm.conf again. The answer has what slurmctld has then.
        """
        answer: _types.RestdDebugResp = self.call(
            "POST",
            "/restd/v0.0.46/debug",
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_diag_reset(
        self,
        *,
        idempotency_key: str | None = None,
    ) -> _types.OpenapiResp:
        """POST /restd/v0.0.46/diag/reset: Reset the statistics of slurmctld.
        Like sdiag --reset: for operators and administrators.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/restd/v0.0.46/diag/reset",
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def events(
        self,
        *,
        cluster: Value = None,
        all_clusters: Value = None,
        type: Value = None,
        node: Value = None,
        state: Value = None,
        reason: Value = None,
        user: Value = None,
        cpus_min: Value = None,
        cpus_max: Value = None,
        open: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        all_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdEventsResp:
        """GET /restd/v0.0.46/events: List events of nodes and clusters.
        Like sacctmgr list event: when nodes could not be used, and what clusters had.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: Events of all clusters.
        type: Only events of nodes, or of clusters.
        node: Nodes, as a host list.
        state: States of nodes, comma-separated, such as DOWN or DRAIN.
        reason: Reasons, comma-separated.
        user: Who gave the reason: names or uids, comma-separated; "me" for yourself.
        cpus_min: Smallest number of CPUs.
        cpus_max: Largest number of CPUs.
        open: Only events that have not ended.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default the last midnight but one; with state= now.
        end_time: End of the period. By default now.
        all_time: The whole time, if no period is given.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdEventsResp = self.call(
            "GET",
            "/restd/v0.0.46/events",
            {
                "cluster": cluster,
                "all_clusters": all_clusters,
                "type": type,
                "node": node,
                "state": state,
                "reason": reason,
                "user": user,
                "cpus_min": cpus_min,
                "cpus_max": cpus_max,
                "open": open,
                "start_time": start_time,
                "end_time": end_time,
                "all_time": all_time,
                "fields": fields,
            },
        )
        return answer

    def federation(
        self,
    ) -> _types.RestdFederationResp:
        """GET /restd/v0.0.46/federation: Show the federation of the cluster.
        Like scontrol show federation. Its name is empty if the cluster is in none.
        """
        answer: _types.RestdFederationResp = self.call(
            "GET",
            "/restd/v0.0.46/federation",
        )
        return answer

    def post_job_submit(
        self,
        body: _types.JobSubmitReq | Mapping[str, Any],
        *,
        dry_run: Value = None,
        options: Value = None,
        argv: Value = None,
        submit_dir: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobSubmitResp:
        """POST /restd/v0.0.46/job/submit: Submit a batch job, or try it out.
        Like sbatch, with the body of /slurm/. With `dry_run=1` like sbatch --test-only: no job is
            submitted; `dry_run` of the answer says when and where it would start, or the error why
            it would be refused. A batch script as it is, text/x-shellscript or the part script of
            multipart/form-data, is read as sbatch reads it; parameters with the names of sbatch's
            options go over its directives, and the part job over both. The part environment is that
            of which --export takes what it names; without it it is HOME, USER and PATH of the user.
        dry_run: Submit nothing; answer when and where the job would start.
        options: For a script: options of sbatch without `--`, such as `partition=debug` or `hold`;
            they override its directives.
        argv: For a script: its file name, then its arguments, one value each.
        submit_dir: For a script: the directory that it is submitted from, and in which it runs
            without `--chdir`; the default is the home directory of the user.
        """
        answer: _types.RestdJobSubmitResp = self.call(
            "POST",
            "/restd/v0.0.46/job/submit",
            {"dry_run": dry_run, "options": options, "argv": argv, "submit_dir": submit_dir},
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def job(
        self,
        job_id: str | int,
        *,
        fields: Value = None,
        watch: Value = None,
        interval: Value = None,
        since: Value = None,
        wait: Value = None,
        until: Value = None,
    ) -> _types.RestdJobResp:
        """GET /restd/v0.0.46/job/{job_id}: Get or watch a job, or wait for a state of it.
        With until and wait the answer comes when the job has reached one of the states, or has
            ended: `reached` says which. An array has reached it when all tasks have. If time runs
            out the status is 304.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        fields: Paths of fields, comma-separated: only these are answered.
        watch: Answer events as they happen: first the records as they are, then what changes of
            them.
        interval: Seconds between two looks at slurmctld; 2 by default.
        since: The id of an event, or `last_event_id` of an answer: go on from there, or wait for a
            change.
        wait: Seconds to wait for a change after `since`; then the answer is 304.
        until: States, comma-separated: answer when the job, or each task of an array, has reached
            one of them or has ended.
        """
        answer: _types.RestdJobResp = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}",
            {
                "fields": fields,
                "watch": watch,
                "interval": interval,
                "since": since,
                "wait": wait,
                "until": until,
            },
        )
        return answer

    def post_job_hold(
        self,
        job_id: str | int,
        body: _types.RestdJobHoldReq | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/hold: Hold a job.
        Like scontrol hold, and with `uhold` like scontrol uhold: it does not start before it is
            released. A hold of an operator or administrator can be released by these alone. All or
            some tasks of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/hold",
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_job_notify(
        self,
        job_id: str | int,
        body: _types.RestdJobNotifyReq | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/notify: Notify a job.
        Like scontrol notify: a text on standard error of the script, or in the terminal of salloc
            or srun. All or some tasks of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/notify",
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def job_priority(
        self,
        job_id: str | int,
        *,
        fields: Value = None,
    ) -> _types.RestdJobPriorityResp:
        """GET /restd/v0.0.46/job/{job_id}/priority: Show the factors of a job's priority.
        Like sprio --long: what the priority of a waiting job is made of, each factor with its
            weight.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdJobPriorityResp = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/priority",
            {"fields": fields},
        )
        return answer

    def post_job_release(
        self,
        job_id: str | int,
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/release: Release a job.
        Like scontrol release: it is held no more. All or some tasks of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/release",
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_job_requeue(
        self,
        job_id: str | int,
        body: _types.RestdJobRequeueReq | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/requeue: Requeue a job.
        Like scontrol requeue, and with the flag Hold like scontrol requeuehold. All or some tasks
            of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/requeue",
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_job_resume(
        self,
        job_id: str | int,
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/resume: Resume a job.
        Like scontrol resume, for operators and administrators: a suspended job goes on. All or some
            tasks of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/resume",
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def job_script(
        self,
        job_id: str | int,
    ) -> bytes:
        """GET /restd/v0.0.46/job/{job_id}/script: Read the batch script of a job.
        Like scontrol write batch_script. For a job that slurmctld has forgotten the script comes
            from accounting, if scripts are stored there (AccountingStoreFlags=job_script).
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: bytes = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/script",
            raw=True,
        )
        return answer

    def post_job_signal(
        self,
        job_id: str | int,
        body: _types.RestdJobSignalReq | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/signal: Signal a job.
        Like scancel --signal: to the steps, with a flag to the batch script (BATCH_JOB), or to both
            (FULL_JOB). KILL cancels the job. All or some tasks of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/signal",
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def job_stderr(
        self,
        job_id: str | int,
        *,
        follow: Value = None,
        tail: Value = None,
        wait: Value = None,
    ) -> bytes:
        """GET /restd/v0.0.46/job/{job_id}/stderr: Read the standard error of a batch job.
        The file as it is, one range of it (Range), or its last lines. The path is that of the job's
            record. The file is opened with the rights of the job's user, and for that user alone:
            by a process of that user's, or with --privileged. A step (123.0) has a file if srun has
            given it one (Slurm 26.05); 123.batch is the job itself. A job that has no file for it
            writes it to that of its standard output.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        follow: Go on with what is written, until the job has ended.
        tail: Number of lines: only so many of the last ones.
        wait: Seconds: an answer that would be 404 (not there yet), 304 or 416 (nothing behind the
            range yet) waits for so long until there is something new, or the job has ended.
        """
        answer: bytes = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/stderr",
            {"follow": follow, "tail": tail, "wait": wait},
            raw=True,
        )
        return answer

    def job_stdout(
        self,
        job_id: str | int,
        *,
        follow: Value = None,
        tail: Value = None,
        wait: Value = None,
    ) -> bytes:
        """GET /restd/v0.0.46/job/{job_id}/stdout: Read the standard output of a batch job.
        The file as it is, one range of it (Range), or its last lines. The path is that of the job's
            record. The file is opened with the rights of the job's user, and for that user alone:
            by a process of that user's, or with --privileged. A step (123.0) has a file if srun has
            given it one (Slurm 26.05); 123.batch is the job itself.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        follow: Go on with what is written, until the job has ended.
        tail: Number of lines: only so many of the last ones.
        wait: Seconds: an answer that would be 404 (not there yet), 304 or 416 (nothing behind the
            range yet) waits for so long until there is something new, or the job has ended.
        """
        answer: bytes = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/stdout",
            {"follow": follow, "tail": tail, "wait": wait},
            raw=True,
        )
        return answer

    def job_step(
        self,
        job_id: str | int,
        step: str | int,
        *,
        fields: Value = None,
    ) -> _types.RestdJobStepResp:
        """GET /restd/v0.0.46/job/{job_id}/step/{step}: Show a step that runs.
        Like sstat: what it is, and what it uses now. A step is its number, batch, extern or
            interactive.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        step: Step: a number, batch, extern or interactive.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdJobStepResp = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/step/{quote(step)}",
            {"fields": fields},
        )
        return answer

    def job_steps(
        self,
        job_id: str | int,
        *,
        fields: Value = None,
    ) -> _types.RestdJobStepsResp:
        """GET /restd/v0.0.46/job/{job_id}/steps: List the steps of a job that run.
        Like squeue --steps, with what they use now, like sstat --allsteps. Only the user of a job,
            operators and administrators get the usage; `usage.error` says why there is none.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdJobStepsResp = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/steps",
            {"fields": fields},
        )
        return answer

    def post_job_suspend(
        self,
        job_id: str | int,
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/suspend: Suspend a job.
        Like scontrol suspend, for operators and administrators: its processes are stopped. All or
            some tasks of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/suspend",
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_job_top(
        self,
        job_id: str | int,
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/job/{job_id}/top: Move a job to the top.
        Like scontrol top: it comes before all other jobs of its user, account, QOS and partition.
            Users who are no operators need SchedulerParameters=enable_user_top. All or some tasks
            of an array: 123, 123_[1-3].
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            f"/restd/v0.0.46/job/{quote(job_id)}/top",
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def job_usage(
        self,
        job_id: str | int,
        *,
        fields: Value = None,
    ) -> _types.RestdJobUsageResp:
        """GET /restd/v0.0.46/job/{job_id}/usage: Show what a job uses or has used.
        Like sstat while it runs, and like seff when it has ended: CPU time, memory, input and
            output, and how much of the CPUs and the memory that is. An array or a heterogeneous job
            has an entry for each part.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdJobUsageResp = self.call(
            "GET",
            f"/restd/v0.0.46/job/{quote(job_id)}/usage",
            {"fields": fields},
        )
        return answer

    def jobs(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        fields: Value = None,
        sort: Value = None,
        limit: Value = None,
        after: Value = None,
        count: Value = None,
        group: Value = None,
        watch: Value = None,
        interval: Value = None,
        since: Value = None,
        wait: Value = None,
    ) -> _types.RestdJobsResp:
        """GET /restd/v0.0.46/jobs: List the jobs that match filters.
        Like squeue: the jobs that you may see and that match every filter, in the order of their
            ids. A job that asks for several partitions is counted in each. Waiting tasks of an
            array are one job.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        fields: Paths of fields, comma-separated: only these are answered.
        sort: Paths of fields to sort by; with - before it, descending.
        limit: Most records; `next` of the answer is where to go on.
        after: Only records after this one; `next` of an answer.
        count: Answer the number of records, and no records.
        group: Answer the numbers of records in each group.
        watch: Answer events as they happen: first the records as they are, then what changes of
            them.
        interval: Seconds between two looks at slurmctld; 2 by default.
        since: The id of an event, or `last_event_id` of an answer: go on from there, or wait for a
            change.
        wait: Seconds to wait for a change after `since`; then the answer is 304.
        """
        answer: _types.RestdJobsResp = self.call(
            "GET",
            "/restd/v0.0.46/jobs",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
                "fields": fields,
                "sort": sort,
                "limit": limit,
                "after": after,
                "count": count,
                "group": group,
                "watch": watch,
                "interval": interval,
                "since": since,
                "wait": wait,
            },
        )
        return answer

    def post_jobs_hold(
        self,
        body: _types.RestdJobHoldReq | Mapping[str, Any],
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/hold: Hold the jobs that match filters.
        Like scontrol hold, and with `uhold` like scontrol uhold: it does not start before it is
            released. A hold of an operator or administrator can be released by these alone. The
            query chooses the jobs, as that of the list does, and needs at least one filter; the
            body has the arguments. Jobs that have ended are chosen by `job_id` or `state` alone.
            `results` has each job, with its error if there is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/hold",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_notify(
        self,
        body: _types.RestdJobNotifyReq | Mapping[str, Any],
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/notify: Notify the jobs that match filters.
        Like scontrol notify: a text on standard error of the script, or in the terminal of salloc
            or srun. The query chooses the jobs, as that of the list does, and needs at least one
            filter; the body has the arguments. Jobs that have ended are chosen by `job_id` or
            `state` alone. `results` has each job, with its error if there is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/notify",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_release(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/release: Release the jobs that match filters.
        Like scontrol release: it is held no more. The query chooses the jobs, as that of the list
            does, and needs at least one filter; the body has the arguments. Jobs that have ended
            are chosen by `job_id` or `state` alone. `results` has each job, with its error if there
            is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/release",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_requeue(
        self,
        body: _types.RestdJobRequeueReq | Mapping[str, Any],
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/requeue: Requeue the jobs that match filters.
        Like scontrol requeue, and with the flag Hold like scontrol requeuehold. The query chooses
            the jobs, as that of the list does, and needs at least one filter; the body has the
            arguments. Jobs that have ended are chosen by `job_id` or `state` alone. `results` has
            each job, with its error if there is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/requeue",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_resume(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/resume: Resume the jobs that match filters.
        Like scontrol resume, for operators and administrators: a suspended job goes on. The query
            chooses the jobs, as that of the list does, and needs at least one filter; the body has
            the arguments. Jobs that have ended are chosen by `job_id` or `state` alone. `results`
            has each job, with its error if there is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/resume",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_signal(
        self,
        body: _types.RestdJobSignalReq | Mapping[str, Any],
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/signal: Signal the jobs that match filters.
        Like scancel --signal: to the steps, with a flag to the batch script (BATCH_JOB), or to both
            (FULL_JOB). KILL cancels the job. The query chooses the jobs, as that of the list does,
            and needs at least one filter; the body has the arguments. Jobs that have ended are
            chosen by `job_id` or `state` alone. `results` has each job, with its error if there is
            one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/signal",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_submit(
        self,
        body: _types.RestdJobsSubmitReq | Mapping[str, Any],
        *,
        all: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobsSubmitResp:
        """POST /restd/v0.0.46/jobs/submit: Submit many batch jobs.
        Each of `jobs` is as the body of job/submit. If the body has a mistake, nothing is
            submitted. `results` has what came of each job, in the order of the body. With `all=1`
            slurmctld is asked about all jobs before any is submitted, and if one is refused
            nonetheless, those before it are cancelled: the answer is then that error.
        all: Submit all jobs, or none if one is refused.
        """
        answer: _types.RestdJobsSubmitResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/submit",
            {"all": all},
            body=body,
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_suspend(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/suspend: Suspend the jobs that match filters.
        Like scontrol suspend, for operators and administrators: its processes are stopped. The
            query chooses the jobs, as that of the list does, and needs at least one filter; the
            body has the arguments. Jobs that have ended are chosen by `job_id` or `state` alone.
            `results` has each job, with its error if there is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/suspend",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def post_jobs_top(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        qos: Value = None,
        state: Value = None,
        name: Value = None,
        node: Value = None,
        job_id: Value = None,
        reservation: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.RestdJobVerbResp:
        """POST /restd/v0.0.46/jobs/top: Move the jobs that match filters to the top.
        Like scontrol top: it comes before all other jobs of its user, account, QOS and partition.
            Users who are no operators need SchedulerParameters=enable_user_top. The query chooses
            the jobs, as that of the list does, and needs at least one filter; the body has the
            arguments. Jobs that have ended are chosen by `job_id` or `state` alone. `results` has
            each job, with its error if there is one.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        qos: QOS; comma-separated or repeated: any of them; with "!" before it: none of them.
        state: States, such as RUNNING or PD; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        name: Names of jobs, with *, ? and [] as in the shell; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        node: Nodes of the allocation, as host lists; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        job_id: Job ids: 123, 123_4, 123_[1-3], 123+1, a SLUID; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        reservation: Reservations; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        """
        answer: _types.RestdJobVerbResp = self.call(
            "POST",
            "/restd/v0.0.46/jobs/top",
            {
                "user": user,
                "account": account,
                "partition": partition,
                "qos": qos,
                "state": state,
                "name": name,
                "node": node,
                "job_id": job_id,
                "reservation": reservation,
            },
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def limits(
        self,
        *,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        fields: Value = None,
    ) -> _types.RestdLimitsResp:
        """GET /restd/v0.0.46/limits: Show what a user may use, has used and may still use.
        Like scontrol show assoc_mgr, sacctmgr show associations and qos, and scontrol show
            partition in one: for each association of a user its limits, those of the accounts above
            it, of its QOS, and of the partitions that take its jobs.
        user: Names of users, comma-separated; by default "me".
        account: Only associations of these accounts, comma-separated.
        partition: Only these partitions, comma-separated.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdLimitsResp = self.call(
            "GET",
            "/restd/v0.0.46/limits",
            {"user": user, "account": account, "partition": partition, "fields": fields},
        )
        return answer

    def nodes(
        self,
        *,
        node: Value = None,
        partition: Value = None,
        state: Value = None,
        feature: Value = None,
        reservation: Value = None,
        fields: Value = None,
        sort: Value = None,
        limit: Value = None,
        after: Value = None,
        count: Value = None,
        group: Value = None,
        watch: Value = None,
        interval: Value = None,
        since: Value = None,
        wait: Value = None,
    ) -> _types.RestdNodesResp:
        """GET /restd/v0.0.46/nodes: List the nodes that match filters.
        Like sinfo --Node: the nodes that match every filter, in the order of their names. A node is
            counted in each of its partitions.
        node: Nodes, as host lists; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        partition: Partitions that they are in; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        state: States, such as IDLE, DRAIN or drained; comma-separated or repeated: any of them;
            with "!" before it: none of them.
        feature: Features that they can have; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        reservation: Reservations that they are in now; comma-separated or repeated: any of them;
            with "!" before it: none of them.
        fields: Paths of fields, comma-separated: only these are answered.
        sort: Paths of fields to sort by; with - before it, descending.
        limit: Most records; `next` of the answer is where to go on.
        after: Only records after this one; `next` of an answer.
        count: Answer the number of records, and no records.
        group: Answer the numbers of records in each group.
        watch: Answer events as they happen: first the records as they are, then what changes of
            them.
        interval: Seconds between two looks at slurmctld; 2 by default.
        since: The id of an event, or `last_event_id` of an answer: go on from there, or wait for a
            change.
        wait: Seconds to wait for a change after `since`; then the answer is 304.
        """
        answer: _types.RestdNodesResp = self.call(
            "GET",
            "/restd/v0.0.46/nodes",
            {
                "node": node,
                "partition": partition,
                "state": state,
                "feature": feature,
                "reservation": reservation,
                "fields": fields,
                "sort": sort,
                "limit": limit,
                "after": after,
                "count": count,
                "group": group,
                "watch": watch,
                "interval": interval,
                "since": since,
                "wait": wait,
            },
        )
        return answer

    def partitions(
        self,
        *,
        partition: Value = None,
        name: Value = None,
        state: Value = None,
        node: Value = None,
        fields: Value = None,
        sort: Value = None,
        limit: Value = None,
        after: Value = None,
        count: Value = None,
        group: Value = None,
        watch: Value = None,
        interval: Value = None,
        since: Value = None,
        wait: Value = None,
    ) -> _types.RestdPartitionsResp:
        """GET /restd/v0.0.46/partitions: List the partitions that match filters.
        Like sinfo: the partitions that you may see and that match every filter, in the order of
            names.
        partition: Partitions by name; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        name: Names of partitions, with *, ? and [] as in the shell; comma-separated or repeated:
            any of them; with "!" before it: none of them.
        state: States, such as UP or DRAIN; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        node: Nodes, as host lists: the partitions that they are in; comma-separated or repeated:
            any of them; with "!" before it: none of them.
        fields: Paths of fields, comma-separated: only these are answered.
        sort: Paths of fields to sort by; with - before it, descending.
        limit: Most records; `next` of the answer is where to go on.
        after: Only records after this one; `next` of an answer.
        count: Answer the number of records, and no records.
        group: Answer the numbers of records in each group.
        watch: Answer events as they happen: first the records as they are, then what changes of
            them.
        interval: Seconds between two looks at slurmctld; 2 by default.
        since: The id of an event, or `last_event_id` of an answer: go on from there, or wait for a
            change.
        wait: Seconds to wait for a change after `since`; then the answer is 304.
        """
        answer: _types.RestdPartitionsResp = self.call(
            "GET",
            "/restd/v0.0.46/partitions",
            {
                "partition": partition,
                "name": name,
                "state": state,
                "node": node,
                "fields": fields,
                "sort": sort,
                "limit": limit,
                "after": after,
                "count": count,
                "group": group,
                "watch": watch,
                "interval": interval,
                "since": since,
                "wait": wait,
            },
        )
        return answer

    def priorities(
        self,
        *,
        user: Value = None,
        partition: Value = None,
        job_id: Value = None,
        fields: Value = None,
    ) -> _types.RestdPrioritiesResp:
        """GET /restd/v0.0.46/priorities: List the factors of priorities.
        Like sprio --long: what the priority of a waiting job is made of, each factor with its
            weight.
        user: Users by name or uid, "me" for your own jobs; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        job_id: Job ids: 123, 123_4, 123+1, a SLUID; comma-separated or repeated: any of them; with
            "!" before it: none of them.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdPrioritiesResp = self.call(
            "GET",
            "/restd/v0.0.46/priorities",
            {"user": user, "partition": partition, "job_id": job_id, "fields": fields},
        )
        return answer

    def reports_account_utilization(
        self,
        *,
        account: Value = None,
        user: Value = None,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdAccountUtilizationResp:
        """GET /restd/v0.0.46/reports/account-utilization: Report usage of accounts, and of users in
        them.
        Like sreport cluster AccountUtilizationByUser.
        account: Only these accounts, comma-separated.
        user: Only these users, comma-separated.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdAccountUtilizationResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/account-utilization",
            {
                "account": account,
                "user": user,
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reports_cluster_utilization(
        self,
        *,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdClusterUtilizationResp:
        """GET /restd/v0.0.46/reports/cluster-utilization: Report how the time of clusters was used.
        Like sreport cluster Utilization.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdClusterUtilizationResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/cluster-utilization",
            {
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reports_job_sizes(
        self,
        *,
        account: Value = None,
        user: Value = None,
        wckey: Value = None,
        by: Value = None,
        grouping: Value = None,
        flat: Value = None,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdJobSizesResp:
        """GET /restd/v0.0.46/reports/job-sizes: Report usage of jobs by size.
        Like sreport job SizesByAccount, SizesByWCKey and SizesByAccountAndWCKey.
        account: Only these accounts, comma-separated.
        user: Only these users, comma-separated.
        wckey: Only these WCKeys, comma-separated.
        by: The entity by which jobs are grouped; by default account.
        grouping: CPUs at which groups begin, comma-separated; by default 50,250,500,1000.
        flat: Each account by itself, without those below it.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdJobSizesResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/job-sizes",
            {
                "account": account,
                "user": user,
                "wckey": wckey,
                "by": by,
                "grouping": grouping,
                "flat": flat,
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reports_user_top(
        self,
        *,
        account: Value = None,
        user: Value = None,
        top: Value = None,
        group: Value = None,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdUserTopResp:
        """GET /restd/v0.0.46/reports/user-top: Report the users with the largest usage.
        Like sreport user TopUsage.
        account: Only these accounts, comma-separated.
        user: Only these users, comma-separated.
        top: How many users; by default 10.
        group: All accounts of a user together.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdUserTopResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/user-top",
            {
                "account": account,
                "user": user,
                "top": top,
                "group": group,
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reports_user_utilization(
        self,
        *,
        account: Value = None,
        user: Value = None,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdUserUtilizationResp:
        """GET /restd/v0.0.46/reports/user-utilization: Report usage of users, by account.
        Like sreport cluster UserUtilizationByAccount.
        account: Only these accounts, comma-separated.
        user: Only these users, comma-separated.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdUserUtilizationResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/user-utilization",
            {
                "account": account,
                "user": user,
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reports_user_wckey_utilization(
        self,
        *,
        wckey: Value = None,
        user: Value = None,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdUserWckeyUtilizationResp:
        """GET /restd/v0.0.46/reports/user-wckey-utilization: Report usage of users, by WCKey.
        Like sreport cluster UserUtilizationByWCKey.
        wckey: Only these WCKeys, comma-separated.
        user: Only these users, comma-separated.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdUserWckeyUtilizationResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/user-wckey-utilization",
            {
                "wckey": wckey,
                "user": user,
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reports_wckey_utilization(
        self,
        *,
        wckey: Value = None,
        user: Value = None,
        cluster: Value = None,
        all_clusters: Value = None,
        tres: Value = None,
        units: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        fields: Value = None,
    ) -> _types.RestdWckeyUtilizationResp:
        """GET /restd/v0.0.46/reports/wckey-utilization: Report usage of WCKeys, and of users in them.
        Like sreport cluster WCKeyUtilizationByUser.
        wckey: Only these WCKeys, comma-separated.
        user: Only these users, comma-separated.
        cluster: Clusters, comma-separated; by default this one.
        all_clusters: All clusters.
        tres: Trackable resources, comma-separated, such as cpu,gres/gpu; by default cpu.
        units: Unit of usage; by default minutes, as sreport has it.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default yesterday's.
        end_time: End of the period. By default the last midnight.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdWckeyUtilizationResp = self.call(
            "GET",
            "/restd/v0.0.46/reports/wckey-utilization",
            {
                "wckey": wckey,
                "user": user,
                "cluster": cluster,
                "all_clusters": all_clusters,
                "tres": tres,
                "units": units,
                "start_time": start_time,
                "end_time": end_time,
                "fields": fields,
            },
        )
        return answer

    def reservations(
        self,
        *,
        reservation: Value = None,
        name: Value = None,
        user: Value = None,
        account: Value = None,
        partition: Value = None,
        node: Value = None,
        fields: Value = None,
        sort: Value = None,
        limit: Value = None,
        after: Value = None,
        count: Value = None,
        group: Value = None,
        watch: Value = None,
        interval: Value = None,
        since: Value = None,
        wait: Value = None,
    ) -> _types.RestdReservationsResp:
        """GET /restd/v0.0.46/reservations: List the reservations that match filters.
        Like sinfo --reservation: the reservations that you may see and that match every filter, in
            the order of their names.
        reservation: Reservations by name; comma-separated or repeated: any of them; with "!" before
            it: none of them.
        name: Names of reservations, with *, ? and [] as in the shell; comma-separated or repeated:
            any of them; with "!" before it: none of them.
        user: Users who are named in them, "me" for yourself; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        account: Accounts that are named in them; comma-separated or repeated: any of them; with "!"
            before it: none of them.
        partition: Partitions; comma-separated or repeated: any of them; with "!" before it: none of
            them.
        node: Nodes, as host lists; comma-separated or repeated: any of them; with "!" before it:
            none of them.
        fields: Paths of fields, comma-separated: only these are answered.
        sort: Paths of fields to sort by; with - before it, descending.
        limit: Most records; `next` of the answer is where to go on.
        after: Only records after this one; `next` of an answer.
        count: Answer the number of records, and no records.
        group: Answer the numbers of records in each group.
        watch: Answer events as they happen: first the records as they are, then what changes of
            them.
        interval: Seconds between two looks at slurmctld; 2 by default.
        since: The id of an event, or `last_event_id` of an answer: go on from there, or wait for a
            change.
        wait: Seconds to wait for a change after `since`; then the answer is 304.
        """
        answer: _types.RestdReservationsResp = self.call(
            "GET",
            "/restd/v0.0.46/reservations",
            {
                "reservation": reservation,
                "name": name,
                "user": user,
                "account": account,
                "partition": partition,
                "node": node,
                "fields": fields,
                "sort": sort,
                "limit": limit,
                "after": after,
                "count": count,
                "group": group,
                "watch": watch,
                "interval": interval,
                "since": since,
                "wait": wait,
            },
        )
        return answer

    def runaway(
        self,
        *,
        fields: Value = None,
    ) -> _types.RestdRunawayResp:
        """GET /restd/v0.0.46/runaway: List runaway jobs.
        Like sacctmgr list runawayjobs: jobs of this cluster that have started and not ended in the
            database, and that slurmctld does not know. For operators and administrators.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdRunawayResp = self.call(
            "GET",
            "/restd/v0.0.46/runaway",
            {"fields": fields},
        )
        return answer

    def post_runaway(
        self,
        *,
        idempotency_key: str | None = None,
    ) -> _types.RestdRunawayFixedResp:
        """POST /restd/v0.0.46/runaway: End runaway jobs.
        Like sacctmgr list runawayjobs with the answer y: each ends when it started, became eligible
            or was submitted, whichever was last, and slurmdbd counts usage again from then on. The
            answer has the jobs as they were. For operators and administrators.
        """
        answer: _types.RestdRunawayFixedResp = self.call(
            "POST",
            "/restd/v0.0.46/runaway",
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def steps(
        self,
        *,
        user: Value = None,
        usage: Value = None,
        fields: Value = None,
    ) -> _types.RestdStepsResp:
        """GET /restd/v0.0.46/steps: List the steps that run.
        Like squeue --steps. With `usage=1` each slurmd is asked what its steps use, as sstat does.
        user: Users by name or uid, "me" for your own steps; comma-separated or repeated: any of
            them; with "!" before it: none of them.
        usage: Ask the slurmds what each step uses.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdStepsResp = self.call(
            "GET",
            "/restd/v0.0.46/steps",
            {"user": user, "usage": usage, "fields": fields},
        )
        return answer

    def post_takeover(
        self,
        *,
        backup: Value = None,
        idempotency_key: str | None = None,
    ) -> _types.OpenapiResp:
        """POST /restd/v0.0.46/takeover: Let a backup slurmctld take control.
        Like scontrol takeover: for administrators.
        backup: Which backup: 1 for the second SlurmctldHost of slurm.conf, the default.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/restd/v0.0.46/takeover",
            {"backup": backup},
            idempotency_key=idempotency_key or new_key(),
        )
        return answer

    def topology(
        self,
        *,
        name: Value = None,
        fields: Value = None,
    ) -> _types.RestdTopologyResp:
        """GET /restd/v0.0.46/topology: Show how the nodes are connected.
        Like scontrol show topology: switches, blocks, rings or tori, whichever TopologyPlugin has;
            empty where all nodes are alike.
        name: Name of a topology in topology.yaml, for one that is not the default.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdTopologyResp = self.call(
            "GET",
            "/restd/v0.0.46/topology",
            {"name": name, "fields": fields},
        )
        return answer

    def transactions(
        self,
        *,
        account: Value = None,
        actor: Value = None,
        cluster: Value = None,
        id: Value = None,
        user: Value = None,
        with_assoc_info: Value = None,
        start_time: Value = None,
        end_time: Value = None,
        action: Value = None,
        fields: Value = None,
    ) -> _types.RestdTransactionsResp:
        """GET /restd/v0.0.46/transactions: List changes of accounting.
        Like sacctmgr list transactions: who changed what, when.
        account: Changes that name these accounts, comma-separated.
        actor: Who made them: names of users, comma-separated.
        cluster: Changes of these clusters, comma-separated.
        id: Ids, comma-separated.
        user: Changes that name these users, comma-separated.
        with_assoc_info: Also the users, accounts and clusters of associations.
        start_time: Start of the period: a Unix time, or a time such as 2030-01-31T12:00, 12:00,
            midnight or now-1day. By default the whole time.
        end_time: End of the period. By default now.
        action: Actions, comma-separated, such as DBD_ADD_USERS, or ADD_USERS.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdTransactionsResp = self.call(
            "GET",
            "/restd/v0.0.46/transactions",
            {
                "account": account,
                "actor": actor,
                "cluster": cluster,
                "id": id,
                "user": user,
                "with_assoc_info": with_assoc_info,
                "start_time": start_time,
                "end_time": end_time,
                "action": action,
                "fields": fields,
            },
        )
        return answer

    def triggers(
        self,
        *,
        user: Value = None,
        fields: Value = None,
    ) -> _types.RestdTriggersResp:
        """GET /restd/v0.0.46/triggers: List triggers.
        Like strigger --get: programs that slurmctld runs at events.
        user: Users as whom programs run, by name or uid, "me" for your own triggers; comma-
            separated or repeated: any of them; with "!" before it: none of them.
        fields: Paths of fields, comma-separated: only these are answered.
        """
        answer: _types.RestdTriggersResp = self.call(
            "GET",
            "/restd/v0.0.46/triggers",
            {"user": user, "fields": fields},
        )
        return answer

    def slurm_conf(
        self,
        *,
        update_time: Value = None,
    ) -> _types.OpenapiConfResp:
        """GET /slurm/v0.0.46/conf: Show the configuration of slurmctld.
        Like scontrol show config. Passwords are not shown.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        """
        answer: _types.OpenapiConfResp = self.call(
            "GET",
            "/slurm/v0.0.46/conf",
            {"update_time": update_time},
        )
        return answer

    def slurm_diag(
        self,
    ) -> _types.OpenapiDiagResp:
        """GET /slurm/v0.0.46/diag/: Show statistics of slurmctld.
        Like sdiag.
        """
        answer: _types.OpenapiDiagResp = self.call(
            "GET",
            "/slurm/v0.0.46/diag/",
        )
        return answer

    def slurm_post_job_allocate(
        self,
        body: _types.JobAllocReq | Mapping[str, Any],
    ) -> _types.OpenapiJobAllocResp:
        """POST /slurm/v0.0.46/job/allocate: Allocate resources without a script.
        Like salloc --no-shell. The allocation lasts until it is cancelled or its time limit is
            reached.
        """
        answer: _types.OpenapiJobAllocResp = self.call(
            "POST",
            "/slurm/v0.0.46/job/allocate",
            body=body,
        )
        return answer

    def slurm_post_job_submit(
        self,
        body: _types.JobSubmitReq | Mapping[str, Any],
    ) -> _types.OpenapiJobSubmitResponse:
        """POST /slurm/v0.0.46/job/submit: Submit a batch job.
        Like sbatch. `job` describes the job and `script` is its batch script. A list of jobs under
            `jobs` is a heterogeneous job. The job gets only the environment that `environment` has,
            so it should have PATH.
        """
        answer: _types.OpenapiJobSubmitResponse = self.call(
            "POST",
            "/slurm/v0.0.46/job/submit",
            body=body,
        )
        return answer

    def slurm_job(
        self,
        job_id: str | int,
        *,
        update_time: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiJobInfoResp:
        """GET /slurm/v0.0.46/job/{job_id}: Show a job.
        Like scontrol show job. All tasks of an array and all components of a heterogeneous job are
            shown. slurmctld forgets jobs some time after their end (MinJobAge); /slurmdb/ has them
            longer.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        flags: Flags.
        """
        answer: _types.OpenapiJobInfoResp = self.call(
            "GET",
            f"/slurm/v0.0.46/job/{quote(job_id)}",
            {"update_time": update_time, "flags": flags},
        )
        return answer

    def slurm_post_job(
        self,
        job_id: str | int,
        body: _types.JobDescMsg | Mapping[str, Any],
    ) -> _types.OpenapiJobPostResponse:
        """POST /slurm/v0.0.46/job/{job_id}: Change a job.
        Like scontrol update job. The properties that the body does not name stay as they are.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.OpenapiJobPostResponse = self.call(
            "POST",
            f"/slurm/v0.0.46/job/{quote(job_id)}",
            body=body,
        )
        return answer

    def slurm_delete_job(
        self,
        job_id: str | int,
        *,
        signal: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiKillJobResp:
        """DELETE /slurm/v0.0.46/job/{job_id}: Cancel or signal a job.
        Like scancel.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        signal: Signal by name or number; without it the job is cancelled.
        flags: Flags.
        """
        answer: _types.OpenapiKillJobResp = self.call(
            "DELETE",
            f"/slurm/v0.0.46/job/{quote(job_id)}",
            {"signal": signal, "flags": flags},
        )
        return answer

    def slurm_job_requeue(
        self,
        job_id: str | int,
        *,
        Incomplete: Value = None,
        Hold: Value = None,
        SpecialExit: Value = None,
    ) -> _types.OpenapiJobRequeueResp:
        """GET /slurm/v0.0.46/job/{job_id}/requeue: Requeue a job.
        Like scontrol requeue. It changes the job although the method is GET.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        Incomplete: Requeue the job even if it has not ended.
        Hold: Hold the job after it is requeued.
        SpecialExit: Put the job into the state SPECIAL_EXIT.
        """
        answer: _types.OpenapiJobRequeueResp = self.call(
            "GET",
            f"/slurm/v0.0.46/job/{quote(job_id)}/requeue",
            {"Incomplete": Incomplete, "Hold": Hold, "SpecialExit": SpecialExit},
        )
        return answer

    def slurm_jobs(
        self,
        *,
        update_time: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiJobInfoResp:
        """GET /slurm/v0.0.46/jobs/: List jobs.
        Like squeue: the jobs that you may see.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        flags: Flags.
        """
        answer: _types.OpenapiJobInfoResp = self.call(
            "GET",
            "/slurm/v0.0.46/jobs/",
            {"update_time": update_time, "flags": flags},
        )
        return answer

    def slurm_delete_jobs(
        self,
        body: _types.KillJobsMsg | Mapping[str, Any],
    ) -> _types.OpenapiKillJobsResp:
        """DELETE /slurm/v0.0.46/jobs/: Cancel or signal several jobs.
        Like scancel: the jobs that are listed, or those that match every filter. At least one of
            both is required.
        """
        answer: _types.OpenapiKillJobsResp = self.call(
            "DELETE",
            "/slurm/v0.0.46/jobs/",
            body=body,
        )
        return answer

    def slurm_post_jobs_requeue(
        self,
        body: _types.OpenapiJobsRequeueQuery | Mapping[str, Any],
    ) -> _types.OpenapiJobsRequeueResp:
        """POST /slurm/v0.0.46/jobs/requeue: Requeue several jobs.
        Like scontrol requeue.
        """
        answer: _types.OpenapiJobsRequeueResp = self.call(
            "POST",
            "/slurm/v0.0.46/jobs/requeue",
            body=body,
        )
        return answer

    def slurm_jobs_state(
        self,
        *,
        job_id: Value = None,
    ) -> _types.OpenapiJobInfoResp:
        """GET /slurm/v0.0.46/jobs/state/: List the states of jobs.
        Like squeue --only-job-state. Less work for slurmctld than the whole jobs.
        job_id: Job ids, comma-separated.
        """
        answer: _types.OpenapiJobInfoResp = self.call(
            "GET",
            "/slurm/v0.0.46/jobs/state/",
            {"job_id": job_id},
        )
        return answer

    def slurm_licenses(
        self,
    ) -> _types.OpenapiLicensesResp:
        """GET /slurm/v0.0.46/licenses/: List licenses and their use.
        Like scontrol show licenses.
        """
        answer: _types.OpenapiLicensesResp = self.call(
            "GET",
            "/slurm/v0.0.46/licenses/",
        )
        return answer

    def slurm_post_new_node(
        self,
        body: _types.OpenapiCreateNodeReq | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurm/v0.0.46/new/node/: Create a dynamic node.
        Like scontrol create node. slurm.conf needs MaxNodeCount and a select plugin that supports
            it.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurm/v0.0.46/new/node/",
            body=body,
        )
        return answer

    def slurm_node(
        self,
        node_name: str | int,
        *,
        update_time: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiNodesResp:
        """GET /slurm/v0.0.46/node/{node_name}: Show a node.
        Like scontrol show node.
        node_name: Name of a node.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        flags: Flags.
        """
        answer: _types.OpenapiNodesResp = self.call(
            "GET",
            f"/slurm/v0.0.46/node/{quote(node_name)}",
            {"update_time": update_time, "flags": flags},
        )
        return answer

    def slurm_post_node(
        self,
        node_name: str | int,
        body: _types.UpdateNodeMsg | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurm/v0.0.46/node/{node_name}: Change a node.
        Like scontrol update node. The properties that the body does not name stay as they are.
        node_name: Name of a node.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            f"/slurm/v0.0.46/node/{quote(node_name)}",
            body=body,
        )
        return answer

    def slurm_delete_node(
        self,
        node_name: str | int,
    ) -> _types.OpenapiResp:
        """DELETE /slurm/v0.0.46/node/{node_name}: Delete a dynamic node.
        Like scontrol delete node.
        node_name: Name of a node.
        """
        answer: _types.OpenapiResp = self.call(
            "DELETE",
            f"/slurm/v0.0.46/node/{quote(node_name)}",
        )
        return answer

    def slurm_nodes(
        self,
        *,
        update_time: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiNodesResp:
        """GET /slurm/v0.0.46/nodes/: List nodes.
        Like scontrol show node.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        flags: Flags.
        """
        answer: _types.OpenapiNodesResp = self.call(
            "GET",
            "/slurm/v0.0.46/nodes/",
            {"update_time": update_time, "flags": flags},
        )
        return answer

    def slurm_post_nodes(
        self,
        body: _types.UpdateNodeMsg | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurm/v0.0.46/nodes/: Change several nodes.
        Like scontrol update node. `name` of the body is a host list.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurm/v0.0.46/nodes/",
            body=body,
        )
        return answer

    def slurm_partition(
        self,
        partition_name: str | int,
        *,
        update_time: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiPartitionResp:
        """GET /slurm/v0.0.46/partition/{partition_name}: Show a partition.
        Like scontrol show partition.
        partition_name: Name of a partition.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        flags: Flags.
        """
        answer: _types.OpenapiPartitionResp = self.call(
            "GET",
            f"/slurm/v0.0.46/partition/{quote(partition_name)}",
            {"update_time": update_time, "flags": flags},
        )
        return answer

    def slurm_delete_partition(
        self,
        partition_name: str | int,
    ) -> _types.OpenapiResp:
        """DELETE /slurm/v0.0.46/partition/{partition_name}: Delete a partition.
        Like scontrol delete partition.
        partition_name: Name of a partition.
        """
        answer: _types.OpenapiResp = self.call(
            "DELETE",
            f"/slurm/v0.0.46/partition/{quote(partition_name)}",
        )
        return answer

    def slurm_partitions(
        self,
        *,
        update_time: Value = None,
        flags: Value = None,
    ) -> _types.OpenapiPartitionResp:
        """GET /slurm/v0.0.46/partitions/: List partitions.
        Like scontrol show partition: the partitions that you may see.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        flags: Flags.
        """
        answer: _types.OpenapiPartitionResp = self.call(
            "GET",
            "/slurm/v0.0.46/partitions/",
            {"update_time": update_time, "flags": flags},
        )
        return answer

    def slurm_post_partitions(
        self,
        body: _types.OpenapiPartitionsModReq | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurm/v0.0.46/partitions/: Create or change partitions.
        Like scontrol create partition and scontrol update partition.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurm/v0.0.46/partitions/",
            body=body,
        )
        return answer

    def slurm_ping(
        self,
    ) -> _types.OpenapiPingArrayResp:
        """GET /slurm/v0.0.46/ping/: Check whether slurmctld answers.
        Like scontrol ping: the primary and each backup.
        """
        answer: _types.OpenapiPingArrayResp = self.call(
            "GET",
            "/slurm/v0.0.46/ping/",
        )
        return answer

    def slurm_reconfigure(
        self,
    ) -> _types.OpenapiResp:
        """GET /slurm/v0.0.46/reconfigure/: Make slurmctld read slurm.conf again.
        Like scontrol reconfigure. It changes the cluster although the method is GET.
        """
        answer: _types.OpenapiResp = self.call(
            "GET",
            "/slurm/v0.0.46/reconfigure/",
        )
        return answer

    def slurm_post_reservation(
        self,
        body: _types.ReservationDescMsg | Mapping[str, Any],
    ) -> _types.OpenapiReservationModResp:
        """POST /slurm/v0.0.46/reservation: Create or change a reservation.
        Like scontrol create reservation and scontrol update reservation.
        """
        answer: _types.OpenapiReservationModResp = self.call(
            "POST",
            "/slurm/v0.0.46/reservation",
            body=body,
        )
        return answer

    def slurm_reservation(
        self,
        reservation_name: str | int,
        *,
        update_time: Value = None,
    ) -> _types.OpenapiReservationResp:
        """GET /slurm/v0.0.46/reservation/{reservation_name}: Show a reservation.
        Like scontrol show reservation.
        reservation_name: Name of a reservation.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        """
        answer: _types.OpenapiReservationResp = self.call(
            "GET",
            f"/slurm/v0.0.46/reservation/{quote(reservation_name)}",
            {"update_time": update_time},
        )
        return answer

    def slurm_delete_reservation(
        self,
        reservation_name: str | int,
    ) -> _types.OpenapiResp:
        """DELETE /slurm/v0.0.46/reservation/{reservation_name}: Delete a reservation.
        Like scontrol delete reservation.
        reservation_name: Name of a reservation.
        """
        answer: _types.OpenapiResp = self.call(
            "DELETE",
            f"/slurm/v0.0.46/reservation/{quote(reservation_name)}",
        )
        return answer

    def slurm_reservations(
        self,
        *,
        update_time: Value = None,
    ) -> _types.OpenapiReservationResp:
        """GET /slurm/v0.0.46/reservations/: List reservations.
        Like scontrol show reservation: the reservations that you may see.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        """
        answer: _types.OpenapiReservationResp = self.call(
            "GET",
            "/slurm/v0.0.46/reservations/",
            {"update_time": update_time},
        )
        return answer

    def slurm_post_reservations(
        self,
        body: _types.ReservationModReq | Mapping[str, Any],
    ) -> _types.OpenapiReservationModResp:
        """POST /slurm/v0.0.46/reservations/: Create or change several reservations.
        Like scontrol create reservation and scontrol update reservation.
        """
        answer: _types.OpenapiReservationModResp = self.call(
            "POST",
            "/slurm/v0.0.46/reservations/",
            body=body,
        )
        return answer

    def slurm_resources(
        self,
        job_id: str | int,
    ) -> _types.OpenapiResourceLayoutResp:
        """GET /slurm/v0.0.46/resources/{job_id}: Show the resources that a job has on each node.
        Like scontrol show job --details.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.OpenapiResourceLayoutResp = self.call(
            "GET",
            f"/slurm/v0.0.46/resources/{quote(job_id)}",
        )
        return answer

    def slurm_shares(
        self,
        *,
        accounts: Value = None,
        users: Value = None,
    ) -> _types.OpenapiSharesResp:
        """GET /slurm/v0.0.46/shares: List the shares of associations.
        Like sshare.
        accounts: Accounts to show, comma-separated.
        users: Users to show, comma-separated.
        """
        answer: _types.OpenapiSharesResp = self.call(
            "GET",
            "/slurm/v0.0.46/shares",
            {"accounts": accounts, "users": users},
        )
        return answer

    def slurmdb_account(
        self,
        account_name: str | int,
        *,
        with_assocs: Value = None,
        with_coords: Value = None,
        with_deleted: Value = None,
    ) -> _types.OpenapiAccountsResp:
        """GET /slurmdb/v0.0.46/account/{account_name}: Show an account.
        Like sacctmgr show account.
        account_name: Name of an account.
        with_assocs: Include its associations.
        with_coords: Include its coordinators.
        with_deleted: Also if it is deleted.
        """
        answer: _types.OpenapiAccountsResp = self.call(
            "GET",
            f"/slurmdb/v0.0.46/account/{quote(account_name)}",
            {"with_assocs": with_assocs, "with_coords": with_coords, "with_deleted": with_deleted},
        )
        return answer

    def slurmdb_delete_account(
        self,
        account_name: str | int,
    ) -> _types.OpenapiAccountsRemovedResp:
        """DELETE /slurmdb/v0.0.46/account/{account_name}: Remove an account.
        Like sacctmgr delete account.
        account_name: Name of an account.
        """
        answer: _types.OpenapiAccountsRemovedResp = self.call(
            "DELETE",
            f"/slurmdb/v0.0.46/account/{quote(account_name)}",
        )
        return answer

    def slurmdb_accounts(
        self,
        *,
        description: Value = None,
        DELETED: Value = None,
        WithAssociations: Value = None,
        WithCoordinators: Value = None,
        NoUsersAreCoords: Value = None,
        UsersAreCoords: Value = None,
    ) -> _types.OpenapiAccountsResp:
        """GET /slurmdb/v0.0.46/accounts/: List accounts.
        Like sacctmgr show account.
        description: Descriptions, comma-separated.
        DELETED: Include deleted ones.
        WithAssociations: Include associations.
        WithCoordinators: Include coordinators.
        NoUsersAreCoords: Accounts with the flag NoUsersAreCoords.
        UsersAreCoords: Accounts whose users are coordinators (UsersAreCoords).
        """
        answer: _types.OpenapiAccountsResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/accounts/",
            {
                "description": description,
                "DELETED": DELETED,
                "WithAssociations": WithAssociations,
                "WithCoordinators": WithCoordinators,
                "NoUsersAreCoords": NoUsersAreCoords,
                "UsersAreCoords": UsersAreCoords,
            },
        )
        return answer

    def slurmdb_post_accounts(
        self,
        body: _types.OpenapiAccountsResp | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/accounts/: Add or change accounts.
        Like sacctmgr add account and sacctmgr modify account. An account can be used once it has an
            association with a cluster.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/accounts/",
            body=body,
        )
        return answer

    def slurmdb_post_accounts_association(
        self,
        body: _types.OpenapiAccountsAddCondResp | Mapping[str, Any],
    ) -> _types.OpenapiAccountsAddCondRespStr:
        """POST /slurmdb/v0.0.46/accounts_association/: Add accounts to clusters.
        Like sacctmgr add account: adds the accounts that do not exist, and their associations.
        """
        answer: _types.OpenapiAccountsAddCondRespStr = self.call(
            "POST",
            "/slurmdb/v0.0.46/accounts_association/",
            body=body,
        )
        return answer

    def slurmdb_association(
        self,
        *,
        account: Value = None,
        cluster: Value = None,
        default_qos: Value = None,
        Include_deleted_associations: Value = None,
        Include_usage: Value = None,
        Filter_to_only_defaults: Value = None,
        Include_the_raw_QOS_or_delta_qos: Value = None,
        Include_sub_acct_information: Value = None,
        Exclude_parent_id_name: Value = None,
        Exclude_limits_from_parents: Value = None,
        id: Value = None,
        parent_account: Value = None,
        partition: Value = None,
        qos: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        user: Value = None,
    ) -> _types.OpenapiAssocsResp:
        """GET /slurmdb/v0.0.46/association/: Show the one association that matches.
        Like sacctmgr show association.
        account: Accounts, comma-separated.
        cluster: Clusters, comma-separated.
        default_qos: Default QOS, comma-separated.
        Include_deleted_associations: Include deleted ones.
        Include_usage: Include usage.
        Filter_to_only_defaults: Only associations that are their user's default.
        Include_the_raw_QOS_or_delta_qos: Show QOS lists as stored, without those inherited.
        Include_sub_acct_information: Include the associations below the accounts found.
        Exclude_parent_id_name: Omit the id and name of the parent.
        Exclude_limits_from_parents: Omit limits inherited from parents.
        id: Ids, comma-separated.
        parent_account: Parents, comma-separated.
        partition: Partitions, comma-separated.
        qos: Allowed QOS, comma-separated.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        user: Users, comma-separated; empty for the associations of accounts.
        """
        answer: _types.OpenapiAssocsResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/association/",
            {
                "account": account,
                "cluster": cluster,
                "default_qos": default_qos,
                "Include deleted associations": Include_deleted_associations,
                "Include usage": Include_usage,
                "Filter to only defaults": Filter_to_only_defaults,
                "Include the raw QOS or delta_qos": Include_the_raw_QOS_or_delta_qos,
                "Include sub acct information": Include_sub_acct_information,
                "Exclude parent id/name": Exclude_parent_id_name,
                "Exclude limits from parents": Exclude_limits_from_parents,
                "id": id,
                "parent_account": parent_account,
                "partition": partition,
                "qos": qos,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "user": user,
            },
        )
        return answer

    def slurmdb_delete_association(
        self,
        *,
        account: Value = None,
        cluster: Value = None,
        default_qos: Value = None,
        Include_deleted_associations: Value = None,
        Include_usage: Value = None,
        Filter_to_only_defaults: Value = None,
        Include_the_raw_QOS_or_delta_qos: Value = None,
        Include_sub_acct_information: Value = None,
        Exclude_parent_id_name: Value = None,
        Exclude_limits_from_parents: Value = None,
        id: Value = None,
        parent_account: Value = None,
        partition: Value = None,
        qos: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        user: Value = None,
    ) -> _types.OpenapiAssocsRemovedResp:
        """DELETE /slurmdb/v0.0.46/association/: Remove the one association that matches.
        Like sacctmgr delete user and sacctmgr delete account. At least one condition is required.
        account: Accounts, comma-separated.
        cluster: Clusters, comma-separated.
        default_qos: Default QOS, comma-separated.
        Include_deleted_associations: Include deleted ones.
        Include_usage: Include usage.
        Filter_to_only_defaults: Only associations that are their user's default.
        Include_the_raw_QOS_or_delta_qos: Show QOS lists as stored, without those inherited.
        Include_sub_acct_information: Include the associations below the accounts found.
        Exclude_parent_id_name: Omit the id and name of the parent.
        Exclude_limits_from_parents: Omit limits inherited from parents.
        id: Ids, comma-separated.
        parent_account: Parents, comma-separated.
        partition: Partitions, comma-separated.
        qos: Allowed QOS, comma-separated.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        user: Users, comma-separated; empty for the associations of accounts.
        """
        answer: _types.OpenapiAssocsRemovedResp = self.call(
            "DELETE",
            "/slurmdb/v0.0.46/association/",
            {
                "account": account,
                "cluster": cluster,
                "default_qos": default_qos,
                "Include deleted associations": Include_deleted_associations,
                "Include usage": Include_usage,
                "Filter to only defaults": Filter_to_only_defaults,
                "Include the raw QOS or delta_qos": Include_the_raw_QOS_or_delta_qos,
                "Include sub acct information": Include_sub_acct_information,
                "Exclude parent id/name": Exclude_parent_id_name,
                "Exclude limits from parents": Exclude_limits_from_parents,
                "id": id,
                "parent_account": parent_account,
                "partition": partition,
                "qos": qos,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "user": user,
            },
        )
        return answer

    def slurmdb_associations(
        self,
        *,
        account: Value = None,
        cluster: Value = None,
        default_qos: Value = None,
        Include_deleted_associations: Value = None,
        Include_usage: Value = None,
        Filter_to_only_defaults: Value = None,
        Include_the_raw_QOS_or_delta_qos: Value = None,
        Include_sub_acct_information: Value = None,
        Exclude_parent_id_name: Value = None,
        Exclude_limits_from_parents: Value = None,
        id: Value = None,
        parent_account: Value = None,
        partition: Value = None,
        qos: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        user: Value = None,
    ) -> _types.OpenapiAssocsResp:
        """GET /slurmdb/v0.0.46/associations/: List associations.
        Like sacctmgr show association.
        account: Accounts, comma-separated.
        cluster: Clusters, comma-separated.
        default_qos: Default QOS, comma-separated.
        Include_deleted_associations: Include deleted ones.
        Include_usage: Include usage.
        Filter_to_only_defaults: Only associations that are their user's default.
        Include_the_raw_QOS_or_delta_qos: Show QOS lists as stored, without those inherited.
        Include_sub_acct_information: Include the associations below the accounts found.
        Exclude_parent_id_name: Omit the id and name of the parent.
        Exclude_limits_from_parents: Omit limits inherited from parents.
        id: Ids, comma-separated.
        parent_account: Parents, comma-separated.
        partition: Partitions, comma-separated.
        qos: Allowed QOS, comma-separated.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        user: Users, comma-separated; empty for the associations of accounts.
        """
        answer: _types.OpenapiAssocsResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/associations/",
            {
                "account": account,
                "cluster": cluster,
                "default_qos": default_qos,
                "Include deleted associations": Include_deleted_associations,
                "Include usage": Include_usage,
                "Filter to only defaults": Filter_to_only_defaults,
                "Include the raw QOS or delta_qos": Include_the_raw_QOS_or_delta_qos,
                "Include sub acct information": Include_sub_acct_information,
                "Exclude parent id/name": Exclude_parent_id_name,
                "Exclude limits from parents": Exclude_limits_from_parents,
                "id": id,
                "parent_account": parent_account,
                "partition": partition,
                "qos": qos,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "user": user,
            },
        )
        return answer

    def slurmdb_post_associations(
        self,
        body: _types.OpenapiAssocsResp | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/associations/: Add or change associations.
        Like sacctmgr add user, sacctmgr modify user and sacctmgr modify account.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/associations/",
            body=body,
        )
        return answer

    def slurmdb_delete_associations(
        self,
        *,
        account: Value = None,
        cluster: Value = None,
        default_qos: Value = None,
        Include_deleted_associations: Value = None,
        Include_usage: Value = None,
        Filter_to_only_defaults: Value = None,
        Include_the_raw_QOS_or_delta_qos: Value = None,
        Include_sub_acct_information: Value = None,
        Exclude_parent_id_name: Value = None,
        Exclude_limits_from_parents: Value = None,
        id: Value = None,
        parent_account: Value = None,
        partition: Value = None,
        qos: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        user: Value = None,
    ) -> _types.OpenapiAssocsRemovedResp:
        """DELETE /slurmdb/v0.0.46/associations/: Remove associations.
        Like sacctmgr delete user and sacctmgr delete account. At least one condition is required.
        account: Accounts, comma-separated.
        cluster: Clusters, comma-separated.
        default_qos: Default QOS, comma-separated.
        Include_deleted_associations: Include deleted ones.
        Include_usage: Include usage.
        Filter_to_only_defaults: Only associations that are their user's default.
        Include_the_raw_QOS_or_delta_qos: Show QOS lists as stored, without those inherited.
        Include_sub_acct_information: Include the associations below the accounts found.
        Exclude_parent_id_name: Omit the id and name of the parent.
        Exclude_limits_from_parents: Omit limits inherited from parents.
        id: Ids, comma-separated.
        parent_account: Parents, comma-separated.
        partition: Partitions, comma-separated.
        qos: Allowed QOS, comma-separated.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        user: Users, comma-separated; empty for the associations of accounts.
        """
        answer: _types.OpenapiAssocsRemovedResp = self.call(
            "DELETE",
            "/slurmdb/v0.0.46/associations/",
            {
                "account": account,
                "cluster": cluster,
                "default_qos": default_qos,
                "Include deleted associations": Include_deleted_associations,
                "Include usage": Include_usage,
                "Filter to only defaults": Filter_to_only_defaults,
                "Include the raw QOS or delta_qos": Include_the_raw_QOS_or_delta_qos,
                "Include sub acct information": Include_sub_acct_information,
                "Exclude parent id/name": Exclude_parent_id_name,
                "Exclude limits from parents": Exclude_limits_from_parents,
                "id": id,
                "parent_account": parent_account,
                "partition": partition,
                "qos": qos,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "user": user,
            },
        )
        return answer

    def slurmdb_cluster(
        self,
        cluster_name: str | int,
        *,
        classification: Value = None,
        cluster: Value = None,
        federation: Value = None,
        flags: Value = None,
        rpc_version: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        with_deleted: Value = None,
        with_usage: Value = None,
    ) -> _types.OpenapiClustersResp:
        """GET /slurmdb/v0.0.46/cluster/{cluster_name}: Show a cluster.
        Like sacctmgr show cluster.
        cluster_name: Name of a cluster.
        classification: Classification.
        cluster: Clusters, comma-separated.
        federation: Federations, comma-separated.
        flags: Flags that the clusters must have.
        rpc_version: Protocol versions.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        with_deleted: Also if it is deleted.
        with_usage: Include usage.
        """
        answer: _types.OpenapiClustersResp = self.call(
            "GET",
            f"/slurmdb/v0.0.46/cluster/{quote(cluster_name)}",
            {
                "classification": classification,
                "cluster": cluster,
                "federation": federation,
                "flags": flags,
                "rpc_version": rpc_version,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "with_deleted": with_deleted,
                "with_usage": with_usage,
            },
        )
        return answer

    def slurmdb_delete_cluster(
        self,
        cluster_name: str | int,
        *,
        classification: Value = None,
        cluster: Value = None,
        federation: Value = None,
        flags: Value = None,
        rpc_version: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        with_deleted: Value = None,
        with_usage: Value = None,
    ) -> _types.OpenapiClustersRemovedResp:
        """DELETE /slurmdb/v0.0.46/cluster/{cluster_name}: Remove a cluster.
        Like sacctmgr delete cluster.
        cluster_name: Name of a cluster.
        classification: Classification.
        cluster: Clusters, comma-separated.
        federation: Federations, comma-separated.
        flags: Flags that the clusters must have.
        rpc_version: Protocol versions.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        with_deleted: Also if it is deleted.
        with_usage: Include usage.
        """
        answer: _types.OpenapiClustersRemovedResp = self.call(
            "DELETE",
            f"/slurmdb/v0.0.46/cluster/{quote(cluster_name)}",
            {
                "classification": classification,
                "cluster": cluster,
                "federation": federation,
                "flags": flags,
                "rpc_version": rpc_version,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "with_deleted": with_deleted,
                "with_usage": with_usage,
            },
        )
        return answer

    def slurmdb_clusters(
        self,
        *,
        update_time: Value = None,
    ) -> _types.OpenapiClustersResp:
        """GET /slurmdb/v0.0.46/clusters/: List clusters.
        Like sacctmgr show cluster.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        """
        answer: _types.OpenapiClustersResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/clusters/",
            {"update_time": update_time},
        )
        return answer

    def slurmdb_post_clusters(
        self,
        body: _types.OpenapiClustersResp | Mapping[str, Any],
        *,
        update_time: Value = None,
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/clusters/: Add clusters.
        Like sacctmgr add cluster.
        update_time: Unix time; the answer is 304 if nothing has changed since then.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/clusters/",
            {"update_time": update_time},
            body=body,
        )
        return answer

    def slurmdb_conf(
        self,
    ) -> _types.OpenapiSlurmdbdConfResp:
        """GET /slurmdb/v0.0.46/conf: Show the configuration of slurmdbd.
        Like sacctmgr show configuration.
        """
        answer: _types.OpenapiSlurmdbdConfResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/conf",
        )
        return answer

    def slurmdb_config(
        self,
    ) -> _types.OpenapiSlurmdbdConfigResp:
        """GET /slurmdb/v0.0.46/config: Show all accounting records except jobs.
        Like sacctmgr dump, of all clusters.
        """
        answer: _types.OpenapiSlurmdbdConfigResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/config",
        )
        return answer

    def slurmdb_post_config(
        self,
        body: _types.OpenapiSlurmdbdConfigResp | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/config: Add or change accounting records of any kind.
        Like sacctmgr load.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/config",
            body=body,
        )
        return answer

    def slurmdb_diag(
        self,
    ) -> _types.OpenapiSlurmdbdStatsResp:
        """GET /slurmdb/v0.0.46/diag/: Show statistics of slurmdbd.
        Like sacctmgr show stats.
        """
        answer: _types.OpenapiSlurmdbdStatsResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/diag/",
        )
        return answer

    def slurmdb_instance(
        self,
        *,
        cluster: Value = None,
        extra: Value = None,
        instance_id: Value = None,
        instance_type: Value = None,
        node_list: Value = None,
        time_end: Value = None,
        time_start: Value = None,
    ) -> _types.OpenapiInstancesResp:
        """GET /slurmdb/v0.0.46/instance/: List cloud instances.
        Like sacctmgr show instance.
        cluster: Clusters, comma-separated.
        extra: Extra texts of nodes, comma-separated.
        instance_id: Ids of cloud instances.
        instance_type: Types of cloud instances, comma-separated.
        node_list: Nodes, as a host list.
        time_end: Instances that existed before this time (Unix time, or a time as sacct(1) takes
            it).
        time_start: Instances that existed after this time (Unix time, or a time as sacct(1) takes
            it).
        """
        answer: _types.OpenapiInstancesResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/instance/",
            {
                "cluster": cluster,
                "extra": extra,
                "instance_id": instance_id,
                "instance_type": instance_type,
                "node_list": node_list,
                "time_end": time_end,
                "time_start": time_start,
            },
        )
        return answer

    def slurmdb_instances(
        self,
        *,
        cluster: Value = None,
        extra: Value = None,
        instance_id: Value = None,
        instance_type: Value = None,
        node_list: Value = None,
        time_end: Value = None,
        time_start: Value = None,
    ) -> _types.OpenapiInstancesResp:
        """GET /slurmdb/v0.0.46/instances/: List cloud instances.
        Like sacctmgr show instance.
        cluster: Clusters, comma-separated.
        extra: Extra texts of nodes, comma-separated.
        instance_id: Ids of cloud instances.
        instance_type: Types of cloud instances, comma-separated.
        node_list: Nodes, as a host list.
        time_end: Instances that existed before this time (Unix time, or a time as sacct(1) takes
            it).
        time_start: Instances that existed after this time (Unix time, or a time as sacct(1) takes
            it).
        """
        answer: _types.OpenapiInstancesResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/instances/",
            {
                "cluster": cluster,
                "extra": extra,
                "instance_id": instance_id,
                "instance_type": instance_type,
                "node_list": node_list,
                "time_end": time_end,
                "time_start": time_start,
            },
        )
        return answer

    def slurmdb_job(
        self,
        job_id: str | int,
    ) -> _types.OpenapiSlurmdbdJobsResp:
        """GET /slurmdb/v0.0.46/job/{job_id}: Show a job in the accounting database.
        Like sacct --jobs.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.OpenapiSlurmdbdJobsResp = self.call(
            "GET",
            f"/slurmdb/v0.0.46/job/{quote(job_id)}",
        )
        return answer

    def slurmdb_post_job(
        self,
        job_id: str | int,
        body: _types.JobModify | Mapping[str, Any],
    ) -> _types.OpenapiJobModifyResp:
        """POST /slurmdb/v0.0.46/job/{job_id}: Change a job in the accounting database.
        Like sacctmgr modify job.
        job_id: Job id: a number, 123_4 for an array's task, 123+1 for a component of a
            heterogeneous job, or (Slurm 26.05) a SLUID.
        """
        answer: _types.OpenapiJobModifyResp = self.call(
            "POST",
            f"/slurmdb/v0.0.46/job/{quote(job_id)}",
            body=body,
        )
        return answer

    def slurmdb_jobs(
        self,
        *,
        account: Value = None,
        association: Value = None,
        cluster: Value = None,
        constraints: Value = None,
        scheduler_unset: Value = None,
        scheduled_on_submit: Value = None,
        scheduled_by_main: Value = None,
        scheduled_by_backfill: Value = None,
        job_started: Value = None,
        job_altered: Value = None,
        exit_code: Value = None,
        show_duplicates: Value = None,
        skip_steps: Value = None,
        disable_truncate_usage_time: Value = None,
        whole_hetjob: Value = None,
        disable_whole_hetjob: Value = None,
        disable_wait_for_result: Value = None,
        usage_time_as_submit_time: Value = None,
        show_batch_script: Value = None,
        show_job_environment: Value = None,
        groups: Value = None,
        job_name: Value = None,
        partition: Value = None,
        qos: Value = None,
        reason: Value = None,
        reservation: Value = None,
        reservation_id: Value = None,
        state: Value = None,
        step: Value = None,
        end_time: Value = None,
        start_time: Value = None,
        node: Value = None,
        users: Value = None,
        wckey: Value = None,
        format: Value = None,
        cpus_max: Value = None,
        cpus_min: Value = None,
        run_away_jobs: Value = None,
        nodes_max: Value = None,
        nodes_min: Value = None,
        timelimit_max: Value = None,
        timelimit_min: Value = None,
        submit_time: Value = None,
    ) -> _types.OpenapiSlurmdbdJobsResp:
        """GET /slurmdb/v0.0.46/jobs/: List jobs in the accounting database.
        Like sacct: the jobs that match every condition. Without a period it lists all jobs that the
            database has.
        account: Accounts, comma-separated.
        association: Ids of associations, comma-separated.
        cluster: Clusters, comma-separated.
        constraints: Features, comma-separated.
        scheduler_unset: Jobs whose scheduler is unknown.
        scheduled_on_submit: Jobs started at submission.
        scheduled_by_main: Jobs started by the main scheduler.
        scheduled_by_backfill: Jobs started by the backfill scheduler.
        job_started: Jobs that have started.
        job_altered: Jobs changed in the database after they ended.
        exit_code: Jobs with this exit code.
        show_duplicates: All jobs that share one id, requeued ones included.
        skip_steps: Omit steps.
        disable_truncate_usage_time: Write the whole times of jobs, not only those within the
            period.
        whole_hetjob: Include all components of heterogeneous jobs.
        disable_whole_hetjob: Omit the other components of heterogeneous jobs.
        disable_wait_for_result: Ignored.
        usage_time_as_submit_time: Apply the period to the time of submission.
        show_batch_script: Include batch scripts.
        show_job_environment: Include environments.
        groups: Groups, comma-separated.
        job_name: Names, comma-separated.
        partition: Partitions, comma-separated.
        qos: QOS, comma-separated.
        reason: Reasons, comma-separated.
        reservation: Names of reservations, comma-separated.
        reservation_id: Ids of reservations, comma-separated.
        state: States, comma-separated.
        step: Jobs and steps, comma-separated: 123, 123_4, 123.batch.
        end_time: End of the period: a Unix time, or a time as sacct(1) takes it.
        start_time: Start of the period: a Unix time, or a time as sacct(1) takes it.
        node: Nodes, as a host list.
        users: Users, comma-separated.
        wckey: Workload characterization keys, comma-separated.
        format: Ignored.
        cpus_max: Largest number of CPUs.
        cpus_min: Smallest number of CPUs.
        run_away_jobs: Runaway jobs: unfinished in the database, unknown to slurmctld.
        nodes_max: Largest number of nodes.
        nodes_min: Smallest number of nodes.
        timelimit_max: Largest time limit, in minutes.
        timelimit_min: Smallest time limit, in minutes.
        submit_time: Time of submission: a Unix time, or a time as sacct(1) takes it.
        """
        answer: _types.OpenapiSlurmdbdJobsResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/jobs/",
            {
                "account": account,
                "association": association,
                "cluster": cluster,
                "constraints": constraints,
                "scheduler_unset": scheduler_unset,
                "scheduled_on_submit": scheduled_on_submit,
                "scheduled_by_main": scheduled_by_main,
                "scheduled_by_backfill": scheduled_by_backfill,
                "job_started": job_started,
                "job_altered": job_altered,
                "exit_code": exit_code,
                "show_duplicates": show_duplicates,
                "skip_steps": skip_steps,
                "disable_truncate_usage_time": disable_truncate_usage_time,
                "whole_hetjob": whole_hetjob,
                "disable_whole_hetjob": disable_whole_hetjob,
                "disable_wait_for_result": disable_wait_for_result,
                "usage_time_as_submit_time": usage_time_as_submit_time,
                "show_batch_script": show_batch_script,
                "show_job_environment": show_job_environment,
                "groups": groups,
                "job_name": job_name,
                "partition": partition,
                "qos": qos,
                "reason": reason,
                "reservation": reservation,
                "reservation_id": reservation_id,
                "state": state,
                "step": step,
                "end_time": end_time,
                "start_time": start_time,
                "node": node,
                "users": users,
                "wckey": wckey,
                "format": format,
                "cpus_max": cpus_max,
                "cpus_min": cpus_min,
                "run_away_jobs": run_away_jobs,
                "nodes_max": nodes_max,
                "nodes_min": nodes_min,
                "timelimit_max": timelimit_max,
                "timelimit_min": timelimit_min,
                "submit_time": submit_time,
            },
        )
        return answer

    def slurmdb_post_jobs(
        self,
        body: _types.OpenapiJobModifyReq | Mapping[str, Any],
    ) -> _types.OpenapiJobModifyResp:
        """POST /slurmdb/v0.0.46/jobs/: Change jobs in the accounting database.
        Like sacctmgr modify job.
        """
        answer: _types.OpenapiJobModifyResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/jobs/",
            body=body,
        )
        return answer

    def slurmdb_ping(
        self,
    ) -> _types.OpenapiSlurmdbdPingResp:
        """GET /slurmdb/v0.0.46/ping/: Check whether slurmdbd answers.
        Like sacctmgr ping.
        """
        answer: _types.OpenapiSlurmdbdPingResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/ping/",
        )
        return answer

    def slurmdb_qos(
        self,
        *,
        description: Value = None,
        Include_deleted_QOS: Value = None,
        id: Value = None,
        name: Value = None,
        preempt_mode: Value = None,
    ) -> _types.OpenapiSlurmdbdQosResp:
        """GET /slurmdb/v0.0.46/qos/: List QOS.
        Like sacctmgr show qos.
        description: Descriptions, comma-separated.
        Include_deleted_QOS: Include deleted ones.
        id: Ids or names, comma-separated.
        name: Names, comma-separated.
        preempt_mode: Preemption mode.
        """
        answer: _types.OpenapiSlurmdbdQosResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/qos/",
            {
                "description": description,
                "Include deleted QOS": Include_deleted_QOS,
                "id": id,
                "name": name,
                "preempt_mode": preempt_mode,
            },
        )
        return answer

    def slurmdb_post_qos(
        self,
        body: _types.OpenapiSlurmdbdQosResp | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/qos/: Add or change QOS.
        Like sacctmgr add qos and sacctmgr modify qos.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/qos/",
            body=body,
        )
        return answer

    def slurmdb(
        self,
        qos: str | int,
        *,
        with_deleted: Value = None,
    ) -> _types.OpenapiSlurmdbdQosResp:
        """GET /slurmdb/v0.0.46/qos/{qos}: Show a QOS.
        Like sacctmgr show qos.
        qos: Name of a QOS.
        with_deleted: Also if it is deleted.
        """
        answer: _types.OpenapiSlurmdbdQosResp = self.call(
            "GET",
            f"/slurmdb/v0.0.46/qos/{quote(qos)}",
            {"with_deleted": with_deleted},
        )
        return answer

    def slurmdb_delete(
        self,
        qos: str | int,
    ) -> _types.OpenapiSlurmdbdQosRemovedResp:
        """DELETE /slurmdb/v0.0.46/qos/{qos}: Remove a QOS.
        Like sacctmgr delete qos.
        qos: Name of a QOS.
        """
        answer: _types.OpenapiSlurmdbdQosRemovedResp = self.call(
            "DELETE",
            f"/slurmdb/v0.0.46/qos/{quote(qos)}",
        )
        return answer

    def slurmdb_tres(
        self,
    ) -> _types.OpenapiTresResp:
        """GET /slurmdb/v0.0.46/tres/: List trackable resources.
        Like sacctmgr show tres.
        """
        answer: _types.OpenapiTresResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/tres/",
        )
        return answer

    def slurmdb_post_tres(
        self,
        body: _types.OpenapiTresResp | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/tres/: Add trackable resources.
        No release of Slurm can do this: the answer is always an error. AccountingStorageTRES of
            slurm.conf adds them.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/tres/",
            body=body,
        )
        return answer

    def slurmdb_user(
        self,
        name: str | int,
        *,
        with_deleted: Value = None,
        with_assocs: Value = None,
        with_coords: Value = None,
        with_wckeys: Value = None,
    ) -> _types.OpenapiUsersResp:
        """GET /slurmdb/v0.0.46/user/{name}: Show a user.
        Like sacctmgr show user.
        name: Name of a user.
        with_deleted: Also if the user is deleted.
        with_assocs: Include associations.
        with_coords: Include the accounts that the user coordinates.
        with_wckeys: Include WCKeys.
        """
        answer: _types.OpenapiUsersResp = self.call(
            "GET",
            f"/slurmdb/v0.0.46/user/{quote(name)}",
            {
                "with_deleted": with_deleted,
                "with_assocs": with_assocs,
                "with_coords": with_coords,
                "with_wckeys": with_wckeys,
            },
        )
        return answer

    def slurmdb_delete_user(
        self,
        name: str | int,
    ) -> _types.OpenapiResp:
        """DELETE /slurmdb/v0.0.46/user/{name}: Remove a user.
        Like sacctmgr delete user.
        name: Name of a user.
        """
        answer: _types.OpenapiResp = self.call(
            "DELETE",
            f"/slurmdb/v0.0.46/user/{quote(name)}",
        )
        return answer

    def slurmdb_users(
        self,
        *,
        admin_level: Value = None,
        default_account: Value = None,
        default_wckey: Value = None,
        with_assocs: Value = None,
        with_coords: Value = None,
        with_deleted: Value = None,
        with_wckeys: Value = None,
        without_defaults: Value = None,
    ) -> _types.OpenapiUsersResp:
        """GET /slurmdb/v0.0.46/users/: List users.
        Like sacctmgr show user.
        admin_level: Administrator level.
        default_account: Default accounts, comma-separated.
        default_wckey: Default WCKeys, comma-separated.
        with_assocs: Include associations.
        with_coords: Include the accounts that they coordinate.
        with_deleted: Include deleted ones.
        with_wckeys: Include WCKeys.
        without_defaults: Omit default account and WCKey.
        """
        answer: _types.OpenapiUsersResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/users/",
            {
                "admin_level": admin_level,
                "default_account": default_account,
                "default_wckey": default_wckey,
                "with_assocs": with_assocs,
                "with_coords": with_coords,
                "with_deleted": with_deleted,
                "with_wckeys": with_wckeys,
                "without_defaults": without_defaults,
            },
        )
        return answer

    def slurmdb_post_users(
        self,
        body: _types.OpenapiUsersResp | Mapping[str, Any],
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/users/: Add or change users.
        Like sacctmgr add user and sacctmgr modify user. A user can submit jobs once it has an
            association with an account.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/users/",
            body=body,
        )
        return answer

    def slurmdb_post_users_association(
        self,
        body: _types.OpenapiUsersAddCondResp | Mapping[str, Any],
    ) -> _types.OpenapiUsersAddCondRespStr:
        """POST /slurmdb/v0.0.46/users_association/: Add users to accounts.
        Like sacctmgr add user: adds the users that do not exist, and their associations.
        """
        answer: _types.OpenapiUsersAddCondRespStr = self.call(
            "POST",
            "/slurmdb/v0.0.46/users_association/",
            body=body,
        )
        return answer

    def slurmdb_wckey(
        self,
        id: str | int,
    ) -> _types.OpenapiWckeyResp:
        """GET /slurmdb/v0.0.46/wckey/{id}: Show a workload characterization key.
        Like sacctmgr show wckey.
        id: Id of a WCKey.
        """
        answer: _types.OpenapiWckeyResp = self.call(
            "GET",
            f"/slurmdb/v0.0.46/wckey/{quote(id)}",
        )
        return answer

    def slurmdb_delete_wckey(
        self,
        id: str | int,
    ) -> _types.OpenapiWckeyRemovedResp:
        """DELETE /slurmdb/v0.0.46/wckey/{id}: Remove a workload characterization key.
        Like sacctmgr delete user with a WCKey.
        id: Id of a WCKey.
        """
        answer: _types.OpenapiWckeyRemovedResp = self.call(
            "DELETE",
            f"/slurmdb/v0.0.46/wckey/{quote(id)}",
        )
        return answer

    def slurmdb_wckeys(
        self,
        *,
        cluster: Value = None,
        id: Value = None,
        name: Value = None,
        only_defaults: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        user: Value = None,
        with_usage: Value = None,
        with_deleted: Value = None,
    ) -> _types.OpenapiWckeyResp:
        """GET /slurmdb/v0.0.46/wckeys/: List workload characterization keys.
        Like sacctmgr show wckey.
        cluster: Clusters, comma-separated.
        id: Ids, comma-separated.
        name: Names, comma-separated.
        only_defaults: Only default WCKeys of users.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        user: Users, comma-separated.
        with_usage: Include usage.
        with_deleted: Include deleted ones.
        """
        answer: _types.OpenapiWckeyResp = self.call(
            "GET",
            "/slurmdb/v0.0.46/wckeys/",
            {
                "cluster": cluster,
                "id": id,
                "name": name,
                "only_defaults": only_defaults,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "user": user,
                "with_usage": with_usage,
                "with_deleted": with_deleted,
            },
        )
        return answer

    def slurmdb_post_wckeys(
        self,
        body: _types.OpenapiWckeyResp | Mapping[str, Any],
        *,
        cluster: Value = None,
        id: Value = None,
        name: Value = None,
        only_defaults: Value = None,
        usage_end: Value = None,
        usage_start: Value = None,
        user: Value = None,
        with_usage: Value = None,
        with_deleted: Value = None,
    ) -> _types.OpenapiResp:
        """POST /slurmdb/v0.0.46/wckeys/: Add workload characterization keys.
        Like sacctmgr add user with WCKeys.
        cluster: Clusters, comma-separated.
        id: Ids, comma-separated.
        name: Names, comma-separated.
        only_defaults: Only default WCKeys of users.
        usage_end: End of the period of usage (Unix time, or a time as sacct(1) takes it).
        usage_start: Start of the period of usage (Unix time, or a time as sacct(1) takes it).
        user: Users, comma-separated.
        with_usage: Include usage.
        with_deleted: Include deleted ones.
        """
        answer: _types.OpenapiResp = self.call(
            "POST",
            "/slurmdb/v0.0.46/wckeys/",
            {
                "cluster": cluster,
                "id": id,
                "name": name,
                "only_defaults": only_defaults,
                "usage_end": usage_end,
                "usage_start": usage_start,
                "user": user,
                "with_usage": with_usage,
                "with_deleted": with_deleted,
            },
            body=body,
        )
        return answer

    def util_post_hostlist(
        self,
        body: _types.OpenapiHostnamesReqResp | Mapping[str, Any],
    ) -> _types.OpenapiHostlistReqResp:
        """POST /util/v0.0.46/hostlist: Turn host names into a host list.
        Like scontrol show hostlist.
        """
        answer: _types.OpenapiHostlistReqResp = self.call(
            "POST",
            "/util/v0.0.46/hostlist",
            body=body,
        )
        return answer

    def util_post_hostnames(
        self,
        body: _types.OpenapiHostlistReqResp | Mapping[str, Any],
    ) -> _types.OpenapiHostnamesReqResp:
        """POST /util/v0.0.46/hostnames: Turn a host list into host names.
        Like scontrol show hostnames.
        """
        answer: _types.OpenapiHostnamesReqResp = self.call(
            "POST",
            "/util/v0.0.46/hostnames",
            body=body,
        )
        return answer
