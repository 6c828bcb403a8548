"""TLS for the connections of https:// addresses.

The process that serves such a connection forks another one, which takes the client's socket, does the
handshake and passes bytes on. Between the two plain HTTP goes over a socketpair(2), so limits of time, and
the answer of a process that ends, are as without TLS. That other process alone has the key; it reads it for
each connection: renewed files need no reload. It parses nothing of HTTP, and ends soon after the other end of
the socketpair is closed, or at once if the process that forked it ends without waiting for it.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
from contextlib import suppress
from time import monotonic

from restd_inet import in_child, log, process
from restd_inet.problems import Problem
from restd_inet.serve.output import probe
from restd_inet.serve.service import keep_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer
    from restd_inet.settings import Settings

#: Of TLSParameters in slurm.conf; the names of the files beside slurm.conf without them.
CERTIFICATE, KEY = "restd_cert_file", "restd_cert_key_file"
_DEFAULTS = {CERTIFICATE: "restd_cert.pem", KEY: "restd_cert_key.pem"}
_READ_BYTES = 65536
_LINGER_SECONDS = 2.0
#: Modes that slurmrestd refuses too: others may change the certificate, or use the key.
_REFUSED_MODES = {CERTIFICATE: 0o003, KEY: 0o007}


class Files:
    """The certificate (with its chain) and the key, in PEM. Raises Problem if they cannot be used.

    conf: the path of slurm.conf. parameters: TLSParameters there.
    """

    def __init__(self, settings: Settings, conf: str, parameters: str) -> None:
        of_slurm = dict(item.strip().partition("=")[::2] for item in parameters.split(","))
        beside = {name: os.path.join(os.path.dirname(conf), file) for name, file in _DEFAULTS.items()}
        self.certificate = settings.tls_cert or of_slurm.get(CERTIFICATE) or beside[CERTIFICATE]
        self.key = settings.tls_key or of_slurm.get(KEY) or beside[KEY]
        # In a child: no process that serves has the key in its memory.
        in_child.run(self._check, Problem(503, "the certificate and the key for TLS cannot be loaded"))

    def _check(self) -> str:
        self.context()
        return ""

    def context(self) -> ssl.SSLContext:
        """What a handshake needs. Raises Problem."""
        process.hide()
        for name, option, path in (
            (CERTIFICATE, "--tls-cert", self.certificate),
            (KEY, "--tls-key", self.key),
        ):
            what = "certificate" if name == CERTIFICATE else "key"
            where = f"the {what} for TLS, {path} ({option}, or {name}= of TLSParameters in slurm.conf)"
            try:
                with open(path, "rb") as file:
                    mode = os.fstat(file.fileno()).st_mode & 0o777
            except OSError as error:
                raise Problem(503, f"{where}, cannot be read: {error.strerror}") from None
            if mode & _REFUSED_MODES[name]:
                verb = "change" if name == CERTIFICATE else "read or change"
                raise Problem(503, f"{where}, has the mode {mode:04o}: others can {verb} it")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.num_tickets = 0  # no process knows the keys of another's tickets
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(self.certificate, self.key, lambda: "")
        except (ssl.SSLError, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            files = f"{self.certificate} and {self.key}"
            raise Problem(
                503, f"the certificate and the key for TLS, {files}, do not fit: {reason}"
            ) from None
        return context


def start(descriptor: int, files: Files, settings: Settings, peer: Peer) -> int:
    """Starts the process that speaks TLS on a connection: its number. The descriptor becomes plain HTTP's."""
    plain, other = socket.socketpair()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        other.close()
        os.dup2(plain.fileno(), descriptor, inheritable=False)
        plain.close()
        return pid
    try:
        process.end_with(parent)  # which waits a moment until its last answer has been passed on
        plain.close()
        keep_only(descriptor, other.fileno(), log.descriptor)
        relay = _Relay(socket.socket(fileno=descriptor), other, settings, peer)
        relay.run(files)
    except BaseException as error:
        log.write(log.ERROR, f"{peer.name}: TLS: internal error: {log.origin(error)}")
    finally:
        os._exit(0)


def wait(pid: int) -> None:
    """Until the process that `start` has started has sent all and ended."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


class _Relay:
    """Passes bytes between a client that speaks TLS and the process that serves it."""

    def __init__(self, client: socket.socket, plain: socket.socket, settings: Settings, peer: Peer) -> None:
        self._raw = client
        self._plain = plain
        self._seconds = settings.request_timeout
        self._peer = peer
        self._up = memoryview(b"")  # from the client, not passed on yet
        self._down = memoryview(b"")  # for the client
        self._client_open = self._plain_open = True  # more may come from there
        self._deaf = False  # the process that serves does not read any more
        self._wants_out = False

    def run(self, files: Files) -> None:
        probe(self._raw)
        try:
            client = self._handshake(files.context())
            self._pass(client)
        except Problem as problem:
            log.write(log.ERROR, problem.text)
        except _Gone as error:
            log.write(log.VERBOSE, f"{self._peer.name}: {error}")
        else:
            self._close(client)

    def _handshake(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        self._raw.setblocking(False)
        self._plain.setblocking(False)
        client = context.wrap_socket(self._raw, server_side=True, do_handshake_on_connect=False)
        end = monotonic() + self._seconds
        while True:
            try:
                client.do_handshake()
                log.write(log.DEBUG, f"{self._peer.name}: {client.version()}, {(client.cipher() or '?')[0]}")
                return client
            except ssl.SSLWantReadError:
                event = select.POLLIN
            except ssl.SSLWantWriteError:
                event = select.POLLOUT
            except OSError as error:  # ssl.SSLError too
                reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
                raise _Gone(f"no TLS: {reason}") from None
            poll = select.poll()
            poll.register(client, event)
            poll.register(self._plain, select.POLLIN)  # the process that serves has ended
            ready = dict(poll.poll(max(0.0, end - monotonic()) * 1000))
            if self._plain.fileno() in ready:
                raise _Gone("the connection ended during the TLS handshake")
            if not ready:
                raise _Gone(f"no TLS handshake within {self._seconds:g} seconds")

    def _pass(self, client: ssl.SSLSocket) -> None:
        """Until all that the process has to say is sent."""
        while self._plain_open or self._down:
            ready = self._wait(client)
            if ready.get(client.fileno(), 0) & (select.POLLERR | select.POLLHUP):
                raise _Gone("the client closed the connection")
            if not self._up and self._client_open:
                self._receive(client)
            if not self._down and ready.get(self._plain.fileno()):
                self._take()
            if self._down:
                self._send(client)
            if self._up:
                self._hand_over()

    def _wait(self, client: ssl.SSLSocket) -> dict[int, int]:
        poll = select.poll()
        wants_in = self._client_open and not self._up
        wants_out = bool(self._down) or self._wants_out
        poll.register(client, select.POLLIN * wants_in | select.POLLOUT * wants_out)
        if self._plain_open and (self._up or not self._down):
            poll.register(self._plain, select.POLLIN * (not self._down) | select.POLLOUT * bool(self._up))
        limit = None if self._plain_open else self._seconds * 1000
        ready = poll.poll(0 if wants_in and client.pending() else limit)
        if not ready and not self._plain_open:
            raise _Gone("the client does not read its answer")
        return dict(ready)

    def _receive(self, client: ssl.SSLSocket) -> None:
        self._wants_out = False
        try:
            data = client.recv(_READ_BYTES)
        except ssl.SSLWantReadError:
            return
        except ssl.SSLWantWriteError:
            self._wants_out = True
            return
        except OSError as error:
            raise _Gone(str(error)) from None
        if not data:
            self._client_open = False
            with suppress(OSError):
                self._plain.shutdown(socket.SHUT_WR)
        elif not self._deaf:
            self._up = memoryview(data)

    def _take(self) -> None:
        try:
            data = self._plain.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:  # it ended before it read all
            data = b""
        self._down = memoryview(data)
        self._plain_open = bool(data)

    def _send(self, client: ssl.SSLSocket) -> None:
        try:
            self._down = self._down[client.send(self._down) :]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            raise _Gone(str(error)) from None

    def _hand_over(self) -> None:
        try:
            self._up = self._up[self._plain.send(self._up) :]
        except BlockingIOError:
            pass
        except OSError:
            self._deaf, self._up = True, memoryview(b"")

    def _close(self, client: ssl.SSLSocket) -> None:
        """Says so to the client, and waits a moment for its end: TCP would be reset by what is unread."""
        with suppress(OSError, ValueError):
            client.unwrap()
        with suppress(OSError):
            client.shutdown(socket.SHUT_WR)
            end = monotonic() + _LINGER_SECONDS
            poll = select.poll()
            poll.register(client, select.POLLIN)
            while self._client_open and poll.poll(max(0.0, end - monotonic()) * 1000):
                if not os.read(client.fileno(), _READ_BYTES):
                    break


class _Gone(Exception):
    """There is nobody to pass bytes to any more."""
