"""crontab: a user's jobs at fixed times, as scrontab(1) has them; DELETE removes it and the jobs."""

from __future__ import annotations

from restd_inet.commands import Call, Result, Route
from restd_inet.commands.restd import _filters
from restd_inet.message import Credential
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE, Answer, named_v39
from restd_inet.schema.kinds.lists import Words
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.crontab import CRONTAB
from restd_inet.schema.versions import V1, V40
from restd_inet.slurm.crontab import crontab, remove_crontab

QUERY = Record(
    "query of crontab",
    "",
    Field(
        "user", Words(), doc="The user, by name or uid; by default yours. Others only for root and SlurmUser."
    ),
)
ANSWER = Answer(CRONTAB, "crontab", {V1: named_v39}, component="restd_crontab_resp", required=("crontab",))


def whose(call: Call) -> int:
    """The uid of the user. Raises Problem 400, 501."""
    words = call.query.get("user", ["me"])
    found = _filters.uids(call, words)
    if len(found) > 1:
        raise Problem(400, f"user: expected one user, found {len(found)}")
    (uid,) = found
    if uid == Credential.NOT_HERE:
        raise Problem(501, "this machine does not know the user, whose number slurmctld asks for")
    return uid


def get(call: Call) -> Result:
    found = crontab(call.slurm, whose(call))
    if found is None:
        raise call.slurm.missing("ESLURM_JOB_SCRIPT_MISSING", "there is no crontab", "slurm_request_crontab")
    return Result([found])


def delete(call: Call) -> Result:
    """slurmctld 22.05 answers those who may not with memory that it has not filled: it is not asked."""
    slurm, me, uid = call.slurm, call.credential.uid, whose(call)
    if uid != me and me not in (0, slurm.conf.slurm_user_id):
        text = "only root and SlurmUser may remove the crontab of another user"
        raise slurm.refusal(403, "ESLURM_USER_ID_MISSING", text, "slurm_remove_crontab")
    remove_crontab(slurm, uid, call.credential.gid if uid == me else None)
    return Result()


ROUTES = (
    Route(
        "GET",
        "crontab",
        get,
        ANSWER,
        query=QUERY,
        since=V40,
        summary="Show a crontab",
        description="Like scrontab -l; 404 if there is none, 501 if ScronParameters of slurm.conf does not "
        "enable scrontab.",
        exact=True,
    ),
    Route(
        "DELETE",
        "crontab",
        delete,
        DONE,
        query=QUERY,
        since=V40,
        summary="Remove a crontab and its jobs",
        description="Like scrontab -r; it is no error if there is none.",
        exact=True,
    ),
)
