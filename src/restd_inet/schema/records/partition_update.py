"""partition_info_t (slurm.h): a partition to make or to change, as `scontrol update partitionname=` does it.

The properties are those of the answers, so that what was read can be changed and sent back.
"""

from __future__ import annotations

import re

from restd_inet.schema.kinds.composite import Converter, Ignored, Items
from restd_inet.schema.kinds.numbers import INT16, INT64, PLAIN16, PLAIN32, U16, U32, Mebibytes
from restd_inet.schema.kinds.sbatch import mebibytes
from restd_inet.schema.kinds.strings import TEXT, Flags
from restd_inet.schema.kinds.values import NO_VAL, Invalid, choice, clip, short, spells_number, text
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.answered import ANSWERED
from restd_inet.schema.records.partition import CPU_BINDING, FLAGS, PARTITION, PREEMPT_MODES, STATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: slurm.h: users cannot decline to share.
SHARED_FORCE = 0x8000

READ_ONLY = Ignored()
#: What a job has for itself; commands.slurm.partitions makes flags and max_share of it.
EXCLUSIVE = {"no": "NO", "none": "NO", "node": "NODE", "user": "USER", "topo": "TOPO"}


class Memory(Mebibytes):
    """As the other kind of it is beside it: one that is not set says nothing."""

    def __init__(self, member: str, per: str) -> None:
        super().__init__(per)
        self.member = member

    def parse(self, value: Any) -> Any:
        """A text may have a unit, such as 4G."""
        with_unit = isinstance(value, str) and not spells_number(value)
        found = super().parse(mebibytes(value) if with_unit else value)
        return {} if found == NO_VAL[64] else {self.member: found}


class PreemptModes(Flags):
    """CLUSTER_GLOBAL changes nothing; DISABLED stands alone."""

    def parse(self, value: Any) -> Any:
        words = value.split(",") if isinstance(value, str) else value
        if isinstance(words, list) and len(words) == 1:
            alone = {"cluster_global": NO_VAL[16], "disabled": 0}
            if text(words[0]).lower() in alone:
                return alone[text(words[0]).lower()]
        return super().parse(value) or NO_VAL[16]


def oversubscribe(value: object) -> int:
    """How many jobs may share a resource: NO, YES:4, FORCE:2; 4 if no number is given."""
    found = re.fullmatch(r"(no|yes|force)(?::(\d{1,5}))?", short(value).strip().lower(), re.ASCII)
    word, jobs = (found[1], int(found[2] or 4)) if found else ("", 0)
    least = {"yes": 2, "force": 1}.get(word, 0)
    if not found or not least <= jobs < SHARED_FORCE or (word == "no" and found[2]):
        raise Invalid(f'expected NO, YES, YES:2 and up, FORCE or FORCE:1 and up; found "{clip(text(value))}"')
    return 1 if word == "no" else jobs | (SHARED_FORCE if word == "force" else 0)


class Partitions(Items):
    """A list of them: its schema is that of the answers."""

    def schema(self, version: int) -> dict[str, Any]:
        return PARTITION.list_schema(version, self.component)


PARTITION_UPDATE = Record(
    "update of a partition",
    "partition_info_t",
    Field("allow_alloc_nodes", TEXT, "nodes.allowed_allocation"),
    Field("allow_accounts", TEXT, "accounts.allowed"),
    Field("allow_groups", TEXT, "groups.allowed"),
    Field("allow_qos", TEXT, "qos.allowed"),
    Field("alternate", TEXT),
    Field("billing_weights_str", TEXT, "tres.billing_weights"),
    Field("cluster_name", READ_ONLY, "cluster"),
    Field("cr_type", READ_ONLY, "select_type"),
    Field("cpu_bind", CPU_BINDING, "cpus.task_binding"),
    Field(None, Ignored("see defaults.partition_memory_per_cpu", INT64), "defaults.memory_per_cpu"),
    Field(None, Memory("def_mem_per_cpu", "cpu"), "defaults.partition_memory_per_cpu"),
    Field(None, Memory("def_mem_per_cpu", "node"), "defaults.partition_memory_per_node"),
    Field("default_time", U32, "defaults.time"),
    Field("deny_accounts", TEXT, "accounts.deny"),
    Field("deny_qos", TEXT, "qos.deny"),
    Field("flags", FLAGS),
    Field("exclusive", Converter(lambda value: choice(value, EXCLUSIVE), TEXT), "partition.exclusive"),
    Field("grace_time", PLAIN32),
    Field("job_defaults_str", TEXT, "defaults.job"),
    Field("max_cpus_per_node", U32, "maximums.cpus_per_node"),
    Field("max_cpus_per_socket", U32, "maximums.cpus_per_socket"),
    Field(None, Ignored("see maximums.partition_memory_per_cpu", INT64), "maximums.memory_per_cpu"),
    Field(None, Memory("max_mem_per_cpu", "cpu"), "maximums.partition_memory_per_cpu"),
    Field(None, Memory("max_mem_per_cpu", "node"), "maximums.partition_memory_per_node"),
    Field("max_nodes", U32, "maximums.nodes"),
    Field(None, Ignored("see partition.oversubscribe", INT16), "maximums.shares"),
    Field(None, Ignored("see partition.oversubscribe"), "maximums.oversubscribe"),
    Field("max_share", Converter(oversubscribe, TEXT), "partition.oversubscribe"),
    Field("max_time", U32, "maximums.time"),
    Field("min_nodes", PLAIN32, "minimums.nodes"),
    Field("name", TEXT),
    Field("nodes", TEXT, "nodes.configured"),
    Field("nodesets", TEXT, "node_sets"),
    Field("over_time_limit", U16, "maximums.over_time_limit"),
    Field("preempt_mode", PreemptModes(*PREEMPT_MODES.rows, whole=PREEMPT_MODES.whole)),
    Field("priority_job_factor", PLAIN16, "priority.job_factor"),
    Field("priority_tier", PLAIN16, "priority.tier"),
    Field("qos_char", TEXT, "qos.assigned"),
    Field("resume_timeout", READ_ONLY, "timeouts.resume"),
    Field("topology_name", TEXT, "topology"),
    Field("state_up", STATE, "partition.state"),
    Field("suspend_time", READ_ONLY),
    Field("suspend_timeout", READ_ONLY, "timeouts.suspend"),
    Field("total_cpus", READ_ONLY, "cpus.total"),
    Field("total_nodes", READ_ONLY, "nodes.total"),
    Field("tres_fmt_str", READ_ONLY, "tres.configured"),
)

PARTITION_UPDATES = Record(
    "updates of partitions",
    "",
    Field(
        "partitions",
        Partitions(PARTITION_UPDATE, component="update_partition_msg_list"),
        required=True,
        doc="Partitions to create or change.",
    ),
    *ANSWERED,
    component="openapi_partitions_mod_req",
)
