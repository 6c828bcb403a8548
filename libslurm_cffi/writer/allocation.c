/* What a job has of its nodes, as slurm.lookups writes it for each version of the API. */
#include "compat.h"
#include "parts.h"

#include <stdlib.h>
#include <string.h>

/* A node of an allocation: what the job has of it, and the states of its cores. */
typedef struct {
    compat_node_alloc_t node;
    uint8_t *states;
    size_t count;
} cores_t;

/* The names of an allocation's hosts, each with an end of its own; NULL for none. */
static char *host_names(const char *nodes, size_t *size)
{
    int64_t needed = nodes && *nodes ? compat_host_names(nodes, NULL, 0) : 0;
    char *names = needed > 0 ? malloc((size_t) needed) : NULL;

    *size = names ? (size_t) needed : 0;
    if (names)
        compat_host_names(nodes, names, *size);
    return names;
}

static bool find_cores(writer_t *writer, const job_resources_t *resources, uint32_t node, cores_t *cores)
{
    *cores = (cores_t) {0};
    compat_job_resources_node(resources, node, &cores->node);
    cores->count = (size_t) cores->node.sockets * cores->node.cores_per_socket;
    cores->states = calloc(cores->count + 1, 1);
    if (!cores->states)
        writer_fail(writer);
    else
        compat_job_resources_cores(resources, node, cores->states, cores->count);
    return cores->states != NULL;
}

static void put_key(writer_t *writer, const char *before, uint64_t key)
{
    put(writer, before, strlen(before));
    PUT(writer, "\"");
    put_unsigned(writer, key);
    PUT(writer, "\":");
}

static void put_member(writer_t *writer, const char *key, uint64_t number)
{
    put(writer, key, strlen(key));
    put_unsigned(writer, number);
}

/* A node up to v0.0.37: what is said of a socket, or of a core's number, is what was said of it last. */
static void put_by_index(writer_t *writer, const cores_t *cores, size_t among, bool sockets)
{
    size_t per_socket = cores->node.cores_per_socket;
    uint8_t *last = calloc(among + 1, 1);
    uint32_t *order = calloc(among + 1, sizeof(*order));
    size_t found = 0;

    for (size_t i = 0; last && order && i < cores->count; i++) {
        size_t at = sockets ? i / per_socket : i % per_socket;

        if (cores->states[i] && !last[at])
            order[found++] = (uint32_t) at;
        if (cores->states[i])
            last[at] = cores->states[i];
    }
    if (!last || !order)
        writer_fail(writer);
    PUT(writer, "{");
    for (size_t i = 0; i < found; i++) {
        put_key(writer, i ? "," : "", order[i]);
        if (last[order[i]] == 2)
            PUT(writer, "\"assigned\"");
        else
            PUT(writer, "\"unassigned\"");
    }
    PUT(writer, "}");
    free(last);
    free(order);
}

extern bool writer_job_resources(writer_t *writer, uint32_t row, const char *record)
{
    const job_resources_t *resources = ((const slurm_job_info_t *) record)->job_resrcs;
    compat_job_resources_t whole;
    cores_t cores;

    if (compat_job_resources(resources, &whole)) {
        PUT(writer, "{}");
        return true;
    }
    PUT(writer, "{\"nodes\":");
    put_text(writer, whole.nodes);
    put_member(writer, ",\"allocated_cpus\":", whole.ncpus);
    put_member(writer, ",\"allocated_hosts\":", whole.nhosts);
    PUT(writer, ",\"allocated_nodes\":{");
    for (uint32_t node = 0; node < whole.nhosts && find_cores(writer, resources, node, &cores); node++) {
        put_key(writer, node ? "," : "", node);
        PUT(writer, "{\"sockets\":");
        put_by_index(writer, &cores, cores.node.sockets, true);
        PUT(writer, ",\"cores\":");
        put_by_index(writer, &cores, cores.node.cores_per_socket, false);
        put_member(writer, ",\"memory\":", cores.node.memory);
        put_member(writer, ",\"cpus\":", cores.node.cpus);
        PUT(writer, "}");
        free(cores.states);
    }
    PUT(writer, "}}");
    return true;
}

/* The sockets of a host in v0.0.38 to v0.0.40: those of which the job has a core. */
static void put_sockets(writer_t *writer, const cores_t *cores)
{
    size_t per_socket = cores->node.cores_per_socket;
    size_t open = SIZE_MAX;
    const char *before = "";

    PUT(writer, "{");
    for (size_t i = 0; i < cores->count; i++) {
        if (!cores->states[i])
            continue;
        if (i / per_socket != open) {
            if (open != SIZE_MAX)
                PUT(writer, "}},");
            open = i / per_socket;
            put_key(writer, "", open);
            PUT(writer, "{\"cores\":{");
            before = "";
        }
        put_key(writer, before, i % per_socket);
        if (cores->states[i] == 2)
            PUT(writer, "\"allocated_and_in_use\"");
        else
            PUT(writer, "\"allocated\"");
        before = ",";
    }
    if (open != SIZE_MAX)
        PUT(writer, "}}");
    PUT(writer, "}");
}

static void put_hosts(writer_t *writer, const job_resources_t *resources, const char *nodes)
{
    size_t size;
    char *names = host_names(nodes, &size);
    uint32_t node = 0;
    cores_t cores;

    PUT(writer, "[");
    for (const char *name = names; name < names + size && find_cores(writer, resources, node, &cores);
         name += strlen(name) + 1, node++) {
        if (node)
            PUT(writer, ",");
        PUT(writer, "{\"sockets\":");
        put_sockets(writer, &cores);
        PUT(writer, ",\"nodename\":");
        put_text(writer, name);
        put_member(writer, ",\"cpus_used\":", cores.node.cpus_used);
        put_member(writer, ",\"memory_used\":", cores.node.memory_used);
        put_member(writer, ",\"memory_allocated\":", cores.node.memory);
        PUT(writer, "}");
        free(cores.states);
    }
    PUT(writer, "]");
    free(names);
}

static bool put_resources(writer_t *writer, const char *record, bool in_full)
{
    const job_resources_t *resources = ((const slurm_job_info_t *) record)->job_resrcs;
    bool by_core = compat_conf()->select_type_param & (CR_CORE | CR_SOCKET);
    compat_job_resources_t whole;

    if (compat_job_resources(resources, &whole)) {
        PUT(writer, "{}");
        return true;
    }
    PUT(writer, "{");
    if (in_full) {
        put_member(writer, "\"allocated_cores\":", by_core ? whole.ncpus : 0);
        put_member(writer, ",\"allocated_cpus\":", by_core ? 0 : whole.ncpus);
        PUT(writer, ",");
    }
    PUT(writer, "\"nodes\":");
    put_text(writer, whole.nodes);
    if (!in_full)
        put_member(writer, by_core ? ",\"allocated_cores\":" : ",\"allocated_cpus\":", whole.ncpus);
    put_member(writer, ",\"allocated_hosts\":", whole.nhosts);
    PUT(writer, ",\"allocated_nodes\":");
    put_hosts(writer, resources, whole.nodes);
    PUT(writer, "}");
    return true;
}

extern bool writer_job_resources_by_host(writer_t *writer, uint32_t row, const char *record)
{
    return put_resources(writer, record, false);
}

extern bool writer_job_resources_in_full(writer_t *writer, uint32_t row, const char *record)
{
    return put_resources(writer, record, true);
}

/* From v0.0.41 on a plan writes the allocation, and this its hosts. */
extern bool writer_fill_allocation(const char *record, void *to)
{
    const job_resources_t *resources = ((const slurm_job_info_t *) record)->job_resrcs;
    compat_job_resources_t whole;

    if (compat_job_resources(resources, &whole))
        return false;
    *(writer_allocation_t *) to = (writer_allocation_t) {
        .resources = resources,
        .nodes = whole.nodes,
        .ncpus = whole.ncpus,
        .nhosts = whole.nhosts,
        .node_req = whole.node_req,
        .cr_type = whole.cr_type,
        .threads_per_core = whole.threads_per_core,
        .whole_node = whole.whole_node,
    };
    return true;
}

static void put_all_sockets(writer_t *writer, const cores_t *cores)
{
    static const char *const states[] = {
        ",\"status\":[\"UNALLOCATED\"]}", ",\"status\":[\"ALLOCATED\"]}", ",\"status\":[\"ALLOCATED\",\"IN_USE\"]}"
    };
    size_t per_socket = cores->node.cores_per_socket;

    PUT(writer, "[");
    for (size_t socket = 0; socket < cores->node.sockets; socket++) {
        put_member(writer, socket ? ",{\"index\":" : "{\"index\":", socket);
        PUT(writer, ",\"cores\":[");
        for (size_t core = 0; core < per_socket; core++) {
            const char *state = states[cores->states[socket * per_socket + core] % 3];

            put_member(writer, core ? ",{\"index\":" : "{\"index\":", core);
            put(writer, state, strlen(state));
        }
        PUT(writer, "]}");
    }
    PUT(writer, "]");
}

extern bool writer_allocated_hosts(writer_t *writer, uint32_t row, const char *record)
{
    const writer_allocation_t *allocation = (const writer_allocation_t *) record;
    size_t size;
    char *names = host_names(allocation->nodes, &size);
    uint32_t node = 0;
    cores_t cores;

    PUT(writer, "[");
    for (const char *name = names;
         name < names + size && find_cores(writer, allocation->resources, node, &cores);
         name += strlen(name) + 1, node++) {
        put_member(writer, node ? ",{\"index\":" : "{\"index\":", node);
        PUT(writer, ",\"name\":");
        put_text(writer, name);
        put_member(writer, ",\"cpus\":{\"count\":", cores.node.cpus);
        put_member(writer, ",\"used\":", cores.node.cpus_used);
        put_member(writer, "},\"memory\":{\"used\":", cores.node.memory_used);
        put_member(writer, ",\"allocated\":", cores.node.memory);
        PUT(writer, "},\"sockets\":");
        put_all_sockets(writer, &cores);
        PUT(writer, "}");
        free(cores.states);
    }
    PUT(writer, "]");
    free(names);
    return true;
}
