"""restd-inet token: what it prints, and what it says where it cannot."""

from __future__ import annotations

import os
import pwd
import time
from pathlib import Path

import jwt as pyjwt
import pytest

from restd_inet import log, slurm
from restd_inet.cli import token
from restd_inet.option_values import Usage
from restd_inet.slurm.jwt_refusal import refusal
from restd_inet.slurm.results import JwtConfig

KEY = b"k" * 32
ME = pwd.getpwuid(os.geteuid()).pw_name


class Library:
    slurm_user = os.geteuid()

    def __init__(self, parameters: str) -> None:
        self._parameters = parameters

    def jwt_config(self, own: bool = False) -> JwtConfig:
        return JwtConfig("auth/jwt", "auth/munge", self._parameters, "/nonexistent", self.slurm_user)


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "jwt_hs256.key"
    file.write_bytes(KEY)
    monkeypatch.setattr(slurm, "connect", lambda settings: Library(f"jwt_key={file}"))
    return file


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: found.append(line))
    return found


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """The claims of the token that it prints."""
    assert token.main(["token", *arguments]) == 0
    name, _, text = capsys.readouterr().out.partition("=")
    assert name == "SLURM_JWT"
    assert pyjwt.get_unverified_header(text.strip()) == {"alg": "HS256", "typ": "JWT"}
    claims: dict[str, object] = pyjwt.decode(text.strip(), KEY, algorithms=["HS256"])
    return claims


def test_it_is_one_s_own_for_half_an_hour(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = int(time.time())
    claims = made(capsys)
    assert claims["sun"] == ME
    assert now <= int(str(claims["iat"])) <= now + 2
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 1800
    assert set(claims) == {"sun", "iat", "exp"}


@pytest.mark.parametrize("arguments", [("--user", "root", "--lifespan", "60"), ("-u", "root", "-l60")])
def test_it_is_for_whom_one_says(
    key: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    claims = made(capsys, *arguments)
    assert claims["sun"] == "root"
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 60


def limited(key: Path, monkeypatch: pytest.MonkeyPatch, parameters: str, owner: int = 1) -> None:
    library = Library(f"{parameters},jwt_key={key}")
    monkeypatch.setattr(Library, "slurm_user", owner, raising=False)
    monkeypatch.setattr(slurm, "connect", lambda settings: library)
    monkeypatch.setattr(os, "geteuid", lambda: 65534)


def test_a_token_lasts_as_long_as_slurm_conf_allows(
    key: Path, capsys: pytest.CaptureFixture[str], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with scontrol token, root and SlurmUser may go beyond it."""
    limited(key, monkeypatch, "Max_Token_Lifespan=600")
    claims = made(capsys)
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 600
    assert made(capsys, "-l", "600")
    assert token.main(["token", "-l", "601"]) == 1
    assert lines == [
        "--lifespan is 601: AuthAltParameters has max_token_lifespan=600, except for root and SlurmUser"
    ]
    limited(key, monkeypatch, "max_token_lifespan=600", owner=65534)
    claims = made(capsys, "-l", "601")
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 601
    claims = made(capsys)
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 600


@pytest.mark.parametrize("limit", ["0", "-5", "x", ""])
def test_a_limit_that_is_none(
    key: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    limited(key, monkeypatch, f"max_token_lifespan={limit}")
    assert made(capsys, "-l", "100000")


def test_token_creation_may_be_disabled(
    key: Path, capsys: pytest.CaptureFixture[str], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(key, monkeypatch, "disable_token_creation")
    assert token.main(["token"]) == 1
    assert lines == ["AuthAltParameters has disable_token_creation: only root and SlurmUser make tokens"]
    limited(key, monkeypatch, "disable_token_creation", owner=65534)
    assert made(capsys, "-u", "root")["sun"] == "root"


def test_others_make_tokens_of_their_own(
    key: Path, capsys: pytest.CaptureFixture[str], lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(key, monkeypatch, "")
    assert made(capsys)["sun"] == pwd.getpwuid(65534).pw_name
    assert token.main(["token", "-u", "root"]) == 1
    assert lines == ["only root and SlurmUser make tokens of other users"]


def test_help_is_printed_without_a_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    assert token.main(["token", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: restd-inet token ")


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1.5", "٣", "4294967294", "9" * 20])
def test_what_is_no_lifespan(text: str) -> None:
    with pytest.raises(Usage, match="--lifespan"):
        token.main(["token", "--lifespan", text])


@pytest.mark.parametrize("arguments", [["fred"], ["--nope"], ["--user"]])
def test_what_cannot_be_parsed(arguments: list[str]) -> None:
    with pytest.raises(Usage, match=r"^token: "):
        token.main(["token", *arguments])


def test_a_user_must_be_known(key: Path, lines: list[str]) -> None:
    assert token.main(["token", "--user", "no-such-user"]) == 1
    assert lines == ['there is no user "no-such-user" on this machine']


def test_without_the_key_it_says_who_has_it(
    key: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    key.unlink()
    assert token.main(["token"]) == 1
    assert capsys.readouterr().out == ""
    assert lines == [
        f"the key {key} cannot be read: No such file or directory; "
        f"run this as SlurmUser ({ME}) or root, or use scontrol token"
    ]


def test_an_empty_key_makes_no_tokens(
    key: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    key.write_bytes(b"")
    assert token.main(["token"]) == 1
    assert capsys.readouterr().out == ""
    assert lines == [f"the key {key} is empty: a token that is signed with it proves nothing"]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1 << 33, "nbf": 1 << 32}, "it cannot verify it"),
        ({"exp": 1, "nbf": 1 << 32}, "expired at 1970-01-01T00:00:01Z; scontrol token makes another"),
        ({"exp": 1 << 33, "nbf": 1}, "it cannot verify it"),
        ({"exp": 1 << 33, "nbf": 1}, "or what listens at slurmctld's address is not slurmctld"),
        ({"nbf": 1 << 32}, "it is not a JSON web token"),
    ],
)
def test_why_slurmctld_may_have_refused_one(claims: dict[str, int], reason: str) -> None:
    text = pyjwt.encode(claims, KEY, algorithm="HS256")
    assert reason in refusal(text, is_clients=True)
    assert "SLURM_JWT" in refusal(text, is_clients=False)


def test_a_key_set_makes_no_tokens(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm, "connect", lambda settings: Library("jwks=/j"))
    assert token.main(["token"]) == 1
    assert "no jwt_key=" in lines[0]


def test_a_missing_slurm_conf_is_reported(lines: list[str]) -> None:
    assert token.main(["token", "-f", "/nonexistent"]) == 1
    assert lines == ['slurm.conf cannot be read: "/nonexistent": No such file or directory']
