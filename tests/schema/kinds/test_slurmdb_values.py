"""Names, texts, factors and lists as a body or a query of slurmdbd has them: read or refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from api_versions import NEWEST

from restd_inet.problems import Problem
from restd_inet.schema.kinds.slurmdb import (
    HostList,
    NameList,
    QosIds,
    QosName,
    QosNames,
    UserNames,
    cluster,
    identifier,
    name,
    phrase,
    prose,
    wckey,
)
from restd_inet.schema.kinds.values import INFINITE, NO_VAL, Deferred, Invalid
from restd_inet.schema.parse import parse
from restd_inet.schema.records.qos import QOS


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (cluster, "Alpha", "alpha"),
        (wckey, "paper", "paper"),
        (wckey, "*paper", "*paper"),
        (wckey, "*", "*"),
        (prose, 'it\'s "quoted"', 'it\'s "quoted"'),
        (prose, "x" * 65535, "x" * 65535),
        (name, "x" * 255, "x" * 255),
        (identifier, "7", "7"),
        (identifier, NO_VAL[32] - 1, "4294967293"),
    ],
)
def test_a_text_of_the_database_is_read(check: Any, value: object, expected: str) -> None:
    assert check(value) == expected


@pytest.mark.parametrize(
    ("check", "value", "message"),
    [
        (cluster, "a b", '"a b" cannot be the name of a cluster'),
        (cluster, "x" * 65, f'"{"x" * 40}…" cannot be the name of a cluster'),
        (wckey, "*a,b", '"a,b" cannot be a name'),
        (name, "+a", '"+a" cannot be a name'),
        (name, "-a", '"-a" cannot be a name'),
        (name, " a", '" a" cannot be a name'),
        (name, "a ", '"a " cannot be a name'),
        (name, "", '"" cannot be a name'),
        (name, "x" * 256, f'"{"x" * 40}…" cannot be a name'),
        (name, "é" * 128, '"' + r"\xe9" * 10 + '…" cannot be a name'),
        (prose, "x" * 65536, "expected at most 65535 bytes"),
        (prose, "é" * 32768, "expected at most 65535 bytes"),
        (prose, "a\nb", "expected one line of text, found '\\n' in it"),
        (phrase, "it's", '"\'" cannot be in a condition'),
        (phrase, "a,b", "',' cannot be in a condition"),
        (identifier, NO_VAL[32], "4294967294 is out of range: expected 0 to 4294967293"),
        (identifier, -1, "-1 is out of range: expected 0 to 4294967293"),
    ],
)
def test_a_text_that_the_database_cannot_hold_is_refused(check: Any, value: object, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        check(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (NO_VAL[32] - 1, 4294967293.0),
        (-1, float(INFINITE[32])),
        (INFINITE[32], float(INFINITE[32])),
        (float("inf"), float(INFINITE[32])),
        ("Infinity", float(INFINITE[32])),
        (-2, float(NO_VAL[32])),
        (NO_VAL[32], float(NO_VAL[32])),
        ({"set": False}, float(NO_VAL[32])),
        ({"set": True, "number": -1}, float(INFINITE[32])),
        ({"set": False, "infinite": True, "number": 2.5}, float(INFINITE[32])),
        ({"number": "0.5"}, 0.5),
    ],
)
def test_a_factor_is_read(value: Any, expected: float) -> None:
    assert parse(QOS, NEWEST, {"usage_factor": value}) == {"usage_factor": expected}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("half", 'expected a number, found the text "half"'),
        ([], "expected a number, found a list"),
        (True, "expected a number, found a boolean"),
        (-0.5, "-0.5 is out of range: expected 0 to 4294967293"),
        (1 << 40, "1099511627776 is out of range: expected 0 to 4294967293"),
        ({"set": True, "number": []}, "expected a number, found a list"),
        ({"set": True, "number": "half"}, 'expected a number, found the text "half"'),
        ({"set": True}, '"set" is true, but there is no "number"'),
        ({"numbre": 1}, 'expected a number, or "set", "infinite" and "number"; found "numbre"'),
    ],
)
def test_what_is_no_factor_is_refused(value: Any, message: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(QOS, NEWEST, {"usage_factor": value})
    assert caught.value.text == f"usage_factor: {message}"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (HostList(), "", ""),
        (HostList(), "n[1-3],m", Deferred("asked_hosts", "n[1-3],m")),
        (HostList(), ["n1", "n2"], Deferred("asked_hosts", "n1,n2")),
        (NameList(identifier), 5, ["5"]),
        (NameList(identifier), "5,,6", ["5", "6"]),
        (UserNames(), "", [""]),
        (UserNames(), "fred,alice", ["fred", "alice"]),
        (QosIds(), ["normal", "7"], Deferred("qos_ids_or_numbers", "normal,7")),
        (QosName(), "", INFINITE[32]),
        (QosName(), "normal", Deferred("qos_id", "normal")),
        (QosNames(), "normal,high", Deferred("qos_ids", "normal,high")),
    ],
)
def test_a_condition_is_read(kind: Any, value: Any, expected: Any) -> None:
    assert kind.parse(value) == expected


def test_a_host_list_is_letters_digits_and_ranges() -> None:
    with pytest.raises(Invalid, match=re.escape('"n1\' or" is not a host list')):
        HostList().parse("n1' or")


def test_a_list_of_names_is_a_list_or_a_text() -> None:
    with pytest.raises(Invalid, match="expected a list of names, found an object"):
        NameList().parse({"a": 1})


def test_the_empty_user_may_stand_among_others() -> None:
    """It is that of the associations of accounts: in a text nobody could tell it from nothing."""
    assert UserNames.several(["fred", "alice"]) == "fred,alice"
    assert UserNames.several([""]) == ""
    assert UserNames.several(["", "fred"]) == ["", "fred"]
