"""Records of accounting, both ways: what goes in by one version comes out of every other.

Records are made in plain values, by the members of their tables: see `said`. More of them with
ACCOUNTING_EXAMPLES=50.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restd_inet.schema.versions import NAMES, V39, V45

from . import examples
from .managing import request
from .slurmdb_values import (
    ACCOUNT_COLUMNS,
    ASSOCIATION_COLUMNS,
    CLUSTER_COLUMNS,
    FIELDS,
    INFINITE,
    LATEST,
    UNSET,
    USER_COLUMNS,
    WCKEY_COLUMNS,
    accounts,
    association,
    associations,
    at,
    clusters,
    done,
    number,
    plain,
    put,
    removed,
    row,
    rows,
    same_rows,
    users,
)

__all__ = ["accounts", "clusters", "users"]
thorough = examples.thorough("ACCOUNTING_EXAMPLES", 4)
READ = [number for number in NAMES if number >= 36]
names = st.from_regex(r"[a-z][a-z0-9_.]{0,15}", fullmatch=True)
#: What every character set that a database may have can hold.
texts = st.text(st.characters(categories=("L", "N"), max_codepoint=0x7E), min_size=1, max_size=20)


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


PAIR = ("one", "two")


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
