"""/restd/<version>/job/{job_id}/<verb> and jobs/<verb>: scontrol and scancel, on a twin, are oracles."""

import json
import os
import re
from urllib.parse import quote

import pytest

from .test_faults import FAST, frozen, stopped
from .typed import as_root, ask, request, send

__all__ = ["frozen", "stopped"]
BASE = "/restd/v0.0.44"
#: A verb → the command that does it, and the body that says the same.
COMMANDS = {
    "hold": ("scontrol hold {}", None),
    "uhold": ("scontrol uhold {}", {"uhold": True}),
    "release": ("scontrol release {}", None),
    "suspend": ("scontrol suspend {}", None),
    "resume": ("scontrol resume {}", None),
    "requeue": ("scontrol requeue {}", None),
    "requeuehold": ("scontrol requeuehold {}", {"flags": ["Hold"]}),
    "special exit": (
        "scontrol requeuehold State=SpecialExit {}",
        {"flags": ["Hold", "SpecialExit"]},
    ),
    "incomplete": ("scontrol requeue Incomplete {}", {"flags": ["Incomplete"]}),
    "top": ("scontrol top {}", None),
    "notify": ("scontrol notify {} 'be ready'", {"message": "be ready"}),
    "signal": ("timeout 2 scancel --signal=CONT {}", {"signal": "CONT"}),
    "signal batch": (
        "timeout 2 scancel --batch --signal=CONT {}",
        {"signal": "CONT", "flags": ["BATCH_JOB"]},
    ),
    "signal full": ("timeout 2 scancel --full --signal=CONT {}", {"signal": "CONT", "flags": ["FULL_JOB"]}),
    "kill": ("timeout 2 scancel --signal=KILL {}", {"signal": 9}),
}
PATHS = {
    "uhold": "hold",
    "requeuehold": "requeue",
    "special exit": "requeue",
    "incomplete": "requeue",
    "kill": "signal",
}


def path(verb):
    return PATHS.get(verb, verb.split()[0])


def post(cluster, target, body=None, user=None):
    return ask(cluster, "POST", f"{BASE}/{target}", body, user=user)


def do(cluster, verb, job, user=None):
    return post(cluster, f"job/{quote(str(job))}/{path(verb)}", COMMANDS[verb][1], user)


def facts(cluster, job):
    """What scontrol shows of the state of a job, of each of its records."""
    shown = cluster.shell(f"scontrol --oneliner show job {job}", user="root").stdout.decode()
    found = []
    for line in shown.splitlines():
        words = dict(word.partition("=")[::2] for word in line.split(" ") if "=" in word)
        held = words["Priority"] == "0"
        names = ("JobState", "Reason", "Requeue", "Restarts", "ArrayTaskId", "HetJobOffset", "Nice")
        reason = words["Reason"] if held else ""
        found.append({**{name: words.get(name) for name in names}, "held": held, "Reason": reason})
    return found


@pytest.fixture(autouse=True)
def no_jobs(cluster):
    yield
    cluster.shell(
        "for user in fred pebbles root; do timeout 5 scancel --user=$user; done;"
        " scontrol update nodename=ALL state=resume 2>/dev/null",
        user="root",
    )


#: States of jobs → what sbatch is asked for, what is done then, and the state that this leads to.
LATER = "--begin=now+1hour"
STATES = {
    "pending": (LATER, "", "PENDING"),
    "held by user": (LATER, "scontrol uhold {}", "PENDING"),
    "held by administrator": (LATER, "scontrol hold {}", "PENDING"),
    "running": ("--comment=x", "", "RUNNING"),
    "suspended": ("--comment=x", "scontrol suspend {}", "SUSPENDED"),
}


def job_in(cluster, state, *options, user=None):
    more, then, expected = STATES[state]
    script = 'trap "" USR1 CONT; for i in $(seq 600); do sleep 1; done'
    job = cluster.submit(more, *options, "--ntasks=1", "--mem=1", f"--wrap={script}", user=user)
    cluster.wait_state(job, "RUNNING" if expected == "SUSPENDED" else expected, timeout=30)
    if then:
        cluster.shell(then.format(job), user="root")
    cluster.wait_state(job, expected, timeout=30)
    return job


def settled(cluster, job):
    """The facts, once nothing about the job is under way."""
    cluster.wait(lambda: not re.search("COMPLETING|SIGNALING", json.dumps(facts(cluster, job))))
    return facts(cluster, job)


def same(cluster, verb, one, other, user):
    """The verb on a job does what the command does on its twin, or is refused as that is."""
    command = cluster.shell(COMMANDS[verb][0].format(one), user=user)
    answer = do(cluster, verb, other, user)
    said = command.stderr.decode()
    refused = bool(command.returncode or said)
    assert (answer.status != 200) == refused, (user, said, answer.text)
    if refused and said:  # scancel tries again and again, without a word
        assert answer.json["errors"][0]["error"].split(": ")[-1].strip() in said
    assert settled(cluster, other) == settled(cluster, one), (user, said, answer.text)
    return answer


ONCE_IS_ENOUGH = ("held by user", "held by administrator")


#: Where every verb is tried; in the other states, unless VERBS=all, those that take them into account.
EVERYWHERE = ("pending", "running")
ELSEWHERE = ("hold", "release", "suspend", "resume", "requeue", "kill")
CASES = [
    (state, verb)
    for state in STATES
    for verb in COMMANDS
    if verb != "top" and (state in EVERYWHERE or verb in ELSEWHERE or os.environ.get("VERBS") == "all")
]


@as_root
@pytest.mark.parametrize(("state", "verb"), CASES)
def test_a_verb_does_what_the_command_does(cluster, state, verb):
    """As root, who may do all of it, and as the user of the job."""
    if path(verb) == "signal" and state in ONCE_IS_ENOUGH:
        return
    for user in ("root", "fred"):
        same(cluster, verb, job_in(cluster, state), job_in(cluster, state), user)


@as_root
@pytest.mark.parametrize("verb", ["hold", "uhold", "release", "suspend", "requeue", "notify"])
@pytest.mark.parametrize("tasks", ["", "_1", "_[1-2]", "_[2,9]"])
def test_arrays_and_their_tasks_are_treated_as_by_the_command(cluster, verb, tasks):
    one, other = (job_in(cluster, "pending", "--array=1-3") for _ in range(2))
    if verb == "notify" and tasks:
        return  # scontrol reads the number alone
    answer = do(cluster, verb, f"{other}{tasks}", "root")
    command = cluster.shell(COMMANDS[verb][0].format(f"{one}{tasks}"), user="root")
    said = command.stderr.decode()
    codes = [each["error_code"] for each in answer.json.get("results", ())]
    assert all(codes) == (answer.status != 200)
    assert bool(command.returncode) == (answer.status != 200 or any(codes) or len(codes) > 1), (
        said,
        answer.text,
    )
    assert settled(cluster, other) == settled(cluster, one)


@as_root
@pytest.mark.parametrize("verb", ["hold", "uhold", "suspend", "requeue"])
@pytest.mark.parametrize("component", ["", "+0", "+1"])
def test_het_jobs_are_treated_as_by_the_command(cluster, verb, component):
    one, other = (
        cluster.submit("--begin=now+1hour", "-n1", "--mem=1", ":", "-n1", "--mem=1", "--wrap=:")
        for _ in range(2)
    )
    command = cluster.shell(COMMANDS[verb][0].format(f"{one}{component}"), user="root")
    answer = do(cluster, verb, f"{other}{component}", "root")
    assert (answer.status != 200) == bool(command.returncode), (command.stderr, answer.text)
    assert settled(cluster, other) == settled(cluster, one)


#: A role of fred's on jobs of pebbles, what makes it, and what ends it.
ROLES = {
    "another user": (":", ":"),
    "coordinator": (
        "sacctmgr -i add coordinator account=research names=fred",
        "sacctmgr -i remove coordinator account=research names=fred",
    ),
    "operator": (
        "sacctmgr -i modify user fred set adminlevel=Operator",
        "sacctmgr -i modify user fred set adminlevel=None",
    ),
    "administrator": (
        "sacctmgr -i modify user fred set adminlevel=Admin",
        "sacctmgr -i modify user fred set adminlevel=None",
    ),
}


@pytest.fixture(params=ROLES)
def role(request, cluster):
    made, ended = ROLES[request.param]
    cluster.shell(made, user="root")
    yield request.param
    cluster.shell(ended, user="root")


@as_root
def test_rights_are_slurm_s(cluster, role):
    allowed = set()
    for verb, state in {
        "hold": "pending", "release": "held by user", "suspend": "running", "resume": "suspended",
        "requeue": "running", "notify": "running", "signal": "running", "top": "pending",
    }.items():  # fmt: skip
        one, other = (job_in(cluster, state, "--account=research", user="pebbles") for _ in range(2))
        if verb == "top":
            answer = do(cluster, verb, other, "fred")
        else:
            answer = same(cluster, verb, one, other, "fred")
        assert answer.status in (200, 403), answer.text
        allowed |= {verb} if answer.status == 200 else set()
    if role == "coordinator":  # who may suspend in newer releases
        allowed -= {"suspend", "resume"}
    coordinators = {"hold", "release", "requeue", "signal"}
    everything = coordinators | {"suspend", "resume", "top"}
    assert (
        allowed - {"notify"}
        == {
            "another user": set(),
            "coordinator": coordinators,
            "operator": everything,
            "administrator": everything,
        }[role]
    )


@as_root
def test_top_is_the_first_of_the_queue(cluster):
    def order():
        return [job for _, job in sorted((-priority(job), job) for job in jobs)]

    def priority(job):
        shown = cluster.shell(f"scontrol --oneliner show job {job}", user="root").stdout.decode()
        return int(shown.partition(" Priority=")[2].split()[0])

    jobs = [job_in(cluster, "pending") for _ in range(4)]
    assert do(cluster, "top", jobs[2], "root").status == 200
    assert order()[0] == jobs[2]
    named = f"{jobs[1]},{jobs[3]}"
    assert post(cluster, f"jobs/top?job_id={named}", user="root").status == 200
    assert set(order()[:2]) == {jobs[1], jobs[3]} and order()[0] == jobs[1]


def test_many_jobs_each_have_their_outcome(cluster):
    names = [job_in(cluster, "pending", f"--job-name=many{number}") for number in range(3)]
    array = job_in(cluster, "pending", "--job-name=many3", "--array=0-90:3")
    theirs = job_in(cluster, "pending", "--job-name=many4", user="root")
    done = post(cluster, f"jobs/hold?name=many*&job_id=!{array}_[0-9]", {"uhold": True}).json
    codes = {each["step_id"]: each["error_code"] for each in done["results"]}
    assert str(theirs) in codes, done
    assert codes.pop(str(theirs)) == 2010
    assert set(codes.values()) == {0}
    assert {str(name) for name in names} < set(codes)
    shown = cluster.shell(f"squeue -h -r -j {array} -o '%K %r'").stdout.decode().splitlines()
    free = [int(line.split()[0]) for line in shown if "JobHeldUser" not in line]
    assert sorted(free) == [0, 3, 6, 9] and len(shown) == 31
    done = post(cluster, "jobs/release?user=me&name=many*&state=PENDING").json
    assert {each["error_code"] for each in done["results"]} == {0}
    assert post(cluster, "jobs/signal?user=me", {"signal": "KILL"}).status == 200
    assert post(cluster, "jobs/signal?user=me", {"signal": "KILL"}).json["results"] == []
    missing = post(cluster, f"jobs/release?job_id=4000000,{names[0]}").json["results"]
    assert missing[0]["error_code"] != 0
    assert missing[1]["error_code"] == 2017


def test_a_query_without_a_filter_does_nothing(cluster):
    job = job_in(cluster, "pending")
    before = facts(cluster, job)
    for query in ("", "?usr=me", "?user="):
        assert post(cluster, f"jobs/hold{query}").status == 400
    whole = request("POST", f"{BASE}/jobs/hold?user=me", {"uhold": True})
    done = send(cluster, whole[:-3])
    assert done.answer.status == 400, done.answer.text
    assert facts(cluster, job) == before


#: A verb of each call of libslurm.
CALLS = ("hold", "suspend", "resume", "requeue", "top", "notify", "signal")


def test_a_stopped_slurmctld_is_503(cluster, stopped):
    for target in (*(f"job/7/{verb}" for verb in CALLS), "jobs/hold?user=me"):
        body = COMMANDS[target.partition("?")[0].rpartition("/")[2]][1]
        done = send(cluster, request("POST", f"{BASE}/{target}", body), *FAST)
        assert (done.code, done.answer.status) == (0, 503), (target, done.answer.text)


def test_a_frozen_slurmctld_is_504_within_the_time_given(cluster, frozen):
    for target in (*(f"job/7/{verb}" for verb in ("hold", "suspend", "signal")), "jobs/hold?user=me"):
        body = COMMANDS[target.partition("?")[0].rpartition("/")[2]][1]
        done = send(cluster, request("POST", f"{BASE}/{target}", body), *FAST)
        assert (done.code, done.answer.status) == (0, 504), (target, done.answer.text)
