"""Submission: script, arguments, environment, several jobs, and as whom."""

import os
import pwd
import re

import lacking
import pytest

from .commanding import V35, result
from .typed import (
    SLEEP,
    answers,
    as_root,
    ask,
    described,
    identities,
    no_jobs_left,
    queued,
    request,
    send,
    shown,
    submit,
)

__all__ = ["no_jobs_left"]


def test_arguments_reach_the_script(cluster):
    script = "#!/bin/bash\nprintf '%s\\n' \"$@\"\n"
    arguments = ["one", "two words", "", "*", "$HOME", "ä\"'\\"]
    assert result(cluster, script, argv=arguments) == "".join(f"{word}\n" for word in arguments)


def test_a_script_stays_as_it_is(cluster):
    script = "#!/usr/bin/python3\n# ünïcode, a tab\t and \\n\nprint('ok')"
    assert result(cluster, script) == "ok\n"


FORMS = {
    "object": {"PATH": "/bin:/usr/bin", "MINE": "a=b c", "EMPTY": ""},
    "list": ["PATH=/bin:/usr/bin", "MINE=a=b c", "EMPTY="],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_job_has_its_own_environment_without_that_of_restd_inet(cluster, form):
    out = f"{cluster.jobs}/environment-{form}-{os.getpid()}.out"
    document = {
        "job": described(environment=FORMS[form], standard_out=out),
        "script": "#!/bin/bash\nenv -0\n",
    }
    done = send(
        cluster,
        request("POST", f"/slurm/{V35}/job/submit", document),
        env={"RESTD_MARKER": "leaked", "SLURM_MARKER": "leaked", "SBATCH_COMMENT": "leaked", "FOO": "leaked"},
    )
    job = done.answer.json["job_id"]
    cluster.wait_state(job, "COMPLETED")
    with open(out) as file:
        found = dict(item.partition("=")[::2] for item in file.read().split("\0") if item)
    assert {name: found[name] for name in ("PATH", "MINE", "EMPTY")} == {
        "PATH": "/bin:/usr/bin",
        "MINE": "a=b c",
        "EMPTY": "",
    }
    assert "leaked" not in found.values()
    # slurmd adds these; everything else would be restd-inet's.
    theirs = {
        "HOSTNAME",
        "TMPDIR",
        "ENVIRONMENT",
        "PWD",
        "SHLVL",
        "_",
        "GPU_DEVICE_ORDINAL",
        "ROCR_VISIBLE_DEVICES",
    }
    rest = {name for name in found if not name.startswith("SLURM")} - theirs - {"PATH", "MINE", "EMPTY"}
    assert rest <= {"CUDA_VISIBLE_DEVICES"}, rest
    assert shown(cluster, job).get("Comment") is None


def test_several_jobs_on_one_pipe(cluster):
    document = {"job": described(hold=True), "script": SLEEP}
    done = send(cluster, request("POST", f"/slurm/{V35}/job/submit", document) * 3)
    numbers = [answer.json["job_id"] for answer in answers(done.out)]
    assert len(set(numbers)) == 3
    assert sorted(queued(cluster, "%i", "--me")) == sorted(map(str, numbers))


def test_a_job_submitted_as_yaml(cluster):
    body = (
        b"job:\n  name: yaml\n  hold: yes\n  nodes: [1, 2]\n  current_working_directory: /tmp\n"
        b"  environment: {PATH: '/bin:/usr/bin'}\nscript: |\n  #!/bin/bash\n  sleep 600\n"
    )
    answer = ask(
        cluster,
        "POST",
        f"/slurm/{V35}/job/submit",
        body,
        "Content-Type: application/yaml",
        "Accept: text/yaml",
    )
    job = re.search(r"job_id: !!int (\d+)", answer.text)[1]
    assert queued(cluster, "%j %t", f"--jobs={job}") == ["yaml PD"]


# Who may be whom
@pytest.mark.parametrize("name", ["user_id", "group_id"])
def test_no_user_submits_as_another(cluster, name):
    if os.geteuid() != 0:
        pytest.skip(lacking.OTHER_USERS)
    for number in (0, identities(cluster)[name] + 1):
        document = {"job": described(**{name: number}), "script": SLEEP}
        answer = ask(cluster, "POST", f"/slurm/{V35}/job/submit", document)
        assert answer.status == 403, answer.text
        assert name in answer.error["error"] and str(number) in answer.error["error"]
    assert queued(cluster, "%i", "--me") == []


def test_ones_own_ids_are_fine(cluster):
    job = submit(cluster, hold=True, **identities(cluster))
    assert queued(cluster, "%u", f"--jobs={job}") == [cluster.user]


@as_root
def test_root_submits_as_another(cluster):
    out = f"{cluster.jobs}/as-{os.getpid()}.out"
    job = submit(
        cluster, "#!/bin/bash\nid -un; id -gn\n", user="root", **identities(cluster), standard_out=out
    )
    assert shown(cluster, job)["UserId"].startswith(f"{cluster.user}(")
    cluster.wait_state(job, "COMPLETED")
    with open(out) as file:
        assert file.read() == f"{cluster.user}\n{cluster.user}\n"
    assert os.stat(out).st_uid == pwd.getpwnam(cluster.user).pw_uid
