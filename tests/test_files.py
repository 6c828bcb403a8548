"""Regular files: what is opened, what is not, and what is read of it."""

from __future__ import annotations

import os
import socket
from errno import ENOSYS
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet import files
from restd_inet.files import InMemory, NotRegular, Part, RegularFile, last_lines
from restd_inet.problems import Problem


@pytest.fixture(params=["openat2", "before Linux 5.6"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """openat2(2), or none."""
    if request.param != "openat2":

        def lacking(path: bytes, flags: int) -> int:
            raise OSError(ENOSYS, "no openat2")

        monkeypatch.setattr("restd_inet.files._process.open_unmagic", lacking)


pytestmark = pytest.mark.usefixtures("kernel")


def test_a_file_is_opened_and_read(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"one\ntwo\n")
    file = RegularFile(str(path))
    assert (file.size, b"".join(Part(file, 2, 6))) == (8, b"e\ntw")
    assert file.descriptor == -1


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"x")
    (tmp_path / "link").symlink_to("out")
    assert RegularFile(str(tmp_path / "link")).size == 1


def test_a_descriptor_of_this_process_is_no_file(tmp_path: Path) -> None:
    """/proc/self/fd leads to what this process holds, which its user may have no right to."""
    descriptor = os.memfd_create("secret")
    os.write(descriptor, b"secret")
    (tmp_path / "link").symlink_to(f"/proc/self/fd/{descriptor}")
    for path in (f"/proc/self/fd/{descriptor}", f"/dev/fd/{descriptor}", str(tmp_path / "link")):
        with pytest.raises(OSError, match=r"symbolic links|No such file"):
            RegularFile(path)
    os.close(descriptor)


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(OSError, match="symbolic links"):
        RegularFile(str(tmp_path / "link"))
    (tmp_path / "other").symlink_to("gone")
    with pytest.raises(FileNotFoundError):
        RegularFile(str(tmp_path / "other"))


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / "socket"))
        found = {
            "fifo": "a FIFO",
            "socket": "a socket",
            ".": "a directory",
            "/dev/null": "a character device",
        }
        before = os.listdir("/proc/self/fd")
        for name, what in found.items():
            with pytest.raises(NotRegular, match=what):
                RegularFile(str(tmp_path / name))
        assert os.listdir("/proc/self/fd") == before


def test_the_tag_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"abc")
    tags = [RegularFile(str(path)).tag, RegularFile(str(path)).tag]
    os.utime(path, ns=(1, 1))
    tags.append(RegularFile(str(path)).tag)
    path.write_bytes(b"abcd")
    tags.append(RegularFile(str(path)).tag)
    os.rename(path, tmp_path / "old")
    path.write_bytes(b"abcd")
    tags.append(RegularFile(str(path)).tag)
    assert tags[0] == tags[1]
    assert len(set(tags)) == 4


def test_what_is_appended_meanwhile_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"abc")
    part = Part(file := RegularFile(str(path)), 0, file.size)
    with path.open("ab") as more:
        more.write(b"def")
    assert b"".join(part) == b"abc"


def test_a_file_that_becomes_shorter_is_an_error(tmp_path: Path) -> None:
    """Its length has been announced."""
    path = tmp_path / "out"
    path.write_bytes(b"abc" * files.PIECE)
    pieces = iter(Part(file := RegularFile(str(path)), 0, file.size))
    next(pieces)
    os.truncate(path, 5)
    with pytest.raises(Problem, match="shorter"):
        list(pieces)


def test_a_body_that_is_not_read_closes_its_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"abc")
    Part(file := RegularFile(str(tmp_path / "out")), 0, 3).close()
    assert file.descriptor == -1


@pytest.mark.parametrize(
    ("text", "count", "found"),
    [
        (b"", 5, b""),
        (b"a", 1, b"a"),
        (b"a\nb\nc\n", 2, b"b\nc\n"),
        (b"a\nb\nc", 2, b"b\nc"),
        (b"a\nb\n", 9, b"a\nb\n"),
        (b"a\nb\n", 0, b""),
        (b"\n\n\n", 2, b"\n\n"),
    ],
)
def test_last_lines_are_those_of_tail(text: bytes, count: int, found: bytes) -> None:
    assert text[last_lines(InMemory(text, ""), count) :] == found


@given(
    st.lists(st.binary(max_size=9).map(lambda b: b.replace(b"\n", b"")), max_size=30),
    st.booleans(),
    st.integers(0, 40),
    st.integers(1, 50),
)
def test_last_lines_wherever_the_pieces_end(lines: list[bytes], ended: bool, count: int, piece: int) -> None:
    text = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "PIECE", piece)
        begin = last_lines(InMemory(text, ""), count)
    pieces = text.split(b"\n")
    whole = [line + b"\n" for line in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
    assert text[begin:] == b"".join(whole[len(whole) - min(count, len(whole)) :])
