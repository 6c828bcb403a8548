"""A file as it grows, until the job that writes it has ended: as tail -F follows it.

A file that has become shorter, and another one of its name, are read from their start.

A child process asks slurmctld for the job: a slurmctld that does not answer does not keep this one from
reading. An answer that ends before the job has no proper end (RFC 9112 section 8), so that a client can tell
it from a whole one.
"""

from __future__ import annotations

import os
from time import monotonic, sleep

from restd_inet import in_child
from restd_inet.message import Response
from restd_inet.pace import of_job
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from restd_inet.commands import Content
    from restd_inet.files import RegularFile
    from restd_inet.message import Held

#: Seconds between two looks at the file; at what its path leads to.
_PAUSE = 0.25
_REOPEN = 1.0
#: Seconds without output after which a client that has closed its sending half is taken for gone.
_SILENCE = 15.0


def response(
    held: Held, content: Content, file: RegularFile, offset: int, fields: list[tuple[str, str]]
) -> Response:
    """offset: where the first bytes that are sent lie. fields: that the answer has in any case."""
    # Proxies such as nginx would collect what is sent.
    answer = Response(200, [*fields, ("X-Accel-Buffering", "no")], Followed(held, content, file, offset))
    answer.live = True
    return answer


class Followed:
    """The body of such an answer. A piece without bytes stands for a moment in which nothing comes."""

    def __init__(self, held: Held, content: Content, file: RegularFile, offset: int) -> None:
        self._held = held
        self._content = content
        self._file = file
        self._offset = offset
        self._opened = self._wrote = monotonic()
        self._asked = 0.0
        self._task: in_child.Task | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            while True:
                yield from self._rest()
                if self._gone():
                    return
                ended = self._ended()
                yield from self._reopened(ended)
                if ended:
                    yield from self._rest()
                    return
                yield b""
                sleep(_PAUSE)
        finally:
            self.close()

    def close(self) -> None:
        self._file.close()
        if self._task:
            self._task.end()
        self._task = None

    def _rest(self) -> Iterator[bytes]:
        """What the file has, and was not sent yet."""
        if os.fstat(self._file.descriptor).st_size < self._offset:
            self._offset = 0
        while piece := self._file.read(self._offset):
            self._offset += len(piece)
            self._wrote = monotonic()
            yield piece

    def _gone(self) -> bool:
        """Whether nobody reads the answer any more. Raises Problem if it ends early."""
        over = self._held.over()
        if over == self._held.ENDING:
            raise Problem(503, "this process ends before the job does; ask again")
        if self._held.silent() and monotonic() > self._wrote + _SILENCE:
            raise Problem(503, "the client has closed its half of the connection, and may be gone")
        return bool(over)

    def _ended(self) -> bool:
        """Whether the job has ended; False while that is not known, and while slurmctld is down."""
        task = self._task
        if task is None:
            if monotonic() >= self._asked:
                self._task = in_child.Task(self._content.ask, Problem(500, "no answer came"))
            return False
        if not task.done():
            return False
        self._task = None
        self._asked = monotonic() + of_job(self._held.interval)
        try:
            return self._content.learn(task.result())
        except Problem as problem:
            if problem.status < 500:  # such as a token that has expired
                raise
            return False

    def _reopened(self, now: bool) -> Iterator[bytes]:
        """Goes on to another file of the same name, after what was written last to the old one.

        The same file is opened anew, too: only then a network file system looks for what others have written.
        """
        if not now and monotonic() < self._opened + _REOPEN:
            return
        self._opened = monotonic()
        try:
            found = self._content.open()
        except Problem:  # it has been moved, and there is no other yet
            return
        if found.identity != self._file.identity:
            yield from self._rest()
            self._offset = 0
        self._file.close()
        self._file = found
