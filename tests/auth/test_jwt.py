"""auth.jwt: whose a token is, and what is wrong with those that are nobody's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet import auth, log, slurm
from restd_inet.auth import carried, jwt, order
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


GOOD = {"iat": 0, "exp": 1 << 33, "sun": FRED}


class Library:
    """Slurm, as far as tokens go. asked: how often slurmctld was to judge."""

    def __init__(self, key: str, jwks: str = "") -> None:
        self.asked = 0
        self.refuses = False
        self.parameters = f"jwt_key={key}" + (f",jwks={jwks}" if jwks else "")

    def jwt_config(self) -> JwtConfig:
        return JwtConfig("auth/jwt", "auth/munge", self.parameters, "/state", UIDS[SLURM])

    def prove(self) -> None:
        self.asked += 1
        if self.refuses:
            raise Problem(401, "slurmctld refused the token")


class Entry:
    def __init__(self, name: str) -> None:
        self.pw_name, self.pw_uid, self.pw_gid = name, UIDS[name], UIDS[name]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "jwt_hs256.key"
    file.write_bytes(KEY)
    return file


@pytest.fixture
def library(key: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    found = Library(str(key))
    monkeypatch.setattr(slurm, "connect", lambda settings, on_fatal, by_token=False: found)
    monkeypatch.setattr(slurm, "confirm", found.prove)
    monkeypatch.setattr(jwt.pwd, "getpwnam", Entry)
    return found


@pytest.fixture
def forwarding(library: Library) -> Library:
    """The key is not for this process."""
    library.parameters = "jwt_key=/nonexistent"
    return library


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


# Which method.


def test_without_a_token_it_is_not_jwt_s_business(library: Library) -> None:
    assert jwt.authenticate(request(), PEER, Settings()) is None
    assert jwt.authenticate(request(x_slurm_user_name=FRED), PEER, Settings()) is None
    assert jwt.authenticate(request(authorization="Basic Zm9vOmJhcg=="), PEER, Settings()) is None


@pytest.mark.parametrize(
    "headers",
    [{"x-slurm-user-token": ""}, {"x-slurm-user-token": "x"}, {"authorization": "BEARER x"},
     {"authorization": "bearer"}],
)  # fmt: skip
def test_a_request_with_a_token_is_never_local(headers: dict[str, str]) -> None:
    assert carried(headers) == ["jwt"]
    assert order(("local", "jwt"), carried(headers)) == ["jwt"]
    assert order(("jwt", "local"), carried(headers)) == ["jwt"]
    assert order(("local",), carried(headers)) == ["local"]  # tokens are ignored where they are not accepted


@pytest.mark.parametrize("authorization", [
    "Basic x, Bearer bad", "Basic x,bearer bad", "Bearer bad, Basic x", "Digest a=b, c=d, Bearer",
    "Bearer\tbad", ", Bearer x",
])  # fmt: skip
def test_a_token_beside_other_credentials_is_not_overlooked(library: Library, authorization: str) -> None:
    headers = {"authorization": authorization}
    assert carried(headers) == ["jwt"]
    assert order(("local", "jwt"), carried(headers)) == ["jwt"]
    refusal(lambda: jwt.authenticate(request(**headers), PEER, Settings()))


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic x"}, {"x-slurm-user-name": "fred"}])
def test_a_request_without_one_asks_all_methods(headers: dict[str, str]) -> None:
    assert order(("local", "jwt"), carried(headers)) == ["local", "jwt"]


# Good tokens.


def test_a_token_s_user_is_the_request_s(library: Library) -> None:
    token = mint()
    credential = ask(token)
    assert credential is not None
    assert (credential.name, credential.uid, credential.gid) == (FRED, 1001, 1001)
    assert (credential.method, credential.token) == ("jwt", token)
    assert library.asked == 0


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   ", "bEaReR "])
def test_bearer_is_another_way_to_send_it(library: Library, scheme: str) -> None:
    credential = jwt.authenticate(request(authorization=scheme + mint()), PEER, Settings())
    assert credential is not None
    assert credential.name == FRED


def test_both_headers_may_hold_the_same(library: Library) -> None:
    token = mint()
    both = request(authorization=f"Bearer {token}", x_slurm_user_token=token)
    assert jwt.authenticate(both, PEER, Settings()) is not None


def test_sun_comes_before_username_before_what_slurm_conf_says(library: Library) -> None:
    library.parameters += ",userclaimfield=preferred"
    for claims, name in (
        ({"username": PEBBLES, "preferred": SLURM}, FRED),
        ({"sun": None, "username": PEBBLES, "preferred": SLURM}, PEBBLES),
        ({"sun": None, "preferred": PEBBLES}, PEBBLES),
    ):
        credential = ask(mint(**claims))
        assert credential is not None
        assert credential.name == name


def test_other_claims_are_nobody_s_business_here(library: Library) -> None:
    assert ask(mint(aud="somebody else", iss="idp", sub=7, jti=3)) is not None


def test_clocks_may_differ_a_little(library: Library) -> None:
    now = int(time.time())
    assert ask(mint(exp=now - 3)) is not None
    assert ask(mint(iat=now + 5)) is not None


def test_a_token_need_not_say_when_it_was_made(library: Library) -> None:
    assert ask(mint(iat=None)) is not None


def test_a_user_whom_only_slurmctld_knows_is_served(
    forwarding: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(jwt.pwd, "getpwnam", unknown)
    credential = ask(mint(sun="elsewhere"))
    assert credential is not None
    assert (credential.name, credential.uid) == ("elsewhere", Credential.NOT_HERE)


# Names.


@pytest.mark.parametrize("owner", [ROOT, SLURM])
def test_root_and_slurm_user_speak_for_others(library: Library, owner: str) -> None:
    credential = ask(mint(sun=owner), PEBBLES)
    assert credential is not None
    assert (credential.name, credential.uid) == (PEBBLES, 1002)


def test_one_s_own_name_may_be_said(library: Library) -> None:
    assert ask(mint(), FRED) is not None


def test_nobody_else_speaks_for_others(library: Library) -> None:
    for name in (PEBBLES, ROOT, SLURM, "0", "FRED"):
        assert refused(mint(), name) == (
            f'X-SLURM-USER-NAME is "{name}", and the token is "fred"\'s: '
            "only a token of root or SlurmUser can name another user"
        )


@pytest.mark.parametrize("name", ["", "fred, pebbles", "a b", "a:b", "a/b", "x" * 257])
def test_what_is_no_name_is_refused(library: Library, name: str) -> None:
    assert "is not the name of a user" in refused(mint(sun=SLURM), name)


@pytest.mark.parametrize("name", ["", "a b", "root\0fred", "a\nb", "x" * 257])
def test_a_claim_that_is_no_name_is_refused(library: Library, name: str) -> None:
    assert "its claim sun is not the name of a user" in refused(mint(sun=name))


@pytest.mark.parametrize("claim", ["sun", "username", "preferred"])
@pytest.mark.parametrize("name", ["fred\\ud800", "\\udfff", "\\ud800\\ud800", "\\udc80"])
def test_half_a_character_is_no_name(library: Library, claim: str, name: str) -> None:
    library.parameters += ",userclaimfield=preferred"
    claims = f'{{"exp": {1 << 33}, "{claim}": "{name}"}}'
    assert "is not the name of a user" in refused(raw({"alg": "HS256"}, claims.encode()))


@pytest.mark.parametrize("name", [7, ["root"], {"a": 1}, True])
def test_a_claim_of_another_type_names_nobody(library: Library, name: Any) -> None:
    assert "it names no user" in refused(mint(sun=name))


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
     raw({"alg": "HS256"}, GOOD, b""), raw({"alg": "HS256"}, {**GOOD, "x": "y" * 17000})],
)  # fmt: skip
def test_what_is_no_token(library: Library, token: str) -> None:
    text = refused(token)
    assert text.startswith(("the token is malformed: ", "the token is signed with none"))


def test_a_truncated_token(library: Library) -> None:
    token = mint()
    for length in range(1, len(token)):
        refused(token[:length])


def test_an_expired_token_says_since_when(library: Library) -> None:
    for signed in (mint(exp=1_000_000_000), mint(b"w" * 32, exp=1_000_000_000)):
        assert refused(signed) == ("the token expired at 2001-09-09T01:46:40Z; scontrol token makes another")


def test_a_token_from_the_future(library: Library) -> None:
    assert refused(mint(iat=1 << 32)) == (
        "the token is from the future: it was issued at 2106-02-07T06:28:16Z"
    )


@pytest.mark.parametrize("judge", ["key", "slurmctld"])
def test_a_token_that_is_not_yet_valid(library: Library, key: Path, judge: str) -> None:
    if judge == "slurmctld":
        library.parameters = "jwt_key=/nonexistent"
    text = "the token is not yet valid: it begins at 2106-02-07T06:28:16Z (nbf)"
    for nbf in (1 << 32, float(1 << 32)):
        assert refused(mint(nbf=nbf, exp=1 << 33)) == text
    assert ask(mint(nbf=int(time.time()) + 5)) is not None
    assert ask(mint(nbf=time.time() - 0.5)) is not None


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize("value", ["null", '"60"', "true", "-1", "[1]", "1e400", "NaN", str(1 << 60)])
def test_a_time_that_is_none(library: Library, claim: str, value: str) -> None:
    claims = f'{{"exp": {1 << 33}, "sun": "fred", "{claim}": {value}}}'
    assert f"its claim {claim} is not a time" in refused(raw({"alg": "HS256"}, claims.encode()))


def test_an_empty_key_verifies_nothing(library: Library, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(log, "write", lambda level, line: lines.append(line))
    key.write_bytes(b"")
    parts = raw({"alg": "HS256"}, GOOD).rpartition(".")[0]
    mac = hmac.new(b"", parts.encode(), hashlib.sha256).digest()
    forged = f"{parts}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for token in (forged, mint()):
        assert "key is empty" in refused(token)
    assert library.asked == 0
    assert any("is empty" in line for line in lines)


@pytest.mark.parametrize("exp", [None, "60", True, -1, 1.5, 1 << 60, [1]])
def test_a_token_without_a_proper_end(library: Library, exp: Any) -> None:
    token = raw({"alg": "HS256"}, {"sun": FRED, **({} if exp is None else {"exp": exp})})
    assert "its claim exp is not a time" in refused(token)


def test_another_s_key(library: Library) -> None:
    assert refused(mint(b"w" * 32)) == "the token is not signed with this cluster's key"


def test_a_changed_claim(library: Library) -> None:
    header, _, signature = mint().split(".")
    claims = raw({}, {**GOOD, "sun": ROOT}).split(".")[1]
    assert "not signed with this cluster's key" in refused(f"{header}.{claims}.{signature}")


# Algorithms.


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", "HS384", "hs256", "ES256", None, 7, []])
def test_only_two_algorithms_are_taken(library: Library, alg: Any) -> None:
    for signature in (b"", b"x"):
        text = refused(raw({"alg": alg, "typ": "JWT"}, GOOD, signature))
        assert text.endswith("; accepted algorithms: HS256, RS256")


@pytest.fixture(scope="module")
def keys() -> tuple[Any, dict[str, Any], bytes]:
    """A private key, its public half as a JWK, and as PEM."""
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, form)
    return private, json.loads(pyjwt.algorithms.RSAAlgorithm.to_jwk(public)), pem


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

    @pytest.mark.parametrize("kid", ["one", "no-alg"])
    def test_a_key_of_the_set_verifies(self, jwks: Path, keys: Any, library: Library, kid: str) -> None:
        credential = ask(mint(keys[0], "RS256", {"kid": kid}))
        assert credential is not None
        assert (credential.name, library.asked) == (FRED, 0)

    @pytest.mark.parametrize(
        "kid", ["two", "", "../../etc/passwd", "/dev/zero", "one\0", "' OR 1=1", "http://h/k", "x" * 5000]
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
        rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
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

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"keys": 7}', '{"keys": ["one"]}'])
    def test_a_broken_file_has_no_keys(self, jwks: Path, keys: Any, content: str) -> None:
        jwks.write_text(content)
        assert "does not know" in refused(mint(keys[0], "RS256", {"kid": "one"}))

    def test_a_broken_key_is_left_to_slurmctld(self, jwks: Path, keys: Any, library: Library) -> None:
        jwks.write_text('{"keys": [{"kid": "one", "kty": "RSA", "n": "!", "e": "AQAB"}]}')
        assert ask(mint(keys[0], "RS256", {"kid": "one"})) is not None
        assert library.asked == 1

    def test_without_cryptography_it_is_left_to_slurmctld(
        self, jwks: Path, keys: Any, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pyjwt.algorithms, "has_crypto", False)
        assert ask(mint(keys[0], "RS256", {"kid": "one"})) is not None
        assert library.asked == 1


# Without the key.


def test_slurmctld_judges_where_the_key_cannot_be_read(forwarding: Library) -> None:
    assert ask(mint(b"w" * 32)) is not None
    assert forwarding.asked == 1
    forwarding.refuses = True
    assert refused(mint()) == "slurmctld refused the token"


def test_a_reading_is_judged_by_what_it_asks(forwarding: Library) -> None:
    """Its answer comes from slurmctld; see dispatch, which gives none before that."""
    reading = request(x_slurm_user_token=mint())
    reading.method = "GET"
    credential = jwt.authenticate(reading, PEER, Settings())
    assert credential is not None
    assert (credential.proven, forwarding.asked) == (False, 0)
    reading.query = "update_time=x"
    credential = jwt.authenticate(reading, PEER, Settings())
    assert credential is not None
    assert (credential.proven, forwarding.asked) == (True, 1)


def test_what_can_be_seen_without_the_key_is_not_asked(forwarding: Library) -> None:
    assert "expired at" in refused(mint(exp=1))
    assert "can name another user" in refused(mint(), PEBBLES)
    assert "malformed" in refused("x.y.z")
    assert forwarding.asked == 0


def test_forwarding_does_not_load_what_verifies(forwarding: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def door(name: str) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(auth, "method", door)
    assert ask(mint()) is not None


def test_privileged_mode_needs_the_key(forwarding: Library) -> None:
    headers = request(x_slurm_user_token=mint())
    text = refusal(lambda: jwt.authenticate(headers, PEER, Settings(privileged=True)))
    assert text == "the token cannot be verified here: there is no key for it"
    assert forwarding.asked == 0


def test_privileged_mode_gives_no_token_to_libslurm(library: Library) -> None:
    headers = request(x_slurm_user_token=mint())
    credential = jwt.authenticate(headers, PEER, Settings(privileged=True))
    assert credential is not None
    assert (credential.name, credential.uid, credential.token) == (FRED, 1001, "")


def test_privileged_mode_says_what_is_wrong_too(library: Library) -> None:
    headers = request(x_slurm_user_token=mint(b"w" * 32))
    text = refusal(lambda: jwt.authenticate(headers, PEER, Settings(privileged=True)))
    assert text == "the token is not signed with this cluster's key"


# slurm.conf.


@pytest.mark.parametrize(
    ("parameters", "key", "jwks", "claim"),
    [
        ("", "/state/jwt_hs256.key", "", ""),
        ("jwt_key=/k", "/k", "", ""),
        ("jwks=/j", "", "/j", ""),
        ("disable_token_creation,jwks=/j,jwt_key=/k,userclaimfield=u", "/k", "/j", "u"),
    ],
)
def test_slurm_conf_names_the_keys(parameters: str, key: str, jwks: str, claim: str) -> None:
    keys = JwtConfig("auth/jwt", "auth/munge", parameters, "/state", 7)
    assert (keys.key, keys.jwks, keys.claim, keys.slurm_user) == (key, jwks, claim, 7)
    assert keys.enabled


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
