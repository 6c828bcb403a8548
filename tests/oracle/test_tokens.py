"""A token is judged as slurmctld judges it: whether it is good, and whose it is."""

from __future__ import annotations

import base64
import json
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lacking
import pytest
from ask import answers, release
from cluster.conftest import running
from token_cases import KIDS, client_ids, hs256, key_set, rs256

pytestmark = lacking.as_root
#: Of scontrol, whether slurmctld accepts a token, and its user: whose token it makes for it.
JUDGE = """while IFS= read -r SLURM_JWT; do
    export SLURM_JWT
    made=$(timeout 20 scontrol token lifespan=60 2>/dev/null) || made=
    timeout 20 scontrol --oneliner show partition debug >/dev/null 2>&1; echo "$? $made"
done"""
BODY = '{"hostlist": "h[1-2]"}'
REFUSED, NOBODY = "refused", "nobody"
#: Only slurmctld can judge it, and has accepted it.
LEFT = "left to slurmctld"
KEYS = 2048


@pytest.fixture(scope="module")
def keys() -> dict[str, Any]:
    rsa = pytest.importorskip(
        "cryptography.hazmat.primitives.asymmetric.rsa", reason=lacking.python_package("cryptography")
    )
    return {kid: rsa.generate_private_key(65537, KEYS) for kid in (*KIDS, "stranger")}


@pytest.fixture(scope="module")
def judged(reachable: Any, keys: dict[str, Any]) -> Iterator[Any]:
    """A cluster with keys of both algorithms."""
    with running(reachable, "--nodes", "1", "--no-accounting") as cluster:
        jwks = Path(cluster.dir, "etc", "jwks.json")
        jwks.write_text(json.dumps(key_set(keys)))
        jwks.chmod(0o644)
        shutil.chown(jwks, "slurm")
        configure(cluster, f"jwks={jwks},userclaimfield=preferred")
        yield cluster


@pytest.fixture(scope="module", params=["use_jwt_client_ids", "use_jwt_client_ids_only"])
def with_ids(judged: Any, request: pytest.FixtureRequest) -> Any:
    if release() < (26, 5):
        pytest.skip(lacking.slurm("use_jwt_client_ids came with Slurm 26.05", "26.05"))
    configure(judged, request.param)
    return judged


def configure(cluster: Any, more: str) -> None:
    """Adds to AuthAltParameters, as they were at first, and starts slurmctld anew."""
    conf = Path(cluster.conf)
    lines = conf.read_text().splitlines()
    key = f"jwt_key={cluster.dir}/etc/jwt_hs256.key"
    lines = [f"AuthAltParameters={key},{more}" if line.startswith("AuthAltP") else line for line in lines]
    cluster.stop("slurmctld")
    conf.write_text("\n".join(lines) + "\n")
    cluster.start("slurmctld")


def theirs(cluster: Any, tokens: dict[str, str]) -> dict[str, str]:
    """slurmctld's judgement of each."""
    done = cluster.shell(JUDGE, input="".join(f"{token}\n" for token in tokens.values()), timeout=300)
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(tokens), done.stderr
    return {name: said(*line.partition(" ")[::2]) for name, line in zip(tokens, lines, strict=True)}


def said(status: str, made: str) -> str:
    if made:
        claims = made.partition("=")[2].split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(claims + "=="))["sun"])
    return REFUSED if status != "0" else NOBODY


def ours(cluster: Any, tokens: dict[str, str], *options: str, user: str = "slurm") -> dict[str, str]:
    """Ours, by a path that slurmctld is not asked for: a process of SlurmUser reads the key itself."""
    asked = "".join(
        f"POST /util/v0.0.44/hostnames HTTP/1.1\r\nX-SLURM-USER-TOKEN: {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}"
        for token in tokens.values()
    )
    command = " ".join(["cat | restd-inet --max-header 65536 --max-requests 1000", *options])
    found = list(answers(cluster.shell(command, input=asked, user=user, timeout=300).stdout))
    assert len(found) == len(tokens)
    return {name: user_of(*answer) for name, answer in zip(tokens, found, strict=True)}


def user_of(status: int, body: Any) -> str:
    if status == 401:
        return REFUSED
    assert status == 200, body
    name = body["meta"]["client"]["user"]
    if not name:
        return LEFT
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError:
        pass
    try:
        return pwd.getpwuid(int(name)).pw_name
    except (KeyError, ValueError):
        return NOBODY


def test_a_token_is_judged_as_slurmctld_judges_it(judged: Any, keys: dict[str, Any]) -> None:
    key = Path(judged.dir, "etc", "jwt_hs256.key").read_bytes()
    tokens = hs256(key) | rs256({kid: keys[kid] for kid in KIDS}, keys["stranger"])
    assert len(tokens) > 100
    they, we = theirs(judged, tokens), ours(judged, tokens)
    left = [name for name in tokens if we[name] == LEFT and they[name] != REFUSED]
    assert len(left) <= len(tokens) // 8
    different = {
        name: (they[name], we[name]) for name in tokens if they[name] != we[name] and name not in left
    }
    assert different == {}


def test_whom_the_claims_of_a_token_describe(with_ids: Any) -> None:
    key = Path(with_ids.dir, "etc", "jwt_hs256.key").read_bytes()
    fred = pwd.getpwnam("fred")
    tokens = client_ids(key, fred.pw_uid, fred.pw_gid)
    they, we = theirs(with_ids, tokens), ours(with_ids, tokens)
    left = [name for name in tokens if we[name] == LEFT and they[name] != REFUSED]
    assert len(left) <= 8
    different = {
        name: (they[name], we[name]) for name in tokens if they[name] != we[name] and name not in left
    }
    assert different == {}


@pytest.mark.parametrize(("claims", "name"), [
    ("identity", "fred"), ("identity", "pebbles"), ("identity", "root"),
    ("identity and another sun", "pebbles"),
    ("identity, sun root", "pebbles"), ("no identity", "fred"), ("no identity", "pebbles"),
])  # fmt: skip
def test_another_name_than_the_token_s(with_ids: Any, claims: str, name: str) -> None:
    """As slurmrestd, which gives the name to slurmctld."""
    key = Path(with_ids.dir, "etc", "jwt_hs256.key").read_bytes()
    fred = pwd.getpwnam("fred")
    token = client_ids(key, fred.pw_uid, fred.pw_gid)[claims]
    fields = f"X-SLURM-USER-TOKEN: {token}\r\nX-SLURM-USER-NAME: {name}\r\n"
    asked = f"GET /slurm/v0.0.44/partitions HTTP/1.1\r\n{fields}Connection: close\r\n\r\n"
    they = next(
        answers(
            with_ids.shell(
                "cat | timeout 30 slurmrestd -a rest_auth/jwt", input=asked, env={"SLURM_JWT": "daemon"}
            ).stdout
        )
    )
    we = next(answers(with_ids.shell("cat | restd-inet", input=asked, user="slurm").stdout))
    assert (we[0] == 200) == (they[0] == 200), (we, they)
    assert we[0] in (200, 401)


def test_privileged_mode_has_keys_of_its_own(judged: Any) -> None:
    """SlurmrestdHttpAuthParameters, which came with 26.11."""
    if release() < (26, 11):
        pytest.skip(lacking.slurm("SlurmrestdHttpAuthParameters came with Slurm 26.11", "26.11"))
    configure(judged, "userclaimfield=preferred")
    own = Path(judged.dir, "etc", "own.key")
    own.write_bytes(b"o" * 32)
    own.chmod(0o600)
    conf = Path(judged.conf)
    text = conf.read_text()
    conf.write_text(f"{text}SlurmrestdHttpAuthParameters=jwt_key={own}\n")
    try:
        for key, privileged in (
            (b"o" * 32, "fred"),
            (Path(judged.dir, "etc", "jwt_hs256.key").read_bytes(), REFUSED),
        ):
            tokens = {"good": hs256(key)["good"]}
            assert ours(judged, tokens, "--privileged", user="root") == {"good": privileged}
            assert ours(judged, tokens) == {"good": "fred" if privileged == REFUSED else REFUSED}
    finally:
        conf.write_text(text)
