"""auth.jwt: tokens that are refused, each with its own message, and the algorithms."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jwt as pyjwt
import lacking
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokens import (
    FRED,
    PEBBLES,
    PEER,
    ROOT,
    Library,
    ask,
    key,
    keys,
    library,
    mint,
    raw,
    refusal,
    refused,
    request,
    signed,
)

from restd_inet import installed, log
from restd_inet.auth import _jwt_verify, jwt
from restd_inet.message import Credential
from restd_inet.settings import Settings

__all__ = ["key", "keys", "library"]
GOOD = {"iat": 0, "exp": 1 << 33, "sun": FRED}


# Bad ones, each with its own message.
def test_an_empty_token(library: Library) -> None:
    assert refused("") == "the token in X-SLURM-USER-TOKEN is empty"
    empty = request(authorization="Bearer")
    text = refusal(lambda: jwt.authenticate(empty, PEER, Settings()))
    assert text == "the token in Authorization: Bearer is empty"


def test_two_tokens(library: Library) -> None:
    """The wire joins repeated fields with a comma."""
    token = mint()
    assert "more than once" in refused(f"{token}, {token}")
    twice = request(authorization=f"Bearer {token}, Bearer {token}")
    assert "more than once" in refusal(lambda: jwt.authenticate(twice, PEER, Settings()))
    both = request(authorization=f"Bearer {mint(sun=PEBBLES)}", x_slurm_user_token=token)
    assert "different tokens" in refusal(lambda: jwt.authenticate(both, PEER, Settings()))


@pytest.mark.parametrize(
    "token",
    ["x", "a.b", "a.b.c.d", "...", "a.b.c", "!.b.c", "a b.c.d", "x" * 70000, raw([], GOOD), raw({}, []),
     raw(b"\xff", GOOD), raw({"alg": "HS256"}, b"{"), raw({"alg": "HS256"}, b"[" * 5000),
     raw({"alg": "HS256"}, GOOD, b"")],
)  # fmt: skip
def test_what_is_no_token(library: Library, token: str) -> None:
    text = refused(token)
    assert text.startswith(("the token is malformed: ", "the token is signed with none"))


def test_a_truncated_token(library: Library) -> None:
    token = mint()
    for length in range(1, len(token)):
        refused(token[:length])


def test_an_expired_token_says_since_when(library: Library) -> None:
    for token in (mint(exp=1_000_000_000), mint(b"w" * 32, exp=1_000_000_000)):
        assert refused(token) == ("the token expired at 2001-09-09T01:46:40Z; scontrol token makes another")


def test_an_empty_key_verifies_nothing(library: Library, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """slurmctld judges: it keeps the key that it has read."""
    lines: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: lines.append(line))
    key.write_bytes(b"")
    library.refuses = True
    for token in (signed({"alg": "HS256"}, GOOD, b""), mint()):
        assert refused(token) == "slurmctld refused the token"
        headers = request(x_slurm_user_token=token)
        text = refusal(lambda: jwt.authenticate(headers, PEER, Settings(privileged=True)))  # noqa: B023
        assert "cannot be verified here" in text
    assert library.asked == 2
    assert any("is empty" in line for line in lines)


@pytest.mark.parametrize("exp", [None, "60", True, 1.5, 9e15, [1]])
def test_a_token_without_a_proper_end(library: Library, exp: Any) -> None:
    token = raw({"alg": "HS256"}, {"sun": FRED, **({} if exp is None else {"exp": exp})})
    assert "its claim exp is not a time" in refused(token)


@pytest.mark.parametrize("exp", [0, -1, -(1 << 63)])
def test_an_end_before_all_calendars(library: Library, exp: int) -> None:
    assert "the token expired at" in refused(signed({"alg": "HS256"}, {"sun": FRED, "exp": exp}))


def test_another_s_key(library: Library) -> None:
    assert refused(mint(b"w" * 32)) == "the token is not signed with this cluster's key"


def test_a_changed_claim(library: Library) -> None:
    header, _, signature = mint().split(".")
    claims = raw({}, {**GOOD, "sun": ROOT}).split(".")[1]
    assert "not signed with this cluster's key" in refused(f"{header}.{claims}.{signature}")


# What libjwt reads.
@pytest.mark.parametrize(
    "claims",
    ['{"sun": "root", "sun": "fred", "exp": %d}', '{"x": 9223372036854775807, "sun": "fred", "exp": %d}',
     ' \n{"sun": "\\u0066red",\t"exp": %d} ', '{"sun": "fred", "x": "\\ud83d\\ude00 \\\\ud800", "exp": %d}'],
)  # fmt: skip
def test_json_as_jansson_reads_it(library: Library, claims: str) -> None:
    credential = ask(signed({"alg": "HS256"}, (claims % (1 << 33)).encode()))
    assert credential is not None
    assert (credential.name, library.asked) == (FRED, 0)


@pytest.mark.parametrize("more", [
    '"x": 9223372036854775808', '"x": 1e400', '"x": NaN', '"x": -Infinity', '"x": "\\u0000"', '"\\udc00": 1',
    '"x": "\\ud800\\u0041"', '"x": 01', '"x": "\t"', '"x": 1,', "'x': 1", '"x": 1} {',
])  # fmt: skip
def test_json_that_jansson_refuses(library: Library, more: str) -> None:
    claims = f'{{"sun": "fred", "exp": {1 << 33}, {more}}}'
    assert "its payload is not a JSON object" in refused(signed({"alg": "HS256"}, claims.encode()))
    assert library.asked == 0


@pytest.mark.parametrize(
    "header", [{"alg": "HS256", "typ": "at+jwt"}, {"alg": "hs256"}, b'{"alg": "HS256"}\0x']
)
def test_what_releases_differ_on_is_slurmctld_s_to_judge(library: Library, header: Any) -> None:
    token = signed(header, GOOD)
    credential = ask(token)
    assert credential is not None
    assert (credential.name, credential.uid, credential.token) == ("", Credential.NOT_HERE, token)
    assert library.asked == 1
    library.refuses = True
    assert refused(token) == "slurmctld refused the token"
    headers = request(x_slurm_user_token=token)
    text = refusal(lambda: jwt.authenticate(headers, PEER, Settings(privileged=True)))
    assert text.startswith("the token cannot be verified here: ")


@pytest.mark.parametrize("change", ["{}=.{}.{}", "{}.{}=.{}", "{}.{}!.{}", "{}.{}%.{}", "!{}.{}.{}"])
def test_characters_that_are_not_base64_are_slurmctld_s_to_judge(library: Library, change: str) -> None:
    assert ask(change.format(*signed({"alg": "HS256"}, GOOD).split("."))) is not None
    assert library.asked == 1


@pytest.mark.parametrize("end", ["=", ".", ".x", "A", " "])
def test_nothing_may_follow_the_signature(library: Library, end: str) -> None:
    assert "not signed with this cluster's key" in refused(signed({"alg": "HS256"}, GOOD) + end)


# Algorithms.
@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "nOnE", "", "HS384", "h\u017f256", "ES256", None, 7, []]
)
def test_only_two_algorithms_are_taken(library: Library, alg: Any) -> None:
    for signature in (b"", b"x"):
        text = refused(raw({"alg": alg, "typ": "JWT"}, GOOD, signature))
        assert text.endswith("; accepted algorithms: HS256, RS256")


def replace(file: Path, content: str) -> None:
    """As one replaces a file that others read."""
    other = file.with_suffix(".new")
    other.write_text(content)
    other.rename(file)


class TestRsa:
    @pytest.fixture
    def jwks(self, library: Library, keys: Any, tmp_path: Path) -> Path:
        file = tmp_path / "jwks.json"
        others = [
            {"kty": "EC", "kid": "one", "alg": "ES256"},
            {"kty": "RSA", "kid": "one", "alg": "RS512", "n": "x", "e": "AQAB"},
        ]
        listed = [*others, {**keys[1], "kid": "one", "alg": "RS256"}, {**keys[1], "kid": "no-alg"}]
        file.write_text(json.dumps({"keys": listed}))
        library.parameters = f"jwks={file}"
        return file

    def test_a_key_of_the_set_verifies(self, jwks: Path, keys: Any, library: Library) -> None:
        credential = ask(mint(keys[0], "RS256", {"kid": "one"}))
        assert credential is not None
        assert (credential.name, library.asked) == (FRED, 0)

    @pytest.mark.parametrize(
        ("key", "old", "new"),
        [
            ({"alg": "RS256", "kty": "RSA"}, "good", "good"),
            ({"alg": "rs256", "kty": "RSA"}, "good", "good"),
            ({"kty": "RSA"}, "unknown", "good"),
            ({"alg": None, "kty": "RSA"}, "unknown", "unknown"),
            ({"alg": "RS256"}, "good", "unknown"),
            ({"alg": "RS256", "kty": "rsa"}, "good", "unknown"),
            ({"alg": "RS512", "kty": "RSA"}, "unknown", "unknown"),
            ({"kty": "EC"}, "unknown", "unknown"),
        ],
    )
    def test_which_key_is_for_rs256_depends_on_the_release(
        self,
        jwks: Path,
        keys: Any,
        library: Library,
        monkeypatch: pytest.MonkeyPatch,
        key: Any,
        old: str,
        new: str,
    ) -> None:
        numbers = {"kid": "one", "n": keys[1]["n"], "e": keys[1]["e"]}
        jwks.write_text(json.dumps({"keys": [{**numbers, **key}]}))
        token = mint(keys[0], "RS256", {"kid": "one"})
        between = old if old == new else "slurmctld"
        for release, expected in (("22.05.8", old), ("24.11.5", old), ("25.05.1", between), ("26.05.5", new)):
            monkeypatch.setattr(installed, "release", lambda: release)  # noqa: B023
            library.asked = 0
            if expected == "unknown":
                assert "does not know" in refused(token)
            else:
                assert ask(token) is not None
            assert library.asked == (expected == "slurmctld"), release

    def test_a_kid_may_be_a_number_in_the_set(self, jwks: Path, keys: Any) -> None:
        key = {"kid": 7, "kty": "RSA", "alg": "RS256", "n": keys[1]["n"], "e": keys[1]["e"]}
        jwks.write_text(json.dumps({"keys": [key]}))
        assert ask(mint(keys[0], "RS256", {"kid": "7"})) is not None

    @pytest.mark.parametrize(
        "kid", ["two", "", "../../etc/passwd", "/dev/zero", "one ", "' OR 1=1", "http://h/k", "x" * 5000]
    )
    def test_a_key_is_looked_up_only_in_the_file(self, jwks: Path, keys: Any, kid: str) -> None:
        text = refused(mint(keys[0], "RS256", {"kid": kid}))
        assert text.startswith("the token is signed with a key that this cluster does not know: ")
        assert len(text) < 200

    @pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "x5c"])
    def test_a_key_that_the_token_brings_is_not_used(self, jwks: Path, keys: Any, name: str) -> None:
        header = {"kid": "two", name: keys[1] if name == "jwk" else "file:///dev/zero"}
        assert "does not know" in refused(mint(keys[0], "RS256", header))

    def test_a_token_must_say_which_key(self, jwks: Path, keys: Any) -> None:
        assert "(kid)" in refused(mint(keys[0], "RS256"))
        assert "(kid)" in refused(raw({"alg": "RS256", "kid": 7}, GOOD))

    def test_another_s_key_of_that_name(self, jwks: Path) -> None:
        rsa = pytest.importorskip(
            "cryptography.hazmat.primitives.asymmetric.rsa", reason=lacking.python_package("cryptography")
        )
        other = rsa.generate_private_key(65537, 2048)
        assert "not signed with" in refused(mint(other, "RS256", {"kid": "one"}))

    def test_the_public_key_is_no_secret_to_sign_with(self, jwks: Path, keys: Any, library: Library) -> None:
        signed = raw({"alg": "HS256", "kid": "one"}, GOOD).rpartition(".")[0]
        for secret in (keys[2], jwks.read_bytes()):
            mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
            token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            assert "names no key for that" in refused(token)
            library.parameters = f"jwks={jwks},jwt_key={jwks.parent / 'jwt_hs256.key'}"
            assert "not signed with this cluster's key" in refused(token)
            library.parameters = f"jwks={jwks}"

    def test_the_secret_is_no_rsa_key(self, library: Library, keys: Any) -> None:
        assert "names no key for that" in refused(mint(keys[0], "RS256", {"kid": "one"}))

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"keys": 7}', '{"keys": "one"}'])
    def test_a_broken_file_is_left_to_slurmctld(
        self, jwks: Path, keys: Any, library: Library, content: str
    ) -> None:
        jwks.write_text(content)
        assert ask(mint(keys[0], "RS256", {"kid": "one"})) is not None
        assert library.asked == 1

    def test_a_key_set_is_read_again_when_it_changes(
        self, jwks: Path, keys: Any, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A listener keeps the last one that was whole; what replaces it is used at once if it is one."""
        lines: list[str] = []
        monkeypatch.setattr(log, "write", lambda level, line: lines.append(line))
        old = mint(keys[0], "RS256", {"kid": "one"})
        new = mint(keys[0], "RS256", {"kid": "new"})
        jwt.warm(Settings())
        assert ask(old) is not None
        replace(jwks, json.dumps({"keys": [{**keys[1], "kid": "new", "alg": "RS256"}]}))
        assert "does not know" in refused(old)
        assert ask(new) is not None
        jwt.warm(Settings())
        for broken in ("", "{", '{"keys": 7}'):
            replace(jwks, broken)
            lines.clear()
            jwt.warm(Settings())
            assert lines == [f"{jwks} is not a JSON web key set; the one before is used"]
            jwt.warm(Settings())
            assert len(lines) == 1
            for privileged in (False, True):
                headers = request(x_slurm_user_token=new)
                assert jwt.authenticate(headers, PEER, Settings(privileged=privileged)) is not None
            assert "does not know" in refused(old)
            assert "the one before is used" in lines[-1]
        assert library.asked == 0
        replace(jwks, json.dumps({"keys": []}))
        assert "does not know" in refused(new)

    def test_a_broken_key_is_left_to_slurmctld(self, jwks: Path, keys: Any, library: Library) -> None:
        jwks.write_text('{"keys": [{"kid": "one", "kty": "RSA", "alg": "RS256", "n": "!", "e": "AQAB"}]}')
        assert ask(mint(keys[0], "RS256", {"kid": "one"})) is not None
        assert library.asked == 1

    def test_without_cryptography_it_is_left_to_slurmctld(
        self, jwks: Path, keys: Any, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pyjwt.algorithms, "has_crypto", False)
        assert ask(mint(keys[0], "RS256", {"kid": "one"})) is not None
        assert library.asked == 1


# Whatever comes.
@given(st.one_of(st.text(), st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True)))
def test_any_text_is_refused_without_being_repeated(text: str) -> None:
    lines: list[str] = []
    write, log.write = log.write, lambda level, line: lines.append(line)
    try:
        said = refusal(lambda: jwt.authenticate(request(x_slurm_user_token=text), PEER, Settings()))
    finally:
        log.write = write
    if len(text) > 12:
        assert text not in said
        assert text not in "".join(lines)


def test_a_key_set_that_cannot_be_read_is_named_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[int, str]] = []
    monkeypatch.setattr(log, "write", lambda level, text: written.append((level, text)))
    _jwt_verify.keep(str(tmp_path / "jwks.json"))
    assert written == [(log.DEBUG, f"{tmp_path}/jwks.json: No such file or directory")]


def test_a_key_set_that_breaks_is_named_once_and_the_one_before_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[int, str]] = []
    monkeypatch.setattr(log, "write", lambda level, text: written.append((level, text)))
    file, other = tmp_path / "jwks.json", tmp_path / "other.json"
    file.write_text('{"keys": []}')
    other.write_text("[")
    _jwt_verify.keep(str(file))
    replace(file, "no key set")
    for _ in range(2):
        _jwt_verify.keep(str(file))
        _jwt_verify.keep(str(other))
    assert written == [
        (log.ERROR, f"{file} is not a JSON web key set; the one before is used"),
        (log.ERROR, f"{other} is not a JSON web key set"),
    ]
