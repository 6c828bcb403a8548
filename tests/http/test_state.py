"""http.state: what the tables promise, and that http.wire keeps to them whatever is called."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from wire_cases import LIMITS, PLAIN_GET, get

from restd_inet.http import state
from restd_inet.http.state import CONNECTION, REQUEST, after
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Response
from restd_inet.problems import Problem

Table = Mapping[str, Mapping[str, str]]


def reachable(table: Table, start: str) -> set[str]:
    found = {start}
    while True:
        more = {follows for each in found for follows in table[each].values()} - found
        if not more:
            return found
        found |= more


@pytest.mark.parametrize("table", [REQUEST, CONNECTION])
def test_each_transition_leads_to_a_state_of_its_table(table: Table) -> None:
    for transitions in table.values():
        assert set(transitions.values()) <= set(table)


def test_nothing_leads_back_once_the_next_bytes_are_ambiguous() -> None:
    assert reachable(REQUEST, state.REFUSED) == {state.REFUSED, state.BROKEN}
    assert reachable(REQUEST, state.BROKEN) == {state.BROKEN}
    assert reachable(CONNECTION, state.CLOSING) == {state.CLOSING}
    assert state.OPEN not in reachable(CONNECTION, state.LAST)


def test_a_request_can_fail_in_every_state() -> None:
    for each in REQUEST:
        assert after(REQUEST, each, state.BREAK) == state.BROKEN
        assert after(REQUEST, each, state.REFUSE) in (state.REFUSED, state.BROKEN)


def test_the_next_request_comes_only_behind_one_that_is_complete() -> None:
    assert [each for each in REQUEST if REQUEST[each].get(state.NEXT)] == [state.COMPLETE]
    assert [each for each in REQUEST if state.IDLE in REQUEST[each].values()] == [state.COMPLETE]


def test_an_event_without_a_transition_is_the_caller_s_error() -> None:
    with pytest.raises(AssertionError, match="END has no transition from the state IDLE"):
        after(REQUEST, state.IDLE, state.END)


class TestWire:
    @staticmethod
    def wire(data: bytes, limits: Limits = LIMITS) -> Wire:
        wire = Wire(limits)
        wire.receive(data)
        assert wire.request(bytes) is not None
        return wire

    def test_a_body_that_has_failed_fails_again_and_takes_no_more_bytes(self) -> None:
        wire = self.wire(
            get(b"POST /p HTTP/1.1", b"Transfer-Encoding: chunked") + b"zz\r\n5\r\nhello\r\n0\r\n\r\n"
        )
        with pytest.raises(Problem) as first:
            wire.body()
        left = wire.unserved()
        for call in (wire.body, wire.skip):
            with pytest.raises(Problem) as again:
                call()
            assert again.value is first.value
        assert wire.unserved() == left
        assert (wire.broken, wire.keep_alive, wire.unread) == (True, False, True)

    def test_a_refusal_becomes_broken_if_more_fails_but_not_the_other_way_round(self) -> None:
        wire = self.wire(PLAIN_GET)
        wire.fail(Problem(413, "too large"))
        assert (wire.broken, wire.keep_alive) == (False, False)
        wire.fail(Problem(400, "malformed"))
        wire.fail(Problem(413, "too large"))
        assert wire.broken

    def test_what_was_not_served_is_the_request_as_it_came(self) -> None:
        request = get(b"POST /p HTTP/1.1", b"Content-Length: 5", b"X-A:  b ")
        wire = self.wire(b"\r\n" + request + b"hel")
        assert wire.unserved() == request + b"hel"

    @pytest.mark.parametrize("finished", [False, True])
    def test_the_answer_after_finish_is_the_last(self, finished: bool) -> None:
        wire = self.wire(PLAIN_GET)
        if finished:
            wire.finish()
            wire.finish()
        assert wire.keep_alive
        data = b"".join(wire.respond(Response(204, [])))
        assert (b"Connection: close" in data) == finished
        assert wire.keep_alive != finished
        wire.finish()
        assert wire.keep_alive != finished  # what was answered was answered so

    def test_finish_after_close_opens_nothing(self) -> None:
        wire = self.wire(PLAIN_GET)
        wire.close()
        wire.finish()
        assert not wire.keep_alive
