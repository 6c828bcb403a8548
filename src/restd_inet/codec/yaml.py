"""YAML: answers byte for byte as slurmrestd's (libyaml with explicit tags), bodies of YAML 1.1 and 1.2.

ruamel.yaml, which reads bodies, takes longer to load than an answer takes: it is loaded for a body only.
"""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.codec import LIMITS
from restd_inet.codec._yaml_write import encode
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.codec import Limits
    from restd_inet.problems import Path

__all__ = ["decode", "encode", "locate"]


def decode(body: bytes, limits: Limits = LIMITS) -> Any:
    """The document; Problem 400 with line, column and path when there is none."""
    if len(body) > limits.max_yaml:
        most = f"at most {limits.max_yaml} bytes (--max-yaml)"
        raise Problem(413, f"a YAML document of {len(body)} bytes; expected {most}, or JSON")
    reader = lazy.module("restd_inet.codec._yaml_read")
    return reader.Reader(reader.text_of(body), limits).document()


def locate(body: bytes, path: Path) -> tuple[int, int] | None:
    """Line and column of the value at a path of a document that was decoded before."""
    reader = lazy.module("restd_inet.codec._yaml_read")
    try:
        place: tuple[int, int] | None = reader.Reader(reader.text_of(body), LIMITS).locate(path)
    except Problem:
        return None
    return place
