"""auth.jwt: which requests are its own, and whose a token is."""

from __future__ import annotations

import pwd
import time
from pathlib import Path
from typing import Any

import pytest
from tokens import (
    FRED,
    KEY,
    PEBBLES,
    PEER,
    ROOT,
    SLURM,
    UIDS,
    Library,
    ask,
    key,
    keys,
    library,
    mint,
    refusal,
    refused,
    request,
    signed,
)

from restd_inet import auth, installed
from restd_inet.auth import carried, jwt, order
from restd_inet.message import Credential
from restd_inet.settings import Settings
from restd_inet.slurm.results import JwtConfig

__all__ = ["key", "keys", "library"]


@pytest.fixture
def forwarding(library: Library) -> Library:
    """The key is not for this process."""
    library.parameters = "jwt_key=/nonexistent"
    return library


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
    assert 0 < credential.expires - time.time() <= 60
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


def test_sun_comes_before_username_before_what_slurm_conf_says(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.parameters += ",userclaimfield=preferred"
    monkeypatch.setattr(installed, "release", lambda: "22.05.8")
    assert "expected a claim sun or username;" in refused(mint(sun=None, preferred=PEBBLES))
    monkeypatch.setattr(installed, "release", lambda: "23.02.0")
    for claims, name in (
        ({"username": PEBBLES, "preferred": SLURM}, FRED),
        ({"sun": None, "username": PEBBLES, "preferred": SLURM}, PEBBLES),
        ({"sun": None, "preferred": PEBBLES}, PEBBLES),
    ):
        credential = ask(mint(**claims))
        assert credential is not None
        assert credential.name == name


def test_other_claims_are_ignored(library: Library) -> None:
    assert ask(mint(aud="somebody else", iss="idp", sub=7, jti=3)) is not None


def test_a_token_is_valid_in_its_last_second_and_not_after(library: Library) -> None:
    now = int(time.time())
    assert ask(mint(exp=now + 1)) is not None
    assert "expired at" in refused(mint(exp=now - 1))


@pytest.mark.parametrize("claim", ["iat", "nbf"])
@pytest.mark.parametrize(
    "value", [None, "null", '"60"', "true", "-1", "[1]", "1.5", str(1 << 33), str(1 << 60)]
)
def test_auth_jwt_looks_at_no_time_but_the_end(library: Library, claim: str, value: str | None) -> None:
    added = "" if value is None else f', "{claim}": {value}'
    claims = f'{{"exp": {1 << 33}, "sun": "fred"{added}}}'
    assert ask(signed({"alg": "HS256"}, claims.encode())) is not None


def test_a_user_whom_only_slurmctld_knows_is_served(
    forwarding: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    credential = ask(mint(sun="elsewhere"))
    assert credential is not None
    assert (credential.name, credential.uid) == ("elsewhere", Credential.NOT_HERE)


# Names.
@pytest.mark.parametrize("owner", [ROOT, SLURM])
def test_root_and_slurm_user_speak_for_others(library: Library, owner: str) -> None:
    credential = ask(mint(sun=owner), PEBBLES)
    assert credential is not None
    assert (credential.name, credential.uid) == (PEBBLES, 1002)


def test_one_s_own_name_may_be_given(library: Library) -> None:
    assert ask(mint(), FRED) is not None


def test_only_root_and_slurm_user_may_name_other_users(library: Library) -> None:
    for name in (PEBBLES, ROOT, SLURM, "0", "FRED"):
        assert refused(mint(), name) == (
            f'X-SLURM-USER-NAME is "{name}", and the token is "fred"\'s: '
            "only a token of root or SlurmUser can name another user"
        )


@pytest.mark.parametrize("name", ["", "fred, pebbles", "a\nb", "a:b", "x" * 257])
def test_what_is_no_name_is_refused(library: Library, name: str) -> None:
    assert "is not the name of a user" in refused(mint(sun=SLURM), name)


@pytest.mark.parametrize("name", ["", "a,b", "a:b", "a\x7f", "a\nb", "x" * 257])
def test_a_claim_that_is_no_name_is_slurmctld_s_to_judge(library: Library, name: str) -> None:
    """auth/jwt takes it for nobody."""
    credential = ask(mint(sun=name))
    assert credential is not None
    assert (credential.name, credential.uid, library.asked) == ("", Credential.NOT_HERE, 1)
    privileged = request(x_slurm_user_token=mint(sun=name))
    text = refusal(lambda: jwt.authenticate(privileged, PEER, Settings(privileged=True)))
    assert "its claim sun is not the name of a user" in text


@pytest.mark.parametrize("claim", ["sun", "username", "preferred"])
@pytest.mark.parametrize("name", ["fred\\ud800", "\\udfff", "\\ud800\\ud800", "\\udc80"])
def test_half_a_character_is_no_name(library: Library, claim: str, name: str) -> None:
    library.parameters += ",userclaimfield=preferred"
    claims = f'{{"exp": {1 << 33}, "{claim}": "{name}"}}'
    assert "its payload is not a JSON object" in refused(signed({"alg": "HS256"}, claims.encode()))


def test_the_number_of_a_user_is_a_name(library: Library) -> None:
    for number in ("1001", "+1001", " 01001"):
        credential = ask(mint(sun=number))
        assert credential is not None
        assert (credential.uid, credential.name) == (1001, number)
    credential = ask(mint(sun=str(UIDS[SLURM])), PEBBLES)
    assert credential is not None
    assert credential.uid == UIDS[PEBBLES]
    assert "only a token of root or SlurmUser" in refused(mint(sun="1002"), FRED)


@pytest.mark.parametrize("name", [7, ["root"], {"a": 1}, True])
def test_a_claim_of_another_type_names_no_user(library: Library, name: Any) -> None:
    assert "it names no user" in refused(mint(sun=name))


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
    assert credential.method == "jwt"
    assert 0 < credential.expires - time.time() <= 60


def test_privileged_mode_says_what_is_wrong_too(library: Library) -> None:
    headers = request(x_slurm_user_token=mint(b"w" * 32))
    text = refusal(lambda: jwt.authenticate(headers, PEER, Settings(privileged=True)))
    assert text == "the token is not signed with this cluster's key"


def test_privileged_mode_has_keys_of_its_own(library: Library, tmp_path: Path, monkeypatch: Any) -> None:
    """SlurmrestdHttpAuthParameters of Slurm 26.11. Otherwise slurmctld has the last word: its keys count."""
    own = tmp_path / "own.key"
    own.write_bytes(b"o" * 32)
    theirs = library.jwt_config()
    ours = JwtConfig("auth/jwt", "auth/munge", f"jwt_key={own}", "/state", UIDS[SLURM])
    monkeypatch.setattr(library, "jwt_config", lambda own=False: ours if own else theirs)
    for secret, privileged in ((b"o" * 32, True), (KEY, False)):
        headers = request(x_slurm_user_token=mint(secret))
        assert jwt.authenticate(headers, PEER, Settings(privileged=privileged)) is not None
        other = Settings(privileged=not privileged)
        assert "not signed with" in refusal(lambda: jwt.authenticate(headers, PEER, other))  # noqa: B023


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


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        ("Basic x, Bearer y", "Authorization was sent more than once, or holds more than a token"),
        ("Bearer y, Bearer z", "Authorization was sent more than once, or holds more than a token"),
        ("Bearer", "the token in Authorization: Bearer is empty"),
        ("Bearer \t ", "the token in Authorization: Bearer is empty"),
    ],
)
def test_a_field_with_more_or_less_than_a_token_is_named(
    library: Library, authorization: str, said: str
) -> None:
    assert refusal(lambda: jwt.authenticate(request(authorization=authorization), PEER, Settings())) == said


def test_two_different_tokens_are_refused(library: Library) -> None:
    both = request(authorization=f"Bearer {mint(n=1)}", x_slurm_user_token=mint(n=2))
    text = "X-SLURM-USER-TOKEN and Authorization hold different tokens; send one of them"
    assert refusal(lambda: jwt.authenticate(both, PEER, Settings())) == text


@pytest.mark.parametrize("blanks", ["Bearer \t{} \t", " \tBearer {}"])
def test_blanks_around_a_token_are_not_of_it(library: Library, blanks: str) -> None:
    token = mint()
    credential = jwt.authenticate(request(authorization=blanks.format(token)), PEER, Settings())
    assert credential is not None
    assert credential.token == token


def test_slurmctld_is_told_whom_an_unclear_token_is_to_act_for(library: Library) -> None:
    token = signed({"alg": "hs256"}, {"exp": 1 << 33, "sun": FRED})
    credential = ask(token, FRED)
    assert credential is not None
    assert (credential.name, credential.method, credential.token) == (FRED, "jwt", token)
    assert (credential.uid, credential.gid) == (Credential.NOT_HERE, Credential.NOT_HERE)
    assert library.asked == 1
    assert "is not the name of a user" in refused(token, "a:b")
    assert library.asked == 1


class Repeated:
    """Requests of one connection with the same head, and the clock of what is kept for them."""

    def __init__(self, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self._token, self._kept = token, dict[str, Any]()
        monkeypatch.setattr(jwt, "monotonic", lambda: self.now)

    def ask(self) -> Credential | None:
        again = request(x_slurm_user_token=self._token)
        again.kept = self._kept
        return jwt.authenticate(again, PEER, Settings())


def test_a_repeated_token_is_refused_once_it_has_expired(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = int(time.time()) + 1000
    repeated = Repeated(mint(exp=end), monkeypatch)
    assert repeated.ask() is not None
    monkeypatch.setattr("restd_inet.auth._jwt_read.time", lambda: end + 1.0)
    assert "expired at" in refusal(repeated.ask)


def test_a_repeated_token_is_refused_once_its_key_is_another(
    library: Library, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated = Repeated(mint(), monkeypatch)
    assert repeated.ask() is not None
    key.write_bytes(b"another")
    assert "token" in refusal(repeated.ask)


def test_the_user_of_a_repeated_token_is_looked_up_again_after_a_second(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated = Repeated(mint(), monkeypatch)
    before = repeated.ask()
    monkeypatch.setitem(UIDS, FRED, 4711)
    repeated.now += 1.0
    after = repeated.ask()
    assert before is not None and before.uid != 4711
    assert after is not None and after.uid == 4711
