"""Lines of sreport(1): usage by cluster, account, user and size of jobs (slurm.slurmdbd.reports)."""

from restd_inet.schema.kinds.base import FixedSchema, Formula
from restd_inet.schema.kinds.numbers import INT32, INT64, U32
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

WORD, WHEN, COUNT = Formula({V1: "x"}, TEXT), Formula({V1: "x"}, INT64), Formula({V1: "x"}, INT64)
AMOUNT = Formula({V1: "x"}, FixedSchema({"type": "number", "format": "double"}))
CLUSTER = Field("cluster", WORD, doc="Name of the cluster.")
TRES = Field("tres", WORD, doc="Trackable resource, such as cpu or gres/gpu.")
PERIOD = (
    Field("start", WHEN, "time.start", doc="Start of the period (Unix time)."),
    Field("end", WHEN, "time.end", doc="End of the period (Unix time)."),
)
DOCS = {"time": "The period, in whole hours."}
USED = Field("used", AMOUNT, doc="Usage, in the units of the report; percent: of the cluster's.")


def _states(**docs: str) -> tuple[Field, ...]:
    return tuple(Field(name, AMOUNT, doc=f"{doc} time.") for name, doc in docs.items())


UTILIZATION = Record(
    "utilization of a cluster",
    "",
    CLUSTER,
    TRES,
    Field("count", COUNT, doc="How many the cluster had."),
    *_states(
        allocated="Allocated",
        down="Down",
        planned_down="Planned down",
        idle="Idle",
        planned="Planned, or reserved,",
        overcommitted="Overcommitted",
        reported="All reported",
    ),
    *PERIOD,
    component="restd_report_utilization",
    plural="restd_report_utilization_list",
    docs=DOCS,
)
USAGE = Record(
    "usage of a user",
    "",
    CLUSTER,
    Field("account", WORD, doc="Name of the account; of several, comma-separated."),
    Field("user", WORD, doc="Name of the user; empty for all of the account."),
    Field("proper_name", WORD, doc="The user's name in the system's list of users."),
    TRES,
    USED,
    *PERIOD,
    component="restd_report_usage",
    plural="restd_report_usage_list",
    docs=DOCS,
)
WCKEY_USAGE = Record(
    "usage of a WCKey",
    "",
    CLUSTER,
    Field("account", WORD, "wckey", doc="Workload characterization key; * for jobs that named none."),
    *USAGE.fields[2:],
    component="restd_report_wckey_usage",
    plural="restd_report_wckey_usage_list",
    docs=DOCS,
)
SIZE = Record(
    "jobs of a size",
    "",
    CLUSTER,
    Field("account", WORD, doc="Name of the account, the WCKey, or account:WCKey."),
    Field("min_size", Formula({V1: "x"}, INT32), doc="Least CPUs of jobs in this group."),
    Field("max_size", U32, doc="Most CPUs of jobs in this group."),
    Field("jobs", COUNT, doc="Number of jobs."),
    TRES,
    Field("used", AMOUNT, doc="Usage, in the units of the report; percent: of the account's."),
    *PERIOD,
    component="restd_report_size",
    plural="restd_report_size_list",
    docs=DOCS,
)
