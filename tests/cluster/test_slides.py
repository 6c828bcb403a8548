"""What the slides show, typed in bash as it is by an ordinary user."""

import base64
import json
import re

import pytest

from .typed import (
    SLEEP,
    Answer,
    Done,
    as_root,
    described,
    identities,
    no_jobs_left,
    output,
    queued,
    request,
    shown,
)

__all__ = ["no_jobs_left"]

DIAG_NAMES = (
    "parts_packedg req_timeg req_time_startg server_thread_count agent_queue_size agent_count "
    "dbd_agent_queue_size gettimeofday_latency schedule_cycle_max schedule_cycle_last schedule_cycle_sum "
    "schedule_cycle_counter schedule_cycle_depth schedule_queue_len jobs_submitted jobs_started "
    "jobs_completed jobs_canceled jobs_failed jobs_pending jobs_running job_states_ts bf_backfilled_jobs "
    "bf_last_backfilled_jobs bf_backfilled_pack_jobs bf_cycle_counter bf_cycle_sum bf_cycle_last "
    "bf_cycle_max bf_last_depth bf_last_depth_try bf_depth_sum bf_depth_try_sum bf_queue_len "
    "bf_queue_len_sum bf_when_last_cycle bf_active"
)
JOB_NAMES = (
    "account accrue_time admin_comment array_job_id array_task_id array_max_tasks array_task_str assoc_id "
    "batch_features batch_flag batch_host bitflags boards_per_node burst_buffer burst_buffer_state cluster "
    "cluster_features command comment contiguous core_spec thread_spec cores_per_socket billable_tres "
    "cpus_per_task cpu_freq_min cpu_freq_max cpu_freq_gov cpus_per_tres deadline delay_boot dependency "
    "derived_ec eligible_time end_time exc_nodes execution_node_by_index exit_code features fed_origin_str "
    "fed_siblings_active fed_siblings_active_str fed_siblings_viable fed_siblings_viable_str gres_detail "
    "group_id job_id job_resources job_state"
)
DIAG, JOB = DIAG_NAMES.split(), JOB_NAMES.split()


@pytest.fixture
def typed(cluster):
    """Runs a line in bash, in a directory of the user's own, as the slides do; what restd-inet did."""
    directory = cluster.shell("mktemp -d").stdout.decode().strip()

    def run(line, files=None, env=None):
        for name, content in (files or {}).items():
            cluster.shell(f"cd {directory} && mkdir -p $(dirname {name}) && cat > {name}", input=content)
        return Done(cluster.shell(f"cd {directory} && {line}", env=env))

    yield run
    cluster.shell(f"rm -r {directory}")


@pytest.fixture
def parts(cluster):
    """The number of parts, with which diag begins; slurmctld sends it up to 25.05."""
    return 1 if cluster.slurm < (25, 11) else 0


def demo(cluster, job=None, *more, **properties):
    """The slides' job, as an editor saves it: with a newline after the body."""
    job = {
        "account": "test",
        "ntasks": 20,
        "name": "test18.1",
        "nodes": [2, 4],
        "current_working_directory": f"{cluster.jobs}/",
        **identities(cluster),
        "environment": {
            "PATH": "/bin:/usr/bin/:/usr/local/bin/",
            "LD_LIBRARY_PATH": "/lib/:/lib64/:/usr/local/lib",
        },
        **(job or {}),
    }
    jobs = [job, *({**job, **other} for other in more)]
    document = {"job": jobs if more else job, "script": properties.get("script", SLEEP)}
    return request("POST", "/slurm/v1/job/submit", document, "Accept: text/yaml") + b"\n"


def submitted(done):
    """The number of a job that `restd-inet 2>/dev/null < demo` submitted, its answer checked to the byte."""
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith(b"HTTP/1.1 200 OK\r\n")
    found = re.fullmatch(
        r"%YAML 1\.1\n---\n"
        r"!!str errors: !!seq \[\]\n"
        r"!!str job_id: !!int (\d+)\n"
        r"!!str step_id: !!str BATCH\n"
        r"!!str job_submit_user_msg: !!null null\n"
        r"\.\.\.\n",
        done.answer.text,
    )
    assert found, done.answer.text
    return int(found[1])


def test_diag_in_a_pipe(typed):
    """Row 1."""
    done = typed(r'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet')
    assert done.code == 0
    assert done.out.startswith(b"HTTP/1.1 200 OK\r\n")
    answer = Answer(done.out)
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert list(answer.json) == DIAG
    assert all(type(value) is int for value in answer.json.values())


def test_the_log_names_the_path_and_the_pipe(typed):
    done = typed(r'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet')
    assert re.search(r"/slurm/v1/diag for pipe:\[\d+\]", done.err), done.err
    assert len(done.err.splitlines()) == 1


def test_diag_counts_what_sdiag_counts(cluster, typed):
    document = typed(r'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet').answer.json
    sdiag = output(cluster, "sdiag")
    for name in ("submitted", "started", "completed", "canceled", "failed"):
        assert f"Jobs {name}:" in sdiag
        assert int(re.search(rf"Jobs {name}:\s*(\d+)", sdiag)[1]) >= document[f"jobs_{name}"]


def test_through_sed_and_jq(typed, parts):
    line = r"""echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet 2>/dev/null | sed '1,/^\r*$/d' | jq ."""
    assert list(json.loads(typed(line).out)) == DIAG
    assert typed(line + "parts_packedg").out == b"%d\n" % parts


def test_a_token_in_the_environment(cluster, typed):
    """Row 2: nothing else would do here, as munge cannot be reached under this configuration."""
    conf = cluster.shell("sed 's|^AuthInfo=.*|AuthInfo=socket=/nonexistent|' $SLURM_CONF").stdout
    files = {"etc/slurm.token.conf": conf}
    line = (
        r'echo -e "GET http://localhost/slurm/v1/diag HTTP/1.1\r\nAccept: */*\r\n"'
        " | restd-inet -f etc/slurm.token.conf"
    )
    done = typed(line, files, env={"SLURM_JWT": cluster.token()})
    assert (done.code, done.answer.status) == (0, 200), done.err
    assert list(done.answer.json) == DIAG
    without = typed(line)
    assert without.answer.status in (502, 503)
    assert "/nonexistent" in without.answer.error["error"]


@pytest.mark.parametrize("version", ["v1", "v0.0.35"])
@pytest.mark.parametrize("path", ["diag", "ping", "jobs"])
def test_a_token_that_is_refused_is_403_and_says_why(cluster, typed, version, path):
    """Row 2: a token of the environment is not passed over for the user's own right to ask."""
    header, claims, signature = cluster.token().split(".")
    past = base64.urlsafe_b64encode(b'{"exp":1000000000,"iat":999999999,"sun":"fred"}')
    expired = past.decode().rstrip("=")
    for token, reason in (
        (f"{header}.{expired}.{signature}", "expired at 2001-09-09T01:46:40Z"),
        (f"{header}.{claims}.{signature[::-1]}", "cannot verify it"),
        ("nonsense", "not a JSON web token"),
    ):
        done = typed(
            rf'echo -e "GET /slurm/{version}/{path} HTTP/1.1\r\n" | restd-inet', env={"SLURM_JWT": token}
        )
        assert (done.code, done.answer.status) == (0, 403), done.answer.text
        assert reason in done.answer.error["error"]
        assert token not in done.err and token not in done.answer.text


@as_root
def test_a_token_decides_who_submits(cluster, typed):
    """Row 2: the process is the ordinary user's, its token another's."""
    document = {"job": described(account="research"), "script": SLEEP}
    data = request("POST", "/slurm/v1/job/submit", document)
    done = typed("restd-inet < job", {"job": data}, env={"SLURM_JWT": cluster.token("pebbles")})
    assert done.answer.status == 200, done.answer.text
    job = done.answer.json["job_id"]
    assert shown(cluster, job, user="pebbles")["UserId"].startswith("pebbles(")
    cluster.shell(f"scancel {job}", user="pebbles")


def test_yaml_as_libyaml_writes_it(typed, parts):
    """Row 3."""
    done = typed(
        r'echo -e "GET http://localhost/slurm/v1/diag HTTP/1.1\r\nAccept: text/yaml\r\n" | restd-inet'
    )
    assert done.answer.headers["content-type"] == "text/yaml"
    lines = done.answer.text.split("\n")
    assert lines[:3] == ["%YAML 1.1", "---", f"!!str parts_packedg: !!int {parts}"]
    assert lines[-2:] == ["...", ""]
    found = [re.fullmatch(r"!!str (\w+): !!int (-?\d+)", line) for line in lines[2:-2]]
    assert [line[1] for line in found] == DIAG


def test_a_submitted_job_is_in_the_queue(cluster, typed):
    """Row 6."""
    job = submitted(typed("restd-inet 2>/dev/null < demo", {"demo": demo(cluster)}))
    assert cluster.wait_state(job, "RUNNING") == "RUNNING"
    assert queued(cluster, "%j %u %a %D %C", f"--jobs={job}") == [f"test18.1 {cluster.user} test 4 20"]


def test_a_submitted_job_runs_its_script(cluster, typed):
    script = '#!/bin/bash\necho it works\necho "$PATH $LD_LIBRARY_PATH"'
    job = submitted(typed("restd-inet 2>/dev/null < demo", {"demo": demo(cluster, script=script)}))
    cluster.wait_state(job, "COMPLETED")
    with open(f"{cluster.jobs}/slurm-{job}.out") as file:
        assert file.read() == "it works\n/bin:/usr/bin/:/usr/local/bin/ /lib/:/lib64/:/usr/local/lib\n"


def test_a_list_of_jobs_is_a_heterogeneous_job(cluster, typed):
    """Row 7."""
    content = demo(cluster, {}, {"ntasks": 2, "nodes": 1})
    job = submitted(typed("restd-inet 2>/dev/null < demo", {"demo": content}))
    found = queued(cluster, "%i %C %j", f"--jobs={job}")
    assert sorted(found) == [f"{job}+0 20 test18.1", f"{job}+1 2 test18.1"]


def test_an_array_of_jobs(cluster, typed):
    """Row 8."""
    content = demo(cluster, {"ntasks": 2, "nodes": 1, "array": "1-1000"})
    job = submitted(typed("restd-inet 2>/dev/null < demo", {"demo": content}))
    cluster.wait(lambda: f"{job}_1 R" in queued(cluster, "%i %t", f"--jobs={job}"))
    found = dict(line.split() for line in queued(cluster, "%i %t", f"--jobs={job}"))
    (pending,) = [name for name in found if found[name] == "PD"]
    assert re.fullmatch(rf"{job}_\[\d+-1000\]", pending)
    every = queued(cluster, "%i", f"--jobs={job}", "--array")
    assert len(every) == 1000


def test_delete_cancels(cluster, typed):
    """Row 9."""
    job = submitted(typed("restd-inet 2>/dev/null < demo", {"demo": demo(cluster)}))
    cluster.wait_state(job, "RUNNING")
    cancel = f"DELETE /slurm/v1/job/{job} HTTP/1.1\nAccept: text/yaml\n\n"
    done = typed("restd-inet 2>/dev/null < cancel", {"cancel": cancel})
    assert (done.code, done.answer.status) == (0, 200)
    assert done.answer.text == "%YAML 1.1\n---\n!!str errors: !!seq []\n...\n"
    cluster.wait(lambda: "JobState=CANCELLED" in output(cluster, "scontrol", "show", "job", job))


def test_a_job_as_one_flat_object(cluster, typed):
    """Row 10."""
    content = demo(cluster, {"comment": "a comment"})
    job = submitted(typed("restd-inet 2>/dev/null < demo", {"demo": content}))
    cluster.wait_state(job, "RUNNING")
    done = typed(rf"echo -e 'GET /slurm/v1/job/{job} HTTP/1.1\r\nACCEPT: text/json\r\n\r\n' | restd-inet")
    assert done.answer.headers["content-type"] == "text/json"
    document = json.loads(done.answer.body)
    assert list(document)[: len(JOB)] == JOB
    assert document["job_id"] == job
    assert document["job_state"] == "RUNNING"
    assert document["account"] == "test"
    assert document["comment"] == "a comment"
    assert type(document["bitflags"]) is list
    assert document["batch_host"] == shown(cluster, job)["BatchHost"]
    unset = ("admin_comment", "array_task_id", "core_spec", "thread_spec", "exc_nodes", "burst_buffer")
    assert [document[name] for name in unset] == [None] * len(unset)


def test_the_first_release_takes_a_job_over_a_pipe(cluster, typed):
    """Row 12, without the network."""
    document = {
        "job": {
            "tasks": 1,
            "name": "test",
            "nodes": 1,
            "current_working_directory": f"{cluster.jobs}/",
            "environment": {"PATH": "/bin:/usr/bin/:/usr/local/bin/"},
        },
        "script": SLEEP,
    }
    line = r"""(printf 'POST /slurm/v0.0.35/job/submit HTTP/1.1\r\nContent-Type: application/json\r\n'
        printf 'Content-Length: %d\r\n\r\n' $(stat -c %s job.json); cat job.json) | restd-inet"""
    done = typed(line, {"job.json": json.dumps(document)})
    job = done.answer.json["job_id"]
    assert done.answer.text == f'{{"errors":[],"job_id":{job},"step_id":"BATCH","job_submit_user_msg":""}}\n'
    assert queued(cluster, "%i %j %D", f"--jobs={job}") == [f"{job} test 1"]


def test_without_authentication_the_answer_is_403(cluster, typed):
    """Row 14: others may write to this file, so it proves nothing; its body is not even looked at."""
    content = request("POST", "/slurm/v1/job/submit", b"{ this is not JSON")
    done = typed("chmod o+w demo; restd-inet < demo", {"demo": content})
    assert done.code == 0
    assert done.answer.status == 403
    assert "chmod go-w" in done.answer.error["error"]


def test_echo_of_dash_is_named_in_the_error(typed):
    done = typed(r"""dash -c 'echo -e "GET /slurm/v1/diag HTTP/1.1\r\n" | restd-inet'""")
    assert done.code == 1
    assert done.answer.status == 400
    assert "echo" in done.answer.text and "printf" in done.answer.text
