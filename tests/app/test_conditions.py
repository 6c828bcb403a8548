"""app.conditions and http.coding: 304 for what a client has, and coded bodies, only for those who ask."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import lacking
import pytest
from asking import ask, content
from fake_slurm import FakeSlurm

import restd_inet.slurm
from restd_inet.http import coding
from restd_inet.message import Response

LISTS = {
    "jobs": "slurm_load_jobs",
    "nodes": "slurm_load_node",
    "partitions": "slurm_load_partitions",
    "reservations": "slurm_load_reservations",
}


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = FakeSlurm()
    fake.add_job(job_id=7, user_id=1, job_state=1, array_task_id=0xFFFFFFFE)
    fake.add_node(name="n1")
    fake.add_partition(name="debug")
    fake.add_reservation(name="one")
    fake.now, fake.changed = 1000, 990
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


def get(target: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    answer = ask("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status, dict(answer.headers), answer.body


@pytest.mark.parametrize("family", ["restd", "slurm"])
@pytest.mark.parametrize("what", LISTS)
def test_slurmctld_says_whether_a_list_has_changed(slurm: FakeSlurm, what: str, family: str) -> None:
    target = f"/{family}/v0.0.44/{what}"
    status, headers, _ = get(target, if_none_match='"none"')
    assert (status, headers["ETag"][:2]) == (200, "W/")
    tag = headers["ETag"]
    slurm.now = 1005
    slurm.calls.clear()
    status, headers, body = get(target, if_none_match=f'"other", {tag}')
    assert (status, headers["ETag"], body) == (304, tag, b"")
    assert slurm.calls == [(LISTS[what], 1000, *slurm.calls[0][2:])]
    slurm.changed = 1000  # in the second of the answer that the client has
    status, headers, _ = get(target, if_none_match=tag)
    assert status == 200
    assert headers["ETag"] != tag


def test_a_change_within_the_second_of_an_answer_is_none_that_the_client_has(slurm: FakeSlurm) -> None:
    _, headers, _ = get("/restd/v0.0.44/jobs")
    slurm.changed = slurm.now
    assert get("/restd/v0.0.44/jobs", if_none_match=headers["ETag"])[0] == 200


def test_slurm_s_own_paths_have_a_tag_only_for_who_asks_for_one(slurm: FakeSlurm) -> None:
    assert "ETag" not in get("/slurm/v0.0.44/jobs")[1]
    assert "ETag" in get("/restd/v0.0.44/jobs")[1]
    assert "ETag" in get("/slurm/v0.0.44/licenses", if_none_match="x")[1]


def test_the_time_of_a_query_is_no_condition(slurm: FakeSlurm) -> None:
    """slurmrestd's update_time means what it did."""
    status, _, body = get("/slurm/v0.0.44/jobs?update_time=995", if_none_match='"x"')
    assert (status, json.loads(body)["jobs"]) == (200, [])
    assert get("/slurm/v0.0.44/nodes?update_time=995")[0] == 304


def test_few_records_are_known_by_a_digest(slurm: FakeSlurm) -> None:
    target = "/restd/v0.0.44/jobs?job_id=7&fields=job_state,job_id"
    _, headers, _ = get(target)
    slurm.now = 2000
    assert get(target, if_none_match=headers["ETag"])[::2] == (304, b"")
    slurm._jobs[0].job_state = 3
    status, changed, _ = get(target, if_none_match=headers["ETag"])
    assert status == 200
    assert changed["ETag"] != headers["ETag"]


def test_many_records_are_known_by_a_digest_too(slurm: FakeSlurm) -> None:
    for number in range(100, 2500):
        slurm.add_job(job_id=number, user_id=1, job_state=1, array_task_id=0xFFFFFFFE)
    target = "/restd/v0.0.44/jobs?user=1&fields=job_state,job_id"
    _, headers, _ = get(target)
    assert get(target, if_none_match=headers["ETag"])[::2] == (304, b"")
    slurm._jobs[-1].job_state = 3
    assert get(target, if_none_match=headers["ETag"])[0] == 200


def test_a_further_page_is_a_change(slurm: FakeSlurm) -> None:
    target = "/restd/v0.0.44/jobs?user=1&limit=1"
    tag = get(target)[1]["ETag"]
    assert get(target, if_none_match=tag)[0] == 304
    slurm.add_job(job_id=8, user_id=1, job_state=1, array_task_id=0xFFFFFFFE)
    answer = ask("GET", target, headers={"if-none-match": tag})
    assert (answer.status, content(answer)["next"]) == (200, 7)


def test_a_tag_is_of_one_request_only(slurm: FakeSlurm) -> None:
    _, headers, _ = get("/restd/v0.0.44/jobs")
    assert get("/restd/v0.0.44/jobs?limit=1", if_none_match=headers["ETag"])[0] == 200
    assert get("/restd/v0.0.44/jobs", if_none_match=headers["ETag"], accept="text/csv")[0] == 200
    assert get("/restd/v0.0.44/jobs", if_none_match="*")[0] == 304


@pytest.mark.parametrize("field", ["", '"', "W/", 'W/"-"', 'W/"zz-1"', '"' + "f" * 5000 + '-0"', "\x00"])
def test_what_is_no_tag_is_no_condition(slurm: FakeSlurm, field: str) -> None:
    assert get("/restd/v0.0.44/jobs", if_none_match=field)[0] == 200


# Content codings.

LARGE = [b"x" * 20000, b"y" * 20000, b"z"]


def coded(accepted: str, body: Any, **headers: str) -> Response:
    response = Response(200, [("Content-Type", "text/plain"), *headers.items()], body)
    coding.apply(accepted, response)
    return response


@pytest.mark.parametrize("accepted", ["gzip", "GZIP;q=0.5", "br, gzip, *;q=0", "gzip;q=0.2, identity;q=0.1"])
def test_a_large_body_is_coded_as_it_is_made(accepted: str) -> None:
    made = []

    def pieces() -> Any:
        for piece in LARGE:
            made.append(piece)
            yield piece

    response = coded(accepted, pieces())
    assert made == LARGE[:2]
    assert dict(response.headers)["Content-Encoding"] == "gzip"
    assert dict(response.headers)["Vary"] == "Accept-Encoding"
    assert gzip.decompress(b"".join(response.body)) == b"".join(LARGE)


@pytest.mark.parametrize(
    "accepted", ["identity", "br", "gzip;q=0", "gzip;q=0.1, identity;q=0.5", ";", "gz ip"]
)
def test_who_does_not_want_a_coding_gets_none(accepted: str) -> None:
    response = coded(accepted, list(LARGE))
    assert "Content-Encoding" not in dict(response.headers)
    assert list(response.body) == LARGE


def test_a_small_body_stays_as_it_is() -> None:
    response = coded("gzip", iter([b"a", b"b"]))
    assert response.body == b"ab"
    assert "Content-Encoding" not in dict(response.headers)
    assert dict(response.headers)["Vary"] == "Accept-Encoding"


def test_other_bytes_have_no_strong_tag() -> None:
    response = coded("gzip", b"x" * 40000, ETag='"a-0"', Vary="Accept")
    assert dict(response.headers)["ETag"] == 'W/"a-0"'
    assert dict(response.headers)["Vary"] == "Accept, Accept-Encoding"


def test_a_zstd_body_is_one_where_python_has_it() -> None:
    zstd = pytest.importorskip(
        "compression.zstd",
        reason=lacking.machine("Python before 3.14 has no zstd", "run pytest with a newer one"),
    )
    response = coded("gzip, zstd", list(LARGE))
    assert dict(response.headers)["Content-Encoding"] == "zstd"
    assert zstd.decompress(b"".join(response.body)) == b"".join(LARGE)


def test_any_family_codes_its_answers(slurm: FakeSlurm) -> None:
    for number in range(100, 140):
        slurm.add_job(job_id=number, user_id=1, array_task_id=0xFFFFFFFE)
    for target in ("/restd/v0.0.44/jobs", "/slurm/v0.0.44/jobs", "/openapi/v0.0.44"):
        plain = get(target)
        status, headers, body = get(target, accept_encoding="gzip, deflate")
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        assert zlib.decompress(body, wbits=31) == plain[2]
        assert "Content-Encoding" not in plain[1]
    assert "Content-Encoding" not in get("/slurm/v0.0.44/ping", accept_encoding="gzip")[1]


def test_an_error_in_the_beginning_of_a_body_is_an_answer(
    slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slurm, "rows", lambda *arguments: (_ for _ in [1 / 0]))
    answer = ask("GET", "/slurm/v0.0.44/jobs", headers={"accept-encoding": "gzip"})
    assert answer.status == 500
    assert content(answer)["errors"]
