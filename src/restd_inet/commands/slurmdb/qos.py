"""qos and qos/{qos}: qualities of service, and changes of them."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import (
    CHANGED,
    FORMAT,
    at_place,
    change,
    condition,
    entries,
    list_body,
    or_not_modified,
    path_name,
    removed,
)
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.problems import Problem, path_text
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.numbers import BOOL
from restd_inet.schema.kinds.slurmdb import AttributeList, NameList, QosIds, phrase
from restd_inet.schema.kinds.strings import Flags
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.qos import MODES, QOS
from restd_inet.schema.versions import V36, V38, V39, V40, V42
from restd_inet.slurm.lookups.slurmdb import preempted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from restd_inet.problems import Path

ANSWER = Answer(
    QOS,
    {V36: "QOS", V39: "qos"},
    {V36: meta_list, V39: list_v39},
    component={V36: "qos_info", V40: "openapi_slurmdbd_qos_resp"},
    required=("qos",),
)
REMOVED = removed("removed_qos", {V40: "openapi_slurmdbd_qos_removed_resp"})
ONE = Record("query", "", Field("with_deleted", BOOL, doc="Also if it is deleted."))
QUERY = Record(
    "query",
    "",
    Field(
        "description_list", NameList(phrase), "description", since=V39, doc="Descriptions, comma-separated."
    ),
    Field("with_deleted", BOOL, "with_deleted", {V42: "Include deleted QOS"}, doc="Include deleted ones."),
    FORMAT,
    Field("id_list", QosIds(), "id", since=V39, doc="Ids or names, comma-separated."),
    Field("name_list", NameList(), "name", since=V39, doc="Names, comma-separated."),
    Field("preempt_mode", Flags(*MODES, ("PREEMPT_MODE_OFF", "DISABLED")), since=V39, doc="Preemption mode."),
)
BODY = list_body(
    Field("qos", AttributeList(QOS, "qos"), "QOS", {V39: "qos"}, aliases=("qos", "QOS"), required=True),
    {V38: "update_qos", V40: ""},
)


def get(call: Call) -> Result:
    return listed(call, call.query)


def get_one(call: Call) -> Result:
    """By its name; a number may be an id, too."""
    text = _named(call)
    where = condition(call, "slurmdb_qos_cond_t", **call.query, name_list=[text])
    records = call.slurm.db.get("slurmdb_qos_get", where)
    if not len(records) and text.isdecimal() and text.isascii() and int(text) < NO_VAL[32]:
        where = {**where, "name_list": [], "id_list": [text]}
        records = call.slurm.db.get("slurmdb_qos_get", where)
    return or_not_found(call, records, "slurmdb_qos_get", "_op_handler_qos")


def get_one_old(call: Call) -> Result:
    """Up to v0.0.39 a QOS that is not there was an empty list, and no failure."""
    where = condition(call, "slurmdb_qos_cond_t", **call.query, name_list=[_named(call)])
    return Result(call.slurm.db.get("slurmdb_qos_get", where))


def _named(call: Call) -> str:
    return path_name(call, "qos_name" if "qos_name" in call.parameters else "qos")


def listed(call: Call, query: Mapping[str, Any]) -> Result:
    where = condition(call, "slurmdb_qos_cond_t", **query)
    records = call.slurm.db.get("slurmdb_qos_get", where)
    return or_not_found(call, records, "slurmdb_qos_get", "_op_handler_qos")


def delete(call: Call) -> Result:
    return or_not_modified(call.slurm.db.remove("slurmdb_qos_remove", {"name_list": [_named(call)]}))


def post(call: Call) -> Result:
    write(call, call.body)
    return Result()


def write(call: Call, body: Mapping[str, Any]) -> None:
    """Adds QOS, or changes what is said of those that exist."""
    for members, path in entries(body, "qos"):
        if not members.get("name") and not members.get("id"):
            raise Problem(400, f"{path_text(path)}: name is missing", path=path)
        with at_place(path):
            _write_one(call, members, path)


def _write_one(call: Call, members: dict[str, Any], path: Path) -> None:
    slurm, db = call.slurm, call.slurm.db
    number, name = members.pop("id", 0), members.get("name")
    where: dict[str, Any] = {"id_list": [str(number)]} if number else {}
    if name:
        where["name_list"] = [name]
    records = db.get("slurmdb_qos_get", where)
    old = next(iter(records), None)
    given = members.get("preempt_list")
    if given is not None and not given.text and (old is None or not preempted(slurm, old)):
        # An empty list where there is one already is a loop to slurmdbd.
        del members["preempt_list"]
    if not len(records):
        if number:
            raise Problem(
                404, f"{path_text(path)}: there is no QOS with the id {number} and this name", path=path
            )
        db.add("slurmdb_qos_add", [members])
        db.forget_qos()
        return
    said = {member: value for member, value in members.items() if member != "name" and value != ""}
    change(call, "slurmdb_qos_modify", where, said)


OLD, PATH = "qos/{qos_name}", "qos/{qos}"
ROUTES = (
    Route(
        "GET",
        OLD,
        get_one_old,
        ANSWER,
        query=ONE,
        since=V36,
        until=V39,
        implied={V36: {"with_deleted": 1}, V38: {}},
        summary="Show a QOS",
        operation="get_single_qos",
        description="Like sacctmgr show qos.",
    ),
    Route(
        "GET",
        PATH,
        get_one,
        ANSWER,
        query=ONE,
        since=V40,
        summary="Show a QOS",
        operation="get_single_qos",
        description="Like sacctmgr show qos.",
    ),
    Route(
        "DELETE",
        OLD,
        delete,
        REMOVED,
        since=V36,
        until=V39,
        summary="Remove a QOS",
        description="Like sacctmgr delete qos.",
    ),
    Route(
        "DELETE",
        PATH,
        delete,
        REMOVED,
        since=V40,
        summary="Remove a QOS",
        operation="delete_single_qos",
        description="Like sacctmgr delete qos.",
    ),
    Route(
        "GET",
        "qos/",
        get,
        ANSWER,
        query=QUERY,
        since=V36,
        implied={V36: {"with_deleted": 1}, V38: {}},
        summary="List QOS",
        description="Like sacctmgr show qos.",
    ),
    Route(
        "POST",
        "qos/",
        post,
        CHANGED,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add or change QOS",
        description="Like sacctmgr add qos and sacctmgr modify qos.",
    ),
)
