"""Where a request's body ends, and so how many of the received bytes h11 may get.

h11 decodes the body; these classes find its end by themselves. The two must agree, so that no byte of a body
is taken for a request. `take` moves bytes out of the caller's buffer.
"""

from __future__ import annotations

import re

from restd_inet.http.head import FIELD, malformed
from restd_inet.problems import Problem

# chunk-size [ chunk-ext ] CRLF of RFC 9112 section 7.1, without its control characters.
_WORD = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = rb"\"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*\""
_EXTENSION = rb"[ \t]*;[ \t]*%b(?:[ \t]*=[ \t]*(?:%b|%b))?" % (_WORD, _WORD, _QUOTED)
# No two adjacent repetitions match the same byte, so that a mismatch is found in linear time.
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:" + _EXTENSION + rb")*\r\n")
_LINE_BYTES = 4096


def too_large(limit: int) -> Problem:
    return Problem(413, f"the body is larger than {limit} bytes.")


class Length:
    """A body of Content-Length bytes."""

    __slots__ = ("_left", "total")

    def __init__(self, total: int) -> None:
        self.total = total
        self._left = total

    def take(self, buffer: bytearray) -> bytes:
        piece = bytes(buffer[: self._left])
        del buffer[: len(piece)]
        self._left -= len(piece)
        return piece

    def truncated(self) -> Problem:
        return malformed(f"the body ended at byte {self.total - self._left} of {self.total}.")


class Chunks:
    """A chunked body: line, data, line, data, 0, trailer section."""

    __slots__ = ("_chunks", "_inside", "_limit", "_most", "_open", "_total", "_trailer", "_trailer_bytes")

    def __init__(self, limit: int, trailer_bytes: int, most: int) -> None:
        self._limit = limit
        self._most = most
        self._chunks = 0
        self._total = 0
        self._inside = 0  # bytes left of the current chunk
        self._open = False  # a chunk's closing CRLF is still to come
        self._trailer = False
        self._trailer_bytes = trailer_bytes  # left for the trailer section and the extensions of chunks

    def take(self, buffer: bytearray) -> bytes:
        if self._inside:
            piece = bytes(buffer[: self._inside])
            self._inside -= len(piece)
        elif self._open:
            piece = bytes(buffer[:2]) if len(buffer) > 1 else b""
            self._open = not piece
            if piece not in (b"", b"\r\n"):
                raise malformed("a chunk of the body is longer than its size says.")
        else:
            return self._line(buffer)
        del buffer[: len(piece)]
        return piece

    def _line(self, buffer: bytearray) -> bytes:
        """A line of the framing. A chunk's line loses its extensions, of which h11 accepts fewer."""
        end = buffer.find(b"\n", 0, _LINE_BYTES) + 1
        if not end and len(buffer) >= _LINE_BYTES:
            raise malformed(f"a chunk size or trailer line is longer than {_LINE_BYTES} bytes.")
        line = bytes(buffer[:end])
        del buffer[:end]
        if line and self._trailer:
            self._check_trailer(line)
        elif line:
            return b"%x\r\n" % self._begin(line)
        return line

    def _begin(self, line: bytes) -> int:
        match = _CHUNK_LINE.fullmatch(line)
        if match is None:
            raise malformed("the body's chunk size is not a hexadecimal number, alone on its line.")
        self._chunks += 1
        if self._chunks > self._most:
            raise Problem(413, f"the body has more than {self._most} chunks (--max-chunks).")
        self._trailer_bytes -= len(line) - match.end(1) - 2
        if self._trailer_bytes < 0:
            raise malformed("the extensions of the body's chunks are too large.", 431)
        size = int(match[1], 16)
        self._total += size
        if self._total > self._limit:
            raise too_large(self._limit)
        self._inside = size
        self._open = size > 0
        self._trailer = size == 0
        return size

    def _check_trailer(self, line: bytes) -> None:
        """RFC 9112 section 7.1.2: trailer fields may be ignored; they are only checked."""
        self._trailer_bytes -= len(line)
        if self._trailer_bytes < 0:
            raise malformed("the trailer section is too large.", 431)
        if not line.endswith(b"\r\n"):
            raise malformed("a line of the trailer section does not end with CR LF.")
        bare = line[:-2]
        if bare and not FIELD.fullmatch(bare):
            raise malformed("a line of the trailer section is not 'Name: value'.")

    def truncated(self) -> Problem:
        return malformed(f"the body ended before its last chunk, after {self._total} announced bytes.")
