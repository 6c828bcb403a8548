"""Bad and unusual requests that slurmrestd was recorded with, asked of restd-inet: what a user should get.

The statuses follow from whose fault it is; slurmrestd's, which are in the records, are often 500, or none at
all. Over stdin, and over TCP with tokens.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import lacking
import pytest
from ask import release
from recorded import Case, cases, listening, over_stdin, over_tcp, tokens_of

#: What a user gets, whatever slurmrestd gave: the statuses of all answers, and the cases.
DECIDED: dict[tuple[int, ...], tuple[str, ...]] = {
    (): ("empty input",),
    (200,): (
        "url: root",
        "url: old version v0.0.35",
        "url: trailing slash",
        "url: double slash",
        "url: double slash inside",
        "url: percent-encoded letter",
        "url: query without a value",
        "url: query unknown key",
        "url: absolute URL",
        "method: HEAD ping",
        "method: HEAD job",
        "http 1.0",
        "http 1.0 keep-alive",
        "LF only line ends",
        "leading blank lines",
        "Connection: Keep-Alive",
        "Connection: Close",
        "Host header",
        "accept: 'application/json'",
        "accept: '*/*'",
        "accept: 'application/*'",
        "accept: 'text/*'",
        "accept: 'text/html, application/json;q=0.5'",
        "accept: 'application/json;q=0.1, application/yaml;q=0.9'",
        "accept: 'application/json; charset=utf-8'",
        "accept: 'text/yaml'",
        "accept: 'application/yaml'",
        "accept: 'application/x-yaml'",
        "accept: 'text/html;q=0.9, */*;q=0.1'",
        "accept: ''",
        "accept: 'nonsense'",
        "accept: ';'",
        "accept: 'application/json;q=abc'",
        "accept: 'APPLICATION/JSON'",
        "body: type with charset",
        "body: type YAML but JSON text",
        "body: type YAML (application/yaml)",
        "body: chunked",
        "body: GET with a body",
        "stdin auth: name only",
        "stdin auth: good token",
        "auth: token only: ping",
        "auth: token only: job/3",
        "auth: good: ping",
        "auth: token of root, name fred: ping",
        "auth: token twice: ping",
        "auth: Authorization: Bearer: ping",
        "auth: Authorization: Bearer: job/3",
        "auth: Authorization: Bearer and a name: ping",
        "auth: Authorization: bearer (lower case): ping",
        "auth: lower case header names: ping",
        "auth: good: slurmdb",
        "auth: none: openapi/v3",
        "Connection: close",
        "HTTP/1.0",
        "HTTP/1.0 keep-alive",
        "LF only",
        "HEAD",
        "yaml",
        "submit over TCP",
        "ping as SLURM_JWT owner header missing name (token of pebbles)",
    ),
    (200, 200): (
        "two pipelined requests",
        "keep-alive: two requests one after the other",
    ),
    (204,): (
        "method: OPTIONS ping",
        "OPTIONS",
    ),
    (400,): (
        "url: dot segment",
        "url: fragment",
        "url: bad percent",
        "url: space in the path",
        "url: job id 0",
        "url: job id -1",
        "url: job id huge",
        "method: get ping",
        "http 2.0",
        "http 0.9",
        "http 9.9",
        "no blank line",
        "garbage line",
        "binary garbage",
        "header without colon",
        "header with a space before the colon",
        "Expect: 100-continue",
        "body: malformed JSON",
        "body: cut off JSON",
        "body: empty with type",
        "body: trailing garbage",
        "body: trailing comma",
        "body: duplicate keys",
        "body: comment in JSON",
        "body: NaN",
        "body: type form",
        "body: DELETE with a body",
        "body: string",
        "body: number",
        "body: null",
        "body: list",
        "body: invalid UTF-8 (raw byte FF)",
        "body: type YAML, malformed",
        "body: Content-Length too long",
        "body: Content-Length negative",
        "body: Content-Length not a number",
        "body: two Content-Length",
        "malformed JSON",
        "job abc",
        "garbage",
        "unfinished request",
    ),
    (400, 400): (
        "body: Content-Length too short",
        "body: no Content-Length",
    ),
    (401,): (
        "stdin auth: bad token",
        "stdin auth: other name only",
        "stdin auth: token of fred, name pebbles",
        "auth: no authentication: ping",
        "auth: no authentication: job/3",
        "auth: bad token: ping",
        "auth: bad token: job/3",
        "auth: empty token: ping",
        "auth: name only: ping",
        "auth: token of fred, name pebbles: ping",
        "auth: token of fred, name pebbles: job/3",
        "auth: expired token: ping",
        "auth: expired token: job/3",
        "auth: token with one letter changed: ping",
        "auth: unknown name: ping",
        "auth: Authorization: Basic: ping",
        "auth: bad token: slurmdb",
        "auth: none: malformed body",
    ),
    (401, 200): ("401 then good",),
    (404,): (
        "url: unknown version",
        "url: unknown path",
        "url: unknown top path",
        "url: only version",
        "url: upper case",
        "url: job id empty",
        "url: node name empty",
        "url: slurmdb unknown path",
        "auth: none: unknown URL",
        "unknown URL",
        "job unknown",
        "partition unknown",
        "node unknown",
    ),
    (404, 200): (
        "two pipelined, first fails",
        "error then good",
    ),
    (405,): (
        "method: POST ping",
        "method: PUT ping",
        "method: DELETE ping",
        "method: PATCH ping",
        "method: TRACE ping",
        "method: FOO ping",
        "method: GET job/submit",
        "method: PUT job",
        "method: POST jobs",
        "auth: none: wrong method",
        "wrong method",
    ),
    (406,): (
        "accept: 'text/html'",
        "accept: 'image/png'",
        "accept: 'application/jsonp'",
        "accept: 'application/openapi+json'",
        "accept: 'application/x-www-form-urlencoded'",
        "auth: none: unsupported Accept",
        "unsupported Accept",
    ),
    (415,): ("body: type text/html",),
    (501,): ("method: CONNECT ping",),
}
EXPECTED = {name: statuses for statuses, names in DECIDED.items() for name in names}
if release() < (23, 0):  # the records are of its v0.0.38: a body goes with POST only
    EXPECTED["body: GET with a body"] = (400,)


def test_every_recorded_request_is_answered_as_decided(busy_cluster: Any) -> None:
    recorded = [case for case in cases(release()) if case.group != "unix"]
    if not recorded:
        pytest.skip(lacking.reference("what slurmrestd was asked and answered"))
    assert {case.name for case in recorded} <= set(EXPECTED), "decide what a user should get"
    tokens = tokens_of(busy_cluster)
    made = time.monotonic()

    with listening(busy_cluster) as port, ThreadPoolExecutor(4) as threads:

        def ask(case: Case) -> tuple[int, ...]:
            if case.group == "inet":
                return tuple(over_stdin(busy_cluster, tokens, case))
            return tuple(over_tcp(port, tokens, case))

        busy_cluster.wait(lambda: time.monotonic() - made > 2)  # the clock of the token that ends
        found = dict(zip(recorded, threads.map(ask, recorded), strict=True))
    wrong = {case.name: (found[case], EXPECTED[case.name]) for case in recorded}
    assert {name: pair for name, pair in wrong.items() if pair[0] != pair[1]} == {}
