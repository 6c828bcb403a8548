"""The order of enumerations and parameters in slurmrestd's documents, and what they mark as deprecated.

Generated clients depend on it: parameters become arguments by position. The rows of records are in the order
of answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from restd_inet.schema.versions import NAMES, V36, V38, V39, V40, V41, V42, V43, V44, V45

if TYPE_CHECKING:
    Schema = dict[str, Any]

NEWEST = max(NAMES)
#: The order of every enumeration whose words are all in one of these.
WORDS = [
    text.split()
    for text in (
        # States of nodes.
        "INVALID UNKNOWN DOWN IDLE ALLOCATED ERROR MIXED FUTURE EXTERNAL RESERVED UNDRAIN CLOUD RESUME"
        " DRAIN COMPLETING NOT_RESPONDING POWERED_DOWN FAIL POWERING_UP MAINTENANCE REBOOT_REQUESTED"
        " REBOOT_CANCELED POWERING_DOWN DYNAMIC_FUTURE REBOOT_ISSUED PLANNED INVALID_REG POWER_DOWN"
        " POWER_UP POWER_DRAIN POWER_DOWN_ASAP POWER_DOWN_FORCE DYNAMIC_NORM BLOCKED",
        # Flags of jobs.
        "KILL_INVALID_DEPENDENCY NO_KILL_INVALID_DEPENDENCY HAS_STATE_DIRECTORY TESTING_BACKFILL"
        " GRES_BINDING_ENFORCED TEST_NOW_ONLY SEND_JOB_ENVIRONMENT SPREAD_JOB PREFER_MINIMUM_NODE_COUNT"
        " JOB_KILL_HURRY SKIP_TRES_STRING_ACCOUNTING SIBLING_CLUSTER_UPDATE_ONLY HETEROGENEOUS_JOB"
        " EXACT_TASK_COUNT_REQUESTED EXACT_CPU_COUNT_REQUESTED TESTING_WHOLE_NODE_BACKFILL"
        " TOP_PRIORITY_JOB ACCRUE_COUNT_CLEARED GRES_BINDING_DISABLED JOB_WAS_RUNNING"
        " JOB_ACCRUE_TIME_RESET CRON_JOB EXACT_MEMORY_REQUESTED EXTERNAL_JOB USING_DEFAULT_ACCOUNT"
        " USING_DEFAULT_PARTITION USING_DEFAULT_QOS USING_DEFAULT_WCKEY DEPENDENT MAGNETIC"
        " PARTITION_ASSIGNED BACKFILL_ATTEMPTED SCHEDULING_ATTEMPTED SAVE_BATCH_SCRIPT"
        " GRES_ONE_TASK_PER_SHARING GRES_MULTIPLE_TASKS_PER_SHARING GRES_ALLOW_TASK_SHARING"
        " STEPMGR_ENABLED SPREAD_SEGMENTS CONSOLIDATE_SEGMENTS EXPEDITED_REQUEUE JOB_IMPLICIT_MAX_NODES"
        " RESET_SPREAD_SEGMENTS RESET_CONSOLIDATE_SEGMENTS",
        # Flags of reservations.
        "MAINT NO_MAINT DAILY NO_DAILY WEEKLY NO_WEEKLY IGNORE_JOBS NO_IGNORE_JOBS ANY_NODES NO_ANY_NODES"
        " STATIC NO_STATIC PART_NODES NO_PART_NODES OVERLAP SPEC_NODES TIME_FLOAT REPLACE ALL_NODES"
        " PURGE_COMP WEEKDAY NO_WEEKDAY WEEKEND NO_WEEKEND FLEX NO_FLEX DURATION_PLUS DURATION_MINUS"
        " NO_HOLD_JOBS_AFTER_END REPLACE_DOWN NO_PURGE_COMP MAGNETIC NO_MAGNETIC SKIP HOURLY NO_HOURLY"
        " USER_DELETE FORCE_START NO_USER_DELETE REOCCURRING TRES_PER_NODE",
        # States of partitions; preemption of partitions, QOS and the cluster.
        "INACTIVE UNKNOWN UP DOWN DRAIN",
        "CLUSTER_GLOBAL DISABLED SUSPEND REQUEUE CANCEL GANG WITHIN PRIORITY",
        # SelectTypeParameters, HealthCheckNodeState, TaskPluginParam.
        "NONE CR_CPU_MEMORY CR_CPU CR_CORE_MEMORY CR_CORE CR_SOCKET_MEMORY CR_SOCKET CR_MEMORY"
        " CR_ONE_TASK_PER_CORE CR_CORE_DEFAULT_DIST_BLOCK CR_NO_DIST_TOPO_BLOCK CR_LLN CR_PACK_NODES"
        " LL_SHARED_GRES MULTIPLE_SHARING_GRES_PJ ENFORCE_BINDING_GRES ONE_TASK_PER_SHARING_GRES",
        "START_ONLY REBOOT_ONLY ANY IDLE ALLOC MIXED NONDRAINED_IDLE CYCLE",
        "CPU_BIND_TO_THREADS CPU_BIND_TO_CORES CPU_BIND_TO_SOCKETS CPU_BIND_TO_LDOMS CPU_BIND_NONE"
        " CPU_BIND_OFF VERBOSE",
        # Flags of users.
        "NONE DELETED",
        # What slurmctld counts of its RPCs.
        "type_id message_type count queued dropped cycle_last cycle_max total_time average_time",
        "user_id user count total_time average_time",
    )
]

REST = "*"
_BARE = "with_deleted,with_raw_qos,with_sub_accts,without_parent_info,without_parent_limits"
_TITLED = (
    "Include deleted associations,Include usage,Filter to only defaults,Include the raw QOS or delta_qos,"
    "Include sub acct information,Exclude parent id/name,Exclude limits from parents"
)
_COUNTS = "cpus_max,cpus_min,run_away_jobs,nodes_max,nodes_min,timelimit_max,timelimit_min,submit_time"
_JOBS = (
    "submit_time,start_time,end_time,account,association,cluster,constraints,cpus_max,cpus_min,skip_steps,"
    "disable_wait_for_result"
)
#: Paths; the first and the last version; their parameters, REST for all others. Parameters that slurmrestd
#: accepts and does not document come last.
PARAMETERS = [
    (("slurmdb association", "slurmdb associations"), V36, V39, "cluster,account,user,partition"),
    (
        ("slurmdb association", "slurmdb associations"),
        V40,
        V41,
        "account,cluster,default_qos,format,id,only_defaults,parent_account,partition,qos,usage_end,usage_start,"
        f"user,with_usage,{_BARE}",
    ),
    (
        ("slurmdb association", "slurmdb associations"),
        V42,
        NEWEST,
        f"account,cluster,default_qos,{_TITLED},format,id,parent_account,partition,qos,usage_end,usage_start,user",
    ),
    (("slurmdb accounts",), V41, NEWEST, "description,DELETED,WithAssociations,WithCoordinators,*"),
    (("slurmdb qos",), V40, V41, "description,id,format,name,preempt_mode,with_deleted"),
    (("slurmdb qos",), V42, NEWEST, "description,Include deleted QOS,id,format,name,preempt_mode"),
    (
        ("slurmdb jobs",),
        V36,
        V38,
        f"{_JOBS},*",
    ),
    (
        ("slurmdb jobs",),
        V39,
        V39,
        f"users,{_JOBS},exit_code,format,groups,job_name,nodes_max,nodes_min,partition,qos,reason,reservation,"
        "state,step,node,wckey,*",
    ),
    (
        ("slurmdb account/{account_name}", "slurmdb accounts", "slurmdb qos", "slurmdb users"),
        V39,
        V39,
        "with_deleted,*",
    ),
    (("slurmdb jobs",), V40, V40, "*,job_altered,run_away_jobs"),
    (("slurmdb jobs",), V41, V43, f"*,job_altered,{_COUNTS}"),
    (("slurmdb jobs",), V44, V44, f"*,{_COUNTS}"),
    (("slurmdb jobs",), V45, NEWEST, f"*,format,{_COUNTS}"),
]

#: Component, property; the first and the last version that marks it as deprecated.
DEPRECATED = [
    ("cluster_rec", "select_plugin", V41, V44),
    ("controller_ping", "mode", V42, V44),
    ("controller_ping", "pinged", V42, V44),
    ("ext_sensors_data", "", V39, V40),
    ("job_desc_msg", "exclusive", V41, V41),
    ("job_desc_msg", "oversubscribe", V41, V41),
    ("job_desc_msg", "power_flags", V41, V44),
    ("job_info", "exclusive", V41, V41),
    ("job_info", "oversubscribe", V41, V41),
    ("job_info", "power.flags", V41, V44),
    ("job_info", "shared", V45, NEWEST),
    ("job_info", "show_flags", V41, V41),
    ("job_submit_req", "script", V41, V44),
    ("node", "external_sensors", V41, V44),
    ("node", "power", V41, V44),
    ("node", "tres_weighted", V42, V44),
    ("openapi_job_post_response", "job_id", V41, V41),
    ("openapi_job_post_response", "job_submit_user_msg", V41, V41),
    ("openapi_job_post_response", "step_id", V41, V41),
    ("openapi_job_submit_response", "result", V41, V41),
    ("openapi_slurmdbd_config_resp", "instances", V43, V44),
    ("partition_info", "defaults.memory_per_cpu", V45, V45),
    ("partition_info", "maximums.memory_per_cpu", V45, V45),
    ("partition_info", "maximums.oversubscribe.flags", V45, V45),
    ("partition_info", "maximums.oversubscribe.jobs", V45, V45),
    ("partition_info", "maximums.shares", V45, V45),
    ("power_flags", "", V39, V40),
    ("power_mgmt_data", "", V39, V40),
    ("reservation_info", "watts", V41, V44),
    ("stats_msg", "parts_packed", V44, V44),
    ("step", "pid", V42, V44),
    ("update_node_msg", "reason_uid", V45, V45),
]
#: The same of parameters.
DEPRECATED_PARAMETERS = [("format", V43, V44)]
#: Operations whose body is optional in v0.0.38 and v0.0.39.
OPTIONAL_BODIES = ("slurmdb config", "slurmdb wckeys")


def in_order(schema: Any) -> Any:
    """A part of a document with enumerations and required properties in slurmrestd's order."""
    if isinstance(schema, list):
        return [in_order(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: in_order(value) for key, value in schema.items()}
    for key in ("enum", "required"):
        if isinstance(found.get(key), list):
            found[key] = _sorted(found[key])
    return found


def _sorted(words: list[str]) -> list[str]:
    order = next((known for known in WORDS if set(words) <= set(known)), [])
    return sorted(words, key=order.index) if order else words


def parameters(path: str, version: int, found: list[Schema]) -> list[Schema]:
    """The parameters of an operation in slurmrestd's order. path: "slurmdb jobs"."""
    text = next(
        (names for paths, first, last, names in PARAMETERS if path in paths and first <= version <= last),
        REST,
    )
    order = text.split(",")
    rest = order.index(REST) if REST in order else len(order)
    places = {name: place for place, name in enumerate(order)}
    return sorted(
        found, key=lambda parameter: -1 if parameter["in"] == "path" else places.get(parameter["name"], rest)
    )


def needs_body(path: str, version: int) -> bool:
    """Whether the document requires the body; from v0.0.40 on none does."""
    return version < V40 and not (path in OPTIONAL_BODIES and version >= V38)


def is_deprecated(parameter: str, version: int) -> bool:
    return any(name == parameter and first <= version <= last for name, first, last in DEPRECATED_PARAMETERS)


def deprecate(schemas: dict[str, Schema], prefix: str, version: int) -> None:
    """Marks what is deprecated at a version, in the components of a document."""
    for component, path, first, last in DEPRECATED:
        if first <= version <= last and prefix + component in schemas:
            _marked(schemas, schemas[prefix + component], path.split(".") if path else [])


def _marked(schemas: dict[str, Schema], schema: Schema, path: list[str]) -> None:
    for name in path[:-1]:
        schema = schema["properties"][name]
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
    if not path:
        schema["deprecated"] = True
    elif path[-1] in schema["properties"]:
        leaf = schema["properties"][path[-1]]
        schema["properties"][path[-1]] = {**(beside(leaf)), "deprecated": True}


def beside(reference: Schema) -> Schema:
    """A schema that can have other keys: beside a $ref they are ignored (OpenAPI 3.0.3, Reference Object)."""
    return {"allOf": [reference]} if "$ref" in reference else reference
