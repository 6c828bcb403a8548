"""slurmdb_federation_rec_t (slurmdb.h): clusters that share jobs, as `scontrol show federation` does."""

from __future__ import annotations

from restd_inet.schema.kinds.base import Formula, Kind
from restd_inet.schema.kinds.composite import Nested
from restd_inet.schema.kinds.numbers import BOOL, INT32
from restd_inet.schema.kinds.slurmdb import Members
from restd_inet.schema.kinds.strings import TEXT, Enum, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from restd_inet.schema.kinds.base import Binding


class Texts(Kind):
    """A list of Slurm's of char *."""

    def empty_at(self, version: int) -> Any:
        return []

    def dump(self, version: int, binding: Binding) -> Callable[[Any], Any]:
        return binding.function("texts")

    def schema(self, version: int) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


STATE = Flags(
    ("CLUSTER_FED_STATE_DRAIN", "DRAIN"),
    ("CLUSTER_FED_STATE_REMOVE", "REMOVE"),
    base=Enum(
        ("CLUSTER_FED_STATE_NA", "NA"),
        ("CLUSTER_FED_STATE_ACTIVE", "ACTIVE"),
        ("CLUSTER_FED_STATE_INACTIVE", "INACTIVE"),
        mask="CLUSTER_FED_STATE_BASE",
    ),
)
_CONNECTED = Formula({V1: "bool(x)"}, BOOL)
FED = Record(
    "cluster in a federation",
    "slurmdb_cluster_fed_t",
    Field("id", INT32, doc="Id of the cluster in the federation."),
    Field("state", STATE, doc="State in the federation."),
    Field("feature_list", Texts(), "features", doc="Features of the cluster."),
    Field("send", _CONNECTED, doc="Whether slurmctld sends to it."),
    Field("recv", _CONNECTED, doc="Whether slurmctld receives from it."),
    Field("sync_recvd", _CONNECTED, "synced", doc="Whether its jobs are known."),
)
FEDERATED = Record(
    "federated cluster",
    "slurmdb_cluster_rec_t",
    Field("name", TEXT, doc="Name of the cluster."),
    Field("control_host", TEXT, "controller.host", doc="Host of slurmctld."),
    Field("control_port", INT32, "controller.port", doc="Port of slurmctld."),
    Field(None, Nested(FED, "fed"), "fed", doc="The cluster in the federation."),
    component="restd_federated_cluster",
    docs={"controller": "slurmctld of the cluster."},
)
FEDERATION = Record(
    "federation",
    "slurmdb_federation_rec_t",
    Field("name", TEXT, doc="Name; empty if the cluster is in no federation."),
    Field(None, Members(FEDERATED, "cluster_list"), "clusters", doc="The clusters, this one included."),
    component="restd_federation",
)
