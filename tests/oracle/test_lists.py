"""-s and -d: what restd-inet prints and takes, and the installed slurmrestd."""

import json
import re

import lacking
import pytest
from cluster.conftest import running


@pytest.fixture(scope="module")
def cluster(reachable):
    """Of one node, without accounting."""
    with running(reachable, "--nodes", "1", "--no-accounting") as started:
        yield started


def typed(cluster, program, arguments):
    """Exit status, standard output and standard error of a command line of a user."""
    done = cluster.shell(f"{program} {arguments} < /dev/null")
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def names(text):
    """What a list names, wherever a release prints it and with whatever before it."""
    return set(re.findall(r"\b(?:openapi|data_parser|rest_auth)/[\w.]+", text))


def newest(cluster):
    """The newest data_parser of the installed slurmrestd; up to 24.05 it prints the list as a log."""
    return max(names("".join(typed(cluster, "slurmrestd", "-d list")[1:]))).partition("/")[2]


def has(cluster, option):
    """Whether the release has an option: 22.05 has no -d."""
    return option != "-d" or cluster.slurm >= (23, 2)


@pytest.mark.parametrize("option", ["-s", "-d", "-a"])
def test_every_name_that_slurmrestd_lists_is_listed(cluster, option):
    if not has(cluster, option):
        pytest.skip(lacking.slurm("slurmrestd 22.05 has no -d", "26.05"))
    theirs = typed(cluster, "slurmrestd", f"{option} list")
    ours = typed(cluster, "restd-inet", f"{option} list")
    assert theirs[0] == ours[0] == 0
    assert names(theirs[1] + theirs[2])
    assert names(theirs[1] + theirs[2]) <= names(ours[1])
    if cluster.slurm >= (24, 11):
        assert ours[2].splitlines()[0] == theirs[2].splitlines()[-1]
        assert set(theirs[1].splitlines()) <= set(ours[1].splitlines())


PARSED = [
    "latest",
    "LATEST",
    "data_parser/{}",
    "{}+fast",
    "{}+FAST+complex",
    "{}+nope",
    "{},{}",
    ",{}",
    "{}+",
]
REFUSED = ["nope", "data_parser/latest", "+fast", "list,{}", "v0.0.38"]


@pytest.mark.parametrize("text", PARSED + REFUSED)
def test_what_slurmrestd_takes_is_taken(cluster, text):
    if not has(cluster, "-d"):
        pytest.skip(lacking.slurm("slurmrestd 22.05 has no -d", "26.05"))
    name = newest(cluster)
    arguments = f"-s slurmctld -d {text.format(name, name)}"
    theirs = typed(cluster, "slurmrestd", arguments)[0]
    if text.lower() == "latest" and cluster.slurm < (24, 11):  # which came then
        theirs = 0
    assert bool(theirs) == (text in REFUSED)
    if text == "data_parser/latest":  # which slurmrestd refuses although it takes each of the two
        theirs = 0
    assert bool(typed(cluster, "restd-inet", arguments)[0]) == bool(theirs)


@pytest.mark.parametrize("text", ["nope", "openapi/list", "SLURMCTLD", "''"])
def test_what_slurmrestd_does_not_know_is_refused(cluster, text):
    for program in ("slurmrestd", "restd-inet"):
        assert typed(cluster, program, f"-s {text}")[0] != 0, program


#: What slurmrestd fills no more in some release: there null, and of its type without the flag.
GONE = frozenset(
    ["external_sensors", "memory_per_cpu", "oversubscribe", "power", "shares", "tres_used", "tres_weighted"]
)


def differences(ours, theirs, path=""):
    """Where two documents differ, and in what."""
    if path.rpartition(".")[2] in GONE:
        return []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        keys = sorted(ours.keys() | theirs.keys())
        pairs = [(ours.get(key, "none"), theirs.get(key, "none"), f"{path}.{key}") for key in keys]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(our, their, path) for our, their in zip(ours, theirs, strict=True)]
    else:
        return [] if ours == theirs else [(path, ours, theirs)]
    return [found for pair in pairs for found in differences(*pair)]


@pytest.mark.parametrize("name", ["nodes", "partitions", "licenses"])
def test_complex_writes_values_as_slurmrestd_does(cluster, name):
    if not has(cluster, "-d"):
        pytest.skip(lacking.slurm("slurmrestd 22.05 has no -d", "26.05"))
    version = newest(cluster)
    found = []
    for program in ("slurmrestd", "restd-inet"):
        # Slurm 26.11 takes no bare line feed.
        request = f'printf "GET /slurm/{version}/{name} HTTP/1.1\\r\\n\\r\\n"'
        line = f"{request} | {program} -s slurmctld -d {version}+complex 2>/dev/null | sed '1,/^\\r*$/d'"
        found.append(json.loads(cluster.shell(line).stdout))
    theirs, ours = found
    assert ours["meta"]["plugin"]["data_parser"] == theirs["meta"]["plugin"]["data_parser"]
    assert theirs[name] or name == "licenses"
    found = differences(ours[name], theirs[name])
    assert not found, found
