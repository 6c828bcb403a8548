"""schema.accounting: what goes into slurmdbd's database, at every version.

The tables of bodies and queries are walked, so that a row that is added later is tested too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from api_versions import NEWEST, since
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.commands.slurmdb import (
    account,
    accounts,
    accounts_association,
    associations,
    config,
    qos,
    user,
    users,
    users_association,
)
from restd_inet.problems import Problem
from restd_inet.schema.kinds.composite import Items, Object
from restd_inet.schema.kinds.numbers import Moment
from restd_inet.schema.kinds.slurmdb import NAME, DbText, Limit, PlainNumber, prose
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred, StructList
from restd_inet.schema.parse import parse, tree
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.association import ASSOCIATION
from restd_inet.schema.records.association_set import ASSOCIATION_SET as SET
from restd_inet.schema.records.qos import QOS
from restd_inet.schema.versions import V36, V38, V39, V40, V45
from restd_inet.slurm.lookups.slurmdb import replaced

#: config has the records of all others.
BODIES = (config.BODY, accounts_association.BODY, users_association.BODY)
#: Numbers for "no limit" and "not set", of every width that is not a limit that can be kept.
SENTINELS = (0xFFFFFFFE, 0xFFFFFFFF, (1 << 64) - 2, (1 << 64) - 1)
#: Where tables have something new.
VERSIONS = (V36, V38, V40, NEWEST)
QUERIES = (accounts.QUERY, account.QUERY, users.QUERY, user.QUERY, qos.QUERY, associations.QUERY)
#: What ends a text of SQL, or a statement, or is a placeholder in one, in as many ways as MariaDB has.
HOSTILE = (
    "x' or '1'='1",
    'x" or ""="',
    "x`; drop table acct_table; --",
    "x\\",
    "x;select 1",
    "x%' or name like '%",
    "x\x00y",
    "x\ny",
    "1 or 1=1",
    "1); --",
    "-1 union select 1",
    "x" * 300,
    {"$ne": 1},
    [["x'"]],
)


def leaves(record: Record, version: int) -> Iterator[tuple[Record, tuple[str, ...], Field]]:
    """(record, where in it, row) of every property that is read in a body, and in records within it."""

    def walk(known: Any, path: tuple[str, ...]) -> Iterator[tuple[Record, tuple[str, ...], Field]]:
        for name, field in known.items():
            if isinstance(field, dict):
                yield from walk(field, (*path, name))
                continue
            kind = field.kind_at(version)
            if isinstance(kind, (Items, Object)) and kind.readable:
                yield from leaves(kind.record, version)
            elif kind.readable:
                yield record, (*path, name), field

    yield from walk(tree(record, version), ())


def document(path: tuple[str, ...], value: Any) -> Any:
    for step in reversed(path):
        value = {step: value}
    return value


def texts(value: Any) -> Iterator[str]:
    """Every text in what was read."""
    if isinstance(value, Deferred):
        yield from value.text.split(",")
    elif isinstance(value, str):
        yield value
    elif isinstance(value, StructList):
        yield from texts(value.items)
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("record", BODIES, ids=lambda record: record.name)
def test_no_property_of_a_body_takes_what_would_be_sql(record: Record, version: int) -> None:
    """It is refused with its place; descriptions take quotes, which slurmdbd stores."""
    for inner, path, field in leaves(record, version):
        kind = field.kind_at(version)
        for hostile in HOSTILE:
            try:
                read = parse(inner, version, document(path, hostile))
            except Problem as problem:
                assert problem.status == 400 and problem.path, path
                continue
            if isinstance(kind, DbText) and kind.check is prose:
                assert "\n" not in hostile and "\x00" not in hostile, path
                continue
            for text in texts(read):
                name, _, count = text.rpartition("=")
                assert NAME.fullmatch((name or count).replace("#", "")), (path, hostile)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("record", QUERIES, ids=lambda record: record.name)
def test_no_parameter_of_a_query_takes_what_would_be_sql(record: Record, version: int) -> None:
    for _, path, field in leaves(record, version):
        if isinstance(field.kind_at(version), Moment):  # libslurm makes a number of it
            continue
        for hostile in (text for text in HOSTILE if isinstance(text, str)):
            try:
                read = parse(record, version, {path[0]: hostile})
            except Problem as problem:
                assert problem.status == 400, path
                continue
            for text in texts(read):
                assert not set(text) & set("'\"`\\\x00\n"), (path, hostile)


@pytest.mark.parametrize("version", since(V36))
def test_not_said_and_no_limit_and_zero_are_three_things(version: int) -> None:
    unlimited: tuple[Any, ...] = (-1, {"set": False, "infinite": True, "number": 0}, "Infinity")
    if version <= V38:
        unlimited += (None,)  # slurmrestd writes null for no limit, and takes it back
    for value in unlimited:
        assert parse(ASSOCIATION, version, {"priority": value}) == {"priority": INFINITE[32]}
    for value in (0, {"set": True, "infinite": False, "number": 0}, {"number": 0}):
        assert parse(ASSOCIATION, version, {"priority": value}) == {"priority": 0}
    assert parse(ASSOCIATION, version, {"priority": {"set": False}}) == {"priority": NO_VAL[32]}
    assert parse(ASSOCIATION, version, {}) == {}


@cache
def limits(version: int) -> list[tuple[Record, Any, Any]]:
    found = (*leaves(ASSOCIATION, version), *leaves(QOS, version), *leaves(SET, version))
    return [leaf for leaf in found if isinstance(leaf[2].kind_at(version), (Limit, PlainNumber))]


@pytest.mark.parametrize("version", since(V36))
@given(number=st.integers(0, 1 << 65))
def test_a_limit_that_the_database_cannot_keep_is_refused(version: int, number: int) -> None:
    for record, path, field in limits(version):
        most = 4294967293 if field.member == "preempt_exempt_time" else 2147483647
        if number in SENTINELS:
            continue
        try:
            assert parse(record, version, document(path, number)) == {field.member: number}
        except Problem as problem:
            assert (problem.status, problem.path, number > most) == (400, path, True)
            assert f"expected 0 to {most}" in problem.text
        else:
            assert number <= most


@pytest.mark.parametrize("version", since(V36))
@pytest.mark.parametrize("number", [*SENTINELS, -1, -2])
def test_a_number_for_no_limit_or_not_set_is_what_slurmrestd_takes_it_for(version: int, number: int) -> None:
    for record, path, field in (
        *leaves(ASSOCIATION, version),
        *leaves(QOS, version),
        *leaves(SET, max(version, V39)),
    ):
        kind = field.kind_at(version)
        if not isinstance(kind, (Limit, PlainNumber)) or (version == V38 and number > INFINITE[32]):
            continue
        unset = {-2, NO_VAL[32]} if version < V39 and record is not SET else {-2}
        if version < V38 and record is not SET:
            unset |= {NO_VAL[64], INFINITE[64]}
        if isinstance(kind, PlainNumber):
            unset = {*SENTINELS, -1, -2} - {INFINITE[32]}
        expected = NO_VAL[32] if number in unset else INFINITE[32]
        assert parse(record, max(version, V39) if record is SET else version, document(path, number)) == {
            field.member: expected
        }, path


def test_from_v40_on_null_says_nothing() -> None:
    assert parse(ASSOCIATION, V40, {"priority": None, "max": {"jobs": None}}) == {}


@pytest.mark.parametrize("version", (V38, NEWEST))
def test_a_factor_may_have_a_fraction_in_either_form(version: int) -> None:
    for value in (0.25, "0.25", {"set": True, "infinite": False, "number": 0.25}):
        assert parse(QOS, version, {"usage_factor": value}) == {"usage_factor": 0.25}
    infinite = {"set": False, "infinite": True, "number": 0.0}
    assert parse(QOS, version, {"usage_factor": infinite}) == {"usage_factor": float(INFINITE[32])}


def test_tres_are_named_by_name_by_id_or_by_both() -> None:
    given = [
        {"type": "gres", "name": "gpu", "count": 2},
        {"id": 2, "count": 5},
        {"type": "cpu", "id": 1, "count": -1},
    ]
    read = parse(ASSOCIATION, V45, {"max": {"tres": {"total": given}}})
    assert read == {"grp_tres": Deferred("tres_numbers", "gres/gpu#=2,#2=5,cpu#1=-1")}
    for wrong in ({"count": 1}, {"type": "cpu", "count": -2}, {"type": "cpu", "cuont": 1}, "cpu=4"):
        with pytest.raises(Problem) as caught:
            parse(ASSOCIATION, V45, {"max": {"tres": {"total": [wrong]}}})
        assert caught.value.status == 400


def test_a_list_of_tres_takes_the_place_of_another() -> None:
    """What is not in it is taken away, with the number that every release understands."""
    assert replaced("1=5,1001=2", "2=7") == f"1={INFINITE[64]},2=7,1001={INFINITE[64]}"
    assert replaced("1=5", "1=6") == "1=6"
    assert replaced("", "") == ""


def test_what_only_answers_have_may_be_posted_and_changes_nothing() -> None:
    warnings: list[Any] = []
    item = {"name": "a", "associations": [{"account": "a", "user": "x"}], "flags": ["DELETED"]}
    body = {"accounts": [item], "meta": {"slurm": {}}, "errors": [], "warnings": []}
    read = parse(accounts.BODY, V45, body, warnings=warnings)
    assert read["accounts"].items == [{"name": "a"}]
    assert [warning.source for warning in warnings] == ["#/accounts/0/associations/"]
