"""Tables of v0.0.39 to v0.0.45 against what the real slurmrestd of each version answered.

They need no cluster: structs are made by hand, and hold what a cluster seldom has; tests/oracle asks the real
one. The captured answers lie beside a developer's checkout; without them these tests are skipped.
"""

import json
import re

import lacking
import pytest
from api_versions import NEWEST
from fake_slurm import FakeSlurm, ffi, lib, records
from places import RESPONSES, answered

from restd_inet import installed
from restd_inet.commands.slurm import diag, job, licenses, nodes, partitions, ping, reservations
from restd_inet.schema.answers import Envelope
from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.strings import sluid
from restd_inet.schema.records.allocation import ALLOCATION
from restd_inet.schema.records.diag import DIAG
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.license import LICENSE
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.ping import PING
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.records.submit import SUBMIT
from restd_inet.slurm.json_writer import StructRows
from restd_inet.slurm.lookups.jobs import Allocation
from restd_inet.slurm.results import Ping

SLURM = FakeSlurm()
ABSENT = pytest.param(None, marks=pytest.mark.skip(lacking.reference("what slurmrestd answered")), id="none")


def captures(name, since=40):
    """Of each version from one on and each release, the answer to GET `name`; as parameters of a test."""
    found = sorted(RESPONSES.glob(f"*/v0.0.4*/get_slurm__v0.0.4?__{name}.json"))
    found = [path for path in found if version_of(path) >= since]
    return pytest.mark.parametrize(
        "capture",
        found or [ABSENT],
        ids=lambda path: "-".join(path.parts[-3:-1]) if path else "",
    )


def version_of(capture):
    return int(capture.parent.name.rpartition(".")[2])


def body(capture):
    return json.loads(capture.read_text())["body"]


def shape(value):
    """The types in a document; any two numbers are alike. Of a list, its first item's."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    if isinstance(value, list):
        return "list"
    return "number" if type(value) in (int, float) else type(value).__name__


ANSWERS = {
    "diag": (diag.ANSWER, "stats_info_response_msg_t", {}),
    "job__99999": (job.JOB_ANSWER, "slurm_job_info_t", {}),
    "licenses": (licenses.ANSWER, "slurm_license_info_t", {}),
    "nodes": (nodes.ANSWER, "node_info_t", {}),
    "partitions": (partitions.ANSWER, "partition_info_t", {}),
    "ping": (ping.ANSWER, None, {}),
    "reservations": (reservations.ANSWER, "reserve_info_t", {}),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("version", answered() or [ABSENT])
def test_an_envelope_is_that_of_slurmrestd(name, version, monkeypatch):
    """Its parts in their order, with their types; what stands in the records is not looked at."""
    found = sorted(RESPONSES.glob(f"*/v0.0.{version}/get_slurm__v0.0.{version}__{name}.json"))
    monkeypatch.setattr(installed, "release", lambda: "26.05.5")
    answer, _, _ = ANSWERS[name]
    expected = body(found[-1])
    problems = [SLURM.error("slurm_load_job", lib.ESLURM_INVALID_JOB_ID)] if expected["errors"] else []
    document = (
        answer.failure(Envelope(version), problems[0])
        if problems
        else answer.document(Envelope(version, SLURM), [], [])
    )
    key = next(iter(expected))
    document[key] = expected[key]
    assert list(document) == list(expected)
    for part in expected:
        assert shape(document[part]) == shape(expected[part]), part
    assert document["meta"]["slurm"]["version"] == {"major": "26", "minor": "05", "micro": "5"}
    assert document["meta"]["plugin"]["data_parser"] == expected["meta"]["plugin"]["data_parser"]
    assert [shape(error) for error in document["errors"]] == [shape(error) for error in expected["errors"]]


@captures("ping")
def test_a_ping_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = body(capture)["pings"][0]
    assert shape(dumper(PING, version_of(capture), None)(Ping("ctl", 0, 1, 0, 1987))) == shape(expected)
    if "status" in expected:
        assert expected["status"] == Ping("ctl", 0, 1, 0).text


@captures("partitions")
def test_a_partition_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = body(capture)["partitions"][0]
    version = version_of(capture)
    struct = SLURM.struct("partition_info_t", name="x", nodes="x", max_time=lib.INFINITE)
    struct.over_time_limit = lib.NO_VAL16

    dumped = dumper(PARTITION, version, SLURM)(struct)

    assert shape(dumped) == shape(expected)
    assert dumped["maximums"]["time"] == {"set": False, "infinite": True, "number": 0}


@captures("diag")
def test_diag_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = body(capture)["statistics"]
    stats = SLURM.struct("stats_info_response_msg_t", rpc_type_size=1, rpc_user_size=1)
    arrays = {
        name: ffi.new(f"{type}[]", [7])
        for name, type in {
            "rpc_type_id": "uint16_t",
            "rpc_type_cnt": "uint32_t",
            "rpc_type_time": "uint64_t",
            "rpc_user_id": "uint32_t",
            "rpc_user_cnt": "uint32_t",
            "rpc_user_time": "uint64_t",
        }.items()
    }
    for name, array in arrays.items():
        setattr(stats, name, array)
    found = dumper(DIAG, version_of(capture), SLURM)(stats)
    assert shape(found) == shape(expected)
    for rpcs in ("rpcs_by_message_type", "rpcs_by_user"):
        assert shape(found[rpcs][0]) == shape(expected[rpcs][0])


@captures("licenses")
def test_a_licence_has_the_shape_that_slurmrestd_gave_it(capture):
    struct = SLURM.struct("slurm_license_info_t", name="matlab")
    assert shape(dumper(LICENSE, version_of(capture), SLURM)(struct)) == shape(body(capture)["licenses"][0])


@captures("reservations")
def test_a_reservation_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = body(capture)["reservations"][0]
    flags = lib.RESERVE_FLAG_IGN_JOBS | lib.RESERVE_FLAG_SPEC_NODES
    struct = SLURM.struct("reserve_info_t", name="maint", flags=flags, purge_comp_time=300)
    found = dumper(RESERVATION, version_of(capture), SLURM)(struct)
    assert shape(found) == shape(expected)
    assert found["flags"] == expected["flags"]
    assert found["purge_completed"] == expected["purge_completed"]


@captures("node__host1")
def test_a_node_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = body(capture)["nodes"][0]
    struct = SLURM.struct(
        "node_info_t",
        name="host1",
        features="fast,ssd",
        partitions="debug,long",
        node_state=lib.NODE_STATE_MIXED,
        next_state=lib.NO_VAL,
        reason_uid=lib.NO_VAL,
        owner=lib.NO_VAL,
        cpus=8,
    )
    found = dumper(NODE, version_of(capture), SLURM)(struct)
    assert shape(found) == shape(expected)
    for name in ("state", "next_state_after_reboot", "features", "partitions", "owner", "reason_set_by_user"):
        assert found[name] == expected[name]


@pytest.mark.parametrize("version", range(39, NEWEST + 1))
def test_a_node_s_flags_follow_its_state(version):
    state = lib.NODE_STATE_IDLE | lib.NODE_STATE_DRAIN | lib.NODE_STATE_UNDRAIN
    found = dumper(NODE, version, SLURM)(SLURM.struct("node_info_t", node_state=state))
    assert found["state"] == ["IDLE", "DRAIN", "UNDRAIN"]


TABLES = [DIAG, JOB, LICENSE, NODE, PARTITION, RESERVATION, SUBMIT]


@pytest.mark.parametrize("version", range(39, NEWEST + 1))
@pytest.mark.parametrize("record", TABLES, ids=lambda record: record.name)
@pytest.mark.parametrize("bits", [0, -1], ids=["empty", "full"])
def test_every_number_can_be_written(record, version, bits):
    """At its smallest and its largest; names are unique, and none is a part of another."""
    struct = SLURM.struct(record.struct)
    for name, field in ffi.typeof(record.struct).fields:
        if field.type.kind == "primitive" and field.type.cname != "double":
            setattr(
                struct, name, 0 if name.endswith(("_cnt", "count", "_size")) else ffi.cast(field.type, bits)
            )
    names = [name for field in record.fields if (name := field.name_at(version)) is not None]
    assert len(names) == len(set(names))
    assert not [name for name in names if any(other.startswith(name + ".") for other in names)]
    found = dumper(record, version, SLURM)(struct)
    assert set(found) == {name.partition(".")[0] for name in names}
    json.dumps(found, allow_nan=False)


NUMBER = {"set": "bool", "infinite": "bool", "number": "number"}
#: What v0.0.39 alone has in another form than v0.0.40: as Slurm 24.05's slurmrestd wrote both.
V39_FORMS = {
    DIAG: dict.fromkeys(("req_time", "req_time_start", "job_states_ts", "bf_when_last_cycle"), "number"),
    JOB: {
        "job_state": "str",
        **dict.fromkeys(("exit_code", "derived_exit_code"), NUMBER),
        **dict.fromkeys(
            ("accrue_time", "deadline", "eligible_time", "end_time", "last_sched_evaluation", "preempt_time",
             "preemptable_time", "pre_sus_time", "resize_time", "start_time", "submit_time", "suspend_time"),
            "number",
        ),
    },
    NODE: {
        **dict.fromkeys(("boot_time", "last_busy", "reason_changed_at", "slurmd_start_time"), "number"),
        "cpu_load": NUMBER,
    },
    RESERVATION: {"start_time": "number", "end_time": "number"},
}  # fmt: skip
#: Paths that began with v0.0.40.
AFTER_V39 = {
    DIAG: {"schedule_exit", "bf_exit"},
    NODE: {"instance_id", "instance_type"},
    PARTITION: {
        "defaults.partition_memory_per_cpu",
        "defaults.partition_memory_per_node",
        "maximums.partition_memory_per_cpu",
        "maximums.partition_memory_per_node",
        "maximums.oversubscribe",
        "partition",
    },
}


@pytest.mark.parametrize("record", TABLES, ids=lambda record: record.name)
def test_v0_0_39_is_as_v0_0_40_but_for_its_own_forms(record):
    struct = SLURM.struct(record.struct)
    expected = shape(dumper(record, 40, SLURM)(struct)) | V39_FORMS.get(record, {})
    for path in AFTER_V39.get(record, ()):
        *parents, leaf = path.split(".")
        inner = expected
        for parent in parents:
            inner = inner[parent]
        del inner[leaf]
    assert shape(dumper(record, 39, SLURM)(struct)) == expected


JOB_OPTIONS = {
    "job_id": 4,
    "group_id": 0,
    "user_id": 0,
    "user_name": "root",
    "array_task_id": lib.NO_VAL,
    "bitflags": lib.JOB_NTASKS_SET | lib.JOB_CPUS_SET | lib.JOB_MEM_SET | lib.JOB_DEPENDENT,
    "batch_flag": 1,
    "core_spec": lib.NO_VAL16,
    "cores_per_socket": lib.NO_VAL16,
    "billable_tres": float(lib.NO_VAL),
    "cpu_freq_gov": lib.NO_VAL,
    "job_state": lib.JOB_PENDING,
    "mail_type": lib.MAIL_JOB_END | lib.MAIL_JOB_FAIL,
    "nice": lib.NICE_OFFSET + 10,
    "ntasks_per_core": lib.INFINITE16,
    "pn_min_memory": lib.MEM_PER_CPU | 50,
    "priority": 0,
    "shared": lib.JOB_SHARED_OK,
    "std_in": "/dev/null",
    "std_out": "/opt/ref/jobs/%j.out",
    "std_err": "/opt/ref/jobs/%j.err",
    "state_reason": 12,
}


@pytest.mark.parametrize("version", answered() or [ABSENT])
def test_a_submission_is_answered_as_by_slurmrestd(version, monkeypatch):
    found = sorted(RESPONSES.glob(f"*/v0.0.{version}/_writes.json"))
    writes = json.loads(found[-1].read_text())
    expected = next(
        write["body"]
        for write in writes
        if write["request"]["path"].endswith("/job/submit") and write["body"].get("warnings")
    )
    monkeypatch.setattr(installed, "release", lambda: "26.05.5")
    number = lib.ESLURM_JOB_HELD
    members = {"job_id": expected["job_id"], "step_id": lib.SLURM_BATCH_SCRIPT, "error_code": number}
    struct = SLURM.struct("submit_response_msg_t", **members)
    problems = [SLURM.error("slurm_submit_batch_job", number)]
    document = job.SUBMIT_ANSWER.document(Envelope(version, SLURM), [struct], problems)
    for part in document:
        if part not in ("meta", "warnings"):
            assert document[part] == expected[part]
    assert list(document) == [part for part in expected if part in document] == list(expected)
    assert document["warnings"][-1]["description"] == expected["warnings"][-1]["description"]


@pytest.mark.parametrize("version", answered() or [ABSENT])
@pytest.mark.parametrize(("method", "answer"), [("POST", job.UPDATED), ("DELETE", job.KILLED)])
def test_a_change_is_answered_as_by_slurmrestd(version, method, answer, monkeypatch):
    found = sorted(RESPONSES.glob(f"*/v0.0.{version}/_writes.json"))
    asked = [write for write in json.loads(found[-1].read_text()) if write["request"]["method"] == method]
    expected = next(
        write["body"]
        for write in asked
        if re.search(r"/slurm/.*/job/\d+$", write["request"]["path"]) and not write["body"]["warnings"]
    )
    monkeypatch.setattr(installed, "release", lambda: "26.05.5")
    document = answer.document(Envelope(version, SLURM), [], [])
    assert list(document) == list(expected)
    made = {name: list(value) if isinstance(value, map) else value for name, value in document.items()}
    # slurmrestd has null where its document says that there is a list: a list is never null.
    expected = {name: [] if value is None else value for name, value in expected.items()}
    assert {**made, "meta": None} == {**expected, "meta": None}


@captures("job__4")
def test_a_job_has_the_shape_that_slurmrestd_gave_it(capture):
    expected = body(capture)["jobs"][0]
    struct = SLURM.struct("slurm_job_info_t", **JOB_OPTIONS)
    found = dumper(JOB, version_of(capture), SLURM)(struct)
    assert shape(found) == shape(expected)
    same = (
        "array_task_id", "billable_tres", "core_spec", "cores_per_socket", "cpu_frequency_governor",
        "exclusive", "exit_code", "flags", "hold", "job_state", "mail_type", "memory_per_cpu",
        "memory_per_node", "nice", "oversubscribe", "power", "priority", "priority_by_partition", "profile",
        "shared", "standard_error", "standard_input", "standard_output", "stderr_expanded",
        "stdin_expanded", "stdout_expanded", "tasks_per_core", "thread_spec",
    )  # fmt: skip
    assert {key: found[key] for key in same if key in found and key != "flags"} == {
        key: expected[key] for key in same if key in expected and key != "flags"
    }
    assert set(found["flags"]) <= set(expected["flags"])


@pytest.mark.parametrize(("number", "text"), [(0, ""), (1, "s0000000000001"), (2**64 - 1, "sFZZZZZZZZZZZZ")])
def test_an_identifier_is_written_in_base_32(number, text):
    assert sluid(number) == text


@captures("job__2")
def test_an_exit_code_has_status_return_code_and_signal(capture):
    expected = body(capture)["jobs"][0]
    struct = SLURM.struct("slurm_job_info_t", exit_code=3 << 8)
    found = dumper(JOB, version_of(capture), SLURM)(struct)
    assert found["exit_code"] == expected["exit_code"]
    assert found["derived_exit_code"] == expected["derived_exit_code"]


@captures("job__3", since=41)  # v0.0.40 has a map of hosts, as v0.0.38
def test_an_allocation_has_the_shape_that_slurmrestd_gave_it(capture):
    version = version_of(capture)
    expected = body(capture)["jobs"][0]["job_resources"]
    whole = ffi.new("compat_job_resources_t *")
    whole.cr_type = lib.CR_CPU | lib.CR_MEMORY
    whole.node_req = lib.NODE_CR_ONE_ROW
    found = dumper(ALLOCATION, version, SLURM)(Allocation(whole, "host[1-2]", []))
    assert shape(found) == shape(expected)
    assert found["select_type"] == expected["select_type"]
    assert found["nodes"]["select_type"] == expected["nodes"]["select_type"]


@pytest.mark.parametrize("version", range(39, NEWEST + 1))
def test_the_writer_in_c_gives_the_same(version):
    jobs = records("slurm_job_info_t", [SLURM.struct("slurm_job_info_t", **JOB_OPTIONS)] * 3)
    written = b"[" + b"".join(StructRows(SLURM, JOB, version, jobs).json()) + b"]"
    assert json.loads(written) == list(StructRows(SLURM, JOB, version, jobs))
