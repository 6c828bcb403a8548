"""Tokens, and a slurm.conf that says who may sign them."""

from __future__ import annotations

import base64
import hmac
import json
import pwd
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt as pyjwt
import lacking
import pytest

from restd_inet import slurm
from restd_inet.auth import jwt
from restd_inet.message import Credential, Peer, Request
from restd_inet.problems import Problem
from restd_inet.settings import Settings
from restd_inet.slurm.results import JwtConfig

KEY = b"k" * 32
PEER = Peer("inet", "[::1]:50122")
ROOT, SLURM, FRED, PEBBLES = "root", "slurm", "fred", "pebbles"
UIDS = {ROOT: 0, SLURM: 64030, FRED: 1001, PEBBLES: 1002}


def never() -> bytes:
    raise AssertionError("the body was read")


def mint(key: Any = KEY, algorithm: str = "HS256", headers: Any = None, **claims: Any) -> str:
    now = int(time.time())
    claims = {"iat": now, "exp": now + 60, "sun": FRED, **claims}
    kept = {name: value for name, value in claims.items() if value is not None}
    return pyjwt.encode(kept, key, algorithm=algorithm, headers=headers)


def raw(header: Any, claims: Any, signature: bytes = b"x") -> str:
    """A token of any content."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in (*parts, signature))


def signed(header: Any, claims: Any, key: bytes = KEY) -> str:
    """A token of any content, with its right signature of HS256."""
    text = raw(header, claims).rpartition(".")[0]
    mac = hmac.digest(key, text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


class Library:
    """Slurm, as far as tokens go. asked: how often slurmctld was to judge."""

    def __init__(self, key: str, jwks: str = "") -> None:
        self.asked = 0
        self.refuses = False
        self.parameters = f"jwt_key={key}" + (f",jwks={jwks}" if jwks else "")

    def jwt_config(self, own: bool = False) -> JwtConfig:
        return JwtConfig("auth/jwt", "auth/munge", self.parameters, "/state", UIDS[SLURM])

    def prove(self) -> None:
        self.asked += 1
        if self.refuses:
            raise Problem(401, "slurmctld refused the token")


class Entry:
    def __init__(self, name: str) -> None:
        self.pw_name, self.pw_uid, self.pw_gid = name, UIDS[name], UIDS[name]


def by_number(uid: int) -> Entry:
    return Entry({number: name for name, number in UIDS.items()}[uid])


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "jwt_hs256.key"
    file.write_bytes(KEY)
    return file


@pytest.fixture
def library(key: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    found = Library(str(key))
    monkeypatch.setattr(slurm, "connect", lambda settings, by_token=False: found)
    monkeypatch.setattr(slurm, "confirm", found.prove)
    monkeypatch.setattr(pwd, "getpwnam", Entry)
    monkeypatch.setattr(pwd, "getpwuid", by_number)
    return found


def request(**headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/", (), "", named, "1.1", never)


def ask(token: str, name: str | None = None) -> Credential | None:
    headers = {"x_slurm_user_token": token}
    if name is not None:
        headers["x_slurm_user_name"] = name
    return jwt.authenticate(request(**headers), PEER, Settings())


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(Problem) as caught:
        call()
    assert caught.value.status == 401
    return caught.value.text


def refused(token: str, name: str | None = None) -> str:
    return refusal(lambda: ask(token, name))


@pytest.fixture(scope="module")
def keys() -> tuple[Any, dict[str, Any], bytes]:
    """A private key, its public half as a JWK, and as PEM."""
    rsa = pytest.importorskip(
        "cryptography.hazmat.primitives.asymmetric.rsa", reason=lacking.python_package("cryptography")
    )
    serialization = pytest.importorskip(
        "cryptography.hazmat.primitives.serialization", reason=lacking.python_package("cryptography")
    )
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, form)
    return private, json.loads(pyjwt.algorithms.RSAAlgorithm.to_jwk(public)), pem
