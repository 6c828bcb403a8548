"""Tokens of all sorts, for slurmctld and for us: what they are called, and how each is made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

HS256 = '{"alg":"HS256","typ":"JWT"}'
#: Of a token that is good in all else; %s: more claims.
CLAIMS = '{"exp":%d,"iat":%d,"sun":"fred"%s}'

Sign = Callable[[bytes], bytes]


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(header: str | bytes, claims: str | bytes, sign: Sign) -> str:
    parts = [part if isinstance(part, bytes) else part.encode() for part in (header, claims)]
    signed = ".".join(map(encode, parts))
    return f"{signed}.{encode(sign(signed.encode()))}"


def signer(key: bytes, digest: str = "sha256") -> Sign:
    return lambda data: hmac.digest(key, data, digest)


def hs256(key: bytes) -> dict[str, str]:
    """By name. All end in an hour or were over an hour ago, but for those of which the end is the point."""
    now = int(time.time())
    good = CLAIMS % (now + 3600, now, "")
    sign = signer(key)

    def of(claims: str | bytes, header: str | bytes = HS256, sign: Sign = sign) -> str:
        return token(header, claims, sign)

    def more(text: str) -> str:
        return of(CLAIMS % (now + 3600, now, "," + text))

    def named(text: str) -> str:
        return of(f'{{"exp":{now + 3600}{text}}}')

    def ends(text: str) -> str:
        return of(f'{{"sun":"fred"{text}}}')

    plain = of(good)
    first, second, last = plain.split(".")
    headers = {
        "no type": '{"alg":"HS256"}',
        "type in small letters": '{"alg":"HS256","typ":"jwt"}',
        "type of access tokens": '{"alg":"HS256","typ":"at+jwt"}',
        "type that is a number": '{"alg":"HS256","typ":7}',
        "type that is empty": '{"alg":"HS256","typ":""}',
        "algorithm in small letters": '{"alg":"hs256"}',
        "algorithm none": '{"alg":"none"}',
        "algorithm nOnE": '{"alg":"nOnE","typ":"JWT"}',
        "algorithm HS384": '{"alg":"HS384"}',
        "algorithm ES256": '{"alg":"ES256"}',
        "algorithm empty": '{"alg":""}',
        "algorithm of another type": '{"alg":256}',
        "algorithm missing": '{"typ":"JWT"}',
        "algorithm with a space": '{"alg":"HS256 "}',
        "algorithm twice, the last good": '{"alg":"none","alg":"HS256"}',
        "algorithm twice, the last bad": '{"alg":"HS256","alg":"none"}',
        "a kid that nobody needs": '{"alg":"HS256","kid":"x"}',
        "critical extension": '{"alg":"HS256","crit":["b64"],"b64":false}',
        "header that is a list": "[]",
        "header that is a text": '"HS256"',
        "header that is cut off": '{"alg":"HS256"',
        "header in other white space": ' {\n"alg" :\t"HS256" }\r',
        "header with a comment": '{"alg":"HS256"/* */}',
        "header in single quotes": "{'alg':'HS256'}",
        "header with escapes": '{"\\u0061lg":"HS\\u003256"}',
        "header with NaN": '{"alg":"HS256","x":NaN}',
        "header that is nested": '{"alg":"HS256","x":' + "[" * 40 + "]" * 40 + "}",
    }
    return {
        "good": plain,
        **{f"header: {name}": of(good, text) for name, text in headers.items()},
        "header: not UTF-8": of(good, b'{"alg":"HS256","x":"\xff"}'),
        "header: followed by NUL": of(good, b'{"alg":"HS256"}\0'),
        "signed with another key": of(good, sign=signer(b"w" * 32)),
        "signed with an empty key": of(good, sign=signer(b"")),
        "signed with HMAC of SHA-384": of(good, '{"alg":"HS384"}', signer(key, "sha384")),
        "signed without key": of(good, sign=lambda data: hashlib.sha256(data).digest()),
        "signature missing": f"{first}.{second}.",
        "signature and its dot missing": f"{first}.{second}",
        "signature shortened": plain[:-1],
        "signature padded": plain + "=",
        "signature followed by a dot": plain + ".",
        "signature followed by a part": f"{plain}.{last}",
        "signature in plain base64": f"{first}.{second}.{last.replace('-', '+').replace('_', '/')}" + "=",
        "signature of another token": f"{first}.{encode(good.replace('fred', 'root').encode())}.{last}",
        "no dot": first + second + last,
        "only dots": "..",
        "payload missing": f"{first}..{last}",
        "payload padded": signed_text(f"{first}.{second}=", sign),
        "payload with a blank": signed_text(f"{first}.{second[:8]} {second[8:]}", sign),
        "payload with an odd character": signed_text(f"{first}.{second}!", sign),
        "payload of an odd length": signed_text(f"{first}.{second + 'A' * (-len(second) % 4 + 1)}", sign),
        "payload: a list": of("[]"),
        "payload: a number": of("7"),
        "payload: empty": of("{}"),
        "payload: cut off": of(good[:-1]),
        "payload: followed by more": of(good + "{}"),
        "payload: followed by NUL": of(good.encode() + b"\0x"),
        "payload: not UTF-8": of(good.encode().replace(b"fred", b"fr\xed")),
        "payload: with a mark of byte order": of(b"\xef\xbb\xbf" + good.encode()),
        "payload: 20,000 characters": more(f'"x":"{"y" * 20000}"'),
        "payload: nested": more(f'"x":{"[" * 100}{"]" * 100}'),
        "payload: NUL in a text": more('"x":"\\u0000"'),
        "payload: half a surrogate pair": more('"x":"\\ud800"'),
        "payload: a surrogate pair": more('"x":"\\ud83d\\ude00"'),
        "payload: the last integer": more('"x":9223372036854775807'),
        "payload: an integer too far": more('"x":9223372036854775808'),
        "payload: a real too large": more('"x":1e999'),
        "payload: infinity": more('"x":Infinity'),
        "payload: a leading zero": more('"x":01'),
        "payload: a comma too many": of(good[:-1] + ",}"),
        "iat in the future": of(good.replace(f'"iat":{now}', f'"iat":{now + 3000}')),
        "iat a text": of(good.replace(f'"iat":{now}', '"iat":"now"')),
        "iat null": of(good.replace(f'"iat":{now}', '"iat":null')),
        "iat missing": of(good.replace(f'"iat":{now},', "")),
        "nbf in the future": more(f'"nbf":{now + 3000}'),
        "nbf a text": more('"nbf":"later"'),
        "nbf null": more('"nbf":null'),
        "audience of another": more('"aud":"somebody","iss":"else","sub":7,"jti":[]'),
        "exp missing": ends(""),
        "exp long ago": ends(',"exp":1'),
        "exp five seconds ago": ends(f',"exp":{now - 5}'),
        "exp negative": ends(',"exp":-5'),
        "exp a real": ends(f',"exp":{now + 3600}.5'),
        "exp a real without a fraction": ends(f',"exp":{now + 3600}.0'),
        "exp with an exponent": ends(',"exp":9e12'),
        "exp a text": ends(f',"exp":"{now + 3600}"'),
        "exp true": ends(',"exp":true'),
        "exp null": ends(',"exp":null'),
        "exp a list": ends(f',"exp":[{now + 3600}]'),
        "exp in 300 years": ends(f',"exp":{now + 300 * 365 * 86400}'),
        "exp the last integer": ends(',"exp":9223372036854775807'),
        "exp twice, the last good": ends(f',"exp":1,"exp":{now + 3600}'),
        "exp twice, the last over": ends(f',"exp":{now + 3600},"exp":1'),
        "sun missing": named(""),
        "sun of another": named(',"sun":"pebbles"'),
        "sun root": named(',"sun":"root"'),
        "sun a number": named(',"sun":1001'),
        "sun null": named(',"sun":null'),
        "sun empty": named(',"sun":""'),
        "sun of nobody": named(',"sun":"no-such-user"'),
        "sun twice": named(',"sun":"root","sun":"fred"'),
        "sun in other letters": named(',"SUN":"fred"'),
        "sun with a blank": named(',"sun":"fred "'),
        "sun in escapes": named(',"sun":"\\u0066red"'),
        "sun the number of root": named(',"sun":"0"'),
        "sun the number of root, with a sign": named(',"sun":"+0"'),
        "sun the number of root, after a blank": named(',"sun":" 0"'),
        "sun a number that nobody has": named(',"sun":"123456789"'),
        "sun a number and more": named(',"sun":"0x"'),
        "username": named(',"username":"fred"'),
        "username beside sun": named(',"username":"root","sun":"fred"'),
        "username beside an empty sun": named(',"username":"fred","sun":""'),
        "username beside a sun of another type": named(',"username":"fred","sun":7'),
        "preferred": named(',"preferred":"fred"'),
        "preferred beside username": named(',"preferred":"root","username":"fred"'),
    }


IDENTITY = {"name": "fred", "gecos": "Fred", "dir": "/home/fred", "shell": "/bin/sh"}


def client_ids(key: bytes, uid: int, gid: int) -> dict[str, str]:
    """Tokens for use_jwt_client_ids: uid and gid are fred's."""
    end = int(time.time()) + 3600

    def of(**claims: Any) -> str:
        kept = {name: value for name, value in {"exp": end, **claims}.items() if value is not ...}
        return token(HS256, json.dumps(kept), signer(key))

    def ids(user: int = uid, group: int = gid, sun: Any = ..., **members: Any) -> str:
        shown = {name: value for name, value in {**IDENTITY, **members}.items() if value is not ...}
        return of(uid=user, gid=group, id=shown, sun=sun)

    return {
        "no identity": of(sun="fred"),
        "identity": ids(),
        "identity of nobody's number": ids(123456, 123456, name="elsewhere"),
        "identity and sun": ids(sun="fred"),
        "identity and another sun": ids(sun="pebbles"),
        "identity, sun root": ids(sun="root"),
        "identity without uid": of(gid=gid, id=IDENTITY),
        "identity without gid": of(uid=uid, id=IDENTITY),
        "identity without gid, with sun": of(uid=uid, id=IDENTITY, sun="pebbles"),
        "identity without id": of(uid=uid, gid=gid),
        "identity without id, with sun": of(uid=uid, gid=gid, sun="pebbles"),
        "id a text": of(uid=uid, gid=gid, id="fred"),
        "id null": of(uid=uid, gid=gid, id=None),
        "id a list": of(uid=uid, gid=gid, id=[IDENTITY]),
        **{f"id without {name}": ids(**{name: ...}) for name in IDENTITY},
        **{f"id with an empty {name}": ids(**{name: ""}) for name in IDENTITY},
        **{f"id with a number for {name}": ids(**{name: 7}) for name in IDENTITY},
        "id without shell, with sun": ids(shell=..., sun="pebbles"),
        "id with a relative home": ids(dir="home/fred"),
        "id with a relative shell": ids(shell="sh"),
        "uid -1": of(uid=-1, gid=gid, id=IDENTITY),
        "uid too large": of(uid=1 << 32, gid=gid, id=IDENTITY),
        "uid a text": of(uid=str(uid), gid=gid, id=IDENTITY),
        "uid no number": of(uid="fred", gid=gid, id=IDENTITY),
        "uid null": of(uid=None, gid=gid, id=IDENTITY),
        "uid a real": of(uid=float(uid), gid=gid, id=IDENTITY),
        "uid true": of(uid=True, gid=gid, id=IDENTITY),
        "gid -1": of(uid=uid, gid=-1, id=IDENTITY),
        "groups": ids(groups={"fred": gid, "other": 54321}),
        "groups, one a text": ids(groups={"fred": str(gid)}),
        "groups, one negative": ids(groups={"fred": -1}),
        "groups a list": ids(groups=[gid]),
        "groups empty": ids(groups={}),
        "gids": ids(gids=[gid, 54321]),
        "gids, one too large": ids(gids=[gid, 1 << 32]),
        "gids, one no number": ids(gids=["fred"]),
        "gids beside groups": ids(groups={"fred": gid}, gids=[-1]),
        "expired": of(uid=uid, gid=gid, id=IDENTITY, exp=1),
    }


def signed_text(signed: str, sign: Sign) -> str:
    return f"{signed}.{encode(sign(signed.encode()))}"


def rs256(keys: dict[str, Any], stranger: Any) -> dict[str, str]:
    """keys: private ones by kid; stranger: one that the set does not have."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    now = int(time.time())
    good = CLAIMS % (now + 3600, now, "")

    def of(kid: Any, key: Any, digest: Any = None, **header: Any) -> str:
        shown = {"alg": "RS256", **({} if kid is None else {"kid": kid}), **header}
        form = padding.PKCS1v15()
        return token(json.dumps(shown), good, lambda data: key.sign(data, form, digest or hashes.SHA256()))

    one = of("one", keys["one"])
    return {
        **{f"RS256: key {kid}": of(kid, key) for kid, key in keys.items()},
        "RS256: algorithm in small letters": of("one", keys["one"], alg="rs256"),
        "RS256: no kid": of(None, keys["one"]),
        "RS256: a kid that is a number": of(7, keys["7"]),
        "RS256: a kid that is unknown": of("unknown", keys["one"]),
        "RS256: the key of another kid": of("two", keys["one"]),
        "RS256: a key that is not in the set": of("one", stranger),
        "RS256: signed with SHA-512": of("one", keys["one"], hashes.SHA512()),
        "RS256: said to be RS512": of("one", keys["one"], hashes.SHA512(), alg="RS512"),
        "RS256: signature padded": one + "==",
        "RS256: signature cut off": one[:-4],
        "RS256: signature missing": one.rpartition(".")[0] + ".",
    }


def key_set(keys: dict[str, Any]) -> dict[str, Any]:
    """A set with keys of other kinds among them, for tokens of rs256."""

    def listed(kid: Any, key: Any, **more: Any) -> dict[str, Any]:
        numbers = key.public_key().public_numbers()
        n, e = (encode(value.to_bytes((value.bit_length() + 7) // 8)) for value in (numbers.n, numbers.e))
        return {"kid": kid, "n": n, "e": e, **more}

    kinds = {
        "one": {"kty": "RSA", "alg": "RS256", "use": "sig"},
        "two": {"kty": "RSA", "alg": "rs256"},
        "7": {"kty": "RSA", "alg": "RS256"},
        "no alg": {"kty": "RSA"},
        "alg null": {"kty": "RSA", "alg": None},
        "alg empty": {"kty": "RSA", "alg": ""},
        "for encryption": {"kty": "RSA", "alg": "RSA-OAEP", "use": "enc"},
        "kty in small letters": {"kty": "rsa", "alg": "RS256"},
        "another use": {"kty": "RSA", "alg": "RS256", "use": "enc", "key_ops": ["encrypt"]},
    }
    shown = [listed(int(kid) if kid == "7" else kid, keys[kid], **kind) for kid, kind in kinds.items()]
    others = [
        {"kid": "curve", "kty": "EC", "alg": "ES256", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "one", "kty": "EC", "alg": "ES256", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "symmetric", "kty": "oct", "alg": "HS256", "k": "AA"},
        listed("one", keys["two"], kty="RSA", alg="RS512"),
    ]
    return {"keys": [*others, *shown]}


KIDS = (
    "one",
    "two",
    "7",
    "no alg",
    "alg null",
    "alg empty",
    "for encryption",
    "kty in small letters",
    "another use",
)
