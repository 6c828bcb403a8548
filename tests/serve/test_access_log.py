"""access_log: the line of a request, as text and as JSON; the ids that it takes and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from listening import answer, ask, connect, listening, send

from restd_inet import log, log_json
from restd_inet.message import Request
from restd_inet.serve import access_log

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def request(target: str = "/slurm/v1/jobs", method: str = "GET", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    query = target.partition("?")[2]
    return Request(method, target, ("slurm", "v1", "jobs"), query, named, "1.1", bytes)


def identified(generate: bool = False, **headers: str) -> Request:
    found = request(**headers)
    access_log.identify(found, generate)
    return found


class TestIds:
    @pytest.mark.parametrize("given", ["a", "7f-3", "trace:1/2+3=4@host~x_y.z", "x" * 128])
    def test_the_client_s_is_taken_and_answered(self, given: str) -> None:
        found = identified(x_request_id=given)
        assert found.id == given
        assert access_log.answered(found, 200) == [("X-Request-ID", given)]

    @pytest.mark.parametrize("given", ["", "x" * 129, "a b", 'a"', "a, a", "ä", "a\x7f", "<a>"])
    def test_one_that_is_not_valid_is_not(self, given: str) -> None:
        found = identified(x_request_id=given)
        assert found.id == ""
        assert access_log.answered(found, 500) == []

    def test_one_of_ours_is_answered_with_errors_of_the_server(self) -> None:
        found = identified(generate=True)
        assert re.fullmatch("[0-9a-f]{16}", found.id)
        assert access_log.answered(found, 404) == []
        assert access_log.answered(found, 503) == [("X-Request-ID", found.id)]

    def test_traceparent_is_taken_and_answered(self) -> None:
        found = identified(traceparent=TRACE)
        assert access_log.answered(found, 200) == [("traceparent", TRACE)]
        assert access_log.of_request(found)["trace_id"] == TRACE[3:35]

    @pytest.mark.parametrize(
        "given",
        [
            TRACE.upper(), "01" + TRACE[2:], TRACE + "-x", TRACE[:-1], "00-" + "0" * 32 + TRACE[35:],
            TRACE[:36] + "0" * 16 + "-01", "", "00-x-y-01",
        ],
    )  # fmt: skip
    def test_one_that_is_not_valid_is_passed_over(self, given: str) -> None:
        assert identified(traceparent=given).trace == ""


class TestText:
    def line(self, found: Request, **values: Any) -> str:
        return access_log.text({**access_log.of_request(found), "client": "pipe:[1]", **values})

    def test_it_has_all_that_is_known(self) -> None:
        found = request(
            "/slurm/v1/jobs?flags=DETAIL", user_agent="curl/8", x_request_id="7", traceparent=TRACE
        )
        access_log.identify(found, generate=False)
        values = {"user": "fred", "status": 404, "bytes": 12, "ms": 3.4, "job_id": 7}
        assert self.line(found, **values, reason="there is no job 7") == (
            "GET /slurm/v1/jobs?flags=DETAIL for pipe:[1] as fred: 404, 12 bytes, 3 ms, v1, job 7, id 7, "
            f'trace {TRACE[3:35]}, agent "curl/8": there is no job 7'
        )

    def test_a_client_s_text_does_not_leave_its_quotes(self) -> None:
        found = request(user_agent='x": 200, as "root\\')
        assert self.line(found).endswith(r', agent "x\": 200, as \"root\\"')

    def test_what_is_long_does_not_push_out_what_follows(self) -> None:
        found = request("/" + "x" * 5000 + "?signal=" + "9" * 5000, user_agent="y" * 5000)
        line = self.line(found, status=404, reason="z" * 5000)
        assert ": 404" in line
        assert len(line.encode()) < 4000

    @pytest.mark.parametrize(
        ("method", "query", "shown"),
        [
            ("DELETE", "signal=9&flags=BATCH_JOB", "?signal=9&flags=BATCH_JOB"),
            ("GET", "update_time=5&token=secret&user=fred", "?update_time=5"),
            ("DELETE", "account=physics&user=fred&password=x", "?account=physics&user=fred"),
            ("GET", "access_token=secret", ""),
            ("GET", "SLURM_JWT=secret&X-SLURM-USER-TOKEN=secret", ""),
            ("GET", "Signal=%0a%1b", "?Signal=%0a%1b"),
            ("GET", "", ""),
        ],
    )
    def test_of_a_query_only_what_steers_is_shown(self, method: str, query: str, shown: str) -> None:
        assert self.line(request(f"/a?{query}", method)) == f"{method} /a{shown} for pipe:[1], v1"


def test_json_has_the_names_of_the_table_and_fits_into_a_pipe_at_once() -> None:
    found = request("/" + '"' * 9000, "DELETE", user_agent="\x80" * 9000, x_request_id="a")
    access_log.identify(found, generate=False)
    values: dict[str, Any] = {field.name: '"' * 2000 for field in access_log.FIELDS}
    values |= {**access_log.of_request(found), "status": 404, "bytes": 1, "ms": 1.25, "job_id": 3}
    line = log_json.line("", log.INFO, "", access_log.members(values))
    assert len(line) < 4096
    read = json.loads(line)
    assert set(read) == {field.name for field in access_log.FIELDS} | {"time", "level", "pid"}
    assert (read["status"], read["ms"], read["request_id"]) == (404, 1.2, "a")


class TestListener:
    def test_the_ids_of_a_request_are_logged_and_answered(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            fields = "X-Request-ID: abc-1", f"traceparent: {TRACE}", "User-Agent: curl/8"
            _, head, _ = ask(f"{tmp_path}/s", "/x", *fields)
            assert "\r\nX-Request-ID: abc-1\r\n" in head
            assert f"\r\ntraceparent: {TRACE}" in head
            listener.wait_log(f', id abc-1, trace {TRACE[3:35]}, agent "curl/8"')

    def test_header_fields_are_logged_without_secrets(self, tmp_path: Path) -> None:
        with listening(tmp_path, f"unix:{tmp_path}/s") as listener:
            ask(
                f"{tmp_path}/s",
                "/x",
                "X-SLURM-USER-TOKEN: secret",
                "Authorization: Bearer secret",
                "Accept: a/b",
            )
            with connect(f"{tmp_path}/s") as client:
                send(client, "/y")
                answer(client)
            listener.wait_log("GET /y for")
            assert "accept: a/b" in listener.log
            assert "authorization: (not shown)" in listener.log
            assert "secret" not in listener.log
