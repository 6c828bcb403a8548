"""Images that one process of a listener, the poller (app.poller), hands to the processes of connections.

A process asks over the door, a socket that all of them share, and gives the poller one end of a channel of
its own there. Then it reads the channel: each message is an image, with its file, or why there is none. It
has one request open at a time, so that nothing is kept for those who are slow.
"""

from __future__ import annotations

import _socket
import os
import select
from time import monotonic

from restd_inet import channel
from restd_inet.problems import Problem
from restd_inet.slurm.image import KINDS, show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Credential
    from restd_inet.slurm.image import Shown
    from restd_inet.slurm.library import Library

#: Of the poller: the newest image; one that was kept, older ones first; slurmctld does not answer; there are
#: no images for this process, which has to ask slurmctld itself.
IMAGE, KEPT, FAILED, ALONE = b"I", b"K", b"F", b"A"
#: Of a process: the next image that is newer than the last one.
NEXT = b"N"
#: Of the poller, which cannot ask slurmctld as itself: the token of the client, please. Of the process: its
#: user's name and the token; neither, if there is none.
LEND, LENT = b"T", b"t"
#: Bytes of a message at most.
MESSAGE_BYTES = 1 << 16
#: So many pollers may end before they have said anything.
_ATTEMPTS = 3


class Alone(Exception):
    """There are no images for this process, which has to ask slurmctld itself."""


def send(to: _socket.socket, message: bytes, file: int = -1) -> bool:
    """Sends a message, with a descriptor, at once; False if nobody reads it or there is no room."""
    try:
        channel.send(to, message, file, _socket.MSG_NOSIGNAL | _socket.MSG_DONTWAIT)
    except OSError:
        return False
    return True


def _heard(ours: _socket.socket) -> tuple[bytes, int]:
    """As receive; what was said also where the other end was closed with something unread."""
    for _ in range(2):
        try:
            return channel.receive(ours, MESSAGE_BYTES)
        except ConnectionResetError:
            continue
        except OSError:
            break
    return b"", -1


class SharedImages:
    """The poller's images of a list, by its name in slurm.image.KINDS.

    door: a descriptor. interval: seconds between two looks at slurmctld. history: whether to be told of the
    images that were kept; these are in `kept`, the oldest first, once the first one is there. credential: of
    the client, whose token the poller may use while this exists, if it has no other way to ask.
    """

    def __init__(
        self,
        slurm: Library,
        door: int,
        what: str,
        interval: float,
        history: bool = False,
        credential: Credential | None = None,
    ) -> None:
        self._credential = credential
        self._slurm = slurm
        self._door = door
        self._what = what
        self._kind = KINDS[what]
        self._interval = interval
        self._history = history
        self._channel: _socket.socket | None = None
        self._asked = False
        self._silent = 0  # pollers that have ended without a word
        self.kept: list[Shown] = []

    def next(self, until: float) -> Shown | None:
        """The newest image that was not given yet; None if there is none until then (CLOCK_MONOTONIC).

        Raises Problem if slurmctld cannot be asked, Alone.
        """
        while True:
            ours = self._channel or self._ask()
            if not self._asked and not send(ours, NEXT):
                self._end()
                continue
            self._asked = True
            poll = select.poll()
            poll.register(ours, select.POLLIN)
            if not poll.poll(max(0.0, until - monotonic()) * 1000):
                return None
            data, file = _heard(ours)
            if not data:  # the poller has ended: there will be another one
                self._end()
                continue
            self._silent = 0
            image = self._hear(data, file)
            if image is not None:
                return image

    def _ask(self) -> _socket.socket:
        """A channel to the poller, which the first one who asks starts."""
        if self._silent == _ATTEMPTS:
            raise Alone
        self._silent += 1
        ours, theirs = channel.pair()
        message = f"{self._what} {self._interval:g} {int(self._history)}".encode()
        asked = _socket.socket(fileno=os.dup(self._door))
        sent = send(asked, message, theirs.fileno())
        asked.close()
        theirs.close()
        if not sent:
            ours.close()
            raise Alone
        self._channel, self._asked = ours, True
        return ours

    def _end(self) -> None:
        if self._channel:
            self._channel.close()
        self._channel = None

    def _hear(self, data: bytes, file: int) -> Shown | None:
        """A message: its image, if it is the newest one."""
        word, rest = data[:1], data[1:]
        if word == LEND:
            self._lend()
            return None
        self._asked = word == KEPT
        if word == FAILED:
            status, number, text = rest.decode("utf-8", "replace").split(" ", 2)
            raise Problem(int(status), text, number=int(number))
        if word == ALONE or file < 0:
            self._end()
            raise Alone
        try:
            address, size = map(int, rest.split())
            image = show(self._slurm, self._kind, file, address, size)
        except (OSError, ValueError):
            self._end()
            raise Alone from None
        finally:
            os.close(file)
        if word == IMAGE:
            return image
        self.kept.append(image)
        return None

    def _lend(self) -> None:
        who = self._credential
        if self._channel and who:
            send(self._channel, LENT + f"{who.name}\n{who.token}".encode() * bool(who.token))
