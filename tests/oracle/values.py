"""Ours, at one moment with what another program says."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


Rows = dict[Any, Row]


#: They differ from one question to the next, also of one program.
MOVING = {"diag.server_thread_count", "diag.gettimeofday_latency", "diag.req_time"}


def document(output: bytes) -> Any:
    """The JSON after the header; slurmrestd may write more behind it."""
    _, _, body = output.partition(b"\r\n\r\n")
    return json.JSONDecoder().raw_decode(body.decode())[0]


def remember_jobs(cluster: Any) -> None:
    """Only those that are there now are compared: other tests submit jobs with values of all kinds."""
    output = cluster.shell("squeue -h -a -r -t all -o %A", user="root" if os.geteuid() == 0 else None).stdout
    Path(cluster.dir, "last_job").write_text(str(max(map(int, output.split()))))


def is_compared(cluster: Any, job: int) -> bool:
    return job <= int(Path(cluster.dir, "last_job").read_text())


def ours(cluster: Any, what: str) -> Rows:
    request = f"GET /slurm/v0.0.35/{what} HTTP/1.1\r\n\r\n"
    found = document(cluster.shell("cat | restd-inet -q", input=request).stdout)
    if what == "jobs":
        return {job["job_id"]: job for job in found if is_compared(cluster, job["job_id"])}
    if what == "diag":
        return {"": found["statistics"]}
    rows: Rows = found[what]
    return rows


def at_one_moment(cluster: Any, what: str, other: Callable[[], Any]) -> tuple[Rows, Any]:
    """Ours and another's word, with ours the same before and after."""
    deadline = time.monotonic() + 30
    while True:
        before, found, after = ours(cluster, what), other(), ours(cluster, what)
        if steady(before, what) == steady(after, what):
            return after, found
        assert time.monotonic() < deadline, "the cluster does not come to rest"


def steady(rows: Rows, what: str) -> Rows:
    return {
        name: {field: value for field, value in row.items() if f"{what}.{field}" not in MOVING}
        for name, row in rows.items()
    }


def moment(seconds: int, none: str = "Unknown") -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds)) if seconds else none


def null(text: str) -> str:
    return text or "(null)"


def reason(node: Row) -> str:
    when = node["reason_changed_at"]  # 0: it stands in slurm.conf
    return f"{node['reason']} [{node['reason_set_by_user']}@{moment(when)}]" if when else node["reason"]
