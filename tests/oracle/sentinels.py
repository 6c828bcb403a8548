"""The numbers that stand for "no limit" and "not set", in every field of a body that takes a number.

Each is given to slurmrestd and to us as it is, beside numbers with a fraction; what becomes of both must be
the same. Where it is not REASONS says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from api_versions import NEWEST, slurmrestds
from ask import Answer

from restd_inet.schema.record import Record

SERVED = slurmrestds("22.05", "24.11", "26.05")

WIDEST = (1 << 64) - 1
SENTINELS = (-1, -2, 0xFFFF, 0xFFFE, 0xFFFFFFFF, 0xFFFFFFFE, WIDEST, WIDEST - 1)
NUMBERS = (*SENTINELS, 1.5, 2.7)
#: Field, value, versions: both as regular expressions → what slurmrestd does, and why we do not.
REASONS: dict[tuple[str, str, range], str] = {
    (
        r"deadline|end_time",
        "-2",
        range(40, NEWEST + 1),
    ): "a time that is not set is refused; here ignored",
    (r".*", r"\d\.\d", range(36, 39)): "refused, or rounded; here the fraction is dropped from times alone",
    (r"nice", "-2", range(36, 39)): "taken for NO_VAL, which takes a wish from an operator",
    (r"delay_boot|time_limit", "-2", range(36, 39)): "read as a text, which overflows",
    (
        r"delay_boot",
        r"0xf{8,16}[ef]?|0xf+e",
        range(36, 39),
    ): "it overflows; here no limit",
    (r"cpus_per_task", "0xfffe", range(36, 39)): "multiplied with the tasks, but then not set",
    (r"group_id|user_id", ".*", range(36, 39)): "refused; here root may name another",
    (r"temporary_disk_per_node", "-[12]", range(36, 39)): "refused; here as every other number",
    (r"minimum_cpus_per_node", "-1", range(36, 39)): "not set; here as every other number",
    (
        r"(limits\.|usage_)(factor|threshold)",
        "-1",
        range(36, NEWEST + 1),
    ): "stored as a number, which nobody has again",
    (
        r"(limits\.|usage_)(factor|threshold)",
        r"0xf{15}\w",
        range(36, NEWEST + 1),
    ): "9.2e18, which is out of range here",
    (r".*\.partition_memory_per_\w+", r"0xf{15}\w", range(40, NEWEST + 1)): "2^63 - 1 MiB; out of range here",
    (r"is_default", ".*", range(36, 39)): "any number is true",
    (r"cpu_bind", r"-[12]|0x\w+", range(40, NEWEST + 1)): "slurmctld crashes over the names of so many bits",
    (r".*job_id", ".*", range(40, NEWEST + 1)): "a number that is free is given to whoever asks first",
}


def numbers(record: Record, version: int) -> Iterator[tuple[str, Any, Any]]:
    """(field, a value, as a document says it) for every field that takes a number."""
    for field in record.fields:
        name = field.name_at(version)
        if name is None or not field.kind_at(version).readable:
            continue
        schema = field.schema(version)
        structured = "number" in schema.get("properties", {})
        if structured or schema.get("type") in ("integer", "number"):
            for value in NUMBERS:
                yield name, value, value
                if structured and value > 0:
                    yield name, value, {"set": True, "infinite": False, "number": value}


def cases(record: Record, version: int) -> dict[str, dict[str, Any]]:
    """The properties of each, by a name; those that have a reason are left out."""
    found = {}
    for field, value, said in numbers(record, version):
        shown = f"{value:#x}" if isinstance(value, int) and value > 0 else str(value)
        for reasoned, values, versions in REASONS:
            if version in versions and re.fullmatch(reasoned, field) and re.fullmatch(values, shown):
                break
        else:
            found[f"{field}: {said}"] = nested(field, said)
    return found


def nested(path: str, value: Any) -> dict[str, Any]:
    for part in reversed(path.split(".")):
        value = {part: value}
    found: dict[str, Any] = value
    return found


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {key: merged(one[key], value) for key, value in other.items() if isinstance(one.get(key), dict)}
    return {**one, **other, **both}


def done(answer: Answer) -> bool:
    """Whether it was not refused; slurmctld's refusal is an error of an answer 200 in some versions."""
    status, body = answer
    codes = [error.get("error_code", error.get("error_number")) for error in (body or {}).get("errors", ())]
    return status == 200 and not [code for code in codes if code not in (0, 2042)]


def compared(names: Any, mine: list[Answer], other: list[Answer], seen: Any) -> Iterator[tuple[str, Any]]:
    """Where one did what the other refused; else what `seen` gives for the two answers at that place."""
    for index, (name, one, two) in enumerate(zip(names, mine, other, strict=True)):
        if done(one) != done(two):
            yield name, (one, two)
        elif done(one) and (found := seen(index, one, two)):
            yield name, found


def assert_none(wrong: Iterator[tuple[str, Any]]) -> None:
    found = dict(wrong)
    assert found == {}, "\n".join(f"{name}: {str(what)[:300]}" for name, what in found.items())
