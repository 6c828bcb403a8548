"""A connection to a URL: http://host:port/prefix, https://host:port/prefix or unix:/path."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from restd_inet.cli.client import Client
from restd_inet.option_values import Usage

_SECONDS = 30.0
_PORTS = {"http": 80, "https": 443}


def connect(url: str) -> Client:
    """Raises Usage, OSError."""
    if url.startswith("unix:"):
        path = url.removeprefix("unix:")
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        end.connect("/" + path.lstrip("/") if path.startswith("/") else path)
        return Client(end)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Usage(f"--url: {error}") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.query or parts.username:
        raise Usage(f'--url: expected http://HOST:PORT, https://HOST:PORT or unix:/PATH; found "{url}"')
    end = socket.create_connection((parts.hostname, port or _PORTS[parts.scheme]), _SECONDS)
    if parts.scheme == "https":
        end = ssl.create_default_context().wrap_socket(end, server_hostname=parts.hostname)
    end.settimeout(None)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return Client(end, parts.netloc, parts.path.rstrip("/"))
