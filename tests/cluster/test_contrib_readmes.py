"""The blocks of commands in contrib's READMEs, as one pastes them in the checkout; and `make bash`."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import lacking
import pytest
from terminal import terminal

from .cluster import CHECKOUT
from .proxy import Rest, missing_nginx
from .typed import no_jobs_left

__all__ = ["no_jobs_left"]

READMES = sorted((CHECKOUT / "contrib").rglob("README.md"))
#: How a line of commands begins; other indented lines are drawings, tables and files.
COMMAND = re.compile(
    r"(?:apt-get|contrib/\S+|cp|curl|eval|haproxy|install|nginx|restd-inet|systemctl|useradd|/opt/\S+) "
)


def blocks(readme):
    """Indented blocks that begin with a command."""
    found = re.findall(
        r"(?:^(?: {4}| {6})\S.*\n(?:^ {6,}.*\n|^ {4}\S.*\n|^\n(?= {4}\S))*)", readme.read_text(), re.M
    )
    return [block for block in map(dedented, found) if COMMAND.match(block)]


def dedented(block):
    indent = len(block) - len(block.lstrip(" "))
    return (
        "\n".join(line[indent:] if line.startswith(" " * indent) else line for line in block.splitlines())
        + "\n"
    )


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.parent.name)
def test_the_blocks_are_commands_in_the_checkout(readme):
    found = blocks(readme)
    assert found or readme.parent.name == "contrib"
    for block in found:
        done = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True)
        assert done.returncode == 0, (block, done.stderr)
        for line in filter(None, block.replace("\\\n", " ").splitlines()):
            assert COMMAND.match(line), line
            for word in shlex.split(line, comments=True):
                for path in re.findall(r"contrib/[\w./*-]+", word):
                    assert list(CHECKOUT.glob(path)), f"{readme}: {path}"


def test_the_proxys_block_shows_the_proxy(cluster):
    if missing_nginx():
        pytest.skip(lacking.program("nginx, curl or openssl", "nginx-light curl openssl"))
    Rest(cluster)
    (block,) = [block for block in blocks(CHECKOUT / "contrib/proxy/README.md") if "--with-proxy" in block]
    jar = f"{cluster.jobs}/cookiejar-{os.getpid()}"
    block = block.replace("/tmp/cookiejar", jar).replace("user=fred", f"user={cluster.user}")
    environment = {**os.environ, "SCALEOUT_DIR": cluster.dir, "PATH": f"{cluster.bin}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-e"],
        input=block,
        text=True,
        capture_output=True,
        cwd=CHECKOUT,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert f"<p>Hello {cluster.user}.</p>" in done.stdout
    assert '"responding":true' in done.stdout
    assert "Log in" in done.stdout  # no session over TLS of that over plain HTTP


def test_scaleouts_blocks_that_ask_a_running_cluster(cluster):
    lines = [line for block in blocks(CHECKOUT / "contrib/scaleout/README.md") for line in block.splitlines()]
    asking = [line for line in lines if re.search(r"scaleout (up  |status|shell -c|env)", line)]
    assert len(asking) >= 5
    environment = {**os.environ, "SCALEOUT_DIR": cluster.dir}
    if os.geteuid() != 0:
        asking = [line for line in asking if "--user fred" not in line]
    for line in asking:
        command = ["bash", "-e", "-c", line]
        done = subprocess.run(
            command, text=True, capture_output=True, cwd=CHECKOUT, env=environment, timeout=120
        )
        assert done.returncode == 0, (line, done.stderr)


def test_the_end_of_make_bash_says_that_the_cluster_still_runs(cluster):
    if not shutil.which("make"):
        pytest.skip(lacking.program("make"))
    # What it is made of is here: nothing is built, and the cluster is the tests'.
    command = ["make", "-s", "-C", str(CHECKOUT), "-o", ".venv/.product", "-o", "up", "bash"]
    environment = {
        "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}",
        "TERM": "dumb",
        "SCALEOUT_DIR": cluster.dir,
        "PYTHON": sys.executable,
    }
    with terminal(command, environment) as shell:
        shell.type("PS1='rea''dy> '\n")
        shell.until("ready> ")  # by then bash reads single characters: Ctrl-D before that would be lost
        shell.type("\x04")
        assert shell.end() == 0
        assert "The cluster still runs: make bash for another shell, make stop ends it." in shell.output
    assert cluster.shell("sinfo -h").returncode == 0
