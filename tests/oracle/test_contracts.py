"""What clients of slurmrestd rely on, whether or not it is documented: each was seen in one that runs."""

from __future__ import annotations

from typing import Any

import pytest
from api_versions import NEWEST, since
from ask import ours, request
from recorded import statuses

VERSIONS = since(36)
DESCRIPTION = "description"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_path_may_end_with_a_slash(busy_cluster: Any, version: int) -> None:
    names = ("jobs", "jobs/", "nodes/", "partitions/", "ping/", "diag/")
    asked = [request("GET", f"/slurm/v0.0.{version}/{name}") for name in names]
    assert [status for status, _ in ours(busy_cluster, *asked)] == [200] * len(names)


def test_a_get_may_have_a_content_type_and_no_body(busy_cluster: Any) -> None:
    text = "GET /slurm/v0.0.44/ping HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
    done = busy_cluster.shell("cat | restd-inet -q", input=text)
    assert statuses(done.stdout) == [200]


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_an_unknown_job_is_number_2017(busy_cluster: Any, version: int) -> None:
    for method in ("GET", "DELETE"):
        ((status, body),) = ours(busy_cluster, request(method, f"/slurm/v0.0.{version}/job/99999"))
        assert status == 404
        assert body is not None
        assert body["errors"][0]["error_number"] == 2017


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_an_unknown_node_begins_with_the_words_that_clients_look_for(busy_cluster: Any, version: int) -> None:
    ((status, body),) = ours(busy_cluster, request("GET", f"/slurm/v0.0.{version}/node/nope"))
    assert status == 404
    assert body is not None
    assert body["errors"][0][DESCRIPTION].startswith("Failure to query node ")


@pytest.mark.parametrize("version", range(39, NEWEST + 1))
def test_meta_errors_and_warnings_are_always_there(busy_cluster: Any, version: int) -> None:
    names = ("ping", "jobs", "job/99999", "node/nope", "partition/nope", "reservation/nope", "nope")
    asked = [request("GET", f"/slurm/v0.0.{version}/{name}") for name in names]
    for name, (_, body) in zip(names, ours(busy_cluster, *asked), strict=True):
        assert body is not None, name
        assert isinstance(body["errors"], list), name
        assert isinstance(body["warnings"], list), name
        assert body["meta"]["plugin"]["data_parser"].endswith(f"v0.0.{version}"), name


def test_discovery_meets_404_for_an_unknown_version_before_any_401(busy_cluster: Any) -> None:
    fields = "X-SLURM-USER-NAME: fred\r\nX-SLURM-USER-TOKEN: bad\r\n"
    text = "".join(
        f"GET /slurm/v0.0.{number}/ping HTTP/1.1\r\n{fields}\r\n" for number in (99, NEWEST + 1, NEWEST, 44)
    )
    done = busy_cluster.shell("cat | restd-inet -q -a jwt", input=text)
    assert statuses(done.stdout) == [404, 404, 401, 401]


@pytest.mark.parametrize("fields", ["Authorization: Bearer {}", "X-SLURM-USER-TOKEN: {}"])
def test_a_token_needs_no_name_beside_it(busy_cluster: Any, fields: str) -> None:
    token = busy_cluster.token()
    text = f"GET /slurm/v0.0.44/ping HTTP/1.1\r\n{fields.format(token)}\r\n\r\n"
    done = busy_cluster.shell("cat | restd-inet -q -a jwt", input=text)
    assert statuses(done.stdout) == [200]
