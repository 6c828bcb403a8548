"""Records of accounting in plain values, and the columns in which sacctmgr shows them."""

import pytest
from hypothesis import strategies as st

from restd_inet.schema.records.association import ASSOCIATION
from restd_inet.schema.records.association import LIMIT as LIMIT_KIND
from restd_inet.schema.records.association import TRES as TRES_KIND
from restd_inet.schema.versions import NAMES, V39, V45

from .managing import ask, manage, request

LATEST = NAMES[V45]
#: What is said of a limit beside a number.
UNSET, INFINITE = "unset", "infinite"
RESOURCES = {"cpu": ("cpu", ""), "mem": ("mem", ""), "gres/gpu": ("gres", "gpu")}
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


def done(cluster, *requests):
    """The bodies of what is answered, all of it a success."""
    found = ask(cluster, *requests, program=f"restd-inet -q --max-requests {len(requests) + 1}")
    for asked, (status, body) in zip(requests, found, strict=True):
        assert status == 200 and not body["errors"], (asked, status, body)
    return [body for _, body in found]


def removed(cluster, *targets):
    found = ask(cluster, *(request("DELETE", f"{LATEST}/{target}") for target in targets))
    assert {status for status, _ in found} <= {200, 304}, found


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


def association(values, version, **more):
    """The body that says this of the association of an account."""
    document = {**more, "user": ""}
    for member, value in values.items():
        path = FIELDS[member].name_at(version)
        if path is not None and (version >= V39 or value != UNSET):
            put(document, path, value if member == "shares_raw" else said(value, version))
    return {"associations": [document]}


@pytest.fixture
def accounts(cluster):
    """The end of the two accounts."""
    yield
    removed(cluster, "account/one", "account/two")


@pytest.fixture
def users(cluster):
    """The end of the two users and their accounts."""
    yield
    removed(cluster, "user/one", "user/two")


@pytest.fixture
def clusters(cluster):
    """The end of the two clusters."""
    yield
    removed(cluster, "cluster/one", "cluster/two")
