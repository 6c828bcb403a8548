"""Watching lists under /restd/: events, ids to go on from, and answers that wait for a change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import ME, ask, content, text
from fake_slurm import FakeSlurm, lib
from held_asking import Scene, brief, events, held, time

import restd_inet.slurm
from restd_inet.commands import Call
from restd_inet.commands.restd import _images, _watch
from restd_inet.commands.restd._fold import changed
from restd_inet.commands.restd.jobs import JOBS
from restd_inet.message import Credential

__all__ = ["time"]
pytestmark = pytest.mark.usefixtures("time")
BASE = "/restd/v0.0.44"
FIELDS = "fields=job_id,name,job_state,time_limit"
ENDED = "this process ends; connect again"


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = FakeSlurm()
    fake.now = 100
    for number in (3, 7, 5):
        add(fake, number)
    fake.add_partition(name="debug")
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


def add(slurm: FakeSlurm, number: int, **members: Any) -> Any:
    given = {"job_state": lib.JOB_PENDING, "name": f"job{number}", "array_task_id": 0xFFFFFFFE, **members}
    return slurm.add_job(job_id=number, user_id=ME, partition="debug", **given)


SNAPSHOT = [("added", 3), ("added", 5), ("added", 7), ("synced",)]
END = ("end",)


def test_first_come_the_records_in_their_order_then_what_changes(slurm: FakeSlurm) -> None:
    three, seven = slurm._jobs[:2]

    def change() -> None:
        three.job_state, seven.time_limit = lib.JOB_RUNNING, 5
        slurm._jobs.remove(slurm._jobs[2])
        add(slurm, 9)

    found = events(f"{BASE}/jobs?watch=1&{FIELDS}", None, change, None)
    assert brief(found) == [
        *SNAPSHOT,
        ("removed", 5),
        ("changed", 3, ["job_state"]),
        ("changed", 7, ["time_limit"]),
        ("added", 9),
        END,
    ]
    assert found[5]["record"] == {**found[0]["record"], "job_state": ["RUNNING"]}
    assert found[-1]["reason"] == ENDED
    ids = [event["id"] for event in found[:-1]]
    assert len({*ids}) == len(ids)


def test_records_are_those_of_the_list(slurm: FakeSlurm) -> None:
    records = [event["record"] for event in events(f"{BASE}/jobs?watch=1")[:3]]
    assert records == content(ask("GET", f"{BASE}/jobs"))["jobs"]


@pytest.mark.parametrize("what", ["nodes", "partitions", "reservations"])
def test_other_lists_are_watched_too(slurm: FakeSlurm, what: str) -> None:
    slurm.add_node(name="n2")
    slurm.add_reservation(name="r1")
    names = [one["name"] for one in content(ask("GET", f"{BASE}/{what}"))[what]]
    assert brief(events(f"{BASE}/{what}?watch=1")) == [*(("added", name) for name in names), ("synced",), END]


def test_what_does_not_match_the_filters_any_more_is_removed(slurm: FakeSlurm) -> None:
    def change() -> None:
        slurm._jobs[0].job_state = lib.JOB_RUNNING

    found = events(f"{BASE}/jobs?watch=1&state=PENDING&{FIELDS}", None, change, None)
    assert brief(found) == [*SNAPSHOT, ("removed", 3), END]


def test_a_field_that_was_not_asked_for_makes_no_event(slurm: FakeSlurm) -> None:
    def change() -> None:
        slurm._jobs[0].priority = 12345

    assert brief(events(f"{BASE}/jobs?watch=1&{FIELDS}", None, change, None)) == [*SNAPSHOT, END]


def test_as_server_sent_events_an_event_has_the_same_object(slurm: FakeSlurm) -> None:
    target = f"{BASE}/jobs?watch=1&{FIELDS}&job_id=3"
    answer = held(target, Scene(), accept="text/event-stream")
    assert dict(answer.headers)["Content-Type"] == "text/event-stream"
    assert isinstance(answer.body, bytes)
    first, *_ = answer.body.decode().split("\n\n")
    retry, name, id, data = first.split("\n")
    assert retry == "retry: 2000"
    line = events(target)[0]
    assert (name, id, json.loads(data.removeprefix("data: "))) == ("event: added", f"id: {line['id']}", line)


def test_a_heartbeat_is_a_comment_or_a_line(slurm: FakeSlurm, time: Any) -> None:
    def wait() -> None:
        time.now += 16

    target = f"{BASE}/jobs?watch=1&job_id=3"
    answer = held(target, Scene(wait, None), accept="text/event-stream")
    assert isinstance(answer.body, bytes)
    assert b"\n\n: heartbeat\n\n" in answer.body
    assert ("heartbeat",) in brief(events(target, wait, None))


# Going on.


def test_who_has_all_gets_nothing_again(slurm: FakeSlurm) -> None:
    target = f"{BASE}/jobs?watch=1&{FIELDS}"
    last = events(target)[-2]["id"]
    assert brief(events(f"{target}&since={last}")) == [("synced",), END]
    assert brief(events(target, last_event_id=last)) == [("synced",), END]


def test_who_was_cut_off_in_the_middle_gets_the_rest(slurm: FakeSlurm) -> None:
    target = f"{BASE}/jobs?watch=1&{FIELDS}"
    for index, event in enumerate(events(target)[:3]):
        found = events(target, last_event_id=event["id"])
        assert brief(found) == [*SNAPSHOT[index + 1 :], END]


def test_who_has_what_is_not_known_any_more_is_told_to_forget_it(slurm: FakeSlurm) -> None:
    target = f"{BASE}/jobs?watch=1&{FIELDS}"
    last = events(target)[-2]["id"]
    slurm._jobs[0].job_state = lib.JOB_RUNNING
    found = events(target, last_event_id=last)
    assert brief(found) == [("reset",), *SNAPSHOT, END]
    assert "not known any more" in found[0]["reason"]


@pytest.mark.parametrize("other", ["user=me", "fields=job_id"])
def test_the_id_of_another_request_is_none_of_this(slurm: FakeSlurm, other: str) -> None:
    last = events(f"{BASE}/jobs?watch=1&{other}")[-2]["id"]
    assert brief(events(f"{BASE}/jobs?watch=1&since={last}"))[0] == ("reset",)
    assert brief(events(f"{BASE}/jobs?watch=1&since=nonsense"))[0] == ("reset",)


def test_images_that_are_kept_lead_from_any_id_to_now(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the poller of a listener keeps them."""
    target = f"{BASE}/jobs?watch=1&{FIELDS}"
    kept: list[Any] = []
    polled = _images.Polled.next

    def next(self: Any, until: float) -> Any:
        self.history = kept[:-1]
        image = polled(self, until)
        if image:
            kept.append(image)
        return image

    monkeypatch.setattr(_images.Polled, "history", [], raising=False)
    monkeypatch.setattr(_images.Polled, "next", next)
    jobs = slurm._jobs

    def change() -> None:
        # Each image has structs of its own.
        first, second, third = (slurm.struct("slurm_job_info_t") for _ in jobs)
        for new, old in zip((first, second, third), jobs, strict=True):
            new[0] = old[0]
        first.job_state = second.job_state = lib.JOB_RUNNING
        jobs[:] = [first, second, third]

    whole = events(target, None, change, None)
    assert brief(whole)[4:-1] == [("changed", 3, ["job_state"]), ("changed", 7, ["job_state"])]
    for index, event in enumerate(whole[:-1]):
        if event["event"] == "synced":
            continue
        found = events(target, last_event_id=event["id"])
        rest = [one for one in brief(whole)[index + 1 : -1] if one != ("synced",)]
        assert brief(found) == [*rest, ("synced",), END]


# What goes wrong.


def test_a_slurmctld_that_does_not_answer_is_said_once_and_what_follows_is_new(slurm: FakeSlurm) -> None:
    def fail() -> None:
        slurm.errors["slurm_load_jobs"] = "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"

    found = events(f"{BASE}/jobs?watch=1&{FIELDS}", None, fail, None, None, slurm.errors.clear, None)
    assert brief(found) == [*SNAPSHOT, ("stale",), ("reset",), *SNAPSHOT, END]
    assert found[4]["status"] == 503
    assert "id" not in found[4]


def test_after_a_long_outage_it_ends(slurm: FakeSlurm, time: Any) -> None:
    def fail() -> None:
        slurm.errors["slurm_load_jobs"] = "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"

    def wait() -> None:
        time.now += 601

    found = events(f"{BASE}/jobs?watch=1&{FIELDS}", fail, None, wait, None, None)
    assert brief(found) == [*SNAPSHOT, ("stale",), END]
    assert found[-1]["reason"] == "slurmctld has not answered for 600 seconds"


def test_a_slurmctld_that_refuses_the_user_ends_it(slurm: FakeSlurm) -> None:
    def fail() -> None:
        slurm.errors["slurm_load_jobs"] = "ESLURM_ACCESS_DENIED"

    found = events(f"{BASE}/jobs?watch=1&{FIELDS}", None, fail, None, None)
    assert (found[-1]["event"], found[-1]["status"]) == ("end", 403)


def test_an_error_at_the_start_is_an_answer(slurm: FakeSlurm) -> None:
    slurm.errors["slurm_load_jobs"] = "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"
    assert ask("GET", f"{BASE}/jobs?watch=1").status == 503


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("watch=1&limit=3", "limit: cannot be given together with watch"),
        ("watch=1&sort=name", "sort: cannot be given together with watch"),
        ("watch=1&count=1", "count: cannot be given together with watch"),
        ("watch=1&wait=3", "wait: cannot be given together with watch"),
        ("watch=1&interval=x", 'interval: expected a number of seconds, not below 0; found "x"'),
        ("wait=7200", "wait: expected at most 3600 seconds (--max-wait); found 7200"),
        (
            "since=ffffffffffffffff-00000000-0",
            'since: expected the id of an event or of a list; found "ffffffff',
        ),
        ("since=x", 'since: expected the id of an event or of a list; found "x"'),
        ("watch=1&user=nobdy", 'user: expected a user of this machine; found "nobdy"'),
    ],
)
def test_a_mistake_is_400(slurm: FakeSlurm, query: str, message: str) -> None:
    answer = ask("GET", f"{BASE}/jobs?{query}")
    assert answer.status == 400
    assert message in text(answer)


def test_events_are_neither_json_nor_csv_and_a_list_is_no_event(slurm: FakeSlurm) -> None:
    for media in ("application/json", "text/csv"):
        assert ask("GET", f"{BASE}/jobs?watch=1", headers={"accept": media}).status == 406
    assert ask("GET", f"{BASE}/jobs", headers={"accept": "text/event-stream"}).status == 406


def test_events_are_not_compressed(slurm: FakeSlurm) -> None:
    answer = held(f"{BASE}/jobs?watch=1", Scene(), accept_encoding="gzip")
    assert "Content-Encoding" not in dict(answer.headers)


def test_a_token_whose_end_slurmctld_alone_knows_is_shown_to_it_at_each_look(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared: list[bool] = []
    monkeypatch.setattr(_images, "source", lambda *arguments: shared.append(arguments[-1]))
    for token, expires in (("", 0), ("a.b.c", 1), ("a.b.c", 0)):
        credential = Credential(ME, ME, "me", "jwt", token)
        credential.expires = expires
        _watch.images(JOBS, Call({}, {}, None, credential, slurm, []))
    assert shared == [True, True, False]


# Waiting for a change.


def test_the_first_answer_has_the_id_and_a_change_is_answered_at_once(slurm: FakeSlurm) -> None:
    target = f"{BASE}/jobs?{FIELDS}"
    first = content(ask("GET", f"{target}&wait=0"))
    assert first["jobs"] == content(ask("GET", target))["jobs"]
    assert "last_event_id" not in content(ask("GET", target))

    def change() -> None:
        slurm._jobs[0].job_state = lib.JOB_RUNNING

    answer = held(f"{target}&wait=30&since={first['last_event_id']}", Scene(None, change, None, None))
    assert answer.status == 200
    again = content(answer)
    assert again["jobs"][0]["job_state"] == ["RUNNING"]
    assert again["last_event_id"] != first["last_event_id"]
    assert dict(answer.headers)["Last-Event-ID"] == again["last_event_id"]


def test_without_a_change_it_is_304_at_the_end_of_the_time(slurm: FakeSlurm) -> None:
    target = f"{BASE}/jobs?{FIELDS}"
    id = content(ask("GET", f"{target}&wait=0"))["last_event_id"]
    scene = Scene(*[None] * 100)
    answer = held(f"{target}&wait=30&since={id}", scene)
    assert (answer.status, answer.body, scene.entered) == (304, b"", 1)
    assert dict(answer.headers)["Last-Event-ID"] == id
    assert 0 < len(scene.steps) < 100


def test_who_has_closed_its_half_gets_its_answer_at_once(slurm: FakeSlurm) -> None:
    id = content(ask("GET", f"{BASE}/jobs?wait=0"))["last_event_id"]
    scene = Scene(*[None] * 100)
    scene.silent = lambda: True  # type: ignore[method-assign]
    assert held(f"{BASE}/jobs?wait=30&since={id}", scene).status == 304
    assert len(scene.steps) > 95


def test_slurmctld_says_itself_that_nothing_has_changed(slurm: FakeSlurm) -> None:
    id = content(ask("GET", f"{BASE}/jobs?wait=0"))["last_event_id"]
    slurm.calls.clear()
    slurm.changed = 50
    assert held(f"{BASE}/jobs?since={id}", Scene()).status == 304
    assert [call[:2] for call in slurm.calls] == [("slurm_load_jobs", 100)]


def test_an_id_within_events_is_compared_whole(slurm: FakeSlurm) -> None:
    """It stands for records on the way to an image, although slurmctld's list is not newer."""
    first = events(f"{BASE}/jobs?watch=1")[0]["id"]
    slurm.changed = 50
    assert held(f"{BASE}/jobs?since={first}", Scene()).status == 200


# One job.


def test_a_job_is_answered_and_watched(slurm: FakeSlurm) -> None:
    document = content(ask("GET", f"{BASE}/job/5?{FIELDS}"))
    assert [job["job_id"] for job in document["jobs"]] == [5]
    assert content(ask("GET", f"{BASE}/job/5"))["jobs"] == content(ask("GET", "/slurm/v0.0.44/job/5"))["jobs"]
    found = events(f"{BASE}/job/5?watch=1&{FIELDS}", None, slurm._jobs.clear, None, None)
    assert brief(found) == [("added", 5), ("synced",), ("removed", 5), END]
    assert (found[-1]["status"], found[-1]["reason"]) == (404, "slurmctld does not have the job any more")


def test_a_job_that_is_not_there_is_404(slurm: FakeSlurm) -> None:
    for query in ("", "?watch=1", "?until=RUNNING&wait=10"):
        answer = ask("GET", f"{BASE}/job/4{query}")
        assert answer.status == 404
        said = content(answer)["errors"][0]["description"]
        assert said == "there is no job 4 that you may see; /slurmdb/ may have it, if it has ended"
    for wrong in ("x", "5?until=RUNING", "5?until=RUNNING&watch=1", "5?until=RUNNING&since=0-00000000-0"):
        assert ask("GET", f"{BASE}/job/{wrong}").status == 400
    message = 'until: expected the state of a job, such as RUNNING; found "RUNING"'
    assert message in content(ask("GET", f"{BASE}/job/5?until=RUNING&wait=3"))["errors"][0]["description"]


@pytest.mark.parametrize(
    ("until", "state", "reached"),
    [
        ("RUNNING", "JOB_RUNNING", True),
        ("completed,failed", "JOB_FAILED", True),
        ("RUNNING", "JOB_CANCELLED", False),
        ("COMPLETED", "JOB_OOM", False),
    ],
)
def test_the_answer_comes_when_the_state_is_reached_or_cannot_be(
    slurm: FakeSlurm, until: str, state: str, reached: bool
) -> None:
    def change() -> None:
        slurm._jobs[2].job_state = getattr(lib, state)

    scene = Scene(None, change, *[None] * 50)
    document = content(held(f"{BASE}/job/5?until={until}&wait=600", scene))
    assert (document["reached"], document["jobs"][0]["job_id"]) == (reached, 5)
    assert scene.steps


def test_a_state_that_is_not_reached_in_time_is_304(slurm: FakeSlurm) -> None:
    assert held(f"{BASE}/job/5?until=RUNNING&wait=20", Scene(*[None] * 100)).status == 304
    assert ask("GET", f"{BASE}/job/5?until=PENDING").status == 200


def test_of_an_array_all_tasks_reach_the_state_each_in_its_time(slurm: FakeSlurm) -> None:
    first, second = (
        add(slurm, number, array_job_id=20, array_task_id=number - 20) for number in (21, 22)
    )  # fmt: skip

    def begin() -> None:
        first.job_state = lib.JOB_RUNNING

    def go_on() -> None:
        first.job_state, second.job_state = lib.JOB_COMPLETE, lib.JOB_RUNNING

    def leave() -> None:
        slurm._jobs.remove(first)

    scene = Scene(begin, None, None, None, leave, None, None, go_on, None, None)
    document = content(held(f"{BASE}/job/20?until=RUNNING&wait=600", scene))
    assert (document["reached"], [job["job_id"] for job in document["jobs"]]) == (True, [22])


def test_a_job_that_slurmctld_has_forgotten_meanwhile_is_404(slurm: FakeSlurm) -> None:
    answer = held(f"{BASE}/job/5?until=COMPLETED&wait=600", Scene(slurm._jobs.clear, None, None, None))
    assert answer.status == 404
    assert "slurmctld does not have job 5 any more: it has ended" in text(answer)


def test_the_paths_that_changed_are_paths_of_fields() -> None:
    number = {"set": True, "infinite": False, "number": 1}
    before = {"a": {"b": 1, "c": number}, "d": [1], "e": 1}
    after = {"a": {"b": 2, "c": {**number, "number": 2}}, "d": [1, 2], "f": None, "e": 1}
    assert list(changed(before, after)) == ["a.b", "a.c", "d"]
