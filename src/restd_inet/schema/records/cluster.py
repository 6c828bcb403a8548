"""slurmdb_cluster_rec_t (slurmdb.h): a cluster, as `sacctmgr show cluster` shows it."""

from restd_inet.schema.kinds.base import Changed, Formula
from restd_inet.schema.kinds.composite import Constant, SubRecord
from restd_inet.schema.kinds.numbers import INT16, INT32
from restd_inet.schema.kinds.slurmdb import DbText, ReadOnly, Tres, cluster
from restd_inet.schema.kinds.strings import Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION_SHORT
from restd_inet.schema.records.tres import TRES
from restd_inet.schema.versions import V36, V38, V39, V40, V41, V43, V44

FLAGS = Flags(
    ("CLUSTER_FLAG_DELETED", "DELETED", V43),
    ("CLUSTER_FLAG_REGISTER", "REGISTERING", V39),
    ("CLUSTER_FLAG_MULTSD", "MULTIPLE_SLURMD"),
    ("CLUSTER_FLAG_FE", "FRONT_END", V36, V41),
    ("CLUSTER_FLAG_CRAY", "CRAY_NATIVE", V36, V38),
    ("CLUSTER_FLAG_FED", "FEDERATION"),
    ("CLUSTER_FLAG_EXT", "EXTERNAL"),
    component="cluster_rec_flags",
)
#: What a cluster's select plugin is called; its number is gone from 24.05 on.
SELECT_PLUGINS = {
    101: "cons_res",
    102: "linear",
    106: "serial",
    107: "cray_linear",
    108: "cray_cons_res",
    109: "cons_tres",
    110: "cray_cons_tres",
}
SELECT = Changed(
    {
        V36: ReadOnly(
            Formula({V36: f"{SELECT_PLUGINS!r}.get(x)", V39: f"{SELECT_PLUGINS!r}.get(x, '')"}, DbText())
        ),
        V40: Constant("", schema_of=DbText()),
    }
)
ROOT = Changed({V36: Constant(None), V39: SubRecord(ASSOCIATION_SHORT, "root_association", null=True)})

CLUSTER = Record(
    "cluster",
    "slurmdb_cluster_rec_t",
    Field("control_host", ReadOnly(DbText()), "controller.host", doc="Host of slurmctld."),
    Field("control_port", ReadOnly(INT32), "controller.port", doc="Port of slurmctld."),
    Field("flags", ReadOnly(FLAGS), doc="Flags."),
    Field("name", DbText(cluster), doc="Name of the cluster."),
    Field("nodes", DbText(), doc="Nodes, as a host list."),
    Field("plugin_id_select", SELECT, "select_plugin", until=V44, doc="Select plugin; no longer used."),
    Field(None, ROOT, "associations.root", doc="Root association."),
    Field("rpc_version", ReadOnly(INT16), doc="Protocol version."),
    Field("tres_str", Tres(TRES), "tres", doc="Amount of each trackable resource."),
    component={V39: "cluster_rec"},
    plural={V39: "cluster_rec_list"},
    docs={"controller": "slurmctld of the cluster.", "associations": "Associations."},
)
