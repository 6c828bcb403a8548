"""auth._jwt_read: what is told of a token that is none, and of one that slurmctld alone can judge."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from tokens import raw

from restd_inet.auth._jwt_read import Token, Unclear, decoded
from restd_inet.problems import Problem

HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIMS = {"exp": 1 << 33, "sun": "fred"}
END = "; scontrol token makes one"


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abc", "expected three parts of base64url with dots between them"),
        ("a.b", "expected three parts of base64url with dots between them"),
        ("ä.b.c", "expected three parts of base64url with dots between them"),
        (raw("text", CLAIMS), "its header is not a JSON object"),
        (raw(HEADER, [1]), "its payload is not a JSON object"),
        (raw(HEADER, b"{"), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": 9223372036854775808}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": -9223372036854775809}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": 1e999}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": -1e999}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": NaN}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": "\\u0000"}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": "\\ud800"}'), "its payload is not a JSON object"),
        (raw(HEADER, b'{"n": "\\udc00\\ud800"}'), "its payload is not a JSON object"),
        (raw(HEADER, CLAIMS, b""), "it has no signature"),
    ],
)
def test_what_is_no_token_is_said(text: str, said: str) -> None:
    with pytest.raises(Problem) as refusal:
        Token(text)
    assert (refusal.value.status, refusal.value.text) == (401, f"the token is malformed: {said}{END}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            raw({"alg": "hs256"}, CLAIMS),
            "newer versions of libjwt accept the name of its algorithm in capitals only",
        ),
        (
            raw({"alg": "HS256", "typ": "at+jwt"}, CLAIMS),
            'its type is "at+jwt", which libjwt refuses up to its version 1.11',
        ),
        (f"{raw({'alg': 'RS256'}, CLAIMS)}+", "its signature is not base64url"),
        (raw(json.dumps(HEADER).encode() + b"\0x", CLAIMS), "not every libjwt reads its header"),
        (raw(HEADER, json.dumps(CLAIMS).encode() + b"\0"), "not every libjwt reads its payload"),
        (
            raw({"alg": "HS256", "x": json.loads("[" * 30 + "]" * 30)}, CLAIMS),
            "not every libjwt reads its header",
        ),
    ],
)
def test_what_slurmctld_must_judge_is_said(text: str, reason: str) -> None:
    with pytest.raises(Unclear) as unclear:
        Token(text)
    assert str(unclear.value) == reason


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, "x": json.loads("[" * 29 + "]" * 29)},
        {**HEADER, "x": [{"y": {}}]},
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "jwt"},
        {"alg": "HS256", "typ": 7},
    ],
)
def test_a_header_that_every_release_takes(header: Any) -> None:
    token = Token(raw(header, CLAIMS, b"sig"))
    assert (token.algorithm, token.claims, token.kid) == ("HS256", CLAIMS, None)
    assert token.signature == encoded(b"sig")
    assert token.signed == raw(header, CLAIMS).rpartition(".")[0].encode()


def test_only_a_signature_of_rs256_must_be_base64url() -> None:
    assert Token(f"{raw(HEADER, CLAIMS)}+").signature.endswith("+")


@pytest.mark.parametrize(
    "claims",
    [
        b'{"exp": 8589934592, "n": 9223372036854775807}',
        b'{"exp": 8589934592, "n": -9223372036854775808}',
        b'{"exp": 8589934592, "n": 1e308}',
        b'{"exp": 8589934592, "n": "\\ud83d\\ude00 \\\\u0000"}',
    ],
)
def test_numbers_and_texts_at_their_ends(claims: bytes) -> None:
    assert Token(raw(HEADER, claims)).claims == json.loads(claims)


@pytest.mark.parametrize("text", ["", "YQ", "YQ==", "YWI", "YWI=", "YWJj", "-_8", "YWJjZ"])
def test_base64url_with_and_without_its_padding(text: str) -> None:
    """A last character that stands for less than a byte is left out."""
    whole = text.rstrip("=")
    whole = whole[:-1] if len(whole) % 4 == 1 else whole
    assert decoded(text) == base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
