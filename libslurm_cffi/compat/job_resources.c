/* What of a node's cores a job has: compat.h's view of struct job_resources. */
#include "compat.h"
#include "job_resources.h"

extern size_t slurm_xsize(void *item); /* src/common/xmalloc.h: the bytes of an allocation */

/* array[index], or 0 where there is none: the arrays come from the wire, each with its own length. */
#define AT(array, index) ((array) && (index) < slurm_xsize(array) / sizeof *(array) ? (array)[index] : 0)

/* Where a node's cores are in the bitmaps. */
typedef struct {
    uint16_t sockets;
    uint16_t cores_per_socket;
    int64_t first;
} node_cores_t;

static int has_node(const job_resources_t *from, uint32_t node)
{
    return HAS_JOB_RESOURCES && from && node < from->nhosts;
}

/* slurmctld sends each shape of node once, with the count of nodes in a row that have it. */
static int find_cores(const job_resources_t *from, uint32_t node, node_cores_t *cores)
{
    uint32_t repeated;
    uint32_t left = node;
    int64_t first = 0;

    if (!from->core_bitmap)
        return -1;
    for (uint32_t shape = 0; (repeated = AT(from->sock_core_rep_count, shape)); shape++) {
        uint16_t sockets = AT(from->sockets_per_node, shape);
        uint16_t per_socket = AT(from->cores_per_socket, shape);
        int64_t count = (int64_t)sockets * per_socket;

        if (left < repeated) {
            *cores = (node_cores_t){sockets, per_socket, first + left * count};
            return cores->first + count <= slurm_bit_size(from->core_bitmap) ? 0 : -1;
        }
        left -= repeated;
        first += repeated * count;
    }
    return -1;
}

static int core_state(const job_resources_t *from, int64_t bit)
{
    if (!slurm_bit_test(from->core_bitmap, bit))
        return 0;
    if (from->core_bitmap_used && bit < slurm_bit_size(from->core_bitmap_used) &&
        slurm_bit_test(from->core_bitmap_used, bit))
        return 2;
    return 1;
}

int compat_job_resources(const job_resources_t *from, compat_job_resources_t *to)
{
    if (!HAS_JOB_RESOURCES || !from)
        return -1;
    *to = (compat_job_resources_t){
        .nodes = from->nodes,
        .ncpus = from->ncpus,
        .nhosts = from->nhosts,
        .node_req = from->node_req,
        .cr_type = from->cr_type,
        .threads_per_core = from->threads_per_core,
        .whole_node = from->whole_node,
    };
    return 0;
}

int compat_job_resources_node(const job_resources_t *from, uint32_t node, compat_node_alloc_t *to)
{
    node_cores_t cores = {0};

    if (!has_node(from, node))
        return -1;
    if (find_cores(from, node, &cores))
        cores = (node_cores_t){0};
    *to = (compat_node_alloc_t){
        .cpus = AT(from->cpus, node),
        .cpus_used = AT(from->cpus_used, node),
        .memory = AT(from->memory_allocated, node),
        .memory_used = AT(from->memory_used, node),
        .sockets = cores.sockets,
        .cores_per_socket = cores.cores_per_socket,
    };
    return 0;
}

int compat_job_resources_cores(const job_resources_t *from, uint32_t node, uint8_t *states, size_t size)
{
    node_cores_t cores;
    size_t count;

    if (!has_node(from, node) || find_cores(from, node, &cores))
        return -1;
    count = (size_t)cores.sockets * cores.cores_per_socket;
    for (size_t core = 0; core < count && core < size; core++)
        states[core] = (uint8_t)core_state(from, cores.first + (int64_t)core);
    return (int)count;
}
