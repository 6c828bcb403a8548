"""slurmdbd_conf_t (slurmdb.h): how slurmdbd is configured (slurmdbd.conf(5))."""

from restd_inet.schema.kinds.numbers import BOOL16, INT16, INT32
from restd_inet.schema.kinds.slurmdb_job import Word
from restd_inet.schema.kinds.slurmdbd import LogLevel, Purge
from restd_inet.schema.kinds.strings import TEXT, WORDS, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.slurm_conf import DEBUG
from restd_inet.schema.versions import V45, V46

PURGE, LEVEL = Purge(), LogLevel()
FLAGS = Flags(
    ("DBD_CONF_FLAG_ALLOW_NO_DEF_ACCT", "AllowNoDefAcct"),
    ("DBD_CONF_FLAG_ALL_RES_ABS", "AllResourcesAbsolute"),
    ("DBD_CONF_FLAG_DISABLE_COORD_DBD", "DisableCoordDBD"),
    ("DBD_CONF_FLAG_DISABLE_ARCHIVE_COMMANDS", "DisableArchiveCommands"),
)
#: PERSIST_FLAG_P_USER_CASE and PERSIST_FLAG_P_RESOURCE_CASE of src/common/persist_conn.h.
CONNECTION_FLAGS = Flags((0x8, "PreserveCaseUser"), (0x80, "PreserveCaseResource", V46))

DBD_CONF = Record(
    "slurmdbd conf",
    "slurmdbd_conf_t",
    Field("archive_dir", TEXT, "ArchiveDir"),
    Field("archive_script", TEXT, "ArchiveScript"),
    Field("commit_delay", INT16, "CommitDelay", doc="Seconds; see slurmdbd.conf(5)."),
    Field("dbd_addr", TEXT, "DbdAddr"),
    Field("dbd_backup", TEXT, "DbdBackupHost"),
    Field("dbd_host", TEXT, "DbdHost"),
    Field("dbd_port", INT16, "DbdPort"),
    Field("debug_level", LEVEL, "DebugLevel"),
    Field("debug_flags", DEBUG, "DebugFlags", since=V46),
    Field("default_qos", TEXT, "DefaultQOS"),
    Field("flags", FLAGS, "Flags"),
    Field("log_file", TEXT, "LogFile"),
    Field("max_purge_limit", INT32, "MaxPurgeLimit"),
    Field("max_time_range", Word("duration"), "MaxQueryTimeRange"),
    Field("parameters", WORDS, "Parameters"),
    Field("persist_conn_rc_flags", CONNECTION_FLAGS, "PersistConnFlags"),
    Field("pid_file", TEXT, "PidFile"),
    Field("purge_event", PURGE, "PurgeEventAfter"),
    Field("purge_job", PURGE, "PurgeJobAfter"),
    Field("purge_resv", PURGE, "PurgeResvAfter"),
    Field("purge_step", PURGE, "PurgeStepAfter"),
    Field("purge_suspend", PURGE, "PurgeSuspendAfter"),
    Field("purge_txn", PURGE, "PurgeTXNAfter"),
    Field("purge_usage", PURGE, "PurgeUsageAfter"),
    Field("purge_jobscript", PURGE, "PurgeJobScriptAfter"),
    Field("purge_jobenv", PURGE, "PurgeJobEnvAfter"),
    Field("serializer_params", WORDS, "SerializerParameters", since=V46),
    Field("serializer_plugins", WORDS, "SerializerPlugins", since=V46),
    Field("storage_loc", TEXT, "StorageLoc"),
    Field("storage_pass_script", TEXT, "StoragePassScript"),
    Field("storage_user", TEXT, "StorageUser"),
    Field("syslog_debug", LEVEL, "DebugLevelSyslog"),
    Field("track_wckey", BOOL16, "TrackWCKey"),
    Field("track_ctld", BOOL16, "TrackSlurmctldDown"),
    component={V45: "slurmdbd_conf"},
    doc="{} of slurmdbd.conf(5).",
)
