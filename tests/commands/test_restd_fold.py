"""Whatever happens to jobs, the events of a watch make the list, and any of their ids leads there again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from asking import ME, ask, content
from fake_slurm import FakeSlurm, lib
from held_asking import events, time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import restd_inet.slurm

__all__ = ["time"]
TARGET = "/restd/v0.0.44/jobs?fields=job_id,name,job_state&state=PENDING,RUNNING"
STATES = (lib.JOB_PENDING, lib.JOB_RUNNING, lib.JOB_COMPLETE)
#: Number → name and state, at a time.
TIMES = st.lists(
    st.dictionaries(st.integers(1, 6), st.tuples(st.sampled_from("ab"), st.sampled_from(STATES)), max_size=5),
    min_size=1,
    max_size=5,
)


def put(slurm: FakeSlurm, jobs: dict[int, tuple[str, int]]) -> None:
    slurm._jobs.clear()
    for number, (name, state) in jobs.items():
        slurm.add_job(job_id=number, name=name, job_state=state, user_id=ME, array_task_id=0xFFFFFFFE)


def folded(found: Iterable[dict[str, Any]], records: dict[int, Any] | None = None) -> dict[int, Any]:
    records = dict(records or {})
    for event in found:
        if event["event"] == "added":
            assert event["key"] not in records
        if event["event"] == "changed":
            before, after = records[event["key"]], event["record"]
            assert event["fields"] == [name for name in after if before[name] != after[name]] != []
        if event["event"] == "reset":
            records = {}
        elif event["event"] == "removed":
            del records[event["key"]]
        elif "key" in event:
            records[event["key"]] = event["record"]
    return records


@given(times=TIMES, data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_events_make_the_list_and_every_id_leads_to_it(
    time: Any, times: list[dict[int, tuple[str, int]]], data: st.DataObject
) -> None:
    slurm = FakeSlurm()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restd_inet.slurm, "connect", lambda settings: slurm)
        put(slurm, times[0])
        steps = [step for jobs in times[1:] for step in (lambda jobs=jobs: put(slurm, jobs), None, None)]
        found = events(f"{TARGET}&watch=1", None, *steps, None)
        listed = {job["job_id"]: job for job in content(ask("GET", TARGET))["jobs"]}
        assert folded(found) == listed
        index = data.draw(st.sampled_from([i for i, event in enumerate(found) if "id" in event]))
        rest = events(f"{TARGET}&watch=1", last_event_id=found[index]["id"])
        assert folded(rest, folded(found[: index + 1])) == listed
