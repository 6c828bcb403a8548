"""Shares, the resources of a job, and what accounting has beside jobs, changed on a real cluster."""

from urllib.parse import quote

import pytest

from . import past
from .administering import ADMIN, NEWEST, V40, V44, V45, by_slurmrestd, cluster, done
from .typed import as_root, ask, output, request, send

__all__ = ["cluster"]

pytestmark = as_root


# Shares, the resources of a job, accounting.
def test_shares_are_what_sshare_shows(cluster):
    if cluster.slurm < (23, 11):
        assert done(cluster, "GET", f"/slurm/{V40}/shares", user="fred", status=501).error["description"]
        return
    shares = ask(cluster, "GET", f"/slurm/{V45}/shares").json["shares"]["shares"]
    lines = output(cluster, "sshare", "--all", "--parsable2", "--noheader", "--format=Account,User,RawShares")
    shown = sorted(tuple(word.strip() for word in line.split("|"))[:2] for line in lines.splitlines())
    mine = sorted(
        (one["name"], "") if one["type"] == ["ASSOCIATION"] else (one["parent"], one["name"])
        for one in shares
    )
    assert mine == shown
    freds = ask(cluster, "GET", f"/slurm/{V45}/shares?users=fred").json["shares"]["shares"]
    assert {one["name"] for one in freds if one["type"] == ["USER"]} == {"fred"}
    fred = next(one for one in shares if one["name"] == "fred" and one["parent"] == "research")
    assert fred["shares"]["number"] == 5
    assert [one["name"] for one in fred["tres"]["usage"]][:2] == ["cpu", "mem"]


def test_the_resources_of_a_job(cluster):
    job = cluster.submit("-N2", "-n3", "--output=/dev/null", "--wrap=sleep 600", user="fred")
    try:
        cluster.wait_state(job, "RUNNING")
        if cluster.slurm < (25, 11):
            assert ask(cluster, "GET", f"/slurm/{V44}/resources/{job}").status == 501
            return
        nodes = ask(cluster, "GET", f"/slurm/{V44}/resources/{job}").json["nodes"]
        assert sorted(node["node"] for node in nodes) == ["host1", "host2"]
        assert sum(node["mem_alloc"] for node in nodes) == 300
        assert ask(cluster, "GET", f"/slurm/{V45}/resources/99999").status == 404
        assert ask(cluster, "GET", f"/slurm/{V45}/resources/abc").status == 400
    finally:
        output(cluster, "scancel", job, user="fred")


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.38", V40, V45])
def test_a_cluster_of_the_database_comes_and_goes(cluster, version):
    path = f"/slurmdb/{version}/cluster/other"
    body = {"clusters": [{"name": "other"}]}
    assert ask(cluster, "POST", f"/slurmdb/{version}/clusters", body, user="fred").status == 403
    done(cluster, "POST", f"/slurmdb/{version}/clusters", body)
    assert "other|" in output(cluster, "sacctmgr", "-nP", "show", "cluster", "format=cluster,controlhost")
    assert ask(cluster, "GET", path).json["clusters"][0]["name"] == "other"
    assert ask(cluster, "DELETE", path, user="fred").status == 403
    assert done(cluster, "DELETE", path).json["deleted_clusters"] == ["other"]
    assert "other|" not in output(cluster, "sacctmgr", "-nP", "show", "cluster", "format=cluster,controlhost")
    answer = ask(cluster, "GET", path)
    if version < V40:
        assert (answer.status, answer.json["clusters"]) == (404, [])
    else:
        (warning,) = answer.json["warnings"]
        assert (answer.status, answer.json["clusters"]) == (200, [])
        assert warning["description"].endswith("found nothing")


@pytest.mark.parametrize("version", ["v0.0.36", "v0.0.38", V40, V45])
def test_a_wckey_comes_and_goes(cluster, version):
    body = {"wckeys": [{"name": "wk", "user": "fred", "cluster": "scaleout"}]}
    done(cluster, "POST", f"/slurmdb/{version}/wckeys", body)
    done(cluster, "POST", f"/slurmdb/{version}/wckeys", body)  # it is there, and stays
    listed = done(cluster, "GET", f"/slurmdb/{version}/wckeys").json["wckeys"]
    (made,) = [one for one in listed if one["name"] == "wk"]
    assert (made["user"], made["cluster"]) == ("fred", "scaleout")
    name = made["id"] if version >= V40 else "wk"
    assert done(cluster, "GET", f"/slurmdb/{version}/wckey/{name}").json["wckeys"] == [made]
    (said,) = done(cluster, "DELETE", f"/slurmdb/{version}/wckey/{name}").json["deleted_wckeys"]
    assert "W = wk" in said
    again = ask(cluster, "DELETE", f"/slurmdb/{version}/wckey/{name}", user=ADMIN)
    assert (again.status, again.json["deleted_wckeys"]) == (200 if version >= V40 else 404, [])


def test_accounting_is_as_slurmrestd_writes_it(cluster):
    version = NEWEST.get(cluster.slurm[:2], "v0.0.38")
    seen = []
    for name, makes in (("mine", ask), ("real", by_slurmrestd)):
        for path, body in (
            ("clusters", {"clusters": [{"name": name}]}),
            ("wckeys", {"wckeys": [{"name": name, "user": "fred", "cluster": "scaleout", "id": 0}]}),
        ):
            target = f"/slurmdb/{version}/{path}"
            done(cluster, "POST", target, body) if makes is ask else makes(cluster, "POST", target, body)
        shown = [
            output(cluster, "sacctmgr", "-nP", "show", *what, user=ADMIN)
            for what in (
                ("cluster", name),
                ("associations", f"cluster={name}", "format=cluster,account,user,share,qos,defaultqos"),
                ("wckey", f"names={name}", "format=wckey,user,cluster"),
            )
        ]
        assert all(shown), shown
        seen.append([text.replace(name, "NAME") for text in shown])
        done(cluster, "DELETE", f"/slurmdb/{version}/cluster/{name}")
        done(cluster, "DELETE", f"/slurmdb/v0.0.38/wckey/{name}")
    assert seen[0] == seen[1]


def test_wckeys_are_found_by_conditions(cluster):
    def names(query):
        return [one["name"] for one in done(cluster, "GET", f"/slurmdb/{V45}/wckeys?{query}").json["wckeys"]]

    assert "proj1" in names("user=fred")
    assert set(names("name=proj1")) - {"*proj1"} == {"proj1"}  # slurmdbd 26.05 gives both
    assert names("id=1&cluster=scaleout&with_usage=true&usage_start=now-1day") == ["proj1"]
    assert names("user=nobody") == []
    assert names("only_defaults=true") == ["proj1"]


def test_tres_are_those_of_sacctmgr(cluster):
    lines = output(cluster, "sacctmgr", "-nP", "show", "tres", "format=type,name,id").splitlines()
    for version, nameless in (("v0.0.38", None), (V45, "")):
        found = ask(cluster, "GET", f"/slurmdb/{version}/tres").json["TRES"]
        shown = [f"{one['type']}|{one['name'] or ''}|{one['id']}" for one in found]
        assert set(lines) <= set(shown)
        assert found[0]["name"] == nameless
    assert ask(cluster, "POST", f"/slurmdb/{V45}/tres", {"TRES": []}, user=ADMIN).status == 501


def test_instances_are_there_where_the_release_has_them(cluster):
    for path in ("instances", "instance", "instances?time_start=2020-01-01&cluster=scaleout"):
        answer = ask(cluster, "GET", f"/slurmdb/{V45}/{path}")
        if cluster.slurm < (23, 11):
            assert answer.status == 501
        else:  # a dynamic node is one
            assert answer.status == 200
            assert {one["node_name"] for one in answer.json["instances"]} <= {"dyn1"}
    if cluster.slurm >= (23, 11):
        document = ask(cluster, "GET", f"/slurmdb/{V45}/instances?node_list=host[1-2]").json
        assert document["instances"] == []
        assert len(document["warnings"]) == 1


#: Node lists that name no node, or are none.
NO_NODES = ("", ",", "host[", "host[1-2", "[]")


def changes_are_taken(cluster):
    done(cluster, "POST", f"/slurmdb/{V45}/qos", {"qos": [{"name": "probe"}]})
    done(cluster, "DELETE", f"/slurmdb/{V45}/qos/probe")


def test_changes_are_taken_after_instances_of_no_nodes(cluster):
    """Up to Slurm 25.11 slurmdbd keeps a lock for ever after that question, and no change ever ends."""
    asked = [f"/slurmdb/{V45}/instances?node_list={quote(nodes)}" for nodes in NO_NODES]
    found = [ask(cluster, "GET", target).status for target in asked]
    assert found == ([501] * 5 if cluster.slurm < (23, 11) else [200, 400, 400, 400, 400])
    changes_are_taken(cluster)


def test_changes_are_taken_after_instances_that_the_database_did_not_find(cluster):
    """There slurmdbd keeps the same lock if its database fails meanwhile."""
    past.sql(cluster, "rename table cluster_table to cluster_table_away")
    try:
        ask(cluster, "GET", f"/slurmdb/{V45}/instances?node_list=host1")
    finally:
        past.sql(cluster, "rename table cluster_table_away to cluster_table")
    changes_are_taken(cluster)


HOSTILE = ("a'b", 'a"b', "a;drop table x", "a\\", "a`b`", "%s", "a b'--", "x" * 300)


def test_hostile_texts_do_not_reach_the_database(cluster):
    requests = []
    for text in HOSTILE:
        quoted = "".join(f"%{byte:02X}" for byte in text.encode())
        paths = [f"cluster/{quoted}", f"wckey/{quoted}", f"wckeys?name={quoted}", f"wckeys?user={quoted}"]
        paths += [f"wckeys?cluster={quoted}", f"wckeys?id={quoted}", f"cluster/scaleout?federation={quoted}"]
        paths += [f"cluster/scaleout?rpc_version={quoted}", f"cluster/scaleout?usage_start={quoted}"]
        requests += [("GET", path, None) for path in paths]
        requests.append(("POST", "clusters", {"clusters": [{"name": text}]}))
        good = {"name": "w", "user": "fred", "cluster": "scaleout"}
        requests += [("POST", "wckeys", {"wckeys": [{**good, name: text}]}) for name in good]
    data = b"".join(request(method, f"/slurmdb/{V45}/{path}", body) for method, path, body in requests)
    found = send(cluster, data, "--max-requests", "1000", user=ADMIN).answers
    wrong = [asked for asked, answer in zip(requests, found, strict=True) if answer.status != 400]
    assert wrong == []
