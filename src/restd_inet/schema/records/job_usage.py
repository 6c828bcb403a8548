"""What a job uses or has used, and how much of what it was given, as seff(1) and sstat(1) show it.

Null: it is not known.
"""

from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job_verbs import PLAIN
from restd_inet.schema.records.step import COUNT, DOUBLE, WHOLE

#: commands.restd._job_usage.JobUsage
JOB_USAGE = Record(
    "usage of a job",
    "",
    Field("job_id", WHOLE, doc="Number of the job; of an array's task its own."),
    Field("id", PLAIN, doc="The job as Slurm names it: 123, 123_4, 123+1."),
    Field("state", PLAIN, doc="State."),
    Field(
        "source", PLAIN, doc='"slurmd" while it runs, "slurmdbd" at the end, "slurmctld" before it starts.'
    ),
    Field("elapsed", WHOLE, "time.elapsed", doc="Run time, in seconds."),
    Field("cpus", COUNT, "cpu.allocated", doc="CPUs that it has been given."),
    Field("cpu_time", DOUBLE, "cpu.time", doc="CPU time of all steps, in seconds."),
    Field("cpu_efficiency", DOUBLE, "cpu.efficiency", doc="CPU time in percent of what its CPUs could do."),
    Field("memory_allocated", COUNT, "memory.allocated", doc="Memory that it has been given, in bytes."),
    Field(
        "memory",
        COUNT,
        "memory.used",
        doc="Memory of the step with most, in bytes: the sum of the most that each task has used.",
    ),
    Field("memory_max", COUNT, "memory.task_max", doc="The most that a task has used, in bytes (MaxRSS)."),
    Field("memory_efficiency", DOUBLE, "memory.efficiency", doc="`used` in percent of `allocated`."),
    Field("disk_read", COUNT, "disk.read", doc="Bytes that all tasks have read."),
    Field("disk_written", COUNT, "disk.written", doc="Bytes that all tasks have written."),
    Field("error", PLAIN, doc='Why the usage is not known, or not of all steps; "" if it is.'),
    component="restd_job_usage",
    plural="restd_job_usages",
    docs={
        "time": "Times.",
        "cpu": "CPUs; null for what is not known.",
        "memory": "Memory; null for what is not known.",
        "disk": "Input and output; null for what is not known.",
    },
)
