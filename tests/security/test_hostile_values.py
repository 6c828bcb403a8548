"""Whatever stands where a value belongs, it is taken or refused with a Problem."""

from __future__ import annotations

import grp
import pkgutil
import pwd
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import batch_reading
import pytest

from restd_inet import commands, passwd
from restd_inet.app.api import EVERYTHING
from restd_inet.app.parameters import _table
from restd_inet.commands import Route
from restd_inet.problems import Problem
from restd_inet.schema.batch.options import OPTIONS
from restd_inet.schema.parse import parse, tree
from restd_inet.schema.versions import V36, V39

#: More digits than int() takes.
LONG = "9" * 5000
TEXTS = (
    LONG, f"-{LONG}", f"{LONG}K", f"1-{LONG}", f"{LONG}:{LONG}", f"1,{LONG}", f"a={LONG}", f"gpu:{LONG}",
    f"gres/gpu:{LONG}", f"gres/gpu={LONG}", f"n[{LONG}]", f"1_[{LONG}]", f"%{LONG}", "0" * 5000, "1e999",
    "nan", "[", "]", "=", ":", ",", "-", "a\nb", "\u00e9" * 300, "\u0663" * 5000, "\u00b2", "u" * 100_000,
)  # fmt: skip
VALUES = (*TEXTS, 10**30, float("inf"), -1, None, True, [], {}, [LONG], [None], [[]], [{}], {"a": 1},
          {"set": True, "number": LONG})  # fmt: skip


def routes(version: int) -> Iterator[Route]:
    for family in EVERYTHING.families:
        for module in pkgutil.iter_modules([f"{commands.__path__[0]}/{family}"]):
            for route in EVERYTHING.routes(family, module.name, version):
                if route.since <= version <= route.until:
                    yield route


@pytest.mark.parametrize("version", [V36, V39, max(EVERYTHING.numbers)])
def test_a_property_takes_or_refuses_any_value(version: int) -> None:
    tables = {id(table): table for each in routes(version) if (table := _table(each)) is not None}
    for table in tables.values():
        for name in tree(table, version):
            for value in VALUES:
                try:
                    parse(table, version, {name: value})
                except Problem as problem:
                    assert len(problem.text) < 2000, name
                except Exception as error:
                    raise AssertionError(f"{table.name}: {name}: {str(value)[:20]}: {error!r}") from error


@pytest.mark.parametrize("option", [option.name for option in OPTIONS])
def test_an_option_of_sbatch_takes_or_refuses_any_value(option: str) -> None:
    for value in TEXTS:
        if option in ("nodelist", "exclude") and "[" in value:
            continue  # libslurm reads host lists, which is not here
        with suppress(Problem):
            batch_reading.read("#!/bin/sh\n", f"{option}={value}")
        with suppress(Problem):
            beside = f"gres={value}", f"{option}={value}"
            batch_reading.read("#!/bin/sh\n#SBATCH -N2 --ntasks-per-gpu=2\n", *beside)


@pytest.mark.parametrize("name", ["u" * 257, "u" * 5_000_000, "a\0b", "\ud800"])
def test_what_is_no_name_is_no_user_s_and_no_library_of_the_system_s_sees_a_long_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libnss_systemd aborts for one of some megabytes."""

    def look_up(name: str) -> Any:
        assert len(name) <= 256
        return (found_user if what is passwd.user else found_group)(name)

    found_user, found_group = pwd.getpwnam, grp.getgrnam
    monkeypatch.setattr(pwd, "getpwnam", look_up)
    monkeypatch.setattr(grp, "getgrnam", look_up)
    for what in (passwd.user, passwd.group):
        with pytest.raises(KeyError):
            what(name)
