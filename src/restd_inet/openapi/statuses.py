"""Which errors an operation can answer, and what each means: by method, path, body and version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from restd_inet.schema.versions import V36, V38, V39

if TYPE_CHECKING:
    from collections.abc import Iterator

    from restd_inet.commands import Route

UNAUTHENTICATED = "The token is missing, expired or not valid"
FORBIDDEN = "The user has no right to do this."
DAEMONS = {"slurm": "slurmctld", "slurmdb": "slurmdbd", "restd": "slurmctld or slurmdbd"}
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
#: Last segments of paths of operations with GET that change something.
CHANGING = {"reconfigure", "requeue"}
#: First segments of paths of what can be in use, have ended, or exist already.
BUSY = {
    "account", "association", "associations", "cluster", "job", "jobs", "partition", "qos", "reservation",
    "reservations", "takeover", "user", "users",
}  # fmt: skip
BUSY_NOW = "The object is in use, has ended, or exists already."
#: Of lists that are 304 if nothing has changed.
UNCHANGED = {"node", "nodes", "partition", "partitions", "reservation", "reservations"}
#: Of what only administrators may read.
PRIVATE = {"config", "crontab", "diag", "events", "reports", "runaway", "wckey", "wckeys"}
#: Of bodies that name accounts or jobs which must exist.
NAMING = {
    "associations": "An account that the body names does not exist.",
    "users": "An account that the body names does not exist.",
    "users_association": "An account that the body names does not exist.",
    "jobs": "A job that the body names does not exist.",
    "jobs/requeue": "A job that the body names does not exist.",
}
#: Operations that older releases of Slurm cannot do, or none can.
RELEASES = {
    "slurm GET resources": "25.11",
    "slurm GET shares": "23.11",
    "slurmdb GET conf": "26.05",
    "slurmdb GET instance": "23.11",
    "slurmdb GET instances": "23.11",
    "slurmdb POST tres": "",
}


#: Of operations that answer a file: some have more.
FILES = {
    "304": "The content is that of the entity tag.",
    "403": "The job is another user's, or its user may not read the file.",
    "404": "There is no such job; or no such file: with Retry-After, not yet.",
    "406": "Accept does not allow text/plain.",
    "409": "The job has no batch script, is an array, or has written to what is no regular file.",
    "410": "The job ended long ago; the data is no longer available.",
    "416": "The range begins behind the end.",
    "501": "This process or host, or this release of Slurm, cannot get at the file; `errors` says why.",
}


def failures(family: str, route: Route, version: int) -> Iterator[tuple[str, str]]:
    """(status, meaning) of the errors that an operation can answer, by status."""
    found = dict(_failures(family, route, version))
    if route.answer.media:
        found.update(FILES)
    yield from sorted(found.items())


def _failures(family: str, route: Route, version: int) -> Iterator[tuple[str, str]]:
    first, daemon, changing = route.path[0], DAEMONS.get(family), changes(family, route)
    if unchanged := _unchanged(family, route, version):
        yield "304", unchanged
    keyed = family == "restd" and route.takes_key(family)
    if route.query or route.body or named(route) or keyed:
        yield "400", "A parameter or the body is not valid; `errors` says which, where, and what is expected."
    if version >= V36:
        yield "401", f"{UNAUTHENTICATED}."
        if changing or (family in ("slurmdb", "restd") and first in PRIVATE):
            yield "403", FORBIDDEN
    else:
        yield "403", f"{UNAUTHENTICATED}{', or the user has no right to do this' if changing else ''}."
    if missing := _missing(family, route, version):
        yield "404", missing
    if keyed:
        yield "409", f"{BUSY_NOW} Or a request with this Idempotency-Key is being worked on: see Retry-After."
    elif changing and first in BUSY:
        yield "409", BUSY_NOW
    if route.body:
        yield "413", "The body is too large."
        yield "415", "The media type or the encoding of the body is not supported."
    if changing or family == "util":
        other = " Or this Idempotency-Key was used with another request." if keyed else ""
        yield "422", f"{daemon or 'Slurm'} refuses the values; `errors` has Slurm's number and text.{other}"
    elif first == "association" and version >= V38:
        yield "422", "More than one association matches."
    if keyed:
        yield "429", "You have used too many Idempotency-Keys within a day."
    if lacking := _lacking(family, route):
        yield "501", lacking
    if daemon and family == "restd":
        yield "502", f"{daemon} answered what cannot be read, or broke off its answer."
    if daemon:
        yield "503", f"{daemon} is down, or a limit of the server is reached; try again later."
        yield "504", f"{daemon} did not answer in time."


def changes(family: str, route: Route) -> bool:
    """Whether an operation changes the cluster or the database."""
    return (
        DAEMONS.get(family) is not None
        and route.path[0] != "ping"
        and (route.method != "GET" or route.path[-1] in CHANGING)
    )


def named(route: Route) -> str:
    """What the path names; "" for nothing."""
    return next((THINGS.get(segment[1:-1], "thing") for segment in route.path if segment.startswith("{")), "")


def _unchanged(family: str, route: Route, version: int) -> str:
    """The meaning of 304; "" if it is not answered."""
    first = route.path[0]
    if family == "restd" and route.query and any(field.member == "wait" for field in route.query.fields):
        return "No change, or the state was not reached, before `wait` ended."
    if (
        family == "slurm"
        and route.method == "GET"
        and (first in UNCHANGED or (first == "jobs" and version < V39))
    ):
        return "Nothing has changed since `update_time`."
    return "There was nothing to remove." if _removes(family, route) else ""


def _lacking(family: str, route: Route) -> str:
    """The meaning of 501; "" if it is not answered."""
    since = RELEASES.get(f"{family} {route.method} {route.path[0]}")
    if since is not None:
        return f"Slurm {since} or a newer one is needed." if since else "No release of Slurm can do this."
    if family == "restd":
        return "The installed Slurm or its slurm.conf lacks what is needed for this; `errors` says what."
    return ""


def _removes(family: str, route: Route) -> bool:
    return family == "slurmdb" and route.method == "DELETE" and route.path[0] != "wckey"


def _missing(family: str, route: Route, version: int) -> str:
    """The meaning of 404; "" if what does not exist is a warning, or is not named."""
    if route.method == "POST" and "/".join(route.path) in NAMING:
        return NAMING["/".join(route.path)]
    warned = family == "slurmdb" and (
        _removes(family, route)
        or (route.method != "POST" and (version >= V39 or route.path[0] in ("job", "qos")))
    )
    return f"There is no such {named(route)}." if named(route) and not warned else ""
