"""reserve_info_t (slurm.h): a reservation, as `scontrol show reservation` shows it."""

from restd_inet.schema.kinds.base import ABSENT, FixedSchema, object_of
from restd_inet.schema.kinds.composite import Computed, Constant, Items
from restd_inet.schema.kinds.numbers import INT32, TIME, U32
from restd_inet.schema.kinds.strings import TEXT, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1, V36, V38, V39, V40, V41, V44

FLAGS = Flags(
    ("RESERVE_FLAG_MAINT", "MAINT"),
    ("RESERVE_FLAG_NO_MAINT", "NO_MAINT"),
    ("RESERVE_FLAG_FLEX", "FLEX"),
    ("RESERVE_FLAG_OVERLAP", "OVERLAP"),
    ("RESERVE_FLAG_IGN_JOBS", "IGNORE_JOBS"),
    ("RESERVE_FLAG_HOURLY", "HOURLY", V38),
    ("RESERVE_FLAG_NO_HOURLY", "NO_HOURLY", V38),
    ("RESERVE_FLAG_DAILY", "DAILY"),
    ("RESERVE_FLAG_NO_DAILY", "NO_DAILY"),
    ("RESERVE_FLAG_WEEKDAY", "WEEKDAY"),
    ("RESERVE_FLAG_WEEKEND", "WEEKEND"),
    ("RESERVE_FLAG_WEEKLY", "WEEKLY"),
    ("RESERVE_FLAG_NO_WEEKLY", "NO_WEEKLY"),
    ("RESERVE_FLAG_SPEC_NODES", "SPEC_NODES"),
    ("RESERVE_FLAG_ALL_NODES", "ALL_NODES"),
    ("RESERVE_FLAG_ANY_NODES", "ANY_NODES"),
    ("RESERVE_FLAG_NO_ANY_NODES", {V1: "NO_ANY_NODES", V39: None, V44: "NO_ANY_NODES"}),
    ("RESERVE_FLAG_STATIC", "STATIC"),
    ("RESERVE_FLAG_NO_STATIC", "NO_STATIC"),
    ("RESERVE_FLAG_PART_NODES", "PART_NODES"),
    ("RESERVE_FLAG_NO_PART_NODES", "NO_PART_NODES"),
    ("RESERVE_FLAG_FIRST_CORES", {V1: "FIRST_CORES", V39: None}),
    ("RESERVE_FLAG_TIME_FLOAT", "TIME_FLOAT"),
    ("RESERVE_FLAG_REPLACE", "REPLACE"),
    ("RESERVE_FLAG_REPLACE_DOWN", {V1: "REPLACE_DOWN", V39: None, V44: "REPLACE_DOWN"}),
    ("RESERVE_FLAG_NO_HOLD_JOBS", "NO_HOLD_JOBS_AFTER_END"),
    ("RESERVE_FLAG_MAGNETIC", "MAGNETIC"),
    ("RESERVE_FLAG_NO_MAGNETIC", {V1: "NO_MAGNETIC", V39: None, V44: "NO_MAGNETIC"}),
    ("RESERVE_FLAG_NO_IGN_JOB", "NO_IGNORE_JOBS", V39),
    ("RESERVE_FLAG_PURGE_COMP", "PURGE_COMP", V39),
    ("RESERVE_FLAG_NO_WEEKDAY", "NO_WEEKDAY", V39),
    ("RESERVE_FLAG_NO_WEEKEND", "NO_WEEKEND", V39),
    ("RESERVE_FLAG_NO_FLEX", "NO_FLEX", V39),
    ("RESERVE_FLAG_DUR_PLUS", "DURATION_PLUS", V39),
    ("RESERVE_FLAG_DUR_MINUS", "DURATION_MINUS", V39),
    ("RESERVE_FLAG_NO_PURGE_COMP", "NO_PURGE_COMP", V39),
    ("RESERVE_FLAG_SKIP", "SKIP", V39),
    ("RESERVE_FLAG_USER_DEL", "USER_DELETE", V41),
    ("RESERVE_FLAG_NO_USER_DEL", "NO_USER_DELETE", V41),
    ("RESERVE_FLAG_FORCE_START", "FORCE_START", V44),
    ("RESERVE_REOCCURRING", "REOCCURRING", V39),
    ("RESERVE_TRES_PER_NODE", "TRES_PER_NODE", V44),
    component="reservation_flags",
    by_bit=True,
)
#: Up to v0.0.38: {"time": seconds}, where the reservation has it.
PURGE = FixedSchema(
    object_of(time=({"type": "integer"}, "Time without jobs after which the reservation ends, in seconds."))
)
CORES = Record(
    "cores of a node",
    "resv_core_spec_t",
    Field("node_name", TEXT, "node", doc="Name of the node."),
    Field("core_id", TEXT, "core", doc="Ids of the cores, such as 0-3."),
    component="reservation_core_spec",
    plural="reservation_info_core_spec",
)

RESERVATION = Record(
    "reservation",
    "reserve_info_t",
    Field("flags", FLAGS, doc="Flags."),
    Field("accounts", TEXT, doc="Allowed accounts."),
    Field("burst_buffer", TEXT, doc="Burst buffers that it has."),
    Field("core_cnt", INT32, "core_count", doc="Number of cores."),
    Field("core_spec_cnt", INT32, until=V38, doc="Number of cores with specifications."),
    Field(
        "core_spec_cnt",
        Items(CORES, "reserved_cores"),
        "core_specializations",
        since=V39,
        doc="Cores of each node.",
    ),
    Field("end_time", TIME, doc="When it ends (Unix time)."),
    Field("features", TEXT, doc="Features that its nodes have."),
    Field("groups", TEXT, doc="Allowed groups."),
    Field("licenses", TEXT, doc="Allocated licenses."),
    Field("max_start_delay", INT32, doc="Maximum delay of its start by running jobs, in seconds."),
    Field("name", TEXT, doc="Name."),
    Field("node_cnt", INT32, "node_count", doc="Number of nodes."),
    Field("node_list", TEXT, doc="Nodes, as a host list."),
    Field("partition", TEXT, doc="Partition."),
    Field(
        "flags", Computed({V1: "purge_completed"}, ABSENT, PURGE), "purge_completed", until=V38, doc="Flags."
    ),
    Field(
        "purge_comp_time",
        U32,
        "purge_completed.time",
        since=V39,
        doc="Time without jobs after which it ends, in seconds.",
    ),
    Field("start_time", TIME, doc="When it starts (Unix time)."),
    Field("resv_watts", INT32, "watts", until=V38, doc="No longer used."),
    Field(None, Constant({}, U32), "watts", since=V39, until=V44, doc="No longer used."),
    Field("tres_str", TEXT, "tres", doc="Trackable resources that it has."),
    Field("users", TEXT, doc="Users who may use it."),
    component={V36: "reservation", V39: "reservation_info"},
    plural={V39: "reservation_info_array", V40: "reservation_info_msg"},
    docs={"purge_completed": "When the reservation ends for lack of jobs."},
)
