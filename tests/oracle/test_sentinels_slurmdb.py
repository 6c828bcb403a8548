"""The numbers for "no limit" and "not set", in every number that slurmdbd takes (see sentinels.py)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ask import Answer, differences, here, ours, release, request, theirs
from sentinels import SERVED, assert_none, cases, compared

from restd_inet.schema.records.association import ASSOCIATION
from restd_inet.schema.records.qos import QOS

LAST = max(SERVED.get(release(), ()), default=0)


def removed(cluster: Any, what: str, names: list[str]) -> None:
    """All of them are read for each change: the next version would take several times as long."""
    for start in range(0, len(names), 500):
        command = f"sacctmgr -iQ delete {what} name={','.join(names[start : start + 500])}"
        done = cluster.shell(command, user=cluster.admin)
        assert done.returncode == 0, (done.stdout[-300:], done.stderr[-300:])


@pytest.mark.parametrize("version", here(SERVED, 38))
def test_qos(ledger_cluster: Any, version: int) -> None:
    key = "QOS" if version < 39 else "qos"
    properties = cases(QOS, version)
    properties = {name: one for name, one in properties.items() if not name.startswith("id:")}
    asked = {}
    for who in ("we", "they"):
        asked[who] = [
            request(
                "POST",
                f"/slurmdb/v0.0.{version}/qos",
                {key: [{"name": f"{who}{version}x{index}", **one}]},
            )
            for index, one in enumerate(properties.values())
        ]
    admin = ledger_cluster.admin
    mine = ours(ledger_cluster, *asked["we"], user=admin)
    other = theirs(ledger_cluster, *asked["they"], user=admin)
    ((_, body),) = ours(ledger_cluster, request("GET", f"/slurmdb/v0.0.{LAST}/qos/"), user=admin)
    made = {one["name"]: one for one in (body or {})["QOS" if LAST < 39 else "qos"]}
    removed(ledger_cluster, "qos", [name for name in made if re.match(rf"(we|they){version}x", name)])

    def seen(index: int, *_: Answer) -> Any:
        one, two = (made.get(f"{who}{version}x{index}") for who in ("we", "they"))
        return list(differences(one, two, re.compile("id|name")))

    assert_none(compared(properties, mine, other, seen))


@pytest.mark.parametrize("version", here(SERVED))
def test_associations(ledger_cluster: Any, version: int) -> None:
    properties = cases(ASSOCIATION, version)
    admin = ledger_cluster.admin
    asked = {}
    for who in ("we", "they"):
        names = [f"{who}{version}x{index}" for index in range(len(properties))]
        accounts = [{"name": name, "description": "x", "organization": "x"} for name in names]
        ours(
            ledger_cluster,
            request("POST", f"/slurmdb/v0.0.{version}/accounts", {"accounts": accounts}),
            user=admin,
        )
        base = {"cluster": "scaleout", "parent_account": "root"}
        asked[who] = [
            request(
                "POST",
                f"/slurmdb/v0.0.{version}/associations",
                {"associations": [{**base, "account": name, "user": None, **one}]},
            )
            for name, one in zip(names, properties.values(), strict=True)
        ]
    mine = ours(ledger_cluster, *asked["we"], user=admin)
    other = theirs(ledger_cluster, *asked["they"], user=admin)
    ((_, body),) = ours(ledger_cluster, request("GET", f"/slurmdb/v0.0.{LAST}/associations/"), user=admin)
    made = {one["account"]: one for one in (body or {})["associations"] if not one["user"]}
    removed(ledger_cluster, "account", [name for name in made if re.match(rf"(we|they){version}x", name)])

    def seen(index: int, *_: Answer) -> Any:
        one, two = (made.get(f"{who}{version}x{index}") for who in ("we", "they"))
        return list(differences(one, two, re.compile(r"id(\..*)?|account|lineage")))

    assert_none(compared(properties, mine, other, seen))
