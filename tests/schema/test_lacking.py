"""A release of Slurm that lacks members: their fields are written all the same, as what says nothing."""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from typing import Any

import pytest
from fake_slurm import FakeSlurm

from restd_inet.schema import records
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.base import ABSENT, Changed
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.coordinator import COORDINATOR
from restd_inet.schema.records.qos import QOS
from restd_inet.schema.records.slurmdb_job import SLURMDB_JOB
from restd_inet.schema.versions import V38, V39, V40, VERSIONS

NAMES = [f"{records.__name__}.{found.name}" for found in pkgutil.iter_modules(records.__path__)]
RECORDS = {
    (record.struct, record.name): record
    for module in map(import_module, NAMES)
    for record in vars(module).values()
    if isinstance(record, Record) and record.struct
}


class Lacking(FakeSlurm):
    """A release whose structs have no members."""

    def members(self, struct: str) -> dict[str, str]:
        return {}


def shown(record: Record, version: int) -> list[Field]:
    """The fields that are members, and that the version has."""
    fields = [field for field in record.fields if field.member and field.name_at(version)]
    return [f for f in fields if not isinstance(f.kind, Changed) or min(f.kind.kinds) <= version]


def at_path(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document[step]
    return document


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.name)
def test_each_field_says_nothing(record: Record) -> None:
    slurm = Lacking()
    for version in VERSIONS.values():
        fields = shown(record, version)
        written = dumper(Record(record.name, record.struct, *fields), version, slurm)(object())
        assert json.loads(json.dumps(written)) == written
        for field in fields:
            expected = field.kind_at(version).empty_at(version)
            if expected is not ABSENT:
                assert at_path(written, str(field.name_at(version))) == expected


@pytest.mark.parametrize(
    ("record", "member", "version", "expected"),
    [
        (QOS, "usage_factor", V38, None),
        (QOS, "limit_factor", V39, 4294967295.0),
        (QOS, "usage_factor", V40, {"set": False, "infinite": False, "number": 0.0}),
        (SLURMDB_JOB, "derived_ec", V38, {"status": "SUCCESS", "return_code": 0}),
        (SLURMDB_JOB, "state_reason_prev", V40, ""),
        (SLURMDB_JOB, "wckey", V38, None),
        (SLURMDB_JOB, "wckey", V40, {"wckey": "", "flags": []}),
        (COORDINATOR, "direct", V38, 0),
        (COORDINATOR, "direct", V39, False),
    ],
)
def test_what_says_nothing_is_of_the_version(
    record: Record, member: str, version: int, expected: Any
) -> None:
    found = [field.kind_at(version) for field in shown(record, version) if field.member == member]
    assert [kind.empty_at(version) for kind in found] == [expected] * len(found) != []
