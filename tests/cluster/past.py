"""A cluster with a past: jobs of many kinds that have ended, and copies of one by the thousand."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from typing import Any

from .cluster import SYSTEM_PATH, identity

#: Jobs of the past by name: sbatch's options. The database keeps what is said of each.
JOBS = {
    "two_steps": ("-N2 -n3 -t 5 --comment=two", "srun -n1 hostname; srun -N2 hostname"),
    "failed": ("-t 5", "exit 3"),
    "killed": ("-t 5", "kill -9 $$"),
    "wide": ("-n4 --mem-per-cpu=10 --gres=gpu:1 -C fast -w host1", "srun -n4 true"),
    "of_research": ("-A research -t 10 --mem=20 --wckey=paper", "true"),
    "array": ("--array=1,3 -t 5", "true"),
}
#: Of the copies: as sacct sees them.
FIRST_COPY = 1_000_001


def live(cluster: Any) -> dict[str, int]:
    """Lets jobs run and end; their numbers, by name."""
    jobs = {
        name: cluster.submit("-J", name, *options.split(), "--wrap", script)
        for name, (options, script) in JOBS.items()
    }
    jobs["het"] = cluster.submit("-J", "het", "-n1", "-t5", ":", "-n1", "--wrap", "srun true")
    jobs["cancelled"] = cluster.submit("-J", "cancelled", "-H", "-t", "5", "--wrap", "true")
    cluster.shell(f"scancel {jobs['cancelled']}")
    jobs["held"] = cluster.submit("-J", "held", "-H", "--array=1-9%2", "-t", "5", "--wrap", "true")
    jobs["running"] = cluster.submit("-J", "running", "-t", "60", "--wrap", "srun sleep 900")
    cluster.wait(lambda: ended(cluster, [number for name, number in jobs.items() if name not in LEFT]), 60)
    cluster.wait(lambda: len(rows(cluster, f"-j {jobs['running']}")) == 3, 30)
    return jobs


#: Those that do not end by themselves.
LEFT = ("held", "running")


def rows(cluster: Any, options: str, columns: str = "jobid,state") -> list[list[str]]:
    """What sacct finds, a row of words each."""
    done = cluster.shell(f"sacct -n -P -D -a -S 2020-01-01 -o {columns} {options}")
    assert done.returncode == 0, done.stderr
    return [line.split("|") for line in done.stdout.decode().splitlines()]


def ended(cluster: Any, numbers: list[int]) -> bool:
    """Whether the database has the end of these jobs and of their steps.

    The end of a job may come before what it was: until then it has no account, or no partition.
    """
    found = rows(cluster, "-j " + ",".join(map(str, numbers)), "jobid,state,account,partition")
    return len(found) > len(numbers) and all(
        state not in ("RUNNING", "PENDING") and account and (partition or "." in job)
        for job, state, account, partition in found
    )


def copy(cluster: Any, job_id: int, count: int) -> None:
    """Puts copies of a job and of its steps into the database, numbered from FIRST_COPY on."""
    offset = FIRST_COPY - 1
    for table, other in (("job", ", id_job"), ("step", "")):
        name = f"scaleout_{table}_table"
        named = (
            f"from information_schema.columns where table_schema = 'slurm_acct_db' and table_name = '{name}'"
        )
        left_out = "'job_db_inx', 'id_job'"
        columns = sql(
            cluster, f"select group_concat('`', column_name, '`') {named} and column_name not in ({left_out})"
        )
        inx = "job_db_inx"
        number = f", {offset} + seq" if other else ""
        original = f"(select max({inx}) from scaleout_job_table where id_job = {job_id})"
        sql(
            cluster,
            f"insert into {name} ({inx}{other}, {columns}) select {offset} + seq{number}, {columns}"
            f" from {name}, seq_1_to_{count} where {inx} = {original}",
        )


def sql(cluster: Any, statement: str) -> str:
    """What the database says to a statement."""
    command, options = client(cluster)
    statement = f"set session group_concat_max_len = 100000; {statement}"
    done = subprocess.run([*command, "-e", statement], capture_output=True, **options)
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


def client(cluster: Any) -> tuple[list[str], dict[str, Any]]:
    """The database's client: its command, and how it is to be run."""
    user = "slurm" if os.geteuid() == 0 else cluster.user
    socket = f"--socket={cluster.dir}/db/sock"
    command = ["mariadb", "--no-defaults", socket, "-uroot", "-NB", "--unbuffered", "slurm_acct_db"]
    return command, {"text": True, "errors": "replace", "env": {"PATH": SYSTEM_PATH}, **identity(user)}


@contextlib.contextmanager
def locked(cluster: Any, lock: str) -> Iterator[None]:
    """A statement that locks, of which the block has the lock: who needs what is locked waits."""
    command, options = client(cluster)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, **options) as holder:
        print(f"{lock}; select 'locked';", file=holder.stdin, flush=True)
        assert holder.stdout.readline() == "locked\n"
        yield
        holder.stdin.close()


def waiting(cluster: Any, words: str) -> int:
    """How many statements with these words wait for a lock."""
    found = "select count(*) from information_schema.processlist where state like 'Waiting for%lock'"
    return int(sql(cluster, f"{found} and info like '%{words}%'"))
