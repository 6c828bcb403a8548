"""/metrics, where --metrics is given and a listener counts: for those whom --metrics-from names."""

from __future__ import annotations

from restd_inet import metrics
from restd_inet.message import Response
from restd_inet.option_values import networks
from restd_inet.problems import Problem
from restd_inet.serve import forwarded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.message import Peer, Request
    from restd_inet.settings import Settings

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
#: Without --metrics-from.
_THIS_HOST = "127.0.0.0/8,::1,unix"


def answer(request: Request, peer: Peer, settings: Settings) -> Response:
    """Raises Problem."""
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, "expected GET or HEAD", headers=[("Allow", "GET, HEAD")])
    if not metrics.on:
        raise Problem(404, "there are metrics in listen mode only")
    allowed = settings.metrics_from or networks(_THIS_HOST)
    # Behind a proxy that is not trusted anyone may be.
    address = forwarded.of_peer(peer)
    if forwarded.is_forwarded(request.headers):
        address = forwarded.client(peer, request.headers, settings.trusted_proxy)
    if not forwarded.matches(address, allowed):
        raise Problem(403, "/metrics is for the addresses of --metrics-from, this host alone without it")
    return Response(
        200, [("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store")], metrics.text().encode()
    )
