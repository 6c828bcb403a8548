"""/restd/<version>/jobs: filters, fields, pages, order and numbers, and what is wrong with them."""

from __future__ import annotations

import fnmatch
import pwd
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from asking import FOREIGN, JSON, ME, ask, content, no_slurm, text
from fake_slurm import FakeSlurm, lib
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import restd_inet.slurm
from restd_inet.schema import compile
from restd_inet.schema.versions import NAMES, V40

__all__ = ["no_slurm"]
VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
BASE = "/restd/v0.0.44/jobs"
MY_NAME = pwd.getpwuid(ME).pw_name
NOBODY = pwd.getpwnam("nobody")
#: job id → user, account, partitions, QOS, state, name, nodes, reservation.
JOBS: dict[int, tuple[Any, ...]] = {
    7: (ME, "bio", "debug", "normal", lib.JOB_RUNNING, "train_1", "n[1-2]", None),
    3: (ME, "Bio", "debug,long", "high", lib.JOB_PENDING, "train_2", None, "maint"),
    9: (NOBODY.pw_uid, None, "long", "normal", lib.JOB_COMPLETE | lib.JOB_COMPLETING, "a,b", "n3", None),
    4: (NOBODY.pw_uid, "chem", "debug", None, lib.JOB_FAILED, "Train", "n2", None),
    5: (ME, "chem", "long", "normal", lib.JOB_OOM, "x[1]", "n[1,3]", "maint"),
}


@pytest.fixture(scope="module")
def slurm() -> Any:
    fake = FakeSlurm()
    for number, (uid, account, partition, qos, state, name, nodes, reservation) in JOBS.items():
        texts = {
            "account": account, "partition": partition, "qos": qos, "name": name, "nodes": nodes,
            "resv_name": reservation,
        }  # fmt: skip
        fake.add_job(
            job_id=number,
            user_id=uid,
            job_state=state,
            array_task_id=0xFFFFFFFE,
            submit_time=2000 - number,
            **{member: value for member, value in texts.items() if value is not None},
        )
    for name in ("debug", "long", "idle"):
        fake.add_partition(name=name)
    patch = pytest.MonkeyPatch()
    patch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    yield fake
    patch.undo()


def ids(query: str, base: str = BASE) -> list[int]:
    answer = ask("GET", f"{base}?{query}")
    assert answer.status == 200, content(answer)
    return [job["job_id"] for job in content(answer)["jobs"]]


@pytest.mark.parametrize("version", [*VERSIONS, "latest"])
def test_all_jobs_are_listed_in_the_order_of_their_ids(slurm: FakeSlurm, version: str) -> None:
    assert ids("", f"/restd/{version}/jobs") == [3, 4, 5, 7, 9]


def test_no_version_before_v0_0_40_has_it(slurm: FakeSlurm) -> None:
    assert ask("GET", "/restd/v0.0.39/jobs").status == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"user={MY_NAME}", [3, 5, 7]),
        ("user=me", [3, 5, 7]),
        (f"user={ME},nobody", [3, 4, 5, 7, 9]),
        ("user=!me", [4, 9]),
        ("account=bio", [3, 7]),
        ("account=BIO&account=chem", [3, 4, 5, 7]),
        ("account=!chem", [3, 7, 9]),
        ("partition=long", [3, 5, 9]),
        ("partition=debug,!long", [4, 7]),
        ("partition=idle", []),
        ("qos=normal", [5, 7, 9]),
        ("state=pending", [3]),
        ("state=PD,R", [3, 7]),
        ("state=COMPLETING", [9]),
        ("state=COMPLETED", [9]),
        ("state=OUT_OF_MEMORY,!FAILED", [5]),
        ("name=train*", [3, 4, 7]),
        ("name=train", [4]),
        ("name=train_%3F", [3, 7]),
        ("name=!*train*", [5, 9]),
        ("node=n2", [4, 7]),
        ("node=n[2-3],n9", [4, 5, 7, 9]),
        ("node=n[1,3]&node=!n2", [5, 9]),
        ("job_id=7,4,1000", [4, 7]),
        ("job_id=!7,!4", [3, 5, 9]),
        ("job_id=9", [9]),
        ("job_id=1000", []),
        ("reservation=maint", [3, 5]),
        ("reservation=!maint&user=me", [7]),
        ("after=4", [5, 7, 9]),
        ("after=9", []),
        ("sort=-submit_time", [3, 4, 5, 7, 9]),
        ("sort=submit_time", [9, 7, 5, 4, 3]),
        ("sort=account,-name", [9, 3, 7, 5, 4]),
        ("sort=-job_id&limit=2", [9, 7]),
    ],
)
def test_jobs_are_chosen_as_squeue_chooses_them(slurm: FakeSlurm, query: str, found: list[int]) -> None:
    assert sorted(ids(query)) == sorted(found)
    if "sort" in query or "after" in query:
        assert ids(query) == found


def test_a_list_is_read_in_pages(slurm: FakeSlurm) -> None:
    pages, after = [], ""
    while True:
        document = content(ask("GET", f"{BASE}?limit=2&state=!FAILED{after}"))
        pages.append([job["job_id"] for job in document["jobs"]])
        if document["next"] is None:
            break
        after = f"&after={document['next']}"
    assert pages == [[3, 5], [7, 9]]


def test_the_whole_jobs_are_those_of_slurm_s_own_path(slurm: FakeSlurm) -> None:
    for version in VERSIONS:
        ours, theirs = (
            content(ask("GET", f"/{family}/{version}/jobs"))["jobs"] for family in ("restd", "slurm")
        )
        assert ours == sorted(theirs, key=lambda job: job["job_id"])


PATHS = (
    "job_id job_state user_name priority priority.number time_limit exit_code exit_code.status nodes power",
    "exit_code.signal.id standard_output stdout_expanded job_resources job_resources.nodes step_id",
    "job_resources.nodes.list gres_detail priority_by_partition.partition array_task_id step_id.sluid",
)
FIELDS = st.lists(st.sampled_from(" ".join(PATHS).split()), min_size=1, max_size=6)


def pick(record: Any, path: str) -> Any:
    """The path of a record, with the objects around it."""
    name, _, rest = path.partition(".")
    if isinstance(record, list):
        return [pick(item, path) for item in record]
    if record is None:
        return None
    if name not in record:
        return {}
    return {name: pick(record[name], rest) if rest else record[name]}


def merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{key: merged(one[key], other[key]) if key in one else other[key] for key in other}}
    if isinstance(one, list) and isinstance(other, list) and one and isinstance(one[0], dict):
        return [merged(a, b) for a, b in zip(one, other, strict=True)]
    return other


@settings(deadline=None, max_examples=40)
@given(paths=FIELDS, version=st.sampled_from(VERSIONS))
def test_fields_are_those_of_the_whole_records(slurm: FakeSlurm, paths: list[str], version: str) -> None:
    whole = content(ask("GET", f"/restd/{version}/jobs"))["jobs"]
    target = f"/restd/{version}/jobs?fields={','.join(paths)}"
    answer = ask("GET", target)
    if answer.status != 200:  # this version has not all of them
        assert "is not a field of this list" in text(answer)
        return
    expected = []
    for job in whole:
        found: Any = {}
        for path in paths:
            found = merged(found, pick(job, path))
        expected.append(found)
    assert content(answer)["jobs"] == expected
    in_python = ask("GET", target, headers={"accept": "text/yaml"})
    assert YAML(typ="safe").load(in_python.body)["jobs"] == expected


def test_fields_stand_in_the_order_of_the_request(slurm: FakeSlurm) -> None:
    answer = ask("GET", f"{BASE}?fields=name,job_id,exit_code.status,account&limit=1")
    (job,) = content(answer)["jobs"]
    assert list(job) == ["name", "job_id", "exit_code", "account"]


USERS = {"me": ME, "nobody": NOBODY.pw_uid, str(ME): ME}
WORDS: dict[str, list[str]] = {
    "user": [*USERS],
    "account": ["bio", "CHEM", "none"],
    "partition": ["debug", "long", "idle"],
    "state": ["RUNNING", "PENDING", "COMPLETED", "COMPLETING", "FAILED"],
    "name": ["train*", "a?b", "*", "TRAIN", "x[[]1]"],
    "reservation": ["maint", "other"],
    "job_id": ["3", "9", "1000"],
    "qos": ["normal", "high"],
    "node": ["n1", "n[2-3]"],
}


def is_one(job: Any, name: str, word: str) -> bool:
    """Whether a job of the document is as a word says."""
    value = job["job_id"] if name == "job_id" else None
    match name:
        case "user":
            return bool(job["user_id"] == USERS[word])
        case "account" | "qos":
            return bool(job[name].lower() == word.lower())
        case "partition":
            return word in job["partition"].split(",")
        case "state":
            return word in job["job_state"]
        case "name":
            return fnmatch.fnmatchcase(job["name"].lower(), word.lower())
        case "reservation":
            return bool(job["resv_name"] == word)
        case "node":
            hosts = {"n[1-2]": {"n1", "n2"}, "n[1,3]": {"n1", "n3"}}.get(job["nodes"], {job["nodes"]})
            return bool(hosts & ({"n2", "n3"} if word == "n[2-3]" else {word}))
    return str(value) == word


@st.composite
def filters(draw: st.DrawFn) -> dict[str, list[str]]:
    names = draw(st.lists(st.sampled_from(sorted(WORDS)), unique=True, max_size=4))
    signs = st.sampled_from(["", "!"])
    return {
        name: draw(
            st.lists(st.tuples(signs, st.sampled_from(WORDS[name])).map("".join), min_size=1, max_size=3)
        )
        for name in names
    }


@settings(deadline=None, max_examples=80)
@given(wanted=filters(), group=st.sampled_from(["user", "state", "partition", "account"]))
def test_filters_are_those_of_the_full_list_filtered(
    slurm: FakeSlurm, wanted: dict[str, list[str]], group: str
) -> None:
    def fits(job: Any) -> bool:
        for name, words in wanted.items():
            positive = [word for word in words if not word.startswith("!")]
            if positive and not any(is_one(job, name, word) for word in positive):
                return False
            if any(is_one(job, name, word[1:]) for word in words if word.startswith("!")):
                return False
        return True

    full = [job for job in content(ask("GET", BASE))["jobs"] if fits(job)]
    query = "&".join(f"{name}={quote(','.join(words))}" for name, words in wanted.items())
    assert ids(query) == [job["job_id"] for job in full]
    counted = content(ask("GET", f"{BASE}?{query}&count=1&group={group}"))
    keys = {
        "user": lambda job: [pwd.getpwuid(job["user_id"]).pw_name],
        "state": lambda job: job["job_state"][:1],
        "partition": lambda job: job["partition"].split(","),
        "account": lambda job: [job["account"]],
    }
    expected = Counter(name for job in full for name in keys[group](job))
    assert counted["count"] == len(full)
    assert counted["jobs"] == []
    assert {one["name"]: one["count"] for one in counted["groups"]} == expected


PARTITION = 'partition: expected the name of a partition; found "debgu"; did you mean "debug"?'
STATE = 'state: expected the state of a job, such as RUNNING; found "RUNING"; did you mean "running"?'
NOT_A_FIELD = "is not a field of this list; did you mean"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("usr=me", 'usr: unknown property; did you mean "user"?'),
        ("user=nobdy", 'user: expected a user of this machine; found "nobdy"; did you mean "nobody"?'),
        ("partition=debgu", PARTITION),
        ("state=RUNING", STATE),
        ("fields=job_di", f'fields: "job_di" {NOT_A_FIELD} "job_id"?'),
        ("fields=exit_code.stats", f'fields: "exit_code.stats" {NOT_A_FIELD} "exit_code.status"?'),
        ("sort=sumbit_time", f'sort: "sumbit_time" {NOT_A_FIELD} "submit_time"?'),
        ("sort=job_id&after=3", "after: cannot be given together with sort"),
        ("job_id=x", 'job_id: "x" is not a job id'),
        ("limit=0", "limit: 0 is out of range: expected 1 to"),
        ("limit=many", "limit: expected a whole number"),
        ("limit=" + "9" * 23, f"limit: {'9' * 23} is out of range: expected 1 to"),
        ("count=1&limit=1", "limit: cannot be given together with count"),
        ("group=state&sort=name", "sort: cannot be given together with group"),
        ("count=1&fields=name", "fields: cannot be given together with count"),
        ("count=1&after=3", "after: cannot be given together with count"),
        ("after=x", "after: expected a whole number"),
        ("group=node", 'group: expected one of user, state, partition, account; found "node"'),
        ("user=", "user: expected a value, found an empty one"),
        ("user=!", 'user: expected a value behind "!"'),
        ("user=4294967296", 'user: expected a user of this machine; found "4294967296"'),
        ("node=n[1-", "node: expected a host list"),
    ],
)
def test_a_mistake_is_400_with_what_was_expected(slurm: FakeSlurm, query: str, message: str) -> None:
    answer = ask("GET", f"{BASE}?{query}")
    assert answer.status == 400
    assert message in text(answer)


def test_a_mistake_is_found_before_slurmctld_is_asked_for_jobs(slurm: FakeSlurm) -> None:
    slurm.calls.clear()
    for query in ("usr=me", "fields=x", "sort=x", "user=no-such-user", "state=x", "job_id=x"):
        assert ask("GET", f"{BASE}?{query}").status == 400
    assert [call[0] for call in slurm.calls] == []


@pytest.mark.parametrize(
    ("query", "call"),
    [
        ("user=me", "slurm_load_job_user"),
        ("user=me&state=R", "slurm_load_job_user"),
        ("job_id=7", "compat_load_job"),
        ("user=me,nobody", "slurm_load_jobs"),
        ("user=!nobody", "slurm_load_jobs"),
        ("state=R", "slurm_load_jobs"),
    ],
)
def test_slurmctld_is_asked_for_no_more_than_it_can_leave_out(
    slurm: FakeSlurm, query: str, call: str
) -> None:
    slurm.calls.clear()
    assert ask("GET", f"{BASE}?{query}").status == 200
    assert [name for name, *_ in slurm.calls] == [call]


def test_a_body_of_parameters_is_taken_as_a_query(slurm: FakeSlurm) -> None:
    answer = ask("GET", BASE, {"user": ["me"], "fields": ["job_id"], "limit": 1}, headers=JSON)
    assert content(answer)["jobs"] == [{"job_id": 3}]
    assert ask("GET", BASE, {"usr": "me"}, headers=JSON).status == 400


def test_another_method_is_405_with_what_is_allowed(slurm: FakeSlurm) -> None:
    answer = ask("POST", BASE)
    assert answer.status == 405
    assert ("Allow", "GET, HEAD, OPTIONS") in answer.headers


def test_nothing_is_said_to_strangers(no_slurm: None) -> None:
    assert ask("GET", f"{BASE}?usr=x", peer=FOREIGN).status == 401


def test_what_is_compiled_for_a_request_is_not_kept(slurm: FakeSlurm) -> None:
    ids("fields=job_id")
    before = len(compile._dumpers)
    for name in ("name", "account", "job_id,name", "job_resources.nodes"):
        ask("GET", f"{BASE}?fields={name}&sort=-submit_time")
    assert len(compile._dumpers) == before


PARAMETERS = [*WORDS, "fields", "sort", "limit", "after", "count", "group"]
HOSTILE = (
    "4294967296 4294967294 -1 \x00 !! [ ] n[1- 1_[1- ٣ é % .. . job_resources.. - --job_id priority. 1+1 7_4",
    f"true RUNNING\x00 {'*' * 200} {'a' * 5000} {'9' * 40}",
)
TEXTS = st.sampled_from(" ".join(HOSTILE).split(" ")) | st.text(max_size=6)


@settings(deadline=None, max_examples=150)
@given(query=st.dictionaries(st.sampled_from(PARAMETERS), TEXTS, max_size=3))
def test_any_text_is_answered(slurm: FakeSlurm, query: dict[str, str]) -> None:
    target = "&".join(f"{name}={quote(text, errors='surrogatepass')}" for name, text in query.items())
    assert ask("GET", f"{BASE}?{target}").status in (200, 400, 413)
