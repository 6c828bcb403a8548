"""log: lines for the administrator."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet import _process, log, log_json

STAMP = re.compile(r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")


class Lines:
    """What was written since the last look, without the time at the beginning of each line."""

    def __init__(self, source: int) -> None:
        self._source = source

    def __call__(self) -> str:
        try:
            return STAMP.sub("", self.stamped())
        except BlockingIOError:
            return ""

    def stamped(self) -> str:
        return os.read(self._source, 1 << 20).decode()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    source, sink = os.pipe()
    os.set_blocking(source, False)
    monkeypatch.setattr(log, "descriptor", sink)
    yield Lines(source)
    os.close(source)
    os.close(sink)


def test_a_line_begins_with_the_program_s_name(lines: Lines) -> None:
    log.write(log.ERROR, "it is down")
    assert lines() == "restd-inet: it is down\n"


def test_a_line_begins_with_the_time_in_utc(lines: Lines) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    log.write(log.ERROR, "it is down")
    word = lines.stamped().split()[0]
    assert before <= datetime.fromisoformat(word) <= datetime.now(UTC), word


def test_the_journal_gets_a_priority_and_no_time(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_for_journal", True)
    monkeypatch.setattr(log, "level", log.DEBUG)
    for importance in (log.ERROR, log.INFO, log.VERBOSE, log.DEBUG):
        log.write(importance, "it is down")
    assert lines.stamped() == "".join(f"<{number}>it is down\n" for number in (3, 6, 7, 7))


class TestJson:
    @pytest.fixture(autouse=True)
    def json_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(log, "_object", log_json.line)

    def test_a_line_is_an_object(self, lines: Lines) -> None:
        log.write(log.ERROR, 'it "is" down')
        found = json.loads(lines())
        assert STAMP.match(found.pop("time") + " ")
        assert found == {"level": "error", "pid": os.getpid(), "message": 'it "is" down'}

    def test_the_level_is_named(self, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(log, "level", log.DEBUG5)
        for importance in range(8):
            log.write(importance, "x")
        found = [json.loads(line)["level"] for line in lines().splitlines()]
        assert found == ["error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5"]

    def test_the_journal_has_a_priority_before_it(
        self, lines: Lines, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(log, "_for_journal", True)
        log.write(log.ERROR, "x")
        line = lines.stamped()
        assert line.startswith("<3>{")
        assert json.loads(line[3:])["message"] == "x"

    @pytest.mark.parametrize("text", ["ä" * 9000, '"' * 9000, "\x00" * 9000, "\udcff\U0001f600" * 4000])
    def test_a_long_text_is_cut_within_its_string(self, lines: Lines, text: str) -> None:
        log.write(log.ERROR, text)
        line = lines()
        assert len(line) <= 4096
        assert len(line) > 3000
        assert json.loads(line)["message"]

    @given(text=st.text() | st.text(st.characters(categories=["Cs", "Cc"])))
    def test_any_text_comes_back_from_one_line(self, text: str) -> None:
        line = log_json.line("", log.INFO, text)
        assert len(line.splitlines()) == 1
        assert line.isascii()
        assert line.isprintable()
        found = json.loads(line)["message"]
        assert found.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


@pytest.mark.parametrize("level", range(8))
def test_what_is_less_important_than_the_level_is_not_written(
    lines: Lines, monkeypatch: pytest.MonkeyPatch, level: int
) -> None:
    monkeypatch.setattr(log, "level", level)
    for importance in range(8):
        log.write(importance, str(importance))
    assert lines().split("restd-inet: ")[1:] == [f"{importance}\n" for importance in range(level + 1)]


def test_levels_are_in_the_order_of_slurm_s() -> None:
    assert log.ERROR < log.INFO < log.VERBOSE < log.DEBUG < log.DEBUG5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines", "two\\x0alines"),
        ("a\r\nrestd-inet: forged", "a\\x0d\\x0arestd-inet: forged"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x00\x7f\x85", "\\x00\\x7f\\x85"),
        ("\u2028\u202e", "\\x2028\\x202e"),
        ("ä €", "ä €"),
        ("\udcff", "\\xdcff"),
        ("", ""),
    ],
)
def test_a_line_stays_one_line(lines: Lines, text: str, line: str) -> None:
    log.write(log.ERROR, text)
    assert lines() == f"restd-inet: {line}\n"


@given(text=st.text() | st.text(st.characters(categories=["Cs", "Cc"])))
def test_any_text_is_one_line(text: str) -> None:
    source, sink = os.pipe()
    saved, log.descriptor = log.descriptor, sink
    try:
        log.write(log.ERROR, text)
        written = Lines(source)()
    finally:
        log.descriptor = saved
        os.close(source)
        os.close(sink)
    assert written.endswith("\n")
    assert len(written.splitlines()) == 1


@pytest.fixture
def syslog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A syslog daemon that does not read, with room for a few lines."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "log"))
        receiver.settimeout(60)
        monkeypatch.setattr(log, "_SYSLOG", str(tmp_path / "log"))
        monkeypatch.setattr(log, "descriptor", -1)
        yield receiver


def test_syslog_gets_priority_name_and_process(syslog: socket.socket) -> None:
    log.write(log.ERROR, "it is down")
    log.write(log.INFO, "two\nlines")
    form = r"<%d>\w{3} [ \d]\d \d\d:\d\d:\d\d restd-inet\[%d\]: %s"
    assert re.fullmatch(form % (27, os.getpid(), "it is down"), syslog.recv(65536).decode())
    assert re.fullmatch(form % (30, os.getpid(), r"two\\x0alines"), syslog.recv(65536).decode())


def test_a_syslog_that_does_not_read_blocks_no_process_and_lines_are_counted(syslog: socket.socket) -> None:
    for number in range(1000):
        log.write(log.ERROR, f"line {number}")
    kept = 0
    syslog.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while syslog.recv(65536):
            kept += 1
    assert 0 < kept < 1000
    log.write(log.ERROR, "the next")
    assert f" {1000 - kept} lines of the log were lost here" in syslog.recv(65536).decode()
    assert syslog.recv(65536).endswith(b": the next")


@pytest.fixture
def levels() -> Iterator[None]:
    before = log.level
    yield
    log.set_levels(log.DEBUG5, None)
    log.level = before


@pytest.mark.usefixtures("levels")
def test_syslog_beside_the_descriptor_has_a_level_of_its_own(
    syslog: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(tmp_path / "file", "wb") as file:
        monkeypatch.setattr(log, "descriptor", file.fileno())
        log.set_levels(log.DEBUG, log.ERROR)
        log.write(log.ERROR, "both")
        log.write(log.DEBUG, "here")
        log.set_levels(log.ERROR, log.DEBUG)
        log.write(log.DEBUG, "there")
        log.write(log.DEBUG2, "nowhere")
    assert [line.split()[-1] for line in (tmp_path / "file").read_text().splitlines()] == ["both", "here"]
    syslog.setblocking(False)
    assert [syslog.recv(65536).split()[-1] for _ in range(2)] == [b"both", b"there"]
    with pytest.raises(BlockingIOError):
        syslog.recv(65536)


@pytest.mark.usefixtures("levels")
def test_the_level_of_syslog_counts_where_nothing_else_is(syslog: socket.socket) -> None:
    log.set_levels(log.ERROR, log.VERBOSE)
    log.write(log.VERBOSE, "it")
    log.set_levels(log.VERBOSE, log.ERROR)
    log.write(log.VERBOSE, "not")
    assert syslog.recv(65536).endswith(b": it")
    syslog.setblocking(False)
    with pytest.raises(BlockingIOError):
        syslog.recv(65536)


def test_without_syslog_nothing_happens(syslog: socket.socket) -> None:
    syslog.close()
    log.write(log.ERROR, "nobody reads this")  # ECONNREFUSED
    log._SYSLOG += ".none"
    log.write(log.ERROR, "nor this")  # ENOENT


def test_a_long_line_is_cut_to_what_a_pipe_takes_whole(lines: Lines) -> None:
    log.write(log.ERROR, "ä" * 5000)
    found = lines()
    assert len(found.encode()) <= 4096
    assert found.startswith("restd-inet: ää")
    assert found.endswith("ä...\n")


def test_a_closed_descriptor_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    source, sink = os.pipe()
    os.close(source)
    monkeypatch.setattr(log, "descriptor", sink)
    log.write(log.ERROR, "nobody reads this")  # EPIPE
    os.close(sink)
    log.write(log.ERROR, "nor this")  # EBADF
    with open("/dev/full", "wb") as full:
        monkeypatch.setattr(log, "descriptor", full.fileno())
        log.write(log.ERROR, "nor this")  # ENOSPC


@pytest.fixture
def foreign_pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Standard error is a pipe that another user made: it cannot be opened anew."""

    def refuse(*arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    source, sink = os.pipe()
    os.set_blocking(source, False)
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        patched.setattr(os, "dup", lambda descriptor: sink)
        monkeypatch.setattr(log, "descriptor", log._copy(stat.S_IFIFO))
    _process.take_lost()
    yield Lines(source)
    os.close(source)
    os.close(sink)


def test_another_user_s_pipe_takes_many_unread_lines(foreign_pipe: Lines) -> None:
    for number in range(200):
        log.write(log.ERROR, f"line {number}")
    assert foreign_pipe().splitlines() == [f"restd-inet: line {number}" for number in range(200)]


def test_it_is_never_waited_for(foreign_pipe: Lines) -> None:
    for number in range(400):
        log.write(log.ERROR, f"line {number}")
    read = foreign_pipe().splitlines()
    log.write(log.ERROR, "the next")
    assert foreign_pipe().splitlines() == [
        f"restd-inet: {400 - len(read)} lines of the log were lost here: they could not be written",
        "restd-inet: the next",
    ]


def test_another_user_s_terminal_with_room_for_a_part_of_a_line_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader, writer = os.openpty()
    os.set_blocking(reader, False)
    monkeypatch.setattr(log, "descriptor", writer)
    _process.take_lost()
    ended = threading.Thread(target=lambda: [log.write(log.INFO, "x" * 61) for _ in range(500)], daemon=True)
    ended.start()
    try:
        ended.join(30)
        assert not ended.is_alive()
        assert _process.take_lost() > 100
        assert os.get_blocking(writer), "the flags of a descriptor that is not ours alone"
    finally:
        while ended.is_alive():
            os.read(reader, 65536)
        os.close(reader)
        os.close(writer)


def test_lines_are_counted_where_there_is_no_descriptor_for_a_moment(
    foreign_pipe: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> tuple[int, int]:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pipe", refuse)
        log.write(log.ERROR, "lost")
    log.write(log.ERROR, "the next")
    assert "1 lines of the log were lost here" in foreign_pipe()
