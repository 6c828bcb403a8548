"""Names that tables ask for: users, groups, hosts, the cluster."""

from __future__ import annotations

import grp
import pwd
import re

from restd_inet.problems import Problem
from restd_inet.schema.kinds.base import Memo
from restd_inet.schema.kinds.values import clip
from restd_inet.slurm.lists import items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.slurm.library import Library

#: The longest path, limits.h.
PATH_MAX = 4096
#: Names with ranges of numbers in brackets.
_HOST_LIST = re.compile(r"(?:[^][\s]|\[\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*\])+")
#: The longest host list.
MOST_CHARACTERS = 1 << 20
#: The names that a client's host list may stand for; a cluster has fewer.
MOST_NAMES = 1 << 20


def _is_host_list(hosts: str) -> bool:
    return len(hosts) <= MOST_CHARACTERS and _HOST_LIST.fullmatch(hosts) is not None


class Names:
    """The part of Lookups that the others are built on."""

    def __init__(self, slurm: Library) -> None:
        self._slurm = slurm
        self._ffi, self._lib = slurm.ffi, slurm.lib
        self._text = slurm.text
        self._hosts: dict[str, list[str]] = {}
        self._users = Memo(self.user_name)
        self._room = slurm.ffi.new("char[]", PATH_MAX)

    def user_name(self, uid: int) -> str | None:
        try:
            return pwd.getpwuid(uid).pw_name
        except (KeyError, OverflowError):
            return None

    def user_label(self, uid: int) -> str:
        """A user's name, or the number as a text."""
        return self.user_name(uid) or str(uid)

    def group_name(self, gid: int) -> str | None:
        try:
            return grp.getgrgid(gid).gr_name
        except (KeyError, OverflowError):
            return None

    def accounting_storage(self, nothing: None) -> str:
        return self._text(self._lib.compat_conf().accounting_storage_type) or ""

    def cluster(self, nothing: None) -> str:
        return self._text(self._lib.compat_conf().cluster_name) or ""

    def host_names(self, hosts: str) -> list[str]:
        """The names in a host list. Raises Problem 422 for a text that is none, 413 for one of too many."""
        if len(hosts) > MOST_CHARACTERS:
            raise Problem(413, f"a host list of {len(hosts)} characters; expected at most {MOST_CHARACTERS}")
        encoded = hosts.encode("utf-8", "surrogateescape")
        # libslurm makes something of unbalanced brackets.
        found = _is_host_list(hosts) and self._lib.slurm_hostlist_create(encoded)
        count = int(self._lib.slurm_hostlist_count(found)) if found else 0
        if found:
            self._lib.slurm_hostlist_destroy(found)
        if count > MOST_NAMES:
            raise Problem(413, f"a host list of {count} hosts is too long; expected at most {MOST_NAMES}")
        names = self.expanded_hosts(hosts) if count else []
        if not names:
            raise Problem(422, f'expected a host list, such as host[1-3,7]; found "{clip(hosts)}"')
        return names

    def host_list(self, hosts: str) -> str:
        """Names, or host lists, with commas between, as one host list; in their order."""
        usable = not hosts or _is_host_list(hosts)
        found = usable and self._lib.slurm_hostlist_create(hosts.encode("utf-8", "surrogateescape"))
        if not found:
            raise Problem(422, f'expected names of hosts, or host lists; found "{clip(hosts)}"')
        text = self._ffi.new("char **", self._lib.slurm_hostlist_ranged_string_xmalloc(found))
        self._lib.slurm_hostlist_destroy(found)
        return self._taken(text)

    def _taken(self, text: Any) -> str:
        """What a char ** points to, which libslurm hands over."""
        found = self._text(text[0]) or ""
        self._lib.slurm_xfree(self._ffi.cast("void **", text))
        return found

    def duration(self, seconds: int) -> str:
        """Such as 7-00:00:00."""
        self._lib.slurm_secs2time_str(seconds, self._room, 64)
        return self._text(self._room) or ""

    def expanded_hosts(self, hosts: str) -> list[str]:
        """The names in a host list of libslurm's; many jobs have the same."""
        if hosts not in self._hosts:
            encoded = hosts.encode("utf-8", "surrogateescape")
            size = max(self._lib.compat_host_names(encoded, self._ffi.NULL, 0), 0)
            room = self._ffi.new("char[]", size)
            self._lib.compat_host_names(encoded, room, size)
            names = self._ffi.buffer(room)[:].split(b"\0")[:-1]
            self._hosts[hosts] = [name.decode("utf-8", "surrogateescape") for name in names]
        return self._hosts[hosts]

    def _items(self, found: Any, type: str) -> list[Any]:
        return list(items(self._ffi.cast, self._lib, found, self._ffi.typeof(type)))
