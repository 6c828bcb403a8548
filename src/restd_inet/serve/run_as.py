"""The user and group that a listener runs as: -u and -g."""

from __future__ import annotations

import grp
import os
import pwd

from restd_inet.option_values import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings


def become(settings: Settings) -> None:
    """Changes to the user and group of -u and -g for good, without supplementary groups."""
    if not settings.user and not settings.group:
        return
    entry = user(settings.user) if settings.user else pwd.getpwuid(os.geteuid())
    gid = group(settings.group) if settings.group else entry.pw_gid
    if (entry.pw_uid, gid) == (os.geteuid(), os.getegid()) and {*os.getgroups()} <= {gid}:
        return
    try:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    except PermissionError:
        what = "change the user of this process and drop its supplementary groups"
        raise Usage(f"-u and -g {what}: only root can do that") from None


def check(settings: Settings) -> None:
    """Raises Usage if there is no such user or group, before any socket is made."""
    if settings.user:
        user(settings.user)
    if settings.group:
        group(settings.group)


def owner(text: str) -> tuple[int, int]:
    """USER[:GROUP] or :GROUP as uid and gid; -1 for a missing part."""
    name, colon, group_name = text.partition(":")
    uid = user(name).pw_uid if name else -1
    return uid, group(group_name) if colon and group_name else -1


def user(text: str) -> pwd.struct_passwd:
    """A user by name or number."""
    try:
        return pwd.getpwuid(int(text)) if text.isascii() and text.isdecimal() else pwd.getpwnam(text)
    except (KeyError, OverflowError):
        raise Usage(f'there is no user "{text}"') from None


def group(text: str) -> int:
    """A group by name or number."""
    if text.isascii() and text.isdecimal() and len(text) < 11:
        return int(text)
    try:
        return grp.getgrnam(text).gr_gid
    except KeyError:
        raise Usage(f'there is no group "{text}"') from None
