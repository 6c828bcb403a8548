"""config: all of the accounting database but its jobs, read or written in one."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb import accounts, associations, qos, users
from restd_inet.commands.slurmdb._common import CHANGED, at_place, condition, entries, required
from restd_inet.problems import Problem, Problems
from restd_inet.schema.answers import Answer, flat_v39, meta_flat
from restd_inet.schema.kinds.base import ANY
from restd_inet.schema.kinds.composite import Constant, Items
from restd_inet.schema.kinds.slurmdb import AttributeList, ReadOnly
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.account import ACCOUNT
from restd_inet.schema.records.answered import IGNORED
from restd_inet.schema.records.association import ASSOCIATION
from restd_inet.schema.records.cluster import CLUSTER
from restd_inet.schema.records.instance import INSTANCE
from restd_inet.schema.records.qos import QOS
from restd_inet.schema.records.tres import TRES
from restd_inet.schema.records.user import USER
from restd_inet.schema.records.wckey import WCKEY
from restd_inet.schema.versions import V36, V38, V39, V40, V44

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LISTS = (
    Field("clusters", AttributeList(CLUSTER, "clusters"), doc="Clusters."),
    Field(
        "tres",
        AttributeList(TRES, "tres"),
        "TRES",
        {V40: "tres"},
        aliases=("tres",),
        doc="Trackable resources.",
    ),
    Field("accounts", AttributeList(ACCOUNT, "accounts"), doc="Accounts."),
    Field("users", AttributeList(USER, "users"), doc="Users."),
    Field("qos", AttributeList(QOS, "qos"), "QOS", {V39: "qos"}, doc="QOS."),
    Field("wckeys", AttributeList(WCKEY, "wckeys"), doc="Workload characterization keys."),
    Field("associations", AttributeList(ASSOCIATION, "associations"), doc="Associations."),
)
#: Nobody fills it: instances are asked for at their own path.
INSTANCES = Field(None, Constant([], Items(INSTANCE)), "instances", since=V40, until=V44, doc="Always empty.")
CONFIG = Record("config", "", *LISTS, INSTANCES)
ANSWER = Answer(
    CONFIG,
    "",
    {V36: meta_flat, V39: flat_v39},
    component={V36: "config_info", V40: "openapi_slurmdbd_config_resp"},
)
BODY = Record(
    "posted config",
    "",
    *LISTS,
    INSTANCES,
    *(Field(None, ReadOnly(ANY), name, doc=IGNORED) for name in ("meta", "errors", "warnings")),
    component={V36: "set_config", V40: ""},
)


class Config:
    """Lists of records; each holds its own memory."""

    __slots__ = ("accounts", "associations", "clusters", "qos", "tres", "users", "wckeys")

    def __init__(self, lists: dict[str, Any]) -> None:
        for name, records in lists.items():
            setattr(self, name, records)


_DELETED = {"with_deleted": 1}
#: What is read, by kind of record: "within" of associations, "records" of accounts, users and QOS, "users" of
#: users, "usage" of clusters and WCKeys.
IMPLIED: dict[int, dict[str, Any]] = {
    V36: {"within": _DELETED, "records": _DELETED, "users": {"with_wckeys": 1}, "usage": _DELETED},
    V38: {"within": {}, "records": {}, "users": {"with_wckeys": 1}, "usage": _DELETED},
    V40: {
        "within": {**_DELETED, "with_usage": 1, "with_raw_qos": 1, "with_sub_accts": 1},
        "records": _DELETED,
        "users": {},
        "usage": {**_DELETED, "with_usage": 1},
    },
}


def get(call: Call) -> Result:
    """All lists, read one after the other."""
    kinds = ("within", "records", "users", "usage")
    deep, gone, user, usage = (call.query[kind] for kind in kinds)
    read_list = call.slurm.db.get
    within = condition(call, "slurmdb_assoc_cond_t", **deep)
    whole = {"assoc_cond": within, "with_assocs": 1, "with_coords": 1, **gone}
    lists = {
        "clusters": read_list("slurmdb_clusters_get", {**usage, "flags": NO_VAL[32]}),
        "tres": read_list("slurmdb_tres_get", {"with_deleted": 1, "count": NO_VAL[32]}),
        "accounts": read_list("slurmdb_accounts_get", condition(call, "slurmdb_account_cond_t", **whole)),
        "users": read_list("slurmdb_users_get", condition(call, "slurmdb_user_cond_t", **whole, **user)),
        "qos": read_list("slurmdb_qos_get", condition(call, "slurmdb_qos_cond_t", **gone)),
        "wckeys": read_list("slurmdb_wckeys_get", usage),
        "associations": read_list("slurmdb_associations_get", within),
    }
    return Result([Config(lists)])


def post(call: Call) -> Result:
    """All of it or nothing; what is not named stays as it is."""
    if not call.body:
        named = ", ".join(field.name_at(V39) or "" for field in LISTS)
        raise Problem(400, f"expected an object with at least one of: {named}", path=())
    if "clusters" in call.body:
        write_clusters(call)
    if "tres" in call.body:
        check_tres(call)
    for member, module in (("accounts", accounts), ("users", users), ("qos", qos)):
        if member in call.body:
            module.write(call, call.body)
    if "wckeys" in call.body:
        write_wckeys(call)
    if "associations" in call.body:
        associations.write(call, call.body)
    return Result()


def write_clusters(call: Call) -> None:
    """Adds those that are not there; of the others slurmctld says what there is to say."""
    db = call.slurm.db
    for members, path in entries(call.body, "clusters"):
        name = required(members, "name", "name", path)
        with at_place(path):
            if not len(db.get("slurmdb_clusters_get", {"cluster_list": [name]})):
                db.add("slurmdb_clusters_add", [{"name": name}])


def check_tres(call: Call) -> None:
    """slurmdbd has no way to change them: those that are there may be posted again."""
    known = set(call.slurm.db.tres.values())
    for members, path in entries(call.body, "tres"):
        if (members.get("type", ""), members.get("name", "")) not in known:
            number = call.slurm.constant("ESLURM_NOT_SUPPORTED") or 0
            text = "TRES cannot be added; AccountingStorageTRES of slurm.conf has those that a cluster counts"
            raise Problem(422, text, number=number, path=path)


def write_wckeys(call: Call) -> None:
    """Adds those that are not there."""
    db = call.slurm.db
    for members, path in entries(call.body, "wckeys"):
        problems, name, user = Problems(), None, None
        with problems:
            name = required(members, "name", "name", path, empty=True)
        with problems:
            user = required(members, "user", "user", path)
        problems.check()
        cluster = members.get("cluster") or call.slurm.cluster_name
        with at_place(path):
            where = {"name_list": [name], "cluster_list": [cluster], "user_list": [user]}
            if not len(db.get("slurmdb_wckeys_get", where)):
                db.add("slurmdb_wckeys_add", [{"name": name, "user": user, "cluster": cluster}])


ROUTES = (
    Route(
        "GET",
        "config",
        get,
        ANSWER,
        since=V36,
        implied=IMPLIED,
        summary="Show all accounting records except jobs",
        operation={V36: "get_db_config", V38: ""},
        description="Like sacctmgr dump, of all clusters.",
    ),
    Route(
        "POST",
        "config",
        post,
        CHANGED,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add or change accounting records of any kind",
        operation={V36: "set_db_config", V38: "set_config", V40: ""},
        description="Like sacctmgr load.",
    ),
)
