from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.codec import multipart
from restd_inet.problems import Problem


def body(*parts: tuple[str, bytes], boundary: str = "b", end: bytes = b"--\r\n") -> bytes:
    found = b"".join(
        b"--%b\r\n%b\r\n\r\n%b\r\n" % (boundary.encode(), head.encode(), content) for head, content in parts
    )
    return found + b"--" + boundary.encode() + end


def named(name: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"{more}'


def test_parts_have_names_files_and_media_types() -> None:
    found = multipart.decode(
        body(
            (
                named("script", '; filename="job.sh"') + "\r\nContent-Type: text/X-shellscript; a=b",
                b"#!/bin/sh\n",
            ),
            (named("job"), b"{}\r\n\r\n--x\r\n"),
            (named("empty"), b""),
        ),
        "b",
    )
    assert {name: (part.content, part.media, part.file) for name, part in found.items()} == {
        "script": (b"#!/bin/sh\n", "text/x-shellscript", "job.sh"),
        "job": (b"{}\r\n\r\n--x\r\n", "", ""),
        "empty": (b"", "", ""),
    }


def test_what_is_before_and_behind_is_ignored() -> None:
    found = multipart.decode(b"before\r\n" + body((named("a"), b"1")) + b"behind", "b")
    assert found["a"].content == b"1"


@pytest.mark.parametrize(
    ("head", "name", "file"),
    [
        ("content-disposition: FORM-DATA; NAME=a", "a", ""),
        (named('a\\"b'), 'a"b', ""),
        (named("a%22b"), 'a"b', ""),
        (named("ä", "; filename=x.sh"), "ä", "x.sh"),
        (named("a", "; filename*=UTF-8''x"), "a", ""),
        ("X: y\r\n" + named("a") + "\r\nContent-Transfer-Encoding: binary", "a", ""),
    ],
)
def test_a_name_is_read_in_every_form(head: str, name: str, file: str) -> None:
    ((found, part),) = multipart.decode(body((head, b"1")), "b").items()
    assert (found, part.file) == (name, file)


@pytest.mark.parametrize(
    ("data", "boundary", "text"),
    [
        (b"", "b", 'the body has no boundary "--b"'),
        (body((named("a"), b"1")), "", "Content-Type: expected a boundary of 1 to 70 characters"),
        (body((named("a"), b"1")), "b" * 71, "Content-Type: expected a boundary"),
        (body((named("a"), b"1")), "b\n", "Content-Type: expected a boundary"),
        (body((named("a"), b"1")), "b ", "Content-Type: expected a boundary"),
        (body((named("a"), b"1"), end=b""), "b", "expected the end of the line after a boundary"),
        (body((named("a"), b"1"), boundary="bc"), "b", "expected the end of the line after a boundary"),
        (body((named("a"), b"1"))[:-6], "b", "the body ends without its last boundary"),
        (body((named("a"), b"1"), (named("a"), b"2")), "b", 'two parts are called "a"'),
        (body(*((named(str(n)), b"") for n in range(17))), "b", "expected at most 16 parts"),
        (body(("", b"1")), "b", "a line in the header of a part is no field"),
        (body(("X: y", b"1")), "b", "a part has no name"),
        (body((named(""), b"1")), "b", "a part has no name"),
        (body(("Content-Disposition: attachment; name=a", b"1")), "b", "a part has no name"),
        (body(("X" * 9000, b"1")), "b", "a part has no header of at most 8192 bytes"),
        (body((named("a") + "\r\n more", b"1")), "b", "a line in the header of a part is no field"),
        (body((named("a") + "\r\nX: \x01", b"1")), "b", "a line in the header of a part is no field"),
        (body((named("a") + "\r\nX: 1\r\nx: 2", b"1")), "b", 'a part has two fields "x"'),
        (body((named("a", "; filename"), b"1")), "b", "Content-Disposition: expected name=value"),
        (body((named("a", '; filename="'), b"1")), "b", "Content-Disposition: expected name=value"),
        (body((named("a") + "\r\nContent-Transfer-Encoding: base64", b"1")), "b", "a: Content-Transfer"),
        (b"--b\r\n" + named("a").encode() + b"\r\n--b--", "b", "a part has no header"),
        (b"--b", "b", "expected the end of the line after a boundary"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_400(data: bytes, boundary: str, text: str) -> None:
    with pytest.raises(Problem) as caught:
        multipart.decode(data, boundary)
    assert caught.value.status == 400
    assert caught.value.text.startswith(f"multipart/form-data: {text}")


@given(st.dictionaries(st.text('abcäö\\" ;=%', min_size=1, max_size=8), st.binary(max_size=60), max_size=5))
def test_what_is_written_is_read(parts: dict[str, bytes]) -> None:
    boundary = "boundary-that-is-in-no-part"
    escaped = {name.replace("\\", "\\\\").replace('"', '\\"'): content for name, content in parts.items()}
    data = body(*((named(name), content) for name, content in escaped.items()), boundary=boundary)
    found = multipart.decode(data, boundary)
    assert {name: part.content for name, part in found.items()} == {
        name.replace("%22", '"'): content for name, content in parts.items()
    }


PIECES = (b"--b", b"--", b"\r\n", b"\r", b"\n", b": ", b";", b"=", b'"', b"\\", named("a").encode(), b"x")


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_anything_is_parts_or_400(pieces: list[bytes]) -> None:
    try:
        found = multipart.decode(b"".join(pieces), "b")
    except Problem as problem:
        assert problem.status == 400
    else:
        assert len(found) <= multipart.MAX_PARTS
