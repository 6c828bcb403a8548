"""The same writes to two fresh databases, one through the real slurmrestd and one through restd-inet.

For every version that the installed slurmrestd serves. Afterwards what `sacctmgr dump` writes, what the
tables hold (but ids, times and the log of changes, which names each step) and what GET answers must be
equal. Where we differ on purpose EXPECTED says why: those writes come last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lacking
import pytest
from api_versions import slurmrestds
from ask import differences, ours, release, request, theirs
from cluster.conftest import running

from restd_inet.schema.versions import NAMES

SERVED = {
    numbers: [NAMES[version] for version in versions if version >= 38]
    for numbers, versions in slurmrestds("22.05", "24.11", "26.05").items()
}
RELEASE = release()
pytestmark = pytest.mark.skipif(
    RELEASE not in SERVED,
    reason=lacking.slurm("is not compared with the slurmrestd of this release", "26.05"),
)

#: Of the rows of a table: what is a number or a time of this database alone.
OWN = re.compile(r"creation_time|mod_time|id|id_\w+|lft|rgt|control_port|last_port")
TABLES = (
    "acct_table",
    "acct_coord_table",
    "user_table",
    "qos_table",
    "cluster_table",
    "scaleout_assoc_table",
    "scaleout_wckey_table",
)
#: Table and column in which PROVOKING makes the two differ → why.
EXPECTED = {
    ("qos_table", "flags"): "slurmrestd clears the flags of a QOS that a body does not name",
    ("qos_table", "preempt_mode"): "and its preemption mode",
    ("scaleout_assoc_table", "max_tres_pj"): "and an association's TRES that a body does not name",
    ("scaleout_assoc_table", "qos"): "and makes the QOS that an association inherits its own",
}


def number(version: str, value: int) -> Any:
    return value if version < "v0.0.39" else {"set": True, "infinite": False, "number": value}


def unlimited(version: str) -> Any:
    return -1 if version < "v0.0.39" else {"set": False, "infinite": True, "number": 0}


def writes(version: str) -> Iterator[tuple[str, str, Any]]:
    """(method, target, body): names are of the version, for versions share a database."""
    n, old = version[-2:], version < "v0.0.39"
    acct, sub, user, qos = f"acct{n}", f"sub{n}", f"user{n}", f"qos{n}"
    key = "QOS" if old else "qos"
    level = (lambda word: word) if old else (lambda word: [word])

    def account(**said: Any) -> dict[str, Any]:
        return {"accounts": [{"description": "words", "organization": "orga", **said}]}

    def association(**said: Any) -> dict[str, Any]:
        # slurmrestd takes "" for the name of a user.
        return {"associations": [{"cluster": "scaleout", "user": None, **said}]}

    limits = {
        "max": {
            "jobs": {
                "per": {"count": number(version, 9), "wall_clock": number(version, 60)},
                "total": number(version, 7),
            },
            "tres": {
                "total": [{"type": "cpu", "count": 5}, {"type": "gres", "name": "gpu", "count": 2}],
                "per": {"job": [{"type": "mem", "count": 700}]},
            },
        }
    }
    yield "POST", "accounts", account(name=acct)
    yield "POST", "accounts", account(name=acct, description="it's changed")
    yield (
        "POST",
        "accounts",
        {
            "accounts": [
                {"name": f"{acct}x", "description": "x", "organization": "x"},
                {"name": sub, "description": "y", "organization": "y"},
            ]
        },
    )
    yield "POST", "associations", association(account=acct, parent_account="root")
    yield "POST", "associations", association(account=sub, parent_account=acct, shares_raw=3, **limits)
    yield (
        "POST",
        "users",
        {"users": [{"name": user, "administrator_level": level("None"), "default": {"account": acct}}]},
    )
    yield "POST", "associations", association(account=acct, user=user, default={"qos": "normal"})
    yield "POST", "associations", association(account=sub, user=user, qos=["normal", "high"], **limits)
    # All the TRES that there are: slurmrestd takes the others away, that of 22.05 crashes over them.
    tres = {"total": [{"type": "mem", "count": 3}], "per": {"job": [{"type": "mem", "count": 700}]}}
    changed = {"max": {"jobs": {"total": unlimited(version)}, "tres": tres}}
    yield "POST", "associations", association(account=sub, user=user, **changed)
    yield "POST", "users", {"users": [{"name": user, "administrator_level": level("Operator")}]}
    full = {
        "name": qos,
        "description": "quality",
        "flags": ["DENY_LIMIT", "NO_RESERVE"],
        "priority": number(version, 5),
        "usage_factor": 1.5 if old else {"set": True, "infinite": False, "number": 1.5},
        "preempt": {"list": ["normal"], "mode": ["CANCEL"]},
        "limits": {
            "grace_time": 30,
            "max": {
                "wall_clock": {"per": {"job": number(version, 120)}},
                "jobs": {"active_jobs": {"per": {"user": number(version, 3)}}},
                "tres": {
                    "total": [{"type": "cpu", "count": 16}],
                    "per": {"user": [{"type": "node", "count": 2}]},
                },
            },
        },
    }
    yield "POST", "qos", {key: [full]}
    more = {
        "limits": {
            "max": {
                "tres": {"total": [{"type": "mem", "count": 9}]},
                "wall_clock": {"per": {"job": unlimited(version)}},
            }
        }
    }
    yield "POST", "qos", {key: [{**full, **more, "description": "changed"}]}
    yield "POST", "qos", {key: [{"name": f"{qos}x"}]}
    if not old:
        what = {
            "accounts": [f"{acct}y"],
            "clusters": ["scaleout"],
            "association": {"parent": acct, "fairshare": 4},
        }
        yield (
            "POST",
            "accounts_association",
            {"association_condition": what, "account": {"description": "d", "organization": "o"}},
        )
        what = {"users": [f"{user}y"], "accounts": [f"{acct}y"], "clusters": ["scaleout"]}
        yield (
            "POST",
            "users_association",
            {"association_condition": what, "user": {"defaultaccount": f"{acct}y"}},
        )
    yield "DELETE", f"association?account={sub}&user={user}&cluster=scaleout", None
    yield "DELETE", f"qos/{qos}x", None
    yield "DELETE", f"account/{acct}x", None


def provoking(version: str) -> Iterator[tuple[str, str, Any]]:
    """What leaves out what there is."""
    n, key = version[-2:], "QOS" if version < "v0.0.39" else "qos"
    yield "POST", "qos", {key: [{"name": f"qos{n}", "description": "again"}]}
    if RELEASE == (22, 5):
        return  # slurmrestd crashes over what an association's body does not name
    short = {
        "account": f"sub{n}",
        "cluster": "scaleout",
        "user": None,
        "shares_raw": 8,
    }
    total = [{"type": "cpu", "count": 5}, {"type": "gres", "name": "gpu", "count": 2}]
    yield "POST", "associations", {"associations": [{**short, "max": {"tres": {"total": total}}}]}


@pytest.fixture(scope="module")
def pair(reachable: Any) -> Iterator[tuple[Any, Any]]:
    """Two clusters, the first written through slurmrestd, the second through restd-inet."""
    with running(reachable, "--nodes", "1") as one, running(reachable, "--nodes", "1") as other:
        for version in SERVED[RELEASE]:
            write(one, other, version, writes(version))
        yield one, other


def write(one: Any, other: Any, version: str, steps: Iterator[tuple[str, str, Any]]) -> None:
    for method, target, body in steps:
        asked = request(method, f"/slurmdb/{version}/{target}", body)
        they, we = theirs(one, asked, user="pebbles")[0], ours(other, asked, user="pebbles")[0]
        assert they[0] == 200, (version, method, target, they)
        assert we[0] == 200, (version, method, target, we)


def test_sacctmgr_dumps_the_same(pair: tuple[Any, Any]) -> None:
    script = "sacctmgr --quiet dump scaleout file=$PWD/dump.$$ >/dev/null; cat dump.$$; rm dump.$$"
    one, other = (cluster.shell(script, user="root").stdout.decode() for cluster in pair)
    assert "acct" in one
    assert other.splitlines() == one.splitlines()


def rows(cluster: Any, table: str) -> list[dict[str, str]]:
    query = f"select * from `{table}`"
    command = f"mariadb --user root --socket {cluster.dir}/db/sock --batch slurm_acct_db --execute '{query}'"
    head, *lines = cluster.shell(command, user="root").stdout.decode().split("\n")
    names = head.split("\t")
    found = [dict(zip(names, line.split("\t"), strict=True)) for line in lines if line]
    kept = [{name: value for name, value in row.items() if not OWN.fullmatch(name)} for row in found]
    return sorted(kept, key=str)


def different(pair: tuple[Any, Any], table: str) -> set[str]:
    """The columns in which two databases differ."""
    one, other = (rows(cluster, table) for cluster in pair)
    assert len(one) == len(other), table
    return {name for they, we in zip(one, other, strict=True) for name in they if they[name] != we[name]}


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_hold_the_same(pair: tuple[Any, Any], table: str) -> None:
    assert not different(pair, table)


#: sacctmgr 24.11 leaves is_def of an account unset, and slurmrestd takes that for true.
UNSET_IS_TRUE = ("associations[].is_default", True, False)


@pytest.mark.parametrize("version", SERVED.get(RELEASE, ()))
def test_what_is_read_is_the_same(pair: tuple[Any, Any], version: str) -> None:
    """Each answers of its own database."""
    targets = ("accounts", "users", "qos", "associations")
    asked = [request("GET", f"/slurmdb/{version}/{target}") for target in targets]
    moving = re.compile(r"meta\..*|associations\[\]\.id|qos\[\]\.id|QOS\[\]\.id|associations\[\]\.id\.id")
    for target, they, we in zip(
        targets, theirs(pair[0], *asked, user="pebbles"), ours(pair[1], *asked, user="pebbles"), strict=True
    ):
        assert they[0] == we[0] == 200, target
        found = list(differences({**they[1], "meta": 0}, {**we[1], "meta": 0}, moving))
        assert [each for each in found if each != UNSET_IS_TRUE] == [], target
        assert (UNSET_IS_TRUE in found) == (RELEASE == (24, 11) and target == "associations"), target


def test_what_differs_has_its_reason(pair: tuple[Any, Any]) -> None:
    """And a reason that explains nothing any more fails."""
    version = SERVED[RELEASE][-1]
    write(*pair, version, provoking(version))
    found = {(table, column) for table in TABLES for column in different(pair, table)}
    asked = {key for key in EXPECTED if RELEASE > (22, 5) or key[0] == "qos_table"}
    assert found == asked
