"""forwarded: whom X-Forwarded-For and Forwarded name, and that nobody else is believed."""

from __future__ import annotations

from pathlib import Path

import pytest
from listening import answer, ask, connect, listening, send

from restd_inet.message import Peer
from restd_inet.option_values import Usage, networks
from restd_inet.serve import forwarded

TRUSTED = networks("127.0.0.0/8,10.0.0.7,fd00::/8")
PROXY = Peer("inet", "127.0.0.1:4711")
OTHERS = (
    Peer("inet", "192.0.2.9:1"),
    Peer("inet", "[2001:db8::9]:1"),
    Peer("unix", "unix:x"),
    Peer("pipe", "p"),
)


class Trusting:
    """Its repr, in the listener's program, is the setting."""

    def __repr__(self) -> str:
        return "__import__('restd_inet.option_values').option_values.networks('127.0.0.0/8')"


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ({"x-forwarded-for": "192.0.2.1"}, "192.0.2.1"),
        ({"x-forwarded-for": "6.6.6.6, 192.0.2.1"}, "192.0.2.1"),
        ({"x-forwarded-for": "192.0.2.1, 10.0.0.7,127.0.0.1"}, "192.0.2.1"),
        ({"x-forwarded-for": "192.0.2.1:5050"}, "192.0.2.1"),
        ({"x-forwarded-for": "[2001:db8::1]:5050"}, "2001:db8::1"),
        ({"x-forwarded-for": "2001:DB8:0::1"}, "2001:db8::1"),
        ({"forwarded": 'for=6.6.6.6, for="[2001:db8::1]:5050";proto=https'}, "2001:db8::1"),
        ({"forwarded": "proto=https;For=192.0.2.1"}, "192.0.2.1"),
        ({"forwarded": "for=192.0.2.1", "x-forwarded-for": "192.0.2.1"}, "192.0.2.1"),
        ({"forwarded": "for=6.6.6.6", "x-forwarded-for": "192.0.2.1"}, ""),
        ({"x-forwarded-for": "192.0.2.1, unknown"}, ""),
        ({"x-forwarded-for": "192.0.2.1\x1b[0m"}, ""),
        ({"x-forwarded-for": "10.0.0.7"}, ""),
        ({"x-forwarded-for": ""}, ""),
        ({"forwarded": "for=_hidden"}, ""),
        ({}, ""),
    ],
)
def test_the_client_is_the_last_address_that_is_not_trusted(headers: dict[str, str], client: str) -> None:
    assert forwarded.client(PROXY, headers, TRUSTED) == client


@pytest.mark.parametrize("peer", OTHERS, ids=lambda peer: peer.name)
def test_others_are_not_believed(peer: Peer) -> None:
    assert forwarded.client(peer, {"x-forwarded-for": "192.0.2.1"}, TRUSTED) == ""


def test_a_unix_socket_is_trusted_by_its_word() -> None:
    headers = {"x-forwarded-for": "192.0.2.1"}
    assert forwarded.client(Peer("unix", "unix:x"), headers, networks("unix")) == "192.0.2.1"


@pytest.mark.parametrize("text", ["nonsense", "10.0.0.0/33", "10.0.0.1:80", "localhost"])
def test_what_is_no_address_is_a_matter_of_usage(text: str) -> None:
    with pytest.raises(Usage, match="expected an address"):
        networks(text)


def test_the_log_names_the_client_and_its_proxy(tmp_path: Path) -> None:
    with listening(tmp_path, "127.0.0.1:0", trusted_proxy=Trusting()) as listener:
        ask(listener.ports[0], "/x", "X-Forwarded-For: 192.0.2.1")
        listener.wait_log("GET /x for 192.0.2.1 through 127.0.0.1:")
        ask(listener.ports[0], "/y")
        listener.wait_log("GET /y for 127.0.0.1:")


def test_without_trust_the_log_names_who_has_connected(tmp_path: Path) -> None:
    with listening(tmp_path, "127.0.0.1:0") as listener:
        ask(listener.ports[0], "/x", "X-Forwarded-For: 192.0.2.1")
        listener.wait_log("GET /x for 127.0.0.1:")


def test_each_client_behind_a_proxy_has_a_limit_of_its_own(tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.touch()
    with (
        listening(tmp_path, "127.0.0.1:0", max_per_source=1, trusted_proxy=Trusting()) as listener,
        connect(listener.ports[0]) as first,
    ):
        send(first, f"/slow?{held}", "X-Forwarded-For: 192.0.2.1")
        listener.wait(Path(f"{held}.seen").exists, "the first request")
        status, head, body = ask(listener.ports[0], "/x", "X-Forwarded-For: 192.0.2.1")
        assert (status, "192.0.2.1 (--max-per-source)" in body) == (503, True)
        assert "Retry-After: 1" in head
        assert ask(listener.ports[0], "/x", "X-Forwarded-For: 192.0.2.2")[0] == 200
        held.unlink()
        assert answer(first)[0] == 200
        assert ask(listener.ports[0], "/x", "X-Forwarded-For: 192.0.2.1")[0] == 200
