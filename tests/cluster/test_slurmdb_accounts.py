"""/slurmdb/: accounts, users, associations and QOS in a real database: who may, what is left, what stays."""

import random

import pytest

from .managing import BEFORE_A_CALL, ask, manage, one, request, sacctmgr

#: Where records and bodies have another form.
VERSIONS = ("v0.0.36", "v0.0.38", "v0.0.40", "v0.0.45")

SHOW = (
    "show account withcoord",
    "show user",
    "show assoc format=cluster,account,user,parentname,defaultqos,qos,grptres,grpjobs,maxjobs,fairshare",
    "show qos format=name,description,flags,preempt,preemptmode,priority,grptres,maxwall,maxjobsperuser",
)


def dump(cluster):
    """What sacctmgr shows of all that is changed here."""
    return "".join(manage(cluster, *SHOW))


@pytest.fixture
def family(cluster):
    """The accounts `top` and, below it, `sub` with the user wilma; all is removed after the test."""
    body = {
        "accounts": [{"name": "top"}, {"name": "sub"}, {"name": "other"}],
        "users": [{"name": "wilma"}],
        "associations": [
            {"account": "top", "user": ""},
            {"account": "sub", "parent_account": "top", "user": ""},
            {"account": "other", "user": ""},
            {"account": "other", "user": "wilma"},
            {"account": "sub", "user": "wilma"},
        ],
    }
    assert one(cluster, "POST", "v0.0.45/config", body)[0] == 200
    yield
    names = ("user/wilma", "account/sub", "account/top", "account/other", "qos/fine", "qos/other")
    found = ask(cluster, *(request("DELETE", f"v0.0.45/{target}") for target in names))
    assert {status for status, _ in found} <= {200, 304}


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
    "a QOS": (
        "add qos fine",
        ("POST", "qos", {"qos": [{"name": "fine", "description": "fine"}]}),
        "delete qos fine",
    ),
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
    """By munge and by a token; who may not gets slurmdbd's error number, and nothing has changed."""
    begin, end = ROLES[role]
    if begin:
        assert sacctmgr(cluster, begin)[0]
    try:
        # What shows whether it was done: the list whose name begins as the path does.
        targets = [target for _, (_, target, _), _ in TRIES.values()]
        lists = [next(show for show in SHOW if show.startswith(f"show {name[:3]}")) for name in targets]
        tries = [(command, show) for show, (command, _, _) in zip(lists, TRIES.values(), strict=True)]
        printed = manage(cluster, *SHOW, *(line for pair in tries for line in pair), *SHOW, user="fred")
        before, after = "".join(printed[: len(SHOW)]), "".join(printed[-len(SHOW) :])
        known, allowed = dict(zip(SHOW, printed, strict=False)), []
        for show, text in zip(lists, printed[len(SHOW) + 1 : -len(SHOW) : 2], strict=True):
            allowed.append(text != known[show])
            known[show] = text
        undo = [undone for (_, _, undone), done in zip(TRIES.values(), allowed, strict=True) if done]
        assert "".join(manage(cluster, *undo, *SHOW)[len(undo) :]) == before

        token = f"X-SLURM-USER-TOKEN: {cluster.token('fred')}\r\n"
        for user, headers, program in (
            ("fred", "", "restd-inet -q"),
            ("pebbles", token, "restd-inet -q -a jwt"),
        ):
            tries = [
                request(method, f"v0.0.45/{target}", body, headers)
                for _, (method, target, body), _ in TRIES.values()
            ]
            found = ask(cluster, *tries, user=user, program=program)
            for what, may, (status, answer) in zip(TRIES, allowed, found, strict=True):
                assert status == (200 if may else 403), (what, user, answer)
                assert may or answer["errors"][0]["error_number"] == 2002, (what, user, answer)
            shown = manage(cluster, *SHOW, *undo, *SHOW)
            assert "".join(shown[: len(SHOW)]) == after, user
            assert "".join(shown[-len(SHOW) :]) == before, user
    finally:
        if end:
            assert sacctmgr(cluster, end)[0]


def test_a_connection_goes_on_after_a_refused_write(cluster):
    refused = request("POST", "v0.0.42/accounts", {"accounts": [{"name": "mine"}]})
    read = request("GET", "v0.0.42/account/test")
    # slurmdbd ends its connection a moment after the refusal: sooner or later than ours does.
    found = ask(cluster, *[refused, read] * 25, user="fred")
    assert [status for status, _ in found] == [403, 200] * 25


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
    found = ask(cluster, *(request("POST", f"v0.0.45/{target}", body) for target, body in bodies.items()))
    for target, (status, answer) in zip(bodies, found, strict=True):
        assert status in (400, 404, 422), target
        assert "[1]" in answer["errors"][0]["description"] or target == "config", answer
    assert dump(cluster) == before


@pytest.mark.parametrize("calls", (1, 2, 3))
def test_nothing_is_left_of_what_a_killed_process_wrote(cluster, family, calls):
    """Killed between the calls, and before it commits: slurmdbd rolls back."""
    before = dump(cluster)
    body = {"accounts": [{"name": "fine"}, {"name": "other", "description": "new"}, {"name": "fine3"}]}
    code = BEFORE_A_CALL.format(calls=calls, what="os.kill(os.getpid(), signal.SIGKILL)")
    asked = request("POST", "v0.0.45/accounts", body)
    done = cluster.shell('cat | python -c "$CODE"', user="pebbles", input=asked, env={"CODE": code})
    assert not done.stdout
    cluster.wait(lambda: dump(cluster) == before)


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_what_is_not_named_stays(cluster, family, version):
    """Limits, flags, preemption, coordinators: what a body does not say is not changed."""
    settings = "priority=7 flags=denyonlimit preempt=normal preemptmode=requeue grptres=cpu=4 maxwall=60"
    commands = (
        f"add qos fine {settings}",
        "add coordinator account=sub names=wilma",
        "modify account sub set grptres=cpu=4 maxjobs=3 grpjobs=2",
    )
    before = "".join(manage(cluster, *commands, *SHOW)[len(commands) :])
    assert "sub|sub|sub|wilma" in before and "fine|fine|DenyOnLimit|normal|requeue" in before
    key = "QOS" if version < "v0.0.39" else "qos"
    body = {
        "accounts": [{"name": "sub", "organization": "orga"}],
        "users": [{"name": "wilma", "default": {"account": "other"}}],
        key: [{"name": "fine", "description": "words"}],
        "associations": [{"account": "sub", "user": "", "shares_raw": 1}],
    }
    assert one(cluster, "POST", f"{version}/config", body)[0] == 200
    after = dump(cluster)
    assert "sub|sub|orga|wilma" in after and "fine|words|DenyOnLimit|normal|requeue" in after
    assert after.replace("|orga|", "|sub|").replace("|words|", "|fine|") == before


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_read_may_be_posted_and_changes_nothing(cluster, family, version):
    cluster.submit(
        "-o/dev/null", "--wrap=true", user="fred"
    )  # with his default WCKey, which is "*proj1" then
    cluster.wait(lambda: "*proj1" in manage(cluster, "show wckey format=wckey user=fred")[0])
    before = dump(cluster)
    status, read = one(cluster, "GET", f"{version}/config")
    assert status == 200
    post, get = request("POST", f"{version}/config", read), request("GET", f"{version}/config")
    (status, answer), (_, again) = ask(cluster, post, get)
    assert (status, answer["errors"]) == (200, [])
    assert dump(cluster) == before
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
    read_back = request("GET", f"{version}/qos/fine")
    others = [request("GET", f"{other}/qos/fine") for other in VERSIONS[1:]]
    (status, _), (_, found), *seen = ask(
        cluster, request("POST", f"{version}/qos", {key: [posted]}), read_back, *others
    )
    back = found[key][0]
    assert status == 200 and {name: back[name] for name in posted} == posted
    # Through every other version: what that one reads it may post, and this one reads the same.
    for other, (_, again) in zip(VERSIONS[1:], seen, strict=True):
        assert again["QOS" if other < "v0.0.39" else "qos"][0]["name"] == "fine"
        (status, _), (_, found) = ask(cluster, request("POST", f"{other}/qos", again), read_back)
        assert (status, found[key]) == (200, [back]), other


#: The largest limit that the database keeps, and where it keeps more.
MOST, WIDE = 2147483647, {"exempt_time": 4294967293}
NO_LIMITS = (
    "description", "factor", "id", "is_default", "parent_account", "partition", "qos", "usage",
    "usage_factor", "usage_threshold",
)  # fmt: skip


def raised(value, more=0, name=""):
    """The same with every limit at its largest, or so much over it."""
    largest = WIDE.get(name, MOST) + more
    if name in NO_LIMITS or isinstance(value, (list, str, bool)):
        return value
    if isinstance(value, dict) and "set" in value:
        return {"set": True, "infinite": False, "number": largest}
    if isinstance(value, dict):
        return {inner: raised(part, more, inner) for inner, part in value.items()}
    return largest


@pytest.mark.parametrize("version", VERSIONS[1:])
@pytest.mark.parametrize("what", ("qos", "associations"))
def test_the_largest_limits_read_back_and_what_is_more_is_refused(cluster, family, version, what):
    target = "qos/other" if what == "qos" else "associations?account=sub&user=wilma"
    key = "QOS" if what == "qos" and version < "v0.0.39" else what
    get = request("GET", f"{version}/{target}")
    plain = request("POST", f"{version}/qos", {key: [{"name": "other"}]}) if what == "qos" else get
    _, (_, read) = ask(cluster, plain, get)
    largest = raised(read[key][0])
    (status, body), (_, found) = ask(cluster, request("POST", f"{version}/{what}", {key: [largest]}), get)
    assert (status, found[key]) == (200, [largest]), body
    over = request("POST", f"{version}/{what}", {key: [raised(largest, 1)]})
    (status, body), (_, found) = ask(cluster, over, get)
    assert (status, found[key]) == (400, [largest]), body
    assert f"is out of range: expected 0 to {MOST}" in str(body["errors"])


def test_a_removal_needs_a_condition_and_removes_no_more_than_it_finds(cluster, family):
    before = dump(cluster)
    vague = ("associations", "associations?account=", "associations?acount=sub", "association")
    targets = (*vague, "association?account=sub", "associations?account=top")
    *found, (two, body), (below, answer) = ask(
        cluster, *(request("DELETE", f"v0.0.45/{target}") for target in targets)
    )
    assert [status for status, _ in found] == [400] * len(vague)
    assert two == 422 and "2 associations" in body["errors"][0]["description"]
    assert below == 409 and "account sub on scaleout" in answer["errors"][0]["description"], answer
    assert dump(cluster) == before
    status, answer = one(cluster, "DELETE", "v0.0.45/associations?account=sub&user=wilma")
    assert status == 200 and len(answer["removed_associations"]) == 1
    assert "wilma" in answer["removed_associations"][0]


def test_an_account_moves_or_the_error_has_the_reason(cluster, family):
    def move(account, parent):
        body = {"associations": [{"account": account, "user": "", "parent_account": parent}]}
        return one(cluster, "POST", "v0.0.45/associations", body)

    def parents():
        lines = manage(cluster, "show assoc format=account,user,parentname")[0].split()
        return dict(line.split("||") for line in lines if "||" in line)

    before = parents()
    assert move("other", "top")[0] == 200
    assert parents() == {**before, "other": "top"}
    assert move("other", "root")[0] == 200
    status, answer = move("top", "nope")
    assert status == 404 and "nope" in answer["errors"][0]["description"], answer
    status, answer = move("top", "top")
    assert status == 422 and "below" in answer["errors"][0]["description"], answer
    assert parents() == before
    # Below its own: up to 24.11 slurmdbd moves that up before.
    status, answer = move("top", "sub")
    if cluster.slurm < (25, 5):
        assert status == 200 and parents() == {**before, "top": "sub", "sub": "root"}
        assert move("sub", "top")[0] == 200
    else:
        assert status == 422 and "child of top" in answer["errors"][0]["description"], answer
    assert parents() == before


def test_what_jobs_need_is_not_removed(cluster):
    job = cluster.submit("-t", "5", "-A", "research", "--wrap", "sleep 60", user="fred")
    try:
        # slurmctld says RUNNING before slurmdbd knows of the job.
        cluster.wait(lambda: cluster.shell(f"sacct -nX -j {job} -o state").stdout.split() == [b"RUNNING"])
        status, answer = one(cluster, "DELETE", "v0.0.45/associations?account=research&user=fred")
        assert status == 409, answer
        assert answer["errors"][0]["error_number"] == 7001, answer
        assert answer["removed_associations"] == []
    finally:
        cluster.shell(f"scancel {job}")
        cluster.wait_state(job, "CANCELLED")
    # It took the WCKey "*proj1", which slurmdbd adds a moment later.
    cluster.wait(lambda: "*proj1" in sacctmgr(cluster, "show wckey user=fred format=wckey")[1])
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
