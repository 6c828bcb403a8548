"""A file is followed as tail -F follows it, until the job that writes it has ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import pytest

from restd_inet import in_child, pace
from restd_inet.app import follow
from restd_inet.app.follow import Followed
from restd_inet.commands import Content
from restd_inet.files import RegularFile
from restd_inet.message import Held
from restd_inet.problems import Problem

#: What asks in a child process.
IN_CHILD = in_child.Task


class Job(Content):
    """ends: what each question after its end is answered; the last answer stays."""

    def __init__(self, path: Path, *ends: bool | Problem) -> None:
        self.path = path
        self.ends = list(ends)

    def open(self) -> RegularFile:
        try:
            return RegularFile(str(self.path))
        except OSError as error:
            raise Problem(404, str(error)) from None

    def ask(self) -> str:
        found = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if isinstance(found, Problem):
            raise found
        return str(found)

    def learn(self, said: str) -> bool:
        return said == "True"


class Task:
    """in_child.Task, but in this process."""

    def __init__(self, function: Callable[[], str], failed: Problem) -> None:
        self.result = function

    def done(self) -> bool:
        return True

    def end(self) -> None:
        pass


class Client(Held):
    def __init__(self, over: str = "", silent: bool = False) -> None:
        self._over, self._silent = over, silent

    def over(self) -> str:
        return self._over

    def silent(self) -> bool:
        return self._silent


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a line; nothing is waited for."""
    for name in ("_PAUSE", "_REOPEN"):
        monkeypatch.setattr(follow, name, 0.0)
    monkeypatch.setattr(pace, "_JOB", 0.0)
    monkeypatch.setattr(follow.in_child, "Task", Task)
    found = tmp_path / "out"
    found.write_bytes(b"one\n")
    return found


def pieces(job: Job, held: Held | None = None, offset: int = 0) -> Iterator[bytes]:
    held = held or Client()
    held.interval = 0.0
    return iter(Followed(held, job, job.open(), offset))


def played(path: Path, *steps: Callable[[], object]) -> bytes:
    """What comes while these things happen, one in each moment in which nothing comes; then the job ends."""
    job = Job(path, *[False] * (2 * len(steps)), True)
    left = list(steps)
    found = b""
    for piece in pieces(job):
        found += piece
        if not piece and left:
            left.pop(0)()
    assert not left
    return found


def append(path: Path, text: bytes) -> Callable[[], object]:
    def step() -> None:
        with path.open("ab") as file:
            file.write(text)

    return step


def test_what_is_added_comes(path: Path) -> None:
    assert played(path, append(path, b"two\n"), lambda: None, append(path, b"three")) == b"one\ntwo\nthree"


def test_what_was_written_last_comes_although_the_job_has_ended(path: Path) -> None:
    job = Job(path, True)
    job_ask = job.ask

    def ask() -> str:
        append(path, b"last\n")()
        return job_ask()

    job.ask = ask  # type: ignore[method-assign]
    assert b"".join(pieces(job)) == b"one\nlast\n"


def test_a_shorter_file_is_read_from_its_start(path: Path) -> None:
    assert played(path, lambda: path.write_bytes(b"2\n"), append(path, b"3\n")) == b"one\n2\n3\n"
    assert played(path, lambda: os.truncate(path, 0), append(path, b"4\n")) == b"2\n3\n4\n"


def test_another_file_of_the_name_is_read_from_its_start(path: Path, tmp_path: Path) -> None:
    def rotate() -> None:
        append(path, b"end\n")()
        os.rename(path, tmp_path / "old")
        path.write_bytes(b"a new one\n")

    assert played(path, rotate, append(path, b"more\n")) == b"one\nend\na new one\nmore\n"


def test_a_file_that_is_moved_away_is_read_on(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    steps = (lambda: os.rename(path, old), append(old, b"two\n"), lambda: path.write_bytes(b"new\n"))
    assert played(path, *steps) == b"one\ntwo\nnew\n"
    assert played(path, path.unlink) == b"new\n"


def test_another_file_that_is_a_fifo_is_not_read(path: Path, tmp_path: Path) -> None:
    class Guarded(Job):
        def open(self) -> RegularFile:
            try:
                return super().open()
            except Exception as error:
                raise Problem(409, str(error)) from None

    job = Guarded(path, False, False, True)
    found = b""
    for piece in pieces(job):
        found += piece
        if not piece and path.exists() and path.is_file():
            path.unlink()
            os.mkfifo(path)
    assert found == b"one\n"


def test_a_slurmctld_that_is_down_ends_nothing(path: Path) -> None:
    down = Problem(503, "slurmctld is down")
    assert b"".join(pieces(Job(path, down, down, True))) == b"one\n"


class Silent(Job):
    """slurmctld answers once the file `answers` is there; `asked` says that it was asked."""

    def ask(self) -> str:
        (self.path.parent / "asked").touch()
        while not (self.path.parent / "answers").exists():
            sleep(0.01)
        return "True"


def test_a_file_is_read_while_slurmctld_does_not_answer(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow.in_child, "Task", IN_CHILD)
    stream = pieces(Silent(path))
    assert next(stream) == b"one\n"
    while not (tmp_path / "asked").exists():
        assert next(stream) == b""
    append(path, b"two\n")()
    assert next(piece for piece in stream if piece) == b"two\n"
    append(path, b"three\n")()
    (tmp_path / "answers").touch()
    assert b"".join(stream) == b"three\n"


def children() -> set[str]:
    """The processes that this one has started, and that it has not waited for."""
    found: set[str] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        found.update(file.read_text().split())
    return found


def test_who_is_gone_leaves_no_process_that_asks(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow.in_child, "Task", IN_CHILD)
    before = os.listdir("/proc/self/fd"), children()
    job = Silent(path)
    followed = Followed(Client(), job, job.open(), 0)
    for _ in followed:
        if (tmp_path / "asked").exists():
            break
    followed.close()
    assert (os.listdir("/proc/self/fd"), children()) == before


def test_what_ends_early_has_no_proper_end(path: Path) -> None:
    for job, held in (
        (Job(path, Problem(401, "the token has expired")), None),
        (Job(path, False), Client(over=Held.ENDING)),
    ):
        stream = pieces(job, held)
        assert next(stream) == b"one\n"
        with pytest.raises(Problem):
            list(stream)


def test_a_client_that_is_gone_ends_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(pieces(Job(path, False), Client(over=Held.GONE))) == [b"one\n"]
    monkeypatch.setattr(follow, "_SILENCE", 0.0)
    with pytest.raises(Problem, match="closed its half"):
        list(pieces(Job(path, False), Client(silent=True)))


def test_the_file_is_closed_at_the_end(path: Path) -> None:
    before = os.listdir("/proc/self/fd")
    b"".join(pieces(Job(path, False, True)))
    Followed(Client(), job := Job(path, True), job.open(), 0).close()
    assert os.listdir("/proc/self/fd") == before
