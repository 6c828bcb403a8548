"""Authentication methods: a module for each, which has everything that is particular to it (see Method).

option_values.METHODS is the table of the methods. A method that returns no Credential does not apply to the
request, and the next one is tried; a Problem 401 means that its credential is wrong, and no other method is
tried. app.dispatch turns 401 into 403 for the API versions that document 403.

    _become_user  privileged mode: a process of root becomes the authenticated user
    _jwt_read     the parts of a token, read as libjwt reads them
    _jwt_rs256    signatures of RS256
    _jwt_user     whom a token names
    _jwt_verify   verifies tokens with their key
    jwt           JSON web tokens
    local         the owner of the other end of the connection
"""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.option_values import METHODS
from restd_inet.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Protocol

    from restd_inet.message import Credential, Peer, Request
    from restd_inet.settings import Settings

    #: Security requirement objects of OpenAPI.
    Requirements = list[dict[str, list[str]]]

    class Method(Protocol):
        """The names that the module of a method defines."""

        #: What a request carries for it, in words; "" if the connection itself is the credential.
        CREDENTIAL: str
        #: How a client uses it.
        HOW: str
        #: Its challenge in WWW-Authenticate (RFC 9110 11.6.1); "" without one.
        CHALLENGE: str
        #: Whether libslurm signs its RPCs with the client's credential, except in privileged mode.
        SIGNS_RPC: bool
        #: Privileged mode: whether only root can verify the credential, so that a process that has become
        #: a user cannot.
        NEEDS_ROOT: bool
        #: Privileged mode: why the method does not act as root; "" if it may.
        NOT_ROOT: str
        #: OpenAPI: name → security scheme object.
        SECURITY_SCHEMES: dict[str, dict[str, str]]
        #: OpenAPI: the alternative requirements up to v0.0.38, and from v0.0.39 on.
        SECURITY: tuple[Requirements, Requirements]

        def possible(self, peer: Peer) -> bool:
            """Whether a client on this connection can use it."""

        def carries(self, headers: Mapping[str, str]) -> bool:
            """Whether a request carries a credential for this method, valid or not."""

        def authenticate(self, request: Request, peer: Peer, settings: Settings) -> Credential | None:
            """Whom the request acts as; None if the method does not apply. Raises Problem 401."""

        def preload(self) -> None:
            """Imports what verifies a credential, in a process whose children will need it."""

        def warm(self, settings: Settings) -> None:
            """As preload, with libslurm started, if this host can verify credentials at all.

            A method may also have `refresh(settings)`: a listener calls it before each connection.
            """


def method(name: str) -> Any:
    """The module of a method: a Method."""
    return lazy.module(f"restd_inet.auth.{name}")


def may_carry(headers: Mapping[str, str]) -> bool:
    """Whether a field is there that may hold a credential of some method."""
    return any(field in headers for fields in METHODS.values() for field in fields)


def carried(headers: Mapping[str, str]) -> list[str]:
    """The methods for which a request carries a credential, enabled or not."""
    return [
        name
        for name, fields in METHODS.items()
        if any(field in headers for field in fields) and method(name).carries(headers)
    ]


def order(enabled: Sequence[str], carried: Sequence[str]) -> list[str]:
    """The methods to try: a credential that is sent takes precedence over the connection."""
    return [name for name in enabled if name in carried] or list(enabled)


def authenticate(request: Request, peer: Peer, settings: Settings) -> Credential:
    """Whom the request acts as, by the first method that applies. Raises Problem 401.

    In privileged mode this process is that user afterwards. Raises NeedsNewProcess if it cannot be.
    """
    worker = lazy.module("restd_inet.auth._become_user") if settings.privileged else None
    sent = carried(request.headers)
    if worker and any(method(name).NEEDS_ROOT for name in settings.auth if name in sent):
        worker.check_still_root()
    for name in order(settings.auth, sent):
        module = method(name)
        try:
            credential: Credential | None = module.authenticate(request, peer, settings)
        except Problem as problem:
            if not sent and problem.status == 401:
                problem.text += _ways(peer, settings, name)
            raise
        if credential is not None:
            if worker:
                if "idempotency-key" in request.headers:  # root opens the directory
                    keep = lazy.module("restd_inet.state_directory").keep
                    if not keep(settings, credential.uid):
                        worker.check_still_root()
                worker.become(credential, module.NOT_ROOT)
            return credential
    what = method(sent[0]).CREDENTIAL if sent else "no authentication"
    ways = _ways(peer, settings) or f"; {', '.join(settings.auth)}, all that is accepted, is impossible here"
    raise Problem(401, f"{what} was given{ways}")


def _ways(peer: Peer, settings: Settings, failed: str = "") -> str:
    """The methods that are possible on this connection, and how, as the end of a message."""
    names = [name for name in settings.auth if name != failed and method(name).possible(peer)]
    return f"; possible here: {' or '.join(f'{name}, {method(name).HOW}' for name in names)}" if names else ""


def challenge(methods: Iterable[str]) -> str:
    """WWW-Authenticate, which a 401 must have: the challenges of the methods; if they have none, of all."""
    for names in (methods, METHODS):
        found = [text for name in names if (text := method(name).CHALLENGE)]
        if found:
            return ", ".join(dict.fromkeys(found))
    return ""
