"""What a release of Slurm lacks, its configuration, shares, and lists of hosts."""

from __future__ import annotations

import lacking
import pytest
from asking import JSON, ask, content, slurm
from changing import SLURM, post
from fake_slurm import FakeSlurm, ffi, lib

from restd_inet.problems import Problem
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.values import INFINITE, NO_VAL
from restd_inet.schema.parse import parse
from restd_inet.schema.records.node_update import NODE_UPDATE
from restd_inet.schema.records.shares import SHARE
from restd_inet.schema.records.slurm_conf import SLURM_CONF
from restd_inet.schema.versions import V39, V40, V45
from restd_inet.slurm.lookups.cluster import Share
from restd_inet.slurm.structs import OwnedStruct

__all__ = ["slurm"]


# What a release lacks; the configuration; host lists.
@pytest.mark.parametrize(
    ("target", "call", "release"),
    [
        ("/slurm/v0.0.40/shares", "slurm_associations_get_shares", "23.11"),
        ("/slurm/v0.0.44/resources/1", "slurm_get_resource_layout", "25.11"),
    ],
)
def test_a_call_that_libslurm_lacks_is_501_and_names_the_release(
    slurm: FakeSlurm, target: str, call: str, release: str
) -> None:
    if hasattr(lib, call):
        pytest.skip(lacking.slurm("libslurm has it here", "22.05"))
    answer = ask("GET", target, b"")
    assert answer.status == 501
    assert f"Slurm {release} or a newer one" in content(answer)["errors"][0]["description"]


def test_a_member_that_the_release_lacks_is_501_and_names_the_release() -> None:
    if "topology_str" in SLURM.members("update_node_msg_t"):
        pytest.skip(lacking.slurm("libslurm has it here", "22.05"))
    with pytest.raises(Problem) as caught:
        OwnedStruct(SLURM, "update_node_msg_t", parse(NODE_UPDATE, V45, {"topology_str": "x"}))
    assert caught.value.status == 501
    assert "25.05" in caught.value.text


def test_the_configuration_has_all_of_its_names_whatever_the_release_has() -> None:
    row = dumper(SLURM_CONF, V45, SLURM)(SLURM.struct("slurm_conf_t", conf_flags=lib.CONF_FLAG_WCKEY))
    assert len(row) == 220
    assert row["ConfFlags"] == ["TrackWCKey"]
    assert row["Epilog"] == row["controllers"] == row["JobDefaults"] == []
    assert row["SlurmctldDebug"] == "quiet"
    assert row["SrunPortRange"] == {"minimum": 0, "maximum": 0, "set": False}


def test_a_share_has_its_numbers_by_tres_and_no_infinity() -> None:
    run, limit = ffi.new("uint64_t[]", [7, 0]), ffi.new("uint64_t[]", [INFINITE[64], NO_VAL[64]])
    used = ffi.new("long double[]", [1.5, 0])
    struct = SLURM.struct("assoc_shares_object_t", name="fred", user=1, shares_raw=5, level_fs=float("inf"))
    struct.tres_run_secs, struct.tres_grp_mins, struct.usage_tres_raw = run, limit, used
    struct.fs_factor = float(NO_VAL[32])
    share = Share(struct, ["cpu", "gres/gpu"])
    row = dumper(SHARE, V45, SLURM)(share)
    assert row["type"] == ["USER"]
    assert row["tres"]["usage"] == [{"name": "cpu", "value": 1.5}, {"name": "gres/gpu", "value": 0.0}]
    assert row["tres"]["run_seconds"][0]["value"] == {"set": True, "infinite": False, "number": 7}
    assert [one["value"]["infinite"] for one in row["tres"]["group_minutes"]] == [True, False]
    assert row["fairshare"]["level"] == {"set": False, "infinite": True, "number": 0.0}
    assert row["fairshare"]["factor"]["set"] is False
    plain = dumper(SHARE, V40, SLURM)(share)
    assert plain["fairshare"]["level"] == float(INFINITE[64])


@pytest.mark.parametrize("version", ["v0.0.44", "v0.0.45", "latest"])
def test_host_lists(slurm: FakeSlurm, version: str) -> None:
    answer = content(post(f"/util/{version}/hostnames", {"hostlist": "h[1-3,07],x"}))
    assert answer["hostnames"] == ["h1", "h2", "h3", "h07", "x"]
    assert answer["meta"]["plugin"]["type"] == "openapi/util"
    answer = content(post(f"/util/{version}/hostlist", {"hostnames": ["h1", "h2", "h[3-4]", "x"]}))
    assert answer["hostlist"] == "h[1-4],x"


@pytest.mark.parametrize("hosts", ["h[1-", "h]", "", "h[a-b]", "h[1-3]\n", "a[1-60000]b[1-60000]"])
def test_what_is_no_host_list_is_422(slurm: FakeSlurm, hosts: str) -> None:
    answer = post("/util/v0.0.45/hostnames", {"hostlist": hosts})
    assert answer.status == 422, answer.body


def test_util_is_of_the_latest_versions(slurm: FakeSlurm) -> None:
    assert post("/util/v0.0.43/hostnames", {"hostlist": "h1"}).status == 404
    assert post("/util/v0.0.45/hostnames", {}).status == 400


def test_names_of_a_version_hold_from_the_version_that_has_them() -> None:
    """shares and the like are no path of versions before them."""
    for target, first in (("shares", V40), ("reconfigure", V40), ("resources/1", 44), ("conf", V45)):
        assert ask("GET", f"/slurm/v0.0.{first - 1}/{target}", b"").status == 404
    assert ask("POST", f"/slurm/v0.0.{V39 - 1}/node/n1", {}, JSON).status == 405
