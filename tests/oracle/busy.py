"""Makes a cluster busy: jobs, nodes and partitions in as many states as one machine can have."""

from __future__ import annotations

import os
import pwd
from typing import Any

SLEEP = "#!/bin/sh\nsleep 900\n"

#: Jobs that stay as they are, by name: sbatch's options.
QUEUED = {
    "held": "-H --comment=held --nice=50 --mail-type=END,FAIL --mail-user=fred@example.org"
    " --signal=B:USR1@30 -t 10 -o out.%j -e err.%j -i /dev/null",
    "later": "--begin=now+1hour --deadline=now+3hours -t 20 --time-min=5",
    "array": "--begin=now+1hour --array=1-9:2%2",
    "excluding": "-H -x host4,host5 -N 2-3 --ntasks-per-node=2 --contiguous --no-requeue",
    "wanting": "-H -w host1 -C fast&ssd --gres=gpu:tesla:1 --tmp=10 --mincpus=2",
    "licensed": "-H -L matlab:2,ansys:1 -A research --wckey=paper",
    "memory": "-H --mem=200 -c 2 --cpu-freq=low-high:performance",
    "memory_per_cpu": "-H --mem-per-cpu=50 -n 3 --ntasks-per-socket=1 --ntasks-per-core=1",
    "layout": "-H --threads-per-core=1 --sockets-per-node=1 --cores-per-socket=2 --hint=nomultithread",
    "shared": "-H -s --requeue --switches=1@10 --delay-boot=10",
    "exclusive_user": "-H --exclusive=user --profile=task --spread-job",
    "gpus": "-H --gpus=1 --cpus-per-gpu=2 --mem-per-gpu=10 --gpu-bind=closest --gpu-freq=medium",
    "gpus_per_node": "-H -N1 --gpus-per-node=tesla:1 --gres-flags=enforce-binding",
    "gpus_per_task": "-H -n1 --gpus-per-task=1 --kill-on-invalid-dep=yes",
    "reserved": "-H --reservation=meeting -p limited -t 5 -N1",
    "unlimited": "-H -t UNLIMITED --use-min-nodes",
    "priority": "-H -t 30 --qos=high",
    "no_kill": "-H -k --network=ib",
    "admin": "-H",
}
RUNNING = {
    "two_nodes": "-w host1,host2 -N2 -n4 --comment=two -t 60",
    "alone": "-w host3 --exclusive -t 1-0",
    "with_gpu": "-w host1 --gres=gpu:tesla:1 --mem=50 -L matlab:1",
    "split": "-w host2 --array=0-3%1 --mem=10",
    "suspended": "-w host2 --mem=10",
}


def occupy(cluster: Any) -> dict[str, int]:
    """The jobs' numbers, by name."""
    root = Root(cluster)
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
    root.run(
        "scontrol create reservation ReservationName=meeting Users=fred PartitionName=limited Nodes=host1"
        " StartTime=now+1days Duration=60"
    )
    jobs = {
        name: cluster.submit("-J", name, *options.split(), script(cluster))
        for name, options in QUEUED.items()
    }
    jobs |= {
        name: cluster.submit("-J", name, *options.split(), script(cluster))
        for name, options in RUNNING.items()
    }
    jobs["dependent"] = cluster.submit("-J", "dependent", "-d", f"afterok:{jobs['held']}", script(cluster))
    jobs["het"] = cluster.submit(
        "-J", "het", "-n1", "-t5", "-w", "host2", "--mem=10", ":", "-n1", "-w", "host1", script(cluster)
    )
    for name, wrapped in (("done", "true"), ("failed", "exit 3"), ("killed", "kill -9 $$")):
        jobs[name] = cluster.submit("-J", name, "-w", "host4", "--wrap", wrapped)
    jobs["cancelled"] = cluster.submit("-J", "cancelled", "-w", "host4", script(cluster))
    cluster.wait_state(jobs["cancelled"], "RUNNING")
    jobs["requeued"] = cluster.submit("-J", "requeued", "-w", "host4", script(cluster))
    cluster.wait_state(jobs["requeued"], "RUNNING")
    cluster.shell(f"scancel {jobs['cancelled']}")
    root.run(f"scontrol requeuehold {jobs['requeued']}")
    for name in RUNNING:
        cluster.wait_state(f"{jobs[name]}_0" if name == "split" else jobs[name], "RUNNING")
    root.run(f"scontrol suspend {jobs['suspended']}")
    root.run(f"scontrol update jobid={jobs['admin']} admincomment=seen")
    cluster.wait_state(jobs["done"], "COMPLETED")
    cluster.wait_state(jobs["failed"], "FAILED")
    cluster.wait_state(jobs["killed"], "FAILED")
    cluster.wait_state(jobs["cancelled"], "CANCELLED")
    cluster.wait_state(jobs["requeued"], "PENDING")
    root.run("scontrol update nodename=host5 state=drain reason='new disk'")
    root.run("scontrol update nodename=host6 state=down reason=dead")
    root.run("scontrol update nodename=host4 comment='a comment' weight=7")
    return jobs


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
