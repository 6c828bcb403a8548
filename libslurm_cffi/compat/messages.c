/* See messages.h. */
#include "compat.h"

#include <errno.h>
#include <stdlib.h>

#ifdef EXPORTED_slurm_free_resource_layout_msg
extern void slurm_free_resource_layout_msg(resource_layout_msg_t *answer);
#endif

int compat_get_resource_layout(uint32_t job_id, resource_layout_msg_t **answer)
{
#if HAS_RESOURCE_LAYOUT
    slurm_step_id_t id = SLURM_STEP_ID_INITIALIZER;

    id.job_id = job_id;
    return slurm_get_resource_layout(&id, (void **)answer);
#else
    (void)job_id;
    (void)answer;
    errno = ESLURM_NOT_SUPPORTED;
    return SLURM_ERROR;
#endif
}

void compat_free_resource_layout(resource_layout_msg_t *answer)
{
#ifdef EXPORTED_slurm_free_resource_layout_msg
    slurm_free_resource_layout_msg(answer);
#else
    (void)answer;
#endif
}

int compat_create_reservation(resv_desc_msg_t *description)
{
    char *name = slurm_create_reservation(description);

    if (!name)
        return SLURM_ERROR;
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(26, 5, 0)
    free(name);
#else
    slurm_xfree((void **)&name);
#endif
    return SLURM_SUCCESS;
}
