"""What SchedMD's own tests of the REST API import: the part of its module `atf` that they use, on scaleout.

test_upstream.py runs them. Names and signatures are upstream's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import requests

#: Why a test is skipped that needs another slurm.conf.
OTHER_CONF = os.environ["ATF_OTHER_CONF"]
URL = os.environ["ATF_URL"]
USER = os.environ["LOGNAME"]
HEADERS = {"X-SLURM-USER-NAME": USER, "X-SLURM-USER-TOKEN": os.environ["ATF_TOKEN"]}
properties: dict[str, Any] = {"slurm-user": "root", "slurmrestd_url": URL, "slurmrestd-headers": HEADERS}


def get_version(component: str = "") -> tuple[int, ...]:
    return (*map(int, os.environ["ATF_SLURM"].split(".")), 0)


def required(*arguments: Any, **more: Any) -> None:
    """The cluster of the test has it."""


require_version = require_slurmrestd = require_accounting = require_nodes = required
require_config_parameter = require_config_parameter_includes = require_slurm_running = required
start_slurm = start_slurmrestd = required


def stop_slurm() -> None:
    pytest.skip(OTHER_CONF)


def is_slurmrestd_running() -> bool:
    return True


def require_openapi_generator(version: str) -> None:
    client = import_module("openapi_client")
    properties["openapi_config"] = client.Configuration(host=URL)
    properties["openapi_config"].access_token = HEADERS["X-SLURM-USER-TOKEN"]


def _api(name: str) -> Any:
    client = import_module("openapi_client")
    return getattr(client, name)(client.ApiClient(properties["openapi_config"]))


def openapi_slurm() -> Any:
    return _api("SlurmApi")


def openapi_slurmdb() -> Any:
    return _api("SlurmdbApi")


def openapi_util() -> Any:
    return _api("UtilApi")


def request_slurmrestd(request: str) -> Any:
    return requests.get(f"{URL}/{request}", headers=HEADERS, timeout=60)


def run_command(command: str, user: str | None = None, fatal: bool = False, **more: Any) -> dict[str, Any]:
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        capture_output=True,
        text=True,
        timeout=60,
        user=user or USER,
        extra_groups=[],
        cwd="/tmp",
    )
    if fatal and done.returncode:
        pytest.fail(f"{command}: {done.stdout}{done.stderr}")
    return {"exit_code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


def run_command_output(command: str, **more: Any) -> str:
    return str(run_command(command, **more)["stdout"])


def cancel_all_jobs(**more: Any) -> None:
    run_command("scancel --user=$LOGNAME; scancel --state=PENDING; scancel --state=RUNNING", user="root")


def get_config(**more: Any) -> dict[str, str]:
    lines = run_command_output("scontrol show config").splitlines()
    return dict((word.strip() for word in line.split("=", 1)) for line in lines if " = " in line)  # type: ignore[misc]


def get_config_parameter(name: str, **more: Any) -> str | None:
    return get_config().get(name)


def _shown(what: str) -> dict[str, Any]:
    said = json.loads(run_command_output(f"scontrol show {what} --json", user="root"))[f"{what}s"]
    return {one["name"]: one for one in said}


def get_nodes(**more: Any) -> dict[str, Any]:
    return _shown("node")


def get_partitions(**more: Any) -> dict[str, Any]:
    return _shown("partition")


def get_node_parameter(node: str, name: str, **more: Any) -> Any:
    return get_nodes()[node][name]


def default_partition() -> str:
    return "debug"


def node_range_to_list(expression: str) -> list[str]:
    return run_command_output(f"scontrol show hostnames {expression}").split()


def timer(timeout: float = 60, **more: Any) -> Iterator[float]:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        yield end - time.monotonic()
        time.sleep(0.2)


def wait_for_job_accounted(job: int, field: str = "Start", value: str | None = None, **more: Any) -> bool:
    for _ in timer():
        found = run_command_output(f"sacct -nPX -j {job} -o {field}", user="root").strip()
        if (found == value) if value else found not in ("", "Unknown"):
            return True
    pytest.fail(f"{field} of job {job} is {found}")


def wait_for_node_state(node: str, state: str, **more: Any) -> bool:
    for _ in timer():
        if re.search(rf"State={state}\b", run_command_output(f"scontrol show node {node}")):
            return True
    pytest.fail(f"node {node} is not {state}")
