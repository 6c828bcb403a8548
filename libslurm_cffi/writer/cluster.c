/* Parts of nodes, partitions and reservations, as slurm.lookups.cluster has them. */
#include "compat.h"
#include "parts.h"

#include <math.h>
#include <string.h>

#define NODE(record) ((node_info_t *) (record))

/* tres is to be freed by slurm_xfree. */
static compat_node_use_t use_of(const char *record)
{
    compat_node_use_t use;

    compat_node_use(NODE(record), &use);
    return use;
}

static void free_use(compat_node_use_t *use)
{
    slurm_xfree((void **) &use->tres);
}

extern bool writer_alloc_memory(writer_t *writer, uint32_t row, const char *record)
{
    compat_node_use_t use = use_of(record);

    put_unsigned(writer, use.memory);
    free_use(&use);
    return true;
}

extern bool writer_alloc_cpus(writer_t *writer, uint32_t row, const char *record)
{
    compat_node_use_t use = use_of(record);

    put_unsigned(writer, use.cpus);
    free_use(&use);
    return true;
}

extern bool writer_idle_cpus(writer_t *writer, uint32_t row, const char *record)
{
    compat_node_use_t use = use_of(record);
    int idle = NODE(record)->cpus - use.cpus;

    if (idle < 0)
        PUT(writer, "-");
    put_unsigned(writer, (uint64_t) (idle < 0 ? -idle : idle));
    free_use(&use);
    return true;
}

extern bool writer_tres_used(writer_t *writer, uint32_t row, const char *record)
{
    compat_node_use_t use = use_of(record);

    if (use.tres)
        put_text(writer, use.tres);
    else
        PUT(writer, "null");
    free_use(&use);
    return true;
}

extern bool writer_tres_used_text(writer_t *writer, uint32_t row, const char *record)
{
    compat_node_use_t use = use_of(record);

    put_text(writer, use.tres);
    free_use(&use);
    return true;
}

extern bool writer_tres_weighted(writer_t *writer, uint32_t row, const char *record)
{
    compat_node_use_t use = use_of(record);
    double weighted = isnan(use.tres_weighted) ? 0.0 : use.tres_weighted;

    if (isinf(weighted)) {
        PUT(writer, "null");
    } else {
        if (weighted < 0)
            PUT(writer, "-");
        put_double(writer, fabs(weighted));
    }
    free_use(&use);
    return true;
}

extern bool writer_node_partitions(writer_t *writer, uint32_t row, const char *record)
{
    const char *names = NODE(record)->partitions ? NODE(record)->partitions : "";
    size_t length;

    PUT(writer, "[");
    for (;; names += length + 1) {
        length = strcspn(names, ",");
        put_string(writer, names, length);
        if (!names[length])
            break;
        PUT(writer, ",");
    }
    PUT(writer, "]");
    return true;
}

/* Who gave the reason, if there is one. */
extern bool writer_reason_user(writer_t *writer, uint32_t row, const char *record)
{
    if (NODE(record)->reason)
        put_remembered(writer, row, NODE(record)->reason_uid);
    else
        PUT(writer, "\"\"");
    return true;
}

/* What a job has for itself. */
extern bool writer_partition_exclusive(writer_t *writer, uint32_t row, const char *record)
{
    const partition_info_t *partition = (const partition_info_t *) record;

#ifdef PART_FLAG_EXCLUSIVE_TOPO
    if (partition->flags & PART_FLAG_EXCLUSIVE_TOPO) {
        PUT(writer, "\"TOPO\"");
        return true;
    }
#endif
    if (!(partition->max_share & ~SHARED_FORCE))
        PUT(writer, "\"NODE\"");
    else if (partition->flags & PART_FLAG_EXCLUSIVE_USER)
        PUT(writer, "\"USER\"");
    else
        PUT(writer, "\"NO\"");
    return true;
}

/* When a reservation ends for want of jobs: only if it does. */
extern bool writer_purge_completed(writer_t *writer, uint32_t row, const char *record)
{
    const reserve_info_t *reservation = (const reserve_info_t *) record;

    if (!(reservation->flags & RESERVE_FLAG_PURGE_COMP))
        return false;
    PUT(writer, "{\"time\":");
    put_unsigned(writer, reservation->purge_comp_time);
    PUT(writer, "}");
    return true;
}
