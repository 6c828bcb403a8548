"""serve.penalty: whose answers to bad credentials wait, for how long, and how many of them."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from listening import Listener, ask, connect, listening

from restd_inet.message import Peer
from restd_inet.serve import penalty
from restd_inet.serve.penalty import CALM, FIRST, LONGEST, Penalties, network
from restd_inet.settings import Settings

HOST = Peer("inet", "192.0.2.1:50122")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(penalty, "monotonic", lambda: now[0])
    return now


def bad(
    penalties: Penalties, clock: list[float], peer: Peer, times: int, pause: float = 0.1
) -> list[float | None]:
    found = []
    for _ in range(times):
        found.append(penalties.delay(peer))
        clock[0] += pause + (found[-1] or 0.0)
    return found


def test_the_third_in_a_second_waits_and_each_later_one_longer(clock: list[float]) -> None:
    delays = bad(Penalties(Settings()), clock, HOST, 9)
    assert delays == [0, 0, FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST, LONGEST, LONGEST, LONGEST]


def test_two_a_second_do_not_wait(clock: list[float]) -> None:
    assert bad(Penalties(Settings()), clock, HOST, 20, 0.6) == [0] * 20


def test_a_source_that_was_calm_begins_anew(clock: list[float]) -> None:
    penalties = Penalties(Settings())
    assert bad(penalties, clock, HOST, 4)[-1] == 2 * FIRST
    clock[0] += CALM - 1
    assert bad(penalties, clock, HOST, 1) == [4 * FIRST]
    clock[0] += CALM + 1
    assert bad(penalties, clock, HOST, 3) == [0, 0, FIRST]


def test_a_source_is_a_host(clock: list[float]) -> None:
    penalties = Penalties(Settings())
    bad(penalties, clock, HOST, 9, 0.0)
    assert penalties.delay(Peer("inet", "192.0.2.1:1")) == LONGEST
    assert penalties.delay(Peer("inet", "192.0.2.2:50122")) == 0


def test_a_host_with_ipv6_has_64_bits_of_addresses(clock: list[float]) -> None:
    one, other = Peer("inet", "[2001:db8:1:2::7]:1"), Peer("inet", "[2001:db8:1:2:ffff:0:1:8]:1")
    assert bad(Penalties(Settings()), clock, one, 2) == [0, 0]
    penalties = Penalties(Settings())
    delays = [penalties.delay(peer) for peer in (one, other, one, Peer("inet", "[2001:db8:1:3::7]:1"))]
    assert delays == [0, 0, FIRST, 0]
    assert network("[2001:db8::1]") == "2001:db8:0:0"
    assert network("[::2]") == "0:0:0:0"


@pytest.mark.parametrize(("which", "waiting"), [
    ("remote", ["192.0.2.1:1", "[2001:db8::1]:1"]),
    ("all", ["192.0.2.1:1", "[2001:db8::1]:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "unix:/s"]),
    ("none", []),
])  # fmt: skip
def test_whose_answers_wait(clock: list[float], which: str, waiting: list[str]) -> None:
    for name in ("192.0.2.1:1", "[2001:db8::1]:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "unix:/s"):
        peer = Peer("unix" if name.startswith("unix") else "inet", name, 1, 1)
        delays = bad(Penalties(Settings(auth_penalty=which)), clock, peer, 3)
        assert delays[-1] == (FIRST if name in waiting else 0), name


def test_no_answer_waits_as_long_as_a_request_may_last(clock: list[float]) -> None:
    delays = bad(Penalties(Settings(request_timeout=1.0)), clock, HOST, 9)
    assert max(filter(None, delays)) == 0.5


def test_a_limited_number_waits(clock: list[float]) -> None:
    penalties = Penalties(Settings(max_connections=8))
    for _ in range(2):
        penalties.delay(HOST)
    assert [penalties.delay(HOST) for _ in range(4)] == [FIRST, 2 * FIRST, None, None]
    clock[0] += 2 * FIRST + 0.01
    assert penalties.delay(HOST) is not None


def test_many_sources_do_not_excuse_one_that_goes_on(clock: list[float]) -> None:
    penalties = Penalties(Settings())
    bad(penalties, clock, HOST, 5)
    for number in range(20_000):
        if number % 1000 == 0:
            assert penalties.delay(HOST), number
            clock[0] += LONGEST
        penalties.delay(Peer("inet", f"198.51.{number // 256}.{number % 256}:1"))
        clock[0] += 0.001


def test_processes_share_what_they_know(clock: list[float]) -> None:
    penalties = Penalties(Settings())
    for _ in range(2):
        pid = os.fork()
        if not pid:
            penalties.delay(HOST)
            os._exit(0)
        os.waitpid(pid, 0)
    assert penalties.delay(HOST) == FIRST


# A listener; its delays are so long that whoever does not wait is faster.
BAD = b"GET /bad HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.contextmanager
def delaying(directory: Path, **settings: object) -> Iterator[tuple[Listener, str]]:
    path = f"{directory}/s"
    given = {"request_timeout": 200.0, "auth_penalty": "all", "env": {"DELAY": "90"}, **settings}
    with listening(directory, f"unix:{path}", **given) as listener:
        yield listener, path


def refused(client: socket.socket, times: int) -> None:
    """Reads so many answers to a bad credential."""
    data = b""
    while data.count(b"HTTP/1.1 401") < times or not data.endswith(b"no"):
        piece = client.recv(65536)
        assert piece, data
        data += piece


def test_a_good_request_of_the_same_source_is_answered_meanwhile(tmp_path: Path) -> None:
    with delaying(tmp_path) as (listener, path), connect(path) as client:
        client.sendall(BAD * 3)
        refused(client, 2)
        listener.wait_log("the answer waits for 90 s")
        for _ in range(3):
            assert ask(path, "/generation")[2] == "first"
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(1)


def test_an_answer_that_nobody_waits_for_occupies_no_process(tmp_path: Path) -> None:
    with delaying(tmp_path) as (listener, path):
        with connect(path) as client:
            client.sendall(BAD * 3)
            listener.wait_log("the answer waits for 90 s")
        listener.wait_log("connection closed")


def test_no_more_wait_than_may(tmp_path: Path) -> None:
    """One of four connections: what is refused beside it is refused at once, and ends its connection."""
    with delaying(tmp_path, max_connections=4) as (listener, path), connect(path) as client:
        client.sendall(BAD * 3)
        listener.wait_log("the answer waits for 90 s")
        with connect(path) as other:
            other.sendall(BAD * 2)
            refused(other, 1)
            assert other.recv(1) == b""
        assert listener.log.count("the answer waits") == 1
