"""Fills an accounting database: nested accounts, users, QOS and WCKeys with limits of all kinds, and some
that were deleted.

What needs a later release of Slurm stands in a table by that release. `fill` takes some seconds.
"""

from __future__ import annotations

from typing import Any

from cluster.past import sql

#: sacctmgr's lines. 0, no limit (-1) and no word are three things.
KEPT = {
    (22, 5): """\
add qos empty
add qos full Description="of all limits" Priority=77 GraceTime=60 UsageFactor=0.5 UsageThreshold=0.25 \
LimitFactor=1.5 Flags=DenyOnLimit,EnforceUsageThreshold,NoDecay,NoReserve,OverPartQOS,PartitionMaxNodes,\
PartitionMinNodes,PartitionTimeLimit,RequiresReservation,UsageFactorSafe Preempt=normal,high \
PreemptMode=requeue PreemptExemptTime=00:05:00 GrpJobs=9 GrpJobsAccrue=8 GrpSubmitJobs=7 GrpTRES=cpu=6,mem=5 \
GrpTRESMins=cpu=40 GrpTRESRunMins=cpu=30 GrpWall=2:00:00 MaxJobsPA=3 MaxJobsPU=4 MaxJobsAccruePA=5 \
MaxJobsAccruePU=6 MaxSubmitJobsPA=7 MaxSubmitJobsPU=8 MaxTRESPA=cpu=9 MaxTRESPU=gres/gpu=1 MaxTRES=cpu=2 \
MaxTRESPerNode=cpu=1 MaxTRESMins=mem=100 MaxWall=30 MinPrioThresh=12 MinTRES=cpu=1
add qos nothing Description=nothing Priority=0 MaxJobsPU=0 MaxSubmitJobsPU=0 MaxWall=0 GrpJobs=0 \
GrpTRES=cpu=0 UsageFactor=0 PreemptMode=cluster
add qos endless MaxJobsPU=-1 MaxWall=-1 GrpTRES=cpu=-1 Preempt=full PreemptMode=cancel
add account science Description="all of science" Organization=science
add account physics Parent=science Description=physics Organization=science Fairshare=7 \
GrpTRES=cpu=40,mem=8000,gres/gpu=4 GrpTRESMins=cpu=1000 GrpTRESRunMins=cpu=500,node=9 GrpJobs=10 \
GrpJobsAccrue=8 GrpSubmitJobs=20 GrpWall=1-00:00:00 MaxJobs=5 MaxJobsAccrue=4 MaxSubmitJobs=6 \
MaxTRES=cpu=8,node=2 MaxTRESPerNode=mem=500 MaxTRESMins=cpu=300 MaxWall=2:00:00 MinPrioThresh=11 Priority=9
add account optics Parent=physics Description=light Organization=science Fairshare=parent MaxJobs=3
add account chemistry Parent=science Description=chemistry Organization=labs MaxJobs=0 GrpJobs=0 MaxWall=0 \
Fairshare=0 GrpSubmitJobs=-1 QOS=high,full DefaultQOS=high
add user anna Account=science DefaultAccount=science AdminLevel=Operator
add user ben Account=physics,optics DefaultAccount=optics WCKeys=paper,thesis DefaultWCKey=thesis \
Fairshare=3 MaxJobs=2 GrpTRES=cpu=5 MaxWall=10
add user ben Account=physics Partition=debug MaxTRES=cpu=1
add user dora Account=chemistry QOS=full,normal DefaultQOS=full MaxJobs=0 MaxSubmitJobs=-1
modify account optics set QOS+=empty
add coordinator Accounts=science Names=ben
add coordinator Accounts=chemistry,research Names=anna
add cluster other Classification=capacity
add account abroad Cluster=other Description=far Organization=away
add user ben Account=abroad Cluster=other MaxJobs=1
""",
    (23, 11): """\
modify user dora set Comment="a comment"
modify qos nothing set MaxTRESRunMinsPA=cpu=5 MaxTRESRunMinsPU=cpu=4
""",
    (24, 11): """\
modify account optics set Flags=UsersAreCoords
""",
}
#: What was there: too new, slurmdbd would not keep it.
DELETED = {
    "add": """\
add account former Description="no more" Organization=gone MaxJobs=1
add account formerly Parent=former
add qos old Description="no more" Priority=1
add user emil Cluster=scaleout Account=former,science WCKeys=lost DefaultWCKey=lost
""",
    "delete": """\
delete user emil
delete account formerly
delete account former
delete qos old
""",
}
LONG_AGO = 1_600_000_000


def fill(cluster: Any) -> None:
    for release, lines in KEPT.items():
        if cluster.slurm >= release:
            sacctmgr(cluster, lines)
    sacctmgr(cluster, DELETED["add"])
    tables = ("acct", "acct_coord", "user", "qos", "scaleout_assoc", "scaleout_wckey", "other_assoc")
    sql(cluster, "; ".join(f"update {table}_table set creation_time = {LONG_AGO}" for table in tables))
    sacctmgr(cluster, DELETED["delete"])
    use(cluster)
    if cluster.slurm >= (23, 11):
        instances(cluster)


def sacctmgr(cluster: Any, lines: str) -> None:
    for line in lines.splitlines():
        done = cluster.shell(f"sacctmgr -i -Q {line}", user=None if cluster.user != "fred" else "root")
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def use(cluster: Any) -> None:
    """Usage of associations, of a WCKey and of the cluster, as slurmdbd's roll-up leaves it each hour."""
    hours = range(LONG_AGO // 3600 * 3600, LONG_AGO + 3 * 3600, 3600)
    for kind in ("assoc", "wckey"):
        for hour in hours:
            sql(
                cluster,
                f"insert into scaleout_{kind}_usage_hour_table"
                " (creation_time, mod_time, deleted, id, id_tres, time_start, alloc_secs)"
                f" select {LONG_AGO}, {LONG_AGO}, 0, id_{kind}, 1, {hour}, 60 from scaleout_{kind}_table",
            )
    for hour in hours:
        sql(
            cluster,
            "insert into scaleout_usage_hour_table (creation_time, mod_time, deleted, id_tres, time_start,"
            f" count, alloc_secs, down_secs) values ({LONG_AGO}, {LONG_AGO}, 0, 1, {hour}, 80, 600, 30)",
        )


def instances(cluster: Any) -> None:
    """Nodes that were machines of a cloud, one of them no more."""
    for node, end in (("host1", 0), ("host2", LONG_AGO + 5000)):
        sql(
            cluster,
            "insert into scaleout_event_table"
            " (time_start, time_end, node_name, extra, instance_id, instance_type, reason, state, tres)"
            f" values ({LONG_AGO}, {end}, '{node}', 'rack 1', 'i-{node}', 'm5.large', 'made', 0, '1=8')",
        )
