"""What /metrics shows: a row of METRICS for each metric, counted in memory that a listener's processes share.

A process that counts waits for nobody, and takes no lock (_process.c). Labels have few values: routes,
statuses, versions, calls of libslurm; never a path, a user or anything else that a client chooses.
"""

from __future__ import annotations

import os

from restd_inet import _process, limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: More than there are routes, versions and statuses in use.
_SIZE = 8192
_BETWEEN = "\x1f"
_METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
#: Upper bounds of the histogram's buckets, in seconds.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_MICROSECONDS = 1e6

#: Whether this process counts.
on = False
#: The process that accepts connections, whose memory is shown.
_warm = 0


class Metric:
    """A row. kind: OpenMetrics' type. labels: the names of its labels."""

    __slots__ = ("help", "kind", "labels", "name")

    def __init__(self, name: str, kind: str, help: str, labels: tuple[str, ...] = ()) -> None:
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels


REQUESTS = Metric(
    "restd_inet_requests", "counter", "Requests that were answered.", ("method", "route", "status", "version")
)
SECONDS = Metric(
    "restd_inet_request_seconds",
    "histogram",
    "From the first byte of a request to the last of its answer, but of those that watch or wait.",
    ("route",),
)
CONNECTIONS = Metric("restd_inet_open_connections", "gauge", "Connections that are open.")
PROCESSES = Metric("restd_inet_processes", "counter", "Processes that were started for connections.")
FAILED = Metric(
    "restd_inet_failed_processes", "counter", "Processes that did not end by themselves.", ("cause",)
)
REFUSALS = Metric(
    "restd_inet_refusals", "counter", "Connections and requests that were refused unread.", ("reason",)
)
RPC_SECONDS = Metric("restd_inet_rpc_seconds", "summary", "Calls of libslurm and their time.", ("call",))
RPC_ERRORS = Metric("restd_inet_rpc_errors", "counter", "Calls of libslurm that failed.", ("call",))
WATCHERS = Metric("restd_inet_watchers", "gauge", "Requests that watch what the poller asks for.")
POLLS = Metric(
    "restd_inet_polls", "counter", "Times that the poller has asked slurmctld for a list.", ("list", "result")
)
MEMORY = Metric(
    "restd_inet_warm_process_memory_bytes",
    "gauge",
    "Resident memory of the process that accepts.",
)
METRICS = (
    REQUESTS, SECONDS, CONNECTIONS, PROCESSES, FAILED, REFUSALS, RPC_SECONDS, RPC_ERRORS, WATCHERS, POLLS,
    MEMORY,
)  # fmt: skip
_UNITS = ("seconds", "bytes")


def share() -> None:
    """Makes the memory, before processes are forked, and begins to count."""
    global on
    _process.share_counters(_SIZE)
    limit.count_by(_process.counter, tuple((bound, str(bound)) for bound in BUCKETS))
    on = True


def accepts() -> None:
    """This process accepts connections."""
    global _warm
    _warm = os.getpid()


def count(metric: Metric, *labels: str, amount: int = 1) -> None:
    if on:
        _process.count(_BETWEEN.join((metric.name, *labels)).encode(), amount)


def request(method: str, route: str, status: int, version: str, seconds: float | None) -> None:
    """A request was answered. route, version: "" if it is not known. seconds: None if it waited by intent."""
    route = route or "other"
    count(REQUESTS, _known(method), route, str(status), version)
    if seconds is None:
        return
    bucket = next((str(bound) for bound in BUCKETS if seconds <= bound), "+Inf")
    count(SECONDS, route, bucket)
    count(SECONDS, route, "sum", amount=round(seconds * _MICROSECONDS))


def begin(method: str, route: str, version: str, waits: bool) -> None:
    """How a request is counted if its process ends under it, past Python (limit). waits: by intent."""
    if on:
        route = route or "other"
        names = REQUESTS.name, _known(method), route, limit.REASON, version
        timed = "" if waits else _BETWEEN.join((SECONDS.name, route, limit.REASON))
        limit.counted(_BETWEEN.join(names).encode(), timed.encode())


def _known(method: str) -> str:
    return method if method in _METHODS else "other"


def call(name: str, seconds: float, failed: bool) -> None:
    """A call of libslurm has returned."""
    count(RPC_SECONDS, name, "count")
    count(RPC_SECONDS, name, "sum", amount=round(seconds * _MICROSECONDS))
    if failed:
        count(RPC_ERRORS, name)


def text() -> str:
    """All of it, in OpenMetrics' format."""
    found: dict[str, dict[tuple[str, ...], int]] = {}
    for key, value in _process.counts():
        name, *labels = key.decode("utf-8", "replace").split(_BETWEEN)
        values = found.setdefault(name, {})
        values[tuple(labels)] = values.get(tuple(labels), 0) + value
    lines: list[str] = []
    for metric in METRICS:
        lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        unit = metric.name.rpartition("_")[2]
        if unit in _UNITS:
            lines.append(f"# UNIT {metric.name} {unit}")
        lines += _SAMPLES[metric.kind](metric, found.get(metric.name, {}))
    return "\n".join([*lines, "# EOF", ""])


def _counter(metric: Metric, values: dict[tuple[str, ...], int]) -> Iterator[str]:
    for labels, value in sorted(values.items() or [((), 0)] * (not metric.labels)):
        yield f"{metric.name}_total{_labels(metric.labels, labels)} {value}"


def _gauge(metric: Metric, values: dict[tuple[str, ...], int]) -> Iterator[str]:
    value = _memory() if metric is MEMORY else max(0, values.get((), 0))
    yield f"{metric.name} {value}"


def _summary(metric: Metric, values: dict[tuple[str, ...], int]) -> Iterator[str]:
    for labels in sorted({labels[:-1] for labels in values}):
        shown = _labels(metric.labels, labels)
        yield f"{metric.name}_count{shown} {values.get((*labels, 'count'), 0)}"
        yield f"{metric.name}_sum{shown} {values.get((*labels, 'sum'), 0) / _MICROSECONDS}"


def _histogram(metric: Metric, values: dict[tuple[str, ...], int]) -> Iterator[str]:
    for labels in sorted({labels[:-1] for labels in values}):
        total = 0
        for bound in (*map(str, BUCKETS), "+Inf"):
            total += values.get((*labels, bound), 0)
            yield f"{metric.name}_bucket{_labels((*metric.labels, 'le'), (*labels, bound))} {total}"
        shown = _labels(metric.labels, labels)
        yield f"{metric.name}_count{shown} {total}"
        yield f"{metric.name}_sum{shown} {values.get((*labels, 'sum'), 0) / _MICROSECONDS}"


_SAMPLES = {"counter": _counter, "gauge": _gauge, "summary": _summary, "histogram": _histogram}


def _labels(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    """Labels; those without a value are left out."""
    pairs = [
        '{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in zip(names, values, strict=False)
        if value
    ]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def _memory() -> int:
    """0 if it cannot be read."""
    try:
        with open(f"/proc/{_warm}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
