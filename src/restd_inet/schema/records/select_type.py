"""What jobs are given of a node (SelectTypeParameters in slurm.conf(5)); a kind of several records."""

from restd_inet.schema.kinds.base import Changed
from restd_inet.schema.kinds.strings import Enum, Flags
from restd_inet.schema.versions import V1, V45

#: What is allocated (CR_*, called SELECT_* from 25.11 on): processors of one kind or none, memory or not.
#: Up to v0.0.44 slurmrestd says nothing more of what it gives processors of.
CONSUMABLES = Flags(
    ("CR_BOARD", "BOARD"),
    ("CR_MEMORY", "MEMORY"),
    ("CR_ONE_TASK_PER_CORE", "ONE_TASK_PER_CORE"),
    ("CR_PACK_NODES", "PACK_NODES"),
    ("CR_CORE_DEFAULT_DIST_BLOCK", "CORE_DEFAULT_DIST_BLOCK"),
    ("CR_LLN", "LLN"),
    ("CR_LINEAR", "LINEAR"),
    base=Enum((0x01, "CPU"), (0x02, "SOCKET"), (0x04, "CORE"), mask=0x07),
    alone=True,
    component="cr_type",
)
SELECTED = Flags(
    ("CR_ONE_TASK_PER_CORE", "CR_ONE_TASK_PER_CORE"),
    ("CR_CORE_DEFAULT_DIST_BLOCK", "CR_CORE_DEFAULT_DIST_BLOCK"),
    ("SELECT_NO_DIST_TOPO_BLOCK", "CR_NO_DIST_TOPO_BLOCK"),
    ("CR_LLN", "CR_LLN"),
    ("CR_PACK_NODES", "CR_PACK_NODES"),
    ("SELECT_LL_SHARED_GRES", "LL_SHARED_GRES"),
    ("SELECT_MULTIPLE_SHARING_GRES_PJ", "MULTIPLE_SHARING_GRES_PJ"),
    ("SELECT_ENFORCE_BINDING_GRES", "ENFORCE_BINDING_GRES"),
    ("SELECT_ONE_TASK_PER_SHARING_GRES", "ONE_TASK_PER_SHARING_GRES"),
    base=Enum(
        (0x01, "CR_CPU"),
        (0x11, "CR_CPU_MEMORY"),
        (0x02, "CR_SOCKET"),
        (0x12, "CR_SOCKET_MEMORY"),
        (0x04, "CR_CORE"),
        (0x14, "CR_CORE_MEMORY"),
        (0x10, "CR_MEMORY"),
        mask=0x17,
    ),
    whole=((0, "NONE"),),
)
SELECT_TYPE = Changed({V1: CONSUMABLES, V45: SELECTED})
