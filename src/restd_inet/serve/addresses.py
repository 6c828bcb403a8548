"""Addresses to listen on, as typed: "host:port", "[::1]:7272", ":6820" (every interface), "unix:/path".

"https://host:port" is TLS, "http://host:port" the same as "host:port".
"""

from __future__ import annotations

import _socket

from restd_inet import lazy
from restd_inet.option_values import Usage
from restd_inet.options import COMMANDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

EXAMPLES = "localhost:6820, [::1]:6820, https://:6820 (TLS, every interface) or unix:/run/restd.sock"
TLS = "https://"
_PLAIN = "http://"
_UNIX = "unix:"
#: sun_path of struct sockaddr_un, with its final NUL.
_PATH_BYTES = 108


class Address:
    """One address to bind. text: for the log; where: the argument of bind(2), a path for AF_UNIX."""

    __slots__ = ("family", "text", "tls", "where")

    def __init__(self, family: int, where: Any, text: str, tls: bool = False) -> None:
        self.family = family
        self.where = where
        self.text = text
        self.tls = tls

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Address) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.family, self.where, self.tls

    def __repr__(self) -> str:
        return f"Address({self.text!r})"


def resolve(texts: Iterable[str]) -> list[list[Address]]:
    """The addresses of each text, without duplicates. Host names are looked up once, now.

    Raises Usage.
    """
    found: set[Address] = set()
    result = []
    for text in texts:
        mine = [_unix(text)] if text.startswith(_UNIX) else _inet(text)
        result.append([address for address in dict.fromkeys(mine) if address not in found])
        found.update(mine)
    return [addresses for addresses in result if addresses]


def show(family: int, where: Any, tls: bool = False) -> str:
    """An address as typed."""
    if family == _socket.AF_UNIX:
        path = where if isinstance(where, str) else "@" + where[1:].decode("utf-8", "backslashreplace")
        return _UNIX + path
    host, port = where[:2]
    return TLS * tls + (f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def _unix(text: str) -> Address:
    path = text.removeprefix(_UNIX)
    if path.startswith("//"):  # unix:///path, as a URL
        path = path[2:]
    if not path.startswith("/") or path.endswith("/") or "\0" in path:
        raise Usage(f'expected an absolute path, such as unix:/run/restd.sock; found "{text}"')
    if len(path.encode("utf-8", "surrogateescape")) >= _PATH_BYTES:
        raise Usage(f'the path of a Unix socket has at most {_PATH_BYTES - 1} bytes; found "{text}"')
    return Address(_socket.AF_UNIX, path, _UNIX + path)


def _inet(text: str) -> list[Address]:
    tls = text.startswith(TLS)
    prefix = TLS if tls else _PLAIN if text.startswith(_PLAIN) else ""
    host, port = _split(text.removeprefix(prefix).removesuffix("/") if prefix else text)
    flags = _socket.AI_PASSIVE
    try:
        rows = _socket.getaddrinfo(host or None, port, 0, _socket.SOCK_STREAM, 0, flags)
    except (_socket.gaierror, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a host name"
        raise Usage(f'"{text}": {reason}; expected an address such as {EXAMPLES}') from None
    families = (_socket.AF_INET, _socket.AF_INET6)
    return [
        Address(family, where, show(family, where, tls), tls)
        for family, _, _, _, where in rows
        if family in families
    ]


def _split(text: str) -> tuple[str, str]:
    """Host and port; brackets hold an IPv6 address."""
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or "/" in text or (":" in host and not bracketed) or host.count("[") != host.count("]"):
        raise Usage(f'"{text}" is not an address to listen on; expected one such as {EXAMPLES}{_hint(text)}')
    if port.isascii() and port.isdecimal():
        if len(port) > 5 or int(port) > 65535:
            raise Usage(f'"{text}": a port is a number from 1 to 65535 or the name of a service')
    elif not port:
        raise Usage(f'"{text}" has no port; expected an address such as {EXAMPLES}')
    return host[1:-1] if bracketed else host, port


def _hint(text: str) -> str:
    """The address that was probably meant, or the sub-command, as the end of a message."""
    if text.startswith("/"):
        meant = _UNIX + text
    elif text.isdecimal():
        meant = f":{text}"
    else:
        rest = text.rpartition("://")[2]
        host, colon, port = rest.partition("/")[0].rpartition(":")
        host = host.strip("[]")
        if not colon or not port.isalnum():
            return _command_hint(text)
        meant = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return f'; did you mean "{meant}"?'


def _command_hint(text: str) -> str:
    """A sub-command that is spelled nearly so, or a host that lacks its port."""
    found: str = lazy.module("restd_inet.nearest").hint(text, COMMANDS) if text.isalnum() else ""
    if not found and "/" not in text and text and text.isprintable():
        return f'; did you mean "{text}:6820"?'
    return found
