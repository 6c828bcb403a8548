"""trigger_info_t (slurm.h): a program that slurmctld runs at an event, as strigger(1) shows it."""

from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.numbers import INT32
from restd_inet.schema.kinds.strings import TEXT, Enum, Flags, Name
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

RESOURCE = Enum(
    ("TRIGGER_RES_TYPE_JOB", "job"),
    ("TRIGGER_RES_TYPE_NODE", "node"),
    ("TRIGGER_RES_TYPE_SLURMCTLD", "slurmctld"),
    ("TRIGGER_RES_TYPE_SLURMDBD", "slurmdbd"),
    ("TRIGGER_RES_TYPE_DATABASE", "database"),
    ("TRIGGER_RES_TYPE_FRONT_END", "front_end"),
    ("TRIGGER_RES_TYPE_OTHER", "other"),
    other="unknown",
)
EVENT = Flags(
    ("TRIGGER_TYPE_UP", "up"),
    ("TRIGGER_TYPE_DOWN", "down"),
    ("TRIGGER_TYPE_DRAINED", "drained"),
    ("TRIGGER_TYPE_DRAINING", "draining"),
    ("TRIGGER_TYPE_RESUME", "resume"),
    ("TRIGGER_TYPE_FAIL", "fail"),
    ("TRIGGER_TYPE_IDLE", "idle"),
    ("TRIGGER_TYPE_TIME", "time"),
    ("TRIGGER_TYPE_FINI", "fini"),
    ("TRIGGER_TYPE_RECONFIG", "reconfig"),
    ("TRIGGER_TYPE_PRI_CTLD_FAIL", "primary_slurmctld_failure"),
    ("TRIGGER_TYPE_PRI_CTLD_RES_OP", "primary_slurmctld_resumed_operation"),
    ("TRIGGER_TYPE_PRI_CTLD_RES_CTRL", "primary_slurmctld_resumed_control"),
    ("TRIGGER_TYPE_PRI_CTLD_ACCT_FULL", "primary_slurmctld_acct_buffer_full"),
    ("TRIGGER_TYPE_BU_CTLD_FAIL", "backup_slurmctld_failure"),
    ("TRIGGER_TYPE_BU_CTLD_RES_OP", "backup_slurmctld_resumed_operation"),
    ("TRIGGER_TYPE_BU_CTLD_AS_CTRL", "backup_slurmctld_assumed_control"),
    ("TRIGGER_TYPE_PRI_DBD_FAIL", "primary_slurmdbd_failure"),
    ("TRIGGER_TYPE_PRI_DBD_RES_OP", "primary_slurmdbd_resumed_operation"),
    ("TRIGGER_TYPE_PRI_DB_FAIL", "primary_database_failure"),
    ("TRIGGER_TYPE_PRI_DB_RES_OP", "primary_database_resumed_operation"),
    ("TRIGGER_TYPE_BURST_BUFFER", "burst_buffer"),
)
#: slurm.h: the offset's "0x8000 origin".
ORIGIN = 0x8000

TRIGGER = Record(
    "trigger",
    "trigger_info_t",
    Field("trig_id", INT32, doc="Id."),
    Field("res_type", RESOURCE, doc="Type of what is watched."),
    Field("res_id", TEXT, doc='Job id, nodes, or "*" for all of the type.'),
    Field("trig_type", EVENT, doc="Events."),
    Field(
        "offset",
        Formula({V1: f"x - {ORIGIN}"}, INT32),
        doc="Seconds from the event until the program runs; less than 0: before it.",
    ),
    Field("user_id", Name("user_label"), "user", doc="User as whom the program runs."),
    Field("flags", Flags(("TRIGGER_FLAG_PERM", "PERM")), doc="PERM: it stays after the event."),
    Field("program", TEXT, doc="Path of the program, and its arguments."),
    component="restd_trigger",
    plural="restd_trigger_list",
)
