"""Whose word libslurm signs its RPCs with: this process's own, or a client's token for one request.

libslurm has one authentication plugin, which it chooses when it starts: auth/jwt if SLURM_JWT is in
the environment, be it empty, and AuthType otherwise. One process may serve both kinds of request, so
libslurm is started anew (0.8 ms) when the kind changes, where the release can do that. A connection to
slurmdbd does not outlive it.
"""

from __future__ import annotations

import os

from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

VARIABLE = "SLURM_JWT"
#: What slurmrestd's unit puts there so that slurmrestd accepts tokens: it is none itself.
DAEMON = "daemon"


class Identity:
    """token: the one in use, the client's or this process's; None: the user this process runs as.

    start: (re)starts libslurm in the environment as it is then. restarts: whether it can be called again.
    """

    def __init__(self, lib: Any, start: Callable[[], None], by_token: bool, restarts: bool) -> None:
        self._restarts = restarts
        self._lib = lib
        self._start = start
        if os.environ.get(VARIABLE) == DAEMON:
            del os.environ[VARIABLE]
        self._own = os.environ.get(VARIABLE)
        self._plugin_is_jwt = by_token or self._own is not None
        self.is_clients = False
        self.token = self._own
        if by_token:
            os.environ.setdefault(VARIABLE, "")
        start()

    def warm(self) -> None:
        """Loads auth/jwt, which libslurm would do at the first RPC."""
        self._lib.compat_auth_thread_clear()

    def assume(self, token: str, name: str) -> bool:
        """Lets a client's token sign, on behalf of `name`. False if auth/jwt cannot be had here."""
        if not self._plugin_is_jwt:
            self._restart(True)
        self.token, self.is_clients = token, True
        ok: bool = self._lib.compat_auth_thread_config(token.encode(), name.encode()) == 0
        return ok

    def release(self) -> None:
        """Forgets the client's token: what is sent after this is not sent in its name."""
        if self.is_clients:
            self._lib.compat_auth_thread_clear()
            self.token, self.is_clients = self._own, False

    def own(self) -> None:
        """Signs as this process."""
        self.release()
        if self._plugin_is_jwt and self._own is None:
            self._restart(False)

    def _restart(self, by_token: bool) -> None:
        if not self._restarts:
            raise Problem(
                503,
                "this release of Slurm cannot serve requests with and without a token in one process: "
                "send them on connections of their own, to listeners with -a jwt and with -a local",
            )
        if by_token:
            os.environ[VARIABLE] = ""
        else:
            os.environ.pop(VARIABLE, None)
        self._start()
        self._plugin_is_jwt = by_token

    def forget_own(self) -> None:
        """This process has become another user: a token in its environment is not that user's."""
        self._own = self.token = None
