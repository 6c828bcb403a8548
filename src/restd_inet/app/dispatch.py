"""Request → Response. Every failure is a Problem and becomes an answer here."""

from __future__ import annotations

from restd_inet import auth, codec, installed, lazy, limit, log, process, slurm
from restd_inet.app import parameters
from restd_inet.app.api import EVERYTHING
from restd_inet.app.parameters import OFFERED, not_offered
from restd_inet.app.router import PAGES, find
from restd_inet.commands import Call
from restd_inet.http import negotiate
from restd_inet.message import Response
from restd_inet.problems import Problem
from restd_inet.schema.answers import DONE, Envelope
from restd_inet.schema.versions import V39

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from restd_inet.app.api import Served
    from restd_inet.commands import Result, Route
    from restd_inet.message import Credential, Peer, Request
    from restd_inet.schema.answers import Answer
    from restd_inet.settings import Settings
    from restd_inet.slurm.client import Slurm

#: The answer to `OPTIONS *`: the methods that some path has (RFC 9110 section 9.3.7).
ALLOWED = "DELETE, GET, HEAD, OPTIONS, POST"

#: Answers of the API depend on who asks, so caches must not store them (RFC 9111 section 5.2.2.5).
NOT_STORED = ("Cache-Control", "no-store")

#: For load balancers, without authentication: whether this process answers, and, readyz, slurmctld too.
HEALTH = (("healthz",), ("livez",), ("readyz",))

#: Stands for the name of a client, and that in JSON.
_CLIENT = "@client@"
_QUOTED = b'"@client@"'


class Dispatcher:
    """Answers requests under one set of settings.

    pretty: indent JSON. network: for one network client, which SlurmUser must not serve.
    """

    def __init__(
        self, settings: Settings, pretty: bool, served: Served = EVERYTHING, network: bool = False
    ) -> None:
        self._settings = settings
        self._served = served
        self._network = network
        #: A format → how its answers are written.
        self._styles: dict[str, dict[str, bool]] = {
            "json": {"pretty": settings.json == "pretty" or (settings.json == "auto" and pretty)},
            "yaml": {"pretty": "compact" not in settings.yaml, "tags": "no_tag" not in settings.yaml},
        }
        self._library: Slurm | None = None
        self._loaded: installed.Loaded | None = None
        self._prepared: dict[Any, Response] = {}

    def stale(self) -> str:
        """Why this process must not go on: what it has loaded is not what is installed."""
        return self._loaded.stale() if self._loaded else ""

    def handle(self, request: Request, peer: Peer) -> Response:
        """The answer to a request; never raises."""
        request.client = peer.name
        if auth.may_carry(request.headers):
            process.hide()
        kept = request.kept
        if "media" not in kept:
            kept["media"] = negotiate.accept(request.headers.get("accept"), tuple(OFFERED))
        media = kept["media"]
        answer = DONE  # the layout of the operation's answers, once it is known

        def refuse(problem: Problem) -> Response:
            bad = problem.status == 401 and auth.may_carry(request.headers)
            refusal = self._refuse(request, media, answer, problem)
            refusal.bad_credential = bad
            return refusal

        slurm.release()  # if the last answer was never read to its end
        try:
            if stale := self._loaded.recently_stale() if self._loaded else "":
                raise Problem(503, stale, headers=[("Retry-After", "10")])
            found = kept.get("found") or self._find(request, peer)
            if isinstance(found, Response):
                response = found
            else:
                kept["found"] = route, names = found
                answer = route.answer
                request.route = "/".join(("", request.path[0], "{version}", *route.path))
                response = self._serve(request, peer, media, route, {**names})
            _compress(request, response)
        except Problem as problem:
            response = refuse(problem)
        except Exception as error:
            response = refuse(lazy.module("restd_inet.failures").unexpected(error))
        response.failed = refuse
        if isinstance(response.body, (bytes, tuple)) or hasattr(response.body, "length"):
            slurm.release()
        else:
            response.body = _AsCaller(response.body)
        return response

    def _find(self, request: Request, peer: Peer) -> Response | tuple[Route, dict[str, str]]:
        """The operation and the path's parameters; or the answer of what needs no authentication."""
        if request.target == "*":
            return Response(204, [("Allow", ALLOWED)])  # http.target accepts it with OPTIONS only
        if len(request.path) == 1:
            request.route = (
                f"/{request.path[0]}" if request.path in HEALTH or request.path[0] in PAGES else ""
            )
        if request.path == ("metrics",) and self._settings.metrics:
            request.route = "/metrics"
            shown: Response = lazy.module("restd_inet.app.metrics_page").answer(request, peer, self._settings)
            return shown
        if request.path in HEALTH:
            health: Response = lazy.module("restd_inet.app.health").answer(request, peer, self._settings)
            return health
        if page := PAGES.get("".join(request.path[:1])):
            return self._page(page, request)
        try:
            return find(request.path, request.method, self._served)
        except Problem as problem:
            if problem.status == 405 and request.method == "OPTIONS":
                return Response(204, problem.headers)
            raise

    def _timeout(self, request: Request, media: str, answer: Answer, version: int) -> Response:
        """The answer of the timer if it ends the process: the same for all requests of a kind, but for the
        name of the client, which is put into its JSON last."""
        client = request.client
        put = media == "application/json"
        kind = answer, version, media, "" if put else client
        if kind not in self._prepared:
            request.client = _CLIENT if put else client
            try:
                response = self._refuse(request, media, answer, Problem(504, limit.REASON))
            finally:
                request.client = client
            response.whole()
            self._prepared[kind] = response
        response = self._prepared[kind]
        if put and isinstance(response.body, bytes):
            name = b"".join(codec.get("json").encode(client)).strip()
            return Response(response.status, response.headers, response.body.replace(_QUOTED, name))
        return response

    def _serve(
        self, request: Request, peer: Peer, media: str | None, route: Route, names: dict[str, str]
    ) -> Response:
        offered = self._media(request, media, route)
        version = self._served.version_of(request.path)
        if "timeout" not in request.kept:
            written = self._timeout(request, media or "application/json", route.answer, version)
            request.kept["timeout"] = written
        request.prepare(request.kept["timeout"])
        request.credential = auth.authenticate(request, peer, self._settings)
        request.prepare(None)
        self._admit(request, peer, request.credential)
        query, body = parameters.read(request, route, version, self._settings)
        if route.answer.lines:
            offered = lazy.module("restd_inet.app.lines").chosen(offered, request, query)
        given = request, request.credential, offered, version, route, names, query, body
        if "idempotency-key" in request.headers and route.takes_key(request.path[0]):
            return self._once(request, offered, route, lambda **more: self._perform(*given, **more))
        return self._perform(*given)

    def _once(self, request: Request, media: str, route: Route, perform: Callable[..., Response]) -> Response:
        """The answer to a request that may have been sent before, by its Idempotency-Key."""

        def refuse(problem: Problem) -> Response:
            return self._refuse(request, media, route.answer, problem)

        once = lazy.module("restd_inet.app.idempotency").once
        response: Response = once(request, route, self._settings, perform, refuse)
        return response

    def _media(self, request: Request, media: str | None, route: Route) -> str:
        """The media type of the answer. media: the best of those of documents. Raises Problem 406."""
        lines = lazy.module("restd_inet.app.lines") if route.answer.lines else None
        if lines:
            media = lines.accept(request.headers.get("accept"))
        if route.answer.media:
            lazy.module("restd_inet.app.content").check(request, route.answer.media)
            return media or "application/json"
        if media is None:
            raise not_offered((*OFFERED, *(lines.LINES if lines else ())))
        return media

    def _admit(self, request: Request, peer: Peer, credential: Credential) -> None:
        """Logs whom a request acts as. Raises Problem 500 if this process must not serve it."""
        if log.level >= log.VERBOSE:
            user = credential.user_name() or f"uid {credential.uid}"
            what = f"{request.method} {request.route} as {user}, by {credential.method}"
            log.write(log.VERBOSE, f"{peer.name}: {what}")
        if self._network:
            self._check_user()

    def _perform(
        self,
        request: Request,
        credential: Credential,
        media: str,
        version: int,
        route: Route,
        names: dict[str, str],
        query: dict[str, Any],
        body: Any,
        handler: Callable[[Call], Result] | None = None,
        tag: str = "",
        again: bool = False,
    ) -> Response:
        """What a user may ask for, asked and answered. handler: in place of the route's. tag, again: the
        Call's."""
        library = self._library = slurm.connect(self._settings)
        slurm.act_for(credential)
        condition = None
        tagged = route.answer.lines or "if-none-match" in request.headers
        if route.safe and tagged and not route.answer.media:
            condition = lazy.module("restd_inet.app.conditions").Condition(request, credential)
        since = condition.since if condition else 0
        call = Call(names, query, body, credential, library, request.warnings, since, request.held)
        call.tag, call.again = tag, again
        result = self._result(request, version, route, handler or route.handler, call, condition)
        if result.events is not None:
            live: Response = lazy.module("restd_inet.app.events").response(result.events, media)
            live.headers.append(NOT_STORED)
            return live
        if result.content is not None:
            content = lazy.module("restd_inet.app.content")
            fields = [NOT_STORED, *content.fields(route.answer.media)]
            bytes_of: Response = content.answer(request, result.content, fields)
            return bytes_of
        answer, envelope = result.answer or route.answer, self._envelope(request, version)
        headers = condition.tagged(call, answer, envelope, result.records) if condition else []
        response = self._answered(request, media, answer, envelope, result)
        response.headers += headers
        return response

    def _result(
        self,
        request: Request,
        version: int,
        route: Route,
        handler: Callable[[Call], Result],
        call: Call,
        condition: Any,
    ) -> Result:
        """What the handler gives; what it has changed in slurmdbd stays only if nothing failed."""
        try:
            call.query = route.asked(call.query, version)
            result = handler(call)
            slurm.confirm()
            slurm.commit()
            request.job_id = result.job_id
            if result.empty is not None:
                result.empty.report(version, result.problems, request.warnings)
            return result
        except Problem as problem:
            slurm.roll_back()
            if problem.status < 500:  # only a verified token may learn what exists
                slurm.confirm()
            if problem.status == 304 and condition and call.dated and not problem.headers:
                raise condition.unchanged() from None
            raise parameters.located(request, problem) from None

    def _answered(
        self, request: Request, media: str, answer: Answer, envelope: Envelope, result: Result
    ) -> Response:
        """The records as a document, or as lines."""
        lines = lazy.module("restd_inet.app.lines") if answer.lines else None
        if lines and media in lines.LINES:
            content = lines.body(media, answer, envelope, result.records)
            response = Response(200, [("Content-Type", lines.content_type(media)), NOT_STORED], content)
        else:
            document = answer.document(envelope, result.records, result.problems)
            response = self._encoded(200, media, envelope.version, document)
        if lines:
            response.headers += lines.links(request, result.records)
        return response

    def _check_user(self) -> None:
        """Raises Problem 500 if this process is SlurmUser's, who must not serve the network."""
        keys = slurm.connect(self._settings).jwt_config()
        refusal = lazy.module("restd_inet.rights").by_super_server(self._settings, keys.slurm_user)
        if refusal:
            log.write(log.ERROR, refusal)
            raise Problem(500, "restd-inet must not run as SlurmUser; see its log")

    def _page(self, name: str, request: Request) -> Response:
        """The answer at a path without a version, without authentication."""

        def encode(document: object, media: str) -> Iterable[bytes]:
            return self._written(document, media, 0)

        response: Response = lazy.module("restd_inet.pages.respond").answer(
            name, request, self._served, self._settings, encode
        )
        return response

    def _refuse(self, request: Request, media: str | None, shape: Answer, problem: Problem) -> Response:
        """The answer to a request that failed, in the layout of its API version."""
        version = self._served.version_of(request.path)
        if problem.status == 401:
            problem = lazy.module("restd_inet.app.refusal").unauthenticated(problem, version, self._settings)
        if problem.status == 304:
            return Response(304, [NOT_STORED, *problem.headers])
        if not version:
            version = max(self._served.numbers)
            media, document = lazy.module("restd_inet.app.refusal").without_version(request, problem, version)
        else:
            document = shape.failure(self._envelope(request, version), problem)
        if isinstance(document, bytes):
            answer = Response(problem.status, [("Content-Type", "text/plain; charset=utf-8")], document)
        else:
            answer = self._encoded(problem.status, media or "application/json", version, document)
        answer.headers += problem.headers
        answer.reason = "; ".join(each.text for each in (problem, *problem.more))
        return answer

    def _envelope(self, request: Request, version: int) -> Envelope:
        """What an answer contains beside its records."""
        credential, family = request.credential, request.path[0]
        library = self._library if credential else None  # unauthenticated answers hide cluster details
        fast = "fast" in self._served.flags.get(version, ())
        envelope = Envelope(
            version, library, family, request.client, warnings=() if fast else request.warnings
        )
        envelope.flags = self._served.flags_text.get(version, "")
        if credential and version >= V39:
            envelope.user, envelope.group = credential.user_name(), credential.group_name()
        return envelope

    def _encoded(self, status: int, media: str, version: int, answer: Any) -> Response:
        if "complex" in self._served.flags.get(version, ()):
            answer = lazy.module("restd_inet.schema.complex").plain(answer)
        body = self._written(answer, media, version)
        return Response(status, [("Content-Type", media), NOT_STORED], body)

    def _written(self, document: Any, media: str, dialect: int) -> Iterable[bytes]:
        name = OFFERED[media]
        written: Iterable[bytes] = codec.get(name).encode(document, dialect=dialect, **self._styles[name])
        return written


def _compress(request: Request, response: Response) -> None:
    """Gives the answer the content coding that the client accepts."""
    wanted = request.headers.get("accept-encoding", "") if request.method != "HEAD" else ""
    if wanted and response.status == 200 and not response.live:
        lazy.module("restd_inet.http.coding").apply(wanted, response)


class _AsCaller:
    """A body that may call libslurm while it is made: keeps the credential and the connection to slurmdbd
    until its end, or until `close`."""

    __slots__ = ("_body",)

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body
        finally:
            slurm.release()

    def close(self) -> None:
        slurm.release()
        close = getattr(self._body, "close", None)
        if close:
            close()
