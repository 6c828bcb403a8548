"""/restd/<version>/job/{job_id}/<verb> and jobs/<verb>: which jobs are meant, and what came of each."""

from __future__ import annotations

import pwd
from typing import Any
from urllib.parse import quote

import pytest
from asking import FOREIGN, JSON, ME, ask, content, no_slurm, text
from fake_slurm import FakeSlurm, lib
from hypothesis import given, settings
from hypothesis import strategies as st

import restd_inet.slurm
from restd_inet.problems import Problem
from restd_inet.schema.versions import NAMES, V40

__all__ = ["no_slurm"]
VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
BASE = "/restd/v0.0.44"
NONE = 0xFFFFFFFE
NOBODY = pwd.getpwnam("nobody").pw_uid
#: A verb → a body that it takes, and the call that it makes.
VERBS: dict[str, tuple[dict[str, Any], str]] = {
    "hold": ({}, "slurm_update_job2"),
    "release": ({}, "slurm_update_job2"),
    "suspend": ({}, "slurm_suspend2"),
    "resume": ({}, "slurm_resume2"),
    "requeue": ({}, "slurm_requeue2"),
    "top": ({}, "slurm_top_job"),
    "notify": ({"message": "soon"}, "compat_notify_job"),
    "signal": ({"signal": "USR1"}, "slurm_kill_job2"),
}
#: job id → members of its record.
JOBS: dict[int, dict[str, Any]] = {
    3: {"job_state": lib.JOB_RUNNING, "name": "run", "partition": "debug"},
    4: {"job_state": lib.JOB_PENDING, "name": "wait", "user_id": NOBODY},
    5: {"job_state": lib.JOB_COMPLETE, "name": "done"},
    # An array: tasks 1, 2, 5, 6 wait, 0 runs.
    10: {"array_job_id": 10, "array_task_str": "1-2,5-6", "name": "array"},
    11: {"array_job_id": 10, "array_task_id": 0, "job_state": lib.JOB_RUNNING, "name": "array"},
    # A heterogeneous job of two components.
    20: {"het_job_id": 20, "het_job_offset": 0, "name": "het"},
    21: {"het_job_id": 20, "het_job_offset": 1, "name": "het"},
}


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    return connected(monkeypatch)


def connected(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = FakeSlurm()
    for number, members in JOBS.items():
        known = {"user_id": ME, "array_task_id": NONE, "job_state": lib.JOB_PENDING, "priority": 9, **members}
        fake.add_job(job_id=number, **known)
    fake.add_partition(name="debug")
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


def post(target: str, body: Any = b"") -> Any:
    return ask("POST", f"{BASE}/{target}", body, JSON)


def said(answer: Any) -> str:
    """All that is said of the first error."""
    return str(content(answer)["errors"][0]["description"])


def results(target: str, body: Any = b"") -> dict[str, int]:
    """Each job as the answer names it, and its error."""
    answer = post(target, body)
    assert answer.status == 200, content(answer)
    return {one["step_id"]: one["error_code"] for one in content(answer)["results"]}


def acted(slurm: FakeSlurm, call: str) -> list[Any]:
    """The jobs that a call was made for, in its order."""
    found = []
    for name, first, *_ in slurm.calls:
        if name == call:
            found.append(first if isinstance(first, (str, int)) else slurm.text(first.struct.job_id_str))
    return found


def changing(slurm: FakeSlurm) -> list[str]:
    return [name for name, *_ in slurm.calls if "load" not in name]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("version", [*VERSIONS, "latest"])
def test_a_verb_is_done_for_the_job_of_the_path(slurm: FakeSlurm, verb: str, version: str) -> None:
    body, call = VERBS[verb]
    answer = ask("POST", f"/restd/{version}/job/3/{verb}", body or b"", JSON if body else {})
    assert answer.status == 200, content(answer)
    document = content(answer)
    assert document["results"] == [
        {"job_id": 3, "step_id": "3", "error": "No error", "error_code": 0, "why": ""}
    ]
    assert (document["errors"], document["warnings"]) == ([], [])
    assert [str(job) for job in acted(slurm, call)] == ["3"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("target", ["job/3/{}", "jobs/{}?user=me"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_a_verb_is_done_by_post_alone(slurm: FakeSlurm, verb: str, target: str, method: str) -> None:
    answer = ask(method, f"{BASE}/{target.format(verb)}", b"")
    assert answer.status == 405
    assert ("Allow", "OPTIONS, POST") in answer.headers
    assert slurm.calls == []


def test_no_version_before_v0_0_40_has_them(slurm: FakeSlurm) -> None:
    assert ask("POST", "/restd/v0.0.39/job/3/hold", b"").status == 404


@pytest.mark.parametrize(
    ("verb", "body", "priority", "holder"),
    [
        ("hold", {}, 0, 0),
        ("hold", {"uhold": True}, 0, lib.ALLOC_SID_USER_HOLD),
        ("hold", {"uhold": False}, 0, 0),
        ("release", {}, 0xFFFFFFFF, NONE),
    ],
)
def test_who_holds_is_sent_as_scontrol_sends_it(
    slurm: FakeSlurm, verb: str, body: dict[str, Any], priority: int, holder: int
) -> None:
    assert results(f"job/3/{verb}", body) == {"3": 0}
    ((_, sent, *_),) = [call for call in slurm.calls if call[0] == "slurm_update_job2"]
    assert (sent.struct.priority, sent.struct.alloc_sid) == (priority, holder)


@pytest.mark.parametrize(
    ("verb", "body", "sent"),
    [
        ("requeue", {}, ("3", 0)),
        ("requeue", {"flags": ["Hold"]}, ("3", lib.JOB_REQUEUE_HOLD)),
        ("requeue", {"flags": ["Hold", "SpecialExit"]}, ("3", lib.JOB_REQUEUE_HOLD | lib.JOB_SPECIAL_EXIT)),
        ("requeue", {"flags": ["Incomplete"]}, ("3", lib.JOB_RUNNING)),
        ("signal", {"signal": "USR1"}, ("3", 10, 0)),
        ("signal", {"signal": 15, "flags": ["FULL_JOB"]}, ("3", 15, lib.KILL_FULL_JOB)),
        ("signal", {"signal": "SIGTERM", "flags": "BATCH_JOB"}, ("3", 15, lib.KILL_JOB_BATCH)),
        ("notify", {"message": "maintenance at 5"}, (3, "maintenance at 5")),
    ],
)
def test_arguments_are_sent(slurm: FakeSlurm, verb: str, body: dict[str, Any], sent: tuple[Any, ...]) -> None:
    assert results(f"job/3/{verb}", body) == {"3": 0}
    ((_, *arguments),) = [call for call in slurm.calls if call[0] == VERBS[verb][1]]
    assert tuple(arguments[: len(sent)]) == sent


def test_arguments_may_be_a_form_or_a_query(slurm: FakeSlurm) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert ask("POST", f"{BASE}/job/3/signal", b"signal=USR1", form).status == 200
    assert ask("POST", f"{BASE}/job/3/signal?signal=USR1", b"", {}).status == 200
    assert ask("POST", f"{BASE}/jobs/signal?job_id=3", b"signal=USR1", form).status == 200
    assert [arguments[:2] for name, *arguments in slurm.calls if name == "slurm_kill_job2"] == [["3", 10]] * 3


@pytest.mark.parametrize("target", ["job/3/{}", "jobs/{}?job_id=3"])
@pytest.mark.parametrize(
    ("verb", "body", "message"),
    [
        ("signal", {}, "signal: expected a value; nothing was done"),
        ("signal", {"signal": ""}, "signal: expected a value; nothing was done"),
        ("signal", {"signal": "NONE"}, "signal: expected a signal by number or name"),
        ("signal", {"signal": 0}, "signal: 0 is out of range"),
        ("notify", {}, "message: expected a value; nothing was done"),
        ("notify", {"message": ["a"]}, "message: expected a text, found a list"),
        ("requeue", {"flags": ["SpecialExit"]}, "SpecialExit: expected Hold too"),
        ("hold", {"uhold": "perhaps"}, "uhold: expected true or false"),
        ("hold", {"hold": True}, 'hold: unknown property; did you mean "uhold"?'),
        ("release", {"signal": 9}, "signal: unknown property"),
        ("suspend", [], "the document: expected an object, found a list"),
    ],
)
def test_a_mistake_is_400_and_nothing_is_done(
    slurm: FakeSlurm, target: str, verb: str, body: Any, message: str
) -> None:
    answer = post(target.format(verb), body)
    assert answer.status == 400, content(answer)
    assert message in text(answer)
    assert changing(slurm) == []


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "expected at least one filter, of user, account, partition"),
        ("usr=me", 'usr: unknown property; did you mean "user"?'),
        ("user=me&limit=1", "limit: unknown property"),
        ("signal=9", "signal: unknown property"),
        ("user=", "user: expected a value, found an empty one"),
        ("partition=debgu", "expected the name of a partition"),
        ("job_id=x", 'job_id: "x" is not a job id'),
    ],
)
def test_a_query_that_chooses_nothing_or_is_wrong_is_400(
    slurm: FakeSlurm, verb: str, query: str, message: str
) -> None:
    answer = post(f"jobs/{verb}?{query}", VERBS[verb][0])
    assert answer.status == 400
    assert message in text(answer)
    assert changing(slurm) == []


def test_a_mistake_in_the_query_has_no_place_in_the_body(slurm: FakeSlurm) -> None:
    answer = post("jobs/signal?signal=9", {"signal": "USR1"})
    assert (answer.status, text(answer)) == (400, "signal: unknown property")
    answer = post("jobs/signal?user=me", b'{\n "signal": "USR9"}')
    assert said(answer).startswith("line 2, column ")


@pytest.mark.parametrize(("target"), ["job/3/hold", "jobs/hold?user=me"])
def test_a_body_that_ends_early_does_nothing(slurm: FakeSlurm, target: str) -> None:
    def truncated() -> bytes:
        raise Problem(400, "the body ended at byte 5 of 9")

    assert ask("POST", f"{BASE}/{target}", truncated, JSON).status == 400
    assert slurm.calls == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("user=me", ["3", "10_[1,2,5,6]", "10_0", "20"]),
        ("user=!me", ["4"]),
        ("state=PENDING", ["4", "10_[1,2,5,6]", "20"]),
        ("state=COMPLETED", ["5"]),
        ("job_id=5", ["5"]),
        ("name=het,run", ["3", "20"]),
        ("name=*&user=me&partition=debug", ["3"]),
        ("job_id=10", ["10_[1,2,5,6]", "10_0"]),
        ("job_id=10_2", ["10_[2]"]),
        ("job_id=10_[0-1,6]", ["10_[1,6]", "10_0"]),
        ("job_id=10&job_id=!10_5,!10_0", ["10_[1,2,6]"]),
        ("name=array&job_id=!10_[1-5]", ["10_[6]", "10_0"]),
        ("job_id=20%2B1", ["21"]),
        ("job_id=21", ["21"]),
        ("user=nobody&account=none", []),
    ],
)
def test_jobs_are_chosen_by_the_filters_of_the_list(slurm: FakeSlurm, query: str, found: list[str]) -> None:
    assert list(results(f"jobs/suspend?{query}")) == found
    assert acted(slurm, "slurm_suspend2") == found


def test_a_verb_on_records_is_done_for_each_component(slurm: FakeSlurm) -> None:
    assert list(results("jobs/notify?name=het", {"message": "x"})) == ["20", "21"]
    assert acted(slurm, "compat_notify_job") == [20, 21]
    assert list(results("job/10/notify", {"message": "x"})) == ["10_[1,2,5,6]", "10_0"]
    assert acted(slurm, "compat_notify_job")[2:] == [10, 11]


def test_several_jobs_come_to_the_top_in_their_order(slurm: FakeSlurm) -> None:
    assert list(results("jobs/top?job_id=3,4,10_[1-2]")) == ["3", "4", "10_[1,2]"]
    assert acted(slurm, "slurm_top_job") == ["4,10", "3"]


def test_jobs_come_to_the_top_one_by_one_if_one_of_them_may_not(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = ("4,10", "4")
    monkeypatch.setattr(
        slurm, "failing", lambda call, given: "ESLURM_ACCESS_DENIED" if given and given[0] in refused else ""
    )
    assert results("jobs/top?job_id=4,10_[1-2]") == {"4": lib.ESLURM_ACCESS_DENIED, "10_[1,2]": 0}


def test_all_waiting_tasks_are_meant_however_many_there_are(slurm: FakeSlurm) -> None:
    tasks = [*range(0, 1200, 3)]
    words = [0x42434445, 1200, *[0] * (1200 // 64 + 1)]  # src/common/bitstring.h: a magic number, the size
    for task in tasks:
        words[2 + task // 64] |= 1 << task % 64
    bits = slurm.ffi.new("bitstr_t[]", [(word ^ 1 << 63) - (1 << 63) for word in words])
    slurm.add_job(
        job_id=30, array_job_id=30, array_task_id=NONE, array_task_str="0,3,6,9,...", user_id=ME,
        job_state=lib.JOB_PENDING, array_bitmap=bits,
    )  # fmt: skip
    names = list(results("jobs/suspend?job_id=30"))
    assert [int(task) for name in names for task in name[4:-1].split(",")] == tasks
    assert list(results("jobs/suspend?job_id=30_999")) == ["30_[999]"]
    # One call for all that wait; else no more than slurmctld can give records of their own in time.
    assert len(results("jobs/hold?job_id=30")) == 1
    assert len(results("jobs/hold?job_id=30&job_id=!30_0")) == 20
    assert ask("GET", "/slurm/v0.0.44/job/30_999").status == 200


def test_each_job_has_its_outcome(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"3": "ESLURM_ACCESS_DENIED"}
    monkeypatch.setattr(slurm, "failing", lambda call, given: refused.get(given[0], "") if given else "")
    answer = content(post("jobs/suspend?job_id=3,4,999"))
    outcomes = {one["step_id"]: one for one in answer["results"]}
    assert {job: one["error_code"] for job, one in outcomes.items()} == {
        "3": lib.ESLURM_ACCESS_DENIED,
        "4": 0,
        "999": lib.ESLURM_INVALID_JOB_ID,
    }
    assert "Access/permission denied" in outcomes["3"]["error"]
    assert outcomes["999"]["why"].startswith('there is no job "999" that you may see')


def test_an_array_s_tasks_have_theirs(slurm: FakeSlurm) -> None:
    slurm.outcomes = [("10_1", 0), ("10_2", lib.ESLURM_JOB_PENDING)]
    answer = content(post("job/10_[1-2]/suspend"))
    assert [one["error_code"] for one in answer["results"]] == [0, lib.ESLURM_JOB_PENDING]
    assert "10_2: " in answer["warnings"][0]["description"]
    slurm.outcomes = [("10_1", lib.ESLURM_JOB_PENDING), ("10_2", lib.ESLURM_JOB_PENDING)]
    assert post("job/10_[1-2]/suspend").status == 409


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("ESLURM_ACCESS_DENIED", 403),
        ("ESLURM_INVALID_JOB_ID", 404),
        ("ESLURM_ALREADY_DONE", 409),
        ("ESLURM_DISABLED", 422),
        ("SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR", 503),
    ],
)
@pytest.mark.parametrize("verb", VERBS)
def test_the_status_is_that_of_the_one_job(slurm: FakeSlurm, verb: str, error: str, status: int) -> None:
    slurm.errors[VERBS[verb][1]] = error
    assert post(f"job/3/{verb}", VERBS[verb][0] or b"").status == status


def test_an_error_of_slurmctld_says_what_was_done_before(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = {"10_0": "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"}
    monkeypatch.setattr(slurm, "failing", lambda call, given: down.get(given[0], "") if given else "")
    answer = post("jobs/suspend?user=me")
    assert answer.status == 503
    assert said(answer).endswith("; it was done for 3, 10_[1,2,5,6]")


def test_a_job_that_is_not_there_is_404(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_suspend2"] = "ESLURM_INVALID_JOB_ID"
    for verb in ("suspend", "notify", "top"):
        answer = post(f"job/999/{verb}", VERBS[verb][0] or b"")
        assert (answer.status, "there is no job 999" in said(answer)) == (404, True)
    assert post("job/x/hold").status == 400


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("DELETE", "jobs", {"jobs": ["3"], "flags": None}),
        ("POST", "jobs/requeue", {"jobs": ["3"], "flags": None}),
        ("POST", "partitions", {"partitions": [{"name": "debug", "flags": None}]}),
    ],
)
def test_null_stands_for_no_flags(slurm: FakeSlurm, method: str, target: str, body: Any) -> None:
    assert ask(method, f"/slurm/v0.0.45/{target}", body, JSON).status == 200
    assert results("job/3/requeue", {"flags": None}) == {"3": 0}


def test_nothing_is_said_to_strangers(no_slurm: None) -> None:
    for target in ("job/3/hold", "jobs/hold?usr=x"):
        assert ask("POST", f"{BASE}/{target}", peer=FOREIGN).status == 401


HOSTILE = st.sampled_from(
    ["\x00", "[", "1_[1-", "10_[0-4294967295]", "10_[5-1]", "4294967294", "-1", "٣", "%", "..", "é" * 99, "!",
     "10_1_2", "20+99999", "[,", "me,me", "a" * 5000, "'; DROP", "$(id)", "\n", "\udcff", "s" + "Z" * 13]
) | st.text(max_size=6)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    verb=st.sampled_from(sorted(VERBS)),
    query=st.dictionaries(
        st.sampled_from(["user", "account", "state", "name", "node", "job_id", "qos", "x"]),
        HOSTILE,
        max_size=3,
    ),
    body=st.dictionaries(
        st.sampled_from(["signal", "flags", "message", "uhold", "x"]),
        HOSTILE | st.integers() | st.none() | st.lists(HOSTILE, max_size=2),
        max_size=2,
    ),
    job=HOSTILE,
)
def test_any_text_is_answered(verb: str, query: dict[str, str], body: dict[str, Any], job: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        connected(patch)
        target = "&".join(f"{name}={quote(word, errors='surrogatepass')}" for name, word in query.items())
        assert post(f"jobs/{verb}?{target}", body).status in (200, 400, 413, 501)
        path = job.replace("/", "").replace("?", "") or "7"
        assert post(f"job/{path}/{verb}", body).status in (200, 400, 404, 501)
