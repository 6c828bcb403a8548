"""Every command of v1 and v0.0.35, and what Slurm's own commands say of it before and after."""

import json
import os
import pwd
import re
import time

import pytest

from .typed import (
    SLEEP,
    answers,
    as_root,
    ask,
    described,
    identities,
    no_jobs_left,
    output,
    queued,
    request,
    send,
    shown,
    submit,
)

__all__ = ["no_jobs_left"]

V1, V35 = "v1", "v0.0.35"
both = pytest.mark.parametrize("version", [V1, V35])


def get(cluster, path, version=V35):
    answer = ask(cluster, "GET", f"/slurm/{version}/{path}")
    assert answer.status == 200, answer.text
    return answer.json


def job_of(document):
    """v0.0.35 has the record's fields beside `errors`."""
    return {name: value for name, value in document.items() if name != "errors"}


# diag and ping


@both
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ping_names_the_controller_and_how_it_is(cluster, version, method):
    document = ask(cluster, method, f"/slurm/{version}/ping").json
    host = re.search(r"Slurmctld\(primary\) at (\S+) is UP", output(cluster, "scontrol", "ping"))[1]
    up = {"ping": "UP", "status": 0, "mode": "primary"}
    assert document["errors"] == []
    assert {name: document["ping"][name] for name in up} == up
    assert set(document["ping"]) == {*up, host.split("(")[0]}


def test_diag_is_under_statistics_in_the_first_release(cluster):
    document = get(cluster, "diag")
    assert list(document) == ["errors", "statistics"]
    assert document["errors"] == []
    assert document["statistics"]["parts_packed"] == (1 if cluster.slurm < (25, 11) else 0)  # is gone
    assert document["statistics"]["bf_active"] == 0


def test_diag_counts_a_submitted_job(cluster):
    before = get(cluster, "diag")["statistics"]["jobs_submitted"]
    submit(cluster)
    assert get(cluster, "diag")["statistics"]["jobs_submitted"] == before + 1


# jobs


@both
def test_jobs_lists_every_job(cluster, version):
    submitted = {submit(cluster, name="one", hold=True), submit(cluster, name="two", hold=True)}
    document = get(cluster, "jobs", version)
    jobs = (
        document
        if version == V1
        else document.get("jobs", document)
        if isinstance(document, dict)
        else document
    )
    names = {job["job_id"]: job["name"] for job in jobs if job["job_id"] in submitted}
    assert sorted(names.values()) == ["one", "two"]


@both
def test_jobs_that_have_not_changed_are_304_without_a_body(cluster, version):
    submit(cluster, hold=True)
    # slurmctld answers in whole seconds: what changed within this one may yet change.
    later = int(time.time()) + 5
    done = send(cluster, request("GET", f"/slurm/{version}/jobs?update_time={later}"))
    assert done.code == 0
    assert done.out.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert done.out.endswith(b"\r\n\r\n")
    assert ask(cluster, "GET", f"/slurm/{version}/jobs?update_time=1").status == 200


@pytest.mark.parametrize("path", ["nodes", "partitions"])
def test_nodes_and_partitions_that_have_not_changed_are_304(cluster, path):
    later = int(time.time()) + 5
    done = send(cluster, request("GET", f"/slurm/{V35}/{path}?update_time={later}"))
    assert (done.code, done.answers[0].status, done.answers[0].body) == (0, 304, b"")


# One job


@both
def test_a_job_is_what_scontrol_shows(cluster, version):
    job = submit(cluster, name="shown", account="research", partition="long", comment="why not", hold=True)
    document = job_of(get(cluster, f"job/{job}", version))
    scontrol = shown(cluster, job)
    assert document["job_id"] == job
    assert document["name"] == "shown" == scontrol["JobName"]
    assert document["account"] == "research" == scontrol["Account"]
    assert document["partition"] == "long" == scontrol["Partition"]
    assert document["comment"] == "why not"
    assert document["job_state"] == "PENDING" == scontrol["JobState"]
    assert document["state_reason"] == "JobHeldUser" == scontrol["Reason"]
    assert document["priority"] == 0


UPDATES = {
    "comment": ({"comment": "another"}, {"Comment": "another"}),
    "name": ({"name": "renamed"}, {"JobName": "renamed"}),
    "time limit": ({"time_limit": 90}, {"TimeLimit": "01:30:00"}),
    "nice": ({"nice": 77}, {"Nice": "77"}),
    "release": ({"hold": False}, {"Priority": None, "Reason": None, "JobState": None}),
    "partition": ({"partition": "long"}, {"Partition": "long"}),
    "account": ({"account": "research"}, {"Account": "research"}),
    "several": (
        {"comment": "both", "name": "several", "time_limit": 5},
        {"Comment": "both", "JobName": "several", "TimeLimit": "00:05:00"},
    ),
}
#: What time alone changes.
MOVING = {"LastSchedEval", "RunTime", "StartTime", "EndTime", "AccrueTime", "EligibleTime", "Scheduler"}


@both
@pytest.mark.parametrize("what", UPDATES)
def test_an_update_changes_what_it_names_and_nothing_else(cluster, what, version):
    document, expected = UPDATES[what]
    # Its dependency is never met, so that a released job does not start.
    other = submit(cluster, hold=True)
    job = submit(cluster, hold=True, dependency=f"after:{other}", comment="before", tasks=2, nodes=1)
    before = shown(cluster, job)
    answer = ask(cluster, "POST", f"/slurm/{version}/job/{job}", document)
    assert (answer.status, answer.json) == (200, {"errors": []})
    after = shown(cluster, job)
    changed = {
        name
        for name in {**before, **after}
        if name not in MOVING and before.get(name) != after.get(name) and name not in expected
    }
    # Another account has its own priority, association and wckey; those follow.
    follow = {"partition": set(), "account": {"WCKey"}, "nice": set()}.get(what, set())
    assert changed <= follow, {name: (before.get(name), after.get(name)) for name in changed}
    assert {name: after.get(name) for name in expected if expected[name]} == {
        name: value for name, value in expected.items() if value
    }


def test_an_update_holds_and_releases(cluster):
    job = submit(cluster)
    other = submit(cluster, dependency=f"afterany:{job}")
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{other}", {"hold": True}).status == 200
    assert shown(cluster, other)["Priority"] == "0"
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{other}", {"hold": False}).status == 200
    assert int(shown(cluster, other)["Priority"]) > 0


def test_an_update_may_stand_under_job(cluster):
    job = submit(cluster, hold=True)
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{job}", {"job": {"comment": "below"}}).status == 200
    assert shown(cluster, job)["Comment"] == "below"


def test_an_update_of_an_array_changes_every_task(cluster):
    job = submit(cluster, array="1-3", hold=True)
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{job}", {"comment": "all"}).status == 200
    assert set(queued(cluster, "%k", f"--jobs={job}", "--array")) == {"all"}


def test_an_update_of_a_task_changes_that_one(cluster):
    job = submit(cluster, array="1-3", hold=True)
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{job}_2", {"comment": "this"}).status == 200
    lines = sorted(queued(cluster, "%K %k", f"--jobs={job}", "--array"))
    assert lines == ["1 (null)", "2 this", "3 (null)"]


def test_an_update_that_slurm_refuses_changes_nothing(cluster):
    job = submit(cluster, hold=True, comment="kept")
    answer = ask(cluster, "POST", f"/slurm/{V35}/job/{job}", {"comment": "new", "partition": "nowhere"})
    assert answer.status == 422
    assert shown(cluster, job)["Comment"] == "kept"


# Cancelling and signals


@both
def test_delete_cancels_a_pending_job(cluster, version):
    job = submit(cluster, hold=True)
    answer = ask(cluster, "DELETE", f"/slurm/{version}/job/{job}")
    assert (answer.status, answer.json) == (200, {"errors": []})
    assert cluster.job_state(job) == "CANCELLED"


def test_delete_again_is_no_error(cluster):
    job = submit(cluster, hold=True)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}").status == 200
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}").status == 200


TRAP = """#!/bin/bash
trap 'echo caught > {caught}' USR1
echo ready > {ready}
for second in $(seq 600); do sleep 0.1; done
"""


@both
@pytest.mark.parametrize("signal", ["10", "USR1", "SIGUSR1", "usr1"])
def test_delete_sends_a_signal(cluster, version, signal):
    base = f"{cluster.jobs}/signal-{version}-{signal}-{os.getpid()}"
    script = TRAP.format(caught=f"{base}.caught", ready=f"{base}.ready")
    job = submit(cluster, script)
    cluster.wait(lambda: os.path.exists(f"{base}.ready"))
    answer = ask(cluster, "DELETE", f"/slurm/{version}/job/{job}?signal={signal}")
    assert answer.status == 200, answer.text
    cluster.wait(lambda: os.path.exists(f"{base}.caught"))
    assert cluster.job_state(job) == "RUNNING"


def test_delete_of_a_task_cancels_that_task_only(cluster):
    job = submit(cluster, array="1-4", hold=True)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}_2").status == 200
    assert sorted(queued(cluster, "%K", f"--jobs={job}", "--array")) == ["1", "3", "4"]


def test_delete_of_a_running_task_cancels_that_task_only(cluster):
    job = submit(cluster, array="1-3")
    cluster.wait(lambda: queued(cluster, "%t", f"--jobs={job}", "--array") == ["R"] * 3)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}_3").status == 200
    cluster.wait(lambda: sorted(queued(cluster, "%K %t", f"--jobs={job}", "--array")) == ["1 R", "2 R"])


def test_delete_of_an_array_cancels_all_of_it(cluster):
    job = submit(cluster, array="1-4", hold=True)
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}").status == 200
    assert queued(cluster, "%i", "--states=PENDING", "--me") == []


@as_root
def test_one_user_does_not_cancel_anothers_job(cluster):
    theirs = submit(cluster, user="pebbles", account="research", hold=True)
    answer = ask(cluster, "DELETE", f"/slurm/{V35}/job/{theirs}")
    assert (answer.status, answer.error["errno"]) == (403, 2002), answer.text
    assert queued(cluster, "%t", f"--jobs={theirs}", user="pebbles") == ["PD"]
    cluster.shell(f"scancel {theirs}", user="pebbles")


# Arrays and heterogeneous jobs by their ids


@both
def test_a_task_is_found_by_its_number(cluster, version):
    job = submit(cluster, array="1-3", hold=True)
    ask(cluster, "POST", f"/slurm/{V35}/job/{job}_2", {"comment": "this"})
    document = get(cluster, f"job/{job}_2", version)
    assert (document["array_job_id"], document["array_task_id"]) == (job, 2)
    assert document["comment"] == "this"


def test_a_task_that_has_not_started_is_found_in_its_array(cluster):
    job = submit(cluster, array="1-3", hold=True)
    document = get(cluster, f"job/{job}_3")
    assert (document["array_job_id"], document["job_state"]) == (job, "PENDING")


def het(cluster, *jobs, version=V35, script=SLEEP):
    document = {"job": [described(**job) for job in jobs], "script": script}
    answer = ask(cluster, "POST", f"/slurm/{version}/job/submit", document)
    assert answer.status == 200, answer.text
    return answer.json["job_id"]


@both
def test_a_component_is_found_by_its_offset(cluster, version):
    job = het(cluster, {"name": "first", "hold": True}, {"name": "second", "hold": True}, version=version)
    for offset, name in enumerate(("first", "second")):
        document = get(cluster, f"job/{job}+{offset}", version)
        assert (document["het_job_id"], document["het_job_offset"]) == (job, offset)
        assert document["name"] == name
    assert get(cluster, f"job/{job}", version)["name"] == "first"


def test_the_script_runs_in_the_first_component(cluster):
    out = f"{cluster.jobs}/het-{os.getpid()}.out"
    script = '#!/bin/bash\necho "$SLURM_HET_SIZE $SLURM_JOB_ID"\n'
    first = {"name": "first", "tasks": 1, "standard_out": out}
    job = het(cluster, first, {"name": "second", "tasks": 1, "nodes": 1}, script=script)
    cluster.wait_state(job, "COMPLETED", timeout=40)
    cluster.wait(lambda: os.path.exists(out))
    with open(out) as file:
        assert file.read() == f"2 {job}\n"


@both
@pytest.mark.parametrize("job", ["4000000", "4000000_1", "4000000+1"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_an_unknown_job_is_404(cluster, version, method, job):
    document = {"comment": "x"} if method == "POST" else None
    answer = ask(cluster, method, f"/slurm/{version}/job/{job}", document)
    assert answer.status == 404, answer.text
    assert answer.error["errno"] == 2017
    # slurmctld 26.05 names the tasks of a change as a set, though it is of one: 4000000_[1].
    assert job in answer.error["error"].translate({ord("["): None, ord("]"): None})


@pytest.mark.parametrize("path", ["7", "99"])
def test_an_unknown_task_or_component_of_a_known_job_is_404(cluster, path):
    job = submit(cluster, array="1-3", hold=True)
    assert ask(cluster, "GET", f"/slurm/{V35}/job/{job}_{path}").status == 404
    assert ask(cluster, "GET", f"/slurm/{V35}/job/{job}+{path}").status == 404
    assert ask(cluster, "DELETE", f"/slurm/{V35}/job/{job}_{path}").status == 404
    assert len(queued(cluster, "%i", f"--jobs={job}", "--array")) == 3


# Submission


def result(cluster, script, **properties):
    """What a job wrote."""
    out = f"{cluster.jobs}/{os.getpid()}-{time.monotonic_ns()}.out"
    job = submit(cluster, script, standard_out=out, **properties)
    cluster.wait_state(job, "COMPLETED", "FAILED")
    cluster.wait(lambda: os.path.exists(out))
    with open(out) as file:
        return file.read()


def test_arguments_reach_the_script(cluster):
    script = "#!/bin/bash\nprintf '%s\\n' \"$@\"\n"
    arguments = ["one", "two words", "", "*", "$HOME", "ä\"'\\"]
    assert result(cluster, script, argv=arguments) == "".join(f"{word}\n" for word in arguments)


def test_a_script_stays_as_it_is(cluster):
    script = "#!/usr/bin/python3\n# ünïcode, a tab\t and \\n\nprint('ok')"
    assert result(cluster, script) == "ok\n"


FORMS = {
    "object": {"PATH": "/bin:/usr/bin", "MINE": "a=b c", "EMPTY": ""},
    "list": ["PATH=/bin:/usr/bin", "MINE=a=b c", "EMPTY="],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_job_has_its_own_environment_and_nothing_of_ours(cluster, form):
    out = f"{cluster.jobs}/environment-{form}-{os.getpid()}.out"
    document = {
        "job": described(environment=FORMS[form], standard_out=out),
        "script": "#!/bin/bash\nenv -0\n",
    }
    done = send(
        cluster,
        request("POST", f"/slurm/{V35}/job/submit", document),
        env={"RESTD_MARKER": "leaked", "SLURM_MARKER": "leaked", "SBATCH_COMMENT": "leaked", "FOO": "leaked"},
    )
    job = done.answer.json["job_id"]
    cluster.wait_state(job, "COMPLETED")
    with open(out) as file:
        found = dict(item.partition("=")[::2] for item in file.read().split("\0") if item)
    assert {name: found[name] for name in ("PATH", "MINE", "EMPTY")} == {
        "PATH": "/bin:/usr/bin",
        "MINE": "a=b c",
        "EMPTY": "",
    }
    assert "leaked" not in found.values()
    # slurmd adds these; everything else would be restd-inet's.
    theirs = {
        "HOSTNAME",
        "TMPDIR",
        "ENVIRONMENT",
        "PWD",
        "SHLVL",
        "_",
        "GPU_DEVICE_ORDINAL",
        "ROCR_VISIBLE_DEVICES",
    }
    rest = {name for name in found if not name.startswith("SLURM")} - theirs - {"PATH", "MINE", "EMPTY"}
    assert rest <= {"CUDA_VISIBLE_DEVICES"}, rest
    assert shown(cluster, job).get("Comment") is None


def test_several_jobs_on_one_pipe(cluster):
    document = {"job": described(hold=True), "script": SLEEP}
    done = send(cluster, request("POST", f"/slurm/{V35}/job/submit", document) * 3)
    numbers = [answer.json["job_id"] for answer in answers(done.out)]
    assert len(set(numbers)) == 3
    assert sorted(queued(cluster, "%i", "--me")) == sorted(map(str, numbers))


def test_a_job_submitted_as_yaml(cluster):
    body = (
        b"job:\n  name: yaml\n  hold: yes\n  nodes: [1, 2]\n  current_working_directory: /tmp\n"
        b"  environment: {PATH: '/bin:/usr/bin'}\nscript: |\n  #!/bin/bash\n  sleep 600\n"
    )
    answer = ask(
        cluster,
        "POST",
        f"/slurm/{V35}/job/submit",
        body,
        "Content-Type: application/yaml",
        "Accept: text/yaml",
    )
    job = re.search(r"job_id: !!int (\d+)", answer.text)[1]
    assert queued(cluster, "%j %t", f"--jobs={job}") == ["yaml PD"]


# Every property: what is asked for, and what Slurm then says of the job.

#: Every process of tests is to give them the same names.
NOW = int(time.time())
TODAY = NOW // 86400 * 86400
#: property: (value, {name in scontrol's answer: what it is}), with other properties that it needs.
PROPERTIES = [
    ("account", "research", {"Account": "research"}, {}),
    ("array", "1-5:2%1", {"ArrayTaskId": "1,3,5%1"}, {}),
    ("begin_time", TODAY + 2 * 86400, {"EligibleTime": TODAY + 2 * 86400}, {}),
    ("begin_time", "2031-05-06T07:08:09", {"EligibleTime": "2031-05-06T07:08:09"}, {}),
    ("begin_time", "now+1hour", {"EligibleTime": NOW + 3600}, {}),
    ("comment", "a_comment", {"Comment": "a_comment"}, {}),
    ("constraints", "fast&ssd", {"Features": "fast&ssd"}, {}),
    ("cores_per_socket", 2, {"ReqB:S:C:T": "0:0:2:*"}, {}),
    ("cpus_per_gpu", 3, {"CpusPerTres": "gres:gpu:3"}, {"gpus": 1}),
    ("cpus_per_task", 3, {"CPUs/Task": "3", "NumCPUs": "6"}, {"tasks": 2}),
    ("current_working_directory", "/var", {"WorkDir": "/var"}, {}),
    ("deadline", TODAY + 2 * 86400, {"Deadline": TODAY + 2 * 86400}, {}),
    ("deadline", "2031-05-06T07:08:09", {"Deadline": "2031-05-06T07:08:09"}, {}),
    ("delay_boot", 5, {"DelayBoot": "00:05:00"}, {}),
    ("dependency", "singleton", {"Dependency": "singleton(unfulfilled)"}, {}),
    ("excluded_nodes", "host2", {"ExcNodeList": "host2"}, {}),
    ("exclusive", True, {"OverSubscribe": "NO"}, {}),
    ("exclusive", "user", {"OverSubscribe": "USER"}, {}),
    ("exclusive", "oversubscribe", {"OverSubscribe": "YES"}, {}),
    ("gpus", "tesla:1", {"TresPerJob": "gres:gpu:tesla:1"}, {}),
    ("gpus_per_node", "2", {"TresPerNode": "gres:gpu:2"}, {}),
    ("gpus_per_socket", 1, {"TresPerSocket": "gres:gpu:1"}, {"sockets_per_node": 1}),
    ("gpus_per_task", 1, {"TresPerTask": "gres:gpu:1"}, {"tasks": 1}),
    ("gres", "gpu:tesla:2", {"TresPerNode": "gres:gpu:tesla:2"}, {}),
    ("hold", True, {"Priority": "0", "Reason": "JobHeldUser"}, {}),
    ("kill_on_invalid_dependency", True, {"KillOInInvalidDependent": "Yes"}, {}),
    ("kill_on_invalid_dependency", False, {"KillOInInvalidDependent": "No"}, {}),
    ("licenses", "matlab:2", {"Licenses": "matlab:2"}, {}),
    ("mail_type", "BEGIN,END", {"MailType": "BEGIN,END"}, {"mail_user": "someone"}),
    ("mail_user", "someone@example.org", {"MailUser": "someone@example.org"}, {"mail_type": "all"}),
    ("memory_per_cpu", 50, {"MinMemoryCPU": "50M"}, {}),
    ("memory_per_cpu", "60M", {"MinMemoryCPU": "60M"}, {}),
    ("memory_per_node", 300, {"MinMemoryNode": "300M"}, {}),
    ("memory_per_gpu", 100, {"MemPerTres": "gres:gpu:100"}, {"gpus": 1}),
    ("minimum_cpus_per_node", 4, {"MinCPUsNode": "4"}, {}),
    ("name", "a-name", {"JobName": "a-name"}, {}),
    ("nice", 55, {"Nice": "55"}, {}),
    ("nodes", 3, {"NumNodes": "3-3"}, {}),
    ("nodes", [2, 4], {"NumNodes": "2-4"}, {}),
    ("nodes", "1-2", {"NumNodes": "1-2"}, {}),
    ("nodes", "2", {"NumNodes": "2-2"}, {}),
    ("partition", "long", {"Partition": "long"}, {}),
    ("qos", "high", {"QOS": "high"}, {}),
    ("required_nodes", "host[1-2]", {"ReqNodeList": "host[1-2]"}, {}),
    ("requeue", False, {"Requeue": "0"}, {}),
    ("requeue", True, {"Requeue": "1"}, {}),
    ("sockets_per_node", 2, {"Socks/Node": "2"}, {}),
    ("spread_job", True, {"SpreadJob": "Yes"}, {}),
    ("standard_error", "/tmp/error", {"StdErr": "/tmp/error"}, {}),
    ("standard_in", "/dev/zero", {"StdIn": "/dev/zero"}, {}),
    ("standard_out", "/tmp/out", {"StdOut": "/tmp/out"}, {}),
    ("tasks", 6, {"NumTasks": "6"}, {}),
    ("tasks_per_core", 1, {}, {}),
    ("tasks_per_node", 3, {"NtasksPerN:B:S:C": "3:0:*:*"}, {"nodes": 2}),
    ("tasks_per_socket", 2, {"NtasksPerN:B:S:C": "0:0:2:*"}, {}),
    ("temporary_disk_per_node", 0, {"MinTmpDiskNode": "0"}, {}),
    ("threads_per_core", 1, {"ReqB:S:C:T": "0:0:*:1"}, {}),
    ("time_limit", 95, {"TimeLimit": "01:35:00"}, {}),
    ("time_limit", "1-02:03:00", {"TimeLimit": "1-02:03:00"}, {}),
    ("time_minimum", 10, {"TimeMin": "00:10:00"}, {"time_limit": 20}),
    ("wckey", "proj1", {"WCKey": "proj1"}, {}),
]


#: A release, what scontrol shows before it, and from it on.
SINCE = (
    ((25, 11), {"KillOInInvalidDependent": "Yes"}, {"KillOnInvalidDependent": "Yes"}),
    ((25, 11), {"KillOInInvalidDependent": "No"}, {"KillOnInvalidDependent": "No"}),
    ((26, 5), {"OverSubscribe": "NO"}, {"Exclusive": "NODE"}),
    ((26, 5), {"OverSubscribe": "USER"}, {"Exclusive": "USER"}),
)


def named(cluster, expected):
    """What is expected, as scontrol of this release names it."""
    later = (then for since, before, then in SINCE if before == expected and cluster.slurm >= since)
    return next(later, expected)


def as_shown(cluster, text):
    """From 23.11 on GRES are written as the TRES that they are."""
    return re.sub(r"\bgres:", "gres/", text) if cluster.slurm >= (23, 11) else text


def seconds(text):
    return int(time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%S")))


@pytest.mark.parametrize("row", PROPERTIES, ids=lambda row: f"{row[0]}={row[1]}")
def test_a_property_is_what_slurm_then_shows(cluster, row):
    name, value, expected, more = row
    job = submit(cluster, **{"hold": True, **more, name: value})
    scontrol = shown(cluster, job)
    for key, wanted in named(cluster, expected).items():
        if isinstance(wanted, int):
            assert abs(seconds(scontrol[key]) - wanted) < 1800, scontrol[key]
        else:
            assert scontrol.get(key) == as_shown(cluster, wanted), scontrol


LOW, HIGH = 0x80000001, 0x80000003
#: What scontrol does not show, and our own answer does.
ANSWERED = [
    ("cpu_frequency", "2000000", {"cpu_freq_max": 2000000}, {}),
    ("cpu_frequency", "1000000-2000000", {"cpu_freq_min": 1000000, "cpu_freq_max": 2000000}, {}),
    ("cpu_frequency", "low-high", {"cpu_freq_min": LOW, "cpu_freq_max": HIGH}, {}),
    ("tasks_per_core", 1, {"ntasks_per_core": 1}, {}),
    ("tasks_per_node", 2, {"ntasks_per_node": 2}, {"nodes": 2}),
    ("tasks_per_socket", 2, {"ntasks_per_socket": 2}, {}),
    ("kill_on_invalid_dependency", True, {"bitflags": ["KILL_INV_DEP"]}, {}),
    ("gpu_frequency", "low", {"tres_freq": "gpu:low"}, {"gpus": 1}),
    ("gpu_binding", "closest", {"tres_bind": "gpu:closest"}, {"gpus": 1}),
    ("nodes", [2, 4], {"num_nodes": 2, "max_nodes": 4}, {}),
    ("exclusive", True, {"shared": "none"}, {}),
    ("requeue", False, {"requeue": False}, {}),
]


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: f"{row[0]}={row[1]}")
def test_a_property_is_what_the_job_then_has(cluster, row):
    name, value, expected, more = row
    job = submit(cluster, **{"hold": True, **more, name: value})
    document = get(cluster, f"job/{job}", V1)
    found = {key: document[key] for key in expected if key != "bitflags"}
    if "tres_bind" in found:
        found["tres_bind"] = found["tres_bind"].removeprefix("gres/")  # from 23.11 on
    assert found == {key: wanted for key, wanted in expected.items() if key != "bitflags"}
    assert set(expected.get("bitflags", [])) <= set(document["bitflags"])


#: What shows nowhere, but is taken.
TAKEN = [
    {"distribution": "cyclic:block", "tasks": 4, "nodes": 2},
    {"distribution": "plane=2", "tasks": 4, "nodes": 2},
    {"no_kill": True},
    {"wait_all_nodes": True},
    {"open_mode": "truncate"},
    {"signal": "B:USR1@60"},
    {"get_user_environment": True},
    {"account_gather_freqency": "task=1"},
    {"burst_buffer": ""},
    {"cpu_binding": "verbose,cores"},
    {"memory_binding": "local"},
    {"cpu_binding_hint": "nomultithread"},
    {"gres_flags": "enforce-binding", "gpus": 1},
    {"minimum_nodes": True},
    {"mcs_label": ""},
    {"batch_features": "fast", "constraints": "fast"},
]


@pytest.mark.parametrize("properties", TAKEN, ids=lambda properties: next(iter(properties)))
def test_a_property_that_shows_nowhere_is_taken(cluster, properties):
    submit(cluster, hold=True, **properties)


def test_every_property_together(cluster):
    """One job that asks for a great deal, against what Slurm makes of it."""
    submitted = submit(
        cluster,
        account="research",
        partition="long",
        comment="all",
        constraints="fast",
        cpus_per_task=2,
        deadline="now+2days",
        begin_time="now+1hour",
        delay_boot=1,
        excluded_nodes="host2",
        gpus_per_node=1,
        hold=True,
        licenses="ansys:1",
        mail_type="fail",
        memory_per_cpu=20,
        name="everything",
        nice=3,
        nodes=1,
        requeue=False,
        standard_error="/dev/null",
        standard_in="/dev/null",
        tasks=3,
        time_limit=30,
        time_minimum=20,
        wckey="proj1",
    )
    scontrol = shown(cluster, submitted)
    expected = {
        "Account": "research",
        "Partition": "long",
        "Comment": "all",
        "Features": "fast",
        "CPUs/Task": "2",
        "NumTasks": "3",
        "NumCPUs": "6",
        "NumNodes": "1-1",
        "DelayBoot": "00:01:00",
        "ExcNodeList": "host2",
        "TresPerNode": as_shown(cluster, "gres:gpu:1"),
        "Priority": "0",
        "Licenses": "ansys:1",
        "MailType": "FAIL",
        "MinMemoryCPU": "20M",
        "JobName": "everything",
        "Nice": "3",
        "Requeue": "0",
        "StdErr": "/dev/null",
        "StdIn": "/dev/null",
        "StdOut": "/dev/null",
        "TimeLimit": "00:30:00",
        "TimeMin": "00:20:00",
        "WCKey": "proj1",
    }
    assert {name: scontrol.get(name) for name in expected} == expected


@as_root
def test_root_sets_a_priority_and_a_negative_nice(cluster):
    job = submit(cluster, user="root", **identities(cluster), priority=77, begin_time="now+1hour")
    assert shown(cluster, job)["Priority"] == "77"
    job = submit(cluster, user="root", **identities(cluster), nice=-5, hold=True)
    assert shown(cluster, job)["Nice"] == "-5"


def test_a_reservation_is_used(cluster):
    name = f"res{os.getpid()}"
    administrator = "root" if os.geteuid() == 0 else None
    when = "starttime=now+1hour duration=60 nodes=host4"
    output(
        cluster,
        *f"scontrol create reservation={name} users={cluster.user} {when}".split(),
        user=administrator,
    )
    try:
        job = submit(cluster, reservation=name, hold=True)
        assert shown(cluster, job)["Reservation"] == name
    finally:
        cluster.shell('scancel --user="$USER"')
        output(cluster, "scontrol", "delete", f"reservation={name}", user=administrator)


def test_a_signal_comes_before_the_end(cluster):
    """SLURM_* show what the script's job was given: sbatch --signal=B:USR1@60 and a limit of one minute."""
    script = "#!/bin/bash\ntrap 'echo early; exit 0' USR1\nfor i in $(seq 600); do sleep 0.1; done\n"
    assert result(cluster, script, signal="B:USR1@60", time_limit=1) == "early\n"


@pytest.mark.parametrize(("mode", "expected"), [("append", "old\nnew\n"), ("truncate", "new\n")])
def test_the_output_file_is_appended_to_or_truncated(cluster, mode, expected):
    out = f"{cluster.jobs}/open-mode-{mode}-{os.getpid()}"
    cluster.shell(f"echo old > {out}")
    job = submit(cluster, "#!/bin/bash\necho new\n", standard_out=out, open_mode=mode)
    cluster.wait_state(job, "COMPLETED")
    with open(out) as file:
        assert file.read() == expected


def test_standard_in_is_read(cluster):
    source = f"{cluster.jobs}/input-{os.getpid()}"
    cluster.shell(f"echo from a file > {source}")
    assert result(cluster, "#!/bin/bash\ncat\n", standard_in=source) == "from a file\n"


# Who may be whom


@pytest.mark.parametrize("name", ["user_id", "group_id"])
def test_nobody_submits_as_another(cluster, name):
    if os.geteuid() != 0:
        pytest.skip("SlurmUser may")
    for number in (0, identities(cluster)[name] + 1):
        document = {"job": described(**{name: number}), "script": SLEEP}
        answer = ask(cluster, "POST", f"/slurm/{V35}/job/submit", document)
        assert answer.status == 403, answer.text
        assert name in answer.error["error"] and str(number) in answer.error["error"]
    assert queued(cluster, "%i", "--me") == []


def test_ones_own_ids_are_fine(cluster):
    job = submit(cluster, hold=True, **identities(cluster))
    assert queued(cluster, "%u", f"--jobs={job}") == [cluster.user]


@as_root
def test_root_submits_as_another(cluster):
    out = f"{cluster.jobs}/as-{os.getpid()}.out"
    job = submit(
        cluster, "#!/bin/bash\nid -un; id -gn\n", user="root", **identities(cluster), standard_out=out
    )
    assert shown(cluster, job)["UserId"].startswith(f"{cluster.user}(")
    cluster.wait_state(job, "COMPLETED")
    with open(out) as file:
        assert file.read() == f"{cluster.user}\n{cluster.user}\n"
    assert os.stat(out).st_uid == pwd.getpwnam(cluster.user).pw_uid


# Nodes and partitions


def test_nodes_are_those_of_sinfo(cluster):
    document = get(cluster, "nodes")
    assert document["errors"] == []
    names = output(cluster, "sinfo", "--noheader", "--Node", "--partition=debug", "--format=%N").split()
    assert sorted(document["nodes"]) == sorted(names)
    host = document["nodes"]["host1"]
    assert (host["cpus"], host["real_memory"]) == (8, 1000)
    assert host["features"] == "fast,ssd"
    assert host["gres"] == "gpu:tesla:2"


def test_a_node_is_what_the_list_has(cluster):
    document = get(cluster, "node/host2")
    assert list(document["nodes"]) == ["host2"]
    scontrol = output(cluster, "scontrol", "--oneliner", "show", "node", "host2")
    assert f"NodeAddr={document['nodes']['host2']['address']} " in scontrol
    assert f"Version={document['nodes']['host2']['slurmd_version']} " in scontrol


def test_a_node_with_a_job_is_mixed(cluster):
    job = submit(cluster, required_nodes="host3", tasks=2)
    cluster.wait_state(job, "RUNNING")
    cluster.wait(lambda: get(cluster, "node/host3")["nodes"]["host3"]["state"] == "mixed")
    assert get(cluster, "nodes")["nodes"]["host3"]["state"] == "mixed"


def test_partitions_are_those_of_sinfo(cluster):
    document = get(cluster, "partitions")
    assert document["errors"] == []
    assert sorted(document["partitions"]) == ["debug", "long"]
    debug = document["partitions"]["debug"]
    assert debug["flags"] == ["default"]
    assert debug["nodes"] == "host[1-4]"
    assert (debug["total_nodes"], debug["total_cpus"]) == (4, 32)
    assert debug["default_time_limit"] == 60
    assert debug["max_time_limit"] == "INFINITE"


def test_a_partition_by_name(cluster):
    document = get(cluster, "partition/long")
    assert list(document["partitions"]) == ["long"]
    assert document["partitions"]["long"]["max_time_limit"] == 7 * 24 * 60
    assert document["partitions"]["long"]["allowed_accounts"] == "test,research"


@pytest.mark.parametrize("path", ["jobs/", "jobs", "nodes/", "partition/debug/", "ping/", "diag/"])
def test_a_last_slash_makes_no_difference(cluster, path):
    assert ask(cluster, "GET", f"/slurm/{V35}/{path}").status == 200


def test_v1_has_what_the_slides_have(cluster):
    for path in ("nodes", "node/host1", "partitions", "partition/debug"):
        assert ask(cluster, "GET", f"/slurm/v1/{path}").status == 404


def test_yaml_and_json_say_the_same(cluster):
    job = submit(cluster, hold=True, comment="both")
    yaml = ask(cluster, "GET", f"/slurm/{V35}/job/{job}", None, "Accept: application/yaml").text
    for name, value in get(cluster, f"job/{job}").items():
        if type(value) is int:
            assert f"!!str {name}: !!int {value}\n" in yaml
        elif value is None:
            assert f"!!str {name}: !!null null\n" in yaml


def test_json_is_on_one_line_in_a_pipe_and_laid_out_when_asked(cluster):
    path = f"/slurm/{V35}/ping"
    compact = ask(cluster, "GET", path)
    pretty = ask(cluster, "GET", path, env={"SLURMRESTD_JSON": "pretty"})
    assert b"\n" not in compact.body
    assert pretty.body.startswith(b'{\n  "errors": [')
    assert json.loads(compact.body) == json.loads(pretty.body)
    assert ask(cluster, "GET", path, options=("--json", "pretty")).body == pretty.body
