"""Records of accounting, both ways: what goes in by one version comes out of every other, and of sacctmgr.

Records are made in plain values, by the members of their tables: see `said`. More of them with
ACCOUNTING_EXAMPLES=50.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.schema.records.association import ASSOCIATION
from restd_inet.schema.records.association import LIMIT as LIMIT_KIND
from restd_inet.schema.records.association import TRES as TRES_KIND
from restd_inet.schema.versions import NAMES, V39, V45

from . import examples
from .managing import ask, manage, request

thorough = examples.thorough("ACCOUNTING_EXAMPLES", 4)
READ = [number for number in NAMES if number >= 36]
LATEST = NAMES[V45]
#: What is said of a limit beside a number.
UNSET, INFINITE = "unset", "infinite"
RESOURCES = {"cpu": ("cpu", ""), "mem": ("mem", ""), "gres/gpu": ("gres", "gpu")}

names = st.from_regex(r"[a-z][a-z0-9_.]{0,15}", fullmatch=True)
#: What every character set that a database may have can hold.
texts = st.text(st.characters(categories=("L", "N"), max_codepoint=0x7E), min_size=1, max_size=20)
#: The columns of the database are signed.
limits = st.sampled_from([UNSET, INFINITE, 0, 1, 2**31 - 1]) | st.integers(0, 2**31 - 1)
resources = st.dictionaries(st.sampled_from(sorted(RESOURCES)), st.just(0) | st.integers(0, 2**40))


def said(value, version):
    """A plain value as a version writes it: a limit, TRES, or what is the same in all."""
    if isinstance(value, dict):
        nameless = None if version < V39 else ""
        pairs = [(*RESOURCES[label], count) for label, count in value.items()]
        return [{"type": type_, "name": name or nameless, "count": count} for type_, name, count in pairs]
    if version < V39:
        return None if value == INFINITE else value
    return {"set": value not in (UNSET, INFINITE), "infinite": value == INFINITE, "number": number(value)}


def number(value):
    return 0 if value in (UNSET, INFINITE) else value


def put(document, path, value):
    *parents, leaf = path.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    document[leaf] = value


def at(document, path):
    for step in path.split("."):
        document = document[step]
    return document


def leaves(document, path=""):
    """{path: value} of all that is not an object of the record's own."""
    if not isinstance(document, dict) or "set" in document:
        return {path: document}
    inner = [leaves(value, f"{path}.{name}" if path else name) for name, value in document.items()]
    return {name: value for found in inner for name, value in found.items()}


def changed(before, after):
    """The paths at which two records differ."""
    first, second = leaves(before), leaves(after)
    assert set(first) == set(second)
    return {path for path in first if first[path] != second[path]}


def done(cluster, *requests):
    """The bodies of what is answered, all of it a success."""
    found = ask(cluster, *requests, program=f"restd-inet -q --max-requests {len(requests) + 1}")
    for asked, (status, body) in zip(requests, found, strict=True):
        assert status == 200 and not body["errors"], (asked, status, body)
    return [body for _, body in found]


def removed(cluster, *targets):
    found = ask(cluster, *(request("DELETE", f"{LATEST}/{target}") for target in targets))
    assert {status for status, _ in found} <= {200, 304}, found


def read(cluster, target, key, names_of, identity):
    """{version: {name: record}} of the objects with these names. target: of one, by its name."""
    pairs = [(version, name) for version in READ for name in names_of]
    found = done(
        cluster, *(request("GET", f"{NAMES[version]}/{target(name, version)}") for version, name in pairs)
    )
    records = {version: {} for version in READ}
    for (version, name), body in zip(pairs, found, strict=True):
        (record,) = body[key]
        records[version][name] = {field: value for field, value in record.items() if field not in identity}
    return records


# What sacctmgr shows.


def word(text):
    return text


def listed(text):
    return sorted(text.split(",")) if text else []


def limit(text):
    return {"set": bool(text), "infinite": not text, "number": int(text or 0)}


def clock(text):
    """ "1-02:03:04": seconds."""
    days, _, time = text.rpartition("-")
    hours, minutes, seconds = map(int, time.split(":"))
    return ((int(days or 0) * 24 + hours) * 60 + minutes) * 60 + seconds


def wall(text):
    """A limit of minutes."""
    return limit(str(clock(text) // 60) if text else "")


def factor(text):
    return {"set": bool(text), "infinite": not text, "number": float(text or 0)}


UNITS = {"K": 1 / 1024, "M": 1, "G": 1024, "T": 1024**2, "P": 1024**3, "E": 1024**4}


def tres(text):
    """ "cpu=4,mem=2G": sorted pairs; memory has its unit."""
    pairs = [part.split("=") for part in text.split(",") if part]
    return sorted(
        (label, int(float(count[:-1]) * UNITS[count[-1]]) if count[-1] in UNITS else int(count))
        for label, count in pairs
    )


def flags(**words):
    """sacctmgr's words for bits that documents have other words for."""
    return lambda text: sorted(words[flag] for flag in listed(text) if flag != "None")


#: A record as `sacctmgr show` has it: column → (path in a document of v0.0.45, how the column is read).
ASSOCIATION_COLUMNS = {
    "account": ("account", word),
    "id": ("id", int),
    "user": ("user", word),
    "cluster": ("cluster", word),
    "partition": ("partition", word),
    "parentname": ("parent_account", word),
    "qos": ("qos", listed),
    "defaultqos": ("default.qos", word),
    "share": ("shares_raw", int),
    "priority": ("priority", limit),
    "grpjobs": ("max.jobs.per.count", limit),
    "grpjobsaccrue": ("max.jobs.per.accruing", limit),
    "grpsubmit": ("max.jobs.per.submitted", limit),
    "grpwall": ("max.per.account.wall_clock", wall),
    "grptres": ("max.tres.total", tres),
    "grptresmins": ("max.tres.group.minutes", tres),
    "grptresrunmins": ("max.tres.group.active", tres),
    "maxjobs": ("max.jobs.active", limit),
    "maxjobsaccrue": ("max.jobs.accruing", limit),
    "maxsubmit": ("max.jobs.total", limit),
    "maxwall": ("max.jobs.per.wall_clock", wall),
    "maxtres": ("max.tres.per.job", tres),
    "maxtrespernode": ("max.tres.per.node", tres),
    "maxtresmins": ("max.tres.minutes.per.job", tres),
    "maxtresrunminspu": ("max.tres.minutes.total", tres),
    "minpriothresh": ("min.priority_threshold", limit),
}
ACCOUNT_COLUMNS = {
    "account": ("name", word),
    "description": ("description", word),
    "organization": ("organization", word),
    "coordinators": ("coordinators", listed),
}
USER_COLUMNS = {
    "user": ("name", word),
    "adminlevel": ("administrator_level", lambda text: [text]),
    "defaultaccount": ("default.account", word),
    "defaultwckey": ("default.wckey", word),
    "coordinators": ("coordinators", listed),
}
QOS_COLUMNS = {
    "name": ("name", word),
    "id": ("id", int),
    "description": ("description", word),
    "flags": (
        "flags",
        flags(
            DenyOnLimit="DENY_LIMIT",
            EnforceUsageThreshold="ENFORCE_USAGE_THRESHOLD",
            NoDecay="NO_DECAY",
            NoReserve="NO_RESERVE",
            OverPartQOS="OVERRIDE_PARTITION_QOS",
            PartitionMaxNodes="PARTITION_MAXIMUM_NODE",
            PartitionMinNodes="PARTITION_MINIMUM_NODE",
            PartitionTimeLimit="PARTITION_TIME_LIMIT",
            RequiresReservation="REQUIRED_RESERVATION",
            UsageFactorSafe="USAGE_FACTOR_SAFE",
        ),
    ),
    "gracetime": ("limits.grace_time", clock),
    "grpjobs": ("limits.max.active_jobs.count", limit),
    "grpjobsaccrue": ("limits.max.active_jobs.accruing", limit),
    "grpsubmit": ("limits.max.jobs.count", limit),
    "grptres": ("limits.max.tres.total", tres),
    "grptresmins": ("limits.max.tres.minutes.total", tres),
    "grptresrunmins": ("limits.max.tres.minutes.per.qos", tres),
    "grpwall": ("limits.max.wall_clock.per.qos", wall),
    "limitfactor": ("limits.factor", factor),
    "maxjobspa": ("limits.max.jobs.active_jobs.per.account", limit),
    "maxjobspu": ("limits.max.jobs.active_jobs.per.user", limit),
    "maxjobsaccruepa": ("limits.max.accruing.per.account", limit),
    "maxjobsaccruepu": ("limits.max.accruing.per.user", limit),
    "maxsubmitpa": ("limits.max.jobs.per.account", limit),
    "maxsubmitpu": ("limits.max.jobs.per.user", limit),
    "maxtresmins": ("limits.max.tres.minutes.per.job", tres),
    "maxtrespa": ("limits.max.tres.per.account", tres),
    "maxtres": ("limits.max.tres.per.job", tres),
    "maxtrespernode": ("limits.max.tres.per.node", tres),
    "maxtrespu": ("limits.max.tres.per.user", tres),
    "maxtresrunminspa": ("limits.max.tres.minutes.per.account", tres),
    "maxtresrunminspu": ("limits.max.tres.minutes.per.user", tres),
    "maxwall": ("limits.max.wall_clock.per.job", wall),
    "minpriothresh": ("limits.min.priority_threshold", limit),
    "mintres": ("limits.min.tres.per.job", tres),
    "preempt": ("preempt.list", listed),
    "preemptmode": ("preempt.mode", flags(cluster="DISABLED", requeue="REQUEUE", cancel="CANCEL")),
    "priority": ("priority", limit),
    "usagefactor": ("usage_factor", factor),
    "usagethres": ("usage_threshold", factor),
}
CLUSTER_COLUMNS = {
    "cluster": ("name", word),
    "controlhost": ("controller.host", word),
    "controlport": ("controller.port", int),
    "rpc": ("rpc_version", int),
    "flags": ("flags", flags(MultipleSlurmd="MULTIPLE_SLURMD")),
    "clusternodes": ("nodes", word),
    "tres": ("tres", tres),
}
WCKEY_COLUMNS = {
    "wckey": ("name", word),
    "cluster": ("cluster", word),
    "user": ("user", word),
    "id": ("id", int),
}
TRES_COLUMNS = {"type": ("type", word), "name": ("name", word), "id": ("id", int)}


def plain(value):
    """A value of a document as columns are read."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        if "count" in value[0]:
            return sorted(("/".join(filter(None, (one["type"], one["name"]))), one["count"]) for one in value)
        return sorted(one["name"] for one in value)
    return sorted(value) if isinstance(value, list) else value


def row(record, columns):
    """What a record has in the columns."""
    return {column: plain(at(record, path)) for column, (path, _) in columns.items()}


def rows(cluster, what, columns, rest=""):
    """What sacctmgr shows of them. rest: which, and with what."""
    (text,) = manage(cluster, f"show {what} {rest} format={','.join(columns)}")
    cells = [line.split("|") for line in text.splitlines()]
    return [
        {column: reads(cell) for (column, (_, reads)), cell in zip(columns.items(), line, strict=True)}
        for line in cells
    ]


def same_rows(records, shown, columns):
    """Each record is a line of sacctmgr's."""
    first = next(iter(columns))
    ours = sorted((row(record, columns) for record in records), key=lambda line: (line[first], repr(line)))
    theirs = sorted(shown, key=lambda line: (line[first], repr(line)))
    assert ours and len(ours) == len(theirs), (ours, theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert {key: mine[key] for key in mine if mine[key] != other[key]} == {
            key: other[key] for key in mine if mine[key] != other[key]
        }, mine[first]


# Associations.

LIMITS = [field.member for field in ASSOCIATION.fields if field.kind is LIMIT_KIND]
TRES = [field.member for field in ASSOCIATION.fields if field.kind is TRES_KIND]
FIELDS = {field.member: field for field in ASSOCIATION.fields if field.member}
#: slurmdbd keeps no time of a group's association, and priorities only below 2**31.
MEMBERS = {
    **dict.fromkeys(LIMITS, limits),
    **dict.fromkeys(TRES, resources),
    "shares_raw": st.integers(1, 2**31 - 2),
}
associations = st.fixed_dictionaries({}, optional=MEMBERS)
PAIR = ("one", "two")


def association(values, version, **more):
    """The body that says this of the association of an account."""
    document = {**more, "user": ""}
    for member, value in values.items():
        path = FIELDS[member].name_at(version)
        if path is not None and (version >= V39 or value != UNSET):
            put(document, path, value if member == "shares_raw" else said(value, version))
    return {"associations": [document]}


def expected(value):
    """What v0.0.45 answers for a plain value that was posted of something new."""
    if isinstance(value, dict):
        return sorted(value.items())
    limited = value not in (UNSET, INFINITE)
    return {"set": limited, "infinite": not limited, "number": number(value)}


def told_back(record, values):
    """The values that were posted are those of a record of v0.0.45."""
    for member, value in values.items():
        found = at(record, FIELDS[member].name_at(V45))
        if member == "shares_raw":
            assert found == value
        else:
            assert plain(found) == expected(value), member


@pytest.fixture
def accounts(cluster):
    """The end of the two accounts."""
    yield
    removed(cluster, "account/one", "account/two")


@thorough
@given(
    values=associations,
    change=associations.filter(bool),
    versions=st.lists(st.sampled_from(READ[1:]), min_size=2, max_size=2, unique=True),
)
def test_an_association_is_the_same_whatever_version_it_came_through(
    cluster, accounts, values, change, versions
):
    """And a change of it changes what it names, and nothing else."""
    removed(cluster, "account/one", "account/two")
    older = min(versions)
    values, change = (
        {member: value for member, value in each.items() if FIELDS[member].name_at(older)}
        for each in (values, change)
    )
    if older < V39:  # which have no way to say it
        values, change = (
            {member: value for member, value in each.items() if value != UNSET} for each in (values, change)
        )
    wanted = [
        request("POST", f"{NAMES[version]}/associations", association(values, version, account=account))
        for version, account in zip(versions, PAIR, strict=True)
    ]
    done(
        cluster,
        request("POST", f"{LATEST}/accounts", {"accounts": [{"name": name} for name in PAIR]}),
        *wanted,
    )
    target, identity = lambda name, version: f"associations?account={name}", ("account", "id", "lineage")
    first = read(cluster, target, "associations", PAIR, identity)
    for version, records in first.items():
        assert records["one"] == records["two"], version
    told_back(first[V45]["one"], values)

    done(
        cluster,
        *(
            request("POST", f"{NAMES[version]}/associations", association(change, version, account=account))
            for version, account in zip(versions, reversed(PAIR), strict=True)
        ),
    )
    second = read(cluster, target, "associations", PAIR, identity)
    named = {FIELDS[member].name_at(V45) for member in change}
    for name in PAIR:
        assert changed(first[V45][name], second[V45][name]) <= named
        told_back(second[V45][name], {key: value for key, value in change.items() if value != UNSET})
        for member, value in change.items():
            if value == UNSET:
                path = FIELDS[member].name_at(V45)
                assert at(first[V45][name], path) == at(second[V45][name], path), member
    for version, records in second.items():
        assert records["one"] == records["two"], version
    for shown in rows(cluster, "assoc", ASSOCIATION_COLUMNS, "account=one,two"):
        name = shown["account"]
        record = {**second[V45][name], "account": name, "id": shown["id"]}
        assert row(record, ASSOCIATION_COLUMNS) == shown


# Accounts, users, WCKeys, clusters.


def both_ways(cluster, wanted, change, versions, kind):
    """Two objects of a kind, each made through another version, are the same; so are their changes.

    kind: (path of POST, key of the list, path of one, identity, body of plain values).
    wanted, change: plain values. The two records at the end, as v0.0.45 has them.
    """
    path, key, target, identity, body = kind
    first = second = None
    for values, order in ((wanted, versions), (change, versions[::-1])):
        pairs = zip(order, PAIR, strict=True)
        done(
            cluster,
            *(
                request("POST", f"{NAMES[version]}/{path}", {key: [body(name, values, version)]})
                for version, name in pairs
            ),
        )
        first, second = second, read(cluster, target, key, PAIR, identity)
        for version, records in second.items():
            assert records["one"] == records["two"], version
        for member, value in values.items():
            assert plain(at(second[V45]["one"], member)) == value, member
    assert changed(first[V45]["one"], second[V45]["one"]) <= set(change)
    return [{**second[V45][name], "name": name} for name in PAIR]


def flat(name, values, version):
    """Plain values by their paths, which are those of every version."""
    document = {"name": name}
    for path, value in values.items():
        if path == "coordinators":
            value = [{"name": user} for user in value]
        elif path == "administrator_level" and version < V39:
            (value,) = value
        put(document, path, value)
    return document


described = st.fixed_dictionaries(
    {},
    optional={
        "description": texts,
        "organization": texts,
        "coordinators": st.lists(st.sampled_from(["fred", "pebbles"]), unique=True).map(sorted),
    },
)
two_versions = st.lists(st.sampled_from(READ), min_size=2, max_size=2, unique=True)


def whole_account(name, version):
    return f"account/{name}?with_coords=true" if version >= V39 else f"account/{name}"


@thorough
@given(wanted=described, change=described, versions=two_versions)
def test_an_account_is_the_same_whatever_version_it_came_through(cluster, accounts, wanted, change, versions):
    removed(cluster, "account/one", "account/two")
    named = {"description": "d", "organization": "o", **wanted}
    kind = ("accounts", "accounts", whole_account, ("name", "associations"), flat)
    records = both_ways(cluster, named, change, versions, kind)
    shown = rows(cluster, "account", ACCOUNT_COLUMNS, "where account=one,two withcoord")
    same_rows(records, shown, ACCOUNT_COLUMNS)


@pytest.fixture
def users(cluster):
    """The end of the two users and their accounts."""
    yield
    removed(cluster, "user/one", "user/two")


of_users = st.fixed_dictionaries(
    {},
    optional={
        "administrator_level": st.sampled_from([["None"], ["Operator"], ["Administrator"]]),
        "default.account": st.sampled_from(["test", "research"]),
        "default.wckey": names,
    },
)


def whole_user(name, version):
    """From v0.0.39 on defaults are there only with the lists that they are in."""
    query = "?with_assocs=true&with_coords=true&with_wckeys=true" if version >= V39 else ""
    return f"user/{name}{query}"


@thorough
@given(wanted=of_users, change=of_users, versions=two_versions)
def test_a_user_is_the_same_whatever_version_it_came_through(cluster, users, wanted, change, versions):
    removed(cluster, "user/one", "user/two")
    pairs = [{"account": account, "user": user} for user in PAIR for account in ("test", "research")]
    done(
        cluster,
        request("POST", f"{LATEST}/users", {"users": [{"name": name} for name in PAIR]}),
        request("POST", f"{LATEST}/associations", {"associations": pairs}),
    )
    kind = ("users", "users", whole_user, ("name", "associations", "wckeys"), flat)
    records = both_ways(cluster, wanted, change, versions, kind)
    shown = rows(cluster, "user", USER_COLUMNS, "where user=one,two withcoord")
    same_rows(records, shown, USER_COLUMNS)


@thorough
@given(name=names | names.map("*{}".format) | st.just("*"), versions=two_versions)
def test_a_wckey_is_the_same_whatever_version_it_came_through(cluster, users, name, versions):
    removed(cluster, "user/one", "user/two")
    posts = [
        request("POST", f"{NAMES[version]}/wckeys", {"wckeys": [{"name": name, "user": user}]})
        for version, user in zip(versions, PAIR, strict=True)
    ]
    done(cluster, request("POST", f"{LATEST}/users", {"users": [{"name": user} for user in PAIR]}), *posts)
    asked = [request("GET", f"{NAMES[version]}/wckey/{name}") for version in READ]
    for version, body in zip(READ, done(cluster, *asked), strict=True):
        keys = [key for key in body["wckeys"] if key["user"] in PAIR]
        assert sorted(key["user"] for key in keys) == list(PAIR), version
        first, second = ({**key, "id": 0, "user": ""} for key in keys)
        assert first == second and first["name"] == name, version
    same_rows(keys, rows(cluster, "wckey", WCKEY_COLUMNS, "user=one,two"), WCKEY_COLUMNS)


@pytest.fixture
def clusters(cluster):
    """The end of the two clusters."""
    yield
    removed(cluster, "cluster/one", "cluster/two")


@pytest.mark.parametrize("versions", [(36, 45), (40, 38)])
def test_a_cluster_is_the_same_whatever_version_it_came_through(cluster, clusters, versions):
    done(
        cluster,
        *(
            request("POST", f"{NAMES[version]}/clusters", {"clusters": [{"name": name}]})
            for version, name in zip(versions, PAIR, strict=True)
        ),
    )
    found = read(cluster, lambda name, version: f"cluster/{name}", "clusters", PAIR, ("name", "associations"))
    for version, records in found.items():
        assert records["one"] == records["two"], version
    records = [{**found[V45][name], "name": name} for name in PAIR]
    same_rows(records, rows(cluster, "cluster", CLUSTER_COLUMNS, "cluster=one,two"), CLUSTER_COLUMNS)


# All that there is, as sacctmgr shows it.

#: What sacctmgr calls it → our path, the key, the columns, and what else sacctmgr is to be told.
SHOWN = {
    "account": ("accounts?WithCoordinators=true", "accounts", ACCOUNT_COLUMNS, "withcoord"),
    "user": ("users?with_coords=true&with_assocs=true&with_wckeys=true", "users", USER_COLUMNS, "withcoord"),
    "assoc": ("associations", "associations", ASSOCIATION_COLUMNS, ""),
    "qos": ("qos", "qos", QOS_COLUMNS, ""),
    "cluster": ("clusters", "clusters", CLUSTER_COLUMNS, ""),
    "wckey": ("wckeys", "wckeys", WCKEY_COLUMNS, ""),
    "tres": ("tres", "TRES", TRES_COLUMNS, "withdeleted"),
}
SETTINGS = (
    "priority=7 gracetime=90 grpjobs=5 grpjobsaccrue=8 grpsubmit=6 grptres=cpu=9,mem=700,gres/gpu=2 "
    "grptresmins=cpu=90 grptresrunmins=cpu=80 grpwall=70 limitfactor=1.5 maxjobspa=4 maxjobspu=2 "
    "maxjobsaccruepa=14 maxjobsaccruepu=13 maxsubmitjobspa=12 maxsubmitjobspu=3 maxtresmins=cpu=60 "
    "maxtrespa=cpu=19 maxtres=cpu=7 maxtrespernode=cpu=6 maxtrespu=cpu=8 maxtresrunminspa=cpu=50 "
    "maxtresrunminspu=cpu=40 maxwall=1500 minpriothresh=11 mintres=cpu=1 "
    "preempt=normal,high preemptmode=requeue usagefactor=1.5 usagethreshold=0.5 "
    "flags=denyonlimit,nodecay,requiresreservation description=words"
)


@pytest.fixture
def fine(cluster):
    """A QOS of which all is said."""
    assert "fine" in manage(cluster, f"add qos fine {SETTINGS}", "show qos format=name")[1]
    yield
    removed(cluster, "qos/fine")


@pytest.mark.parametrize("what", SHOWN)
def test_all_is_what_sacctmgr_shows(cluster, fine, what):
    path, key, columns, rest = SHOWN[what]
    (body,) = done(cluster, request("GET", f"{LATEST}/{path}"))
    same_rows(body[key], rows(cluster, what, columns, rest), columns)


@pytest.mark.parametrize("target", ["associations", "association", "wckeys", "cluster/scaleout"])
def test_times_of_usage_are_said_as_all_times(cluster, target):
    """In any form that Slurm takes; what is none is refused."""
    which = "account=test&user=fred&" if target.startswith("assoc") else ""
    times = ("2026-01-01T00:00:00", "1767225600", "now-1day")
    asked = f"{LATEST}/{target}?{which}usage_end=now&usage_start="
    found = ask(cluster, *(request("GET", asked + time) for time in (*times, "soon")))
    assert [status for status, _ in found] == [200] * len(times) + [400], found
    assert "usage_start" in found[-1][1]["errors"][0]["description"]
