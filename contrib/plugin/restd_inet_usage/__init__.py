"""/site/<version>/usage: who uses the cluster now, by user: jobs that run and wait, and their CPUs.

It takes one answer of slurmctld and gives a few lines, where `jobs` gives every job.
"""

from restd_inet.commands import (
    INT32,
    TEXT,
    V1,
    V39,
    Answer,
    Call,
    Converter,
    Field,
    Formula,
    Problem,
    Record,
    Result,
    Route,
    list_v39,
    quoted,
    text,
)

#: The first segment of the paths. One of restd-inet's, such as "slurm", can be added to as well.
FAMILY = "site"


class Usage:
    """A row: what a user's jobs are and hold. Its members are what the table below names."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.running = self.pending = self.cpus = self.pending_cpus = 0


USAGE = Record(
    "usage of a user",
    "",
    Field("user", Formula({V1: "x"}, TEXT), doc="Name of the user.", required=V39),
    Field("running", INT32, doc="Jobs that run.", required=V39),
    Field("pending", INT32, doc="Jobs that wait, the tasks of an array counted once.", required=V39),
    Field("cpus", INT32, doc="CPUs of the jobs that run.", required=V39),
    Field("pending_cpus", INT32, "waiting.cpus", doc="CPUs that the others wait for.", required=V39),
    component="usage",
)
ANSWER = Answer(USAGE, "usage", {V39: list_v39}, component="usage_resp", required=("usage",))
QUERY = Record("query of usage", "", Field("partition", Converter(text), doc="Only jobs of this partition."))


def usage(call: Call) -> Result:
    """Every user with jobs, whoever holds most CPUs first."""
    base = call.slurm.lib.JOB_STATE_BASE
    running, pending = call.slurm.lib.JOB_RUNNING, call.slurm.lib.JOB_PENDING
    name = call.slurm.function("job_user_name")
    wanted = call.query.get("partition")
    users: dict[str, Usage] = {}
    for job in call.slurm.jobs(0):
        state = job.job_state & base
        if state not in (running, pending) or (wanted and call.slurm.text(job.partition) != wanted):
            continue
        user = name(job) or str(job.user_id)
        row = users.setdefault(user, Usage(user))
        if state == running:
            row.running += 1
            row.cpus += job.num_cpus
        else:
            row.pending += 1
            row.pending_cpus += job.num_cpus
    return Result(sorted(users.values(), key=lambda row: (-row.cpus, row.user)))


def of_user(call: Call) -> Result:
    """The same of one user; 404 for one without jobs."""
    wanted = call.parameters["user_name"]
    rows = [row for row in usage(call).records if row.user == wanted]
    if not rows:
        raise Problem(404, f"the user {quoted(wanted)} has no job that runs or waits")
    return Result(rows)


ROUTES = (
    Route("GET", "usage/", usage, ANSWER, query=QUERY, since=V39, summary="who uses the cluster now"),
    Route("GET", "usage/{user_name}", of_user, ANSWER, since=V39, summary="what one user uses now"),
)
