"""A request that waits for events, on its connection: whether to wait on, and its share of the waiting.

On standard input SIGTERM and SIGHUP end a process at once, but while such a request waits: then its answer
ends as it does in listen mode, where every process has handlers of its own.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the C half of signal.py
import select

from restd_inet import lazy, limit, message
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from restd_inet.message import Peer
    from restd_inet.settings import Settings


#: The signals that end a process.
_ENDING = (_signal.SIGTERM, _signal.SIGHUP)


class Held(message.Held):
    """Of one connection. source, sink: its descriptors. finish: makes the answer its last.

    ending: this process is to end. client: its address behind a proxy, "" without one. waited: whether the
    request has waited, or does.
    """

    def __init__(
        self,
        source: int,
        sink: int,
        socket: bool,
        peer: Peer,
        settings: Settings,
        finish: Callable[[], None] = lambda: None,
    ) -> None:
        self.interval = settings.watch_interval
        self.longest = settings.max_wait
        self.ending = False
        self.begin()
        self._source = source
        self._sink = sink
        self._socket = socket
        self._peer = peer
        self._settings = settings
        self._entered = False
        self._finish = finish
        self._handled: list[int] = []

    def begin(self) -> None:
        """Another request follows."""
        self.client, self.waited = "", False

    def enter(self) -> None:
        watchers = lazy.module("restd_inet.serve.watchers")
        refused = watchers.admit(self._peer, self.client, self._settings)
        if refused:
            text = f"there are too many requests that watch or wait ({refused}); try again later"
            raise Problem(503, text, headers=[("Retry-After", "10")])
        self._entered = self.waited = True
        self._handled += [each for each in _ENDING if _signal.getsignal(each) == _signal.SIG_DFL]
        for number in self._handled:
            _signal.signal(number, self._end)

    def _end(self, number: int, frame: object) -> None:
        """A second signal ends the process at once."""
        _signal.signal(number, _signal.SIG_DFL)
        self._finish()

    def leave(self) -> None:
        """The request is answered."""
        if self._entered:
            lazy.module("restd_inet.serve.watchers").leave()
            self._entered = False
            while self._handled:
                _signal.signal(self._handled.pop(), _signal.SIG_DFL)

    def over(self) -> str:
        if _events(self._sink, 0):  # POLLHUP and POLLERR are always reported
            return self.GONE
        if self.ending:
            return self.ENDING
        limit.writing(self._settings.request_timeout)
        return ""

    def silent(self) -> bool:
        return self._socket and bool(_events(self._source, select.POLLRDHUP))


def _events(descriptor: int, wanted: int) -> int:
    poll = select.poll()
    poll.register(descriptor, wanted)
    return next((events for _, events in poll.poll(0)), 0)
