/* See compat.h: one section there, one here; job_resources_t is in job_resources.c. */
#define _GNU_SOURCE
#include <Python.h>

#include "compat.h"
#include "image.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define STEP_IDS_FOR_JOBS (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0))

#if STEP_IDS_FOR_JOBS
static slurm_step_id_t JOB(uint32_t job_id)
{
    slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

    id.job_id = job_id;
    id.step_id = NO_VAL;
    return id;
}
#else
#define JOB(job_id) (job_id)
#endif

/* ---- Process ---- */

extern slurm_conf_t slurm_conf; /* src/common/read_config.h */

void compat_set_msg_timeout(uint16_t seconds)
{
    slurm_conf.msg_timeout = seconds;
}

uint16_t compat_get_msg_timeout(void)
{
    return slurm_conf.msg_timeout;
}

int compat_no_new_privileges(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

slurm_conf_t *compat_conf(void)
{
    return &slurm_conf;
}

static int is_auth_jwt(struct dl_phdr_info *object, size_t size, void *path)
{
    const char *slash = strrchr(object->dlpi_name, '/');

    (void)size;
    if (!slash || strcmp(slash, "/auth_jwt.so"))
        return 0;
    *(char **)path = strdup(object->dlpi_name);
    return 1;
}

#ifdef EXPORTED_slurm_auth_init
extern int slurm_auth_init(char *auth_type); /* src/common/slurm_auth.h; slurm_init does it from 23.11 on */
#else
#define slurm_auth_init(auth_type) ((void)0)
#endif

/* A function of auth_jwt.so, if libslurm has loaded that: which plugins it loads is its own business. */
static void *auth_jwt_function(const char *name)
{
    char *path = NULL;
    void *plugin, *function = NULL;

    slurm_auth_init(NULL);
    dl_iterate_phdr(is_auth_jwt, &path);
    if (path && (plugin = dlopen(path, RTLD_LAZY | RTLD_NOLOAD))) {
        function = dlsym(plugin, name);
        dlclose(plugin);
    }
    free(path);
    if (!function)
        errno = ENOENT;
    return function;
}

int compat_auth_thread_config(const char *token, const char *username)
{
    int (*config)(const char *, const char *) = auth_jwt_function("auth_p_thread_config");

    return config ? config(token, *username ? username : NULL) : -1;
}

int compat_auth_thread_clear(void)
{
    void (*clear)(void) = auth_jwt_function("auth_p_thread_clear");

    if (!clear)
        return -1;
    clear();
    return 0;
}

extern void compat_on_exit(void);
static int exit_armed;

static void call_on_exit(void)
{
    /* Python's own end runs exit() too, and then there is nobody left to call. */
    if (!exit_armed || !Py_IsInitialized())
        return;
    exit_armed = 0;
    compat_on_exit();
}

void compat_arm_exit(void)
{
    static int registered;

    if (!registered)
        registered = !atexit(call_on_exit);
    exit_armed = 1;
}

void compat_disarm_exit(void)
{
    exit_armed = 0;
}

/* ---- RPCs whose arguments changed ---- */

int compat_load_job(job_info_msg_t **answer, uint32_t job_id, uint16_t show_flags)
{
    return slurm_load_job(answer, JOB(job_id), show_flags);
}

int compat_get_job_steps(job_step_info_response_msg_t **answer, uint32_t job_id, uint32_t step_id)
{
#if STEP_IDS_FOR_JOBS
    slurm_step_id_t id = JOB(job_id);

    id.step_id = step_id;
    return slurm_get_job_steps(&id, answer, SHOW_ALL);
#else
    return slurm_get_job_steps(0, job_id, step_id, answer, SHOW_ALL);
#endif
}

int compat_load_job_prio(priority_factors_response_msg_t **answer)
{
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(23, 2, 0)
    return slurm_load_job_prio(answer, NULL, NULL, NULL, SHOW_LOCAL);
#else
    return slurm_load_job_prio(answer, SHOW_LOCAL);
#endif
}

int compat_notify_job(uint32_t job_id, char *message)
{
    return slurm_notify_job(JOB(job_id), message);
}

int compat_load_job_sluid(job_info_msg_t **answer, uint64_t sluid, uint16_t show_flags)
{
#if HAS_SLUIDS
    slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

    id.sluid = sluid;
    return slurm_load_job(answer, id, show_flags);
#else
    errno = ENOSYS;
    return -1;
#endif
}

int compat_job_batch_script(uint32_t job_id, char **script)
{
    size_t size;
    FILE *out = open_memstream(script, &size);
    int rc, error;

    if (!out)
        return -1;
    rc = slurm_job_batch_script(out, JOB(job_id));
    error = errno;
    if (fclose(out) || rc) {
        free(*script);
        *script = NULL;
        errno = rc > 0 ? rc : error;
        return -1;
    }
    return 0;
}

void compat_free_text(char *text)
{
    free(text);
}

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0)
#define NOBODY_INTERRUPTS , -1
#else
#define NOBODY_INTERRUPTS
#endif

int compat_allocate(job_desc_msg_t *description, time_t timeout,
                    resource_allocation_response_msg_t **answer)
{
    *answer = slurm_allocate_resources_blocking(description, timeout, NULL NOBODY_INTERRUPTS);
    return *answer ? 0 : -1;
}

int compat_allocate_het_job(void *descriptions, time_t timeout,
                            resource_allocation_response_msg_t **answer)
{
    void *answers = slurm_allocate_het_job_blocking(descriptions, timeout, NULL NOBODY_INTERRUPTS);

    if (!answers)
        return -1;
    *answer = slurm_list_pop(answers);
    slurm_list_destroy(answers);
    return 0;
}

void compat_free_ctl_conf(slurm_conf_t *conf)
{
#ifdef EXPORTED_slurm_free_conf
    slurm_free_conf(conf);
#else
    slurm_free_ctl_conf(conf);
#endif
}

#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0)
#define NAMED_TOPOLOGY(name) , name
#define ALL_UNITS , NULL, NULL, 1
#define HAS_UNITS(answer) ((answer)->topo_info != NULL)
#elif SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0)
#define NAMED_TOPOLOGY(name)
#define ALL_UNITS , NULL, 1
#define HAS_UNITS(answer) ((answer)->topo_info != NULL)
#else
#define NAMED_TOPOLOGY(name)
#define ALL_UNITS , 1
#define HAS_UNITS(answer) 1
#endif

int compat_load_topo(topo_info_response_msg_t **answer, char *name)
{
    (void)name;
    return slurm_load_topo(answer NAMED_TOPOLOGY(name));
}

char *compat_topology(topo_info_response_msg_t *answer)
{
    char *text = NULL, *copy;
    size_t size;
    FILE *out = HAS_UNITS(answer) ? open_memstream(&text, &size) : NULL;

    if (!out)
        return NULL;
    unsetenv("SLURM_TOPO_LEN"); /* which would shorten the lines */
    slurm_print_topo_info_msg(out, answer ALL_UNITS);
    fclose(out);
    copy = slurm_xstrdup(text);
    free(text);
    return copy;
}

#if STEP_IDS_FOR_JOBS
#define JOB_ID step_id.job_id
#define STEP_ID step_id.step_id
#else
#define JOB_ID job_id
#define STEP_ID step_id
#endif

void compat_set_job_id(job_desc_msg_t *description, uint32_t job_id)
{
    description->JOB_ID = job_id;
}

uint32_t compat_submitted_job_id(const submit_response_msg_t *answer)
{
    return answer->JOB_ID;
}

uint32_t compat_submitted_step_id(const submit_response_msg_t *answer)
{
    return answer->STEP_ID;
}

void compat_set_submitted(submit_response_msg_t *answer, uint32_t job_id, uint32_t step_id)
{
    answer->JOB_ID = job_id;
    answer->STEP_ID = step_id;
}

uint32_t compat_allocated_job_id(const resource_allocation_response_msg_t *answer)
{
    return answer->JOB_ID;
}

void compat_node_use(node_info_t *node, compat_node_use_t *to)
{
    *to = (compat_node_use_t){.tres_weighted = NAN};
#ifdef EXPORTED_slurm_get_select_nodeinfo
    if (!node->select_nodeinfo)
        return;
    if (image_holds(node)) { /* see IMAGE_USE */
        *to = *(const compat_node_use_t *)node->select_nodeinfo;
        to->tres = slurm_xstrdup(to->tres);
        return;
    }
#define ASK(what, answer) \
    slurm_get_select_nodeinfo(node->select_nodeinfo, SELECT_NODEDATA_##what, NODE_STATE_ALLOCATED, answer)
    ASK(SUBCNT, &to->cpus);
    ASK(MEM_ALLOC, &to->memory);
    ASK(TRES_ALLOC_FMT_STR, &to->tres);
    ASK(TRES_ALLOC_WEIGHTED, &to->tres_weighted);
#undef ASK
#else
    to->cpus = node->alloc_cpus;
    to->memory = node->alloc_memory;
    to->tres = slurm_xstrdup(node->alloc_tres_fmt_str);
#endif
}

int64_t compat_host_names(const char *hosts, char *to, size_t size)
{
    __auto_type list = slurm_hostlist_create(hosts); /* hostlist_t, hostlist_t * from 23.11 on */
    char *name;
    int64_t needed = 0;

    if (!list)
        return -1;
    while ((name = slurm_hostlist_shift(list))) {
        size_t length = strlen(name) + 1;

        needed += length;
        if (length <= size) {
            memcpy(to, name, length);
            to += length;
            size -= length;
        } else {
            size = 0;
        }
        free(name);
    }
    slurm_hostlist_destroy(list);
    return needed;
}

/* ---- RPCs that not every release has ---- */

int compat_slurmdb_ping(char *host)
{
#if HAS_SLURMDB_PING
    return slurmdb_ping(host);
#else
    (void)host;
    errno = ESLURM_NOT_SUPPORTED;
    return SLURM_ERROR;
#endif
}

/* ---- Exported by libslurm, declared only in Slurm's own source ---- */

#ifdef EXPORTED_slurm_job_state_reason_string
extern const char *slurm_job_state_reason_string(enum job_state_reason reason);
#else
extern char *slurm_job_reason_string(enum job_state_reason reason);
#endif

const char *compat_job_reason_string(uint32_t reason)
{
#ifdef EXPORTED_slurm_job_state_reason_string
    return slurm_job_state_reason_string((enum job_state_reason)reason);
#else
    return slurm_job_reason_string((enum job_state_reason)reason);
#endif
}

/* ---- jobacctinfo_t ---- */

#if HAS_JOBACCT
/* src/common/slurm_jobacct_gather.h, later src/interfaces/jobacct_gather.h: as far as it is read here. */
struct jobacctinfo {
    pid_t pid;
    uint64_t sys_cpu_sec;
    uint32_t sys_cpu_usec;
    uint64_t user_cpu_sec;
    uint32_t user_cpu_usec;
    uint32_t act_cpufreq;
    acct_gather_energy_t energy;
    double last_total_cputime;
    double this_sampled_cputime;
    uint32_t current_weighted_freq;
    uint32_t current_weighted_power;
    uint32_t tres_count;
    uint32_t *tres_ids;
    void *tres_list;
    uint64_t *in_max, *in_max_nodeid, *in_max_taskid;
    uint64_t *in_min, *in_min_nodeid, *in_min_taskid;
    uint64_t *in_tot;
    uint64_t *out_max, *out_max_nodeid, *out_max_taskid;
    uint64_t *out_min, *out_min_nodeid, *out_min_taskid;
    uint64_t *out_tot;
};
#endif

int compat_jobacct(const jobacctinfo_t *from, compat_jobacct_t *to)
{
#if HAS_JOBACCT
    if (from) {
        to->tres_count = from->tres_ids ? from->tres_count : 0;
        to->tres_ids = from->tres_ids;
        to->in_max = from->in_max;
        to->in_tot = from->in_tot;
        to->out_max = from->out_max;
        to->out_tot = from->out_tot;
        return 0;
    }
#else
    (void)from;
    (void)to;
#endif
    return -1;
}
