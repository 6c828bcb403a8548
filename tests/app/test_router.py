"""route: which command a path and method are for."""

from __future__ import annotations

import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patterns import AUTHENTICATOR, imported

from restd_inet import commands
from restd_inet.app.api import EVERYTHING
from restd_inet.app.router import find
from restd_inet.problems import Problem
from restd_inet.schema.versions import V1, V35, VERSIONS


def path(text: str) -> tuple[str, ...]:
    return tuple(segment for segment in text.split("/") if segment)


def refused(target: str | tuple[str, ...], method: str = "GET") -> Problem:
    with pytest.raises(Problem) as caught:
        find(path(target) if isinstance(target, str) else target, method)
    return caught.value


FOUND = [
    ("GET", "/slurm/v1/ping", "ping", {}),
    ("POST", "/slurm/v1/ping", "ping", {}),
    ("GET", "/slurm/v1/diag", "diag", {}),
    ("GET", "/slurm/v1/jobs", "jobs", {}),
    ("GET", "/slurm/v1/job/7", "job/{job_id}", {"job_id": "7"}),
    ("GET", "/slurm/v0.0.35/job/123_4", "job/{job_id}", {"job_id": "123_4"}),
    ("HEAD", "/slurm/v0.0.35/job/7", "job/{job_id}", {"job_id": "7"}),
    ("HEAD", "/slurmdb/v0.0.38/jobs", "jobs", {}),
    ("POST", "/slurm/v0.0.35/job/7", "job/{job_id}", {"job_id": "7"}),
    ("DELETE", "/slurm/v0.0.35/job/7", "job/{job_id}", {"job_id": "7"}),
    ("GET", "/slurm/v0.0.35/nodes", "nodes", {}),
    ("GET", "/slurm/v0.0.35/node/host1", "node/{node_name}", {"node_name": "host1"}),
    ("GET", "/slurm/v0.0.35/partition/p q", "partition/{partition_name}", {"partition_name": "p q"}),
]


@pytest.mark.parametrize(("method", "target", "route", "parameters"), FOUND)
def test_a_path_is_found(method: str, target: str, route: str, parameters: dict[str, str]) -> None:
    found, values = find(path(target), method)
    assert ("/".join(found.path), values) == (route, parameters)


def test_a_literal_goes_before_a_parameter() -> None:
    found, values = find(path("/slurm/v1/job/submit"), "POST")
    assert (found.path, values) == (("job", "submit"), {})
    # Nor is it a job called "submit" for any other method.
    for method in ("GET", "DELETE"):
        problem = refused("/slurm/v1/job/submit", method)
        assert (problem.status, problem.headers) == (405, [("Allow", "OPTIONS, POST")])


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("DELETE", "/slurm/v1/diag", "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/slurm/v1/diag", "GET, HEAD, OPTIONS"),
        ("PUT", "/slurm/v1/ping", "GET, HEAD, OPTIONS, POST"),
        ("PATCH", "/slurm/v0.0.35/job/7", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("HEAD", "/slurm/v0.0.35/job/submit", "OPTIONS, POST"),
        ("BREW", "/slurm/v0.0.35/nodes", "GET, HEAD, OPTIONS"),
        ("HEAD", "/slurm/v0.0.40/reconfigure", "GET, OPTIONS"),
        ("HEAD", "/slurm/v0.0.45/job/7/requeue", "GET, OPTIONS"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_405_with_allow(method: str, target: str, allowed: str) -> None:
    problem = refused(target, method)
    assert problem.status == 405
    assert problem.headers == [("Allow", allowed)]
    assert allowed in problem.text


def test_the_gets_that_change_something_have_no_head_and_are_known_to_the_proxy() -> None:
    """It asks for a proof that they do not come from another site."""
    routes = [
        route
        for family in EVERYTHING.families
        for module in pkgutil.iter_modules([f"{commands.__path__[0]}/{family}"])
        for route in EVERYTHING.routes(family, module.name, max(EVERYTHING.numbers))
    ]
    changing = {route.path for route in routes if route.changes}
    without_head = {route.path for route in routes if route.methods == ("GET",)}
    assert changing == without_head == {("reconfigure",), ("job", "{job_id}", "requeue")}
    assert all(
        imported(AUTHENTICATOR).CHANGING.fullmatch("/slurm/v0.0.45/" + "/".join(path)) for path in changing
    )


@pytest.mark.parametrize(
    "target",
    [
        "",
        "/",
        "/slurm",
        "/slurm/v1",
        "/slurm/v1/nothing",
        "/slurm/v1/ping/pong",
        "/slurm/v1/job",
        "/slurm/v1/job/7/8",
        "/slurmdb/v1/ping",
        "/nothing",
        "/v1/ping",
        "/slurm/v1/PING",
        "/slurm/v1/nodes",  # v1 had none
        "/slurm/v1/node/host1",
        "/slurm/v1/partitions",
        "/slurm/v1/partition/all",
        "/slurm/v1/__init__",
        "/slurm/v1/__main__",
        "/slurm/v1/_query",
        "/slurm/v0.0.35/_query",
        "/slurm/v1/os",
        "/slurm/v1/..",
        "/slurm/v1/.ping",
        "/slurm/v1/slurm.ping",
        "/slurm/v1/ping.py",
        "/slurm/v1/ping\n",
        "/slurm/v1/ping\0",
        "/slurm/v1/píng",
        "/slurm/v1/\uff50\uff49\uff4e\uff47",
        "/slurm/v1/" + "a" * 8000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_what_is_nowhere_is_404(target: str, method: str) -> None:
    problem = refused(target, method)
    assert problem.status == 404
    assert problem.headers == []
    assert len(problem.text) < 200
    assert problem.text.isprintable()


@pytest.mark.parametrize("segment", ["a/b", "../ping", "../../os", "/", "ping/../diag", "."])
def test_a_segment_with_a_slash_in_it_is_404(segment: str) -> None:
    """ "%2F" within a segment is decoded, and stays within it."""
    assert refused(("slurm", "v1", segment)).status == 404


@pytest.mark.parametrize("version", ["v2", "v0.0.34", "v0.0.350", "35", "V1", "", "v1 "])
def test_an_unknown_version_is_404_with_those_that_are_served(version: str) -> None:
    problem = refused(("slurm", version, "ping"))
    assert problem.status == 404
    assert all(name in problem.text for name in VERSIONS)


def test_nothing_at_all_says_where_to_look() -> None:
    assert "/openapi" in refused("/").text


@pytest.mark.parametrize(
    ("target", "version"),
    [
        ("/slurm/v1/ping", V1),
        ("/slurm/v0.0.35/nothing", V35),
        ("/slurm/v1", V1),
        ("/slurm", 0),
        ("/", 0),
        ("/slurm/v2/ping", 0),
        ("/nothing/v1/ping", 0),
    ],
)
def test_the_version_of_a_path(target: str, version: int) -> None:
    assert EVERYTHING.version_of(path(target)) == version


@given(st.lists(st.text(max_size=8) | st.sampled_from(["slurm", "v1", "v0.0.35", "job", "ping"]), max_size=6))
def test_any_path_is_found_or_refused(segments: list[str]) -> None:
    try:
        find(tuple(segments), "GET")
    except Problem as problem:
        assert problem.status in (404, 405)


@pytest.mark.parametrize(
    ("target", "version", "implied"),
    [
        ("accounts", "v0.0.37", {"with_deleted": 1, "with_assocs": 1, "with_coords": 1}),
        ("accounts", "v0.0.39", {"with_assocs": 1, "with_coords": 1}),
        ("accounts", "v0.0.40", {}),
        ("user/fred", "v0.0.39", {"with_assocs": 1, "with_coords": 1, "with_wckeys": 1}),
        ("user/fred", "v0.0.40", {}),
        ("cluster/c1", "v0.0.39", {"with_deleted": 1}),
        ("cluster/c1", "v0.0.40", {}),
        ("clusters", "v0.0.39", {}),
        ("associations", "v0.0.37", {"with_deleted": 1}),
        ("association", "v0.0.37", {}),
        ("association", "v0.0.38", {}),
        ("qos", "v0.0.38", {}),
        ("qos/normal", "v0.0.36", {"with_deleted": 1}),
        ("wckeys", "v0.0.39", {"with_deleted": 1}),
        ("wckey/w", "v0.0.39", {"with_deleted": 1}),
        ("wckey/w", "v0.0.40", {}),
    ],
)
def test_what_a_query_implies_at_a_version(target: str, version: str, implied: dict[str, int]) -> None:
    route = find(path(f"/slurmdb/{version}/{target}"), "GET")[0]
    assert route.asked({}, VERSIONS[version]) == implied
    # It holds whatever the client asks for.
    assert route.asked({"with_deleted": 0}, VERSIONS[version]) == {"with_deleted": 0, **implied}
