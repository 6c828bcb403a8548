"""Which errors an operation can answer, and what each means: by method, path, body and version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restd_inet.schema.versions import V36, V39

if TYPE_CHECKING:
    from collections.abc import Iterator

    from restd_inet.commands import Route

UNAUTHENTICATED = "The token is missing, expired or not valid"
DAEMONS = {"slurm": "slurmctld", "slurmdb": "slurmdbd"}
#: The parameter of a path → what it names.
THINGS = {
    "job_id": "job",
    "node_name": "node",
    "partition_name": "partition",
    "reservation_name": "reservation",
    "account_name": "account",
    "cluster_name": "cluster",
    "qos": "QOS",
    "qos_name": "QOS",
    "user_name": "user",
    "name": "user",
    "wckey": "WCKey",
    "id": "WCKey",
}
#: Operations with GET that change something.
CHANGING = {"reconfigure", "requeue"}
#: Segments of paths of what can be in use, have ended, or exist already.
BUSY = {
    "account", "association", "associations", "cluster", "job", "jobs", "partition", "qos", "reservation",
    "reservations", "user", "users",
}  # fmt: skip


def changes(family: str, route: Route) -> bool:
    """Whether the operation changes the cluster or the database."""
    return (
        family != "util" and route.path[0] != "ping" and (route.method != "GET" or route.path[-1] in CHANGING)
    )


def named(route: Route) -> str:
    """What the path names; "" for nothing."""
    return next((THINGS.get(segment[1:-1], "") for segment in route.path if segment.startswith("{")), "")


def failures(family: str, route: Route, version: int) -> Iterator[tuple[str, str]]:
    """(status, meaning) of the errors that an operation answers, by status."""
    changing, thing, daemon = changes(family, route), named(route), DAEMONS.get(family)
    if route.query or route.body or thing:
        yield "400", "A parameter or the body is not valid; `errors` says which, where, and what is expected."
    if version >= V36:
        yield "401", f"{UNAUTHENTICATED}."
    if version < V36 or changing:
        forbidden = "The user has no right to do this"
        yield "403", f"{forbidden}." if version >= V36 else f"{UNAUTHENTICATED}. Or: {forbidden.lower()}."
    if thing and (family == "slurm" or version < V39):
        yield "404", f"There is no such {thing}."
    if changing and route.path[0] in BUSY:
        yield "409", "What would change is in use, has ended, or exists already."
    if route.body:
        yield "413", "The body is too large."
        yield "415", "The media type or the encoding of the body is not supported."
    if changing or family == "util":
        yield "422", f"{daemon or 'Slurm'} refuses the values; `errors` has Slurm's number and text."
    if daemon:
        yield "503", f"{daemon} is down, or a limit of the server is reached; try again later."
        yield "504", f"{daemon} did not answer in time."
