/*
 * The members of Slurm's struct job_resources in the order of each release, for job_resources.c alone.
 *
 * For a new release: look it up in src/common/job_resources.h, then widen HAS_KNOWN_LAYOUTS in messages.h.
 */
#ifndef LIBSLURM_CFFI_JOB_RESOURCES_H
#define LIBSLURM_CFFI_JOB_RESOURCES_H

struct job_resources {
    bitstr_t *core_bitmap;
    bitstr_t *core_bitmap_used;
    uint32_t cpu_array_cnt;
    uint16_t *cpu_array_value;
    uint32_t *cpu_array_reps;
    uint16_t *cpus;
    uint16_t *cpus_used;
    uint16_t *cores_per_socket;
    uint16_t cr_type;
    uint64_t *memory_allocated;
    uint64_t *memory_used;
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 11, 0)
    uint32_t next_step_node_inx;
#endif
    uint32_t nhosts;
    bitstr_t *node_bitmap;
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0)
    uint32_t *node_ranks;
#endif
    uint32_t node_req;
    char *nodes;
    uint32_t ncpus;
    uint32_t *sock_core_rep_count; /* how many nodes each sockets_per_node, cores_per_socket stands for */
    uint16_t *sockets_per_node;
    uint16_t *tasks_per_node;
    uint16_t threads_per_core;
    uint8_t whole_node;
};

#endif
