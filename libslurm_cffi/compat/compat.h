/*
 * What differs between Slurm's releases, or is missing from its installed headers.
 *
 * build.py binds everything declared here, as it does Slurm's own headers. Two rules:
 *   - a function named compat_* is ours, with the same signature on every release;
 *   - any other function is libslurm's, and is bound if libslurm exports it (`hasattr(lib, name)`).
 * EXPORTED_name is defined where libslurm exports name: ask the library with #ifdef, and compare
 * SLURM_VERSION_NUMBER only for what cannot be asked, such as the arguments of a function.
 * HAS_* constants are 1 or 0: where one is 0 its compat_ function fails with ESLURM_NOT_SUPPORTED.
 */
#ifndef LIBSLURM_CFFI_COMPAT_H
#define LIBSLURM_CFFI_COMPAT_H

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <slurm/slurmdb.h>

#include "messages.h"

/* ---- Process: time, identity, last words ---- */

/* Seconds until an RPC gives up. To be set after slurm_init, which reads slurm.conf's MessageTimeout. */
extern void compat_set_msg_timeout(uint16_t seconds);
extern uint16_t compat_get_msg_timeout(void);
/* What slurm_init read from slurm.conf; libslurm's own, not to be freed. */
extern slurm_conf_t *compat_conf(void);

/*
 * The token, and the user on whose behalf it is used, of this thread's RPCs. SLURM_JWT, if only "", must be
 * in the environment before slurm_init, for libslurm to use auth/jwt at all; cleared, its token counts again.
 * Return 0, or -1 with errno ENOENT: libslurm uses another plugin.
 */
extern int compat_auth_thread_config(const char *token, const char *username);
extern int compat_auth_thread_clear(void);
/* src/common/slurm_auth.h: a part of slurm_fini from 23.11 on. After it slurm_init may choose another plugin. */
extern int slurm_auth_fini(void);
/* slurm_init after slurm_fini. 24.05 and 24.11 count their TLS plugins from -1 then, and crash. */
#define HAS_RESTART \
    (SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(24, 5, 0) || \
     SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0))

/*
 * libslurm's fatal() calls exit(). While armed, exit() first calls the Python function that was
 * ffi.def_extern'ed as compat_on_exit, once; it may write to a descriptor and os._exit. Disarm after the call
 * into libslurm, so that Python's own exit stays silent.
 */
extern void compat_arm_exit(void);
extern void compat_disarm_exit(void);

/* ---- RPCs whose arguments changed: step ids instead of job ids from 26.05 on ---- */

extern int compat_load_job(job_info_msg_t **answer, uint32_t job_id, uint16_t show_flags);
/* The member is older than the calls that take it. */
#define HAS_SLUIDS (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0))
extern int compat_load_job_sluid(job_info_msg_t **answer, uint64_t sluid, uint16_t show_flags);
/*
 * Wait for the nodes of a job without a script, up to timeout seconds (0: as long as it takes). Of a
 * heterogeneous job the answer is its first component's. Return 0, or -1 with errno.
 */
extern int compat_allocate(job_desc_msg_t *description, time_t timeout,
                           resource_allocation_response_msg_t **answer);
extern int compat_allocate_het_job(void *descriptions, time_t timeout,
                                   resource_allocation_response_msg_t **answer);
/* The batch script of a job as a text, to be freed by compat_free_text. Returns 0, or -1 with errno. */
extern int compat_job_batch_script(uint32_t job_id, char **script);
extern void compat_free_text(char *text);
/* In the name of a batch script's output %b is the number of an array's task modulo 10. */
#define HAS_TASK_MODULO (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 11, 0))
/* slurmctld gives every batch script SLURM_JOB_NAME; before, who submits it does or does not. */
#define HAS_JOB_NAME_IN_ENV (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(24, 5, 0))
/* slurm_get_job_steps: of a job, of all with NO_VAL; step_id NO_VAL: all of its steps. */
extern int compat_get_job_steps(job_step_info_response_msg_t **answer, uint32_t job_id, uint32_t step_id);
/* slurm_load_job_prio: of all waiting jobs, which older releases could choose from. */
extern int compat_load_job_prio(priority_factors_response_msg_t **answer);
/* slurm_notify_job(3): a text on the standard error of a job's script, or on the terminal of its salloc or srun. */
extern int compat_notify_job(uint32_t job_id, char *message);
/* slurm_free_ctl_conf, called slurm_free_conf from 26.05 on. */
extern void compat_free_ctl_conf(slurm_conf_t *conf);

/* The topology of that name, from 25.05 on; NULL for the default one. */
extern int compat_load_topo(topo_info_response_msg_t **answer, char *name);
/*
 * As `scontrol show topology` prints it, a line for each unit; to be freed by slurm_xfree. NULL where libslurm could not
 * read it, because it has not loaded the plugin of slurmctld's.
 */
extern char *compat_topology(topo_info_response_msg_t *answer);

/* Members that moved into a slurm_step_id_t. */
extern void compat_set_job_id(job_desc_msg_t *description, uint32_t job_id);
extern uint32_t compat_submitted_job_id(const submit_response_msg_t *answer);
extern uint32_t compat_submitted_step_id(const submit_response_msg_t *answer);
extern void compat_set_submitted(submit_response_msg_t *answer, uint32_t job_id, uint32_t step_id);
extern uint32_t compat_allocated_job_id(const resource_allocation_response_msg_t *answer);

/* What of a node is in use: members from 25.05 on, asked of the select plugin before. */
typedef struct {
    uint16_t cpus;
    uint64_t memory;
    char *tres; /* to be freed by slurm_xfree; may be NULL */
    double tres_weighted; /* NaN from 25.05 on */
} compat_node_use_t;

extern void compat_node_use(node_info_t *node, compat_node_use_t *to);

/*
 * The hosts of a host list such as "host[1-2],other", each with an end of its own: "host1\0host2\0other\0".
 * As many whole names as there is room for are written. Returns the size of all of them, -1 for what is no host list.
 */
extern int64_t compat_host_names(const char *hosts, char *to, size_t size);

/* CR_* are called SELECT_* from 25.11 on. */
#ifndef CR_CPU
#define CR_CPU SELECT_CPU
#define CR_SOCKET SELECT_SOCKET
#define CR_CORE SELECT_CORE
#define CR_BOARD SELECT_BOARD
#define CR_MEMORY SELECT_MEMORY
#define CR_LINEAR SELECT_LINEAR
#define CR_ONE_TASK_PER_CORE SELECT_ONE_TASK_PER_CORE
#define CR_PACK_NODES SELECT_PACK_NODES
#define CR_CORE_DEFAULT_DIST_BLOCK SELECT_CORE_DEFAULT_DIST_BLOCK
#define CR_LLN SELECT_LLN
#endif

/* A GRES among TRES is "gres:gpu" up to 23.02, "gres/gpu" later. */
#define HAS_TRES_SLASH (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0))

/* ---- RPCs that not every release has ---- */

/* slurmdb_ping_all, slurmdb_ping: 0 or an errno; is slurmdbd at this host answering? */
#ifdef EXPORTED_slurmdb_ping
#define HAS_SLURMDB_PING 1
#else
#define HAS_SLURMDB_PING 0
#endif
extern int compat_slurmdb_ping(char *host);

/* slurmdbd_conf_t, and slurmdb_config_get giving it; a list of texts before. */
#define HAS_SLURMDBD_CONF (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0))
/* slurmdbd_free_conf, of a slurmdbd_conf_t; nothing before 26.05. */
extern void compat_free_slurmdbd_conf(void *conf);

/* slurmdbd unlocks its list of clusters where slurmdb_instances_get for nodes of all clusters fails. Up to 25.11 it
 * does not: every change that is committed later waits for ever. */
#define HAS_INSTANCES_UNLOCK (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0))

/* From now on no program that this process becomes has more rights than it (PR_SET_NO_NEW_PRIVS). 0, or -1 and errno. */
extern int compat_no_new_privileges(void);

/* Sends at once what is written to a TCP socket, and acknowledges at once what has come. */
extern void compat_hasten_socket(int descriptor);
/* Ends what comes by a socket, at which whoever waits for it gives up. 0, or -1 and errno. */
extern int compat_shut_socket(int descriptor);
/*
 * 1 if somebody at this host and port ends a connection that says nothing, as slurmdbd does if it is at work; 0 if
 * nobody does within that time. The second asks whoever is at the other end of a connected socket.
 */
extern int compat_ends_connection(const char *host, uint16_t port, int milliseconds);
extern int compat_peer_ends_connection(int descriptor, int milliseconds);

/*
 * Messages of slurmdbd's (src/common/slurmdbd_pack.c), for answers that are too long for libslurm's lists: the
 * version that this release speaks, 0 where nobody has looked yet, and slurm_persist_send_msg's framing.
 */
#define HAS_SLURMDBD_PROTOCOL HAS_KNOWN_LAYOUTS
extern uint16_t compat_slurmdbd_protocol(void);
/* src/common/pack.h: buf_t, as far as it is the same in all releases */
typedef struct {
    uint32_t magic;
    char *head;
    uint32_t size;
    uint32_t processed;
} compat_buf_t;
extern compat_buf_t *slurm_init_buf(uint32_t size);
extern void slurm_free_buf(compat_buf_t *buffer);
/* src/common/slurmdb_pack.h */
extern void slurmdb_pack_job_cond(void *in, uint16_t protocol_version, compat_buf_t *buffer);
extern int slurmdb_unpack_job_rec(void **job, uint16_t protocol_version, compat_buf_t *buffer);
/* src/common/slurmdb_defs.h; the second: whole hours, yesterday where they are 0 */
extern void slurmdb_job_cond_def_start_end(slurmdb_job_cond_t *condition);
extern int slurmdb_report_set_start_end_time(time_t *start, time_t *end);
/*
 * Whole messages over a socket that does not block; -1 and errno, or 0 where it ended before that. Shut by
 * compat_shut_socket, they return. -2 and errno: the file could not be written.
 */
extern int64_t compat_send(int descriptor, const char *data, size_t size);
extern int64_t compat_receive(int descriptor, char *to, size_t size);
extern int64_t compat_receive_file(int descriptor, int file, size_t size);

/* src/common/slurm_protocol_defs.h: adds slurm_selected_step_t's of "12,13_4,14.batch"; fatal() for others. */
extern int slurm_addto_step_list(void *step_list, char *names);

/* strsignal(3): "Killed". */
extern const char *compat_signal_text(int signal);

/* From 24.05 on: what %j and its kin in the paths of a job or a step of the accounting database stand for. */
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(25, 5, 0) /* later headers have them */
extern char *slurmdb_expand_job_stdio_fields(char *path, slurmdb_job_rec_t *job);
extern char *slurmdb_expand_step_stdio_fields(char *path, slurmdb_step_rec_t *step);
#endif

/* ---- jobacctinfo_t, opaque in slurm.h: what the tasks of a step on a node use ---- */

/* The arrays are by TRES, and belong to the jobacctinfo_t. -1 for NULL and for an unknown layout. */
#define HAS_JOBACCT HAS_KNOWN_LAYOUTS
typedef struct {
    uint32_t tres_count;
    const uint32_t *tres_ids;
    const uint64_t *in_max;
    const uint64_t *in_tot;
    const uint64_t *out_max;
    const uint64_t *out_tot;
} compat_jobacct_t;
extern int compat_jobacct(const jobacctinfo_t *from, compat_jobacct_t *to);
/* ---- job_resources_t, opaque in slurm.h ---- */

/* The releases whose layout job_resources.h knows; on a newer one the functions return -1. */
#define HAS_JOB_RESOURCES HAS_KNOWN_LAYOUTS

/* src/common/job_resources.h: of node_req */
#define NODE_CR_AVAILABLE 0
#define NODE_CR_ONE_ROW 1
#define NODE_CR_RESERVED 64000

typedef struct {
    const char *nodes; /* a host list; belongs to the job_resources_t; may be NULL */
    uint32_t ncpus;
    uint32_t nhosts;
    uint32_t node_req; /* NODE_CR_* */
    uint16_t cr_type;  /* CR_* */
    uint16_t threads_per_core;
    uint8_t whole_node;
} compat_job_resources_t;

typedef struct {
    uint16_t cpus;
    uint16_t cpus_used;
    uint64_t memory;
    uint64_t memory_used;
    uint16_t sockets; /* 0 where the cores are not known */
    uint16_t cores_per_socket;
} compat_node_alloc_t;

/* All return -1 for NULL, for an index out of range and for an unknown layout. */
extern int compat_job_resources(const job_resources_t *from, compat_job_resources_t *to);
extern int compat_job_resources_node(const job_resources_t *from, uint32_t node, compat_node_alloc_t *to);
/*
 * The states of all cores of a node, socket by socket: 0 not allocated, 1 allocated, 2 allocated and in use by a
 * step. min(size, sockets * cores_per_socket) bytes are written to states; returns sockets * cores_per_socket.
 */
extern int compat_job_resources_cores(const job_resources_t *from, uint32_t node, uint8_t *states,
                                      size_t size);

/* ---- Exported by libslurm, declared only in Slurm's own source ---- */

/* src/common/slurm_protocol_defs.h; the texts are static unless said otherwise */
extern char *slurm_job_state_string(uint32_t state);
extern uint32_t slurm_job_state_num(const char *name);
extern char *slurm_step_layout_type_name(task_dist_states_t distribution); /* to be freed by slurm_xfree */
extern void slurm_free_stats_response_msg(stats_info_response_msg_t *answer);
extern void slurm_free_will_run_response_msg(will_run_response_msg_t *answer);
/* slurm_job_reason_string until 23.11, slurm_job_state_reason_string since. */
extern const char *compat_job_reason_string(uint32_t reason);

/* src/common/parse_time.h; past: a time of day that has gone by is today's, not tomorrow's */
extern time_t slurm_parse_time(const char *text, int past);
extern int slurm_time_str2mins(const char *text);
extern int slurm_time_str2secs(const char *text);
extern void slurm_secs2time_str(time_t seconds, char *text, int size);

/* src/common/bitstring.h: job_info_t's and node_info_t's bitmaps */
extern int slurm_bit_test(bitstr_t *bits, bitoff_t bit);
extern bitoff_t slurm_bit_size(bitstr_t *bits);
extern char *slurm_bit_fmt_full(bitstr_t *bits); /* to be freed by slurm_xfree */

/*
 * src/common/xmalloc.h, xstring.h: what libslurm frees must come from here, and what it hands over goes back
 * here; never mix with malloc or ffi.new. slurm_xfree takes the address of the pointer and clears it.
 */
extern void slurm_xfree(void **item);
extern char *slurm_xstrdup(const char *text);

#endif
