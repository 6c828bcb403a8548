"""Files of Unix sockets: whose directory it may be, and what is left of them."""

from __future__ import annotations

import os
import pwd
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import lacking
import pytest
from listening import SOURCE, ask, command, listening, send
from listening import answer as answered

from restd_inet.serve import socket_files
from restd_inet.serve.socket_files import SocketFile, trusted

as_root = lacking.as_root
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A directory that belongs to nobody, in one that everybody may enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as where:
        os.chmod(where, 0o755)
        directory = Path(where, "of-nobody")
        directory.mkdir()
        os.chown(directory, NOBODY.pw_uid, NOBODY.pw_gid)
        yield directory


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A file of root's that no other user may change, in a directory of root's."""
    directory = tmp_path / "victim"
    directory.mkdir()
    file = directory / "socket"
    file.write_text("root's")
    os.chmod(file, 0o600)
    return file


class Attacked(socket.socket):
    """A socket whose file is replaced as soon as it is there."""

    attack: Callable[[], None]

    def bind(self, where: object) -> None:
        super().bind(where)  # type: ignore[arg-type]
        self.attack()


def replace(path: Path, target: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


@as_root
class TestAnotherUsersDirectory:
    def listen(self, path: Path, attack: Callable[[], None]) -> None:
        with Attacked(socket.AF_UNIX) as attacked:
            attacked.attack = attack
            SocketFile(str(path)).listen(attacked, 0o666, (NOBODY.pw_uid, NOBODY.pw_gid))

    def test_a_link_in_place_of_the_file_is_not_followed(self, nobodys: Path, victim: Path) -> None:
        with pytest.raises(FileExistsError):
            self.listen(nobodys / "s", lambda: replace(nobodys / "s", victim))
        assert (victim.owner(), stat.S_IMODE(victim.stat().st_mode)) == ("root", 0o600)
        assert os.listdir(nobodys) == ["s"]

    def test_nor_is_one_in_place_of_the_private_directory(self, nobodys: Path, victim: Path) -> None:
        def attack() -> None:
            (private,) = nobodys.iterdir()
            private.rename(nobodys / "away")
            private.symlink_to(victim.parent)

        self.listen(nobodys / "s", attack)
        assert (victim.owner(), stat.S_IMODE(victim.stat().st_mode)) == ("root", 0o600)
        assert victim.read_text() == "root's"
        made = (nobodys / "s").stat()
        assert (made.st_uid, stat.S_IMODE(made.st_mode)) == (NOBODY.pw_uid, 0o666)

    def test_nor_is_one_in_place_of_a_directory_above(self, nobodys: Path, victim: Path) -> None:
        inner = nobodys / "inner"
        inner.mkdir()

        def attack() -> None:
            inner.rename(nobodys / "away")
            inner.symlink_to(victim.parent)

        self.listen(inner / "socket", attack)
        assert (victim.owner(), stat.S_IMODE(victim.stat().st_mode)) == ("root", 0o600)
        assert stat.S_ISSOCK((nobodys / "away" / "socket").stat().st_mode)

    def test_a_listener_serves_there_and_removes_its_file(self, nobodys: Path) -> None:
        path = nobodys / "s"
        with listening(
            nobodys.parent, f"unix:{path}", socket_mode=0o660, socket_owner="nobody:adm"
        ) as started:
            found = path.stat()
            assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (NOBODY.pw_uid, 0o660)
            assert os.listdir(nobodys) == ["s"]
            assert ask(str(path), "/x")[0] == 200
            assert started.end() == 0
            assert os.listdir(nobodys) == []

    def test_before_the_listener_becomes_its_owner(self, nobodys: Path) -> None:
        path = nobodys / "s"
        settings = {"user": "nobody", "security": "", "env": {"CONF": "/etc/hostname"}}
        with listening(nobodys.parent, f"unix:{path}", socket_mode=0o666, **settings) as started:
            assert stat.S_IMODE(path.stat().st_mode) == 0o666
            assert ask(str(path), "/who")[2].startswith(f"{NOBODY.pw_uid} ")
            assert started.end() == 0
            assert os.listdir(nobodys) == []

    def test_a_stale_one_is_replaced_and_a_live_one_is_not(self, nobodys: Path) -> None:
        path = nobodys / "s"
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(path))
        with listening(nobodys.parent, f"unix:{path}"):
            assert ask(str(path), "/x")[0] == 200
            done = subprocess.run(command(f"unix:{path}"), capture_output=True, text=True, timeout=60)
            assert (done.returncode, "another process listens there" in done.stderr) == (71, True)
            assert ask(str(path), "/x")[0] == 200


@as_root
def test_whose_directories_are_trusted(nobodys: Path, tmp_path: Path) -> None:
    own, shared, sticky, below, link = (
        tmp_path / name for name in ("own", "shared", "sticky", "below", "link")
    )
    for path, mode in ((own, 0o755), (shared, 0o775), (sticky, 0o1777)):
        path.mkdir()
        path.chmod(mode)
    (nobodys / "root's").mkdir()
    link.symlink_to(own)
    below = shared / "below"
    below.mkdir()
    found = {
        path: trusted(str(path)) for path in (own, shared, sticky, below, link, nobodys, nobodys / "root's")
    }
    assert [path for path, good in found.items() if good] == [own, sticky]


class TestWhatIsLeft:
    """Of the sockets that were made before something else failed."""

    def test_of_an_address_that_cannot_be_had_nothing(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            addresses = (f"unix:{tmp_path}/a", f"unix:{tmp_path}/b", f"127.0.0.1:{taken.getsockname()[1]}")
            done = subprocess.run(command(*addresses), capture_output=True, text=True, timeout=60)
        assert (done.returncode, "Address already in use" in done.stderr) == (71, True)
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        "settings",
        [
            {"user": "no-such-user"},
            {"group": "no-such-group"},
            {"socket_owner": "no-such-user"},
            pytest.param({"user": "root", "security": ""}, marks=as_root),
        ],
    )
    def test_of_a_user_who_cannot_listen_nothing(self, tmp_path: Path, settings: dict[str, str]) -> None:
        arguments = command(f"unix:{tmp_path}/a", **settings)
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
        assert done.returncode == (77 if settings.get("user") == "root" else 1)
        assert os.listdir(tmp_path) == []

    def test_of_a_file_that_is_no_socket_it_stays(self, tmp_path: Path) -> None:
        (tmp_path / "b").write_text("precious")
        addresses = f"unix:{tmp_path}/a", f"unix:{tmp_path}/b"
        done = subprocess.run(command(*addresses), capture_output=True, text=True, timeout=60)
        assert done.returncode == 71
        assert os.listdir(tmp_path) == ["b"]


PROGRAM = (
    "import sys; sys.path.insert(0, {source!r}); from restd_inet.__main__ import main; "
    "sys.argv = ['restd-inet', *sys.argv[1:]]; main()"
)


@as_root
class TestRootAndTheNetwork:
    """Root is started by a super-server for one connection: the rule of listen mode."""

    def served(self, ours: socket.socket, theirs: socket.socket, *options: str) -> tuple[int, int, str]:
        """The status of /healthz, the exit status, and the log."""
        arguments = [sys.executable, "-I", "-c", PROGRAM.format(source=SOURCE), *options]
        with ours, theirs:
            send(ours, "/healthz", "Connection: close")
            done = subprocess.run(arguments, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, timeout=60)
            theirs.close()
            ours.settimeout(60)
            return answered(ours)[0], done.returncode, done.stderr.decode()

    def tcp(self) -> tuple[socket.socket, socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = socket.create_connection(server.getsockname())
            return client, server.accept()[0]

    def unix(self, tmp_path: Path) -> tuple[socket.socket, socket.socket]:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"{tmp_path}/s")
            server.listen()
            client = socket.socket(socket.AF_UNIX)
            client.connect(f"{tmp_path}/s")
            return client, server.accept()[0]

    def test_is_refused(self, tmp_path: Path) -> None:
        for ends in (self.tcp(), self.unix(tmp_path)):
            status, code, log = self.served(*ends)
            assert (status, code) == (500, 77)
            assert "refusing to listen as root" in log

    def test_unless_it_is_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.served(*self.tcp(), "--privileged")[:2] == (200, 0)
        monkeypatch.setenv("SLURMRESTD_SECURITY", "disable_user_check")
        assert self.served(*self.tcp())[:2] == (200, 0)

    def test_its_own_pair_of_sockets_is_served(self) -> None:
        """As sshd gives one to a command."""
        assert self.served(*socket.socketpair())[:2] == (200, 0)


class TestFailures:
    """Nothing is left in the directory."""

    @staticmethod
    def listen(path: Path, mode: int | None = 0o600) -> None:
        with socket.socket(socket.AF_UNIX) as end:
            file = SocketFile(str(path))
            try:
                file.listen(end, mode, (-1, -1))
            finally:
                file.close()

    @pytest.mark.parametrize("trusted", [True, False])
    def test_of_a_mode_that_cannot_be_set(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
    ) -> None:
        def refuse(*arguments: object, **named: object) -> None:
            raise PermissionError(1, "no")

        monkeypatch.setattr(socket_files, "trusted", lambda directory: trusted)
        monkeypatch.setattr(os, "chmod", refuse)
        with pytest.raises(PermissionError):
            self.listen(tmp_path / "s")
        assert os.listdir(tmp_path) == []

    def test_of_a_private_directory_that_is_not_private(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mkdir = os.mkdir
        monkeypatch.setattr(socket_files, "trusted", lambda directory: False)
        monkeypatch.setattr(os, "mkdir", lambda path, mode, dir_fd: mkdir(path, 0o755, dir_fd=dir_fd))
        with pytest.raises(PermissionError, match="another user changes its directory"):
            self.listen(tmp_path / "s")
        assert os.listdir(tmp_path) == []
