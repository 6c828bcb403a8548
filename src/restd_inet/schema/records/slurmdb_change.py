"""slurmdb_job_rec_t (slurmdb.h): what can be changed of a job of the accounting database.

A number as derived_exit_code is stored as it is, as sacctmgr(1) does it; one told apart reads back the same.
"""

from __future__ import annotations

from restd_inet.schema.kinds.slurmdb import DbText, Tres, prose
from restd_inet.schema.kinds.slurmdb_job import Status
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.slurmdb_query import Steps
from restd_inet.schema.records.tres import TRES
from restd_inet.schema.versions import V44

_TEXT = DbText(prose)
_FIELDS = (
    ("admin_comment", _TEXT, "comment.administrator", "Comment of an administrator."),
    (
        "derived_ec",
        Status(),
        "derived_exit_code",
        "Highest exit code of its steps, or the value set instead.",
    ),
    ("derived_es", _TEXT, "comment.job", "Comment of the user."),
    ("extra", _TEXT, "extra", "Arbitrary text."),
    ("system_comment", _TEXT, "comment.system", "Comment of slurmctld."),
    ("tres_alloc_str", Tres(TRES), "tres.allocated", "Allocated resources."),
    ("wckey", DbText(prose), "wckey", "WCKey."),
)

SLURMDB_JOB_CHANGE = Record(
    "past change",
    "slurmdb_job_rec_t",
    *(Field(member, kind, path, doc=doc) for member, kind, path, doc in _FIELDS),
    component={V44: "job_modify"},
    docs={"comment": "Comments.", "tres": "Trackable resources."},
)
SLURMDB_JOB_CHANGES = Record(
    "past changes",
    "",
    Field("step_list", Steps(), "job_id_list", doc="The jobs."),
    *(Field(member, kind, f"job_rec.{path}", doc=doc) for member, kind, path, doc in _FIELDS),
    component={V44: "openapi_job_modify_req"},
    parts={"job_rec": "job_modify"},
    docs={
        "job_rec": "What to change.",
        "job_rec.comment": "Comments.",
        "job_rec.tres": "Trackable resources.",
    },
)
