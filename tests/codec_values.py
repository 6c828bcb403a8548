"""For tests of codec: documents, and what a codec says of a body that it does not take."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st

from restd_inet.codec import LIMITS, Limits
from restd_inet.problems import Problem

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
#: Texts that YAML has to quote.
PHRASES = st.lists(
    st.sampled_from(
        [*"a#:-?é\x85\u2028\t~{],&*!|%@'\"\\ \n\ufeff😀", "word", "  ", "---", "...", "x" * 60, "w " * 30]
    )
).map("".join)
INTEGERS = st.integers(-(2**63), 2**64 - 1)


class Small(Limits):
    max_depth = 3
    max_items = 5
    max_number_digits = 4


def refusal(codec: ModuleType, body: bytes, limits: Limits = LIMITS) -> str:
    """The text of the 400."""
    with pytest.raises(Problem) as caught:
        codec.decode(body, limits)
    assert caught.value.status == 400
    return caught.value.text


def records(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"job_id": number, "name": "n" * 500, "nodes": ["a", "b"]}
