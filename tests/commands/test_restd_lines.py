"""/restd/ as NDJSON, CSV and TSV: what the documents say, line by line, and read by others' readers."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from asking import ME, ask, content
from fake_slurm import FakeSlurm, lib
from hypothesis import given, settings
from hypothesis import strategies as st

import restd_inet.slurm
from restd_inet.codec import csv as our_csv
from restd_inet.codec import tsv as our_tsv

BASE = "/restd/v0.0.44/jobs"
HOSTILE = 'a,"b"\r\nc\td\\ \x01é'


@pytest.fixture(scope="module")
def slurm() -> Any:
    fake = FakeSlurm()
    for number in range(1, 6):
        fake.add_job(
            job_id=number,
            user_id=ME,
            name=HOSTILE if number == 2 else f"job {number}",
            account="\udcff" if number == 3 else "bio",
            job_state=lib.JOB_COMPLETE | lib.JOB_COMPLETING,
            array_task_id=0xFFFFFFFE,
            time_limit=0xFFFFFFFF if number == 4 else 60,
        )
    patch = pytest.MonkeyPatch()
    patch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    yield fake
    patch.undo()


def lines(query: str, media: str, base: str = BASE) -> tuple[str, dict[str, str]]:
    answer = ask("GET", f"{base}?{query}", headers={"accept": media})
    assert answer.status == 200, answer.body
    assert isinstance(answer.body, bytes)
    return answer.body.decode(), dict(answer.headers)


@pytest.mark.parametrize("query", ["", "fields=job_id,name,account,exit_code.status", "limit=2", "name=none"])
def test_ndjson_has_a_record_of_the_document_on_each_line(slurm: FakeSlurm, query: str) -> None:
    text, headers = lines(query, "application/x-ndjson")
    assert headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line) for line in text.splitlines()] == content(ask("GET", f"{BASE}?{query}"))["jobs"]
    assert text == "" or text.endswith("}\n")


def test_records_that_python_writes_are_lines_too(slurm: FakeSlurm) -> None:
    text, _ = lines("group=account", "application/x-ndjson")
    assert [json.loads(line) for line in text.splitlines()] == [
        {"name": "bio", "count": 4},
        {"name": "\ufffd", "count": 1},
    ]
    assert lines("count=1", "text/csv")[0] == "name,count\r\n,5\r\n"


FIELDS = "name,job_id,job_state,time_limit,exit_code.return_code,job_resources"


def test_csv_has_the_fields_in_the_order_of_the_request(slurm: FakeSlurm) -> None:
    text, headers = lines(f"fields={FIELDS}", "text/csv")
    assert headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert (
        header == FIELDS.replace(",exit_code,", ",").split(",")
        if False
        else header[:4] == FIELDS.split(",")[:4]
    )
    assert rows[1][:4] == [HOSTILE, "2", "COMPLETED,COMPLETING", "60"]
    assert rows[3][3] == "Infinity"
    assert [row[1] for row in rows] == ["1", "2", "3", "4", "5"]


def test_a_table_without_fields_has_a_column_for_each_of_the_document(slurm: FakeSlurm) -> None:
    text, _ = lines("limit=1", "text/csv")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    (job,) = content(ask("GET", f"{BASE}?limit=1"))["jobs"]
    assert {name.partition(".")[0] for name in row} == set(job)
    assert json.loads(row["exit_code"]) == job["exit_code"]
    assert row["job_resources"] == ""


def test_tsv_has_neither_quotes_nor_broken_lines(slurm: FakeSlurm) -> None:
    text, headers = lines("fields=job_id,name&limit=2", "text/tab-separated-values")
    assert headers["Content-Type"] == "text/tab-separated-values; charset=utf-8"
    assert text == 'job_id\tname\n1\tjob 1\n2\ta,"b"\\r\\nc\\td\\\\ \x01é\n'


def test_the_next_page_is_a_link(slurm: FakeSlurm) -> None:
    for media in ("text/csv", "application/json", "application/x-ndjson"):
        _, headers = lines("fields=job_id&limit=2&after=1", media)
        assert headers["Link"] == '<?fields=job_id&limit=2&after=3>; rel="next"'
        assert "Link" not in lines("limit=5", media)[1]


def test_a_document_is_preferred_and_an_error_is_always_one(slurm: FakeSlurm) -> None:
    for accept in ("*/*", "text/*;q=0.1, application/json", "text/csv;q=0.5, application/yaml"):
        answer = ask("GET", BASE, headers={"accept": accept})
        assert dict(answer.headers)["Content-Type"].startswith("application/")
    wrong = ask("GET", f"{BASE}?usr=me", headers={"accept": "text/csv"})
    assert (wrong.status, dict(wrong.headers)["Content-Type"]) == (400, "application/json")
    none = ask("GET", BASE, headers={"accept": "image/png"})
    assert none.status == 406
    assert "text/csv" in content(none)["errors"][0]["description"]


def test_slurm_s_own_paths_are_no_lines(slurm: FakeSlurm) -> None:
    assert ask("GET", "/slurm/v0.0.44/jobs", headers={"accept": "text/csv"}).status == 406


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_any_text_comes_back_from_csv(rows: list[list[str]]) -> None:
    records = [{"a": first, "b": {"c": second}} for first, second in rows]
    text = b"".join(our_csv.encode(records, ["a", "b.c"])).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b.c"], *rows]


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_any_text_comes_back_from_tsv(rows: list[list[str]]) -> None:
    records = [{"a": first, "b": second} for first, second in rows]
    text = b"".join(our_tsv.encode(records, ["a", "b"])).decode()
    escapes = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}

    def read(cell: str) -> str:
        found, at = "", 0
        while at < len(cell):
            step = 2 if cell[at] == "\\" else 1
            found += escapes.get(cell[at : at + step], cell[at])
            at += step
        return found

    lines = text.removesuffix("\n").split("\n")[1:]
    assert [[read(cell) for cell in line.split("\t")] for line in lines] == rows


def test_a_path_through_a_list_has_the_values_of_its_objects() -> None:
    rows = [{"tres": [{"type": "cpu"}, {"type": "mem"}, 7]}, {"tres": []}, {"tres": 5}]
    assert b"".join(our_csv.encode(rows, ["tres.type"])) == b'tres.type\r\n"cpu,mem,"\r\n\r\n\r\n'
