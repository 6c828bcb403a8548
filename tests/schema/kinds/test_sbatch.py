"""schema.options: what each of sbatch's options may say, and what it makes of job_desc_msg_t's members."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from fake_slurm import FakeSlurm
from hypothesis import given, note
from hypothesis import strategies as st

from restd_inet.problems import Problem
from restd_inet.schema.kinds import sbatch
from restd_inet.schema.kinds.composite import Converter
from restd_inet.schema.kinds.job_desc import WishedTime
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, UNSET, Deferred, Invalid
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.versions import V38
from restd_inet.slurm.structs import OwnedStruct

SLURM = FakeSlurm()
PER_CPU = 1 << 63


def bits(*names: str) -> frozenset[str]:
    return frozenset(names)


def tres(text: str) -> Deferred:
    return Deferred("tres", text)


FUNCTIONS = {
    field.names[35]: field.kind_at(V38).parse
    for field in JOB_DESC.fields
    if field.since <= V38 and isinstance(field.kind_at(V38), Converter)
}

TAKEN: dict[str, list[tuple[Any, Any]]] = {
    "kill_on_invalid_dependency": [
        (True, {"bitflags": bits("KILL_INV_DEP")}),
        ("no", {"bitflags": bits("NO_KILL_INV_DEP")}),
    ],
    "minimum_nodes": [(True, {"bitflags": bits("USE_MIN_NODES")}), (False, {"bitflags": bits()})],
    "spread_job": [(1, {"bitflags": bits("SPREAD_JOB")}), (0, {"bitflags": bits()})],
    "gres_flags": [
        ("disable-binding", {"bitflags": bits("GRES_DISABLE_BIND")}),
        ("Enforce-Binding", {"bitflags": bits("GRES_ENFORCE_BIND")}),
    ],
    "open_mode": [
        ("append", {"open_mode": bits("OPEN_MODE_APPEND")}),
        ("TRUNCATE", {"open_mode": bits("OPEN_MODE_TRUNCATE")}),
    ],
    "exclusive": [
        (True, {"shared": bits("JOB_SHARED_NONE")}),
        (False, {}),
        ("user", {"shared": bits("JOB_SHARED_USER")}),
        ("MCS", {"shared": bits("JOB_SHARED_MCS")}),
        ("exclusive", {"shared": bits("JOB_SHARED_NONE")}),
        ("oversubscribe", {"shared": bits("JOB_SHARED_OK")}),
        ("true", {"shared": bits("JOB_SHARED_NONE")}),
        ("false", {}),
    ],
    "oversubscribe": [(True, {"shared": bits("JOB_SHARED_OK")}), (False, {})],
    "hold": [(True, True), ("no", False)],
    "priority": [
        (1, {"priority": 1}),
        ("100", {"priority": 100}),
        ("TOP", {"priority": NO_VAL[32] - 1}),
        ("top", {"priority": NO_VAL[32] - 1}),
    ],
    "nice": [
        (0, {"nice": 0x80000000}),
        (-5, {"nice": 0x80000000 - 5}),
        ("100", {"nice": 0x80000064}),
        (2147483645, {"nice": 0xFFFFFFFD}),
        (-2147483645, {"nice": 3}),
    ],
    "no_kill": [
        (True, {"kill_on_node_fail": 0}),
        ("set", {"kill_on_node_fail": 0}),
        ("off", {"kill_on_node_fail": 1}),
        (False, {"kill_on_node_fail": 1}),
        ("no", {"kill_on_node_fail": 1}),
    ],
    "nodes": [
        ([0, 0], {}),
        (4, {"min_nodes": 4, "max_nodes": 4}),
        ("4", {"min_nodes": 4, "max_nodes": 4}),
        ("2-4", {"min_nodes": 2, "max_nodes": 4}),
        ("1k-2m", {"min_nodes": 1 << 10, "max_nodes": 2 << 20}),
        ([2, 4], {"min_nodes": 2, "max_nodes": 4}),
        (["2", "2K"], {"min_nodes": 2, "max_nodes": 2048}),
    ],
    "tasks": [
        (0, {"num_tasks": 0, "bitflags": bits("JOB_NTASKS_SET")}),
        ("8", {"num_tasks": 8, "bitflags": bits("JOB_NTASKS_SET")}),
    ],
    "cpus_per_task": [
        (1, {"cpus_per_task": 1, "bitflags": bits("JOB_CPUS_SET")}),
        (0xFFFD, {"cpus_per_task": 0xFFFD, "bitflags": bits("JOB_CPUS_SET")}),
    ],
    "memory_per_node": [
        (100, {"mem_per_node": 100}),
        ("100", {"mem_per_node": 100}),
        ("100M", {"mem_per_node": 100}),
        ("1K", {"mem_per_node": 1}),
        ("1025kb", {"mem_per_node": 2}),
        ("2G", {"mem_per_node": 2048}),
        (" 1 TB ", {"mem_per_node": 1 << 20}),
        (0, {"mem_per_node": 0}),
    ],
    "memory_per_cpu": [
        (100, {"pn_min_memory": 100 | PER_CPU}),
        ("1g", {"pn_min_memory": 1024 | PER_CPU}),
    ],
    "memory_per_gpu": [("1G", {"mem_per_tres": tres("gpu:1024")})],
    "cpus_per_gpu": [(2, {"cpus_per_tres": tres("gpu:2")})],
    "gpus": [
        (2, {"tres_per_job": tres("gpu:2")}),
        ("tesla:1, volta:2", {"tres_per_job": tres("gpu:tesla:1,gpu:volta:2")}),
    ],
    "gpus_per_node": [("2", {"tres_per_node": tres("gpu:2")})],
    "gpus_per_socket": [("2", {"tres_per_socket": tres("gpu:2")})],
    "gpus_per_task": [("a:2K", {"tres_per_task": tres("gpu:a:2K")})],
    "gpu_binding": [("closest", {"tres_bind": Deferred("tres_bind", "gpu:closest")})],
    "gpu_frequency": [("medium,memory=high", {"tres_freq": "gpu:medium,memory=high"})],
    "core_specification": [
        (-1, {}),
        (NO_VAL[32], {}),
        (0, {"core_spec": 0}),
        (0x7FFF, {"core_spec": 0x7FFF}),
    ],
    "thread_specification": [(2, {"core_spec": 0x8002}), (0x7FFD, {"core_spec": 0xFFFD})],
    "argv": [(["a", 1], {"argv": ["slurm_script", "a", "1"], "argc": 3}), ([], {"argv": [], "argc": 0})],
    "environment": [
        ({"A": "b", "C": 5}, {"environment": ["A=b", "C=5"], "env_size": 2}),
        (["A=b=c", "D="], {"environment": ["A=b=c", "D="], "env_size": 2}),
        ({}, {"environment": [], "env_size": 0}),
        (["FOO", ""], {"environment": ["FOO", ""], "env_size": 2}),
        ({"X": True, "Y": None}, {"environment": ["X=true", "Y="], "env_size": 2}),
    ],
    "signal": [
        ("9", {"warn_flags": bits(), "warn_signal": 9, "warn_time": 60}),
        ("USR1@120", {"warn_flags": bits(), "warn_signal": 10, "warn_time": 120}),
        ("B:SIGUSR1@0", {"warn_flags": bits("KILL_JOB_BATCH"), "warn_signal": 10, "warn_time": 0}),
        (
            "rb:term",
            {"warn_flags": bits("KILL_JOB_RESV", "KILL_JOB_BATCH"), "warn_signal": 15, "warn_time": 60},
        ),
        (15, {"warn_flags": bits(), "warn_signal": 15, "warn_time": 60}),
    ],
    "distribution": [
        ("block", {"task_dist": bits("SLURM_DIST_BLOCK")}),
        ("*", {"task_dist": bits("SLURM_DIST_BLOCK")}),
        ("cyclic", {"task_dist": bits("SLURM_DIST_CYCLIC")}),
        ("cyclic:block", {"task_dist": bits("SLURM_DIST_CYCLIC_BLOCK")}),
        ("*:*", {"task_dist": bits("SLURM_DIST_BLOCK_CYCLIC")}),
        ("Block:Cyclic:fcyclic", {"task_dist": bits("SLURM_DIST_BLOCK_CYCLIC_CFULL")}),
        ("block:block:*", {"task_dist": bits("SLURM_DIST_BLOCK_BLOCK_BLOCK")}),
        ("block:fcyclic:*", {"task_dist": bits("SLURM_DIST_BLOCK_CFULL_CFULL")}),
        ("block:*:*", {"task_dist": bits("SLURM_DIST_BLOCK_CYCLIC_CYCLIC")}),
        ("arbitrary", {"task_dist": bits("SLURM_DIST_ARBITRARY")}),
        ("hostfile,pack", {"task_dist": bits("SLURM_DIST_ARBITRARY", "SLURM_DIST_PACK_NODES")}),
        ("plane=4", {"task_dist": bits("SLURM_DIST_PLANE"), "plane_size": 4}),
        ("block,Pack", {"task_dist": bits("SLURM_DIST_BLOCK", "SLURM_DIST_PACK_NODES")}),
        (
            "plane=4,nopack",
            {"task_dist": bits("SLURM_DIST_PLANE", "SLURM_DIST_NO_PACK_NODES"), "plane_size": 4},
        ),
    ],
    "cpu_frequency": [
        ("performance", {"cpu_freq_gov": bits("CPU_FREQ_PERFORMANCE")}),
        ("2400000", {"cpu_freq_max": 2400000}),
        ("low", {"cpu_freq_max": bits("CPU_FREQ_LOW")}),
        (
            "low-HighM1:OnDemand",
            {
                "cpu_freq_min": bits("CPU_FREQ_LOW"),
                "cpu_freq_max": bits("CPU_FREQ_HIGHM1"),
                "cpu_freq_gov": bits("CPU_FREQ_ONDEMAND"),
            },
        ),
        ("1000-2000", {"cpu_freq_min": 1000, "cpu_freq_max": 2000}),
    ],
    "cpu_binding": [
        ("none", {"cpu_bind_type": bits("CPU_BIND_NONE")}),
        ("quiet", {"cpu_bind_type": bits()}),
        ("verbose,cores", {"cpu_bind_type": bits("CPU_BIND_VERBOSE", "CPU_BIND_TO_CORES")}),
        ("v,map_cpu:0,2,4", {"cpu_bind_type": bits("CPU_BIND_VERBOSE", "CPU_BIND_MAP"), "cpu_bind": "0,2,4"}),
        ("mask_cpu:0x3,0xc", {"cpu_bind_type": bits("CPU_BIND_MASK"), "cpu_bind": "0x3,0xc"}),
    ],
    "memory_binding": [
        ("local", {"mem_bind_type": bits("MEM_BIND_LOCAL")}),
        ("prefer,map_mem:0,1", {"mem_bind_type": bits("MEM_BIND_PREFER", "MEM_BIND_MAP"), "mem_bind": "0,1"}),
    ],
    "cpu_binding_hint": [
        ("compute_bound", {"threads_per_core": 1, "cpu_bind_type": bits("CPU_BIND_TO_CORES")}),
        (
            "memory_bound",
            {"cores_per_socket": 1, "threads_per_core": 1, "cpu_bind_type": bits("CPU_BIND_TO_CORES")},
        ),
        ("multithread", {"ntasks_per_core": INFINITE[16], "cpu_bind_type": bits("CPU_BIND_TO_THREADS")}),
        (
            "NoMultiThread",
            {
                "threads_per_core": 1,
                "cpu_bind_type": bits("CPU_BIND_TO_THREADS", "CPU_BIND_ONE_THREAD_PER_CORE"),
            },
        ),
    ],
    "mail_type": [
        ("none", {"mail_type": bits()}),
        ("BEGIN, end", {"mail_type": bits("MAIL_JOB_BEGIN", "MAIL_JOB_END")}),
        ("time_limit_90", {"mail_type": bits("MAIL_JOB_TIME90")}),
        (
            "all",
            {
                "mail_type": bits(
                    "MAIL_JOB_BEGIN",
                    "MAIL_JOB_END",
                    "MAIL_JOB_FAIL",
                    "MAIL_JOB_REQUEUE",
                    "MAIL_JOB_STAGE_OUT",
                    "MAIL_INVALID_DEPEND",
                )
            },
        ),
    ],
    "begin_time": [
        (1700000000, 1700000000),
        ("1700000000", 1700000000),
        ("now+1hour", Deferred("parse_time", "now+1hour")),
    ],
    "deadline": [("2030-01-31T12:00:00", Deferred("parse_time", "2030-01-31T12:00:00"))],
    "delay_boot": [
        (5, 300),
        (-1, INFINITE[32]),
        (INFINITE[32], INFINITE[32]),
        ("5", 300),
        ("1:30", Deferred("time_seconds", "1:30")),
    ],
    "time_limit": [
        (5, 5),
        ("5", 5),
        (0, INFINITE[32]),
        ("unlimited", INFINITE[32]),
        (-1, INFINITE[32]),
        ("-1", INFINITE[32]),
        (NO_VAL[32], INFINITE[32]),
        (INFINITE[32], INFINITE[32]),
        (INFINITE[64], INFINITE[32]),
        (1.5, 1),
        ("1-12:30:00", Deferred("time_minutes", "1-12:30:00")),
    ],
    "time_minimum": [(5, 5)],
    "get_user_environment": [(True, True), (0, False)],
}

REFUSED: dict[str, list[tuple[Any, str]]] = {
    "kill_on_invalid_dependency": [("maybe", "true or false")],
    "minimum_nodes": [(7, "true or false")],
    "spread_job": [([], "true or false")],
    "gres_flags": [("x", "disable-binding, enforce-binding")],
    "open_mode": [("a", "append, truncate"), (True, 'found "true"')],
    "exclusive": [("x", "exclusive, oversubscribe, user, mcs")],
    "oversubscribe": [("x", "true or false")],
    "hold": [("x", "true or false")],
    "priority": [(0, "1 to 4294967293"), ("BOTTOM", "whole number")],
    "nice": [(1 << 31, "out of range"), ("x", "whole number"), (-2147483646, "out of range")],
    "no_kill": [("x", "true or false")],
    "nodes": [
        ([1], "found a list of 1"),
        ([1, 2, 3], "found a list of 3"),
        ([True, 1], "found a boolean"),
        ([None, 1], "found null"),
        ("4-2", "the minimum, 4, is above the maximum, 2"),
        ("4-", "whole number"),
        ("-4", "whole number"),
        ("", "whole number"),
        ("k", "whole number"),
        ("9999999k", "out of range"),
        ({}, "found an object"),
    ],
    "tasks": [(NO_VAL[32], "out of range"), (-1, "out of range")],
    "cpus_per_task": [(0, "1 to 65535"), (INFINITE[16] + 1, "out of range")],
    "memory_per_node": [
        ("1X", "whole number"),
        (-1, "out of range"),
        (PER_CPU, "out of range"),
        ("999999999999999999T", "out of range"),
        (1.5, "found 1.5"),
    ],
    "memory_per_cpu": [([], "found a list")],
    "memory_per_gpu": [("much", "whole number")],
    "cpus_per_gpu": [(0, "out of range")],
    "gpus": [("", "[type:]number"), ("a:b", "[type:]number"), ("1,,2", "[type:]number"), ([1], "a list")],
    "gpus_per_node": [("a b:1", "[type:]number")],
    "gpus_per_socket": [("-1", "[type:]number")],
    "gpus_per_task": [("1.5", "[type:]number")],
    "gpu_binding": [([], "found a list")],
    "gpu_frequency": [({}, "found an object")],
    "core_specification": [(0x8000, "out of range")],
    "thread_specification": [(0x7FFE, "out of range")],
    "argv": [("a", "a list of texts, found a text"), ([[]], "found a list")],
    "environment": [
        ("A=b", "found a text"),
        ({"A": ["b"]}, "found a list"),
    ],
    "signal": [
        ("NOPE", "by number or name"),
        ("X:9", "[B:]signal[@seconds]"),
        ("9@", "[B:]signal[@seconds]"),
        ("9@x", "[B:]signal[@seconds]"),
        ("9@65536", "out of range"),
        ("", "by number or name"),
        ("0", "out of range"),
        ("65", "out of range"),
        ("_DFL", "by number or name"),
    ],
    "distribution": [
        ("", "expected block"),
        ("fcyclic", "expected block"),
        ("block:x", "expected block"),
        ("block:cyclic:block:block", "expected block"),
        ("plane=0", "out of range"),
        ("plane=x", "expected block"),
        ("block,tight", "expected block"),
        ("plane=4,tight", "expected block"),
        ("arbitrary,tight", "expected block"),
    ],
    "cpu_frequency": [
        ("", "low, medium"),
        ("fast", "low, medium"),
        ("0", "out of range"),
        ("low:warp", "conservative"),
        ("1-2-3", "low, medium"),
    ],
    "cpu_binding": [
        ("x", '"x" is not understood'),
        ("map_cpu", "not understood"),
        ("cores:1", "not understood"),
    ],
    "memory_binding": [("", "not understood"), ("local,", "not understood")],
    "cpu_binding_hint": [("x", "compute_bound")],
    "mail_type": [("x", "none, begin"), ("begin,", "none, begin"), ([], "found a list")],
    "begin_time": [(-1, "out of range"), (True, "found a boolean"), (None, "found null")],
    "deadline": [({}, "found an object")],
    "delay_boot": [(1 << 32, "out of range")],
    "time_limit": [(-2, "out of range"), ([], "found a list")],
    "time_minimum": [(5000000000, "out of range")],
    "get_user_environment": [("x", "true or false")],
}

taken = [(name, value, expected) for name, cases in TAKEN.items() for value, expected in cases]
refused = [(name, value, message) for name, cases in REFUSED.items() for value, message in cases]


def test_every_function_is_in_both_tables() -> None:
    assert set(TAKEN) == set(REFUSED) == set(FUNCTIONS)


@pytest.mark.parametrize(("name", "value", "expected"), taken)
def test_an_option_becomes_members(name: str, value: Any, expected: Any) -> None:
    assert FUNCTIONS[name](value) == expected


@pytest.mark.parametrize(("name", "value", "expected"), taken)
def test_what_an_option_becomes_fits_the_struct(name: str, value: Any, expected: Any) -> None:
    """Each constant exists in this release, each number fits its member."""
    fill(FUNCTIONS[name](value) if isinstance(expected, dict) else {})


def fill(members: dict[str, Any]) -> None:
    """mem_per_node is pn_min_memory, which it shares with memory_per_cpu (schema.descriptions)."""
    members = {"pn_min_memory" if name == "mem_per_node" else name: value for name, value in members.items()}
    OwnedStruct(SLURM, "job_desc_msg_t", members)


@pytest.mark.parametrize(("name", "value", "message"), refused)
def test_an_option_is_refused_with_what_was_expected(name: str, value: Any, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        FUNCTIONS[name](value)
    assert message in str(caught.value)


WORDS = sorted({str(value) for cases in TAKEN.values() for value, _ in cases})
PIECES = st.lists(
    st.sampled_from([*WORDS, ",", ":", "-", "=", "@", "*", " ", "k", "0x", "٣", "²"]), max_size=5
)
#: What a codec can give: no lone surrogate, no NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | PIECES.map("".join)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


@given(value=VALUES)
def test_an_option_raises_nothing_but_invalid(value: Any) -> None:
    for name, function in FUNCTIONS.items():
        note(name)
        try:
            members = function(value)
        except Invalid as error:
            assert len(str(error)) < 600
            continue
        # What was taken fits the struct, or libslurm says why it does not.
        try:
            fill(members if isinstance(members, dict) else {})
        except Problem as problem:
            assert problem.status in (400, 501)
            assert "has no " not in problem.text or not problem.text.endswith("has no ")


@pytest.mark.parametrize("first", ["block", "cyclic", "*"])
@pytest.mark.parametrize(
    "rest", list(product(["block", "cyclic", "fcyclic", "*"], ["block", "cyclic", "fcyclic", "*"]))
)
def test_every_distribution_has_its_constant(first: str, rest: tuple[str, str]) -> None:
    for word in (first, f"{first}:{rest[0]}", f"{first}:{rest[0]}:{rest[1]}"):
        (name,) = sbatch.distribution(word)["task_dist"]
        assert SLURM.constant(name) is not None, name


@pytest.mark.parametrize(
    ("value", "number"),
    [("TERM", 15), ("sigterm", 15), ("SIGKILL", 9), (9, 9), ("9", 9), ("rtmin", 34), ("SIGCONT", 18)],
)
def test_a_signal_has_a_number_or_a_name(value: object, number: int) -> None:
    assert sbatch.signal_number(value) == number


@pytest.mark.parametrize(
    "value", ["", "SIG", "SIGNAL", "DFL", "_IGN", "-9", "0", "64", "9.0", 9.5, None, True, "²"]
)
def test_what_is_no_signal_is_refused(value: object) -> None:
    with pytest.raises(Invalid):
        sbatch.signal_number(value)


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("time_minutes", "1-12:30:00", 36 * 60 + 30),
        ("time_minutes", "90:00", 90),
        ("time_minutes", "0:0", INFINITE[32]),
        ("time_seconds", "1:30", 90),
        ("parse_time", "2030-01-31T00:00:00", None),
    ],
)
def test_libslurm_reads_times(name: str, text: str, number: int | None) -> None:
    found = SLURM.function(name)(Deferred(name, text))
    assert found == number if number is not None else found > 1 << 30


@pytest.mark.parametrize("name", ["time_minutes", "time_seconds", "parse_time"])
def test_a_time_that_libslurm_refuses_is_reported_with_its_place(name: str) -> None:
    value = Deferred(name, "soon\n\n")
    value.path = ("job", 1, "time_limit")
    with pytest.raises(Problem) as caught:
        SLURM.function(name)(value)
    assert caught.value.status == 400
    assert caught.value.path == value.path
    assert caught.value.text.startswith("job[1].time_limit: expected ")


def test_a_time_from_v39_on_is_left_to_slurm_if_it_is_unset() -> None:
    kind = WishedTime()
    assert kind.parse({"set": False}) is UNSET
    assert kind.parse({"number": 5}) == kind.parse(" 5 ") == 5
    assert kind.parse("now+1hour") == Deferred("parse_time", "now+1hour")
    assert kind.parse("infinite") is kind.parse("") is UNSET
    assert kind.parse({"infinite": True}) == -1
