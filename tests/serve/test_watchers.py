"""Requests that watch or wait: how many there may be, of whom, and what ends them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from restd_inet.message import Peer
from restd_inet.problems import Problem
from restd_inet.serve import watchers
from restd_inet.serve.held import Held
from restd_inet.settings import Settings

ONE, SAME, OTHER = (Peer("inet", name) for name in ("10.0.0.1:5", "10.0.0.1:6", "10.0.0.2:5"))
LOCAL = Peer("unix", "unix:[1]", 1000, 1000)


@pytest.fixture(autouse=True)
def memory() -> Iterator[None]:
    watchers.share(8)
    yield
    watchers._memory = None


def admit(place: int, peer: Peer, settings: Settings, client: str = "") -> str:
    watchers.take(place)
    return watchers.admit(peer, client, settings)


def test_there_is_a_limit_for_all_and_one_for_each_source() -> None:
    settings = Settings(max_watchers=3, max_watchers_per_source=2)
    assert admit(0, ONE, settings) == ""
    assert admit(1, SAME, settings) == ""
    assert admit(2, ONE, settings) == "--max-watchers-per-source"
    assert admit(3, OTHER, settings) == ""
    assert admit(4, LOCAL, settings) == "--max-watchers"
    watchers.forget(0)  # its connection has ended
    assert admit(4, LOCAL, settings) == ""


def test_one_that_was_refused_or_answered_does_not_count() -> None:
    settings = Settings(max_watchers=1)
    assert admit(0, ONE, settings) == ""
    assert admit(1, OTHER, settings) == "--max-watchers"
    watchers.take(0)
    watchers.leave()
    assert admit(1, OTHER, settings) == ""


def test_by_default_half_of_the_connections_watch_and_half_of_those_are_a_host_s() -> None:
    settings = Settings(max_connections=8)
    assert [admit(place, ONE, settings) for place in range(3)] == ["", "", "--max-watchers-per-source"]
    assert [admit(place, LOCAL, settings) for place in (2, 3)] == ["", ""]
    assert admit(4, LOCAL, settings) == "--max-watchers"


def test_behind_a_proxy_a_client_is_a_source() -> None:
    settings = Settings(max_watchers=8, max_watchers_per_source=1)
    assert admit(0, ONE, settings, "192.0.2.1") == ""
    assert admit(1, ONE, settings, "192.0.2.2") == ""
    assert admit(2, ONE, settings, "192.0.2.1") == "--max-watchers-per-source"


def test_a_process_of_standard_input_has_no_limit() -> None:
    watchers._memory = None
    assert admit(0, ONE, Settings(max_watchers=1)) == ""
    assert admit(1, ONE, Settings(max_watchers=1)) == ""


def test_one_too_many_is_503_and_may_come_again_later() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        settings = Settings(max_watchers=1)
        held = [Held(ours.fileno(), ours.fileno(), True, ONE, settings) for _ in range(2)]
        watchers.take(0)
        held[0].enter()
        watchers.take(1)
        with pytest.raises(Problem, match="too many requests that watch or wait") as refused:
            held[1].enter()
        assert (refused.value.status, refused.value.headers) == (503, [("Retry-After", "10")])
        watchers.take(0)
        held[0].leave()
        watchers.take(1)
        held[1].enter()
        assert held[1].waited


def test_it_is_over_when_the_client_has_gone_or_the_process_is_to_end() -> None:
    ours, theirs = socket.socketpair()
    held = Held(ours.fileno(), ours.fileno(), True, LOCAL, Settings())
    with ours, theirs:
        assert (held.over(), held.silent()) == ("", False)
        theirs.shutdown(socket.SHUT_WR)
        assert (held.over(), held.silent()) == ("", True)
        held.ending = True
        assert held.over() == Held.ENDING
        theirs.close()
        assert held.over() == Held.GONE


def test_the_end_of_a_pipe_s_input_is_nothing_and_that_of_its_reader_is_the_end() -> None:
    source, writer = os.pipe()
    reader, sink = os.pipe()
    held = Held(source, sink, False, Peer("pipe", "pipe:[1]", 0, 0, 0o600), Settings())
    os.close(writer)
    assert (held.over(), held.silent()) == ("", False)
    os.close(reader)
    assert held.over() == Held.GONE
    os.close(source)
    os.close(sink)
