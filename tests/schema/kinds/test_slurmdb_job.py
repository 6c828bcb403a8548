"""Kinds of the accounting database's jobs and of slurmdbd itself, and what may be asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from restd_inet.problems import Problem
from restd_inet.schema.kinds.composite import Nth
from restd_inet.schema.kinds.numbers import exit_code
from restd_inet.schema.kinds.slurmdb_job import (
    Extremes,
    Governor,
    Sluid,
    Status,
    StepName,
    Usage,
    WckeyTag,
    Wide,
    sluid,
)
from restd_inet.schema.kinds.slurmdbd import LogLevel, Purge
from restd_inet.schema.kinds.values import Deferred
from restd_inet.schema.parse import parse
from restd_inet.schema.records.slurmdb_change import SLURMDB_JOB_CHANGE
from restd_inet.schema.records.slurmdb_query import SLURMDB_JOB_QUERY
from restd_inet.schema.records.tres import TRES
from restd_inet.schema.versions import V36, V38, V39, V40, V44, V45
from restd_inet.slurm.lookups.filenames import expanded


class Binding:
    """What kinds ask of libslurm."""

    def constant(self, name: str) -> int | None:
        return None

    def text(self, pointer: Any) -> str | None:
        return None if pointer is None else str(pointer)

    def function(self, name: str) -> Any:
        tres = lambda text: [("energy", "", 3, -2), ("gres", "gpu", 1001, 2)] if text else []  # noqa: E731
        return {"tres_counts": tres, "signal_text": lambda number: f"signal {number}"}[name]


def written(kind: Any, value: Any, version: int) -> Any:
    code = kind.dump(version, Binding())
    return eval(code, {"x": value}) if isinstance(code, str) else code(value)


def said(query: dict[str, str], version: int = V45) -> dict[str, Any]:
    return parse(SLURMDB_JOB_QUERY, version, query, warnings=[])


# Writing.


@pytest.mark.parametrize(
    ("status", "old", "code", "signal"),
    [
        (0, {"status": "SUCCESS", "return_code": 0}, 0, None),
        (3 << 8, {"status": "ERROR", "return_code": 3}, 3, None),
        (
            9,
            {"status": "SIGNALED", "return_code": None, "signal": {"signal_id": 9, "name": "signal 9"}},
            None,
            9,
        ),
        (-2, {"status": "PENDING", "return_code": None}, None, None),
    ],
)
def test_how_a_process_ended(status: int, old: dict[str, Any], code: int | None, signal: int | None) -> None:
    assert written(Status(), status, V38) == old
    new = written(Status(), status, V40)
    assert new["status"] == [old["status"]]
    assert new["return_code"] == {"set": code is not None, "infinite": False, "number": code or 0}
    assert new["signal"]["id"] == {"set": signal is not None, "infinite": False, "number": signal or 0}


def test_in_v0_0_39_how_a_process_ended_is_a_number_in_any_case() -> None:
    signalled = {"status": "SIGNALED", "return_code": -127}
    assert written(Status(), 9, V39) == {**signalled, "signal": {"signal_id": 9, "name": "signal 9"}}
    assert written(Status(), -2, V39) == {"status": "PENDING", "return_code": 0}
    assert written(Status(), 3 << 8, V39) == {"status": "ERROR", "return_code": 3}


def test_numbers_of_64_bits_are_null_where_their_lower_half_is_unset() -> None:
    assert written(Wide(), 0xFFFFFFFE, V38) is None
    assert written(Wide(), 1 << 40, V38) == 1 << 40
    assert written(Wide(), 0xFFFFFFFE, V39) == 0xFFFFFFFE


def test_tres_that_are_not_known() -> None:
    usage = Usage(TRES)
    assert written(usage, "3=…", V38) == [
        {"type": "energy", "name": None, "id": 3, "count": None},
        {"type": "gres", "name": "gpu", "id": 1001, "count": 2},
    ]
    for version in (V39, V45):
        assert written(usage, "3=…", version)[0] == {"type": "energy", "name": "", "id": 3, "count": -2}
    assert written(usage, None, V45) == []


def test_a_wckey_by_default() -> None:
    assert written(WckeyTag(), "*paper", V45) == {"wckey": "paper", "flags": ["ASSIGNED_DEFAULT"]}
    assert written(WckeyTag(), "paper", V45) == {"wckey": "paper", "flags": []}
    assert written(WckeyTag(), None, V45) == {"wckey": "", "flags": []}
    assert written(WckeyTag(), None, V38) is None


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (0, "0"),
        (0x80000001, "Low"),
        (0x88000000, "Conservative"),
        (0xFFFFFFFE, "Unknown"),
        (0x7FFFFFFF, "2.15T"),
        (999, "999K"),
        (1000, "1M"),
        (2_400_000, "2.40G"),
        (3_000_000, "3G"),
    ],
)
def test_cpu_frequencies(number: int, word: str) -> None:
    assert written(Governor(), number, V45) == word


def test_a_sluid_has_slurm_s_text() -> None:
    # Of a job of Slurm 26.05: its text is slurmrestd's.
    assert sluid(0) == ""
    number = 0
    for digit in "6ANM81REEEM00":
        number = number << 5 | "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(digit)
    assert sluid(number) == "s6ANM81REEEM00"


def test_how_slurmdbd_is_configured() -> None:
    assert written(LogLevel(), 3, V45) == "info"
    assert written(LogLevel(), 10, V45) == ""
    unset = {"set": False, "hours": 0, "days": 0, "months": 0, "archive": False}
    assert written(Purge(), 0xFFFFFFFE, V45) == unset
    assert written(Purge(), 0xA0000 | 90, V45) == {**unset, "set": True, "days": 90, "archive": True}


def test_a_path_with_what_its_letters_stand_for() -> None:
    values = {"/": "/home/fred", "j": 12, "A": 11, "a": 3, "x": "name", "u": "fred"}
    assert expanded("/tmp/%x-%4j_%a.%%", values) == "/tmp/name-0012_3.%"
    assert expanded("out.%A", values) == "/home/fred/out.11"
    assert expanded("/tmp/\\%j", values) == "/tmp/%j"
    assert expanded("/tmp/%z", values) == "/tmp/%z"


def test_a_step_s_largest_usage_says_where_it_was() -> None:
    class Found(Binding):
        def function(self, name: str) -> Any:
            assert name == "tres_extremes"
            found = [("gres", "gpu", 1001, 2, 7, "n1"), ("cpu", None, 1, 4, 0, None)]
            return lambda step, of: found if (step, of) == ("step", "tres_usage_in_max") else []

    kind = Extremes("tres_usage_in_max", TRES)
    first = {"type": "gres", "name": "gpu", "id": 1001, "count": 2, "task": 7, "node": "n1"}
    second = {"type": "cpu", "id": 1, "count": 4, "task": 0}
    for version in (V39, V45):
        assert kind.dump(version, Found())("step") == [first, {**second, "name": "", "node": ""}]
    assert kind.dump(V38, Found())("step") == [first, {**second, "name": None, "node": None}]


def test_usage_is_remembered_for_some_texts_alone() -> None:
    class Counted(Binding):
        asked = 0

        def function(self, name: str) -> Any:
            def tres(text: str) -> list[Any]:
                self.asked += 1
                return [("cpu", "", 1, len(text))]

            return tres

    class Few(Usage):
        MOST = 2

    binding = Counted()
    write = Few(TRES).dump(V45, binding)
    for text in ("a", "bb", "ccc", "a", "dddd", "a"):
        assert write(text)[0]["count"] == len(text)
    assert binding.asked == 5  # the second "a" was remembered, the last forgotten


# Asking.


def test_lists_with_commas() -> None:
    found = said({"account": "physics,test", "association": "3,4", "step": "1,2_3,4+1,5.batch,6_7.0"})
    assert found["acct_list"] == ["physics", "test"]
    assert found["associd_list"] == ["3", "4"]
    assert found["step_list"] == Deferred("selected_steps", "1,2_3,4+1,5.batch,6_7.0")


def test_flags_are_parameters_of_their_own() -> None:
    found = said({"skip_steps": "true", "show_duplicates": "false", "whole_hetjob": "1"})
    assert found["flags"] == {"JOBCOND_FLAG_NO_STEP", "JOBCOND_FLAG_WHOLE_HETJOB"}
    assert said({"job_started": "yes"})["db_flags"] == {"SLURMDB_JOB_FLAG_START_R"}


def test_up_to_v0_0_38_a_flag_is_added_to_the_usual_ones() -> None:
    assert said({"skip_steps": "true"}, V38)["flags"] == {
        "JOBCOND_FLAG_NO_STEP",
        "JOBCOND_FLAG_DUP",
        "JOBCOND_FLAG_NO_TRUNC",
    }
    assert "JOBCOND_FLAG_NO_STEP" not in said({"skip_steps": "0"}, V38)["flags"]


def test_what_a_version_does_not_know() -> None:
    with pytest.raises(Problem) as caught:
        parse(SLURMDB_JOB_QUERY, V36, {"users": "fred"})
    assert (caught.value.status, caught.value.text) == (400, "users: unknown property")


#: What would end a text of SQL, be a pattern in it, or end libslurm.
HOSTILE = ("x' or '1'='1", 'x"', "x`y", "x\\", "a\x00b", "a\nb", "'; drop table job_table; --")
PARAMETERS = (
    "account", "association", "cluster", "constraints", "job_name", "partition", "qos", "reservation",
    "reservation_id", "step", "node", "wckey",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_what_cannot_be_a_name_is_refused(parameter: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        said({parameter: text})
    assert caught.value.status == 400
    assert caught.value.text.startswith(parameter)


@pytest.mark.parametrize(
    "text",
    ["abc", "0", "-1", "1_", "1_x", "1+", "1.", "1.x", "1.bat", "1_2+3", "4294967294", "\u0661", "1 or 1"],
)
def test_what_is_no_job_id(text: str) -> None:
    """libslurm would end the process for most of these."""
    with pytest.raises(Problem, match="is not a job id"):
        said({"step": text})


@pytest.mark.parametrize("version", [V44, V45])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        (7, 7),  # as sacctmgr(1) stores it
        ({"return_code": {"set": True, "number": 1}}, 1 << 8),
        ({"return_code": {"set": True, "number": 255}}, 255 << 8),
        ({"return_code": {"set": True, "number": 256}}, 256),
        ({"return_code": {"set": True, "number": 1024}}, 1024),
        ({"return_code": 1024}, 1024),
        ({"return_code": {"set": True, "number": 5}, "signal": {"id": 9}}, 5 << 8 | 9),
        ({"signal": {"id": {"set": True, "number": 9}}}, 9),
    ],
)
def test_a_derived_exit_code_below_256_is_an_exit_status_and_above_it_is_all_of_wait_s(
    said: Any, status: int, version: int
) -> None:
    """So that what is read can be posted; slurmrestd stores every number as it is."""
    assert parse(SLURMDB_JOB_CHANGE, version, {"derived_exit_code": said}) == {"derived_ec": status}


@pytest.mark.parametrize("status", [0, 7, 9, 256, 5 << 8, 255 << 8])
def test_a_derived_exit_code_reads_back_as_it_was_posted(status: int) -> None:
    read = exit_code(status)
    assert parse(SLURMDB_JOB_CHANGE, V45, {"derived_exit_code": read}) == {"derived_ec": status}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"signal": 9}, "expected a signal with an id, found a number"),
        ({"signal": {"id": 65}}, "65 is out of range: expected 0 to 64"),
        ({"return_code": -3}, "-3 is out of range: expected 0 to 4294967293"),
        ("soon", 'expected a whole number, found the text "soon"'),
    ],
)
def test_a_derived_exit_code_that_no_process_has_is_refused(said: Any, message: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(SLURMDB_JOB_CHANGE, V45, {"derived_exit_code": said})
    assert caught.value.text == f"derived_exit_code: {message}"


def test_a_change_names_members() -> None:
    body = {
        "comment": {"job": "good"},
        "derived_exit_code": {"return_code": {"set": True, "number": 5}, "signal": {"id": 9}},
    }
    assert parse(SLURMDB_JOB_CHANGE, V44, body) == {"derived_es": "good", "derived_ec": 5 << 8 | 9}
    with pytest.raises(Problem, match=r"comment\.administrator"):
        parse(SLURMDB_JOB_CHANGE, V44, {"comment": {"administrator": "two\nlines"}})


def test_a_sluid_is_a_text_and_no_number() -> None:
    assert written(Sluid(), 33, V45) == "s0000000000011"
    assert written(Sluid(), 0, V45) == Sluid().empty_at(V45) == ""
    assert Sluid().schema(V45) == {"type": "string"}


@pytest.mark.parametrize(("version", "expected"), [(V38, "a step's number"), (V40, "a step's name")])
def test_a_step_has_a_name(version: int, expected: str) -> None:
    class Steps(Binding):
        def function(self, name: str) -> Any:
            return lambda step: {"step_number": "a step's number", "step_name": "a step's name"}[name]

    write: Any = StepName().dump(version, Steps())
    assert write(None) == expected
    assert StepName().empty_at(version) == ""
    assert StepName().schema(version) == {"type": "string"}


@pytest.mark.parametrize(("length", "expected"), [(2, 8), (1, 0), (0, 0)])
def test_a_number_of_an_array_is_0_beyond_its_end(length: int, expected: int) -> None:
    assert written(Nth("exits", 1), SimpleNamespace(exits=[7, 8], exits_cnt=length), V45) == expected
