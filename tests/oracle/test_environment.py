"""restd-inet and the real slurmrestd with one command line and environment: both start, or both refuse."""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import Any, NamedTuple

import lacking
import pytest
from api_versions import slurmrestds
from ask import release
from cluster.serving import free_port

#: The newest version of each release's slurmrestd.
VERSION = max(slurmrestds("22.05", "24.05", "24.11", "26.05", "26.11").get(release(), (0,)))

#: Without slurmdbd an older slurmrestd starts only if it is given the plugin to load.
PLUGIN = f"v0.0.{VERSION}" if release() < (24, 5) else "slurmctld"
ALWAYS = {"SLURMRESTD_OPENAPI_PLUGINS": PLUGIN} if release() < (26, 5) else {}

pytestmark = pytest.mark.skipif(
    not VERSION, reason=lacking.slurm("is not compared with the slurmrestd of this release", "26.05")
)


class Done(NamedTuple):
    """What a program did with one request on a pipe. status: of HTTP, 0 if it refused to start. end: as the
    shell has it."""

    status: int
    body: bytes
    log: str
    end: int


def run(
    cluster: Any,
    program: str,
    arguments: str,
    env: dict[str, str],
    target: str,
    accept: str,
    user: str | None,
) -> Done:
    command = f"cat | timeout 20 {program} {arguments}"
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
    done = cluster.shell(command, input=request, env=env, user=user)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    status = int(head.split()[1]) if head.startswith(b"HTTP/") else 0
    return Done(status, body, done.stderr.decode(), done.returncode)


def both(
    cluster: Any,
    arguments: str = "",
    target: str = f"/slurm/v0.0.{VERSION}/ping",
    accept: str = "application/json",
    user: str | None = None,
    **env: str,
) -> tuple[Done, Done]:
    """Ours and slurmrestd's."""
    ours, theirs = (
        run(cluster, program, arguments, {**ALWAYS, **env}, target, accept, user)
        for program in ("restd-inet", "slurmrestd")
    )
    return ours, theirs


def case(since: tuple[int, int], arguments: str = "", **env: str) -> Any:
    """since: the first release whose slurmrestd has it."""
    name = " ".join([*(f"{name}={value}" for name, value in env.items()), arguments]).strip()
    older = lacking.slurm("is about a later slurmrestd", f"{since[0]}.{since[1]:02}")
    skip = pytest.mark.skipif(release() < since, reason=older)
    return pytest.param(arguments, env, id=name or "nothing", marks=skip)


OLD, V24, V26 = (22, 5), (24, 5), (26, 5)

REFUSED = [
    case(OLD, "-a jwt,foo"),
    case(OLD, "-a ,"),
    case(OLD, "-a foo"),
    case(OLD, SLURMRESTD_AUTH_TYPES="local,foo"),
    case(OLD, SLURMRESTD_AUTH_TYPES=""),
    case(OLD, "-g unknown"),
    case(OLD, "-u unknown"),
    case(OLD, SLURMRESTD_SECURITY="unknown"),
    case(OLD, SLURMRESTD_SECURITY="disable_unshare_files,unknown"),
    case(V24, SLURMRESTD_SECURITY="become_user"),  # not root
    case(OLD, SLURMRESTD_DEBUG=""),
    case(V24, SLURMRESTD_DEBUG="loud"),
    case(V26, SLURM_DEBUG="loud"),
    case(V26, SLURM_DEBUG=""),
    case(V26, SLURMRESTD_DEBUG_STDERR="loud"),
    case(V26, SLURMRESTD_DEBUG_SYSLOG=""),
    case(V26, "https://localhost:6820"),  # there is no certificate
    case(V24, SLURMRESTD_MAX_CONNECTIONS="0"),
    case(V24, SLURMRESTD_MAX_CONNECTIONS="many"),
    case(V24, SLURMRESTD_MAX_CONNECTIONS=""),
    case(V26, SLURMRESTD_RESPONSE_STATUS_CODES="999"),
    case(V24, SLURMRESTD_RESPONSE_STATUS_CODES="200,nothing"),
]
SERVED = [
    case(OLD),
    case(OLD, "-a rest_auth/local"),
    case(OLD, "-a ' local , jwt '"),
    case(OLD, "-a local", SLURMRESTD_AUTH_TYPES="foo"),
    case(OLD, SLURMRESTD_SECURITY=""),
    case(OLD, SLURMRESTD_SECURITY=",DISABLE_unshare_sysv,disable_unshare_files,"),
    case(OLD, "-t 4"),
    case(V24, SLURMRESTD_DEBUG="debug2"),
    case(V26, SLURMRESTD_DATA_PARSER_PLUGINS=""),
    case(V26, "-t 0"),
    case(V26, SLURM_DEBUG="debug"),
    case(V26, SLURM_DEBUG="loud", SLURMRESTD_DEBUG="debug"),
    case(V26, SLURMRESTD_DEBUG_STDERR="debug", SLURMRESTD_DEBUG_SYSLOG="error"),
    case(V24, SLURM_DEBUG_FLAGS="Network"),
    case(V24, SLURMRESTD_MAX_CONNECTIONS="5"),
    case(V24, "--max-connections 5"),
    case(V24, SLURMRESTD_JSON=""),
    case(V26, SLURMRESTD_JSON="no_tag"),
    case(V24, SLURMRESTD_RESPONSE_STATUS_CODES=""),
]


@pytest.mark.parametrize(("arguments", "env"), REFUSED)
def test_both_refuse_to_start(bare_cluster: Any, arguments: str, env: dict[str, str]) -> None:
    ours, theirs = both(bare_cluster, arguments, **env)
    assert (ours.status, theirs.status) == (0, 0)
    wrong = next(word for word in [*shlex.split(arguments), *env] if not word.startswith("-"))
    assert re.search(f"(?i){re.escape(wrong)}|become_user|restd_cert", ours.log), "what is wrong is not named"


@pytest.mark.parametrize(("arguments", "env"), SERVED)
def test_both_serve(bare_cluster: Any, arguments: str, env: dict[str, str]) -> None:
    ours, theirs = both(bare_cluster, arguments, **env)
    assert (ours.status, theirs.status) == (200, 200), ours.log + theirs.log


@pytest.mark.skipif(release() < V26, reason=lacking.slurm("is about a later slurmrestd", "26.05"))
@pytest.mark.parametrize(("level", "logged"), [("error", False), ("info", True), ("debug2", True)])
def test_stderr_has_a_level_of_its_own(bare_cluster: Any, level: str, logged: bool) -> None:
    ours, theirs = both(bare_cluster, SLURMRESTD_DEBUG_STDERR=level, SLURMRESTD_DEBUG="debug5")
    assert (ours.status, theirs.status) == (200, 200)
    assert (bool(ours.log), bool(theirs.log)) == (logged, logged)


@pytest.mark.skipif(release() < V24, reason=lacking.slurm("is about a later slurmrestd", "26.05"))
def test_a_wrong_debug_flag_is_an_error_of_slurm_conf(bare_cluster: Any) -> None:
    ours, theirs = both(bare_cluster, SLURM_DEBUG_FLAGS="nonsense")
    assert (ours.status, theirs.status) == (503, 0)
    assert "nonsense" in ours.log


@pytest.mark.skipif(release() < V24, reason=lacking.slurm("is about a later slurmrestd", "26.05"))
@pytest.mark.parametrize("env", [{"SLURMRESTD_AUTH_TYPES": "foo"}, {"SLURM_DEBUG_FLAGS": "nonsense"}])
def test_abort_on_fatal_ends_both_by_sigabrt(bare_cluster: Any, env: dict[str, str]) -> None:
    ours, theirs = both(bare_cluster, ABORT_ON_FATAL="1", **env)
    assert (ours.end, theirs.end) == (134, 134)


#: Starts a program at a socket, and prints what the commands print.
LISTENING = """
{env} {program} -a rest_auth/local {options} unix:$PWD/{program}.sock >/dev/null 2>$PWD/{program}.log & pid=$!
for _ in $(seq 600); do [ -S {program}.sock ] && break; sleep 0.1; done
curl -s -m 60 -o /dev/null --unix-socket {program}.sock http://h/openapi
{commands}
kill $pid; wait $pid; rm -f {program}.sock
"""


def listening(
    cluster: Any, commands: str, options: str = "", user: str | None = None, env: str = ""
) -> list[str]:
    """What the commands print beside each of the two; $pid is its process."""
    found = []
    for program in ("restd-inet", "slurmrestd"):
        inner = commands.format(program=program)
        script = LISTENING.format(program=program, options=options, commands=inner, env=env)
        found.append(cluster.shell(script, user=user, env=ALWAYS).stdout.decode())
    return found


@pytest.mark.skipif(release() < V26, reason=lacking.slurm("is about a later slurmrestd", "26.05"))
def test_sigprof_ends_neither_and_is_logged(bare_cluster: Any) -> None:
    ask = "curl -s -o /dev/null -w '%{{http_code}}' --unix-socket {program}.sock http://h/openapi"
    wait = "for _ in $(seq 100); do grep -q onnection {program}.log && break; sleep 0.1; done"
    ours, theirs = listening(
        bare_cluster, f"kill -PROF $pid; {wait}; {ask}; grep -c onnection {{program}}.log"
    )
    for said in (ours, theirs):
        assert said.startswith("200")
        assert int(said[3:]) > 0


@pytest.mark.skipif(release() < (26, 11), reason=lacking.slurm("has no SlurmrestdParameters", "26.11"))
@pytest.mark.parametrize("given", ["", "SLURMRESTD_MAX_CONNECTIONS=7"])
def test_slurm_conf_limits_connections(bare_cluster: Any, given: str) -> None:
    """Of slurmrestd slurm.conf goes over the variable, of restd-inet the variable over slurm.conf."""
    conf = f"{bare_cluster.jobs}/limited.conf"
    limited = "SlurmrestdParameters=conmgr_max_connections=5,conmgr_read_timeout=9,nothing"
    bare_cluster.shell(f"(cat $SLURM_CONF; echo '{limited}') > {conf}")
    wait = "for _ in $(seq 100); do grep -q connections {program}.log && break; sleep 0.1; done"
    ours, theirs = listening(
        bare_cluster, f"kill -PROF $pid; {wait}; sleep 0.2; cat {{program}}.log", f"-f {conf}", env=given
    )
    assert re.search(f" of {7 if given else 5} connections", ours)
    assert "max_connections:5" in theirs


@pytest.mark.skipif(os.geteuid() != 0, reason=lacking.OTHER_USERS)
def test_a_user_is_taken_on_a_pipe_too(bare_cluster: Any) -> None:
    """The pipe is root's, so neither serves it as fred."""
    ours, theirs = both(bare_cluster, "-u fred -g fred", user="root")
    assert ours.status == 401
    assert theirs.status >= 400
    served = run(bare_cluster, "restd-inet", "-u fred", {}, "/healthz", "*/*", "root")
    assert served.status == 200


@pytest.mark.skipif(os.geteuid() != 0, reason=lacking.OTHER_USERS)
def test_supplementary_groups_are_dropped(bare_cluster: Any) -> None:
    show = "grep -E '^(Uid|Gid|Groups)' /proc/$pid/status"
    ours, theirs = listening(bare_cluster, show, "-u fred -g fred", user="root")
    assert ours.split() == theirs.split()
    assert ours.split()[-1] == "Groups:"


#: No slurmrestd that is compared has its plugin of TLS: of ours alone.
TLS = """
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \\
    -keyout key.pem -out cert.pem 2>/dev/null
cp $SLURM_CONF tls.conf
echo "TLSParameters=restd_cert_file=$PWD/cert.pem,restd_cert_key_file=$PWD/key.pem" >> tls.conf
SLURM_CONF=$PWD/tls.conf restd-inet {mode} -a jwt https://localhost:{port} 2>tls.log & pid=$!
for _ in $(seq 600); do grep -q 'listening on' tls.log && break; sleep 0.1; done
curl -s --cacert cert.pem -w ' %{{http_code}}' -H "X-SLURM-USER-TOKEN: {token}" https://localhost:{port}{target}
kill $pid; wait $pid; cat tls.log >&2; rm -f tls.* key.pem cert.pem
"""


@pytest.mark.skipif(release() < V24, reason=lacking.slurm("has no TLSParameters", "26.05"))
@pytest.mark.parametrize("mode", ["", pytest.param("--privileged", marks=lacking.as_root)])
def test_tls_with_the_files_of_slurm_conf(bare_cluster: Any, mode: str) -> None:
    target, token = f"/slurm/v0.0.{VERSION}/ping", bare_cluster.token()
    script = TLS.format(port=free_port(), target=target, token=token, mode=mode)
    done = bare_cluster.shell(script, user="root" if mode else None)
    assert done.stdout.endswith(b" 200"), done.stderr.decode()


LAYOUTS = [
    case(V24, SLURMRESTD_JSON="compact"),
    case(V24, SLURMRESTD_JSON="Pretty"),
    case(V24, SLURMRESTD_JSON="compact,pretty"),
    case(V26, SLURM_JSON="pretty"),
    case(V26, SLURM_JSON="compact"),
    case(V26, SLURM_JSON="pretty", SLURMRESTD_JSON="compact"),
]


@pytest.mark.parametrize(("arguments", "env"), LAYOUTS)
def test_json_has_the_same_layout(bare_cluster: Any, arguments: str, env: dict[str, str]) -> None:
    ours, theirs = both(bare_cluster, arguments, **env)
    assert (ours.status, theirs.status) == (200, 200)
    assert (b"\n " in ours.body) == (b"\n " in theirs.body)


STYLES = [
    case(V24),
    case(V24, SLURMRESTD_YAML="compact"),
    case(V24, SLURMRESTD_YAML="pretty"),
    case(V26, SLURMRESTD_YAML="no_tag"),
    case(V26, SLURM_YAML="no_tag"),
    case(V26, SLURM_YAML="no_tag", SLURMRESTD_YAML="compact"),
    case(V26, SLURM_YAML="no_tag", SLURMRESTD_YAML=""),
]


@pytest.mark.parametrize(("arguments", "env"), STYLES)
def test_yaml_is_written_byte_for_byte(bare_cluster: Any, arguments: str, env: dict[str, str]) -> None:
    """Lines in any order, and the first key of an object after its dash or not: the order of keys differs."""
    target = f"/slurm/v0.0.{VERSION}/partitions"
    ours, theirs = both(bare_cluster, arguments, target, "application/yaml", **env)
    assert (ours.status, theirs.status) == (200, 200)
    bodies = (re.sub(rb"(?s)\n[!str ]*meta:.*", b"", done.body) for done in (ours, theirs))
    mine, others = (
        sorted(re.sub(rb"\d{10}", b"a time", body.replace(b"- ", b"  ")).splitlines()) for body in bodies
    )
    assert len(mine) > 50
    assert mine == others


CODES = ["200,default", "200", "default", "404,200,I'm a Teapot", "ok,not found,default"]


@pytest.mark.skipif(release() < V24, reason=lacking.slurm("is about a later slurmrestd", "26.05"))
@pytest.mark.parametrize("codes", CODES)
def test_operations_have_the_same_statuses(bare_cluster: Any, codes: str) -> None:
    done = [
        bare_cluster.shell(
            f"{program} -s slurmctld --generate-openapi-spec",
            env={"SLURMRESTD_RESPONSE_STATUS_CODES": codes},
        )
        for program in ("restd-inet", "slurmrestd")
    ]
    ours, theirs = (json.loads(each.stdout)["paths"] for each in done)
    path = f"/slurm/v0.0.{VERSION}/"
    compared = [name for name in theirs if name.startswith(path) and name in ours]
    assert len(compared) > 10
    for name in compared:
        for method, operation in theirs[name].items():
            assert list(ours[name][method]["responses"]) == list(operation["responses"]), name


def test_the_version_of_slurm_is_printed(bare_cluster: Any) -> None:
    ours, theirs = (bare_cluster.shell(f"{each} -V").stdout.decode() for each in ("restd-inet", "slurmrestd"))
    assert ours.split()[-1] == re.search(r"[\d.]+", theirs)[0]  # type: ignore[index]


@pytest.mark.skipif(release() < V24, reason=lacking.slurm("is about a later slurmrestd", "26.05"))
@pytest.mark.parametrize("query", ["-", "--", "--m", "m", "-a", "-x", "zzz", "", "-V", "gen"])
def test_what_slurmrestd_completes_is_completed(bare_cluster: Any, query: str) -> None:
    ours, theirs = (
        bare_cluster.shell(f"{each} '--autocomplete={query}'").stdout.decode().splitlines()
        for each in ("restd-inet", "slurmrestd")
    )
    assert set(theirs) <= set(ours)
    assert bool(ours) == bool(theirs) or not theirs
