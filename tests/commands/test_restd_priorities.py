"""/restd/<version>/priorities and job/{job_id}/priority: what the priority of waiting jobs is made of."""

from __future__ import annotations

from typing import Any

import pytest
from asking import ME, ask, content, text
from fake_slurm import FakeSlurm, ffi, lib

import restd_inet.slurm
from restd_inet.schema.versions import NAMES, V40

VERSIONS = [NAMES[number] for number in sorted(NAMES) if number >= V40]
BASE = "/restd/v0.0.44"
NONE = 0xFFFFFFFE
OFFSET = 0x80000000
FACTORS = {
    "priority_age": 10.5, "priority_assoc": 1.0, "priority_fs": 100.0, "priority_js": 2.0,
    "priority_part": 1000.0, "priority_qos": 3.0, "priority_site": OFFSET + 5, "nice": OFFSET + 100,
}  # fmt: skip


class Priorities(FakeSlurm):
    """With jobs that wait. plugin: PriorityType."""

    plugin = "priority/multifactor"

    @property
    def conf(self) -> Any:
        conf = super().conf
        self._kept.append(ffi.new("char[]", self.plugin.encode()))
        conf.priority_type = self._kept[-1]
        return conf

    def message(self, call: str, given: list[Any]) -> Any:
        message = super().message(call, given)
        if call == "compat_load_job_prio":
            found = ffi.gc(lib.slurm_list_create(ffi.NULL), lib.slurm_list_destroy)
            self._kept.append(found)
            for each in (
                self.factors(4, ME, "debug"),
                self.factors(3, ME, "long"),
                self.factors(3, ME, "debug"),
            ):
                lib.slurm_list_append(found, each)
            lib.slurm_list_append(found, self.factors(9, 0, "debug", direct_prio=77.0))
            message.priority_factors_list = found
        return message

    def factors(self, job: int, user: int, partition: str, **more: Any) -> Any:
        names = [ffi.new("char[]", name) for name in (b"cpu", b"mem", b"gres/gpu")]
        tres = {
            "tres_cnt": 3,
            "tres_names": ffi.new("char *[]", names),
            "priority_tres": ffi.new("double[]", [0.0, 7.0, 8.0]),
        }
        self._kept += [names, tres]
        members = {"user_id": user, "partition": partition, **more}
        numbers = {**FACTORS, **tres} if not more else {}
        if "prio_factors" in dict(ffi.typeof("priority_factors_object_t").fields):
            inner = self.struct("priority_factors_t", **numbers) if numbers else ffi.NULL
            made = self.struct("priority_factors_object_t", prio_factors=inner, **members)
        else:
            numbers = numbers or {"priority_site": OFFSET, "nice": OFFSET}
            made = self.struct("priority_factors_object_t", **numbers, **members)
        where = made.step_id if hasattr(made, "step_id") else made
        where.job_id = job
        return made


@pytest.fixture
def slurm(monkeypatch: pytest.MonkeyPatch) -> FakeSlurm:
    fake = Priorities()
    for number in (3, 4, 5, 9):
        fake.add_job(job_id=number, user_id=ME, array_task_id=NONE, job_state=lib.JOB_PENDING)
    for name in ("debug", "long"):
        fake.add_partition(name=name)
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings: fake)
    return fake


def listed(target: str) -> list[tuple[int, str]]:
    answer = ask("GET", f"{BASE}/{target}")
    assert answer.status == 200, content(answer)
    return [(one["job_id"], one["partition"]) for one in content(answer)["priorities"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_priority_is_the_sum_of_its_factors(slurm: FakeSlurm, version: str) -> None:
    first, *_, last = content(ask("GET", f"/restd/{version}/priorities"))["priorities"]
    assert first["factors"] == {
        "age": 10.5,
        "association": 1.0,
        "fair_share": 100.0,
        "job_size": 2.0,
        "partition": 1000.0,
        "qos": 3.0,
        "site": 5.0,
        "nice": 100.0,
        "tres": [{"name": "mem", "value": 7.0}, {"name": "gres/gpu", "value": 8.0}],
    }
    assert (first["priority"], first["direct"]) == (1036, 0)
    assert (last["priority"], last["direct"], last["factors"]["tres"]) == (77, 77, [])
    assert last["user_name"] == "root"


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("priorities", [(3, "debug"), (3, "long"), (4, "debug"), (9, "debug")]),
        (
            "priorities?user=me&partition=debug",
            [(3, "debug"), (4, "debug")] + ([(9, "debug")] if ME == 0 else []),
        ),
        ("priorities?job_id=3,9", [(3, "debug"), (3, "long"), (9, "debug")]),
        ("priorities?job_id=!3&partition=!long", [(4, "debug"), (9, "debug")]),
        ("job/3/priority", [(3, "debug"), (3, "long")]),
        ("job/5/priority", []),
    ],
)
def test_jobs_are_chosen_as_sprio_chooses_them(slurm: FakeSlurm, target: str, found: Any) -> None:
    assert listed(target) == found


def test_a_job_that_does_not_wait_has_a_warning(slurm: FakeSlurm) -> None:
    (warning,) = content(ask("GET", f"{BASE}/job/5/priority"))["warnings"]
    assert "job 5 has no factors" in warning["description"]
    assert ask("GET", f"{BASE}/job/77/priority").status == 404


def test_another_plugin_has_no_factors(slurm: Priorities) -> None:
    slurm.plugin = "priority/basic"
    for target in ("priorities", "job/3/priority"):
        answer = ask("GET", f"{BASE}/{target}")
        assert (answer.status, "PriorityType of slurm.conf is priority/basic" in text(answer)) == (501, True)


@pytest.mark.parametrize(
    "query", ["x=1", "user=nobody-here", "partition=debgu", "job_id=x", "job_id=%00", "fields=x"]
)
def test_a_mistake_is_400(slurm: FakeSlurm, query: str) -> None:
    assert ask("GET", f"{BASE}/priorities?{query}").status == 400
    assert ask("POST", f"{BASE}/priorities", b"").status == 405


def test_slurmctld_s_failure_is_told(slurm: FakeSlurm) -> None:
    slurm.errors["compat_load_job_prio"] = "SLURMCTLD_COMMUNICATIONS_CONNECTION_ERROR"
    assert ask("GET", f"{BASE}/priorities").status == 503


def test_they_are_lines_too(slurm: FakeSlurm) -> None:
    table = ask(
        "GET", f"{BASE}/priorities?fields=job_id,priority,factors.age", headers={"accept": "text/csv"}
    )
    assert table.body.splitlines()[:2] == [b"job_id,priority,factors.age", b"3,1036,10.5"]
