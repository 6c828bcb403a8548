"""What record tables ask libslurm by name: plain functions f(slurm, x).

A table names a lookup by a string (Name, Computed, Items, SubRecord, Deferred). `Slurm.function` finds it in
LOOKUPS and loads its module when it is first asked for. What a lookup keeps from one record to the next is
in `Slurm.cache`.

cluster        nodes, partitions, reservations, shares, slurmctld
deferred       values of a request that only libslurm can work out
filenames      names of a job's files
hosts          host lists
jobs           jobs that slurmctld knows
names          users, groups, and the words that libslurm has for numbers
slurmdb        QOS and TRES
slurmdb_jobs   jobs of accounting
slurmdb_query  values of a request that are about jobs of accounting
submit         what was submitted
"""

from __future__ import annotations

#: Module → the lookups in it, each a function of that name.
_MODULES = {
    "names": ("duration", "group_name", "job_reason", "job_state", "signal_text", "user_label", "user_name"),
    "jobs": (
        "allocation", "gres_detail", "indexes", "job_resources", "job_resources_by_host",
        "job_resources_in_full", "job_stderr", "job_stderr_given", "job_stdin", "job_stdin_given",
        "job_stdout", "job_stdout_given", "job_step_id", "job_user_name", "priorities",
    ),
    "cluster": (
        "alloc_cpus", "alloc_memory", "controllers", "cycles_per_minute", "gres_indexes", "gres_layout",
        "idle_cpus", "job_defaults", "node_partitions", "oversubscription", "partition_exclusive",
        "purge_completed", "reason_user", "reserved_cores", "rpcs_by_type", "rpcs_by_user", "rpcs_of_hosts",
        "rpcs_pending", "shares", "tres_used", "tres_used_text", "tres_weighted",
    ),
    "submit": ("submitted_error", "submitted_job_id", "submitted_step_id", "submitted_step_name"),
    "deferred": ("parse_time", "time_minutes", "time_seconds", "tres", "tres_bind", "tres_text", "user_id"),
    "slurmdb": (
        "association_flags", "itself", "preempted", "qos_id", "qos_ids", "qos_ids_or_numbers", "qos_name",
        "qos_names", "root_association", "structs", "texts", "tres_counts", "tres_numbers", "wckey_flags",
    ),
    "slurmdb_jobs": (
        "distribution", "job_association", "job_planned", "job_sluid", "job_steps", "rollups",
        "slurmdb_stderr", "slurmdb_stdin", "slurmdb_stdout", "slurmdb_user", "slurmdb_user_label",
        "step_component", "step_hosts", "step_id", "step_name", "step_number", "step_stderr", "step_stdin",
        "step_stdout", "step_word", "tres_extremes",
    ),
    "slurmdb_query": (
        "asked_hosts", "group_ids", "reason_ids", "selected_steps", "slurmdb_date", "slurmdb_time",
        "state_ids", "user_ids",
    ),
}  # fmt: skip

#: Name → its module here.
LOOKUPS = {name: module for module, names in _MODULES.items() for name in names}
