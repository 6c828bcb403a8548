"""Answers to wrong requests: which status, which text, and that nothing was done."""

import json

import pytest

from .typed import SLEEP, ask, described, no_jobs_left, queued, request, send

__all__ = ["no_jobs_left"]

V1, V35 = "v1", "v0.0.35"
SUBMIT = f"POST /slurm/{V35}/job/submit HTTP/1.1\r\nContent-Type: application/json\r\n".encode()
both = pytest.mark.parametrize("version", [V1, V35])
MEDIA = (
    "application/json",
    "text/json",
    "application/yaml",
    "application/x-yaml",
    "text/yaml",
    "text/x-yaml",
)


def nothing_submitted(cluster):
    return queued(cluster, "%i", "--me") == []


def submission(cluster, body, *headers, version=V35, options=()):
    """The answer to a submission that must not succeed, its error's text and its exit status checked."""
    done = send(cluster, request("POST", f"/slurm/{version}/job/submit", body, *headers), *options)
    assert done.code == 0, done.err
    assert nothing_submitted(cluster)
    return done.answer


# Where there is nothing


@pytest.mark.parametrize(
    "path", ["/slurm", "/nowhere", "/slurm/v0.0.99/jobs", "/slurm/v35/jobs", "/slurm/V1/jobs"]
)
def test_without_a_version_an_error_is_plain_text(cluster, path):
    answer = ask(cluster, "GET", path)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")


def test_an_unknown_version_is_answered_with_those_served(cluster):
    text = ask(cluster, "GET", "/slurm/v0.0.99/jobs").text
    assert "v0.0.99" in text and "v0.0.35" in text


@both
@pytest.mark.parametrize("path", ["nothing", "jobs/1", "job", "job/1/steps", "diag/x", "job%2f1"])
def test_an_unknown_path_is_404(cluster, version, path):
    answer = ask(cluster, "GET", f"/slurm/{version}/{path}")
    assert answer.status == 404, answer.text


def test_what_is_not_there_is_404(cluster):
    node = ask(cluster, "GET", f"/slurm/{V35}/node/nope")
    assert (node.status, node.error["errno"]) == (404, 2018)
    assert node.error["error"].startswith("Failure to query node nope")
    partition = ask(cluster, "GET", f"/slurm/{V35}/partition/nope")
    assert (partition.status, partition.error["errno"]) == (404, 2000)
    assert "nope" in partition.error["error"]


@both
@pytest.mark.parametrize(
    "job", ["abc", "-1", "0", "1_", "1+", "1_x", "99999999999", "1.0", "%20", "4294967294"]
)
def test_what_is_no_job_id_is_400(cluster, version, job):
    answer = ask(cluster, "GET", f"/slurm/{version}/job/{job}")
    assert answer.status == 400, answer.text
    assert "job id" in answer.error["error"]


# Methods


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "diag", "GET, HEAD, OPTIONS"),
        ("PUT", "ping", "GET, HEAD, OPTIONS, POST"),
        ("GET", "job/submit", "OPTIONS, POST"),
        ("PATCH", "job/1", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("POST", "jobs", "GET, HEAD, OPTIONS"),
        ("DELETE", "job/submit", "OPTIONS, POST"),
    ],
)
def test_a_wrong_method_is_405_with_allow(cluster, method, path, allow):
    answer = ask(cluster, method, f"/slurm/{V35}/{path}")
    assert answer.status == 405
    assert answer.headers["allow"] == allow
    options = ask(cluster, "OPTIONS", f"/slurm/{V35}/{path}")
    assert (options.status, options.headers["allow"], options.body) == (204, allow, b"")


@both
def test_head_has_get_headers_and_no_body(cluster, version):
    got = ask(cluster, "GET", f"/slurm/{version}/ping").headers
    done = send(cluster, request("HEAD", f"/slurm/{version}/ping"))
    head, _, body = done.out.partition(b"\r\n\r\n")
    assert (done.code, body) == (0, b"")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Type: {got['content-type']}".encode() in head


# Formats


@pytest.mark.parametrize(
    "accept", ["text/html", "image/png", "application/json;q=0", "application/xml, text/csv"]
)
def test_an_accept_that_is_not_offered_is_406_and_lists_what_is(cluster, accept):
    answer = ask(cluster, "GET", f"/slurm/{V35}/ping", None, f"Accept: {accept}")
    assert answer.status == 406
    assert all(media in answer.error["error"] for media in MEDIA)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/json"),
        ("application/json;q=0.2, text/yaml;q=0.9", "text/yaml"),
        ("text/html, application/x-yaml;q=0.1", "application/x-yaml"),
    ],
)
def test_the_most_wanted_format_is_answered(cluster, accept, media):
    answer = ask(cluster, "GET", f"/slurm/{V35}/ping", None, f"Accept: {accept}")
    assert (answer.status, answer.headers["content-type"]) == (200, media)


@pytest.mark.parametrize(
    "content", ["text/plain", "application/xml", "application/json; charset=utf-16", "nonsense"]
)
def test_a_body_in_another_format_is_415_and_lists_what_is_taken(cluster, content):
    answer = submission(cluster, b"{}", f"Content-Type: {content}")
    assert answer.status == 415
    assert all(media in answer.error["error"] for media in MEDIA)


def test_a_body_without_a_type_is_read_as_a_form(cluster):
    data = f"POST /slurm/{V35}/job/submit HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    answer = send(cluster, data).answer
    assert answer.status == 400
    assert "a body without Content-Type is read as a form" in answer.error["error"]


def test_a_get_may_have_a_content_type_and_no_body(cluster):
    assert ask(cluster, "GET", f"/slurm/{V35}/ping", None, "Content-Type: application/json").status == 200


# Bodies. Each is (body, where, what); the body is JSON unless it says otherwise.

JOB = '"current_working_directory": "/tmp", "environment": {"PATH": "/bin"}'
YAML = "Content-Type: application/yaml"
BODIES = {
    "no document": (b"", (), "the body is empty"),
    "malformed": (b'{"job": {}', (), "line 1, column 11"),
    "malformed on line 3": (b'{\n"job":\n  ?}', (), "line 3, column 3"),
    "malformed YAML": (b"job:\n  - a\n b: [\n", (YAML,), "line "),
    "duplicate keys": (b'{"job": {"name": "a",\n "name": "b"}}', (), "line 2, column 2"),
    "duplicate YAML keys": (b"job:\n  name: a\n  name: b\n", (YAML,), "line 3, column 3"),
    "NaN": (b'{"job": {"tasks": NaN}}', (), "line 1, column 19"),
    "a list": (b"[]", (), "expected an object"),
    "no job": (b'{"script": "#!/bin/sh\\n"}', (), "job"),
    "an unknown member": (b'{"job": {}, "skript": "x"}', (), "skript"),
    "an unknown property": (
        f'{{"job": {{{JOB},\n "taks": 1}}, "script": "#!"}}'.encode(),
        (),
        'did you mean "tasks"?',
    ),
    "its place": (
        f'{{"job": {{{JOB},\n "taks": 1}}, "script": "#!"}}'.encode(),
        (),
        "line 2, column 10: job.taks",
    ),
    "in a component": (
        f'{{"job": [{{{JOB}}}, {{{JOB},\n  "tasks": "many"}}], "script": "#!"}}'.encode(),
        (),
        "job[1].tasks",
    ),
    "the component's place": (
        f'{{"job": [{{{JOB}}}, {{{JOB},\n  "tasks": "many"}}], "script": "#!"}}'.encode(),
        (),
        "line 2, column ",
    ),
    "too large": (f'{{"job": {{{JOB}, "tasks": 4294967296}}, "script": "#!"}}'.encode(), (), "out of range"),
    "below zero": (f'{{"job": {{{JOB}, "cpus_per_task": -1}}, "script": "#!"}}'.encode(), (), "out of range"),
    "a fraction": (f'{{"job": {{{JOB}, "tasks": "1.5"}}, "script": "#!"}}'.encode(), (), "whole number"),
    "of another type": (f'{{"job": {{{JOB}, "name": []}}, "script": "#!"}}'.encode(), (), "expected a text"),
    "no script": (f'{{"job": {{{JOB}}}}}'.encode(), (), "script"),
    "an empty script": (f'{{"job": {{{JOB}}}, "script": ""}}'.encode(), (), "script"),
    "no environment": (b'{"job": {"current_working_directory": "/"}, "script": "#!"}', (), "job.environment"),
    "an empty environment": (
        b'{"job": {"current_working_directory": "/", "environment": {}}, "script": "#!"}',
        (),
        "job.environment",
    ),
    "no directory": (
        b'{"job": {"environment": {"A": "b"}}, "script": "#!"}',
        (),
        "current_working_directory",
    ),
    "no time": (f'{{"job": {{{JOB}, "begin_time": "soon"}}, "script": "#!"}}'.encode(), (), "job.begin_time"),
    "half a character": (f'{{"job": {{{JOB}, "name": "\\ud800"}}, "script": "#!"}}'.encode(), (), "name"),
    "a zero byte": (f'{{"job": {{{JOB}, "name": "a\\u0000b"}}, "script": "#!"}}'.encode(), (), "name"),
    "not UTF-8": (b'{"job": {"name": "\xff"}}', (), "UTF-8"),
    "a tag": (b"job: !!python/object:os.system {}\n", (YAML,), "tag"),
    "both signs": (f'{{"job": {{{JOB}, "tasks": 1, "ntasks": 2}}, "script": "#!"}}'.encode(), (), "together"),
}


@both
@pytest.mark.parametrize("what", BODIES)
def test_a_wrong_body_is_400_with_the_place(cluster, version, what):
    body, headers, text = BODIES[what]
    answer = submission(cluster, body, *headers, version=version)
    assert answer.status == 400, answer.text
    assert text in answer.error["error"], answer.text


def test_a_wrong_update_is_answered_with_the_place(cluster):
    answer = ask(cluster, "POST", f"/slurm/{V35}/job/1", b'{"comment": "x",\n "time_limt": 3}')
    assert answer.status == 400
    assert answer.error["error"].startswith("line 2, column 15: time_limt")
    assert 'did you mean "time_limit"?' in answer.error["error"]


@pytest.mark.parametrize("query", ["signal=NOPE", "signal=99", "signal=", "sginal=9", "signal=-1"])
def test_a_query_that_is_wrong_is_400(cluster, query):
    answer = ask(cluster, "DELETE", f"/slurm/{V35}/job/1?{query}")
    assert answer.status == 400, answer.text
    assert "signal" in answer.error["error"]


@pytest.mark.parametrize("query", ["update_time=yesterday", "update_time=1:2:3:4", "update_time=%zz"])
def test_a_time_that_is_none_is_400(cluster, query):
    assert ask(cluster, "GET", f"/slurm/{V35}/jobs?{query}").status == 400


# What slurmctld refuses

REFUSED = {
    "partition": ({"partition": "nowhere"}, 2000, "Invalid partition name specified"),
    "account": ({"account": "nobodys"}, 2045, "Invalid account or account/partition combination specified"),
    "qos": ({"qos": "golden"}, 2066, "Invalid qos specification"),
    "licenses": ({"licenses": "nothing:1"}, 2048, "Invalid license specification"),
    "reservation": ({"reservation": "none"}, 2053, "Requested reservation is invalid"),
    "feature": ({"constraints": "golden"}, 2029, "Invalid feature specification"),
    "dependency": ({"dependency": "afterok:x"}, 2038, "Job dependency problem"),
    "gres": ({"gres": "golden:1"}, 2072, "Invalid generic resource (gres) specification"),
    "node list": ({"required_nodes": "nope"}, 2018, "Invalid node name specified"),
}


@both
@pytest.mark.parametrize("what", REFUSED)
def test_what_slurm_refuses_is_422_with_its_number_and_words(cluster, version, what):
    properties, number, text = REFUSED[what]
    answer = submission(cluster, {"job": described(**properties), "script": SLEEP}, version=version)
    assert answer.status == 422, answer.text
    error = answer.error
    assert (error["errno"], error["error_code"]) == (number, number), answer.text
    assert error["error"].startswith(text), answer.text


def test_a_limit_of_slurm_is_422(cluster):
    # The qos high allows sixteen CPUs.
    properties = {"qos": "high", "tasks": 20, "nodes": [1, 4]}
    answer = submission(cluster, {"job": described(**properties), "script": SLEEP})
    assert (answer.status, answer.error["errno"]) == (422, 2050), answer.text


def test_yaml_errors_are_yaml(cluster):
    answer = ask(cluster, "GET", f"/slurm/{V35}/job/4000000", None, "Accept: text/yaml")
    assert (answer.status, answer.headers["content-type"]) == (404, "text/yaml")
    assert answer.text.startswith("%YAML 1.1\n---\n!!str errors: !!seq\n")
    assert "!!str errno: !!int 2017\n" in answer.text


# Connections and exit statuses


@pytest.mark.parametrize("missing", [1, 10, 100])
def test_a_body_that_ends_early_is_400_and_not_submitted(cluster, missing):
    whole = request("POST", f"/slurm/{V35}/job/submit", {"job": described(), "script": SLEEP})
    length = len(whole.partition(b"\r\n\r\n")[2])
    done = send(cluster, whole[:-missing])
    assert done.code == 1
    assert done.answer.status == 400
    assert f"{length - missing}" in done.answer.error["error"] and f"{length}" in done.answer.error["error"]
    assert nothing_submitted(cluster)


def test_a_chunked_body_that_ends_early_is_400_and_not_submitted(cluster):
    body = json.dumps({"job": described(), "script": SLEEP}).encode()
    head = SUBMIT + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    done = send(cluster, head + chunk)
    assert (done.code, done.answer.status) == (1, 400)
    assert nothing_submitted(cluster)
    done = send(cluster, head + chunk + b"0\r\n\r\n")
    assert (done.code, done.answer.status) == (0, 200)


def test_nothing_on_input_is_nothing_on_output(cluster):
    for data in (b"", b"\r\n", b"\n\n"):
        done = send(cluster, data)
        assert (done.code, done.out) == (0, b"")


def test_an_unparseable_request_is_400_and_exit_1(cluster):
    for data in (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /slurm/v1/diag HTTP/1.1\r\n x\r\n\r\n",
    ):
        done = send(cluster, data)
        assert (done.code, done.answer.status) == (1, 400)


def test_the_exit_status_is_0_whatever_the_answer_and_22_with_fail(cluster):
    missing = request("GET", f"/slurm/{V35}/job/4000000")
    assert send(cluster, missing).code == 0
    assert send(cluster, missing, "--fail").code == 22
    fine = request("GET", f"/slurm/{V35}/ping")
    assert send(cluster, fine, "--fail").code == 0
    assert send(cluster, missing + fine, "--fail").code == 22


@pytest.mark.parametrize(
    "options",
    [["--nonsense"], ["-Z"], ["--max-body"], ["--max-body", "0"], ["--max-body", "x"], ["--json", "nice"]],
)
def test_a_wrong_option_is_exit_2_with_a_message(cluster, options):
    done = send(cluster, b"", *options)
    assert (done.code, done.out) == (2, b"")
    assert "--help" in done.err


def test_a_failed_request_does_not_end_the_connection(cluster):
    data = (
        request("GET", f"/slurm/{V35}/job/x") + request("GET", "/none") + request("GET", f"/slurm/{V35}/ping")
    )
    assert [answer.status for answer in send(cluster, data).answers] == [400, 404, 200]


# Limits

PING = f"/slurm/{V35}/ping"


def test_a_body_above_the_limit_is_413_before_it_is_read(cluster):
    done = send(cluster, SUBMIT + b"Content-Length: 101\r\n\r\n", "--max-body", "100")
    assert done.answer.status == 413
    assert "100" in done.answer.text


def test_a_chunked_body_above_the_limit_is_413(cluster):
    head = SUBMIT + b"Transfer-Encoding: chunked\r\n\r\n"
    done = send(cluster, head + b"40\r\n" + b" " * 64 + b"\r\n0\r\n\r\n", "--max-body", "60")
    assert done.answer.status == 413


def test_the_body_limit_is_50_mebibytes(cluster):
    head = SUBMIT + b"Content-Length: %d\r\n\r\n"
    assert send(cluster, head % ((50 << 20) + 1)).answer.status == 413
    done = send(cluster, head % (50 << 20))
    assert done.answer.status == 400


def test_a_target_above_the_limit_is_414(cluster):
    assert send(cluster, request("GET", PING + "?" + "x" * 100), "--max-target", "100").answer.status == 414
    assert send(cluster, request("GET", "/" + "x" * (64 << 10))).answer.status == 414


def test_a_target_of_thousands_of_jobs_is_taken(cluster):
    jobs = "&".join(f"job_id={number}" for number in range(900001, 903001))
    answer = send(cluster, request("GET", f"/slurm/v0.0.45/jobs/state?{jobs}")).answer
    assert (answer.status, answer.json["jobs"]) == (200, [])


def test_headers_above_the_limit_are_431(cluster):
    assert (
        send(cluster, request("GET", PING, None, "X: " + "x" * 1000), "--max-header", "1000").answer.status
        == 431
    )
    assert send(cluster, request("GET", PING, None, "X: " + "x" * (128 << 10))).answer.status == 431
    assert send(cluster, request("GET", PING, None, "X: " + "x" * 120000)).answer.status == 200


def test_a_body_nested_too_deep_is_400(cluster):
    answer = submission(cluster, b'{"job": {"argv": [[[1]]]}}', options=("--max-depth", "4"))
    assert answer.status == 400 and "deep" in answer.error["error"]
    answer = submission(cluster, b"[" * 100000)
    assert answer.status == 400 and "deep" in answer.error["error"]


def test_a_body_with_too_many_values_is_400(cluster):
    body = json.dumps({"job": {"argv": [1] * 20}}).encode()
    answer = submission(cluster, body, options=("--max-items", "20"))
    assert answer.status == 400 and "20" in answer.error["error"]


def test_an_alias_bomb_is_400(cluster):
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (letter, letter, b",".join([b"*%c" % (letter - 1)] * 9)) for letter in b"bcdefghi"
    )
    assert submission(cluster, bomb, YAML).status == 400


def test_a_connection_ends_after_its_last_request(cluster):
    done = send(cluster, request("GET", PING) * 5, "--max-requests", "3")
    assert [answer.status for answer in done.answers] == [200, 200, 200]
    assert done.answers[-1].headers["connection"] == "close"
