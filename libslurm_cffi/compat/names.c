/*
 * Functions that accounting_storage_slurmdbd.so takes from the process, which libslurm does not export: Slurm's
 * own programs have a bigger library. The plugin asks them how a message is called when slurmdbd has refused
 * one and ended the connection, or has gone; without them the dynamic linker would end the process there.
 */
#include <stdint.h>
#include <stdio.h>

#define OFFERED __attribute__((visibility("default")))

extern char *slurmdbd_msg_type_2_str(int type, int as_enumerator);
extern char *rpc_num2string(uint16_t type);

static char *numbered(int type)
{
    static __thread char text[24];

    snprintf(text, sizeof(text), "message %d", type);
    return text;
}

OFFERED char *slurmdbd_msg_type_2_str(int type, int as_enumerator)
{
    (void) as_enumerator;
    return numbered(type);
}

OFFERED char *rpc_num2string(uint16_t type)
{
    return numbered(type);
}
