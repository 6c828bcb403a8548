#include "compat.h"

#include <stdlib.h>

extern slurm_conf_t slurm_conf;
extern void compat_on_exit(void);

void compat_set_msg_timeout(uint16_t seconds)
{
	slurm_conf.msg_timeout = seconds;
}

uint16_t compat_get_msg_timeout(void)
{
	return slurm_conf.msg_timeout;
}

static int exit_armed;

static void call_on_exit(void)
{
	if (!exit_armed)
		return;
	exit_armed = 0;
	compat_on_exit();
}

void compat_arm_exit(void)
{
	static int registered;

	if (!registered)
		registered = !atexit(call_on_exit);
	exit_armed = registered;
}

void compat_disarm_exit(void)
{
	exit_armed = 0;
}
