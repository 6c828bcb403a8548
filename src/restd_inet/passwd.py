"""Users and groups of this machine, by the names that clients send.

The length of a name is checked before it is looked up: a library that nsswitch.conf names may end the process
for one that is very long (libnss_systemd does).
"""

from __future__ import annotations

import grp
import pwd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Entry = TypeVar("Entry")

#: As LOGIN_NAME_MAX.
_LONGEST = 256


def user(name: str) -> pwd.struct_passwd:
    """Raises KeyError for what is no user's name."""
    return _entry(pwd.getpwnam, name)


def group(name: str) -> grp.struct_group:
    """Raises KeyError for what is no group's name."""
    return _entry(grp.getgrnam, name)


def _entry(look_up: Callable[[str], Entry], name: str) -> Entry:
    if len(name) <= _LONGEST:
        try:
            return look_up(name)
        except ValueError:  # a NUL, or what is no character
            pass
    raise KeyError(name[:_LONGEST])
