"""licenses: what software licences there are, and how many are used."""

from restd_inet.commands import Call, Result, Route
from restd_inet.schema.answers import Answer, dated_list, list_v39, meta_list
from restd_inet.schema.records.license import LICENSE
from restd_inet.schema.versions import V38, V39, V40

ANSWER = Answer(
    LICENSE,
    "licenses",
    {V38: meta_list, V39: list_v39, V40: dated_list},
    component={V38: "licenses", V39: "licenses_info", V40: "openapi_licenses_resp"},
    required=("licenses", "last_update"),
)


def get(call: Call) -> Result:
    return Result(call.slurm.licenses(call.since))


ROUTES = (
    Route(
        "GET",
        "licenses/",
        get,
        ANSWER,
        since=V38,
        operation={V38: "slurmctld_get_licenses", V40: ""},
        summary="List licenses and their use",
        description="Like scontrol show licenses.",
    ),
)
