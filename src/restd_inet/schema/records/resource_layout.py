"""node_resource_layout_t (src/common/slurm_protocol_defs.h): what a job has of a node, core by core."""

from restd_inet.schema.kinds.composite import Computed, Items
from restd_inet.schema.kinds.numbers import INT16, INT64, U32
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

GRES_LAYOUT = Record(
    "generic resource of a job",
    "node_gres_layout_t",
    Field("name", TEXT, required=True, doc="Name of the resource, such as gpu."),
    Field("type", TEXT, doc="Type of the resource."),
    Field("count", INT64, doc="Allocated number."),
    Field(None, Computed({V1: "gres_indexes"}, "", TEXT), "index", doc="Indices, such as 0-1."),
    component="node_gres_layout",
    plural="node_gres_layout_list",
)

RESOURCE_LAYOUT = Record(
    "resources of a job",
    "node_resource_layout_t",
    Field("node", TEXT, required=True, doc="Name of the node."),
    Field("sockets_per_node", INT16, doc="Sockets of the node."),
    Field("cores_per_socket", INT16, doc="Cores per socket."),
    Field("mem_alloc", INT64, doc="Allocated memory, in MiB."),
    Field("core_bitmap", TEXT, doc="A bit for each core, socket by socket, in hexadecimal."),
    Field("channel", U32, doc="The IMEX channel."),
    Field("gres", Items(GRES_LAYOUT, "gres_layout"), doc="Allocated generic resources."),
    component="node_resource_layout",
    plural="node_resource_layout_list",
)
