"""Range, If-Range and If-None-Match of a body whose bytes are known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.http.ranges import Unsatisfiable, unchanged, wanted

TAG = '"5-10-7"'


@pytest.mark.parametrize(
    ("field", "size", "found"),
    [
        ("bytes=0-0", 10, (0, 1)),
        ("bytes=2-4", 10, (2, 5)),
        ("bytes=2-", 10, (2, 10)),
        ("bytes=-3", 10, (7, 10)),
        ("bytes=-30", 10, (0, 10)),
        ("bytes=9-99", 10, (9, 10)),
        ("Bytes= 2-4 ", 10, (2, 5)),
        ("bytes=-5", 0, None),
        ("bytes=4-2", 10, None),
        ("bytes=0-1,4-5", 10, None),
        ("bytes=", 10, None),
        ("bytes=-", 10, None),
        ("bytes=a-b", 10, None),
        ("bytes=+1-2", 10, None),
        ("bytes=²-", 10, None),
        ("lines=1-2", 10, None),
        ("bytes=" + "9" * 5000 + "-", 10, None),
    ],
)
def test_one_range_of_bytes(field: str, size: int, found: tuple[int, int] | None) -> None:
    assert wanted({"range": field}, size, TAG) == found


@pytest.mark.parametrize(("field", "size"), [("bytes=10-", 10), ("bytes=0-", 0), ("bytes=-0", 10)])
def test_a_range_without_a_byte(field: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        wanted({"range": field}, size, TAG)


def test_without_a_range_it_is_the_whole() -> None:
    assert wanted({}, 10, TAG) is None


@pytest.mark.parametrize("other", ['"5-10-8"', f"W/{TAG}", "Sun, 06 Nov 1994 08:49:37 GMT", ""])
def test_a_range_of_another_content_is_the_whole(other: str) -> None:
    """Compared strongly: RFC 9110 section 13.1.5."""
    assert wanted({"range": "bytes=0-1", "if-range": other}, 10, TAG) is None
    assert wanted({"range": "bytes=0-1", "if-range": TAG}, 10, TAG) == (0, 2)
    assert wanted({"range": "bytes=99-", "if-range": other}, 10, TAG) is None


@pytest.mark.parametrize("field", [TAG, f"W/{TAG}", f'"a", {TAG}', f'"a,b" , W/{TAG}', "*", " * "])
def test_a_client_that_has_it(field: str) -> None:
    assert unchanged({"if-none-match": field}, TAG)


@pytest.mark.parametrize("field", ["", '"a"', TAG.strip('"'), f'"x{TAG[1:]}', "**"])
def test_a_client_that_has_another(field: str) -> None:
    assert not unchanged({"if-none-match": field}, TAG)


@given(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 30)), st.one_of(st.none(), st.integers(0, 30)))
def test_a_range_is_what_slices_are(size: int, first: int | None, last: int | None) -> None:
    data = bytes(range(size))
    field = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    try:
        found = wanted({"range": field}, size, TAG)
    except Unsatisfiable:
        assert (first is None and last == 0) or (first is not None and first >= size)
        return
    if first is None and last is None:
        assert found is None
    elif first is None:
        assert data[slice(*(found or (0, size)))] == data[max(0, size - (last or 0)) :]
    elif found is not None:
        assert data[slice(*found)] == data[first : size if last is None else last + 1]
    else:
        assert last is not None and last < first
