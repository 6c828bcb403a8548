"""Which call of libslurm a call of compat/ stands for."""

from __future__ import annotations

#: A call of compat/ → the one of libslurm that it stands for, which is what a client is told.
STANDS_FOR = {
    "compat_job_batch_script": "slurm_job_batch_script",
    "compat_load_job": "slurm_load_job",
    "compat_load_job_sluid": "slurm_load_job",
    "compat_allocate": "slurm_allocate_resources_blocking",
    "compat_allocate_het_job": "slurm_allocate_het_job_blocking",
    "compat_load_topo": "slurm_load_topo",
    "compat_get_job_steps": "slurm_get_job_steps",
    "compat_load_job_prio": "slurm_load_job_prio",
    "compat_notify_job": "slurm_notify_job",
    "compat_create_reservation": "slurm_create_reservation",
    "compat_get_resource_layout": "slurm_get_resource_layout",
}
