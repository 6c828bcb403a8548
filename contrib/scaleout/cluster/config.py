"""The configuration files of a cluster, and the directories they name."""

import os
import pwd
import re
import secrets
from pathlib import Path

SLURM_CONF = """\
ClusterName=scaleout
SlurmctldHost={c.slurmctld_host}
SlurmctldPort={c.slurmctld_port}
SlurmdPort={c.first_slurmd_port}
SlurmUser={c.slurm_user}
SlurmdUser={c.slurmd_user}
{auth}
CredType=cred/munge
StateSaveLocation={c.prefix}/state
SlurmdSpoolDir={c.prefix}/spool/%n
SlurmctldPidFile={c.prefix}/state/slurmctld.pid
SlurmdPidFile={c.prefix}/spool/%n.pid
SlurmctldLogFile={c.prefix}/log/slurmctld.log
SlurmdLogFile={c.prefix}/log/slurmd.%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=5,batch_sched_delay=0,bf_interval=5
PriorityType=priority/multifactor
PriorityWeightAge=1000
PriorityWeightFairshare=10000
PriorityWeightQOS=1000
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=5
MinJobAge=3600
MaxJobCount=100000
MaxArraySize=100001
KillWait=5
GresTypes=gpu
Licenses=matlab:10,ansys:5
DefMemPerCPU=100
{accounting}\
NodeName=host1 NodeHostName=localhost Port={c.first_slurmd_port} CPUs=8 RealMemory=1000 \
Gres=gpu:tesla:2 Features=fast,ssd State=UNKNOWN
{more_nodes}\
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=01:00:00 State=UP
PartitionName=long Nodes={long} MaxTime=7-00:00:00 PriorityTier=2{allow} State=UP
{c.extra_conf}"""

#: The archive of 26.11 is built without --enable-multiple-slurmd: each node needs its own NodeHostName.
OWN_NAMES_FROM = [26, 11]
MORE_NODES = "NodeName={hosts} NodeHostName=localhost Port={ports} CPUs=8 RealMemory=1000 State=UNKNOWN\n"

AUTH = """\
AuthType=auth/munge
AuthInfo=socket={c.munge_socket}
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key={c.dir}/etc/jwt_hs256.key"""
#: What 20.02 does not know, of slurm.conf and of slurmdbd.conf; its key has a place of its own.
LATER = ("AuthAltParameters=", "AccountingStoreFlags=")
DBD_LATER = ("AuthAlt",)

ACCOUNTING = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort={c.slurmdbd_port}
AccountingStoragePass={c.munge_socket}
AccountingStorageEnforce=associations,limits,qos
AccountingStorageTRES=gres/gpu,license/matlab
AccountingStoreFlags=job_comment,job_env,job_script
TrackWCKey=yes
"""

SLURMDBD_CONF = """\
{auth}
DbdHost=localhost
DbdPort={c.slurmdbd_port}
SlurmUser={c.slurm_user}
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
TrackWCKey=yes
LogFile={c.prefix}/log/slurmdbd.log
PidFile={c.prefix}/state/slurmdbd.pid
"""


def slurm_conf(cluster):
    one_by_one = release(cluster) >= OWN_NAMES_FROM
    more_nodes, long = "", "host1"
    if cluster.nodes > 1:
        first, last = cluster.first_slurmd_port + 1, cluster.first_slurmd_port + cluster.nodes - 1
        more_nodes = MORE_NODES.format(hosts=f"host[2-{cluster.nodes}]", ports=f"[{first}-{last}]")
        if one_by_one:
            rows = zip(cluster.hosts()[1:], range(first, last + 1), strict=True)
            more_nodes = "".join(MORE_NODES.format(hosts=host, ports=port) for host, port in rows)
        long = "host[1-2]"
    text = SLURM_CONF.format(
        c=cluster,
        auth=AUTH.format(c=cluster),
        accounting=ACCOUNTING.format(c=cluster) if cluster.accounting else "",
        more_nodes=more_nodes,
        long=long,
        allow=" AllowAccounts=test,research" if cluster.accounting else "",
    )
    if one_by_one:
        named = r"\1=\2 NodeAddr=localhost"
        text = re.sub(r"^(NodeName=(\S+) NodeHostName)=localhost", named, text, flags=re.M)
    return without(text, LATER) if release(cluster) < [20, 11] else text


def release(cluster):
    return [int(part) for part in cluster.slurm.split(".") if part]


def without(text, starts):
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(starts))


def write_all(cluster):
    """Everything below the cluster's directory that its daemons expect to find."""
    directory = Path(cluster.dir)
    if cluster.prefix != cluster.dir:
        os.symlink(cluster.dir, cluster.prefix)
    make(cluster, "run", 0o755, cluster.slurmd_user)
    make(cluster, "etc", 0o755, cluster.slurmd_user)
    make(cluster, "spool", 0o755, cluster.slurmd_user)
    make(cluster, "jobs", 0o1777, cluster.slurmd_user)
    for name, mode in (("sock", 0o755), ("log", 0o755), ("state", 0o700), ("db", 0o700)):
        make(cluster, name, mode, cluster.slurm_user)
    make(cluster, "db/tmp", 0o700, cluster.slurm_user)
    for host in cluster.hosts():
        make(cluster, f"spool/{host}", 0o755, cluster.slurmd_user)
    etc = directory / "etc"
    (etc / "slurm.conf").write_text(slurm_conf(cluster))
    if cluster.backup:
        # A slurmctld ends the one that the file names.
        own = f"SlurmctldPidFile={cluster.prefix}/state/backup.pid"
        (etc / "backup.conf").write_text(f"Include {cluster.slurm_conf}\n{own}\n")
    if release(cluster) >= [24, 5]:
        # These look for cgroups otherwise, whatever follows processes and tasks.
        (etc / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
    # Devices are only looked up by name, so plain files will do.
    for number in (0, 1):
        (etc / f"gpu{number}").touch()
    (etc / "gres.conf").write_text(f"NodeName=host1 Name=gpu Type=tesla File={etc}/gpu[0-1]\n")
    secret(cluster, "munge.key", secrets.token_bytes(128))
    old = release(cluster) < [20, 11]
    secret(cluster, "jwt_hs256.key", secrets.token_bytes(32), "state" if old else "etc")
    if cluster.accounting:
        slurmdbd_conf = SLURMDBD_CONF.format(c=cluster, auth=AUTH.format(c=cluster))
        slurmdbd_conf = without(slurmdbd_conf, DBD_LATER) if old else slurmdbd_conf
        secret(cluster, "slurmdbd.conf", slurmdbd_conf.encode())


def make(cluster, name, mode, owner):
    path = Path(cluster.dir, name)
    path.mkdir()
    path.chmod(mode)
    give(path, owner)


def secret(cluster, name, content, where="etc"):
    path = Path(cluster.dir, where, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    give(path, cluster.slurm_user)


def give(path, owner):
    entry = pwd.getpwnam(owner)
    if entry.pw_uid != os.geteuid():
        os.chown(path, entry.pw_uid, entry.pw_gid)
