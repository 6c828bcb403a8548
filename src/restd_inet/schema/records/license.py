"""slurm_license_info_t (slurm.h): a licence and its use, as `scontrol show licenses` shows it."""

from restd_inet.schema.kinds.numbers import BOOL, INT32, STAMP
from restd_inet.schema.kinds.strings import TEXT
from restd_inet.schema.record import Field, Record
from restd_inet.schema.versions import V39, V44

LICENSE = Record(
    "license",
    "slurm_license_info_t",
    Field("name", TEXT, "LicenseName"),
    Field("total", INT32, "Total"),
    Field("in_use", INT32, "Used"),
    Field("available", INT32, "Free"),
    Field("reserved", INT32, "Reserved"),
    Field("remote", BOOL, "Remote"),
    Field("last_consumed", INT32, "LastConsumed", since=V39),
    Field("last_deficit", INT32, "LastDeficit", since=V39),
    Field("last_update", STAMP, "LastUpdate", since=V39),
    Field("nodes", TEXT, "Nodes", since=V44),
    component="license",
    plural={V39: "licenses"},
)
