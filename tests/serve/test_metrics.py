"""metrics: what a listener counts, as prometheus_client's own parser reads it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import lacking
import pytest
from listening import ask, connect, listening, send

from restd_inet import _process, metrics
from restd_inet.app import metrics_page
from restd_inet.message import Peer, Request
from restd_inet.option_values import networks
from restd_inet.problems import Problem
from restd_inet.settings import Settings

parser = pytest.importorskip(
    "prometheus_client.openmetrics.parser", reason=lacking.python_package("prometheus_client")
)


def parsed(text: str) -> dict[tuple[str, ...], float]:
    """Samples by their names and the values of their labels."""
    families = list(parser.text_string_to_metric_families(text))
    assert [family.name for family in families] == [metric.name for metric in metrics.METRICS]
    return {
        (sample.name.removeprefix("restd_inet_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def read(where: str) -> dict[tuple[str, ...], float]:
    """{} while the connection is refused."""
    status, _, text = ask(where, "/metrics")
    return parsed(text) if status == 200 else {}


@pytest.fixture
def memory() -> Iterator[None]:
    metrics.share()
    yield
    metrics.on = False


def test_nothing_is_counted_unless_it_is_shared() -> None:
    metrics.count(metrics.REFUSALS, "x")
    assert ("refusals_total", "x") not in parsed(metrics.text())


def test_a_request_is_in_the_bucket_of_its_time_and_in_all_above(memory: None) -> None:
    for seconds in (0.0004, 0.003, 0.003, 7.0, 400.0):
        metrics.request("GET", "/r", 200, "v0.0.44", seconds)
    found = parsed(metrics.text())
    assert found["requests_total", "GET", "/r", "200", "v0.0.44"] == 5
    buckets = {key[2]: value for key, value in found.items() if key[0] == "request_seconds_bucket"}
    assert (buckets["0.001"], buckets["0.005"], buckets["5.0"], buckets["10.0"]) == (1, 3, 3, 4)
    assert (buckets["60.0"], buckets["+Inf"], found["request_seconds_count", "/r"]) == (4, 5, 5)
    assert found["request_seconds_sum", "/r"] == pytest.approx(407.0064)


def test_a_request_that_waited_by_intent_is_in_no_bucket(memory: None) -> None:
    metrics.request("GET", "/watched", 200, "v0.0.44", None)
    found = parsed(metrics.text())
    assert found["requests_total", "GET", "/watched", "200", "v0.0.44"] == 1
    assert ("request_seconds_count", "/watched") not in found


def test_what_a_client_chooses_is_no_label(memory: None) -> None:
    metrics.request("BREW", "", 400, "", 0.1)
    assert parsed(metrics.text())["requests_total", "other", "other", "400"] == 1


def test_calls_of_libslurm_are_summed_up_and_their_errors_counted(memory: None) -> None:
    metrics.call("slurm_load_jobs", 0.5, failed=False)
    metrics.call("slurm_load_jobs", 0.25, failed=True)
    found = parsed(metrics.text())
    assert found["rpc_seconds_count", "slurm_load_jobs"] == 2
    assert found["rpc_seconds_sum", "slurm_load_jobs"] == 0.75
    assert found["rpc_errors_total", "slurm_load_jobs"] == 1


def test_labels_are_escaped_and_long_names_are_cut(memory: None) -> None:
    metrics.count(metrics.REFUSALS, 'a"b\\c\nd')
    metrics.count(metrics.REFUSALS, "x" * 1000)
    assert parsed(metrics.text())["refusals_total", 'a"b\\c\nd'] == 1


def test_many_processes_count_at_once_and_none_is_lost(memory: None) -> None:
    children = []
    for _ in range(4):
        pid = os.fork()
        if not pid:
            for number in range(2000):
                metrics.count(metrics.REFUSALS, f"r{number % 20}")
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    found = parsed(metrics.text())
    assert sum(value for key, value in found.items() if key[0] == "refusals_total") == 8000
    assert found["refusals_total", "r7"] == 400


def test_a_full_table_takes_no_more_and_fails_nobody() -> None:
    _process.share_counters(8)
    for number in range(100):
        _process.count(str(number).encode(), 1)
    assert len(_process.counts()) == 8


def test_a_listener_counts_requests_connections_processes_refusals_and_crashes(tmp_path: Path) -> None:
    where = f"{tmp_path}/s"
    options: dict[str, Any] = {"metrics": True, "max_per_source": 8, "spare_processes": 0}

    def open_connections() -> float:
        return read(where).get(("open_connections",), 0)

    with listening(tmp_path, f"unix:{where}", **options) as listener:
        for _ in range(3):
            assert ask(where, "/x")[0] == 200
        # A request is counted when its answer has been sent, its process when it starts.
        requests = ("requests_total", "GET", "other", "200")
        listener.wait(lambda: read(where).get(requests, 0) >= 3, "the counts")
        before = read(where)
        assert before["processes_total",] >= 5
        assert before["warm_process_memory_bytes",] > 1 << 20
        with ExitStack() as held:

            def refused() -> bool:
                # One that is held may have been refused itself, while an earlier one had not ended yet.
                send(held.enter_context(connect(where)), "/pid")
                return ask(where, "/x")[0] == 503

            for _ in range(5):
                send(held.enter_context(connect(where)), "/pid")
            listener.wait(lambda: open_connections() >= 6, "the connections")
            listener.wait(refused, "a refusal")
        # Its own, and what has not ended yet of the one before.
        listener.wait(lambda: 1 <= open_connections() <= 2, "the end of the connections")
        with connect(where) as client:
            send(client, "/segv")
            listener.wait_log("was ended by SIGSEGV")
        after = read(where)
        assert after["refusals_total", "max-per-source"] >= 1
        assert after["failed_processes_total", signal.SIGSEGV.name] == 1


def test_it_is_for_this_host_unless_others_are_named(memory: None) -> None:
    def status(name: str, **headers: str) -> int:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        request = Request("GET", "/metrics", ("metrics",), "", named, "1.1", bytes)
        try:
            return metrics_page.answer(request, Peer("inet", name), settings).status
        except Problem as problem:
            return problem.status

    settings = Settings(metrics=True)
    assert status("127.0.0.1:5") == status("[::1]:5") == 200
    assert status("192.0.2.1:5") == 403
    assert status("127.0.0.1:5", x_forwarded_for="127.0.0.1") == 403  # of a proxy that nobody trusts
    settings = Settings(metrics_from=networks("192.0.2.0/24"), trusted_proxy=networks("127.0.0.1"))
    assert status("192.0.2.1:5") == 200
    assert status("127.0.0.1:5") == 403
    assert status("127.0.0.1:5", x_forwarded_for="192.0.2.9") == 200
    assert status("127.0.0.1:5", x_forwarded_for="203.0.113.1") == 403
