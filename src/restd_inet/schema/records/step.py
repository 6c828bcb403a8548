"""job_step_info_t (slurm.h): a step that runs, as `squeue --steps` shows it, and what it uses, as sstat(1).

Paths are those of the steps of accounting's jobs, where these have such a field.
"""

from restd_inet.schema.kinds.base import FixedSchema, Formula
from restd_inet.schema.kinds.numbers import INT64
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job_verbs import PLAIN
from restd_inet.schema.versions import V1

WHOLE = Formula({V1: "x"}, INT64)
#: Null: it was not measured.
COUNT = Formula({V1: "x"}, FixedSchema({"type": "integer", "format": "int64", "nullable": True}))
DOUBLE = Formula({V1: "x"}, FixedSchema({"type": "number", "format": "double", "nullable": True}))

#: commands.restd._steps.Usage: paths below "usage".
USAGE_FIELDS = (
    ("tasks", COUNT, "Tasks that run."),
    ("cpu_time", DOUBLE, "CPU time of all tasks so far, in seconds."),
    ("cpu_time_average", DOUBLE, "CPU time of a task on the average, in seconds (AveCPU of sstat)."),
    ("memory", COUNT, "Memory of all tasks, in bytes: the sum of the most that each has used."),
    ("memory_max", COUNT, "The most that a task has used, in bytes (MaxRSS)."),
    ("virtual_memory_max", COUNT, "Virtual memory: the most of a task, in bytes (MaxVMSize)."),
    ("pages_max", COUNT, "Page faults: the most of a task (MaxPages)."),
    ("disk_read", COUNT, "Bytes that all tasks have read."),
    ("disk_read_max", COUNT, "The most that a task has read, in bytes (MaxDiskRead)."),
    ("disk_written", COUNT, "Bytes that all tasks have written."),
    ("disk_written_max", COUNT, "The most that a task has written, in bytes (MaxDiskWrite)."),
)

#: commands.restd._steps.Step
STEP = Record(
    "step",
    "",
    Field("job_id", WHOLE, "step.job_id", doc="Number of the job."),
    Field("id", PLAIN, "step.id", doc="The step as sacct names it: 123.0, 123_4.batch, 123.extern."),
    Field("name", PLAIN, "step.name", doc="Name."),
    Field("state", PLAIN, "state", doc="State."),
    Field("user_name", PLAIN, "user", doc="User."),
    Field("partition", PLAIN, doc="Partition."),
    Field("nodes", PLAIN, "nodes.range", doc="Nodes, as a host list."),
    Field("num_cpus", WHOLE, "CPU.count", doc="CPUs that it has been given."),
    Field("num_tasks", WHOLE, "tasks.count", doc="Number of tasks."),
    Field("start_time", WHOLE, "time.start", doc="When it began (Unix time)."),
    Field("run_time", WHOLE, "time.elapsed", doc="Run time, in seconds, without suspension."),
    Field("time_limit", WHOLE, "time.limit", doc="Time limit, in minutes; -1 for none of its own."),
    Field("tres", PLAIN, "tres.allocated", doc="Trackable resources that it has been given."),
    Field("submit_line", PLAIN, "submit_line", doc="Command line of its submission."),
    Field("container", PLAIN, "container", doc="OCI container bundle."),
    *(Field(f"usage_{name}", kind, f"usage.{name}", doc=doc) for name, kind, doc in USAGE_FIELDS),
    Field("usage_error", PLAIN, "usage.error", doc='Why usage is missing, also of a node; "" if it is not.'),
    component="restd_step",
    plural="restd_steps",
    docs={
        "step": "The step.", "nodes": "Nodes.", "CPU": "CPUs.", "tasks": "Tasks.", "time": "Times.",
        "tres": "Trackable resources.",
        "usage": "What it uses now, as its slurmds say; null if no slurmd was asked or answered.",
    },
)  # fmt: skip
