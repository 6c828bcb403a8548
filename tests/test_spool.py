"""spool: answers that are too long for memory, on a disk that may be full."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import lacking
import pytest
from wire_cases import get, talk

import restd_inet
from restd_inet import spool
from restd_inet.message import Response
from restd_inet.problems import Problem

#: Where restd_inet is installed, with its modules in C.
SOURCE = str(Path(restd_inet.__file__).parents[1])
LONG = 3 << 20

# /jobs is answered with a long body in pieces, anything else with a word.
CHILD = f"""
import sys
sys.path.insert(0, {SOURCE!r})
from restd_inet.message import Response
from restd_inet.serve import inet
from restd_inet.settings import Settings

def handle(request, peer):
    body = (b"x" * 1000 for _ in range(3000)) if request.path == ("jobs",) else b"short"
    return Response(200, [("Content-Type", "text/plain")], body)

sys.exit(inet.serve(Settings(), handle))
"""


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_RDWR))
    except OSError as error:
        pytest.skip(
            lacking.machine(f"{tmp_path} has no nameless files ({error.strerror})", "--basetemp=/tmp/t")
        )
    return tmp_path


def pieces(size: int = LONG) -> Iterator[bytes]:
    for start in range(0, size, 1000):
        yield b"%d," % start * 200


class TestCollected:
    @pytest.mark.parametrize("size", [0, 999, spool.SMALL // 1000, LONG])
    def test_is_what_was_given(self, directory: Path, size: int) -> None:
        before = descriptors()
        whole = b"".join(pieces(size))
        length, body = spool.collected(pieces(size))
        assert length == len(whole)
        assert b"".join(body) == whole
        assert descriptors() == before

    def test_leaves_nothing_if_it_is_not_read(self, directory: Path) -> None:
        before = descriptors()
        for read in (0, 1):
            _, body = spool.collected(pieces())
            assert descriptors() == before + 1
            for _ in zip(range(read), body, strict=False):
                pass
            del body
            assert descriptors() == before

    def test_leaves_nothing_if_it_fails(self, directory: Path) -> None:
        def broken() -> Iterator[bytes]:
            yield from pieces()
            raise Problem(502, "gone")

        before = descriptors()
        with pytest.raises(Problem) as caught:
            spool.collected(broken())
        assert caught.value.status == 502
        del caught
        assert descriptors() == before

    def test_has_another_directory_where_tmpdir_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TMPDIR", "/nonexistent")
        length, body = spool.collected(pieces())
        assert length == sum(map(len, body))

    def test_names_every_directory_that_cannot_be_used(
        self, directory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*arguments: object) -> int:
            raise OSError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(spool.os, "open", refuse)
        with pytest.raises(Problem) as caught:
            spool.collected(pieces())
        assert caught.value.status == 500
        assert f"{directory}: Permission denied; /var/tmp: " in caught.value.text


class TestHead:
    """The length of an answer that no client reads."""

    def ask(self, body: Callable[[], Iterator[bytes]], chunked: bool) -> bytes:
        output, _ = talk(
            [get(b"HEAD /a HTTP/1.1")], chunked=chunked, handle=lambda request: Response(200, [], body())
        )
        return output

    def test_on_a_pipe_uses_no_file(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spool.Spool, "__init__", lambda self: pytest.fail("a file was made"))
        before = descriptors()
        for _ in range(3):
            output = self.ask(pieces, chunked=False)
            assert b"Content-Length: %d\r\n" % sum(map(len, pieces())) in output
            assert output.endswith(b"\r\n\r\n")
        assert descriptors() == before

    def test_on_a_socket_ends_the_body(self) -> None:
        class Body:
            closed = False

            def __iter__(self) -> Iterator[bytes]:
                raise AssertionError("read")

            def close(self) -> None:
                self.closed = True

        body = Body()
        self.ask(lambda: body, chunked=True)  # type: ignore[arg-type, return-value]
        assert body.closed


class TestFull:
    """The disk is full, or the process may not write as much."""

    ASKED = get(b"GET /jobs HTTP/1.1") + get(b"GET /other HTTP/1.1")

    def refused(self, done: subprocess.CompletedProcess[bytes], where: str, reason: str) -> None:
        status = re.match(rb"HTTP/1\.1 (\d+) ", done.stdout)
        assert status, done.stderr
        assert status[1] == b"507"
        text = done.stdout.partition(b"\r\n\r\n")[2].decode()
        assert where in text
        assert reason in text
        said = done.stderr.decode()
        assert f"{where}: {reason}" in said
        assert re.search(r"GET /jobs for pipe:\[\d+\]: 507, [1-9]", said)
        assert ": 200, " not in said

    def test_a_limit_of_the_process(self, directory: Path) -> None:
        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

        done = subprocess.run(
            [sys.executable, "-I", "-c", CHILD],
            input=self.ASKED, capture_output=True, preexec_fn=limit, timeout=60,
        )  # fmt: skip
        self.refused(done, str(directory), os.strerror(errno.EFBIG))

    def test_a_full_disk(self, directory: Path) -> None:
        script = f'mount -t tmpfs -o size=1m none {directory} && exec "$@"'
        command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        if (
            not shutil.which("unshare")
            or subprocess.run([*command, "sh", "-c", script, "sh", "true"], capture_output=True).returncode
        ):
            pytest.skip(
                lacking.machine("no file system can be mounted", "run pytest as root, with CAP_SYS_ADMIN")
            )
        done = subprocess.run(
            [*command, "sh", "-c", script, "sh", sys.executable, "-I", "-c", CHILD],
            input=self.ASKED, capture_output=True, timeout=60,
        )  # fmt: skip
        self.refused(done, str(directory), os.strerror(errno.ENOSPC))
