"""slurmdbd's sockets, as libslurm_cffi asks them past libslurm: signals, silence, an end, a full disk."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from libslurm_cffi import ffi, lib

LONG = 30_000


@contextlib.contextmanager
def listening(ends: bool) -> Iterator[int]:
    """A port whose connections are ended when their client has said its last, or never."""
    with socket.create_server(("127.0.0.1", 0)) as server, contextlib.ExitStack() as kept:
        done = threading.Event()

        def end(connection: socket.socket) -> None:
            connection.recv(1)
            done.wait(0.3)
            connection.close()

        def serve() -> None:
            while not done.is_set():
                if select.select([server], [], [], 0.05)[0]:
                    connection = kept.enter_context(server.accept()[0])
                    if ends:
                        threading.Thread(target=end, args=(connection,)).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            done.set()
            thread.join()


@contextlib.contextmanager
def signals() -> Iterator[None]:
    """A signal every ten milliseconds, whose handler does nothing."""
    before = signal.signal(signal.SIGALRM, lambda *arguments: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_signal_is_not_silence() -> None:
    with listening(ends=True) as port, signals():
        assert lib.compat_ends_connection(b"127.0.0.1", port, LONG) == 1


def test_a_signal_does_not_lengthen_the_wait() -> None:
    with listening(ends=False) as port, signals():
        assert lib.compat_ends_connection(b"127.0.0.1", port, 300) == 0


@pytest.mark.parametrize("ends", [True, False])
def test_the_peer_of_a_socket_is_asked(ends: bool) -> None:
    with listening(ends) as port, socket.create_connection(("127.0.0.1", port)) as client:
        assert lib.compat_peer_ends_connection(client.fileno(), LONG if ends else 100) == ends


def test_no_process_is_at_the_other_end() -> None:
    with socket.socket() as unconnected:
        assert lib.compat_peer_ends_connection(unconnected.fileno(), LONG) == 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert lib.compat_ends_connection(b"127.0.0.1", port, LONG) == 0
    assert lib.compat_ends_connection(b"nobody.invalid", port, LONG) == 0


def test_what_is_sent_waits_for_room_only_until_the_socket_is_shut() -> None:
    ours, others = socket.socketpair()
    with ours, others:
        ours.setblocking(False)
        timer = threading.Timer(0.2, lambda: lib.compat_shut_socket(ours.fileno()))
        timer.start()
        size = 1 << 24
        assert lib.compat_send(ours.fileno(), ffi.new("char[]", size), size) == -1
        timer.join()


def test_a_file_that_cannot_be_written_is_distinguished_from_a_closed_socket() -> None:
    ours, others = socket.socketpair()
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        with ours:
            with others:
                others.sendall(b"answer")
                assert lib.compat_receive_file(ours.fileno(), full, 6) == -2
                assert ffi.errno == errno.ENOSPC
            assert lib.compat_receive_file(ours.fileno(), full, 6) == 0
    finally:
        os.close(full)
