"""Jobs from v0.0.39 on, on a real cluster: signalled, requeued, allocated, and what each looks like."""

import re

import lacking
import pytest
from api_versions import since

from restd_inet.schema.versions import NAMES

from .test_job_descriptions import JOB, SCRIPT, answers, asked, number

NOBODY = 999999
VERSIONS = [NAMES[number] for number in since(40)]


@pytest.fixture
def submit(cluster):
    """Submits a held job of these properties; gives its number. All are cancelled in the end."""
    numbers = []

    def submitted(**properties):
        job = {**JOB, **properties}
        (status, body), *_ = answers(
            cluster, asked("POST", "/slurm/v0.0.45/job/submit", {"script": SCRIPT, "job": job})
        )
        assert status == 200, body
        numbers.append(body["job_id"])
        return body["job_id"]

    yield submitted
    cluster.shell("scancel " + " ".join(map(str, numbers)))


def ask(cluster, method, target, body=None):
    return answers(cluster, asked(method, target, body))[0]


def states(cluster, version, *jobs):
    _, body = ask(cluster, "GET", f"/slurm/{version}/jobs/state/?job_id={','.join(map(str, jobs))}")
    return [(one["job_id"], one["array_task_id"]["number"], one["state"]) for one in body["jobs"]]


def failures(body):
    return {one["step_id"]: one["error"]["code"] for one in body["status"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_task_s_end_is_not_the_array_s(cluster, submit, version):
    array = submit(array="1-4")
    status, _ = ask(cluster, "DELETE", f"/slurm/{version}/job/{array}_2")
    assert status == 200
    assert [task for _, task, state in states(cluster, version, array) if state == ["PENDING"]] == [1, 3, 4]
    ask(cluster, "DELETE", f"/slurm/{version}/job/{array}")
    assert all(state == ["CANCELLED"] for _, _, state in states(cluster, version, array))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_job_may_be_cancelled_twice(cluster, submit, version):
    job = submit()
    target = f"/slurm/{version}/job/{job}"
    (first, _), (second, body) = answers(cluster, asked("DELETE", target), asked("DELETE", target))
    assert (first, second) == (200, 200)
    if version >= "v0.0.42":
        assert failures(body) == {str(job): 2021}
    assert "status" not in body or version >= "v0.0.42"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_job_that_is_not_there_is_404(cluster, version):
    """Whatever is done to it; the number is Slurm's."""
    target = f"/slurm/{version}/job/{NOBODY}"
    requests = [asked("GET", target), asked("DELETE", target), asked("POST", target, {"comment": "x"})]
    requests += [asked("GET", f"{target}/requeue")] if version >= "v0.0.45" else []
    for status, body in answers(cluster, *requests):
        assert status == 404
        assert [error["error_number"] for error in body["errors"]] == [2017]


@pytest.mark.parametrize("version", VERSIONS)
def test_many_jobs_are_cancelled_and_each_failure_is_listed(cluster, submit, version):
    array, other, done = submit(array="1-3"), submit(), submit()
    ask(cluster, "DELETE", f"/slurm/{version}/job/{done}")
    named = [f"{array}_1", str(other), str(done), str(NOBODY)]
    status, body = ask(cluster, "DELETE", f"/slurm/{version}/jobs/", {"jobs": named})
    assert status == 200
    assert failures(body) == {str(done): 2021, str(NOBODY): 2017}
    left = [task for _, task, state in states(cluster, version, array) if state == ["PENDING"]]
    assert left == [2, 3]


def test_jobs_are_cancelled_by_what_they_are_like(cluster, submit):
    fit = submit(name="fit", account="research", wckey="paper")
    array = submit(name="fit", account="research", array="1-3")
    others = [submit(name="other", account="research"), submit(name="fit", account="test")]
    like = {"job_name": "fit", "account": "research", "user_name": "fred" if cluster.user == "fred" else ""}
    like = {name: value for name, value in like.items() if value}
    status, body = ask(cluster, "DELETE", "/slurm/v0.0.44/jobs/", {**like, "flags": ["VERBOSE"]})
    assert (status, set(failures(body).values())) == (200, {0})
    seen = {job: state for job, _, state in states(cluster, "v0.0.44", fit, array, *others)}
    assert seen == {fit: ["CANCELLED"], array: ["CANCELLED"], **{job: ["PENDING"] for job in others}}


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"partition": "long"}, True),
        ({"partition": "debug"}, False),
        ({"job_state": ["PENDING"]}, True),
        ({"job_state": "RUNNING"}, False),
        ({"wckey": "nope"}, False),
        ({"nodes": ["host1"]}, False),
    ],
)
def test_a_named_job_must_fit_too(cluster, submit, filters, fits):
    job = submit(partition="long")
    status, body = ask(cluster, "DELETE", "/slurm/v0.0.45/jobs/", {"jobs": [str(job)], **filters})
    assert status == 200
    assert list(failures(body)) == ([] if fits else [str(job)])
    assert states(cluster, "v0.0.45", job)[0][2] == (["CANCELLED"] if fits else ["PENDING"])


def test_a_cancellation_without_a_filter_is_refused(cluster, submit):
    job = submit()
    status, body = ask(cluster, "DELETE", "/slurm/v0.0.45/jobs/", {})
    assert status == 422
    assert "at least one" in body["errors"][0]["description"]
    assert states(cluster, "v0.0.45", job)[0][2] == ["PENDING"]


def test_another_s_job_stays_and_slurmctld_answers_on(bare_cluster):
    """Without accounting, slurmctld 24.05 to 26.05 locks itself up when it is asked by one RPC for many."""
    if bare_cluster.user != "fred":
        pytest.skip(lacking.OTHER_USERS)
    _, body = ask(bare_cluster, "POST", "/slurm/v0.0.45/job/submit", {"script": SCRIPT, "job": JOB})
    job = body["job_id"]
    requests = asked("DELETE", "/slurm/v0.0.45/jobs/", {"jobs": [str(job)]})
    requests += asked("DELETE", "/slurm/v0.0.45/jobs/", {"user_name": "fred"})
    requests += asked("DELETE", f"/slurm/v0.0.45/job/{job}")
    done = bare_cluster.shell("cat | timeout 60 restd-inet -q", input=requests, user="pebbles", timeout=90)
    assert done.stdout.count(b'"code":2002') + done.stdout.count(b'"error_number":2002') == 3
    assert b"HTTP/1.1 403" in done.stdout
    up = bare_cluster.shell("timeout 20 scontrol ping", timeout=30)
    assert b"is UP" in up.stdout
    assert bare_cluster.job_state(job) == "PENDING"


def test_an_array_s_tasks_tell_what_came_of_a_change(cluster, submit):
    array = submit(array="1-3")
    ask(cluster, "DELETE", f"/slurm/v0.0.45/job/{array}_2")
    for version in VERSIONS:
        status, body = ask(cluster, "POST", f"/slurm/{version}/job/{array}", {"comment": version})
        assert status == 200, body
        results = body["results"] or []
        assert all(one["job_id"] == array for one in results)
        assert [one["step_id"] for one in results if one["error_code"]] == (
            [one["step_id"] for one in results if one["error_code"] == 2021]
        )
        _, read = ask(cluster, "GET", f"/slurm/v0.0.45/job/{array}")
        assert read["jobs"][0]["comment"] == version
    status, body = ask(cluster, "POST", f"/slurm/v0.0.45/job/{array}", {"job_id": 1, "comment": "x"})
    assert status == 400
    assert "the path is that of job" in body["errors"][0]["description"]


def test_a_job_without_a_script_gets_nodes(cluster):
    job = {name: value for name, value in JOB.items() if name != "hold"}
    job |= {"tasks": 1, "time_limit": number(1)}
    for version in VERSIONS[1:]:
        status, body = ask(cluster, "POST", f"/slurm/{version}/job/allocate", {"job": job})
        assert status == 200, body
        assert states(cluster, version, body["job_id"])[0][2] == ["RUNNING"]
        assert ask(cluster, "DELETE", f"/slurm/{version}/job/{body['job_id']}")[0] == 200
    both = {"job": job, "hetjob": [job]}
    assert ask(cluster, "POST", "/slurm/v0.0.45/job/allocate", both)[0] == 400
    status, body = ask(cluster, "POST", "/slurm/v0.0.45/job/allocate", {"hetjob": [job, job]})
    assert status == 200, body
    assert [state for _, _, state in states(cluster, "v0.0.45", body["job_id"])] == [["RUNNING"]] * 2
    ask(cluster, "DELETE", f"/slurm/v0.0.45/job/{body['job_id']}")


def test_jobs_are_put_into_the_queue_again(cluster, submit):
    job = submit()
    ask(cluster, "DELETE", f"/slurm/v0.0.45/job/{job}")
    status, body = ask(cluster, "GET", f"/slurm/v0.0.45/job/{job}/requeue?Hold")
    assert (status, body["errors"]) == (200, [])
    assert states(cluster, "v0.0.45", job)[0][2][0] == "PENDING"
    again = {"jobs": [str(job), str(NOBODY)], "flags": ["Hold"]}
    status, body = ask(cluster, "POST", "/slurm/v0.0.45/jobs/requeue", again)
    assert status in (404, 409)
    assert f"{NOBODY}: Invalid job id" in body["errors"][0]["description"]
    special = {"jobs": [str(job)], "flags": ["SpecialExit"]}
    assert ask(cluster, "POST", "/slurm/v0.0.45/jobs/requeue", special)[0] == 400


def test_what_has_not_changed_is_an_empty_list_from_v0_0_39_on(cluster):
    for version in ("v0.0.39", *VERSIONS):
        status, body = ask(cluster, "GET", f"/slurm/{version}/jobs/?update_time=4000000000")
        assert (status, body["jobs"], len(body["warnings"])) == (200, [], 1)


def test_flags_choose_what_is_listed(cluster, submit):
    submit()
    for flags in ("ALL", "DETAIL", "ALL,DETAIL", "ALL&flags=DETAIL"):
        status, body = ask(cluster, "GET", f"/slurm/v0.0.45/jobs/?flags={flags}")
        assert status == 200
        assert body["jobs"]
    assert ask(cluster, "GET", "/slurm/v0.0.45/jobs/?flags=BOGUS")[0] == 400


# What slurmrestd takes.


@pytest.mark.parametrize("version", VERSIONS)
def test_some_tasks_of_an_array_are_cancelled_at_once(cluster, submit, version):
    array = submit(array="1-7")
    body = {"jobs": [f"{array}_[1-2,6]"], "flags": ["VERBOSE"]}
    status, answer = ask(cluster, "DELETE", f"/slurm/{version}/jobs/", body)
    assert (status, failures(answer)) == (200, {f"{array}_[1-2,6]": 0})
    assert pending(cluster, array) == [3, 4, 5, 7]


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.37", "v0.0.38"])
def test_a_path_may_name_some_tasks_of_an_array(cluster, submit, version):
    array = submit(array="1-5")
    tasks = f"{array}_%5B3-4%5D"
    assert ask(cluster, "POST", f"/slurm/{version}/job/{tasks}", {"comment": "some"})[0] == 200
    shown = cluster.shell(f"scontrol show job {array} -o").stdout.decode().splitlines()
    said = {line.partition("ArrayTaskId=")[2].split()[0] for line in shown if "Comment=some" in line}
    assert said == {"3", "4"}
    assert ask(cluster, "DELETE", f"/slurm/{version}/job/{tasks}")[0] == 200
    assert pending(cluster, array) == [1, 2, 5]


def pending(cluster, array):
    return [task for _, task, state in states(cluster, "v0.0.45", array) if state == ["PENDING"]]


@pytest.mark.parametrize("flags", ["flags=", "flags=VERBOSE"])
def test_flags_that_choose_nothing_signal_as_without_them(cluster, submit, flags):
    job = submit()
    assert ask(cluster, "DELETE", f"/slurm/v0.0.44/job/{job}?{flags}")[0] == 200
    assert states(cluster, "v0.0.45", job)[0][2] == ["CANCELLED"]


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.37", "v0.0.38"])
def test_without_a_directory_an_old_job_runs_where_the_process_stands(cluster, version):
    job = {"name": "rest", "hold": True, "environment": {"PATH": "/bin"}, "nodes": [0, 0]}
    status, body = ask(cluster, "POST", f"/slurm/{version}/job/submit", {"script": SCRIPT, "job": job})
    by_sbatch = cluster.submit("--hold", "--wrap=true")
    shown, other = (
        cluster.shell(f"scontrol show job {number}; scancel {number}").stdout.decode()
        for number in (body["job_id"], by_sbatch)
    )
    assert status == 200
    assert f"WorkDir={cluster.jobs}" in shown
    nodes = [re.search(r"NumNodes=\S+", text)[0] for text in (shown, other)]
    assert nodes[0] == nodes[1]  # "1", or "1-1" on Slurm 26.05


@pytest.mark.parametrize("version", VERSIONS)
def test_without_a_directory_a_job_is_refused(cluster, version):
    job = {"name": "rest", "hold": True, "environment": ["PATH=/bin"]}
    status, _ = ask(cluster, "POST", f"/slurm/{version}/job/submit", {"script": SCRIPT, "job": job})
    assert status == 400


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ({"memory_per_cpu": 10, "memory_per_node": 20}, "MinMemoryNode=20M"),
        ({"memory_per_node": 20, "memory_per_cpu": 10}, "MinMemoryNode=20M"),
        ({"memory_per_cpu": 10, "memory_per_node": {"set": False}}, "MinMemoryCPU=10M"),
        ({"time_limit": 4294967295, "maximum_nodes": 4294967294}, "TimeLimit=UNLIMITED"),
        ({"time_limit": 1.7}, "TimeLimit=00:01:00"),
        ({"begin_time": 2000000000.7}, "StartTime=2033-05-18T03:33:21"),
        ({"environment": ["FOO", ""]}, "JobName=described"),
        ({"environment": {"X": True}}, "JobName=described"),
        ({"comment": True}, "Comment=true"),
    ],
)
def test_a_value_becomes_what_slurmrestd_makes_of_it(cluster, submit, properties, shown):
    number = submit(**properties)
    environment = {"TZ": "UTC"}
    assert shown in cluster.shell(f"scontrol show job {number}", env=environment).stdout.decode()
