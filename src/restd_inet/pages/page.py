"""A page: the content at a path without a version, served without authentication and libslurm."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Page:
    """offers: media types, the preferred first. content: its bytes, or a document to encode, in one of them.
    tag: differs for any other content of the path (RFC 9110 8.8.3). headers: more fields of the answer.
    """

    __slots__ = ("content", "headers", "offers", "tag")

    def __init__(
        self,
        offers: tuple[str, ...],
        content: Callable[[str], bytes | Any],
        tag: str,
        headers: list[tuple[str, str]],
    ) -> None:
        self.offers = offers
        self.content = content
        self.tag = tag
        self.headers = headers


def tag_of(*parts: object) -> str:
    """An entity tag made of what determines a content: a file's size and time, the options."""
    # Not hash(), which differs from process to process; FNV-1a of 64 bits.
    value = 0xCBF29CE484222325
    for byte in repr(parts).encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"
