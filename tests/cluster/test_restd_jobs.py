"""/restd/<version>/jobs on a real cluster: squeue, with the same filters, is the oracle."""

import json
from urllib.parse import quote

import pytest

FIELDS = "job_id,name,job_state"
NAMES = {"one": (), "two": ("--array=1-3",), "Three": ("--comment=x",), "four,4": ("--dependency=singleton",)}


@pytest.fixture(scope="module")
def jobs(cluster):
    """Jobs of several names, users and states; they are cancelled in the end."""
    held = [cluster.submit("--hold", f"--job-name={name}", *more, "--wrap=:") for name, more in NAMES.items()]
    held.append(cluster.submit("--hold", "--job-name=roots", "--wrap=:", user="root"))
    running = cluster.submit("--job-name=running", "--nodes=2", "--wrap=sleep 300")
    cluster.wait_state(running, "RUNNING")
    done = cluster.submit("--job-name=done", "--wrap=:")
    cluster.wait_state(done, "COMPLETED")
    yield {"held": held, "running": running, "done": done}
    cluster.shell("scancel " + " ".join(map(str, [*held, running])), user="root")


def ask(cluster, query, user=None, version="v0.0.44"):
    done = cluster.shell(f"restd-inet get '/restd/{version}/jobs?{query}'", user=user)
    return json.loads(done.stdout)


def squeue(cluster, options, user=None):
    """The ids of squeue's lines, in their order."""
    done = cluster.shell(f"squeue --noheader --format=%A {options}", user=user)
    assert done.returncode == 0, done.stderr
    return sorted(map(int, done.stdout.split()))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", ""),
        ("user=me", "--me"),
        ("user=root", "--user=root"),
        ("user=fred,0", "--user=fred,0"),
        ("state=PD", "--states=PD"),
        ("state=RUNNING,PENDING", "--states=RUNNING,PENDING"),
        ("state=COMPLETED,!COMPLETING", "--states=COMPLETED"),
        ("name=one,three", "--name=one,three"),
        ("name=running&user=me", "--name=running --me"),
        ("partition=debug", "--partition=debug"),
        ("job_id={two}", "--jobs={two}"),
        ("job_id={two}_2", "--jobs={two}_2"),
        ("job_id={one},{running}", "--jobs={one},{running}"),
        ("node={node}", "--nodelist={node}"),
        ("node={node}&state=R", "--states=R --nodelist={node}"),
        ("account=none", "--account=none"),
        ("reservation=none", "--reservation=none"),
    ],
)
def test_the_jobs_are_squeue_s(cluster, jobs, query, options):
    node = cluster.shell(f"squeue --noheader --jobs={jobs['running']} --format=%B").stdout.decode().strip()
    names = {"one": jobs["held"][0], "two": jobs["held"][1], "running": jobs["running"], "node": node}
    document = ask(cluster, query.format(**names) + f"&fields={FIELDS}")
    states = "" if "--states" in options else "--states=all "
    assert document["errors"] == []
    assert [job["job_id"] for job in document["jobs"]] == squeue(cluster, states + options.format(**names))


def test_what_is_not_wanted_is_the_rest(cluster, jobs):
    everything, wanted, rest = (
        {job["job_id"] for job in ask(cluster, f"{query}fields=job_id")["jobs"]}
        for query in ("", "name=one,three&", "name=!one,!three&")
    )
    assert wanted | rest == everything
    assert not wanted & rest
    assert wanted and rest


def test_counts_are_those_of_squeue_s_lines(cluster, jobs):
    document = ask(cluster, "group=user")
    groups = {group["name"]: group["count"] for group in document["groups"]}
    assert groups == {user: len(squeue(cluster, f"--states=all --user={user}")) for user in groups}
    assert document["count"] == len(squeue(cluster, "--states=all"))


def test_chosen_fields_are_those_of_the_whole_jobs(cluster, jobs):
    paths = ("job_id", "name", "nodes", "job_resources", "standard_output", "exit_code", "user_name")
    for version in ("v0.0.40", "v0.0.42", "latest"):
        whole = ask(cluster, "", version=version)["jobs"]
        found = ask(cluster, f"fields={','.join(paths)}", version=version)["jobs"]
        assert len(found) > len(NAMES)
        assert found == [{path: job[path] for path in paths} for job in whole]


def test_a_path_leads_into_objects_and_lists(cluster, jobs):
    paths = "job_resources.nodes.list,exit_code.status"
    (job,) = ask(cluster, f"job_id={jobs['running']}&fields={paths}")["jobs"]
    assert job["exit_code"] == {"status": ["SUCCESS"]}
    hosts = cluster.shell(f"squeue --noheader --jobs={jobs['running']} --format=%N").stdout.decode().strip()
    assert job["job_resources"] == {"nodes": {"list": hosts}}


def test_a_name_with_a_comma_is_found_by_a_pattern(cluster, jobs):
    assert ask(cluster, f"name={quote('four?4')}&fields=name")["jobs"] == [{"name": "four,4"}]


def test_pages_are_the_list(cluster, jobs):
    ids, after = [], ""
    while after is not None:
        document = ask(cluster, f"limit=3&fields=job_id{after and f'&after={after}'}")
        ids += [job["job_id"] for job in document["jobs"]]
        after = document["next"]
    assert ids == squeue(cluster, "--states=all")


def test_a_user_sees_no_more_than_squeue_shows(private_cluster):
    job = private_cluster.submit("--hold", "--wrap=:", user="root")
    assert ask(private_cluster, "user=root")["jobs"] == []
    assert ask(private_cluster, f"job_id={job}")["jobs"] == []
    assert job in [one["job_id"] for one in ask(private_cluster, "user=me", user="root")["jobs"]]
    private_cluster.shell(f"scancel {job}", user="root")
