"""One job: what it is, and what an update changes."""

import pytest

from .commanding import V35, both, get
from .typed import (
    ask,
    no_jobs_left,
    queued,
    shown,
    submit,
)

__all__ = ["no_jobs_left"]


def job_of(document):
    """v0.0.35 has the record's fields beside `errors`."""
    return {name: value for name, value in document.items() if name != "errors"}


# One job
@both
def test_a_job_is_what_scontrol_shows(cluster, version):
    job = submit(cluster, name="shown", account="research", partition="long", comment="why not", hold=True)
    document = job_of(get(cluster, f"job/{job}", version))
    scontrol = shown(cluster, job)
    assert document["job_id"] == job
    assert document["name"] == "shown" == scontrol["JobName"]
    assert document["account"] == "research" == scontrol["Account"]
    assert document["partition"] == "long" == scontrol["Partition"]
    assert document["comment"] == "why not"
    assert document["job_state"] == "PENDING" == scontrol["JobState"]
    assert document["state_reason"] == "JobHeldUser" == scontrol["Reason"]
    assert document["priority"] == 0


UPDATES = {
    "comment": ({"comment": "another"}, {"Comment": "another"}),
    "name": ({"name": "renamed"}, {"JobName": "renamed"}),
    "time limit": ({"time_limit": 90}, {"TimeLimit": "01:30:00"}),
    "nice": ({"nice": 77}, {"Nice": "77"}),
    "release": ({"hold": False}, {"Priority": None, "Reason": None, "JobState": None}),
    "partition": ({"partition": "long"}, {"Partition": "long"}),
    "account": ({"account": "research"}, {"Account": "research"}),
    "several": (
        {"comment": "both", "name": "several", "time_limit": 5},
        {"Comment": "both", "JobName": "several", "TimeLimit": "00:05:00"},
    ),
}


#: What time alone changes.
MOVING = {"LastSchedEval", "RunTime", "StartTime", "EndTime", "AccrueTime", "EligibleTime", "Scheduler"}


@both
@pytest.mark.parametrize("what", UPDATES)
def test_an_update_changes_what_it_names_and_nothing_else(cluster, what, version):
    document, expected = UPDATES[what]
    # Its dependency is never met, so that a released job does not start.
    other = submit(cluster, hold=True)
    job = submit(cluster, hold=True, dependency=f"after:{other}", comment="before", tasks=2, nodes=1)
    before = shown(cluster, job)
    answer = ask(cluster, "POST", f"/slurm/{version}/job/{job}", document)
    assert (answer.status, answer.json) == (200, {"errors": []})
    after = shown(cluster, job)
    changed = {
        name
        for name in {**before, **after}
        if name not in MOVING and before.get(name) != after.get(name) and name not in expected
    }
    # Another account has its own priority, association and wckey; those follow.
    follow = {"partition": set(), "account": {"WCKey"}, "nice": set()}.get(what, set())
    assert changed <= follow, {name: (before.get(name), after.get(name)) for name in changed}
    assert {name: after.get(name) for name in expected if expected[name]} == {
        name: value for name, value in expected.items() if value
    }


def test_an_update_holds_and_releases(cluster):
    job = submit(cluster)
    other = submit(cluster, dependency=f"afterany:{job}")
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{other}", {"hold": True}).status == 200
    assert shown(cluster, other)["Priority"] == "0"
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{other}", {"hold": False}).status == 200
    assert int(shown(cluster, other)["Priority"]) > 0


def test_an_update_may_stand_under_job(cluster):
    job = submit(cluster, hold=True)
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{job}", {"job": {"comment": "below"}}).status == 200
    assert shown(cluster, job)["Comment"] == "below"


def test_an_update_of_an_array_changes_every_task(cluster):
    job = submit(cluster, array="1-3", hold=True)
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{job}", {"comment": "all"}).status == 200
    assert set(queued(cluster, "%k", f"--jobs={job}", "--array")) == {"all"}


def test_an_update_of_a_task_changes_that_one(cluster):
    job = submit(cluster, array="1-3", hold=True)
    assert ask(cluster, "POST", f"/slurm/{V35}/job/{job}_2", {"comment": "this"}).status == 200
    lines = sorted(queued(cluster, "%K %k", f"--jobs={job}", "--array"))
    assert lines == ["1 (null)", "2 this", "3 (null)"]


def test_an_update_that_slurm_refuses_changes_nothing(cluster):
    job = submit(cluster, hold=True, comment="kept")
    answer = ask(cluster, "POST", f"/slurm/{V35}/job/{job}", {"comment": "new", "partition": "nowhere"})
    assert answer.status == 422
    assert shown(cluster, job)["Comment"] == "kept"
