"""/restd/<version>/ of slurmctld: statistics, debug level, takeover, triggers, federation, topology."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from asking import JSON, ME, ask, content, text
from fake_slurm import FakeSlurm, ffi, lib

import restd_inet.slurm
from restd_inet.commands.restd._limits import slurm_name
from restd_inet.schema.compile import dumper
from restd_inet.schema.records.assoc_mgr import CACHED_ASSOCIATION, CACHED_QOS
from restd_inet.schema.versions import NAMES, V40, V44
from restd_inet.slurm.admin import AssocMgr, Cached

VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
BASE = "/restd/v0.0.44"
CHANGING = ("diag/reset", "debug", "takeover")
NO_LIMIT = 0xFFFFFFFFFFFFFFFF


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = FakeSlurm()
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("path", CHANGING)
def test_what_changes_something_does_so_by_post_alone(slurm: FakeSlurm, path: str, method: str) -> None:
    answer = ask(method, f"{BASE}/{path}")
    assert (answer.status, slurm.calls) == (405, [])


@pytest.mark.parametrize("path", [*CHANGING, "triggers", "federation", "topology", "assoc_mgr"])
def test_versions_that_have_it(slurm: FakeSlurm, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm, "topology", lambda name: "")
    method = "POST" if path in CHANGING else "GET"
    body = b'{"level": 3}' if path == "debug" else b""
    for version in VERSIONS:
        assert ask(method, f"/restd/{version}/{path}", body, JSON).status == 200, path
    assert ask(method, f"/restd/v0.0.39/{path}").status == 404


def test_statistics_are_reset(slurm: FakeSlurm) -> None:
    assert ask("POST", f"{BASE}/diag/reset").status == 200
    ((call, request),) = slurm.calls
    assert (call, request.struct.command_id) == ("slurm_reset_statistics", lib.STAT_COMMAND_RESET)


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ({"level": "debug2"}, [("slurm_set_debug_level", 6)]),
        ({"level": "QUIET"}, [("slurm_set_debug_level", 0)]),
        ({"level": 9}, [("slurm_set_debug_level", 9)]),
        (
            {"flags": "backfill,+Gang"},
            [("slurm_set_debugflags", lib.DEBUG_FLAG_BACKFILL | lib.DEBUG_FLAG_GANG, 0)],
        ),
        ({"flags": ["-Steps"]}, [("slurm_set_debugflags", 0, lib.DEBUG_FLAG_STEPS)]),
        (
            {"level": "3", "flags": ["Steps", "-Gang"]},
            [
                ("slurm_set_debug_level", 3),
                ("slurm_set_debugflags", lib.DEBUG_FLAG_STEPS, lib.DEBUG_FLAG_GANG),
            ],
        ),
    ],
)
def test_debug_changes_what_is_said(slurm: FakeSlurm, body: dict[str, Any], calls: list[Any]) -> None:
    answer = ask("POST", f"{BASE}/debug", body, JSON)
    assert answer.status == 200, content(answer)
    assert slurm.calls[:-1] == calls
    assert content(answer)["debug"] == {"level": "quiet", "flags": []}  # as the fake slurmctld has it


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "nothing to change"),
        ({"flags": []}, "nothing to change"),
        ({"level": "loud"}, "expected one of quiet, fatal"),
        ({"level": 10}, "a number from 0 to 9"),
        ({"level": -1}, "a number from 0 to 9"),
        ({"level": None, "flags": {}}, "expected a list of flags"),
        ({"flags": ["Backfil"]}, 'did you mean "Backfill"'),
        ({"flags": ["a\x1bb'\r\n" * 50]}, "is not a flag"),
        ({"flags": [["Gang"]]}, "expected a text"),
        ({"flags": ["Gang", "-gang"]}, "cannot be set and cleared at once"),
        ({"levle": 3}, 'did you mean "level"'),
        ([], "expected an object"),
    ],
)
def test_debug_says_what_is_wrong(slurm: FakeSlurm, body: Any, message: str) -> None:
    answer = ask("POST", f"{BASE}/debug", body, JSON)
    assert (answer.status, slurm.calls) == (400, [])
    assert message in text(answer)
    assert "\r" not in text(answer)


def test_a_flag_of_another_release_is_501(slurm: FakeSlurm) -> None:
    lacking = "WorkQ" if not hasattr(lib, "DEBUG_FLAG_WORKQ") else "TLS"
    answer = ask("POST", f"{BASE}/debug", {"level": 3, "flags": [lacking]}, JSON)
    assert (answer.status, slurm.calls) == (501, [])


@pytest.mark.parametrize("call", ["slurm_set_debug_level", "slurm_set_debugflags"])
def test_who_may_not_gets_403(slurm: FakeSlurm, call: str) -> None:
    fail = {"slurm_set_debug_level": "ESLURM_ACCESS_DENIED", "slurm_set_debugflags": "ESLURM_ACCESS_DENIED"}
    slurm.errors = fail
    assert ask("POST", f"{BASE}/debug", {"level": 3, "flags": "Gang"}, JSON).status == 403


def test_a_backup_takes_over(slurm: FakeSlurm) -> None:
    for query in ("", "?backup=1"):
        assert ask("POST", f"{BASE}/takeover{query}").status == 200
    assert ask("POST", f"{BASE}/takeover", b'{"backup": 1}', JSON).status == 200
    assert slurm.calls == [("slurm_takeover", 1)] * 3


@pytest.mark.parametrize("value", ["0", "2", "-1", "70000", "x", "1%00", "", "%27", "1%0d%0aa:b", "9" * 400])
def test_a_backup_that_is_none_is_400(slurm: FakeSlurm, value: str) -> None:
    answer = ask("POST", f"{BASE}/takeover?backup={value}")
    assert (answer.status, slurm.calls) == (400, []), value


def test_without_a_backup_it_is_a_conflict(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    conf = slurm.conf
    conf.control_cnt = 1
    monkeypatch.setattr(FakeSlurm, "conf", conf)
    answer = ask("POST", f"{BASE}/takeover")
    assert (answer.status, slurm.calls) == (409, [])


def test_triggers(slurm: FakeSlurm) -> None:
    slurm.add_trigger(
        trig_id=3, res_type=lib.TRIGGER_RES_TYPE_NODE, res_id="host1", trig_type=lib.TRIGGER_TYPE_DOWN,
        offset=0x8000 - 5, user_id=ME, program="/bin/a, b",
    )  # fmt: skip
    slurm.add_trigger(
        trig_id=4, res_type=77, trig_type=lib.TRIGGER_TYPE_PRI_CTLD_FAIL | lib.TRIGGER_TYPE_UP,
        offset=0x8000 + 60, user_id=ME + 1, flags=lib.TRIGGER_FLAG_PERM, program="/bin/c",
    )  # fmt: skip
    first, second = content(ask("GET", f"{BASE}/triggers"))["triggers"]
    assert first["trig_id"] == 3
    assert (first["res_type"], first["res_id"], first["trig_type"]) == (["node"], "host1", ["down"])
    assert (first["offset"], first["flags"], first["program"]) == (-5, [], "/bin/a, b")
    assert (second["res_type"], second["trig_type"]) == (["unknown"], ["up", "primary_slurmctld_failure"])
    assert (second["offset"], second["flags"]) == (60, ["PERM"])
    assert [one["trig_id"] for one in content(ask("GET", f"{BASE}/triggers?user=me"))["triggers"]] == [3]
    assert [one["trig_id"] for one in content(ask("GET", f"{BASE}/triggers?user=!me"))["triggers"]] == [4]
    table = ask("GET", f"{BASE}/triggers?fields=trig_id,program", headers={"accept": "text/csv"}).body
    assert list(csv.reader(io.StringIO(table.decode()))) == [  # type: ignore[union-attr]
        ["trig_id", "program"], ["3", "/bin/a, b"], ["4", "/bin/c"],
    ]  # fmt: skip


def test_a_cluster_in_no_federation_has_none(slurm: FakeSlurm) -> None:
    assert content(ask("GET", f"{BASE}/federation"))["federation"] == {"name": "", "clusters": []}


LINES = """\
SwitchName=top Level=1 LinkSpeed=3 Nodes=host[1-4] Switches=leaf[1-2]
BlockName=b1 BlockIndex=2 Nodes=host1 BlockSize=18
AggregatedBlock=b[1-2] BlockIndex=3 Nodes=host[1-2] BlockSize=36
RingName=r1 Nodes=host3 RingSize=4
TorusName=t1 Dims=2x3x4 Nodes=host4
  TorusName=t1 PlacementDims=1x1x2(2) Anchors=12
Other=x
"""


def test_every_kind_of_topology_is_read(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm, "topology", lambda name: LINES)
    units = content(ask("GET", f"{BASE}/topology"))["topology"]
    assert units[0] == {
        "type": "switch", "name": "top", "level": 1, "link_speed": 3, "nodes": "host[1-4]",
        "switches": "leaf[1-2]", "block_index": 0, "size": 0, "dims": "", "anchors": 0,
    }  # fmt: skip
    named = [(unit["type"], unit["name"], unit["size"], unit["dims"]) for unit in units[1:]]
    assert named == [
        ("block", "b1", 18, ""), ("aggregated_block", "b[1-2]", 36, ""), ("ring", "r1", 4, ""),
        ("torus", "t1", 0, "2x3x4"), ("torus", "t1", 0, "1x1x2(2)"), ("unknown", "", 0, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("topology", "nmae=x", 'did you mean "name"'),
        ("triggers", "user=nobody-here", "expected a user"),
        ("triggers", "user=", "expected a value"),
        ("triggers", "fields=offest", 'did you mean "offset"'),
        ("federation", "x=1", "unknown property"),
        ("assoc_mgr", "show=all", "expected some of associations, qos, users"),
        ("assoc_mgr", "account=", "expected a value"),
        ("limits", "uesr=me", 'did you mean "user"'),
        ("limits", "account=,", "expected a value"),
        ("assoc_mgr", "uesr=me", 'did you mean "user"'),
        ("diag/reset", "x=1", "unknown property"),
    ],
)
def test_parameters_that_are_wrong_are_400(slurm: FakeSlurm, path: str, query: str, message: str) -> None:
    answer = ask("POST" if path in CHANGING else "GET", f"{BASE}/{path}?{query}")
    assert (answer.status, slurm.calls) == (400, [])
    assert message in text(answer)


@pytest.mark.parametrize("name", ["x" * 5000, "%27--", "[1-", "a%0d%0ab", "%C3%A4", "%25s%25n"])
def test_names_that_slurmctld_does_not_have_are_400(slurm: FakeSlurm, name: str) -> None:
    for parameter in ("account", "user", "qos"):
        answer = ask("GET", f"{BASE}/assoc_mgr?{parameter}={name}")
        assert answer.status == 400
        assert f"{parameter}: expected the name of " in text(answer)


@pytest.mark.parametrize("name", ["a%00b", "%ff", "," * 3, "x," * 2000 + "y" * 3])
def test_what_cannot_be_a_list_of_names_is_400(slurm: FakeSlurm, name: str) -> None:
    names = ",".join(f"{name}{index}" for index in range(1001)) if name.startswith("x,") else name
    for target in (*(f"assoc_mgr?{one}" for one in ("account", "user", "qos", "show")), "triggers?user"):
        answer = ask("GET", f"{BASE}/{target}={names}")
        assert (answer.status, slurm.calls) == (400, []), target


def test_parts_of_the_association_manager(slurm: FakeSlurm) -> None:
    ask("GET", f"{BASE}/assoc_mgr?show=qos&account=a,b&user=me")
    call, request = slurm.calls[0]
    assert (call, request.struct.flags) == ("slurm_load_assoc_mgr_info", lib.ASSOC_MGR_INFO_FLAG_QOS)
    assert request.struct.acct_list and request.struct.user_list and not request.struct.qos_list


class Manager(AssocMgr):
    """Of two TRES, and what a test gives it."""

    def __init__(self, slurm: FakeSlurm) -> None:
        message = slurm.struct("assoc_mgr_info_msg_t")
        super().__init__(slurm, message)
        self.tres = ["cpu", "mem"]
        self.qos_names = {1: "normal"}


def array(slurm: FakeSlurm, type: str, *values: Any) -> Any:
    slurm._kept.append(ffi.new(f"{type}[]", values))
    return slurm._kept[-1]


def test_what_is_limited_used_and_left(slurm: FakeSlurm) -> None:
    usage = slurm.struct(
        "slurmdb_assoc_usage_t", used_jobs=3, grp_used_wall=90.0, usage_raw=7.5, usage_norm=float(0xFFFFFFFE),
        grp_used_tres=array(slurm, "uint64_t", 4, 0),
        usage_tres_raw=array(slurm, "long double", 150.0, 0.0),
    )  # fmt: skip
    struct = slurm.struct(
        "slurmdb_assoc_rec_t", user="fred", grp_jobs=10, max_jobs=2, grp_jobs_accrue=0xFFFFFFFF, grp_wall=5,
        def_qos_id=1, usage=usage,
        grp_tres_ctld=array(slurm, "uint64_t", 6, NO_LIMIT),
        grp_tres_mins_ctld=array(slurm, "uint64_t", NO_LIMIT, 1),
        max_tres_ctld=array(slurm, "uint64_t", NO_LIMIT, 100),
    )  # fmt: skip
    row = dumper(CACHED_ASSOCIATION, V44, slurm)(Cached(Manager(slurm), struct))

    def number(value: int | None) -> dict[str, Any]:
        return {"set": value is not None, "infinite": value is None, "number": value or 0}

    assert row["grp_jobs"] == {"limit": number(10), "used": 3, "left": number(7)}
    assert row["max_jobs"] == {"limit": number(2), "used": 3, "left": number(0)}
    assert row["grp_jobs_accrue"] == {"limit": number(None), "used": 0, "left": number(None)}
    assert row["grp_wall"] == {"limit": number(5), "used": 1.5, "left": number(3)}
    assert row["grp_tres"] == [{"name": "cpu", "limit": number(6), "used": 4, "left": number(2)}]
    assert row["grp_tres_mins"] == [
        {"name": "cpu", "limit": number(None), "used": 2, "left": number(None)},
        {"name": "mem", "limit": number(1), "used": 0, "left": number(1)},
    ]
    assert row["max_tres_pj"] == [{"name": "mem", "limit": number(100)}]
    assert row["default"]["qos"] == "normal"
    assert row["usage"]["raw"] == {"set": True, "infinite": False, "number": 7.5}
    assert row["usage"]["normalized"] == {"set": False, "infinite": False, "number": 0.0}


def test_a_qos_without_usage_has_used_nothing(slurm: FakeSlurm) -> None:
    row = dumper(CACHED_QOS, V44, slurm)(Cached(Manager(slurm), slurm.struct("slurmdb_qos_rec_t", name="q")))
    assert (row["name"], row["grp_jobs"]["used"], row["grp_tres"], row["users"]) == ("q", 0, [], [])


def test_limits_say_when_they_are_not_enforced(slurm: FakeSlurm, monkeypatch: pytest.MonkeyPatch) -> None:
    for enforced, warnings in ((0, 1), (1, 1), (3, 0)):
        conf = slurm.conf
        conf.accounting_storage_enforce = enforced
        monkeypatch.setattr(FakeSlurm, "conf", conf)
        document = content(ask("GET", f"{BASE}/limits"))
        assert (document["limits"], len(document["warnings"])) == ([], warnings)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("grp_tres_run_mins", "GrpTRESRunMins"),
        ("max_jobs_accrue_pa", "MaxJobsAccruePA"),
        ("max_tres_mins_pj", "MaxTRESMinsPJ"),
        ("grp_wall", "GrpWall"),
    ],
)
def test_limits_have_the_names_that_scontrol_shows(name: str, shown: str) -> None:
    assert slurm_name(name) == shown


class Scrontab(FakeSlurm):
    """A slurmctld that keeps crontabs. kept: by uid; asked: the calls, with uid and gid."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[int, tuple[str, str]] = {}
        self.asked: list[tuple[Any, ...]] = []
        self.guard = self  # type: ignore[assignment]
        self.said = self.printed = self.munge = ""

    @property
    def conf(self) -> Any:
        conf = super().conf
        self._kept.append(ffi.new("char[]", b"enable"))
        conf.scron_params = self._kept[-1]
        return conf

    def call(self, function: Any, *arguments: Any) -> int:
        name, uid = function.__name__, arguments[0]
        self.asked.append((name, *(one for one in arguments if isinstance(one, int))))
        if name == "slurm_remove_crontab":
            self.kept.pop(uid, None)
        elif uid not in self.kept:
            return int(lib.ESLURM_JOB_SCRIPT_MISSING)
        else:
            for pointer, text_ in zip(arguments[1:], self.kept[uid], strict=True):
                pointer[0] = lib.slurm_xstrdup(text_.encode())
        return 0


@pytest.fixture
def scrontab(monkeypatch: pytest.MonkeyPatch) -> Scrontab:
    fake = Scrontab()
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


@pytest.mark.parametrize(
    ("disabled", "lines"),
    [("", []), ("3", [3]), ("3-4", [3, 4]), ("1,5-6", [1, 5, 6]), ("x,2-y,-,7", [7])],
)
def test_a_crontab_and_its_disabled_lines(scrontab: Scrontab, disabled: str, lines: list[int]) -> None:
    scrontab.kept[ME] = "# ä\n@daily x\n", disabled
    answer = ask("GET", f"{BASE}/crontab")
    assert content(answer)["crontab"] == {"text": "# ä\n@daily x\n", "disabled_lines": lines}
    assert scrontab.asked == [("slurm_request_crontab", ME)]


def test_a_crontab_that_is_not_there(scrontab: Scrontab) -> None:
    assert ask("GET", f"{BASE}/crontab").status == 404
    assert ask("DELETE", f"{BASE}/crontab").status == 200
    assert [call[:2] for call in scrontab.asked] == [
        ("slurm_request_crontab", ME), ("slurm_remove_crontab", ME),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query", ["user=", "user=nobody-here", "user=root,nobody", "user=4294967294", "who=me"]
)
def test_a_user_of_a_crontab_who_is_none_is_400(scrontab: Scrontab, query: str) -> None:
    for method in ("GET", "DELETE"):
        assert ask(method, f"{BASE}/crontab?{query}").status == 400
    assert scrontab.asked == []


def test_without_scrontab_it_is_501(slurm: FakeSlurm) -> None:
    for method in ("GET", "DELETE"):
        answer = ask(method, f"{BASE}/crontab")
        assert (answer.status, slurm.calls) == (501, [])
        assert "ScronParameters" in text(answer)
