"""schema.kinds.strings: numbers that stand for names, each kind made by its test."""

from __future__ import annotations

from typing import Any

import pytest
from fake_slurm import FakeSlurm

from restd_inet.schema.kinds.base import Component
from restd_inet.schema.kinds.strings import Enum, Flags, Label, Name, Words
from restd_inet.schema.kinds.values import NO_VAL, Invalid
from restd_inet.schema.versions import V1, V36, V38, V39, V40, V45

SLURM = FakeSlurm()


class Binding(FakeSlurm):
    """One lookup, that knows the name of 7."""

    def function(self, name: str) -> Any:
        assert name == "lookup"
        return {7: "seven"}.get


def written(kind: Any, value: Any, version: int, binding: Any = SLURM) -> Any:
    return kind.dump(version, binding)(value)


@pytest.mark.parametrize(("version", "nobody"), [(V38, None), (V39, "")])
def test_a_name_is_looked_up_unless_the_number_is_not_set(version: int, nobody: str | None) -> None:
    assert written(Name("lookup", 32), 7, version, Binding()) == "seven"
    assert written(Name("lookup", 32), 8, version, Binding()) == nobody
    assert written(Name("lookup", 32), NO_VAL[32], version, Binding()) == nobody
    assert written(Name("lookup"), -1, version, Binding()) == nobody
    assert written(Name("lookup"), 7, version, Binding()) == "seven"


def test_a_label_is_a_name_or_digits() -> None:
    assert [Label({1: "one"}).dump(V1, SLURM)(number) for number in (1, 2)] == ["one", "2"]


def test_words_are_a_list_with_a_name_from_v0_0_39_on() -> None:
    schema = Words("names").schema(V39)
    assert isinstance(schema, Component)
    assert (schema.name, schema["type"]) == ("names", "array")
    assert Words("names").schema(V38) == {"type": "string"}


@pytest.mark.parametrize(
    ("number", "old", "new"), [(1, "ONE", ["ONE"]), (0x101, "ONE", ["ONE"]), (2, None, [])]
)
def test_an_enumeration_is_a_list_from_v0_0_39_on(number: int, old: str | None, new: list[str]) -> None:
    kind = Enum((1, "ONE"), mask=0xFF, component="ones")
    assert written(kind, number, V38) == old
    assert written(kind, number, V39) == new
    schema = kind.schema(V39)
    assert isinstance(schema, Component)
    assert (schema.name, schema["items"]["enum"]) == ("ones", ["ONE"])


def test_a_name_is_that_of_the_version() -> None:
    kind = Flags((1, {V36: "OLD", V40: "NEW"}), (2, "NEVER", V39, V39), (4, "LATE", V40))
    assert {version: written(kind, 7, version) for version in (V1, V36, V39, V40, V45)} == {
        V1: [],
        V36: ["OLD"],
        V39: ["OLD", "NEVER"],
        V40: ["NEW", "LATE"],
        V45: ["NEW", "LATE"],
    }


def test_the_base_is_the_first_name_and_may_be_the_only_one() -> None:
    base = Enum((0, "IDLE"), (1, "DOWN", V1), mask=0xF, other="UNKNOWN")
    kind = Flags((0x10, "DRAIN"), base=base)
    assert written(kind, 0x11, V39) == ["DOWN", "DRAIN"]
    assert written(kind, 0x12, V39) == ["UNKNOWN", "DRAIN"]
    alone = Flags((0x10, "DRAIN"), base=base, alone=True)
    assert written(alone, 0x11, V39) == ["DOWN"]
    nameless = Flags((0x10, "DRAIN"), base=Enum((1, "DOWN"), mask=0xF), alone=True)
    assert written(nameless, 0x12, V39) == ["DRAIN"]
    assert written(Flags((0x10, "DRAIN"), alone=True), 0x10, V39) == ["DRAIN"]


def test_some_numbers_have_one_name_or_none() -> None:
    kind = Flags((1, "A"), (2, "B"), zero="NONE", zeros=(0, 8), unset=0xFFFE, whole=((3, {V39: "BOTH"}),))
    assert [written(kind, number, V39) for number in (0, 8, 0xFFFE, 3, 1)] == [
        ["NONE"],
        ["NONE"],
        [],
        ["BOTH"],
        ["A"],
    ]
    assert written(kind, 3, V38) == ["A", "B"]
    assert written(Flags((1, "A")), 0, V39) == []


@pytest.mark.parametrize(("version", "expected"), [(V38, None), (V39, [])])
def test_a_number_that_is_null_is_so_up_to_v0_0_38(version: int, expected: Any) -> None:
    assert written(Flags((1, "A"), null=0x100), 0x100, version) == expected


def test_names_may_be_in_the_order_of_their_bits() -> None:
    rows = (4, "C"), (1, "A")
    assert written(Flags(*rows, by_bit=True), 5, V39) == ["A", "C"]
    assert written(Flags(*rows, by_bit=True), 5, V38) == ["C", "A"]
    assert written(Flags(*rows), 5, V39) == ["C", "A"]


def test_flags_have_a_schema_with_a_name() -> None:
    schema = Flags((1, "A"), zero="NONE", component="letters").schema(V39)
    assert isinstance(schema, Component)
    assert (schema.name, schema["items"]["enum"]) == ("letters", ["A", "NONE"])
    assert not isinstance(Flags((1, "A")).schema(V39), Component)


def test_words_are_a_list_or_a_text() -> None:
    kind = Words()
    assert kind.parse(["a", "b", 7]) == "a,b,7"
    assert kind.parse("a,b") == "a,b"
    with pytest.raises(Invalid, match=r"^expected a text, found null$"):
        kind.parse(["a", None])
    assert kind.schema(V38) == {"type": "string"}
