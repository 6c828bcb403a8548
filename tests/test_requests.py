"""Golden conversations: requests/<case>.http is what a client sends, byte for byte; <case>.out what it gets.

Served in-process by the same wire and dispatcher as the program, with records that do not change. A case
whose name ends in "_socket" is a network client's: chunked answers, and strict about Host.
After an intended change: UPDATE_GOLDEN=1 pytest tests/test_requests.py, and read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import lacking
import pytest
from fake_slurm import FakeSlurm, lib

import restd_inet.slurm
from restd_inet import installed
from restd_inet.app.dispatch import Dispatcher
from restd_inet.http.wire import Limits, Wire
from restd_inet.message import Credential, Peer, Response
from restd_inet.problems import Problem
from restd_inet.schema import compile
from restd_inet.schema.versions import VERSIONS
from restd_inet.serve.connection import plain
from restd_inet.settings import Settings
from restd_inet.slurm.lookups import jobs, names

CASES = sorted((Path(__file__).parent / "requests").glob("*.http"))
#: A case whose name begins so is sent by somebody else than the process's user.
FOREIGN = "foreign"
NAMES = {0: "root", 1000: "fred"}


def cluster() -> FakeSlurm:
    """A job, an array's task, two nodes and a partition."""
    slurm = FakeSlurm()
    unset = {"array_task_id": 0xFFFFFFFE, "het_job_offset": 0xFFFFFFFE, "time_min": 0, "core_spec": 0xFFFE}
    slurm.add_job(
        **unset, job_id=7, name="seven", job_state=lib.JOB_RUNNING, account="physics", partition="debug",
        time_limit=60, user_id=1000, group_id=1000, submit_time=1700000000, start_time=1700000060,
        nodes="host1", batch_host="host1", priority=4294901757, nice=0x80000000, num_nodes=1, num_cpus=2,
        pn_min_memory=(1 << 63) | 100, work_dir="/home/fred", comment="ä\udcff\"\\\n", shared=0xFFFE,
    )  # fmt: skip
    slurm.add_job(
        **{**unset, "array_task_id": 3}, job_id=9, array_job_id=8, name="tasks", job_state=lib.JOB_PENDING,
        time_limit=0xFFFFFFFF, nice=0x80000064, priority=0, state_reason=lib.WAIT_HELD_USER,
    )  # fmt: skip
    slurm.add_node(
        name="host1", node_hostname="localhost", node_state=lib.NODE_STATE_MIXED, cpus=8, cpu_load=66
    )
    slurm.add_node(
        name="host2", node_state=lib.NODE_STATE_DOWN, reason="dead", reason_uid=0, owner=0xFFFFFFFE
    )
    slurm.add_partition(
        name="debug", nodes="host[1-2]", max_time=0xFFFFFFFF, default_time=60, flags=1, state_up=3
    )
    slurm.add_reservation(
        name="maint", start_time=1700000000, end_time=1700007200, node_list="host1", node_cnt=1, users="fred",
        flags=lib.RESERVE_FLAG_IGN_JOBS | lib.RESERVE_FLAG_PURGE_COMP, purge_comp_time=300,
        # Not from 24.11 on.
        **({"resv_watts": 0xFFFFFFFE} if "resv_watts" in slurm.members("reserve_info_t") else {}),
    )  # fmt: skip
    slurm.add_reservation(name="plain", flags=lib.RESERVE_FLAG_HOURLY, partition="debug")
    slurm.add_license(name="matlab", total=10, in_use=3, available=7)
    return slurm


#: What is shown of members that some releases lack.
WITH = {
    "reservations_v0.0.38": ("reserve_info_t", "resv_watts"),
    "diag": ("stats_info_response_msg_t", "parts_packed"),
    "diag_v0.0.38": ("stats_info_response_msg_t", "parts_packed"),
}


def converse(data: bytes, foreign: bool, socket: bool) -> bytes:
    """What one connection answers to these bytes, the whole of its input."""
    wire = Wire(Limits(), strict=socket, chunked=socket)
    uid = os.geteuid() + foreign
    peer = Peer("unix", "unix:[1]", uid, 0) if socket else Peer("pipe", "pipe:[1]", uid, 0, 0o600)
    handle = Dispatcher(Settings(), pretty=False).handle
    out = b""
    wire.receive(data)
    wire.receive(b"")

    def read() -> bytes:
        pieces: list[bytes] = []
        while piece := wire.body():
            pieces.append(piece)
        return b"".join(pieces)

    def answer(response: Response) -> bytes:
        return b"".join(wire.respond(response))

    while True:
        try:
            request = wire.request(once(read))
        except Problem as problem:
            return out + answer(plain(problem))
        if request is None:
            return out
        out += answer(handle(request, peer))
        try:
            if not (wire.keep_alive and wire.skip()):
                return out
        except Problem:
            return out


def once(read: Callable[[], bytes]) -> Callable[[], bytes]:
    kept: list[bytes] = []

    def body() -> bytes:
        if not kept:
            kept.append(read())
        return kept[0]

    return body


def normal(output: bytes) -> bytes:
    """Without what differs from run to run, and without the list of all versions."""
    versions = ", ".join(VERSIONS).encode()
    if versions in output:
        output = re.sub(rb"Content-Length: \d+", b"Content-Length: *", output.replace(versions, b"v1, ..."))
    return re.sub(rb"Date: [^\r]+", b"Date: Sun, 06 Nov 1994 08:49:37 GMT", output)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_conversation(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    struct, member = WITH.get(case.stem, ("", ""))
    if struct and member not in FakeSlurm().members(struct):
        pytest.skip(lacking.slurm(f"libslurm's {struct} has no {member} here", "26.05"))
    slurm = cluster()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(installed, "release", lambda: "22.05.8")
    for lookup in ("user_name", "group_name"):
        monkeypatch.setattr(names, lookup, lambda slurm, number: NAMES.get(number))
    monkeypatch.setattr(jobs, "user_name", lambda slurm, number: NAMES.get(number))
    monkeypatch.setattr(Credential, "user_name", lambda credential: "fred")
    monkeypatch.setattr(Credential, "group_name", lambda credential: "users")
    monkeypatch.setattr(FakeSlurm, "cluster_name", "test")
    monkeypatch.setattr(FakeSlurm, "accounting_storage", "accounting_storage/none")
    monkeypatch.setattr(compile, "_dumpers", {})  # they keep the lookups that they were made with
    monkeypatch.setattr(restd_inet.slurm, "connect", lambda settings, *more: slurm)
    data = case.read_bytes()
    found = normal(converse(data, case.stem.startswith(FOREIGN), case.stem.endswith("_socket")))
    golden = case.with_suffix(".out")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(found)
    assert found == golden.read_bytes()


def test_each_case_has_an_answer_and_each_answer_a_case() -> None:
    answers = {file.stem for file in CASES[0].parent.glob("*.out")}
    assert answers == {case.stem for case in CASES}
    assert len(CASES) >= 25


def test_requests_are_what_they_claim_to_be() -> None:
    """Git or an editor might change line ends; then these would be other tests."""
    for case in CASES:
        head = case.read_bytes().split(b"\n")[0]
        assert head.endswith(b"\r") or case.stem.startswith("bare_lf"), case.name
