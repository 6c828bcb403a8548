"""Records of accounting: what we answer is what sacctmgr shows."""

import pytest

from .managing import ask, manage, request
from .slurmdb_values import (
    ACCOUNT_COLUMNS,
    ASSOCIATION_COLUMNS,
    CLUSTER_COLUMNS,
    LATEST,
    USER_COLUMNS,
    WCKEY_COLUMNS,
    accounts,
    clock,
    clusters,
    done,
    flags,
    limit,
    listed,
    removed,
    rows,
    same_rows,
    tres,
    users,
    wall,
    word,
)

__all__ = ["accounts", "clusters", "users"]


def factor(text):
    return {"set": bool(text), "infinite": not text, "number": float(text or 0)}


QOS_COLUMNS = {
    "name": ("name", word),
    "id": ("id", int),
    "description": ("description", word),
    "flags": (
        "flags",
        flags(
            DenyOnLimit="DENY_LIMIT",
            EnforceUsageThreshold="ENFORCE_USAGE_THRESHOLD",
            NoDecay="NO_DECAY",
            NoReserve="NO_RESERVE",
            OverPartQOS="OVERRIDE_PARTITION_QOS",
            PartitionMaxNodes="PARTITION_MAXIMUM_NODE",
            PartitionMinNodes="PARTITION_MINIMUM_NODE",
            PartitionTimeLimit="PARTITION_TIME_LIMIT",
            RequiresReservation="REQUIRED_RESERVATION",
            UsageFactorSafe="USAGE_FACTOR_SAFE",
        ),
    ),
    "gracetime": ("limits.grace_time", clock),
    "grpjobs": ("limits.max.active_jobs.count", limit),
    "grpjobsaccrue": ("limits.max.active_jobs.accruing", limit),
    "grpsubmit": ("limits.max.jobs.count", limit),
    "grptres": ("limits.max.tres.total", tres),
    "grptresmins": ("limits.max.tres.minutes.total", tres),
    "grptresrunmins": ("limits.max.tres.minutes.per.qos", tres),
    "grpwall": ("limits.max.wall_clock.per.qos", wall),
    "limitfactor": ("limits.factor", factor),
    "maxjobspa": ("limits.max.jobs.active_jobs.per.account", limit),
    "maxjobspu": ("limits.max.jobs.active_jobs.per.user", limit),
    "maxjobsaccruepa": ("limits.max.accruing.per.account", limit),
    "maxjobsaccruepu": ("limits.max.accruing.per.user", limit),
    "maxsubmitpa": ("limits.max.jobs.per.account", limit),
    "maxsubmitpu": ("limits.max.jobs.per.user", limit),
    "maxtresmins": ("limits.max.tres.minutes.per.job", tres),
    "maxtrespa": ("limits.max.tres.per.account", tres),
    "maxtres": ("limits.max.tres.per.job", tres),
    "maxtrespernode": ("limits.max.tres.per.node", tres),
    "maxtrespu": ("limits.max.tres.per.user", tres),
    "maxtresrunminspa": ("limits.max.tres.minutes.per.account", tres),
    "maxtresrunminspu": ("limits.max.tres.minutes.per.user", tres),
    "maxwall": ("limits.max.wall_clock.per.job", wall),
    "minpriothresh": ("limits.min.priority_threshold", limit),
    "mintres": ("limits.min.tres.per.job", tres),
    "preempt": ("preempt.list", listed),
    "preemptmode": ("preempt.mode", flags(cluster="DISABLED", requeue="REQUEUE", cancel="CANCEL")),
    "priority": ("priority", limit),
    "usagefactor": ("usage_factor", factor),
    "usagethres": ("usage_threshold", factor),
}


TRES_COLUMNS = {"type": ("type", word), "name": ("name", word), "id": ("id", int)}


# All that there is, as sacctmgr shows it.

#: What sacctmgr calls it → our path, the key, the columns, and further options of sacctmgr.
SHOWN = {
    "account": ("accounts?WithCoordinators=true", "accounts", ACCOUNT_COLUMNS, "withcoord"),
    "user": ("users?with_coords=true&with_assocs=true&with_wckeys=true", "users", USER_COLUMNS, "withcoord"),
    "assoc": ("associations", "associations", ASSOCIATION_COLUMNS, ""),
    "qos": ("qos", "qos", QOS_COLUMNS, ""),
    "cluster": ("clusters", "clusters", CLUSTER_COLUMNS, ""),
    "wckey": ("wckeys", "wckeys", WCKEY_COLUMNS, ""),
    "tres": ("tres", "TRES", TRES_COLUMNS, "withdeleted"),
}


SETTINGS = (
    "priority=7 gracetime=90 grpjobs=5 grpjobsaccrue=8 grpsubmit=6 grptres=cpu=9,mem=700,gres/gpu=2 "
    "grptresmins=cpu=90 grptresrunmins=cpu=80 grpwall=70 limitfactor=1.5 maxjobspa=4 maxjobspu=2 "
    "maxjobsaccruepa=14 maxjobsaccruepu=13 maxsubmitjobspa=12 maxsubmitjobspu=3 maxtresmins=cpu=60 "
    "maxtrespa=cpu=19 maxtres=cpu=7 maxtrespernode=cpu=6 maxtrespu=cpu=8 maxtresrunminspa=cpu=50 "
    "maxtresrunminspu=cpu=40 maxwall=1500 minpriothresh=11 mintres=cpu=1 "
    "preempt=normal,high preemptmode=requeue usagefactor=1.5 usagethreshold=0.5 "
    "flags=denyonlimit,nodecay,requiresreservation description=words"
)


@pytest.fixture
def fine(cluster):
    """A QOS of which all is said."""
    assert "fine" in manage(cluster, f"add qos fine {SETTINGS}", "show qos format=name")[1]
    yield
    removed(cluster, "qos/fine")


@pytest.mark.parametrize("what", SHOWN)
def test_all_is_what_sacctmgr_shows(cluster, fine, what):
    path, key, columns, rest = SHOWN[what]
    (body,) = done(cluster, request("GET", f"{LATEST}/{path}"))
    same_rows(body[key], rows(cluster, what, columns, rest), columns)


@pytest.mark.parametrize("target", ["associations", "association", "wckeys", "cluster/scaleout"])
def test_times_of_usage_have_the_forms_of_all_times(cluster, target):
    """In any form that Slurm takes; what is none is refused."""
    which = "account=test&user=fred&" if target.startswith("assoc") else ""
    times = ("2026-01-01T00:00:00", "1767225600", "now-1day")
    asked = f"{LATEST}/{target}?{which}usage_end=now&usage_start="
    found = ask(cluster, *(request("GET", asked + time) for time in (*times, "soon")))
    assert [status for status, _ in found] == [200] * len(times) + [400], found
    assert "usage_start" in found[-1][1]["errors"][0]["description"]
