"""Authentication methods: a file and a line of option_values.METHODS make one; no other code names any."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import jwt as pyjwt
import pytest
from fake_slurm import FakeSlurm
from tokens import raw

import restd_inet.slurm
from restd_inet import auth, lazy, process, settings, state_directory
from restd_inet.app.dispatch import Dispatcher
from restd_inet.auth import _become_user, _jwt_verify, jwt, local
from restd_inet.auth._jwt_read import Token
from restd_inet.message import Peer, Request, Response
from restd_inet.openapi.generate import authentication
from restd_inet.option_values import METHODS
from restd_inet.problems import Problem
from restd_inet.schema.versions import V1, V39
from restd_inet.settings import Settings
from restd_inet.slurm.results import JwtConfig

PACKAGE = Path(auth.__file__).parent.parent

#: Who sends the word in X-Site-Pass acts as the user of this process.
SITE = """
import os

from restd_inet.message import Credential
from restd_inet.problems import Problem

CREDENTIAL = "a pass"
HOW = "a pass in X-Site-Pass"
CHALLENGE = "SitePass"
SIGNS_RPC = False
NEEDS_ROOT = False
NOT_ROOT = ""
SECURITY_SCHEMES = {"pass": {"type": "apiKey", "in": "header", "name": "X-Site-Pass"}}
SECURITY = [], [{"pass": []}]


def possible(peer):
    return True


def carries(headers):
    return headers["x-site-pass"] != "none"


def authenticate(request, peer, settings):
    if "x-site-pass" not in request.headers:
        return None
    if request.headers["x-site-pass"] != "sesame":
        raise Problem(401, "the pass is wrong")
    return Credential(os.geteuid(), os.getegid(), "", "site")


def preload():
    pass


def warm(settings):
    pass
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A method of one file and one line."""
    (tmp_path / "site.py").write_text(SITE)
    monkeypatch.setattr(auth, "__path__", [*auth.__path__, str(tmp_path)])
    monkeypatch.setitem(METHODS, "site", ("x-site-pass",))
    monkeypatch.delitem(sys.modules, "restd_inet.auth.site", raising=False)
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: FakeSlurm())


def ask(options: Settings, peer: Peer, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    path = ("slurm", "v0.0.39", "ping")
    request = Request("GET", "/slurm/v0.0.39/ping", path, "", named, "1.1", bytes)
    return Dispatcher(options, False).handle(request, peer)


REMOTE = Peer("inet", "[::1]:1")
OTHERS = Peer("pipe", "pipe:[2]", os.geteuid() + 1, 0, 0o600)


def options(text: str) -> Settings:
    return settings.read(["-a", text], {})


@pytest.mark.usefixtures("site")
class TestAMethodOfOneFile:
    def test_it_is_typed_like_the_others(self) -> None:
        assert options("rest_auth/site,local").auth == ("site", "local")

    def test_its_credential_lets_a_request_in(self) -> None:
        assert ask(options("local,site"), REMOTE, x_site_pass="sesame").status == 200
        assert ask(options("site"), REMOTE, x_site_pass="sesame").status == 200

    def test_its_credential_takes_precedence_over_the_connection(self) -> None:
        own = Peer("pipe", "pipe:[1]", os.geteuid(), 0, 0o600)
        assert ask(options("local,site"), own, x_site_pass="open").status == 401
        assert ask(options("local,site"), own, x_site_pass="none").status == 200
        assert ask(options("local"), own, x_site_pass="open").status == 200
        assert ask(options("local,site"), own).status == 200
        assert ask(options("local,site"), OTHERS, x_site_pass="sesame").status == 200

    def test_a_401_has_its_challenge(self) -> None:
        def challenged(names: str, **headers: str) -> tuple[int, str]:
            answer = ask(options(names), REMOTE, **headers)
            return answer.status, dict(answer.headers)["WWW-Authenticate"]

        assert challenged("site", x_site_pass="open") == (401, "SitePass")
        assert challenged("jwt,site") == (401, "Bearer, SitePass")
        assert challenged("jwt,jwt") == (401, "Bearer")
        assert challenged("local") == (401, "Bearer, SitePass")  # a 401 must have one

    def test_what_was_sent_is_named_where_it_is_not_accepted(self) -> None:
        answer = ask(options("local"), REMOTE, x_site_pass="sesame")
        said = b"a pass was given; local, all that is accepted, is impossible here"
        assert said in b"".join(answer.body)

    def test_a_401_says_what_is_possible_here_and_how(self) -> None:
        def said(names: str, peer: Peer) -> str:
            return b"".join(ask(options(names), peer).body).decode()

        token = "jwt, a token in X-SLURM-USER-TOKEN or Authorization: Bearer, which scontrol token makes"
        assert f"no authentication was given; possible here: {token}" in said("jwt", REMOTE)
        both = f"possible here: {token} or site, a pass in X-Site-Pass"
        assert f"no authentication was given; {both}" in said("local,jwt,site", REMOTE)
        assert f"this process runs as uid {os.geteuid()}; {both}" in said("local,jwt,site", OTHERS)
        assert f'this process runs as uid {os.geteuid()}"' in said("local", OTHERS)

    def test_who_sends_its_credential_has_no_core_dumps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hidden: list[bool] = []
        monkeypatch.setattr(process, "hide", lambda: hidden.append(True))
        ask(options("local"), REMOTE)
        assert hidden == []
        ask(options("local"), REMOTE, x_site_pass="sesame")
        assert hidden == [True]

    def test_its_scheme_is_in_the_openapi_document(self) -> None:
        before, schemes = authentication(V1)
        assert before == [{"user": [], "token": []}]
        assert set(schemes) == {"user", "token"}
        later, schemes = authentication(V39)
        assert later == [{"user": [], "token": []}, {"token": []}, {"bearerAuth": []}, {"pass": []}, {}]
        assert schemes["pass"]["name"] == "X-Site-Pass"


def test_a_method_that_no_field_names_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request over its own pipe needs nothing of tokens."""
    monkeypatch.setattr(auth, "method", {"local": local}.__getitem__)
    assert auth.carried({"host": "localhost"}) == []
    own = Peer("pipe", "pipe:[1]", os.geteuid(), 0, 0o600)
    request = Request("GET", "/", (), "", {}, "1.1", bytes)
    assert auth.authenticate(request, own, Settings()).uid == os.geteuid()


@pytest.mark.parametrize("module", [local, jwt])
def test_a_method_defines_what_a_method_has(module: auth.Method) -> None:
    tree = ast.parse((PACKAGE / "auth" / "__init__.py").read_bytes())
    (protocol,) = (
        each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.name == "Method"
    )
    names = {
        each.target.id
        for each in protocol.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }
    names |= {each.name for each in protocol.body if isinstance(each, ast.FunctionDef)}
    assert len(names) > 8
    assert {name for name in names if not hasattr(module, name)} == set()


#: Files with such a word that means something else: --mem-bind of sbatch, AuthAltTypes of slurm.conf.
OTHER_MEANINGS = (
    "schema/kinds/sbatch.py", "schema/batch/variables.py", "slurm/results.py", "cli/check.py",
)  # fmt: skip


def test_no_other_file_names_a_method() -> None:
    """Whatever is particular to one stands in its module."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE).as_posix()
        if place.startswith("auth/") or place in ("option_values.py", *OTHER_MEANINGS):
            continue
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Constant) and node.value in METHODS:
                found.append(f"{place}:{node.lineno}")
    assert found == []


def test_privileged_mode_makes_this_process_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[tuple[int, str]] = []
    monkeypatch.setattr(_become_user, "become", lambda credential, why: became.append((credential.uid, why)))
    request = Request("GET", "/", (), "", {}, "1.1", bytes)
    found = auth.authenticate(request, Peer("unix", "unix:[1]", 7, 8), Settings(privileged=True))
    assert (found.uid, found.gid) == (7, 8)
    assert became == [(7, "")]


@pytest.mark.parametrize("kept", [True, False])
def test_root_opens_the_directory_of_keys_before_it_becomes_the_user(
    monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    done: list[object] = []
    monkeypatch.setattr(_become_user, "become", lambda credential, why: done.append("become"))
    monkeypatch.setattr(_become_user, "check_still_root", lambda: done.append("still root"))
    monkeypatch.setattr(
        state_directory, "keep", lambda settings, uid: done.append((settings.privileged, uid)) or kept
    )
    request = Request("POST", "/", (), "", {"idempotency-key": "k"}, "1.1", bytes)
    auth.authenticate(request, Peer("unix", "unix:[1]", 7, 8), Settings(privileged=True))
    assert done == [(True, 7), *([] if kept else ["still root"]), "become"]


def test_without_any_challenge_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "METHODS", {"local": ()})
    assert auth.challenge(["local"]) == ""


def test_a_user_without_a_name_here_cannot_ask_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    request = Request("GET", "/", (), "", {"x-slurm-user-name": "fred"}, "1.1", bytes)
    with pytest.raises(Problem) as refused:
        local.authenticate(request, Peer("unix", "unix:[1]", 54321, 1), Settings(privileged=True))
    assert refused.value.text == (
        'X-SLURM-USER-NAME is "fred", and without a token this request is "uid 54321"\'s'
    )


@pytest.mark.parametrize("readable", [False, True])
def test_what_verifies_tokens_is_loaded_ahead_where_a_key_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readable: bool
) -> None:
    if readable:
        (tmp_path / "jwt_hs256.key").write_bytes(b"k" * 32)
    config = JwtConfig("auth/jwt", "auth/munge", "", str(tmp_path), 1)
    library = SimpleNamespace(jwt_config=lambda own: config)
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: library)
    loaded: list[str] = []
    monkeypatch.setattr(lazy, "module", loaded.append)
    jwt.warm(Settings())
    local.warm(Settings())
    local.preload()
    assert loaded == ["restd_inet.auth._jwt_verify"] * readable


def test_without_cryptography_slurmctld_verifies_rs256(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyjwt.algorithms, "has_crypto", False)
    keys = b'{"keys": [{"kid": "a", "kty": "RSA", "alg": "RS256"}]}'
    token = Token(raw({"alg": "RS256", "kid": "a"}, {}))
    assert _jwt_verify.verified(token, keys) is False
