"""Makes a cluster busy: jobs, nodes, partitions and reservations in as many states as one machine can have.

What needs a later release of Slurm stands in a table by that release. `occupy` takes some ten seconds.
"""

from __future__ import annotations

import os
import pwd
import shlex
import time
from typing import Any

SLEEP = "#!/bin/sh\nsleep 900\n"

#: Lines for slurm.conf, by the release that knows them: a node with sockets and threads, whose slurmd the
#: tests start; nodes that are not there; partitions with every limit.
CONF = {
    (22, 5): """\
PreemptType=preempt/qos
PreemptMode=CANCEL
AllowSpecResourcesUsage=YES
ScronParameters=enable
NodeName=wide NodeHostName=localhost Port={port} Sockets=2 CoresPerSocket=2 ThreadsPerCore=2 RealMemory=2000 \
MemSpecLimit=100 CoreSpecCount=1 TmpDisk=500 Weight=90 Feature=slow State=UNKNOWN
NodeName=away NodeHostName=localhost Port=1 CPUs=4 RealMemory=500 Weight=99 State=DOWN Reason="not bought"
NodeName=coming NodeHostName=localhost Port=2 CPUs=2 State=FUTURE
PartitionName=wide Nodes=wide MaxTime=2-0 OverSubscribe=FORCE:4 TRESBillingWeights="CPU=1.0,Mem=0.25G" \
DefMemPerNode=300 MaxMemPerNode=900 SelectTypeParameters=CR_Core_Memory DefCpuPerGPU=2 DefMemPerGPU=20 \
CpuBind=cores PreemptMode=OFF
PartitionName=shared Nodes=host[3-4] OverSubscribe=YES:2 AllocNodes=localhost DisableRootJobs=YES QOS=normal \
MaxTime=UNLIMITED MinNodes=1 MaxNodes=UNLIMITED PriorityJobFactor=65533 State=INACTIVE
PartitionName=alone Nodes=host[5-6] OverSubscribe=EXCLUSIVE AllowGroups=root,fred ExclusiveUser=YES \
PreemptMode=CANCEL GraceTime=120 MaxCPUsPerNode=UNLIMITED Default=NO
""",
    (23, 2): """\
PartitionName=newer Nodes=host[1-2] MaxCPUsPerSocket=3 SuspendTime=600 ResumeTimeout=70 SuspendTimeout=80 \
PowerDownOnIdle=YES
""",
    (24, 5): """\
PartitionName=newest Nodes=host3 ExclusiveTopo=YES
""",
}  # fmt: skip

#: Jobs that stay as they are, by name: sbatch's options, by the release that knows them all.
QUEUED = {
    (22, 5): {
        "held": "-H --comment=held --nice=50 --mail-type=END,FAIL --mail-user=fred@example.org"
        " --signal=B:USR1@30 -t 10 -o out.%j -e err.%j -i /dev/null",
        "later": "--begin=now+1hour --deadline=now+3hours -t 20 --time-min=5",
        "array": "--begin=now+1hour --array=1-9:2%2",
        "split_array": "-H --array=0-5 -o %A_%a-%x.%u -p debug",
        "excluding": "-H -x host4,host5 -N 2-3 --ntasks-per-node=2 --contiguous --no-requeue",
        "wanting": "-H -w host1 -C fast&ssd --gres=gpu:tesla:1 --tmp=10 --mincpus=2",
        "licensed": "-H -L matlab:2,ansys:1 -A research --wckey=paper",
        "memory": "-H --mem=200 -c 2 --cpu-freq=low-high:performance",
        "memory_per_cpu": "-H --mem-per-cpu=50 -n 3 --ntasks-per-socket=1 --ntasks-per-core=1",
        "all_memory": "-H --mem=0 --cpu-freq=2000000 -D /tmp --parsable",
        "layout": "-H --threads-per-core=1 --sockets-per-node=1 --cores-per-socket=2 --hint=nomultithread",
        "layouts": "-H -B 2:1:2 --distribution=cyclic:block:fcyclic,Pack -n2",
        "shared": "-H -s --requeue --switches=1@10 --delay-boot=10",
        "exclusive_user": "-H --exclusive=user --profile=task --spread-job",
        "exclusive_mcs": "-H --exclusive=mcs --profile=energy,lustre,network",
        "profile_none": "-H --profile=none --mail-type=ALL,ARRAY_TASKS,STAGE_OUT,INVALID_DEPEND",
        "mail_none": "-H --mail-type=NONE --acctg-freq=task=1",
        "mail_limits": "-H --mail-type=BEGIN,REQUEUE,TIME_LIMIT,TIME_LIMIT_90,TIME_LIMIT_80,TIME_LIMIT_50",
        "gpus": "-H --gpus=1 --cpus-per-gpu=2 --mem-per-gpu=10 --gpu-bind=closest --gpu-freq=medium",
        "gpus_per_node": "-H -N1 --gpus-per-node=tesla:1 --gres-flags=enforce-binding",
        "gpus_unbound": "-H --gres=gpu:1 --gres-flags=disable-binding --ntasks-per-gpu=2",
        "gpus_per_task": "-H -n1 --gpus-per-task=1 --kill-on-invalid-dep=yes",
        "gpus_per_socket": "-H -n2 --gpus=2 --gpus-per-socket=1 --sockets-per-node=1"
        " --kill-on-invalid-dep=no",
        "reserved": "-H --reservation=meeting -p limited -t 5 -N1",
        "unlimited": "-H -t UNLIMITED --use-min-nodes",
        "priority": "-H -t 30 --qos=high",
        "partitions": "-H -p debug,long -t 3 --priority=TOP",
        "no_kill": "-H -k --network=ib --wait-all-nodes=1 --get-user-env",
        "specialized": "-H -S 2 -p wide",
        "threads": "-H --thread-spec=2 -p wide",
        "preferring": "-H --prefer=fast --container=/oci/bundle --open-mode=append --batch=fast -C fast",
        "exporting": "-H --export=NONE,A=1 --mcs-label=fred --cluster-constraint=near",
        "unicode": "-H --comment=grüße☃",
        "admin": "-H",
        "never": "-N 10",
        "too_late": "--begin=now+1hour -p debug",
    },
    (23, 2): {
        "per_task": "-H -n2 --tres-per-task=cpu:2 --ntasks-per-node=2",
        "shared_gpus": "-H --gres=gpu:1 --gres-flags=multiple-tasks-per-sharing",
    },
    (23, 11): {
        "extra": "-H --extra=some:thing --container-id=box --mem-bind=local,verbose",
    },
    (24, 5): {
        "topo": "-H --exclusive=topo --stepmgr",
    },
    (24, 11): {
        "segments": "-H -N4 --segment=2 --tres-per-task=cpu=1 -n4 --oom-kill-step=1",
    },
    (25, 11): {
        "spread": "-H -N4 --segment=2 --spread-segments -n4",
        "consolidated": "-H -N4 --segment=2 --consolidate-segments -n4",
        "either_licence": "-H -L matlab:1|ansys:2",
    },
}  # fmt: skip
RUNNING = {
    "two_nodes": "-w host1,host2 -N2 -n4 --comment=two -t 60",
    "alone": "-w host3 --exclusive -t 1-0",
    "with_gpu": "-w host1 --gres=gpu:tesla:1 --mem=50 -L matlab:1",
    "split": "-w host2 --array=0-3%1 --mem=10",
    "suspended": "-w host2 --mem=10",
    "on_sockets": "-p wide -w wide -n3 -c2 --mem=200",
    "threaded": "-p wide -w wide --threads-per-core=1 --mem=50 --time-min=1 -t 9",
}
#: Jobs that soon end, or are brought to an end.
ENDING = {
    "done": "-w host4 --wrap true",
    "failed": "-w host4 --wrap exit\\ 3",
    "killed": "-w host4 --wrap kill\\ -9\\ $$",
    "cancelled": "-w host4",
    "requeued": "-w host4",
    "preempted": "-w host7 -n8 --mem=10",
}
#: Allocations without a script, each brought to an end of its own.
ALLOCATED = {
    "timed_out": "-w host4",
    "out_of_memory": "-w host4",
    "node_failed": "-w host6 --reservation=now",
    "given_back": "-w host4",
}
#: What each waits for, {name}: that job's number.
DEPENDENT = {
    "dependent": "afterok:{held}",
    "dependents": "afterany:{held}?aftercorr:{array}",
    "single": "singleton",
}
STATES = {
    "done": "COMPLETED",
    "failed": "FAILED",
    "killed": "FAILED",
    "cancelled": "CANCELLED",
    "requeued": "PENDING",
    "timed_out": "TIMEOUT",
    "out_of_memory": "OUT_OF_MEMORY",
    "node_failed": "NODE_FAIL",
    "given_back": "FAILED",
    "preempted": "PREEMPTED",
    "preempting": "RUNNING",
    "too_late": "DEADLINE",
}

RESERVATIONS = {
    (22, 5): {
        "meeting": "Users=fred PartitionName=limited Nodes=host1 StartTime=now+1days Duration=60",
        "daily": "Users=fred Duration=60 Nodes=host5 StartTime=now+2days Flags=MAINT,IGNORE_JOBS,DAILY",
        "purged": "Users=fred Duration=60 NodeCnt=1 StartTime=now+3days Flags=PURGE_COMP=00:05:00",
        "licensed": "Users=fred Duration=60 NodeCnt=1 StartTime=now+4days Licenses=matlab:1"
        " Flags=REPLACE_DOWN,HOURLY Accounts=test",
        "software": "Accounts=test,research Duration=30 StartTime=now+5days Licenses=ansys:2"
        " Flags=ANY_NODES,WEEKLY,MAGNETIC",
        "cores": "Users=fred,pebbles Duration=UNLIMITED StartTime=now+6days NodeCnt=2 CoreCnt=2"
        " Flags=FLEX,STATIC MaxStartDelay=600",
        "weekend": "Users=-fred Accounts=test Duration=45 StartTime=now+7days Nodes=host3,host4"
        " Flags=WEEKEND,NO_HOLD_JOBS_AFTER_END,OVERLAP",
        "weekday": "Groups=fred Duration=45 StartTime=now+9days Nodes=host2 Flags=WEEKDAY",
        "everything": "Users=root Duration=10 StartTime=now+20days Nodes=ALL Flags=MAINT",
        "partition": "Users=root Duration=10 StartTime=now+21days PartitionName=long Nodes=ALL"
        " Flags=PART_NODES,OVERLAP",
        "featured": "Users=fred Duration=10 StartTime=now+22days Nodes=host8 Features=fast",
        "now": "Users=fred Duration=300 StartTime=now Nodes=host6 Flags=IGNORE_JOBS",
    },
    (23, 11): {
        "deletable": "Users=fred Duration=10 StartTime=now+23days NodeCnt=1 Flags=USER_DELETE Comment=x",
        "tres": "Users=fred Duration=10 StartTime=now+24days TRES=cpu=2 PartitionName=debug",
    },
    (24, 11): {
        "tres_per_node": "Users=fred Duration=10 StartTime=now+25days NodeCnt=1 Flags=OVERLAP"
        " TRESPerNode=gres/gpu=1",
    },
    (25, 11): {
        "qos": "QOS=high Duration=10 StartTime=now+26days NodeCnt=1",
        "partitions": "AllowedPartitions=long Duration=10 StartTime=now+27days NodeCnt=1"
        " Flags=OVERLAP",
    },
}  # fmt: skip

#: Ends an allocation as slurmstepd would: its number and status.
COMPLETE = """\
import sys
from libslurm_cffi import ffi, lib
number, status = map(int, sys.argv[1:])
lib.slurm_init(ffi.NULL)
try:
    rc = lib.slurm_complete_job(number, status)
except TypeError:
    whole = {"job_id": number, "step_id": lib.NO_VAL, "step_het_comp": lib.NO_VAL}
    rc = lib.slurm_complete_job(ffi.new("slurm_step_id_t *", whole), status)
sys.exit(rc != 0)
"""
SIG_OOM = 253  # src/common/slurm_protocol_defs.h


def configuration(slurm: tuple[int, ...], port: int) -> str:
    """Lines for slurm.conf. slurm: the release; port: a free one, for the node `wide`."""
    return "".join(lines for since, lines in CONF.items() if slurm >= since).replace("{port}", str(port))


def known(table: dict[tuple[int, int], dict[str, str]], slurm: tuple[int, ...]) -> dict[str, str]:
    """The rows that a release knows."""
    return {
        name: options for since, rows in table.items() if slurm >= since for name, options in rows.items()
    }


def occupy(cluster: Any) -> dict[str, int]:
    """The jobs' numbers, by name."""
    root = Root(cluster)
    _partitions(root)
    for name, options in known(RESERVATIONS, cluster.slurm).items():
        root.run(f"scontrol create reservation ReservationName={name} {options}")
    jobs = _submit(cluster, RUNNING | ENDING)
    jobs["het"] = cluster.submit(
        "-J", "het", "-n1", "-t5", "-w", "host2", "--mem=10", ":", "-n1", "-w", "host1", script(cluster)
    )
    jobs |= _allocate(cluster)
    jobs |= _submit(cluster, known(QUEUED, cluster.slurm))
    for name, dependency in DEPENDENT.items():
        options = ("-d", dependency.format(**jobs), script(cluster))
        jobs[name] = cluster.submit("-J", name, *options)
    jobs["het_held"] = cluster.submit(
        "-J", "het_held", "-H", "-n1", ":", "-n2", "-p", "long", script(cluster)
    )
    # Debian 12 has no scrontab.
    cluster.shell("scrontab -", input="#SCRON -J cron -t 5\n@daily /bin/true\n")
    for name in RUNNING:
        cluster.wait_state(f"{jobs[name]}_0" if name == "split" else jobs[name], "RUNNING")
    _end(cluster, root, jobs)
    root.run(f"scontrol suspend {jobs['suspended']}")
    root.run(f"scontrol update jobid={jobs['admin']} admincomment=seen")
    root.run(f"scontrol update jobid={jobs['split_array']}_3 comment=apart")
    for name, state in STATES.items():
        cluster.wait_state(jobs[name], state)
    root.run("scontrol update nodename=host5 state=drain reason='new disk'")
    root.run("scontrol update nodename=host4 comment='a comment' weight=7")
    root.run("scontrol update nodename=wide extra=more availablefeatures=slow,hdd activefeatures=slow")
    return jobs


def _partitions(root: Root) -> None:
    root.run(
        "scontrol create PartitionName=limited Nodes=host[1-2] MaxTime=60 DefaultTime=10 MaxNodes=2"
        " MinNodes=1 MaxCPUsPerNode=4 DefMemPerCPU=50 MaxMemPerCPU=500 Alternate=debug GraceTime=30"
        " OverTimeLimit=5 PriorityTier=7 PriorityJobFactor=3 LLN=YES ExclusiveUser=YES"
        " AllowAccounts=test,research AllowQos=normal,high PreemptMode=off"
    )
    root.run(
        "scontrol create PartitionName=hidden Nodes=host4 Hidden=YES RootOnly=YES DenyAccounts=test"
        " State=DRAIN"
    )
    root.run("scontrol create PartitionName=empty State=DOWN ReqResv=YES DenyQos=high")


def _submit(cluster: Any, options: dict[str, str]) -> dict[str, int]:
    """Many jobs in one shell, for the start of a shell for each would take longer than sbatch."""
    path = script(cluster)
    lines = []
    for name, text in options.items():
        words = shlex.split(text)
        batch = [] if "--wrap" in words else [path]
        lines.append(f"sbatch --parsable {shlex.join(['-J', name, *words, *batch])} || echo {name} >&2")
    done = cluster.shell("\n".join(lines))
    numbers = done.stdout.decode().split()
    assert len(numbers) == len(options), done.stderr.decode()
    return dict(zip(options, map(int, numbers), strict=True))


def _allocate(cluster: Any) -> dict[str, int]:
    """The numbers of allocations without a script."""
    lines = [f"salloc -J {name} {options} --mem=10 --no-shell &" for name, options in ALLOCATED.items()]
    done = cluster.shell("\n".join([*lines, "wait"]))
    assert done.returncode == 0, done.stderr.decode()
    found = cluster.shell("squeue -h -t R -o '%j %i'").stdout.decode()
    numbers = dict(line.split() for line in found.splitlines())
    return {name: int(numbers[name]) for name in ALLOCATED}


def _end(cluster: Any, root: Root, jobs: dict[str, int]) -> None:
    """Jobs that come to all sorts of ends."""
    for name in ("cancelled", "requeued", "preempted"):
        cluster.wait_state(jobs[name], "RUNNING")
    options = ("-w", "host7", "-n8", "--mem=10", "--qos", "high", script(cluster))
    jobs["preempting"] = cluster.submit("-J", "preempting", *options)
    cluster.shell(f"scancel {jobs['cancelled']}")
    root.run(f"scontrol requeuehold {jobs['requeued']}")
    began = time.monotonic()
    root.run(f"scontrol update jobid={jobs['timed_out']} EndTime=now+1second")
    root.run(f"scontrol update jobid={jobs['too_late']} deadline=now+1second starttime=now")
    # One that is down returns to service with its next answer.
    cluster.stop("host6")
    root.run("scontrol update nodename=host6 state=down reason=dead")
    for name, status in (("out_of_memory", SIG_OOM), ("given_back", 7 << 8)):
        _complete(cluster, jobs[name], status)
    cluster.wait(lambda: time.monotonic() - began > 2)  # the clock of EndTime
    _complete(cluster, jobs["timed_out"], 0)


def _complete(cluster: Any, number: int, status: int) -> None:
    done = cluster.shell(f"{cluster.bin}/python - {number} {status}", input=COMPLETE)
    assert done.returncode == 0, done.stderr.decode()


def script(cluster: Any) -> str:
    """A script that sleeps."""
    path = f"{cluster.jobs}/sleep.sh"
    done = cluster.shell(f"test -e {path} || cat > {path}", input=SLEEP)
    assert done.returncode == 0, done.stderr
    return path


class Root:
    """Whoever may administer the cluster: root, or the user whose cluster it is."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster

    def run(self, command: str) -> None:
        done = self._cluster.shell(command, user=pwd.getpwuid(os.geteuid()).pw_name)
        assert done.returncode == 0, f"{command}: {done.stderr.decode()}"
