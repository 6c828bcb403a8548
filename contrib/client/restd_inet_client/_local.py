"""A restd-inet of one's own: a listener on a private Unix socket, which ends with the client."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time

#: Seconds until the listener must take connections.
_START_SECONDS = 60.0
_END_SECONDS = 10.0


class Listener:
    """url: where it listens. program: restd-inet, and options before the address. Raises OSError."""

    def __init__(self, program: tuple[str, ...] = ("restd-inet", "-q", "-a", "local")) -> None:
        self._directory = tempfile.mkdtemp(prefix="restd-inet-")
        path = os.path.join(self._directory, "socket")
        self.url = f"unix:{path}"
        try:
            self._process = subprocess.Popen([*program, self.url], stdin=subprocess.DEVNULL)
        except OSError:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise
        try:
            self._wait(path)
        except OSError:
            self.close()
            raise

    def _wait(self, path: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as probe:
            while probe.connect_ex(path):
                if self._process.poll() is not None:
                    raise OSError(f"restd-inet ended with status {self._process.returncode}; see its log")
                if time.monotonic() > deadline:
                    raise OSError(f"restd-inet does not listen after {_START_SECONDS:g} seconds")
                time.sleep(0.01)

    def close(self) -> None:
        """Ends it, and waits for its end."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)
