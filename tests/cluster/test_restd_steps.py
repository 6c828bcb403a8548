"""/restd/<version>/steps and those of a job on a real cluster: squeue --steps and sstat are the oracles."""

import pytest

from .test_faults import FAST, frozen, stopped
from .typed import as_root, ask, output, request, send

__all__ = ["frozen", "stopped"]
BASE = "/restd/v0.0.44"
WORK = "srun -n2 sh -c 'x=; for i in $(seq 20000); do x=${x}abcdefgh; done; sleep 600'"


@pytest.fixture(scope="module")
def job(cluster):
    """A job of fred's with a batch script and a step of two tasks, which have been looked at."""
    number = cluster.submit("-n2", "--output=/dev/null", f"--wrap={WORK}")
    cluster.wait(lambda: f"{number}.0" in squeue(cluster))
    yield number
    cluster.shell(f"scancel {number}")


def squeue(cluster):
    return output(cluster, "squeue", "--steps", "--noheader", "--format=%i").split()


def get(cluster, target, user=None):
    answer = ask(cluster, "GET", f"{BASE}/{target}", user=user)
    assert answer.status == 200, answer.text
    return answer.json["steps"]


def test_the_steps_are_squeue_s(cluster, job):
    form = "%i|%j|%P|%u|%N"
    lines = output(cluster, "squeue", "--steps", "--noheader", f"--format={form}").splitlines()
    found = get(cluster, "steps")
    assert sorted(
        f"{one['step']['id']}|{one['step']['name']}|{one['partition']}|{one['user']}|{one['nodes']['range']}"
        for one in found
    ) == sorted(line.strip() for line in lines)
    assert [one["step"]["id"] for one in get(cluster, f"job/{job}/steps")] == [
        one["step"]["id"] for one in found
    ]
    assert get(cluster, "steps?user=root") == []


SIZES = {"K": 2**10, "M": 2**20, "G": 2**30, "": 1}


def size(text):
    """A size as sstat prints it."""
    unit = text[-1] if text[-1:] in ("K", "M", "G") else ""
    return float(text.removesuffix(unit) or 0) * SIZES[unit]


@as_root  # a slurmd tells the user of the job and root
@pytest.mark.parametrize("user", ["fred", "root"])
@pytest.mark.parametrize("step", ["0", "batch"])
def test_the_usage_is_sstat_s(cluster, job, user, step):
    columns = "NTasks,MaxRSS,MaxVMSize,MaxPages,MaxDiskRead,MaxDiskWrite"

    def sstat():
        return output(
            cluster,
            "sstat",
            "--noheader",
            "--parsable2",
            f"--format={columns}",
            f"--jobs={job}.{step}",
            user=user,
        ).split("|")

    def same():
        before = sstat()
        (found,) = get(cluster, f"job/{job}/step/{step}", user)
        usage = found["usage"]
        assert usage["error"] == ""
        names = (
            "tasks",
            "memory_max",
            "virtual_memory_max",
            "pages_max",
            "disk_read_max",
            "disk_written_max",
        )
        close = [
            abs(usage[name] - size(text)) <= 0.02 * size(text) + 1024
            for name, text in zip(names, before, strict=True)
        ]
        return all(close) and usage["tasks"] > 0

    cluster.wait(same, timeout=20)


@as_root
def test_another_user_gets_no_usage(cluster, job):
    (found,) = get(cluster, f"job/{job}/step/0", "pebbles")
    said = cluster.shell(f"sstat --noheader --jobs={job}.0", user="pebbles")
    assert (found["usage"]["error"] != "") == (said.stdout.strip() == b"" or b"error" in said.stderr)
    (whole,) = used(cluster, job, "pebbles")
    assert (whole["error"] != "") == (found["usage"]["error"] != "")
    if whole["error"]:
        assert measured(whole) == {None}


def measured(found):
    """All that the usage of a job has of what was measured."""
    return {
        value
        for part in ("cpu", "memory", "disk")
        for name, value in found[part].items()
        if name != "allocated"
    }


@as_root
def test_what_no_slurmd_says_is_null(cluster, job):
    cluster.stop("slurmd")
    try:
        (found,) = used(cluster, job)
        (step,) = get(cluster, f"job/{job}/step/0")
    finally:
        cluster.start("slurmd")
    assert found["error"]
    assert measured(found) == {None}
    assert found["cpu"]["allocated"] == 2
    usage = step["usage"]
    assert usage.pop("error")
    assert set(usage.values()) == {None}


def test_a_step_that_does_not_run_is_404(cluster, job):
    for target in (f"job/{job}/step/77", "job/4000000/step/0", "job/4000000/steps"):
        assert ask(cluster, "GET", f"{BASE}/{target}").status == 404


def test_a_stopped_slurmctld_is_503(cluster, stopped):
    for target in ("steps", "job/1/steps", "job/1/step/0"):
        assert send(cluster, request("GET", f"{BASE}/{target}"), *FAST).answer.status == 503


def test_a_frozen_slurmctld_is_504(cluster, frozen):
    assert send(cluster, request("GET", f"{BASE}/steps"), *FAST).answer.status == 504


def used(cluster, job, user=None):
    answer = ask(cluster, "GET", f"{BASE}/job/{job}/usage", user=user)
    assert answer.status == 200, answer.text
    return answer.json["usage"]


@as_root
def test_the_usage_of_a_job_is_that_of_its_steps_and_then_accounting_s(cluster):
    busy = "srun -n2 sh -c 'end=$(($(date +%s)+4)); while [ $(date +%s) -lt $end ]; do :; done'"
    job = cluster.submit("-n2", "--mem=200", "--output=/dev/null", f"--wrap={busy}")
    cluster.wait(lambda: f"{job}.0" in squeue(cluster))
    (running,) = used(cluster, job)
    assert (running["id"], running["source"], running["state"]) == (str(job), "slurmd", "RUNNING")
    assert (running["cpu"]["allocated"], running["memory"]["allocated"]) == (2, 200 << 20)
    cluster.wait_state(job, "COMPLETED")
    columns = "TotalCPU,ElapsedRaw,AllocCPUS,State,TRESUsageInTot,MaxRSS"

    def sacct():
        shown = output(cluster, "sacct", "-nP", "--units=K", f"--jobs={job}", f"--format=JobID,{columns}")
        return {line.split("|")[0]: line.split("|")[1:] for line in shown.splitlines()}

    cluster.wait(lambda: sacct().get(f"{job}.0", ["", "", "", ""])[3] == "COMPLETED")
    cluster.wait(
        lambda: used(cluster, job)[0]["source"] == "slurmdbd" and used(cluster, job)[0]["cpu"]["time"]
    )
    (ended,) = used(cluster, job)
    whole = sacct()[str(job)]
    minutes, _, seconds = whole[0].rpartition(":")
    assert abs(ended["cpu"]["time"] - (int(minutes.rpartition(":")[2] or 0) * 60 + float(seconds))) < 0.1
    assert str(ended["time"]["elapsed"]) == whole[1]
    expected = 100 * ended["cpu"]["time"] / (2 * ended["time"]["elapsed"])
    assert abs(ended["cpu"]["efficiency"] - expected) < 0.1
    largest = max(size(columns[5]) for columns in sacct().values())
    assert abs(ended["memory"]["task_max"] - largest) <= 1024


def test_a_job_that_nobody_knows_has_no_usage(cluster):
    assert ask(cluster, "GET", f"{BASE}/job/4000000/usage").status == 404
