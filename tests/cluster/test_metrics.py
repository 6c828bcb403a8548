"""/metrics of a real listener: routes, versions, statuses and calls of libslurm."""

import shutil
import subprocess

import lacking
import pytest

from .cluster import identity
from .serving import accepts, free_port, get, running, until

parser = pytest.importorskip(
    "prometheus_client.openmetrics.parser", reason=lacking.python_package("prometheus_client")
)


def samples(port):
    status, text = get(port, "/metrics")
    assert status == 200, text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def listener(cluster, port, log, *options):
    command = [f"{cluster.bin}/restd-inet", *options, f"127.0.0.1:{port}"]
    return running(command, log, env=cluster.env(), cwd=cluster.jobs, **identity(cluster.user))


def test_requests_and_calls_are_counted(bare_cluster, tmp_path):
    port, token = free_port(), bare_cluster.token()
    with listener(bare_cluster, port, tmp_path / "log", "--metrics"):
        until(lambda: accepts(port), "listener")
        for version in ("v0.0.44", "v0.0.45"):
            assert get(port, f"/slurm/{version}/jobs", token)[0] == 200
        assert get(port, "/slurm/v0.0.44/job/999999", token)[0] == 404
        assert get(port, "/slurm/v0.0.44/jobs")[0] == 401
        assert get(port, "/readyz")[0] == 200
        found = samples(port)

    def requests(route, status, version):
        labels = {"method": "GET", "route": route, "status": str(status), "version": version}
        return found["restd_inet_requests_total", tuple(sorted(labels.items()))]

    assert requests("/slurm/{version}/jobs", 200, "v0.0.44") == 1
    assert requests("/slurm/{version}/jobs", 200, "v0.0.45") == 1
    assert requests("/slurm/{version}/jobs", 401, "v0.0.44") == 1
    assert requests("/slurm/{version}/job/{job_id}", 404, "v0.0.44") == 1
    calls = {
        dict(labels)["call"]: value
        for (name, labels), value in found.items()
        if name.endswith("rpc_seconds_count")
    }
    assert calls["slurm_load_jobs"] >= 2
    errors = {
        dict(labels)["call"]: value
        for (name, labels), value in found.items()
        if name.endswith("rpc_errors_total")
    }
    assert errors["compat_load_job"] >= 1


def test_promtool_reads_it(bare_cluster, tmp_path):
    """It takes the older text format, where a counter's HELP has its name with _total."""
    if not shutil.which("promtool"):
        pytest.skip(lacking.machine("promtool is not installed", "Debian's package prometheus has it, 19 MB"))
    port, token = free_port(), bare_cluster.token()
    with listener(bare_cluster, port, tmp_path / "log", "--metrics"):
        until(lambda: accepts(port), "listener")
        assert get(port, "/slurm/v0.0.44/jobs", token)[0] == 200
        text = get(port, "/metrics")[1]
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if not line.endswith("_total no help text")] == []


def test_without_the_option_there_is_nothing(bare_cluster, tmp_path):
    port = free_port()
    with listener(bare_cluster, port, tmp_path / "log"):
        until(lambda: accepts(port), "listener")
        assert get(port, "/metrics")[0] == 404
