"""A page: the content at a path without a version, served without authentication and libslurm."""

from __future__ import annotations

import os

from restd_inet.problems import Problem

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


#: Browsers keep a page, and ask each time whether it is still the same.
CHECKED = ("Cache-Control", "no-cache")


def of_file(file: str, media: str) -> Page:
    """A file as it is; Problem 501 if the installation lacks it."""
    try:
        status = os.stat(file)
    except OSError:
        raise Problem(501, f"this installation lacks {os.path.basename(file)}") from None

    def content(media: str) -> bytes:
        with open(file, "rb") as asset:
            return asset.read()

    return Page((media,), content, tag_of(status.st_size, status.st_mtime_ns), [CHECKED])


def tag_of(*parts: object) -> str:
    """An entity tag made of what determines a content: a file's size and time, the options."""
    # Not hash(), which differs from process to process; FNV-1a of 64 bits.
    value = 0xCBF29CE484222325
    for byte in repr(parts).encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"
