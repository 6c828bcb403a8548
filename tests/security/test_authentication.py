"""What holds for every request: no body is parsed unauthenticated, no token or credential is used again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest

import restd_inet
from restd_inet import auth, codec, in_child, log, slurm
from restd_inet.app.dispatch import OFFERED, Dispatcher
from restd_inet.auth import _become_user, jwt
from restd_inet.message import Credential, NeedsNewProcess, Peer, Request, Response
from restd_inet.problems import Problem
from restd_inet.serve.connection import Connection
from restd_inet.settings import Settings
from restd_inet.slurm.results import JwtConfig

#: Where restd_inet is installed, with its modules in C.
SOURCE = str(Path(restd_inet.__file__).parents[1])
KEY = b"k" * 32
TCP = Peer("inet", "[::1]:50122")
OTHERS = Peer("pipe", "pipe:[1]", os.geteuid() + 1, 0, 0o600)
OWN = Peer("pipe", "pipe:[2]", os.geteuid(), 0, 0o600)
PEERS = {"tcp": TCP, "another's pipe": OTHERS, "own pipe": OWN}


def mint(key: Any = KEY, **claims: Any) -> str:
    now = int(time.time())
    return pyjwt.encode({"iat": now, "exp": now + 60, "sun": "fred", **claims}, key, algorithm="HS256")


def signed(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    """A token whose signature is right for that key, whatever its header says."""
    parts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in (header, claims)]
    mac = hmac.new(key, b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()


CLAIMS = {"iat": 0, "exp": 1 << 33, "sun": "root"}
GOOD = mint(exp=1 << 33)
UNSIGNED = GOOD.rpartition(".")[0]
#: What no request may get in with: name → headers.
BAD: dict[str, dict[str, str]] = {
    "name only": {"x-slurm-user-name": "root"},
    "empty": {"x-slurm-user-token": ""},
    "malformed": {"x-slurm-user-token": "x"},
    "alg none": {"x-slurm-user-token": signed({"alg": "none"}, CLAIMS, KEY)},
    "alg none, unsigned": {
        "x-slurm-user-token": signed({"alg": "none"}, CLAIMS, KEY).rpartition(".")[0] + "."
    },
    "alg NoNe": {"x-slurm-user-token": signed({"alg": "NoNe"}, CLAIMS, KEY)},
    "no alg": {"x-slurm-user-token": signed({}, CLAIMS, KEY)},
    "RS256 with the secret": {"x-slurm-user-token": signed({"alg": "RS256", "kid": "a"}, CLAIMS, KEY)},
    "HS384": {"x-slurm-user-token": pyjwt.encode(CLAIMS, KEY * 2, algorithm="HS384")},
    "empty key": {"x-slurm-user-token": signed({"alg": "HS256"}, CLAIMS, b"")},
    "kid is a path": {"x-slurm-user-token": signed({"alg": "HS256", "kid": "/dev/null"}, CLAIMS, b"")},
    "another key": {"x-slurm-user-token": mint(b"w" * 32)},
    "unsigned": {"x-slurm-user-token": UNSIGNED + "."},
    "truncated": {"x-slurm-user-token": GOOD[:-1]},
    "expired": {"x-slurm-user-token": mint(exp=int(time.time()) - 60)},
    "of a type": {"x-slurm-user-token": signed({"alg": "HS256", "typ": "x"}, CLAIMS, b"w" * 32)},
    "of no name": {"x-slurm-user-token": signed({"alg": "HS256"}, {**CLAIMS, "sun": ""}, b"w" * 32)},
    "never ends": {"x-slurm-user-token": signed({"alg": "HS256"}, {"sun": "fred"}, KEY)},
    "another's name": {"x-slurm-user-token": GOOD, "x-slurm-user-name": "root"},
    "twice": {"x-slurm-user-token": f"{GOOD}, {GOOD}"},
    "two names": {"x-slurm-user-token": GOOD, "x-slurm-user-name": "fred, root"},
    "two tokens": {"x-slurm-user-token": GOOD, "authorization": f"Bearer {mint(exp=1 << 32)}"},
    "beside Basic": {"authorization": "Basic Zm9vOmJhcg==, Bearer bad"},
    "good beside Basic": {"authorization": f"Basic Zm9vOmJhcg==, Bearer {GOOD}"},
    "half a character": {
        "x-slurm-user-token": signed({"alg": "HS256"}, {"exp": 1 << 33, "sun": "fred\ud800"}, KEY)
    },
    "good beside bad": {"x-slurm-user-token": "x.y.z", "authorization": f"Bearer {GOOD}"},
}


class Library:
    def __init__(self, key: Path) -> None:
        self._key = key

    def jwt_config(self, own: bool = False) -> JwtConfig:
        return JwtConfig("auth/jwt", "auth/munge", f"jwt_key={self._key}", "/state", 64030)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is logged, however unimportant."""
    found: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: found.append(line))
    return found


def refuse() -> None:
    raise Problem(401, "slurmctld refused the token")


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    key.write_bytes(KEY)
    monkeypatch.setattr(slurm, "connect", lambda settings, by_token=False: Library(key))
    monkeypatch.setattr(slurm, "confirm", refuse)


@pytest.mark.parametrize("version", ["v0.0.35", "v0.0.44"])
def test_a_bad_token_is_counted_and_nothing_else(version: str) -> None:
    """See --auth-penalty."""
    dispatcher = Dispatcher(Settings(auth=("jwt",)), False)
    for name, headers in BAD.items():
        request = Request("GET", "/", ("slurm", version, "jobs"), "", dict(headers), "1.1", bytes)
        assert dispatcher.handle(request, TCP).bad_credential == (name != "name only"), name
    for headers in ({}, {"x-slurm-user-name": "fred"}):
        request = Request("GET", "/", ("slurm", version, "jobs"), "", dict(headers), "1.1", bytes)
        assert not dispatcher.handle(request, TCP).bad_credential
    request = Request(
        "GET", "/", ("slurm", version, "nothing"), "", {"x-slurm-user-token": "x"}, "1.1", bytes
    )
    assert not dispatcher.handle(request, TCP).bad_credential


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A codec that may write, and must not read."""
    get = codec.get

    def door(name: str) -> Any:
        module = get(name)

        class Writer:
            encode = staticmethod(module.encode)

            def __getattr__(self, name: str) -> Any:
                raise AssertionError(f"the parser ran: {name}")

        return module if name.startswith("_") else Writer()

    monkeypatch.setattr(codec, "get", door)


def unread() -> bytes:
    raise AssertionError("the body was read")


def submit(headers: dict[str, str], peer: Peer, media: str = "application/json", **settings: Any) -> Response:
    headers = {"content-type": media, "content-length": "7", **headers}
    path = ("slurm", "v0.0.35", "job", "submit")
    request = Request("POST", "/slurm/v0.0.35/job/submit?x=%", path, "x=%", headers, "1.1", unread)
    return Dispatcher(Settings(**settings), False).handle(request, peer)


def text(answer: Response) -> str:
    return b"".join([answer.body] if isinstance(answer.body, bytes) else answer.body).decode()


@pytest.mark.parametrize("media", OFFERED)
@pytest.mark.parametrize("name", BAD)
def test_a_body_is_not_read_before_authentication(
    no_parser: None, lines: list[str], name: str, media: str
) -> None:
    """Whatever it is: neither read nor parsed, nor is the query."""
    for peer in (TCP, OTHERS):
        answer = submit(BAD[name], peer, media)
        assert answer.status == 403
        assert "internal" not in text(answer)


@pytest.mark.parametrize("name", [name for name in BAD if name != "name only"])
def test_a_bad_token_never_falls_back_to_local(no_parser: None, lines: list[str], name: str) -> None:
    for methods in (("local", "jwt"), ("jwt", "local"), ("jwt",)):
        assert submit(BAD[name], OWN, auth=methods).status == 403
    for peer in (TCP, OTHERS):
        assert submit(BAD[name], peer, auth=("local",)).status == 403


@pytest.mark.parametrize("name", [name for name in BAD if "x-slurm-user-name" not in BAD[name]])
def test_where_local_is_the_only_method_a_token_is_ignored(lines: list[str], name: str) -> None:
    """As by slurmrestd: clients send the header to any server."""
    headers = {"content-type": "application/json", **BAD[name]}
    path = ("slurm", "v0.0.38", "job", "submit")
    request = Request("POST", "/slurm/v0.0.38/job/submit", path, "", headers, "1.1", lambda: b"{")
    answer = Dispatcher(Settings(auth=("local",)), False).handle(request, OWN)
    assert answer.status == 400  # the body was read: it was authenticated
    assert request.credential is not None
    assert (request.credential.uid, request.credential.token) == (os.geteuid(), "")


def test_where_local_is_the_only_method_the_name_must_be_the_peer_s(lines: list[str]) -> None:
    tokens: tuple[dict[str, str], ...] = ({}, {"x-slurm-user-token": GOOD})
    for token in tokens:
        assert submit({"x-slurm-user-name": "nobody", **token}, OWN, auth=("local",)).status == 403


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
@pytest.mark.parametrize("name", BAD)
def test_no_token_is_repeated(no_parser: None, lines: list[str], name: str, peer: Peer) -> None:
    answer = submit(BAD[name], peer)
    said = text(answer) + "".join(lines) + str(answer.headers)
    for token in [value.removeprefix("Bearer ") for value in BAD[name].values()]:
        for part in token.replace(",", ".").split("."):
            assert len(part) < 8 or part not in said


def test_later_versions_answer_401() -> None:
    request = Request("GET", "/", ("slurm", "v0.0.40", "ping"), "", {}, "1.1", unread)
    answer = Dispatcher(Settings(), False).handle(request, TCP)
    assert answer.status == 401
    assert ("WWW-Authenticate", "Bearer") in answer.headers
    request = Request("GET", "/", ("slurm", "v0.0.35", "ping"), "", {}, "1.1", unread)
    answer = Dispatcher(Settings(), False).handle(request, TCP)
    assert answer.status == 403
    assert "WWW-Authenticate" not in dict(answer.headers)


class TestBecoming:
    """auth._become_user, without being root: nothing is done twice, and only a permitted user is taken."""

    @pytest.fixture(autouse=True)
    def switched(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        found: list[str] = []
        monkeypatch.setattr(_become_user, "_switch", lambda entry: found.append(entry.pw_name))
        monkeypatch.setattr(_become_user, "_user", None)
        yield found

    @staticmethod
    def request(**headers: str) -> Request:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Request("GET", "/", (), "", named, "1.1", unread)

    @staticmethod
    def credential(uid: int, method: str = "jwt") -> Credential:
        return Credential(uid, uid, "", method)

    @classmethod
    def become(cls, uid: int, method: str = "jwt") -> None:
        _become_user.become(cls.credential(uid, method), auth.method(method).NOT_ROOT)

    def test_a_process_becomes_one_user_once(self, switched: list[str]) -> None:
        for _ in range(2):
            self.become(1)
        assert switched == ["daemon"]
        with pytest.raises(NeedsNewProcess):
            self.become(2)
        with pytest.raises(NeedsNewProcess):
            self.become(0, "local")
        assert switched == ["daemon"]

    def test_a_token_is_not_judged_by_a_user_s_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []
        monkeypatch.setattr(jwt, "authenticate", lambda request, peer, settings: asked.append("jwt"))
        settings = Settings(privileged=True)
        tokens = ({"authorization": "bearer x"}, {"x_slurm_user_token": ""})
        for headers in tokens:
            with pytest.raises(Problem):
                auth.authenticate(self.request(**headers), TCP, settings)
        assert asked == ["jwt", "jwt"]
        self.become(1)
        with pytest.raises(Problem):
            auth.authenticate(self.request(), TCP, settings)
        for headers in tokens:
            with pytest.raises(NeedsNewProcess):
                auth.authenticate(self.request(**headers), TCP, settings)
        assert asked == ["jwt"] * 3

    @pytest.mark.parametrize("uid", [0, 65534, Credential.NOT_HERE, 54321, 1 << 40, -1])
    def test_whom_it_does_not_become(self, switched: list[str], uid: int) -> None:
        with pytest.raises(Problem) as caught:
            self.become(uid)
        assert caught.value.status == 401
        assert switched == []

    def test_root_s_local_request_stays_root_s(self, switched: list[str]) -> None:
        self.become(0, "local")
        assert switched == ["root"]

    def test_a_change_that_fails_ends_the_process(self) -> None:
        """Half of one user and half of another answers nothing."""
        script = """
import os, sys
sys.path.insert(0, sys.argv[1])
from restd_inet.auth import _become_user
from restd_inet.message import Credential
def refuse(*ids): raise PermissionError(1, "no")
os.initgroups = lambda name, gid: None
os.setresgid = refuse
_become_user.become(Credential(1, 1, "", "jwt"), "")
print("went on")
"""
        done = subprocess.run([sys.executable, "-c", script, SOURCE], capture_output=True, timeout=60)
        assert done.returncode == 71
        assert b"cannot become" in done.stdout + done.stderr
        assert b"went on" not in done.stdout

    def test_a_hand_over_without_an_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_become_user, "_user", 1)
        with pytest.raises(NeedsNewProcess):
            submit({"x-slurm-user-token": GOOD}, TCP, privileged=True)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(lambda: True, True), (lambda: False, False)],
)
def test_what_reads_a_key_runs_elsewhere(outcome: Callable[[], bool], expected: bool) -> None:
    assert _become_user.aside(lambda pid: outcome() and os.getpid() != pid, os.getpid()) is expected


def test_an_error_of_another_process_is_reported_here(lines: list[str]) -> None:
    def refuse() -> bool:
        raise Problem(401, "the token is bad, rather")

    def fail() -> bool:
        raise RuntimeError("secret")

    with pytest.raises(Problem, match="the token is bad, rather") as caught:
        _become_user.aside(refuse)
    assert caught.value.status == 401
    with pytest.raises(Problem) as caught:
        _become_user.aside(fail)
    assert caught.value.status == 500
    assert "secret" not in caught.value.text + "".join(lines)
    with pytest.raises(Problem):
        _become_user.aside(lambda: os.kill(os.getpid(), 9) is None)


@pytest.mark.parametrize("failing", ["_write", "_outcome"])
def test_a_child_that_fails_to_report_ends(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not go on as its parent, which would answer the request twice."""

    def fails(*arguments: Any) -> None:
        raise BrokenPipeError

    parent = os.getpid()
    monkeypatch.setattr(in_child, failing, fails)
    try:
        with pytest.raises(Problem) as caught:
            in_child.run(lambda: "done", Problem(500, "failed"))
        assert caught.value.text == "failed"
    finally:
        if os.getpid() != parent:
            os.kill(parent, signal.SIGABRT)
            os._exit(1)


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows whenever the credential and the connection to slurmdbd are released."""
    found: list[str] = []
    monkeypatch.setattr(slurm, "release", lambda: found.append("released"))
    return found


@pytest.mark.parametrize("headers", [{}, {"x-slurm-user-token": "x"}])
def test_the_request_after_a_broken_answer_has_no_credential(
    released: list[str], headers: dict[str, str]
) -> None:
    """What the answer before has left is released before the request is looked at; its own, behind it."""
    text(submit(headers, TCP))
    assert len(released) == 2


@pytest.mark.parametrize("reads", [True, False], ids=["who reads the answer", "who has gone"])
@pytest.mark.parametrize("pieces", [1, 100])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_of_a_credential_is_left_after_an_answer(
    released: list[str], monkeypatch: pytest.MonkeyPatch, method: str, pieces: int, reads: bool
) -> None:
    """Whether the body was made to its end, in part, or not at all."""
    monkeypatch.setattr(codec.get("json"), "encode", lambda *_, **__: (b"x" * 65536 for _ in range(pieces)))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(f"{method} /slurm/v1/ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        if not reads:
            theirs.close()
        reader = threading.Thread(target=lambda: [0 for _ in iter(lambda: theirs.recv(65536), b"")])
        if reads:
            reader.start()
        handle = Dispatcher(Settings(), False).handle
        status = Connection(ours.fileno(), ours.fileno(), TCP, Settings(), handle).run()
        if reads:
            reader.join()
    assert status == (0 if reads else 1)
    assert len(released) == 2


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        client = socket.create_connection(listener.getsockname()[:2], timeout=60)
        server, _ = listener.accept()
    with client, server:
        yield client, server


@pytest.mark.parametrize("path", ["cmdline", "environ"])
def test_a_token_is_in_no_arguments_and_no_environment(
    connection: tuple[socket.socket, socket.socket], path: str
) -> None:
    client, server = connection
    command = [sys.executable, "-m", "restd_inet", "-vvvvvv"]
    process = subprocess.Popen(
        command, stdin=server, stdout=server, stderr=subprocess.PIPE,
        env={"PYTHONPATH": SOURCE, "SLURM_CONF": "/n", "SLURMRESTD_SECURITY": "disable_user_check"},
    )  # fmt: skip
    server.close()
    lines = "GET /slurm/v1/ping HTTP/1.1", "Host: h", f"X-SLURM-USER-TOKEN: {GOOD}", "", ""
    client.sendall("\r\n".join(lines).encode())
    assert client.recv(4096).startswith(b"HTTP/1.1 503 ")  # there is no slurm.conf: the token was looked at
    assert GOOD[:40].encode() not in Path("/proc", str(process.pid), path).read_bytes()
    client.close()
    assert GOOD[:40].encode() not in process.communicate(timeout=60)[1]
