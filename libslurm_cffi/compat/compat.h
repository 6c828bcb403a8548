/*
 * What differs between Slurm releases, or is missing from Slurm's installed headers.
 *
 * build.py binds everything declared here, as it does with Slurm's own headers: a function named compat_*
 * is ours (compat.c), any other is bound if libslurm exports it. EXPORTED_name is defined where libslurm
 * exports name, so `#ifdef EXPORTED_name` asks the library and not a table of releases.
 */
#ifndef LIBSLURM_CFFI_COMPAT_H
#define LIBSLURM_CFFI_COMPAT_H

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <slurm/slurmdb.h>

/* Seconds until an RPC gives up; after slurm_init. */
extern void compat_set_msg_timeout(uint16_t seconds);
extern uint16_t compat_get_msg_timeout(void);

/*
 * Last words. libslurm's fatal() calls exit(); while armed, exit() first calls the Python function that is
 * ffi.def_extern'ed as compat_on_exit, once.
 */
extern void compat_arm_exit(void);
extern void compat_disarm_exit(void);

#endif
