"""The states of a connection and of the request on it, with all transitions (as of h11's _state.py).

1. A connection has two states: that of the current request, as far as its bytes have been read, and whether
   another request may follow. Nothing else decides what may be read or answered.
2. No transition leaves CLOSING, and none leaves REFUSED or BROKEN except towards BROKEN: once the boundaries
   of requests are in doubt no byte is taken for a request any more.

An event for which the table has no transition is an error of the caller, not of the client.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Table = Mapping[str, Mapping[str, str]]

# States of the request.
IDLE = "IDLE"  # its head has not been read
WAITING = "WAITING"  # the client waits for 100 Continue before it sends the body
BODY = "BODY"  # of its body some is still to be read
COMPLETE = "COMPLETE"  # it has been read to its end
REFUSED = "REFUSED"  # the rest is not read; the client may try again on a new connection
BROKEN = "BROKEN"  # the rest is not read: the bytes are not a request, or its answer failed

# Events of the request.
HEAD_ONLY = "HEAD_ONLY"  # a head was read: of a request without a body,
HEAD = "HEAD"  # of one with a body,
HEAD_WAITING = "HEAD_WAITING"  # of one with a body and Expect: 100-continue
WANTED = "WANTED"  # the body is asked for
DATA = "DATA"  # bytes of the body arrived
END = "END"  # the body ended
NEXT = "NEXT"  # the request is answered
REFUSE = "REFUSE"  # it was answered 413, 417 or 501 before its end
BREAK = "BREAK"  # it failed otherwise

_FAILURES = {REFUSE: REFUSED, BREAK: BROKEN}

REQUEST: Table = {
    IDLE: {HEAD_ONLY: COMPLETE, HEAD: BODY, HEAD_WAITING: WAITING, **_FAILURES},
    WAITING: {WANTED: BODY, DATA: BODY, **_FAILURES},
    BODY: {WANTED: BODY, DATA: BODY, END: COMPLETE, **_FAILURES},
    COMPLETE: {NEXT: IDLE, **_FAILURES},
    REFUSED: _FAILURES,
    BROKEN: {REFUSE: BROKEN, BREAK: BROKEN},
}

# States of the connection.
OPEN = "OPEN"  # another request may follow
LAST = "LAST"  # none may follow the next answer
CLOSING = "CLOSING"  # the answer says "Connection: close", or there will be none

# Events of the connection.
FINISH = "FINISH"  # this process is to end
CLOSE = "CLOSE"  # no other request can be read

CONNECTION: Table = {
    OPEN: {FINISH: LAST, CLOSE: CLOSING},
    LAST: {FINISH: LAST, CLOSE: CLOSING},
    CLOSING: {FINISH: CLOSING, CLOSE: CLOSING},
}


def after(table: Table, state: str, event: str) -> str:
    """The state that follows."""
    try:
        return table[state][event]
    except KeyError:
        raise AssertionError(f"the event {event} has no transition from the state {state}") from None
