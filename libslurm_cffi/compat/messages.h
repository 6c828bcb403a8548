/*
 * Messages that libslurm gives, and whose members are declared only in Slurm's own source
 * (src/common/slurm_protocol_defs.h). They are the same in every release that has them, of HAS_KNOWN_LAYOUTS.
 */
#ifndef LIBSLURM_CFFI_MESSAGES_H
#define LIBSLURM_CFFI_MESSAGES_H

#include <slurm/slurm.h>

/*
 * The releases whose source was compared with the structs that are declared by hand here, in job_resources.h and as
 * compat_buf_t, and with the numbers in slurm/history.py; 26.11 by its branch, master. On a newer one nothing that
 * needs them is bound or called: better no answer than memory that is misread. For a new release: compare its source,
 * then widen this.
 */
#define HAS_KNOWN_LAYOUTS \
    (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(22, 5, 0) && \
     SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(27, 0, 0))

/* list_t, which is called so from 23.02 on. */
typedef struct xlist compat_list_t;

/* ---- Fair share, as sshare(1) shows it: 23.11 on ---- */

typedef struct {
    compat_list_t *acct_list; /* of char *, as user_list; empty for all */
    compat_list_t *user_list;
} shares_request_msg_t;

typedef struct {
    uint32_t assoc_id;
    char *cluster;
    char *name;
    char *parent;
    char *partition;
    double shares_norm;
    uint32_t shares_raw;
    uint64_t *tres_run_secs; /* as many as shares_response_msg_t.tres_cnt, as tres_grp_mins and usage_tres_raw */
    uint64_t *tres_grp_mins;
    double usage_efctv;
    double usage_norm;
    uint64_t usage_raw;
    long double *usage_tres_raw;
    double fs_factor;
    double level_fs;
    uint16_t user; /* 1 for a user's association, 0 for an account's */
} assoc_shares_object_t;

typedef struct {
    compat_list_t *assoc_shares_list; /* of assoc_shares_object_t * */
    uint64_t tot_shares;
    uint32_t tres_cnt;
    char **tres_names;
} shares_response_msg_t;

#if HAS_KNOWN_LAYOUTS
extern int slurm_associations_get_shares(shares_request_msg_t *request, shares_response_msg_t **answer);
extern void slurm_free_shares_response_msg(shares_response_msg_t *answer);
#endif

/* ---- The resources of a job, node by node: 25.11 on ---- */

typedef struct {
    char *name;
    char *type;
    uint64_t count;
    bitstr_t *index;
} node_gres_layout_t;

typedef struct {
    char *node;
    uint64_t mem_alloc; /* MiB */
    uint16_t sockets_per_node;
    uint16_t cores_per_socket;
    char *core_bitmap;
    uint32_t channel;
    compat_list_t *gres; /* of node_gres_layout_t * */
} node_resource_layout_t;

typedef struct {
    compat_list_t *nodes; /* of node_resource_layout_t * */
} resource_layout_msg_t;

#if defined(EXPORTED_slurm_get_resource_layout) && HAS_KNOWN_LAYOUTS
#define HAS_RESOURCE_LAYOUT 1
#else
#define HAS_RESOURCE_LAYOUT 0
#endif
extern int compat_get_resource_layout(uint32_t job_id, resource_layout_msg_t **answer);
extern void compat_free_resource_layout(resource_layout_msg_t *answer);

/* ---- slurm_create_reservation without the name, which is freed one way up to 25.11 and another later ---- */

/* Whether slurmctld reads resv_desc_msg_t.tres_str: scontrol did it before. */
#define HAS_RESERVED_TRES (SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 11, 0))
extern int compat_create_reservation(resv_desc_msg_t *description);

/* ---- What scontrol's POWER_DOWN_ASAP and POWER_DOWN_FORCE stand for ---- */

#define NODE_STATE_POWER_DOWN_ASAP (NODE_STATE_POWER_DOWN | NODE_STATE_POWER_DRAIN)
#define NODE_STATE_POWER_DOWN_FORCE (NODE_STATE_POWER_DOWN | NODE_STATE_POWERED_DOWN)

/* ---- slurm_conf_t.conf_flags, called CTL_CONF_* up to 23.02 ---- */

#ifdef CTL_CONF_OR
#define CONF_FLAG_OR CTL_CONF_OR
#define CONF_FLAG_SJC CTL_CONF_SJC
#define CONF_FLAG_DRJ CTL_CONF_DRJ
#define CONF_FLAG_ASRU CTL_CONF_ASRU
#define CONF_FLAG_PAM CTL_CONF_PAM
#define CONF_FLAG_WCKEY CTL_CONF_WCKEY
#define CONF_FLAG_IPV4_ENABLED CTL_CONF_IPV4_ENABLED
#define CONF_FLAG_IPV6_ENABLED CTL_CONF_IPV6_ENABLED
#define CONF_FLAG_SJS CTL_CONF_SJS
#define CONF_FLAG_SJE CTL_CONF_SJE
#endif

#endif
