"""Host lists: names of hosts, with ranges of numbers in brackets."""

from __future__ import annotations

import re

from restd_inet.problems import Problem
from restd_inet.schema.kinds.values import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.slurm.library import Library

_HOST_LIST = re.compile(r"(?:[^][\s]|\[\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*\])+")
#: The longest host list.
MOST_CHARACTERS = 1 << 20
#: The names that a client's host list may stand for; a cluster has fewer.
MOST_NAMES = 1 << 20


def _is_host_list(hosts: str) -> bool:
    return len(hosts) <= MOST_CHARACTERS and _HOST_LIST.fullmatch(hosts) is not None


def host_names(slurm: Library, hosts: str) -> list[str]:
    """The names in a client's host list. Raises Problem 422 for a text that is none, 413 for too many."""
    if len(hosts) > MOST_CHARACTERS:
        raise Problem(413, f"a host list of {len(hosts)} characters; expected at most {MOST_CHARACTERS}")
    encoded = hosts.encode("utf-8", "surrogateescape")
    # libslurm makes something of unbalanced brackets.
    found = _is_host_list(hosts) and slurm.lib.slurm_hostlist_create(encoded)
    count = int(slurm.lib.slurm_hostlist_count(found)) if found else 0
    if found:
        slurm.lib.slurm_hostlist_destroy(found)
    if count > MOST_NAMES:
        raise Problem(413, f"a host list of {count} hosts is too long; expected at most {MOST_NAMES}")
    names = expanded_hosts(slurm, hosts) if count else []
    if not names:
        raise Problem(422, f'expected a host list, such as host[1-3,7]; found "{clip(hosts)}"')
    return names


def host_list(slurm: Library, hosts: str) -> str:
    """Names or host lists, comma-separated, as one host list in the same order. Raises Problem 422."""
    usable = not hosts or _is_host_list(hosts)
    found = usable and slurm.lib.slurm_hostlist_create(hosts.encode("utf-8", "surrogateescape"))
    if not found:
        raise Problem(422, f'expected names of hosts, or host lists; found "{clip(hosts)}"')
    text = slurm.lib.slurm_hostlist_ranged_string_xmalloc(found)
    slurm.lib.slurm_hostlist_destroy(found)
    return slurm.take_text(text)


def expanded_hosts(slurm: Library, hosts: str) -> list[str]:
    """The names in a host list of libslurm's; many jobs have the same."""
    known: dict[str, list[str]] = slurm.cache.setdefault("hosts", {})
    if hosts not in known:
        ffi, lib = slurm.ffi, slurm.lib
        encoded = hosts.encode("utf-8", "surrogateescape")
        size = max(lib.compat_host_names(encoded, ffi.NULL, 0), 0)
        room = ffi.new("char[]", size)
        lib.compat_host_names(encoded, room, size)
        names = ffi.buffer(room)[:].split(b"\0")[:-1]
        known[hosts] = [name.decode("utf-8", "surrogateescape") for name in names]
    return known[hosts]
