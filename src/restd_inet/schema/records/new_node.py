"""What a new node is: a line as in slurm.conf. It goes into update_node_msg_t (slurm.h)."""

from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.answered import ANSWERED

NEW_NODE = Record(
    "new node",
    "update_node_msg_t",
    Field(
        "extra",
        TEXT,
        "node_conf",
        required=True,
        doc='Line of slurm.conf(5), such as "NodeName=n1 CPUs=4 State=CLOUD".',
    ),
    *ANSWERED,
    component="openapi_create_node_req",
)
