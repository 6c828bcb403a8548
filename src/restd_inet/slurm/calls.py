"""Which call stands for which, and what only later releases of Slurm have."""

from __future__ import annotations

#: A call of compat/ → the one of libslurm that it stands for, which is what a client is told.
STANDS_FOR = {
    "compat_load_job": "slurm_load_job",
    "compat_allocate": "slurm_allocate_resources_blocking",
    "compat_allocate_het_job": "slurm_allocate_het_job_blocking",
    "compat_create_reservation": "slurm_create_reservation",
    "compat_get_resource_layout": "slurm_get_resource_layout",
}

#: A member's name in the newest release → the one that it had before.
RENAMED = {"runtime": "container_type"}

#: What is not in every release that is served → the first one that has it.
SINCE = {
    "job_desc_msg_t.container_id": "23.02",
    "job_desc_msg_t.job_size_str": "23.02",
    "job_desc_msg_t.resv_port_cnt": "24.05",
    "job_desc_msg_t.segment_size": "24.05",
    "job_desc_msg_t.oom_kill_step": "24.11",
    "job_desc_msg_t.runtime": "26.05",
    "job_desc_msg_t.mem_update_delay": "26.05",
    "job_desc_msg_t.mem_update_margin": "26.05",
    "CONSOLIDATE_SEGMENTS": "25.11",
    "EXPEDITED_REQUEUE": "25.11",
    "EXTERNAL_JOB": "25.05",
    "GRES_ALLOW_TASK_SHARING": "23.11",
    "GRES_MULT_TASKS_PER_SHARING": "23.11",
    "GRES_ONE_TASK_PER_SHARING": "23.11",
    "JOB_IMPLICIT_MAX_NODES": "26.05",
    "JOB_SHARED_TOPO": "24.05",
    "KILL_ARRAY_TASK": "23.02",
    "KILL_CRON": "24.05",
    "RESET_CONSOLIDATE_SEGMENTS": "26.11",
    "RESET_SPREAD_SEGMENTS": "26.11",
    "SPREAD_SEGMENTS": "25.11",
    "STEPMGR_ENABLED": "24.05",
    "slurm_associations_get_shares": "23.11",
    "slurm_get_resource_layout": "25.11",
    "slurmdb_instances_get": "23.11",
    "update_node_msg_t.resume_after": "23.02",
    "update_node_msg_t.topology_str": "25.05",
    "update_part_msg_t.max_cpus_per_socket": "23.02",
    "update_part_msg_t.topology_name": "25.05",
    "resv_desc_msg_t.comment": "23.02",
    "resv_desc_msg_t.tres_str": "23.11",
}
