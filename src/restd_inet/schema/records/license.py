"""slurm_license_info_t (slurm.h): a licence and its use, as `scontrol show licenses` shows it."""

from restd_inet.schema.kinds.numbers import BOOL, INT32, STAMP
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V39, V44

LICENSE = Record(
    "license",
    "slurm_license_info_t",
    Field("name", TEXT, "LicenseName", doc="Name of the license."),
    Field("total", INT32, "Total", doc="Total number."),
    Field("in_use", INT32, "Used", doc="Number used by jobs."),
    Field("available", INT32, "Free", doc="Number that is free."),
    Field("reserved", INT32, "Reserved", doc="Number that is reserved."),
    Field("remote", BOOL, "Remote", doc="Whether the license is remote: served by a license server."),
    Field(
        "last_consumed",
        INT32,
        "LastConsumed",
        since=V39,
        doc="Number used according to the last report of the license server.",
    ),
    Field(
        "last_deficit", INT32, "LastDeficit", since=V39, doc="Number used beyond what the cluster may use."
    ),
    Field(
        "last_update",
        STAMP,
        "LastUpdate",
        since=V39,
        doc="When the license server last reported (Unix time).",
    ),
    Field("nodes", TEXT, "Nodes", since=V44, doc="Nodes that may use it."),
    component="license",
    plural={V39: "licenses"},
)
