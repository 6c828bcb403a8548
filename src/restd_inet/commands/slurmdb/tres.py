"""tres: the trackable resources that the database counts."""

from __future__ import annotations

from restd_inet.commands import Body, Call, Result, Route
from restd_inet.commands.slurmdb._common import CHANGED, list_body
from restd_inet.commands.slurmdb._lookup import or_not_found
from restd_inet.schema.answers import Answer, list_v39, meta_list
from restd_inet.schema.kinds.slurmdb import AttributeList
from restd_inet.schema.kinds.values import NO_VAL
from restd_inet.schema.record import Field
from restd_inet.schema.records.tres import TRES
from restd_inet.schema.versions import V36, V38, V39, V40

ANSWER = Answer(
    TRES,
    "TRES",
    {V36: meta_list, V39: list_v39},
    component={V36: "tres_info", V40: "openapi_tres_resp"},
    required=("TRES",),
)
BODY = list_body(
    Field("tres", AttributeList(TRES, "tres"), "tres", {V39: "TRES"}, required=True),
    {V38: "tres_update", V40: ""},
)


def get(call: Call) -> Result:
    records = call.slurm.db.get("slurmdb_tres_get", {"with_deleted": 1, "count": NO_VAL[32]})
    return or_not_found(call, records, "slurmdb_tres_get", "_dump_tres")


def post(call: Call) -> Result:
    """No release of Slurm does it."""
    text = "TRES cannot be added; AccountingStorageTRES of slurm.conf has those that a cluster counts"
    problem = call.slurm.missing("ESLURM_NOT_SUPPORTED", text, "slurmdb_tres_add")
    problem.status = 501
    raise problem


ROUTES = (
    Route(
        "GET",
        "tres/",
        get,
        ANSWER,
        since=V36,
        summary="List trackable resources",
        description="Like sacctmgr show tres.",
    ),
    Route(
        "POST",
        "tres/",
        post,
        CHANGED,
        body=Body(BODY, schema_of=ANSWER),
        since=V36,
        summary="Add trackable resources",
        description=(
            "No release of Slurm can do this: the answer is always an error. AccountingStorageTRES of "
            "slurm.conf adds them."
        ),
    ),
)
