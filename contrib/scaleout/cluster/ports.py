"""Free ports for a cluster, such that clusters that start at once do not choose the same."""

import contextlib
import socket

from .state import Failure

# Below the ports that Linux gives to outgoing connections.
FIRST, LAST, BLOCK = 20000, 32000, 50


@contextlib.contextmanager
def reserved(count):
    """The first of `count` free ports in a row, kept from other scaleouts until their daemons hold them."""
    with contextlib.ExitStack() as held:
        blocks = -(-count // BLOCK)
        for base in range(FIRST, LAST - blocks * BLOCK, BLOCK):
            with contextlib.ExitStack() as attempt:
                claimed = all(claim(attempt, base + number * BLOCK) for number in range(blocks))
                if claimed and all(is_free(port) for port in range(base, base + count)):
                    held.enter_context(attempt.pop_all())
                    break
        else:
            raise Failure(f"no {count} free ports in a row between {FIRST} and {LAST}")
        yield base


def claim(stack, base):
    """Take the name of a block of ports: an abstract socket, which ends with its process, however it ends."""
    sock = stack.enter_context(socket.socket(socket.AF_UNIX))
    try:
        sock.bind(f"\0scaleout-{base}")
    except OSError:
        return False
    return True


def is_free(port):
    with socket.socket() as sock:
        # As Slurm does: a connection in TIME_WAIT does not keep the port.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("", port))
        except OSError:
            return False
        return True


def listening(port, address=""):
    """Does anyone listen there? Asked of the kernel: a trial connection shows as an error in Slurm's logs.

    address: IPv4, where it matters.
    """
    wanted = bytes(map(int, reversed(address.split(".")))).hex().upper() if address else ""
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/net/{table}") as file:
            for line in file:
                fields = line.split()
                found, _, number = fields[1].rpartition(":")
                if fields[3] == "0A" and int(number, 16) == port and found.endswith(wanted):
                    return True
    return False


def listening_unix(path):
    with open("/proc/net/unix") as file:
        for line in file:
            fields = line.split()
            if fields[-1] == path and fields[3] == "00010000":
                return True
    return False
