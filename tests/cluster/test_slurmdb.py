"""/slurmdb/ on a real cluster with a past: values, rights, hostile texts, histories, and without slurmdbd."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from pathlib import Path

import lacking
import pytest

from . import past
from .conftest import running
from .test_faults import Session
from .typed import ask, request, send

#: More than a hundred thousand jobs take slurmdbd a while on a small machine.
COPIES = int(os.environ.get("RESTD_INET_PAST_JOBS", "5000"))
V38, V45 = "/slurmdb/v0.0.38", "/slurmdb/v0.0.45"
FAST = ("--slurm-timeout", "2")
SINCE = "start_time=2020-01-01&end_time=2035-01-01"


@pytest.fixture(scope="module")
def old(reachable):
    with running(reachable, "--nodes", "4") as cluster:
        cluster.past = past.live(cluster)
        yield cluster


def found(cluster, path, **options):
    answer = ask(cluster, "GET", path, **options)
    assert answer.status == 200, answer.text
    return answer.json["jobs"]


# What is there.


#: What sacct calls it, and where it is in v0.0.45.
COLUMNS = {
    "JobIDRaw": lambda job: str(job["job_id"]),
    "JobName": lambda job: job["name"],
    "Account": lambda job: job["account"],
    "User": lambda job: job["user"],
    "Group": lambda job: job["group"],
    "Partition": lambda job: job["partition"],
    "QOS": lambda job: job["qos"],
    "State": lambda job: job["state"]["current"][0],
    "ExitCode": lambda job: code(job["exit_code"]),
    "NNodes": lambda job: str(job["allocation_nodes"] or 1),
    "NodeList": lambda job: job["nodes"],
    "ReqCPUS": lambda job: str(job["required"]["CPUs"]),
    "ElapsedRaw": lambda job: str(job["time"]["elapsed"]),
    "TimelimitRaw": lambda job: str(job["time"]["limit"]["number"]),
    "Priority": lambda job: str(job["priority"]["number"]),
    "AssocID": lambda job: str(job["association"]["id"]),
    "Comment": lambda job: job["comment"]["job"],
    "Constraints": lambda job: job["constraints"],
    "WorkDir": lambda job: job["working_directory"],
    "Start": lambda job: clock(job["time"]["start"]),
    "End": lambda job: clock(job["time"]["end"]),
    "Submit": lambda job: clock(job["time"]["submission"]),
    "Eligible": lambda job: clock(job["time"]["eligible"]),
}


def code(status):
    return f"{status['return_code']['number']}:{status['signal']['id']['number']}"


def clock(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(seconds)) if seconds else "Unknown"


def test_every_value_is_sacct_s(old):
    names = [name for name in old.past if name not in ("held", "running", "cancelled")]
    for name in names:
        number = old.past[name]
        rows = past.rows(old, f"-X -j {number}", ",".join(COLUMNS))
        jobs = found(old, f"{V45}/job/{number}")
        assert sorted([[column(job) for column in COLUMNS.values()] for job in jobs]) == sorted(rows), name


def test_steps_and_tres_are_sacct_s(old):
    number = old.past["two_steps"]
    (job,) = found(old, f"{V45}/job/{number}")
    rows = past.rows(old, f"-j {number}", "JobID,JobName,State,ExitCode,NTasks,NodeList,AllocTRES")
    assert len(job["steps"]) == len(rows) - 1 == 3
    for step, row in zip(job["steps"], rows[1:], strict=True):
        tres = ",".join(f"{one['type']}={one['count']}" for one in step["tres"]["allocated"])
        assert [
            step["step"]["id"], step["step"]["name"], step["state"][0], code(step["exit_code"]),
            str(step["tasks"]["count"]), step["nodes"]["range"], tres,
        ] == [*row[:6], re.sub(r"mem=(\d+)M", r"mem=\1", row[6])]  # fmt: skip


def test_what_is_asked_for_is_found(old):
    jobs = old.past
    for condition, names in (
        (f"{SINCE}&account=research", {"of_research"}),
        (f"{SINCE}&job_name=failed,killed", {"failed", "killed"}),
        (f"{SINCE}&state=FAILED&disable_truncate_usage_time=true", {"failed", "killed"}),
        (f"step={jobs['array']}_3", {"array"}),
        (f"step={jobs['het']}%2B1&disable_whole_hetjob=true", {"het"}),
        (f"step={jobs['two_steps']}.1", {"two_steps"}),
        (f"{SINCE}&users={old.user}&wckey=paper", {"of_research"}),
        (f"{SINCE}&node=host[3-4]&job_name=wide", set()),
    ):
        assert {job["name"] for job in found(old, f"{V45}/jobs?{condition}")} == names, condition
    assert found(old, f"{V45}/jobs?step={jobs['two_steps']}.1&{SINCE}")[0]["steps"][0]["step"]["id"].endswith(
        ".1"
    )
    assert all(job["steps"] == [] for job in found(old, f"{V45}/jobs?{SINCE}&skip_steps=true"))


def test_what_is_not_found_is_reported_as_in_the_version(old):
    answer = ask(old, "GET", f"{V45}/job/9999999")
    assert (answer.status, answer.json["jobs"], answer.json["errors"]) == (200, [], [])
    warning = {"description": "slurmdb_jobs_get() found nothing", "source": "_dump_jobs"}
    assert answer.json["warnings"] == [warning]
    answer = ask(old, "GET", f"{V38}/job/9999999")
    assert answer.status == 200
    assert answer.json["errors"][0]["error_number"] == 9003
    answer = ask(old, "GET", f"{V45}/jobs?{SINCE}&bogus=1")
    assert answer.json["jobs"]
    assert [warning["source"] for warning in answer.json["warnings"]] == ["#/bogus/"]
    assert ask(old, "GET", f"{V38}/jobs?bogus=1").status == 400


HOSTILE = ("1 or 1=1", "x';--", "x\\", "%27 union select 1 --", "1_", "1.", "-1", "a" * 1000)


def test_hostile_texts_harm_nothing(old):
    before = past.sql(old, "select count(*) from scaleout_job_table")
    parameters = (
        "account", "association", "cluster", "constraints", "cpus_max", "exit_code", "groups", "job_name",
        "node", "nodes_min", "partition", "qos", "reason", "reservation", "reservation_id", "state", "step",
        "start_time", "end_time", "submit_time", "users", "wckey",
    )  # fmt: skip
    quoted = [re.sub(r"[^A-Za-z0-9]", lambda found: f"%{ord(found[0]):02X}", text) for text in HOSTILE]
    requests = [request("GET", f"{V45}/jobs?{name}={text}") for name in parameters for text in quoted]
    requests += [request("GET", f"{V38}/job/{text}") for text in quoted]
    done = send(old, b"".join(requests), "--max-requests", "1000")
    assert len(done.answers) == len(requests)
    assert {answer.status for answer in done.answers} <= {200, 400, 414, 422}, done.answers
    assert past.sql(old, "select count(*) from scaleout_job_table") == before


def test_a_job_is_changed_by_who_may(old):
    number = old.past["of_research"]
    change = {"comment": {"job": 'it "is" good'}, "derived_exit_code": {"return_code": {"number": 5}}}
    answer = ask(old, "POST", f"{V45}/job/{number}", change)
    assert answer.status == 200, answer.text
    assert answer.json["results"][0].startswith(f"{number} submitted at ")
    (job,) = found(old, f"{V45}/job/{number}")
    assert (job["comment"]["job"], code(job["derived_exit_code"])) == ('it "is" good', "5:0")
    assert (
        ask(old, "POST", f"{V45}/job/{number}", {"derived_exit_code": job["derived_exit_code"]}).status == 200
    )
    assert past.sql(old, f"select derived_ec from scaleout_job_table where id_job={number}") == str(5 << 8)
    whole = {"derived_exit_code": {"return_code": {"set": True, "number": 1024}}}
    assert ask(old, "POST", f"{V45}/job/{number}", whole).status == 200
    assert past.sql(old, f"select derived_ec from scaleout_job_table where id_job={number}") == "1024"
    assert ask(old, "POST", f"{V45}/job/9999999", change).status == 404
    assert ask(old, "POST", f"{V45}/job/{number}", {}).status == 400


@lacking.as_root
def test_rights_are_slurmdbd_s(old):
    number = old.past["of_research"]
    refused = ask(old, "POST", f"{V45}/job/{number}", {"comment": {"administrator": "no"}})
    assert (refused.status, refused.json["errors"][0]["error_number"]) == (403, 2002)
    assert ask(old, "GET", f"{V45}/diag").status == 403
    assert ask(old, "GET", f"{V45}/diag", user="pebbles").json["statistics"]["RPCs"]
    done = ask(old, "POST", f"{V45}/job/{number}", {"comment": {"administrator": "yes"}}, user="pebbles")
    assert done.status == 200, done.text


# Many.


def test_a_long_history_takes_little_memory(old):
    signal.alarm(240 + COPIES // 100)  # more than a test has otherwise
    number = old.past["two_steps"]
    past.copy(old, number, COPIES)
    try:
        for path in (f"{V45}/jobs", f"{V38}/jobs"):
            peak, jobs = measured(old, path)
            assert jobs > COPIES
            assert peak < 80_000, f"{path}: {peak} kB"
        (last,) = found(old, f"{V45}/job/{past.FIRST_COPY + COPIES - 1}")
        assert len(last["steps"]) == 3
    finally:
        past.sql(old, f"delete from scaleout_job_table where id_job >= {past.FIRST_COPY}")


def measured(cluster, path):
    """The peak of memory in kB, and how many jobs there were: the answer is not kept here either."""
    script = f"printf 'GET {path} HTTP/1.1\\r\\n\\r\\n' | python3 -c '{PEAK}' restd-inet -q"
    # grep would keep a line, and the answer is one.
    count = "tr , '\\n' | grep -c '^\"job_id\":[0-9]*$'"
    done = cluster.shell(f"{script} 2>peak | {count}; cat peak", timeout=600)
    jobs, peak = done.stdout.split()[:2]
    return int(peak), int(jobs)


PEAK = (
    "import os, resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(code)"
)


#: AccountingStorageHost and its backup: the primary alone, or one that is not there.
HOSTS = {
    "the primary": "AccountingStorageHost=localhost\n",
    "the backup": "AccountingStorageHost=nobody.invalid\nAccountingStorageBackupHost=localhost\n",
}


@pytest.mark.parametrize("serving", HOSTS)
def test_a_long_query_has_its_time(old, serving):
    """The database keeps slurmdbd for longer than a request may take; slurmdbd lives, so it is waited for."""
    conf = Path(old.dir, "etc", "hosts.conf")
    conf.write_text(re.sub(r"(?m)^AccountingStorageHost=.*\n", HOSTS[serving], Path(old.conf).read_text()))
    conf.chmod(0o644)
    lock = "lock tables scaleout_job_table write; select sleep(5)"
    waiting = threading.Thread(target=past.sql, args=(old, lock))
    waiting.start()
    sleeps = "select count(*) from information_schema.processlist where info = 'select sleep(5)'"
    old.wait(lambda: past.sql(old, sleeps) == "1", 10)
    began = time.monotonic()
    session = Session(old, *FAST, "--request-timeout", "2", env={"SLURM_CONF": str(conf)})
    try:
        answer = session.ask(request("GET", f"{V45}/job/{old.past['failed']}"))
        seconds = time.monotonic() - began
        assert (answer.status, len(answer.json["jobs"])) == (200, 1), answer.text
        assert seconds > 2
    finally:
        waiting.join()
        session.close()
        conf.unlink()


# A slurmdbd that is not there.


def timed(cluster, path):
    began = time.monotonic()
    done = send(cluster, request("GET", path), *FAST)
    assert done.code == 0, done.err
    return done.answer, time.monotonic() - began


def test_a_stopped_slurmdbd_is_503(old):
    old.stop("slurmdbd")
    try:
        for path in ("jobs", "job/1", "diag", "ping"):
            answer, _ = timed(old, f"{V45}/{path}")
            assert answer.status == 503, answer.text
            assert answer.json["errors"][0]["error_number"] == 7000
            assert "slurmdbd" in answer.json["errors"][0]["description"]
        assert ask(old, "GET", "/slurm/v0.0.45/ping").status == 200
    finally:
        old.start("slurmdbd")


def test_a_frozen_slurmdbd_is_504_within_the_time_given(old):
    session = Session(old, *FAST)
    assert session.ask(request("GET", f"{V45}/job/1")).status == 200
    old.freeze("slurmdbd")
    try:
        for path in ("jobs", "diag", "accounts"):
            answer, seconds = timed(old, f"{V45}/{path}")
            assert (answer.status, seconds > 0.8) == (504, True), (answer.text, seconds)
        assert session.ask(request("GET", f"{V45}/job/1")).status == 504
        assert session.ask(request("GET", "/slurm/v0.0.45/ping")).status == 200
    finally:
        old.thaw("slurmdbd")
    # The connection outlives it.
    old.wait(lambda: session.ask(request("GET", f"{V45}/job/1")).status == 200)
    session.close()


def test_what_was_not_committed_is_rolled_back(old):
    """Killed between the calls: the change is the transaction's, which ends with the connection."""
    script = (
        "import os, signal; from restd_inet import slurm; from restd_inet.settings import read;"
        "lib = slurm.connect(read([], os.environ));"
        "names = lib.db.modify('slurmdb_accounts_modify', {'assoc_cond': {'acct_list': ['test']}},"
        " {'description': 'half written'});"
        "assert names == ['test'], names; os.kill(os.getpid(), signal.SIGKILL)"
    )
    user = "pebbles" if os.geteuid() == 0 else old.user
    done = old.shell(f'python3 -c "{script}"', user=user)
    assert done.returncode == -9, done.stderr
    # slurmdbd itself may have a transaction open that has only read.
    open_ones = "select count(*) from information_schema.innodb_trx where trx_rows_modified > 0"
    old.wait(lambda: past.sql(old, open_ones) == "0")
    assert "half" not in past.sql(old, "select description from acct_table where name = 'test'")


def test_without_accounting_it_says_what_to_configure(reachable):
    with running(reachable, "--nodes", "1", "--no-accounting") as cluster:
        for path in ("jobs", "job/1", "diag", "ping", "accounts"):
            answer, _ = timed(cluster, f"{V45}/{path}")
            assert answer.status == 503, answer.text
            description = answer.json["errors"][0]["description"]
            assert "AccountingStorageType" in description
            assert "AccountingStorageHost" in description
        answer, _ = timed(cluster, f"{V38}/jobs")
        assert (answer.status, list(answer.json)) == (503, ["meta", "errors", "jobs"])
        for path in ("jobs", "nodes", "diag", "ping"):
            answer, _ = timed(cluster, f"/slurm/v0.0.45/{path}")
            assert (answer.status, answer.json["errors"]) == (200, []), path
        assert ask(cluster, "GET", "/slurm/v0.0.45/ping").status == 200


def test_private_jobs_are_private(reachable, tmp_path):
    if os.geteuid() != 0:
        pytest.skip(lacking.OTHER_USERS)
    with running(reachable, "--nodes", "1") as cluster:
        number = cluster.submit("-t", "1", "--wrap", "true")
        cluster.wait(lambda: past.ended(cluster, [number]))
        # slurmdbd has a PrivateData of its own.
        conf = f"{cluster.dir}/etc/slurmdbd.conf"
        with open(conf, "a") as file:
            file.write("PrivateData=jobs\n")
        cluster.stop("slurmdbd")
        cluster.start("slurmdbd")
        cluster.wait(lambda: ask(cluster, "GET", f"{V45}/job/{number}").status == 200)
        assert len(found(cluster, f"{V45}/job/{number}")) == 1
        assert len(found(cluster, f"{V45}/job/{number}", user="pebbles")) == 1
        assert found(cluster, f"{V45}/job/{number}", user="nobody") == []


def test_a_token_acts_towards_slurmdbd_too(old):
    header = f"X-SLURM-USER-TOKEN: {old.token()}"
    if os.geteuid() != 0:
        pytest.skip(lacking.OTHER_USERS)
    options = ("-a", "rest_auth/jwt")
    answer = ask(old, "GET", f"{V45}/diag", None, header, options=options, user="nobody")
    assert answer.status == 403, answer.text
    header = f"X-SLURM-USER-TOKEN: {old.token('pebbles')}"
    answer = ask(old, "GET", f"{V45}/diag", None, header, options=options, user="nobody")
    assert answer.status == 200, answer.text
    forged = header[:-4] + "AAAA"
    assert ask(old, "GET", f"{V45}/jobs", None, forged, options=options, user="nobody").status == 401
