"""serve.run_as: users and groups by name and number, and the change to them."""

from __future__ import annotations

import grp
import os
import pwd

import lacking
import pytest

from restd_inet import in_child
from restd_inet.option_values import Usage
from restd_inet.problems import Problem
from restd_inet.serve import run_as
from restd_inet.settings import Settings

DAEMON = pwd.getpwnam("daemon")
ADM = grp.getgrnam("adm").gr_gid
as_root = lacking.as_root


def test_users_and_groups_are_names_or_numbers() -> None:
    assert run_as.user("daemon").pw_uid == run_as.user(str(DAEMON.pw_uid)).pw_uid == DAEMON.pw_uid
    assert run_as.group("adm") == run_as.group(str(ADM)) == ADM
    assert run_as.group("4294967295") == 4294967295  # a group needs no name


@pytest.mark.parametrize("text", ["nobody-here", "54321", "99999999999999999999", "\u0663"])
def test_a_user_who_is_not_there_is_a_usage_error(text: str) -> None:
    with pytest.raises(Usage, match=f'there is no user "{text}"'):
        run_as.user(text)
    with pytest.raises(Usage):
        run_as.check(Settings(user=text))


@pytest.mark.parametrize("text", ["nobody-here", "99999999999", "-1", "\u0663"])
def test_a_group_that_is_not_there_is_a_usage_error(text: str) -> None:
    with pytest.raises(Usage, match=f'there is no group "{text}"'):
        run_as.group(text)
    with pytest.raises(Usage):
        run_as.check(Settings(group=text))


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("", (-1, -1)),
        ("daemon", (DAEMON.pw_uid, -1)),
        ("daemon:", (DAEMON.pw_uid, -1)),
        (":adm", (-1, ADM)),
        ("daemon:adm", (DAEMON.pw_uid, ADM)),
    ],
)
def test_an_owner_may_be_a_user_or_a_group_alone(text: str, owner: tuple[int, int]) -> None:
    assert run_as.owner(text) == owner


def after(settings: Settings, uid: int | None = None) -> str:
    """Who a process is after the change; uid: who it is before."""

    def change() -> str:
        if uid is not None:
            os.setresuid(uid, uid, uid)
        try:
            run_as.become(settings)
        except Usage as error:
            return str(error)
        return f"{os.getresuid()} {os.getresgid()} {sorted(os.getgroups())}"

    return in_child.run(change, Problem(500, "the process ended"))


def ids(uid: int, gid: int) -> str:
    return f"{(uid,) * 3} {(gid,) * 3} []"


@as_root
def test_supplementary_groups_are_dropped() -> None:
    assert after(Settings(user="daemon")) == ids(DAEMON.pw_uid, DAEMON.pw_gid)
    assert after(Settings(user="daemon", group="adm")) == ids(DAEMON.pw_uid, ADM)
    assert after(Settings(group="adm")) == ids(0, ADM)


def test_without_options_nothing_changes() -> None:
    now = f"{os.getresuid()} {os.getresgid()} {sorted(os.getgroups())}"
    assert after(Settings()) == now
    me = pwd.getpwuid(os.geteuid())
    if me.pw_gid == os.getegid():
        assert after(Settings(user=me.pw_name)) == now  # no rights are needed to stay who one is


@as_root
def test_who_is_not_root_cannot_change() -> None:
    said = (
        "-u and -g change the user of this process and drop its supplementary groups: only root can do that"
    )
    assert after(Settings(user="root"), uid=DAEMON.pw_uid) == said
