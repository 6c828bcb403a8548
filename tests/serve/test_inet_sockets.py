"""serve.inet on sockets: TCP connections as xinetd hands them over, and clients that are slow."""

from __future__ import annotations

import re
import select
import socket
import time
from http.client import HTTPResponse

import pytest
from inet_process import GET, Ends, body, everything, get, start, statuses


class TestSocket:
    """TCP connections, as xinetd hands them over."""

    def test_what_is_printed_does_not_reach_the_client(self, ends: Ends) -> None:
        client, server = ends
        with start(server, stderr=None) as process:
            client.sendall(get("/noise"))
            client.shutdown(socket.SHUT_WR)
            output = everything(client)
            assert process.wait(60) == 0
        assert statuses(output) == [200]
        assert b"noise" not in output
        assert body(output) == b"['/dev/null', '/dev/null']"

    def test_a_request_without_host_is_refused(self, ends: Ends) -> None:
        client, server = ends
        with start(server):
            client.sendall(b"GET /a HTTP/1.1\r\n\r\n")
            assert statuses(everything(client)) == [400]

    def test_a_big_answer_is_streamed_in_chunks(self, ends: Ends) -> None:
        client, server = ends
        with start(server):
            client.sendall(get("/big"))
            client.shutdown(socket.SHUT_WR)
            response = HTTPResponse(client)
            response.begin()
            assert response.getheader("Transfer-Encoding") == "chunked"
            assert response.read() == b"x" * 10_000_000

    def test_a_client_waits_for_100_continue(self, ends: Ends) -> None:
        client, server = ends
        with start(server):
            client.sendall(GET.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"))
            assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(b"hello")
            client.shutdown(socket.SHUT_WR)
            assert body(everything(client)) == b"GET 5\n"

    @pytest.mark.parametrize(
        "head, status, code",
        [
            (GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 1000000\r\n\r\n"), 413, 0),
            (GET.replace(b"Host:", b"Host"), 400, 1),
        ],
    )
    def test_a_refusal_arrives_though_the_client_goes_on_sending(
        self, ends: Ends, head: bytes, status: int, code: int
    ) -> None:
        client, server = ends
        with start(server, max_body=1000) as process:
            client.sendall(head)
            time.sleep(0.3)
            for _ in range(20):
                client.sendall(b"x" * 50000)
                time.sleep(0.02)
            client.shutdown(socket.SHUT_WR)
            assert statuses(everything(client)) == [status]
            assert process.wait(60) == code

    def test_a_client_that_resets_the_connection_ends_it_quietly(self, ends: Ends) -> None:
        client, server = ends
        with start(server) as process:
            client.sendall(get("/big"))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.recv(1)
            client.close()
            assert process.wait(60) == 1
            assert process.stderr and b"Traceback" not in process.stderr.read()

    def test_a_client_that_resets_the_connection_in_its_body_is_no_internal_error(self, ends: Ends) -> None:
        client, server = ends
        with start(server) as process:
            client.sendall(
                b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
            )
            assert client.recv(100).startswith(b"HTTP/1.1 100")
            client.sendall(b"half of it")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            assert process.wait(60) == 1
            assert process.stderr
            log = process.stderr.read()
        assert b"internal error" not in log
        assert re.search(rb"POST /a for .*: 400, 0 bytes", log), log

    @pytest.mark.parametrize(("rate", "whole"), [(1, True), (100_000_000, False)])
    def test_a_client_that_reads_too_slowly_is_given_up(self, ends: Ends, rate: int, whole: bool) -> None:
        """Though each write is in time."""
        client, server = ends
        with start(server, request_timeout=1.0, min_rate=rate) as process:
            client.sendall(get("/big"))
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
                time.sleep(0.05)
            assert process.wait(60) == (0 if whole else 1)
        assert answer.endswith(b"\r\n0\r\n\r\n") is whole

    def test_a_slow_client_is_served_though_the_send_buffer_stays_full(self, ends: Ends) -> None:
        """The kernel lets nothing be written until a third of the buffer is free."""
        client, server = ends
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 400_000)
        # A third takes longer than the limit; the client reads something many times within that.
        with start(server, request_timeout=3) as process:
            client.sendall(get("/big"))
            client.shutdown(socket.SHUT_WR)
            answer = b""
            end = time.monotonic() + 7
            while piece := client.recv(2000 if time.monotonic() < end else 65536):
                answer += piece
                if time.monotonic() < end:
                    time.sleep(0.05)
            assert process.wait(60) == 0
        assert answer.endswith(b"\r\n0\r\n\r\n")

    def test_a_client_that_does_not_read_is_given_up(self, ends: Ends) -> None:
        client, server = ends
        with start(server, request_timeout=0.3) as process:
            client.sendall(get("/big"))
            assert process.wait(60) == 1


class TestTimes:
    def test_a_connection_without_a_request_is_closed_quietly(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, idle_timeout=0.2) as process:
            ours.sendall(b"\r\n")
            assert everything(ours) == b""
            assert process.wait(60) == 0

    def test_blank_lines_do_not_keep_a_connection_open(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, idle_timeout=0.5) as process:
            while not select.select([ours], [], [], 0.1)[0]:
                ours.sendall(b"\r\n")
            assert process.wait(60) == 0

    def test_a_request_that_does_not_arrive_is_answered_408(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, request_timeout=0.3) as process:
            ours.sendall(GET + GET[:20])
            assert statuses(everything(ours)) == [200, 408]
            assert process.wait(60) == 1

    def test_a_body_that_does_not_arrive_is_answered_408(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, request_timeout=0.3) as process:
            ours.sendall(GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\nhell"))
            assert statuses(everything(ours)) == [408]
            assert process.wait(60) == 1

    def test_a_request_that_trickles_in_is_answered_408(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, start(theirs, request_timeout=0.5) as process:
            for byte in GET * 10:
                if select.select([ours], [], [], 0.05)[0]:
                    break
                ours.sendall(bytes((byte,)))
            assert statuses(everything(ours)) == [408]
            assert process.wait(60) == 1
