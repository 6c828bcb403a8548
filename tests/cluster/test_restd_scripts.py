"""A batch script as it is, POST /restd/<version>/job/submit: sbatch is the oracle, field by field.

sbatch and restd-inet submit the same script, from the same directory; both jobs are shown by scontrol and by
/slurm/.
"""

import json
import re

import lacking
import pytest

from .batch_scripts import LATER, REFUSED, SCRIPTS

EVERY = [(since, name) for since, scripts in SCRIPTS.items() for name in scripts]
#: What differs between any two jobs.
OWN = {"JobId", "SubmitTime", "EligibleTime", "LastSchedEval", "AccrueTime", "HetJobId", "HetJobIdSet"}
OWN |= {"ArrayJobId", "Priority"}
#: Nobody typed a command, and there is no session.
OWN |= {"SubmitLine", "AllocNode:Sid"}
OWN_MEMBERS = {
    "job_id", "submit_time", "eligible_time", "last_sched_evaluation", "accrue_time", "het_job_id",
    "het_job_id_set", "array_job_id", "priority", "submit_line", "step_id", "priority_by_partition",
}  # fmt: skip

FILES = ("StdErr", "StdOut", "standard_error", "standard_output", "stderr_expanded", "stdout_expanded")


def script(lines):
    return f"#!/bin/sh\n{lines}\nsleep 1\n"


def beside(lines):
    """On hold, unless the script says when it may begin."""
    return "" if LATER in lines else "hold&"


def post(cluster, requests, version="latest", user=None):
    """Answers to scripts, each with its query."""
    text = ""
    for query, body in requests:
        target = f"/restd/{version}/job/submit?{query}"
        fields = f"Content-Type: text/x-shellscript\r\nContent-Length: {len(body.encode())}\r\n"
        text += f"POST {target} HTTP/1.1\r\n{fields}\r\n{body}"
    command = f"cat | restd-inet -q --max-requests {len(requests) + 1}"
    output = cluster.shell(command, input=text, user=user).stdout
    found = []
    while output.startswith(b"HTTP/"):
        head, _, output = output.partition(b"\r\n\r\n")
        size = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
        found.append((int(head.split()[1]), json.loads(output[:size])))
        output = output[size:]
    assert len(found) == len(requests)
    return found


def sbatch(cluster, scripts):
    """Of each script the job id, or sbatch's error."""
    text = ""
    for index, (options, body) in enumerate(scripts):
        text += f"echo; echo @{index}; sbatch --parsable {options} <<'@END@' 2>&1\n{body}@END@\n"
    output = cluster.shell("umask 022\n" + text, timeout=300).stdout.decode()
    return [part.strip() for part in re.split(r"^@\d+$", output, flags=re.MULTILINE)[1:]]


def number(said):
    """The job's number in what sbatch says, which may warn before; None for an error."""
    last = said.splitlines()[-1] if said else ""
    return int(last) if last.isdecimal() else None


@pytest.fixture(scope="module")
def jobs(cluster):
    """Of each script sbatch's job and ours: the ids, or what was said instead."""
    here = [(since, name) for since, name in EVERY if since <= cluster.slurm]
    texts = [SCRIPTS[since][name] for since, name in here]
    cluster.shell("mkdir -p sub")
    theirs = sbatch(cluster, [("--hold" if beside(text) else "", script(text)) for text in texts])
    place = f"submit_dir={cluster.jobs}"
    ours = post(cluster, [(f"{beside(text)}{place}", script(text)) for text in texts])
    yield {each: (said, answer) for each, said, answer in zip(here, theirs, ours, strict=True)}
    cluster.shell("scancel --user=$USER")


@pytest.fixture(scope="module")
def shown(cluster, jobs):
    """Records of all jobs by id, as scontrol and /slurm/ have them; a heterogeneous job's under its first."""
    by_scontrol, by_rest = {}, {}
    for line in cluster.shell("scontrol show job -o").stdout.decode().splitlines():
        record = dict(re.findall(r"(\S+?)=(.*?)(?= [A-Z][A-Za-z/:]*=|$)", line))
        first = record.get("HetJobId") or record["JobId"]
        by_scontrol.setdefault(int(first), []).append(record)
    document = json.loads(cluster.shell("restd-inet get jobs").stdout)
    for record in document["jobs"]:
        first = record["het_job_id"]["number"] or record["job_id"]
        by_rest.setdefault(first, []).append(record)
    return by_scontrol, by_rest


@pytest.mark.parametrize(("since", "name"), EVERY, ids=[name for _, name in EVERY])
def test_the_job_is_that_of_sbatch(cluster, jobs, shown, since, name):
    if since > cluster.slurm:
        pytest.skip(lacking.slurm("an older Slurm has no such option", "{}.{:02}".format(*since)))
    said, (status, document) = jobs[since, name]
    if number(said) is None:  # slurmctld refuses it on this cluster
        (error, *_) = document["errors"]
        assert error["error"] == said.rpartition("submission failed: ")[2]
        return
    assert status == 200, document["errors"]
    for records, own in zip(shown, (OWN, OWN_MEMBERS), strict=True):
        theirs, ours = records[number(said)], records[document["job_id"]]
        assert len(ours) == len(theirs)
        assert "\n".join(map(str, differences(theirs, ours, own))) == ""


def differences(theirs, ours, own):
    """Of the records of a job: field, sbatch's value, and ours."""
    for one, other in zip(theirs, ours, strict=True):
        one, other = comparable(one, own), comparable(other, own)
        yield from (
            (key, one.get(key), other.get(key)) for key in one | other if one.get(key) != other.get(key)
        )


def comparable(record, own):
    """A record without what differs between any two jobs; the id is in names of files."""
    job_id = record.get("JobId") or record["job_id"]
    named = re.compile(rf"(?<=[-.]){job_id}(?=[._ ]|$)")
    return {
        key: named.sub("ID", value) if key in FILES else value
        for key, value in record.items()
        if key not in own
    }


@pytest.fixture(scope="module")
def refused(cluster):
    texts = [script(lines) for lines in REFUSED.values()]
    theirs = sbatch(cluster, [("--hold", text) for text in texts])
    ours = post(cluster, [("hold", text) for text in texts])
    return dict(zip(REFUSED, zip(theirs, ours, strict=True), strict=True))


@pytest.mark.parametrize("name", REFUSED)
def test_what_sbatch_refuses_is_an_error(refused, name):
    said, (status, document) = refused[name]
    assert number(said) is None, said
    assert 400 <= status < 500, document
    (error, *_) = document["errors"]
    if name != "a partition that is not there":
        assert status == 400
        assert error["error"].startswith("line 2: "), error
