"""docs/shell.md: its blocks, run as they stand; and `restd-inet submit` beside sbatch."""

import os
import pwd
import re
import tempfile

import pytest

from .cluster import CHECKOUT
from .serving import jwt_listening
from .typed import no_jobs_left

__all__ = ["no_jobs_left"]
PAGE = (CHECKOUT / "docs" / "shell.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
#: What two jobs' environments differ in.
OWN = {
    "SLURM_JOBID",
    "SLURM_JOB_ID",
    "SLURM_JOB_SLUID",
    "SLURM_TASK_PID",
    "_",
    "SLURM_JOB_START_TIME",
    "SLURM_JOB_END_TIME",
}


@pytest.fixture
def url(cluster, tmp_path):
    """A listener, and the variables of a shell that asks it."""
    # Not in tmp_path, which only its owner reaches.
    with tempfile.TemporaryDirectory(prefix="restd-state-", dir="/tmp") as directory:
        os.chown(directory, pwd.getpwnam(cluster.user).pw_uid, -1)
        with jwt_listening(cluster, tmp_path, "--state-directory", directory) as port:
            yield {"URL": f"http://localhost:{port}", "SLURM_JWT": cluster.token()}


def test_the_blocks_can_be_pasted_as_they_stand(cluster, url):
    assert len(BLOCKS) == 4
    done = cluster.shell("set -euo pipefail\n" + "\n".join(BLOCKS), env=url, timeout=120)
    said = done.stdout.decode()
    assert done.returncode == 0, said + done.stderr.decode()
    assert said.count(", world\n") == 2
    assert "would start at" in said
    assert "sent without one" not in done.stderr.decode()


def submitted(cluster, command, **more):
    done = cluster.shell(command, **more)
    assert done.returncode == 0, done.stderr.decode()
    job_id = int(done.stdout.split()[-1])
    cluster.wait_state(job_id, "COMPLETED")
    lines = cluster.shell(f"cat env-{job_id}").stdout.decode().splitlines()
    return dict(line.partition("=")[::2] for line in lines if "=" in line)


SHOWS = "#!/bin/bash\n#SBATCH --output=env-%j --ntasks=2 --cpus-per-task=1 {}\nenv\necho ARGS=$*\n"


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--export=FOO,BAR=5",
        "--export=ALL,BAR=5",
        "--hint=nomultithread --open-mode=append",
        "--propagate=CORE",
        "-m cyclic:block --mem-bind=local,v --ntasks-per-node=2",
        "-m plane=2 --threads-per-core=1 --ntasks-per-core=1",
        "--profile=task --cpu-freq=high --acctg-freq=task=5",
        "--gpus-per-node=1 --gpu-bind=closest --gpu-freq=low --mem-per-gpu=20",
        "--gpus=2 -w host1 --mem-bind=none",
        "-n2 --gpus-per-task=1",
        "-w host1,host2 -m arbitrary",
        "--dependency=singleton --exclusive",
    ],
)
def test_a_job_of_restd_inet_submit_has_the_environment_of_sbatch_s(cluster, options):
    cluster.shell("cat > shows.sh", input=SHOWS.format(options))
    environment = {"FOO": "a b", "HIDDEN": "x"}
    theirs, ours = (
        submitted(cluster, f"{command} shows.sh 1 '2 3'", env=environment)
        for command in ("sbatch", "restd-inet submit")
    )
    assert {name: ours.get(name) for name in theirs.keys() - OWN} == {
        name: theirs[name] for name in theirs.keys() - OWN
    }
    assert ours.keys() - OWN == theirs.keys() - OWN
    assert ours["ARGS"] == "1 2 3"


def test_a_heterogeneous_job_has_the_environment_of_sbatch_s(cluster):
    lines = "\n#SBATCH -w host1 --mem=50\n#SBATCH hetjob\n#SBATCH -n1 -w host2 --threads-per-core=1"
    cluster.shell("cat > shows.sh", input=SHOWS.format(lines))
    theirs, ours = (submitted(cluster, f"{command} shows.sh") for command in ("sbatch", "restd-inet submit"))
    own = {name for name in theirs if name in OWN or name.startswith(("SLURM_HET_JOB_ID", "SLURM_JOB_ID"))}
    assert {name: theirs[name] for name in theirs.keys() - own} == {
        name: ours.get(name) for name in theirs.keys() - own
    }
    assert ours.keys() - own == theirs.keys() - own
    assert "SLURM_NTASKS_HET_GROUP_1" in ours


def test_to_a_url_only_what_export_names_is_sent(cluster, url):
    cluster.shell("cat > shows.sh", input=SHOWS.format(""))
    environment = {**url, "FOO": "1", "HIDDEN": "x"}
    command = 'restd-inet submit --parsable --url "$URL"'
    bare = submitted(cluster, f"{command} shows.sh", env=environment)
    named = submitted(cluster, f"{command} --export=FOO shows.sh", env=environment)
    assert {"FOO", "HIDDEN", "SLURM_JWT"} & bare.keys() == set()
    assert {"FOO", "HIDDEN", "SLURM_JWT"} & named.keys() == {"FOO"}
    assert bare["HOME"] == os.path.expanduser(f"~{cluster.user}")


def test_a_job_that_was_submitted_without_an_answer_is_not_said_to_be_refused(cluster):
    cluster.freeze("slurmctld")
    try:
        done = cluster.shell("restd-inet submit --job-name=unanswered --hold --wrap=true")
    finally:
        cluster.thaw("slurmctld")
    assert done.returncode == 1
    assert b"the job may have been submitted" in done.stderr
    assert b"squeue --me" in done.stderr
    cluster.wait(lambda: cluster.shell("squeue --me --noheader --name=unanswered").stdout)


def test_the_same_key_and_script_are_one_job(cluster, url):
    cluster.shell("cat > shows.sh", input=SHOWS.format("--hold"))
    fields = (
        '-H "X-SLURM-USER-TOKEN: $SLURM_JWT" -H "Idempotency-Key: once" -H "Content-Type: application/x-sh"'
    )
    command = f'curl -sSi {fields} --data-binary @shows.sh "$URL/restd/latest/job/submit?time=5"'
    first, second = (cluster.shell(command, env=url).stdout.decode() for _ in range(2))
    numbers = [re.search(r'"job_id": ?(\d+)', text)[1] for text in (first, second)]
    assert len({*numbers}) == 1
    replayed = "idempotency-replayed: true"
    assert (replayed in first.lower(), replayed in second.lower()) == (False, True)
    other = cluster.shell(command.replace("time=5", "time=6"), env=url).stdout.decode()
    assert other.startswith("HTTP/1.1 422 ")


def test_a_server_that_stores_no_keys_is_sent_none(cluster, tmp_path):
    with jwt_listening(cluster, tmp_path, "--state-directory", "/proc/none") as port:
        environment = {"SLURM_JWT": cluster.token()}
        command = f"restd-inet submit --hold --wrap=: --url http://localhost:{port}"
        done = cluster.shell(command, env=environment)
    assert done.stdout.startswith(b"Submitted batch job "), done.stderr
    assert b"sent without one" in done.stderr


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("restd-inet submit --tsk", 2, 'unknown option "--tsk"'),
        ("restd-inet submit no-such-file", 1, "no-such-file: No such file or directory"),
        ("echo hostname | restd-inet submit", 22, "400 Bad Request: line 1: expected #!"),
        ("restd-inet submit --wrap=: --time=x", 22, "400 Bad Request: --time: expected minutes"),
        ("restd-inet submit --wrap=: x", 2, "--wrap is for a command without a script"),
        ("restd-inet submit --wrap=: -p nowhere", 22, "422 Unprocessable"),
        ("restd-inet submit --wrap=: --url http://localhost:1", 1, "http://localhost:1: Connection refused"),
        ("restd-inet submit --wait --wrap=:", 2, "--wait is not supported"),
    ],
)
def test_what_is_wrong_is_said(cluster, command, status, said):
    done = cluster.shell(command)
    assert (done.returncode, said in done.stderr.decode()) == (status, True), done.stderr
