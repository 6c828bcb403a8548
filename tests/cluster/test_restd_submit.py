"""/restd/<version>/job/submit with dry_run=1, whose oracle is sbatch --test-only, and jobs/submit."""

import re
import time
from datetime import datetime

import pytest

from . import conftest
from .typed import ask, described, no_jobs_left, output, queued

__all__ = ["no_jobs_left"]

PATH = "/restd/v0.0.44/job/submit"
SCRIPT = "#!/bin/sh\nsleep 600\n"
#: What sbatch --test-only says.
SAID = re.compile(
    r"Job \d+ to start at (\S+)(?: on cluster \S+)? (?:a )?using (\d+) processors"
    r" on nodes (\S+) in partition (\S+)"
)
HET = re.compile(r"Job \d+ to start at (\S+)(?: a)? using (\d+) processors on (?:nodes )?(\S+)")


def tried(cluster, where="", user=None, **properties):
    """What restd-inet says of a job: the answer."""
    document = {"job": described(**properties), "script": SCRIPT}
    return ask(cluster, "POST", f"{PATH}?dry_run=1{where}", document, user=user)


def sbatch_says(cluster, *options):
    """What sbatch says of it."""
    done = cluster.shell(f"sbatch --test-only --chdir=/tmp {' '.join(options)} --wrap='sleep 600'")
    return done.returncode, done.stderr.decode()


def close(told, said, seconds=30):
    """Whether two times mean the same: both say `now` where a job would start at once."""
    return abs(told["number"] - datetime.fromisoformat(said).timestamp()) <= seconds


#: Options of sbatch → properties of the same job.
JOBS = {
    "": {},
    "--ntasks=2": {"tasks": 2, "minimum_cpus": 2},
    "--nodes=2": {"nodes": "2"},
    "--nodes=2-3 --ntasks=3": {"nodes": "2-3", "tasks": 3},
    "--exclusive": {"shared": ["none"]},
    "--partition=long": {"partition": "long"},
    "--nodelist=host2": {"required_nodes": ["host2"]},
    "--exclude=host1": {"excluded_nodes": ["host1"]},
    "--array=1-3": {"array": "1-3"},
    "--begin=2037-01-01T00:00:00": {"begin_time": 2114380800},
    "--mem=100": {"memory_per_node": 100},
    "--cpus-per-task=3": {"cpus_per_task": 3},
    "--time=5": {"time_limit": 5},
}


@pytest.mark.parametrize("options", JOBS)
def test_a_job_would_start_when_and_where_sbatch_says(cluster, options):
    answer = tried(cluster, **JOBS[options])
    assert answer.status == 200, answer.text
    found = answer.json["dry_run"]
    code, said = sbatch_says(cluster, options)
    assert code == 0, said
    start, cpus, nodes, partition = SAID.search(said).groups()
    assert (found["cpus"], found["nodes"], found["partition"]) == (int(cpus), nodes, partition)
    if not options.startswith("--begin"):  # whose time zone is the server's
        assert close(found["start_time"], start)
    assert found["preempted_jobs"] == []
    assert queued(cluster, "%i", "--me", "--states=PENDING,RUNNING") == []


def test_a_job_would_start_when_those_before_it_have_ended(cluster):
    job = cluster.submit("--nodes=4", "--exclusive", "--time=30", "--wrap=sleep 600")
    cluster.wait_state(job, "RUNNING")
    found = tried(cluster, shared=["none"], time_limit=5).json["dry_run"]
    start = SAID.search(sbatch_says(cluster, "--exclusive", "--time=5")[1])[1]
    assert close(found["start_time"], start, 61)
    assert found["start_time"]["number"] > time.time() + 20 * 60
    assert queued(cluster, "%i", "--me", "--states=PENDING,RUNNING") == [str(job)]


#: What is refused.
REFUSED = {
    "--partition=none": {"partition": "none"},
    "--nodes=99": {"nodes": "99"},
    "--mem=99T": {"memory_per_node": 99 << 20},
    "--nodelist=nowhere": {"required_nodes": ["nowhere"]},
    "--constraint=none": {"constraints": "none"},
    "--account=none": {"account": "none"},
    "--qos=none": {"qos": "none"},
    "--dependency=afterok:99999999": {"dependency": "afterok:99999999"},
    "--licenses=none:1": {"licenses": "none:1"},
    "--reservation=none": {"reservation": "none"},
}


@pytest.mark.parametrize("options", REFUSED)
def test_a_job_would_be_refused_with_sbatch_s_reason(cluster, options):
    answer = tried(cluster, **REFUSED[options])
    code, said = sbatch_says(cluster, options)
    if code == 0 and answer.status == 200:
        return  # this release does not look at it
    assert code != 0 and answer.status in (403, 404, 422), (answer.text, said)
    assert answer.error["error"] in said
    assert "dry_run" not in answer.json
    assert queued(cluster, "%i", "--me", "--states=PENDING,RUNNING") == []


def test_a_heterogeneous_job_starts_when_all_of_it_can(cluster):
    components = [described(tasks=1), described(nodes="2")]
    answer = ask(cluster, "POST", f"{PATH}?dry_run=1", {"jobs": components, "script": SCRIPT})
    assert answer.status == 200, answer.text
    found = answer.json["dry_run"]
    done = cluster.shell("sbatch --test-only --ntasks=1 : --nodes=2 --wrap='sleep 600'")
    start, cpus, _ = HET.search(done.stderr.decode()).groups()
    assert found["cpus"] == int(cpus) and close(found["start_time"], start)


def test_nobody_tries_out_a_job_of_another_user(cluster):
    assert tried(cluster, user_id="0").status == 403


@pytest.fixture(scope="module")
def preempting(reachable, tmp_path_factory):
    """A cluster where jobs of one partition stop those of another."""
    conf = tmp_path_factory.mktemp("conf") / "more.conf"
    conf.write_text(
        "PreemptType=preempt/partition_prio\nPreemptMode=REQUEUE\n"
        "PartitionName=low Nodes=ALL PriorityTier=1\nPartitionName=high Nodes=ALL PriorityTier=100\n"
    )
    with conftest.running(reachable, "--nodes", "1", "--no-accounting", "--conf", str(conf)) as started:
        yield started


def test_a_dry_run_says_which_jobs_would_be_preempted(preempting):
    job = preempting.submit("--partition=low", "--exclusive", "--requeue", "--wrap=sleep 600")
    preempting.wait_state(job, "RUNNING")
    found = tried(preempting, partition="high", shared=["none"]).json["dry_run"]
    said = sbatch_says(preempting, "--partition=high", "--exclusive")[1]
    listed = re.search(r"Preempts: (\S+)", said)
    assert listed, said
    assert found["preempted_jobs"] == [job] == [int(each) for each in listed[1].split(",")]
    assert preempting.job_state(job) == "RUNNING"


# Many jobs


def many(*jobs):
    return {"jobs": [{"job": described(hold=True, **job), "script": SCRIPT} for job in jobs]}


def test_many_jobs_are_submitted_and_each_has_its_answer(cluster):
    names = [{"name": f"many{number}"} for number in range(20)]
    names[7]["partition"] = "none"
    answer = ask(cluster, "POST", "/restd/v0.0.44/jobs/submit", many(*names))
    assert answer.status == 200, answer.text
    results = answer.json["results"]
    assert [result["status"] for result in results] == [200] * 7 + [422] + [200] * 12
    found = dict(line.split() for line in queued(cluster, "%A %j", "--me"))
    told = {str(each["job_id"]): f"many{each['index']}" for each in results if each["job_id"]}
    assert told == found and len(found) == 19


def test_all_or_none(cluster):
    path = "/restd/v0.0.44/jobs/submit?all=1"
    answer = ask(cluster, "POST", path, many({"name": "a"}, {"name": "b", "partition": "none"}))
    assert answer.status == 422
    assert "jobs[1]" in answer.error["description"]
    assert queued(cluster, "%i", "--me", "--states=PENDING,RUNNING") == []
    assert ask(cluster, "POST", path, many({"name": "a"}, {"name": "b"})).status == 200
    assert sorted(queued(cluster, "%j", "--me")) == ["a", "b"]


def test_of_many_jobs_none_is_another_user_s(cluster):
    answer = ask(cluster, "POST", "/restd/v0.0.44/jobs/submit", many({"name": "a"}, {"user_id": "0"}))
    assert [result["status"] for result in answer.json["results"]] == [200, 403]
    assert output(cluster, "squeue", "--noheader", "--user=root", "--format=%i") == ""
