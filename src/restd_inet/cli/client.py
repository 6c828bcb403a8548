"""One request over a connected socket, and its answer: HTTP/1.1 by h11, piece by piece."""

from __future__ import annotations

from contextlib import suppress

import h11

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterator

_READ_BYTES = 65536
_HEAD_BYTES = 1 << 20


class NoAnswer(Exception):
    """There is no whole answer; the text says why."""


class Answer:
    """status and headers, in lower case; the body can be read once."""

    def __init__(self, status: int, reason: str, headers: dict[str, str], body: Iterator[bytes]) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Client:
    """host: for the field Host. prefix: what precedes every path there."""

    def __init__(self, socket: _socket.socket, host: str = "localhost", prefix: str = "") -> None:
        self._socket = socket
        self._host = host
        self._prefix = prefix
        self._http = h11.Connection(h11.CLIENT, _HEAD_BYTES)

    def limit(self, seconds: float) -> None:
        """From now on a longer silence is an OSError."""
        self._socket.settimeout(seconds)

    def ask(self, method: str, target: str, fields: dict[str, str], body: bytes) -> Answer:
        """The answer to a request, its body still to be read. Raises OSError, NoAnswer."""
        fields = {"Host": self._host, **fields, "Connection": "close"}
        if body or method == "POST":
            fields["Content-Length"] = str(len(body))
        request = h11.Request(method=method, target=self._prefix + target, headers=list(fields.items()))
        pieces = [self._http.send(request) or b""]
        if body:
            pieces.append(self._http.send(h11.Data(data=body)) or b"")
        pieces.append(self._http.send(h11.EndOfMessage()) or b"")
        # It may be refused before its end: then the answer says why.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(b"".join(pieces))
        event = self._event()
        while isinstance(event, h11.InformationalResponse):
            event = self._event()
        if not isinstance(event, h11.Response):
            raise NoAnswer("the connection ended without an answer")
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in event.headers}
        return Answer(event.status_code, event.reason.decode("latin-1"), headers, self._body())

    def close(self) -> None:
        self._socket.close()

    def _body(self) -> Iterator[bytes]:
        while isinstance(event := self._event(), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise NoAnswer("the connection ended in the middle of the answer")

    def _event(self) -> object:
        data = b"x"
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                data = self._socket.recv(_READ_BYTES)
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            if not data:
                raise NoAnswer("the connection ended before the end of the answer") from None
            raise NoAnswer(f"the answer is not HTTP: {error}") from None
        return event
