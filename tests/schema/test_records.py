"""schema.records: every table, against the installed release and against the names that were released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fake_slurm import FakeSlurm

from restd_inet.schema.compile import dumper
from restd_inet.schema.kinds.base import ABSENT
from restd_inet.schema.kinds.composite import Converter
from restd_inet.schema.kinds.strings import Enum, Flags
from restd_inet.schema.record import Field, Record
from restd_inet.schema.records.diag import DIAG, RPC_TYPE, RPC_USER
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.job_desc import JOB_DESC
from restd_inet.schema.records.license import LICENSE
from restd_inet.schema.records.meta import META
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.ping import PING
from restd_inet.schema.records.problem import PROBLEM
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.records.submit import SUBMIT
from restd_inet.schema.versions import NAMES, V1, V35, V36, VERSIONS

SLURM = FakeSlurm()
RECORDS = (
    JOB, JOB_DESC, NODE, PARTITION, RESERVATION, LICENSE, DIAG, RPC_TYPE, RPC_USER, PING, PROBLEM, SUBMIT,
    META,
)  # fmt: skip
C_RECORDS = [record for record in RECORDS if record.struct]
WRITTEN = [record for record in RECORDS if record is not JOB_DESC]

#: Rows that are not members: the command makes others of them.
NOT_MEMBERS = {"job description": {"gres", "get_user_environment", "hold"}}
#: Members that some supported release does not have, newest headers last.
KNOWN_MISSING = {
    "job": {
        "container_id", "runtime", "extra", "failed_node", "job_size_str", "licenses_allocated",
        "mem_update_delay", "mem_update_margin", "power_flags", "priority_array", "segment_size",
        "show_flags", "submit_line",
    },
    # job_id is set by a function of ours from 25.11 on.
    "job description": {
        "container_id", "runtime", "job_id", "mem_update_delay", "mem_update_margin", "oom_kill_step",
        "power_flags", "resv_port_cnt", "segment_size",
    },
    "diag": {"bf_exit", "parts_packed", "schedule_exit"},
    "license": {"last_consumed", "last_deficit", "last_update", "nodes"},
    "node": {
        "cert_flags", "cert_last_renewal", "gpu_spec", "instance_id", "instance_type", "res_cores_per_gpu",
        "resume_after", "resv_name", "suspend_time", "topology_str",
    },
    "submit answer": {"job_id"},
    "partition": {"max_cpus_per_socket", "topology_name"},
    # Gone with 24.11.
    "reservation": {"resv_watts"},
}  # fmt: skip
#: Constants that went out of slurm.h before the oldest supported release.
GONE_CONSTANTS = {"NODE_MEM_CALC", "NODE_REBOOT"}
#: And those that went after it.
GONE_CONSTANTS |= {"CPU_BIND_RANK", "JOB_RESIZED", "NODE_STATE_NET", "RESERVE_FLAG_FIRST_CORES"}
#: Constants of releases after the oldest supported one.
LATER_CONSTANTS = {
    "CONSOLIDATE_SEGMENTS",
    "EXPEDITED_REQUEUE",
    "EXTERNAL_JOB",
    "GRES_ALLOW_TASK_SHARING",
    "GRES_MULT_TASKS_PER_SHARING",
    "GRES_ONE_TASK_PER_SHARING",
    "JOB_IMPLICIT_MAX_NODES",
    "RESET_CONSOLIDATE_SEGMENTS",
    "RESET_SPREAD_SEGMENTS",
    "JOB_SEND_SCRIPT",
    "JOB_SHARED_TOPO",
    "KILL_ARRAY_TASK",
    "KILL_CRON",
    "KILL_JOBS_VERBOSE",
    "KILL_NO_CRON",
    "SPREAD_SEGMENTS",
    "STEPMGR_ENABLED",
    "NODE_CERT_TOKEN_SET",
    "NODE_STATE_BLOCKED",
    "NODE_STATE_EXTERNAL",
    "PART_FLAG_PDOI",
    "PART_FLAG_PDOI_CLR",
    "PREEMPT_MODE_PRIORITY",
    "RESERVE_FLAG_FORCE_START",
    "RESERVE_FLAG_NO_USER_DEL",
    "RESERVE_FLAG_USER_DEL",
    "RESERVE_REOCCURRING",
    "RESERVE_TRES_PER_NODE",
}

by_name = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)


def names(record: Record, version: int) -> list[str]:
    found = [field.name_at(version) for field in record.fields]
    return [name for name in found if name is not None]


def left_out(record: Record, version: int) -> set[str | None]:
    """The fields that are not there when there is nothing to say."""
    return {
        field.name_at(version)
        for field in record.fields
        if field.name_at(version) and field.kind_at(version).empty_at(version) is ABSENT
    }


@pytest.mark.parametrize("record", C_RECORDS, ids=lambda record: record.name)
def test_every_member_is_in_the_installed_struct_or_known_to_be_missing(record: Record) -> None:
    present = set(SLURM.members(record.struct))
    missing = {field.member for field in record.fields if field.member} - present
    allowed = NOT_MEMBERS.get(record.name, set()) | KNOWN_MISSING.get(record.name, set())
    assert missing <= allowed


@pytest.mark.parametrize("record", C_RECORDS, ids=lambda record: record.name)
def test_the_struct_has_a_size(record: Record) -> None:
    assert SLURM.ffi.sizeof(record.struct) > 16


@by_name
@pytest.mark.parametrize("version", sorted(NAMES))
def test_no_two_fields_have_one_name(record: Record, version: int) -> None:
    assert [name for name, times in Counter(names(record, version)).items() if times > 1] == []


@by_name
@pytest.mark.parametrize("version", sorted(NAMES))
def test_no_field_is_a_part_of_another(record: Record, version: int) -> None:
    """ "maximums" cannot be a number and an object."""
    found = set(names(record, version))
    assert [name for name in found if any(other.startswith(name + ".") for other in found)] == []


@by_name
@pytest.mark.parametrize("version", sorted(NAMES))
def test_no_alias_is_another_field_s_name(record: Record, version: int) -> None:
    for field in record.fields:
        others = {other.name_at(version) for other in record.fields if other is not field}
        assert others.isdisjoint(field.aliases)
    aliases = [
        alias for field in record.fields if field.since <= version <= field.until for alias in field.aliases
    ]
    assert len(aliases) == len(set(aliases))


@pytest.mark.parametrize("record", C_RECORDS, ids=lambda record: record.name)
def test_every_constant_is_in_the_installed_release(record: Record) -> None:
    wanted = [
        row[0]
        for field in record.fields
        if isinstance(field.kind, (Enum, Flags))
        for row in field.kind.rows
        if isinstance(row[0], str)
    ]
    assert {name for name in wanted if SLURM.constant(name) is None} <= GONE_CONSTANTS | LATER_CONSTANTS


@pytest.mark.parametrize("record", [r for r in WRITTEN if r.struct], ids=lambda record: record.name)
@pytest.mark.parametrize("version", sorted(NAMES))
def test_an_empty_struct_is_written_whole(record: Record, version: int) -> None:
    struct = SLURM.struct(record.struct)
    row = dumper(record, version, SLURM)(struct)
    assert set(paths(row, names(record, version))) == set(names(record, version)) - left_out(record, version)


@pytest.mark.parametrize(
    "record", [r for r in C_RECORDS if r is not JOB_DESC], ids=lambda record: record.name
)
def test_a_struct_full_of_ones_is_written_whole(record: Record) -> None:
    """Every number at its largest: no kind fails on what it does not know."""
    struct = SLURM.struct(record.struct)
    for name, field in SLURM.ffi.typeof(record.struct).fields:
        if field.type.kind == "primitive" and field.type.cname != "double":
            unsigned = int(SLURM.ffi.cast(field.type, -1))
            setattr(struct, name, 0 if name.endswith(("_cnt", "count", "_size")) else unsigned)
    for version in NAMES:
        found = dumper(record, version, SLURM)(struct)
        written = set(paths(found, names(record, version)))
        assert set(names(record, version)) - written <= left_out(record, version)


def paths(row: dict[str, Any], known: Iterable[str], above: str = "") -> Iterator[str]:
    """The names of what is in a row; an object that is not itself a field is made of paths."""
    for name, value in row.items():
        path = above + name
        if isinstance(value, dict) and path not in known:
            yield from paths(value, known, f"{path}.")
        else:
            yield path


V1_JOB = """
account accrue_time admin_comment array_job_id array_task_id array_max_tasks array_task_str assoc_id
batch_features batch_flag batch_host bitflags boards_per_node burst_buffer burst_buffer_state cluster
cluster_features command comment contiguous core_spec thread_spec cores_per_socket billable_tres
cpus_per_task cpu_freq_min cpu_freq_max cpu_freq_gov cpus_per_tres deadline delay_boot dependency derived_ec
eligible_time end_time exc_nodes execution_node_by_index exit_code features fed_origin_str
fed_siblings_active fed_siblings_active_str fed_siblings_viable fed_siblings_viable_str gres_detail group_id
job_id job_resources job_state
"""


def test_a_job_in_v1_begins_as_in_the_slides() -> None:
    found = names(JOB, V1)
    # cronspec and gres_total are newer than the slides, and stand where slurm.h has them.
    assert [name for name in found if name not in ("cronspec", "gres_total")][:49] == V1_JOB.split()


def test_a_job_in_v1_has_its_members_names() -> None:
    """But for what is made of a part of a member."""
    apart = {
        field.name_at(V1)
        for field in JOB.fields
        if field.name_at(V1) is not None and field.name_at(V1) != field.member
    }
    assert apart == {
        "thread_spec",
        "execution_node_by_index",
        "gres_detail",
        "job_resources",
        "memory_per_node",
        "memory_per_cpu",
    }


V35_JOB = """
account accrue_time admin_comment array_job_id array_task_id array_max_tasks array_task_string
association_id batch_features batch_flag batch_host flags burst_buffer burst_buffer_state cluster
cluster_features command comment contiguous core_spec thread_spec cores_per_socket billable_tres
cpus_per_task cpu_frequency_minimum cpu_frequency_maximum cpu_frequency_governor cpus_per_tres deadline
delay_boot dependency derived_exit_code eligible_time end_time excluded_nodes exit_code features
federation_origin federation_siblings_active federation_siblings_viable gres_detail group_id job_id
job_resources job_state last_sched_evaluation licenses max_cpus max_nodes mcs_label memory_per_tres name
nodes nice node_index tasks_per_core tasks_per_node tasks_per_socket tasks_per_board cpus node_count tasks
het_job_id het_job_id_set het_job_offset partition memory_per_node memory_per_cpu minimum_cpus_per_node
pn_min_tmp_disk preempt_time pre_sus_time priority profile qos reboot required_nodes requested_node_by_index
requeue resize_time restart_cnt resv_name shared show_flags sockets_per_board sockets_per_node start_time
state_description state_reason standard_error standard_input standard_output submit_time suspend_time
system_comment time_limit time_minimum threads_per_core tres_bind tres_freq tres_per_job tres_per_node
tres_per_socket tres_per_task tres_req_str tres_alloc_str user_id user_name wckey current_working_directory
"""


def test_the_names_of_a_job_in_v0_0_35() -> None:
    assert names(JOB, V35) == V35_JOB.split()


def test_later_names_of_a_job_are_rows_already() -> None:
    later = set(names(JOB, V36))
    assert "minimum_tmp_disk_per_node" in later
    assert later.isdisjoint({"node_index", "requested_node_by_index", "pn_min_tmp_disk"})


V1_RENAMES = {
    "parts_packed": "parts_packedg",
    "req_time": "req_timeg",
    "req_time_start": "req_time_startg",
    "bf_backfilled_het_jobs": "bf_backfilled_pack_jobs",
}
DIAG_NAMES = """
parts_packed req_time req_time_start server_thread_count agent_queue_size agent_count dbd_agent_queue_size
gettimeofday_latency schedule_cycle_max schedule_cycle_last schedule_cycle_sum schedule_cycle_counter
schedule_cycle_depth schedule_queue_len jobs_submitted jobs_started jobs_completed jobs_canceled jobs_failed
jobs_pending jobs_running job_states_ts bf_backfilled_jobs bf_last_backfilled_jobs bf_backfilled_het_jobs
bf_cycle_counter bf_cycle_sum bf_cycle_last bf_cycle_max bf_last_depth bf_last_depth_try bf_depth_sum
bf_depth_try_sum bf_queue_len bf_queue_len_sum bf_when_last_cycle bf_active
"""


def test_the_names_of_diag() -> None:
    assert names(DIAG, V35) == DIAG_NAMES.split()
    assert names(DIAG, V1) == [V1_RENAMES.get(name, name) for name in DIAG_NAMES.split()]


def test_the_names_of_small_records() -> None:
    assert names(PING, V1) == names(PING, V35) == ["hostname", "ping", "status", "mode"]
    assert names(PROBLEM, V35) == ["error", "errno", "error_code"]
    assert names(SUBMIT, V35) == ["job_id", "step_id", "job_submit_user_msg"]


def test_a_body_may_say_what_the_slides_say() -> None:
    understood = {name for field in JOB_DESC.fields for name in (field.name_at(V1), *field.aliases)}
    assert {"ntasks", "nodes", "user_id", "group_id", "environment", "name", "cwd", "partition"} <= {
        str(name) for name in understood
    }


def test_a_row_that_is_only_read_is_never_written() -> None:
    fields: tuple[Field, ...] = tuple(field for record in WRITTEN for field in record.fields)
    assert not [field for field in fields if isinstance(field.kind, Converter)]


def test_versions_are_their_numbers() -> None:
    assert VERSIONS["v1"] == 1
    assert all(name == f"v0.0.{number}" for name, number in VERSIONS.items() if name != "v1")
    assert {NAMES[number]: number for number in NAMES} == VERSIONS
