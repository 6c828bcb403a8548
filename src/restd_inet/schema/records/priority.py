"""priority_factors_object_t (slurm.h): what the priority of a waiting job is made of, as sprio(1) shows it.

The names are those of PriorityWeight… in slurm.conf. A factor is already multiplied with its weight.
"""

from restd_inet.schema.kinds.base import Formula
from restd_inet.schema.kinds.numbers import INT32, INT64, STAMP
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.job_verbs import PLAIN
from restd_inet.schema.records.shares import OfTres, Plain
from restd_inet.schema.versions import V1

NUMBER = Formula({V1: "x"}, Plain())
_FACTORS = {
    "age": "How long it has waited, since it could have started.",
    "association": "The part from its association.",
    "fair_share": "How much less than their share its user and account have used.",
    "job_size": "The part from its size.",
    "partition": "The part from its partition (PriorityJobFactor).",
    "qos": "The part from its QOS.",
    "site": "Set by a plugin of the site, or by scontrol update job SiteFactor=.",
    "nice": "The nice value, subtracted from the priority, as sbatch --nice.",
}

#: commands.restd._priorities.Priority
PRIORITY = Record(
    "priority of a job",
    "",
    Field("job_id", INT32, doc="Job id; of waiting tasks of an array that of the array."),
    Field("user_id", INT32, doc="Uid of the user."),
    Field("user_name", PLAIN, doc="The user."),
    Field("account", PLAIN, doc='Account; "" before Slurm 23.02.'),
    Field("qos_name", PLAIN, "qos", doc='QOS; "" before Slurm 23.02.'),
    Field(
        "partition_name",
        PLAIN,
        "partition",
        doc="Partition: a job that asks for several has a priority in each.",
    ),
    Field("priority", Formula({V1: "x"}, INT64), doc="Priority: the sum of the factors, less `nice`."),
    Field("direct", Formula({V1: "x"}, STAMP), doc="A priority that was set by hand; 0 for none."),
    *(Field(name, NUMBER, f"factors.{name}", doc=doc) for name, doc in _FACTORS.items()),
    Field(
        None,
        OfTres("values", None, "restd_priority_tres"),
        "factors.tres",
        doc="The part from its trackable resources.",
    ),
    component="restd_priority",
    plural="restd_priorities",
    docs={"factors": "The components of the priority."},
)
