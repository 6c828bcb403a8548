"""/slurmdb/: accounts, users, associations and QOS in a real database: who may, what is left, what stays."""

import json
import random
import re

import pytest

HEAD = re.compile(rb"HTTP/1.1 (\d+)")
#: Where records and bodies have another form.
VERSIONS = ("v0.0.36", "v0.0.38", "v0.0.40", "v0.0.45")


def request(method, target, body=None, headers=""):
    content = "" if body is None else json.dumps(body)
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content.encode())}\r\n"
    return f"{method} /slurmdb/{target} HTTP/1.1\r\nHost: x\r\n{headers}{fields}\r\n{content}"


def answers(output):
    found = []
    while output:
        head, _, output = output.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        size = int(length[1]) if length else 0
        found.append((int(HEAD.match(head)[1]), json.loads(output[:size]) if size else None))
        output = output[size:]
    return found


def ask(cluster, *requests, user="pebbles", program="restd-inet -q", env=None):
    """What is answered to each, on one connection; pebbles is the administrator."""
    done = cluster.shell(f"cat | {program}", user=user, input="".join(requests), env=env)
    found = answers(done.stdout)
    assert len(found) == len(requests), (done.returncode, done.stderr.decode())
    return found


def one(cluster, method, target, body=None, **how):
    return ask(cluster, request(method, target, body), **how)[0]


def sacctmgr(cluster, command, user="pebbles"):
    """(whether it did that, what it printed)"""
    done = cluster.shell(f"sacctmgr --immediate --noheader --parsable2 {command}", user=user)
    return done.returncode == 0, done.stdout.decode()


SHOW = (
    "account withcoord",
    "user",
    "assoc format=cluster,account,user,parentname,defaultqos,qos,grptres,grpjobs,maxjobs,fairshare",
    "qos format=name,description,flags,preempt,preemptmode,priority,grptres,maxwall,maxjobsperuser",
)


def dump(cluster):
    """What sacctmgr shows of all that is changed here."""
    shown = "; ".join(f"sacctmgr --noheader --parsable2 show {what}" for what in SHOW)
    return cluster.shell(shown, user="pebbles").stdout.decode()


@pytest.fixture
def family(cluster):
    """The accounts `top` and, below it, `sub` with the user wilma; all is removed after the test."""
    body = {
        "accounts": [{"name": "top"}, {"name": "sub"}, {"name": "other"}],
        "users": [{"name": "wilma"}],
        "associations": [
            {"account": "top", "user": ""},
            {"account": "sub", "parent_account": "top", "user": ""},
            {"account": "sub", "user": "wilma"},
        ],
    }
    assert one(cluster, "POST", "v0.0.45/config", body)[0] == 200
    yield
    for target in ("user/wilma", "account/sub", "account/top", "account/other", "qos/fine"):
        assert one(cluster, "DELETE", f"v0.0.45/{target}")[0] in (200, 304)


#: Role → how fred comes to it, and how it ends.
ROLES = {
    "ordinary": (None, None),
    "coordinator": ("add coordinator account=top names=fred", "remove coordinator account=top names=fred"),
    "operator": ("modify user fred set adminlevel=operator", "modify user fred set adminlevel=none"),
    "administrator": ("modify user fred set adminlevel=admin", "modify user fred set adminlevel=none"),
}
#: What fred tries: as sacctmgr says it, as a request, and how it is undone by an administrator.
TRIES = {
    "an account": (
        "add account fine",
        ("POST", "accounts_association", {"association_condition": {"accounts": "fine"}, "account": {}}),
        "delete account fine",
    ),
    "a description": (
        "modify account other set description=new",
        ("POST", "accounts", {"accounts": [{"name": "other", "description": "new"}]}),
        "modify account other set description=other",
    ),
    "a limit of the own account": (
        "modify account top set grpjobs=7",
        (
            "POST",
            "associations",
            {"associations": [{"account": "top", "user": "", "max": {"jobs": {"per": {"count": 7}}}}]},
        ),
        "modify account top set grpjobs=-1",
    ),
    "a limit of another account": (
        "modify account test set grpjobs=7",
        (
            "POST",
            "associations",
            {"associations": [{"account": "test", "user": "", "max": {"jobs": {"per": {"count": 7}}}}]},
        ),
        "modify account test set grpjobs=-1",
    ),
    "a QOS": ("add qos fine", ("POST", "qos", {"qos": [{"name": "fine"}]}), "delete qos fine"),
    "a level": (
        "modify user wilma set adminlevel=operator",
        ("POST", "users", {"users": [{"name": "wilma", "administrator_level": ["Operator"]}]}),
        "modify user wilma set adminlevel=none",
    ),
    "an association gone": (
        "delete user wilma where account=sub",
        ("DELETE", "associations?user=wilma&account=sub", None),
        "add user wilma account=sub",
    ),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_may_do_what_sacctmgr_lets_them(cluster, family, role):
    """By munge and by a token; who may not is told so with slurmdbd's number, and nothing has changed."""
    begin, end = ROLES[role]
    if begin:
        assert sacctmgr(cluster, begin)[0]
    token = f"X-SLURM-USER-TOKEN: {cluster.token('fred')}\r\n"
    try:
        for what, (command, (method, target, body), undo) in TRIES.items():
            before = dump(cluster)
            allowed = sacctmgr(cluster, command, user="fred")[0] and dump(cluster) != before
            if allowed:
                assert sacctmgr(cluster, undo)[0], what
            for user, headers, program in (
                ("fred", "", "restd-inet -q"),
                ("pebbles", token, "restd-inet -q -a jwt"),
            ):
                asked = request(method, f"v0.0.45/{target}", body, headers)
                status, answer = ask(cluster, asked, user=user, program=program)[0]
                assert (status == 200) is allowed, (what, user, status, answer)
                if allowed:
                    assert sacctmgr(cluster, undo)[0], what
                else:
                    assert status == 403 and answer["errors"][0]["error_number"] == 2002, (what, answer)
                    assert dump(cluster) == before, what
    finally:
        if end:
            assert sacctmgr(cluster, end)[0]


def test_a_connection_goes_on_after_a_refused_write(cluster):
    refused = request("POST", "v0.0.42/accounts", {"accounts": [{"name": "mine"}]})
    read = request("GET", "v0.0.42/account/test")
    found = ask(cluster, *[refused, read] * 5, user="fred")
    assert [status for status, _ in found] == [403, 200] * 5


def test_several_objects_are_all_written_or_none(cluster, family):
    before = dump(cluster)
    bodies = {
        "accounts": {"accounts": [{"name": "fine"}, {"name": "a'b"}]},
        "associations": {
            "associations": [{"account": "top", "user": "wilma"}, {"account": "nope", "user": "wilma"}]
        },
        "qos": {"qos": [{"name": "fine"}, {"name": "fine2", "preempt": {"list": ["nope"]}}]},
        "config": {
            "accounts": [{"name": "fine"}],
            "users": [{"name": "x"}],
            "associations": [{"account": "fine", "user": "x"}],
        },
    }
    for target, body in bodies.items():
        status, answer = one(cluster, "POST", f"v0.0.45/{target}", body)
        assert status in (400, 404, 422), target
        assert "[1]" in answer["errors"][0]["description"] or target == "config", answer
        assert dump(cluster) == before, target


KILLED = """
import os, signal
import restd_inet.slurm.slurmdb as slurmdb
from restd_inet.__main__ import main
Database, left = slurmdb.Database, [{calls}]
def dying(function):
    def die(*arguments):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return function(*arguments)
    return die
Database.add, Database.modify = dying(Database.add), dying(Database.modify)
Database.commit = dying(Database.commit)
main()
"""


@pytest.mark.parametrize("calls", (1, 2, 3))
def test_nothing_is_left_of_what_a_killed_process_wrote(cluster, family, calls):
    """Killed between the calls, and before it commits: slurmdbd rolls back."""
    before = dump(cluster)
    body = {"accounts": [{"name": "fine"}, {"name": "other", "description": "new"}, {"name": "fine3"}]}
    code = KILLED.format(calls=calls)
    asked = request("POST", "v0.0.45/accounts", body)
    done = cluster.shell('cat | python -c "$CODE"', user="pebbles", input=asked, env={"CODE": code})
    assert not done.stdout
    cluster.wait(lambda: dump(cluster) == before)


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_what_is_not_named_stays(cluster, family, version):
    """Limits, flags, preemption, coordinators: what a body does not say is not changed."""
    settings = "priority=7 flags=denyonlimit preempt=normal preemptmode=requeue grptres=cpu=4 maxwall=60"
    assert sacctmgr(cluster, f"add qos fine {settings}")[0]
    assert sacctmgr(cluster, "add coordinator account=sub names=wilma")[0]
    assert sacctmgr(cluster, "modify account sub set grptres=cpu=4 maxjobs=3 grpjobs=2")[0]
    before = dump(cluster)
    key = "QOS" if version < "v0.0.39" else "qos"
    body = {
        "accounts": [{"name": "sub", "organization": "orga"}],
        "users": [{"name": "wilma", "default": {"account": "sub"}}],
        key: [{"name": "fine", "description": "words"}],
        "associations": [{"account": "sub", "user": "", "shares_raw": 1}],
    }
    assert one(cluster, "POST", f"{version}/config", body)[0] == 200
    after = dump(cluster)
    assert "sub|sub|orga|wilma" in after and "fine|words|DenyOnLimit|normal|requeue" in after
    assert after.replace("|orga|", "|sub|").replace("|words|", "|fine|") == before


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_read_may_be_posted_and_changes_nothing(cluster, family, version):
    before = dump(cluster)
    status, read = one(cluster, "GET", f"{version}/config")
    assert status == 200
    status, answer = one(cluster, "POST", f"{version}/config", read)
    assert (status, answer["errors"]) == (200, [])
    assert dump(cluster) == before
    _, again = one(cluster, "GET", f"{version}/config")
    assert {**again, "meta": read["meta"]} == read


def limit(random, version):
    """A limit: none, zero, or so many, as a version says it."""
    number = random.choice((None, 0, random.randrange(1, 1 << 31)))
    if version < "v0.0.39":
        return number
    return {"set": number is not None, "infinite": number is None, "number": number or 0}


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_what_is_posted_reads_back_equal(cluster, family, version):
    """All limits at random, in the same version, and in every other that has as much to say."""
    rand = random.Random(version)
    key = "QOS" if version < "v0.0.39" else "qos"
    _, read = one(cluster, "GET", f"{version}/qos/normal")
    qos = read[key][0]

    def fill(value, name=""):
        if isinstance(value, dict) and "set" not in value:
            return {key: fill(inner, key) for key, inner in value.items()}
        if isinstance(value, list) and name in ("total", "qos", "job", "account", "user", "node"):
            return [
                {
                    "type": kind,
                    "name": None if version < "v0.0.39" else "",
                    "id": id_,
                    "count": rand.randrange(1, 999),
                }
                for id_, kind in ((1, "cpu"), (2, "mem"))
            ]
        return value if isinstance(value, list) else limit(rand, version)

    posted = {**qos, "name": "fine", "description": "fine", "limits": fill(qos["limits"])}
    posted["limits"]["grace_time"] = 30
    posted["limits"]["factor"] = qos["limits"]["factor"]
    del posted["id"]
    assert one(cluster, "POST", f"{version}/qos", {key: [posted]})[0] == 200
    _, found = one(cluster, "GET", f"{version}/qos/fine")
    back = found[key][0]
    assert {name: back[name] for name in posted} == posted
    # Through every other version: what that one reads it may post, and this one reads the same.
    for other in VERSIONS[1:]:
        other_key = "QOS" if other < "v0.0.39" else "qos"
        again = one(cluster, "GET", f"{other}/qos/fine")[1]
        assert one(cluster, "POST", f"{other}/qos", again)[0] == 200
        assert one(cluster, "GET", f"{version}/qos/fine")[1][key] == [back], other
        assert again[other_key][0]["name"] == "fine"


#: A QOS's path at v0.0.45 → sacctmgr's name.
SHOWN = {
    "priority": "priority",
    "limits.grace_time": "gracetime",
    "limits.max.active_jobs.count": "grpjobs",
    "limits.max.jobs.count": "grpsubmit",
    "limits.max.jobs.active_jobs.per.user": "maxjobsperuser",
    "limits.max.jobs.active_jobs.per.account": "maxjobsperaccount",
    "limits.max.jobs.per.user": "maxsubmitjobsperuser",
    "limits.max.jobs.per.account": "maxsubmitjobsperaccount",
    "limits.max.tres.total": "grptres",
    "limits.max.tres.per.user": "maxtresperuser",
    "limits.max.tres.per.job": "maxtres",
    "limits.max.tres.per.node": "maxtrespernode",
    "limits.min.tres.per.job": "mintres",
    "limits.min.priority_threshold": "minprio",
    "preempt.list": "preempt",
    "usage_factor": "usagefactor",
    "description": "description",
}


def shown(value):
    """A value as sacctmgr prints it."""
    if isinstance(value, dict):
        number = value["number"]
        return f"{number:f}" if isinstance(number, float) else str(number) if value["set"] else ""
    if isinstance(value, list):
        return ",".join(resource(item) if isinstance(item, dict) else item for item in value)
    return str(value)


def resource(item):
    """A TRES as sacctmgr prints it."""
    label = "/".join(filter(None, (item["type"], item["name"])))
    return f"{label}={item['count']}{'M' * (item['type'] == 'mem')}"


def test_a_qos_is_what_sacctmgr_shows(cluster, family):
    settings = (
        "priority=7 gracetime=90 grpjobs=5 grpsubmit=6 maxjobsperuser=2 maxsubmitjobsperuser=3 "
        "maxjobsperaccount=4 grptres=cpu=9,mem=700,gres/gpu=2 maxtresperuser=cpu=8 maxtres=cpu=7 "
        "maxtrespernode=cpu=6 mintres=cpu=1 "
        "minprio=11 preempt=normal,high usagefactor=1.5 description=words"
    )
    assert sacctmgr(cluster, f"add qos fine {settings}")[0]
    qos = one(cluster, "GET", "v0.0.45/qos/fine")[1]["qos"][0]
    done, line = sacctmgr(cluster, f"show qos fine format={','.join(SHOWN.values())}")
    assert done
    for path, text in zip(SHOWN, line.strip("\n").split("|"), strict=True):
        value = qos
        for step in path.split("."):
            value = value[step]
        if path == "limits.grace_time":
            text = str(sum(int(part) * 60**place for place, part in enumerate(reversed(text.split(":")))))
        assert sorted(shown(value).split(",")) == sorted(text.split(",")), path


def test_a_removal_needs_a_condition_and_removes_no_more_than_it_finds(cluster, family):
    before = dump(cluster)
    for target in ("associations", "associations?account=", "associations?acount=sub", "association"):
        assert one(cluster, "DELETE", f"v0.0.45/{target}")[0] == 400, target
    status, answer = one(cluster, "DELETE", "v0.0.45/association?account=sub")
    assert status == 422 and "2 associations" in answer["errors"][0]["description"]
    status, answer = one(cluster, "DELETE", "v0.0.45/associations?account=top")
    assert status == 409, answer
    assert dump(cluster) == before
    status, answer = one(cluster, "DELETE", "v0.0.45/associations?account=sub&user=wilma")
    assert status == 200 and len(answer["removed_associations"]) == 1
    assert "wilma" in answer["removed_associations"][0]


def test_what_jobs_need_is_not_removed(cluster):
    job = cluster.submit("-t", "5", "-A", "research", "--wrap", "sleep 60", user="fred")
    cluster.wait_state(job, "RUNNING")
    try:
        status, answer = one(cluster, "DELETE", "v0.0.45/associations?account=research&user=fred")
        assert status == 409, answer
        assert answer["errors"][0]["error_number"] == 7001, answer
        assert answer["removed_associations"] == []
    finally:
        cluster.shell(f"scancel {job}")
        cluster.wait_state(job, "CANCELLED")
    assert "fred" in sacctmgr(cluster, "show assoc account=research format=user")[1]


def test_private_data_is_shown_to_whom_sacctmgr_shows_it(cluster):
    conf = f"{cluster.dir}/etc/slurmdbd.conf"
    with open(conf) as file:
        plain = file.read()
    try:
        with open(conf, "a") as file:
            file.write("PrivateData=accounts,users,usage\n")
        cluster.stop("slurmdbd")
        cluster.start("slurmdbd")
        for user in ("fred", "pebbles"):
            _, text = sacctmgr(cluster, "show user format=user", user=user)
            users = one(cluster, "GET", "v0.0.45/users", user=user)[1]["users"]
            assert sorted(each["name"] for each in users) == sorted(text.split()), user
            _, text = sacctmgr(cluster, "show assoc format=account,user", user=user)
            found = one(cluster, "GET", "v0.0.45/associations", user=user)[1]["associations"]
            assert sorted(f"{each['account']}|{each['user']}" for each in found) == sorted(text.split()), user
        assert len(one(cluster, "GET", "v0.0.45/users", user="fred")[1]["users"]) == 1
    finally:
        with open(conf, "w") as file:
            file.write(plain)
        cluster.stop("slurmdbd")
        cluster.start("slurmdbd")
