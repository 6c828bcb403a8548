"""What answers at slurmctld's or slurmdbd's address is something else: 502, never the client's fault."""

import contextlib
import random
import re
import socket
import struct
import threading
from pathlib import Path

import pytest

from restd_inet import installed
from restd_inet.schema.versions import NUMBERS

from .typed import Answer, request

VERSION = NUMBERS[installed.series()] << 8

#: What comes instead of an answer.
GARBAGE = {
    "another protocol": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "zeros": bytes(4096),
    "ones": b"\xff" * 4096,
    "a length of 0": struct.pack("!I", 0),
    "a length of 1": struct.pack("!I", 1) + b"x",
    "less than the length": struct.pack("!I", 0x3FFFFFFF) + b"x" * 100,
    "noise of its length": struct.pack("!I", 100) + random.Random(1).randbytes(100),
    "noise": random.Random(2).randbytes(5000),
    "a header of Slurm's alone": struct.pack("!IHHHH", 64, VERSION, 0, 0, 8001) + bytes(56),
    "nothing": b"",
}
DATABASE = "AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=localhost\n"


@contextlib.contextmanager
def answering(data):
    """A port where each connection is answered with these bytes, and ended."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(connection):
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1)
                connection.recv(65536)
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def ask(bare_cluster):
    """The answer to a GET, with lines of slurm.conf in place of those that there are."""
    conf = Path(bare_cluster.dir, "etc", "garbage.conf")

    def answer(target, lines):
        names = "|".join(re.findall(r"^\w+", lines, re.MULTILINE))
        kept = re.sub(rf"(?m)^({names})=.*\n", "", Path(bare_cluster.conf).read_text())
        conf.write_text(kept + lines)
        conf.chmod(0o644)
        asked = request("GET", target)
        done = bare_cluster.shell(
            "cat | restd-inet -q --slurm-timeout 2", input=asked, env={"SLURM_CONF": str(conf)}
        )
        return Answer(done.stdout)

    yield answer
    conf.unlink(missing_ok=True)


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("path", ("jobs", "job/1", "nodes", "diag", "reconfigure"))
def test_it_is_not_slurmctld(ask, kind, path):
    with answering(GARBAGE[kind]) as port:
        answer = ask(f"/slurm/v0.0.45/{path}", f"SlurmctldPort={port}\n")
    assert answer.status == 502, answer.text
    assert "what answers at slurmctld's address is not slurmctld" in answer.json["errors"][0]["description"]


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("path", ("accounts", "jobs"))
def test_it_is_not_slurmdbd(bare_cluster, ask, kind, path):
    with answering(GARBAGE[kind]) as port:
        where = f"AccountingStoragePort={port}\nAccountingStoragePass={bare_cluster.dir}/sock/munge\n"
        answer = ask(f"/slurmdb/v0.0.45/{path}", DATABASE + where)
    assert answer.status == 502, answer.text
    assert "is not slurmdbd" in answer.json["errors"][0]["description"]


def test_a_message_timeout_of_0_is_not_without_end(bare_cluster, ask):
    """slurm.conf may say so; libslurm and the watch on slurmdbd would wait for ever."""
    code = (
        "from restd_inet import settings, slurm; "
        "print(slurm.connect(settings.read([], {})).lib.compat_get_msg_timeout())"
    )
    conf = Path(bare_cluster.dir, "etc", "timeout.conf")
    kept = re.sub(r"(?m)^MessageTimeout=.*\n", "", Path(bare_cluster.conf).read_text())
    conf.write_text(f"{kept}MessageTimeout=0\n")
    conf.chmod(0o644)
    try:
        done = bare_cluster.shell('python -c "$CODE"', env={"SLURM_CONF": str(conf), "CODE": code})
        assert done.stdout == b"10\n", done.stderr
    finally:
        conf.unlink()
