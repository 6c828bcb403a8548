"""README's blocks of commands, pasted in their order into the shell that `make bash` gives."""

import os
import re
import sys

import pytest
from places import CHECKOUT
from terminal import terminal

from .cluster import SCALEOUT
from .serving import free_port
from .typed import no_jobs_left, output

__all__ = ["no_jobs_left"]

BLOCKS = re.findall(r"^```sh\n(.*?)^```", (CHECKOUT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def shell(cluster):
    """make bash, on this cluster; every command that fails prints FAILED."""
    command = [sys.executable, str(SCALEOUT), "shell", "--dir", cluster.dir]
    environment = {"PATH": f"{cluster.bin}:{os.environ['PATH']}", "TERM": "dumb"}
    with terminal(command, environment) as shell:
        shell.type("PS1='> '; set -o pipefail; trap 'echo FAIL\"\"ED: $BASH_COMMAND' ERR; echo rea\"\"dy\n")
        shell.until("ready")
        yield shell


def test_the_blocks_can_be_pasted_as_they_stand(cluster, shell):
    """But for the port: several tests run at once."""
    port = str(free_port())
    assert len(BLOCKS) == 4
    for number, block in enumerate(BLOCKS):
        shell.type(block.replace("6820", port) + f"echo end of block ''{number}\n")
        shell.until(f"end of block {number}\n")
        if block.rstrip().endswith("&"):
            shell.until("listening on")
    assert "FAILED:" not in shell.output
    assert {"hello", "second"} <= set(output(cluster, "sacct", "-nX", "-o", "JobName%20").split()) | set(
        output(cluster, "squeue", "-h", "-t", "all", "-o", "%j").split()
    )
    assert shell.output.count('"UP"') + shell.output.count('"responding":true') >= 1
    shell.type("kill %1; wait; exit\n")
    assert shell.end() in (0, 130, 143)
