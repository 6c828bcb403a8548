"""No request makes an account its own ancestor or moves root's row: slurmdbd would loop for ever."""

import contextlib
import time
from pathlib import Path

import pytest

from . import past
from .conftest import running
from .managing import manage, one

TABLES = ("scaleout_assoc_table", "acct_table", "user_table")
ROWS = (
    "select id_assoc, acct, parent_acct, deleted from scaleout_assoc_table where user = '' order by id_assoc"
)
#: What each release keeps of the tree beside parent_acct.
COLUMNS = (
    "select group_concat(column_name) from information_schema.columns"
    " where table_name = 'scaleout_assoc_table' and column_name in ('id_parent', 'lineage', 'lft', 'rgt')"
)


@pytest.fixture(scope="module")
def throwaway(reachable):
    """A cluster of its own, whose slurmdbd may be lost; `top` is above `sub`, `sub` above `low`."""
    with running(reachable, "--nodes", "1") as cluster:
        body = {
            "accounts": [{"name": "top"}, {"name": "sub"}, {"name": "low"}],
            "associations": [
                {"account": "top", "user": ""},
                {"account": "sub", "parent_account": "top", "user": ""},
                {"account": "low", "parent_account": "sub", "user": ""},
                {"account": "top", "user": "fred"},
            ],
        }
        assert one(cluster, "POST", "v0.0.45/config", body)[0] == 200
        yield cluster


def tree(cluster):
    """The rows of the accounts, and what of them says which is above which."""
    columns = past.sql(cluster, COLUMNS)
    return past.sql(cluster, ROWS.replace("parent_acct", f"parent_acct, {columns}"))


def parents(cluster):
    """Account → its parent, of those that are not deleted."""
    found = (line.split("\t") for line in past.sql(cluster, ROWS).splitlines())
    return {account: parent for _, account, parent, deleted in found if deleted == "0"}


def ends_at_root(above, account):
    seen = []
    while account != "root" and account not in seen:
        seen.append(account)
        account = above[account]
    return account == "root" and above["root"] == ""


def cpu_ticks(cluster):
    pid = Path(cluster.dir, "run", "slurmdbd.pid").read_text().split()[0]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def idle(cluster):
    """Whether slurmdbd used next to no CPU time for a moment, a fifth of a second."""
    before = cpu_ticks(cluster)
    time.sleep(0.2)
    return cpu_ticks(cluster) - before <= 2


@contextlib.contextmanager
def unharmed(cluster):
    """After the block root is above every account, and slurmdbd comes to rest; then all is put back."""
    for table in TABLES:
        past.sql(cluster, f"create or replace table spare_{table} as select * from {table}")
    try:
        yield
        above = parents(cluster)
        assert all(ends_at_root(above, account) for account in above), above
        # It walks the tree when it is asked, and when it reads the tree.
        manage(cluster, "show assoc tree format=account,user,parentname")
        cluster.wait(lambda: idle(cluster), 20)
        cluster.stop("slurmdbd")
        cluster.start("slurmdbd")
        manage(cluster, "show assoc tree format=account,user,parentname")
        cluster.wait(lambda: idle(cluster), 20)
    except BaseException:
        cluster.kill("slurmdbd")
        raise
    finally:
        for table in TABLES:
            past.sql(cluster, f"delete from {table}; insert into {table} select * from spare_{table}")
        cluster.stop("slurmdbd")
        cluster.start("slurmdbd")


def account(name, **more):
    return ("associations", {"associations": [{"account": name, "user": "", **more}]})


def added(name, **limits):
    condition = {"accounts": [name], "association": limits}
    return ("accounts_association", {"association_condition": condition, "account": {}})


NOBODY = {"accounts": ["root"], "users": [""], "partitions": ["debug"]}
#: What must be refused, with nothing changed: the path and the body.
REFUSED = {
    "root with a partition": account("root", partition="debug"),
    "root with a partition, below another": account("root", partition="debug", parent_account="low"),
    "root below another": account("root", parent_account="low"),
    "root below itself": account("root", parent_account="root"),
    "root in capitals with a partition": account("ROOT", partition="debug"),
    "root in capitals below another": account("ROOT", parent_account="low"),
    "root with an accent with a partition": account("röot", partition="debug"),
    "an account with a partition": account("top", partition="debug"),
    "an account with a partition, below its own": account("top", partition="debug", parent_account="low"),
    "an account with a partition, below itself": account("top", partition="debug", parent_account="top"),
    "an account below itself": account("top", parent_account="top"),
    "an account below itself in capitals": account("top", parent_account="TOP"),
    "in a config": ("config", {"associations": [{"account": "root", "user": "", "partition": "debug"}]}),
    "no user added": ("users_association", {"association_condition": NOBODY, "user": {}}),
}
#: What slurmdbd takes for there already, or for another account.
HARMLESS = {
    "root added": added("root"),
    "root added below another": added("root", parent="low"),
    "root in capitals added": added("ROOT", parent="low"),
    "root with an accent added": added("röot", parent="low"),
    "an account added below its own": added("top", parent="low"),
    "an account added below itself": added("top", parent="top"),
    "an account in capitals added below its own": added("TOP", parent="low"),
    "an account with an accent added below its own": added("töp", parent="low"),
    "a limit of root": account("root", max={"jobs": {"per": {"count": 7}}}),
    "a user of root with a partition": (
        "associations",
        {"associations": [{"account": "root", "user": "root", "partition": "debug"}]},
    ),
    "a user with another parent than the account": (
        "associations",
        {"associations": [{"account": "low", "user": "root", "parent_account": "top"}]},
    ),
}


@pytest.mark.parametrize("attempt", REFUSED)
def test_an_account_is_not_made_its_own_ancestor(throwaway, attempt):
    target, body = REFUSED[attempt]
    with unharmed(throwaway):
        before = tree(throwaway)
        status, answer = one(throwaway, "POST", f"v0.0.45/{target}", body)
        assert 400 <= status < 500, answer
        assert tree(throwaway) == before
        assert one(throwaway, "GET", "v0.0.45/associations")[0] == 200


@pytest.mark.parametrize("attempt", HARMLESS)
def test_a_repeated_creation_leaves_the_tree_whole(throwaway, attempt):
    target, body = HARMLESS[attempt]
    with unharmed(throwaway):
        before = parents(throwaway)
        status, answer = one(throwaway, "POST", f"v0.0.45/{target}", body)
        assert status < 500, answer
        after = parents(throwaway)
        assert {name: after[name] for name in before} == before
        assert one(throwaway, "GET", "v0.0.45/associations")[0] == 200


def test_an_account_comes_back_below_none_of_its_own(throwaway):
    """The row of an account that was removed alone: slurmdbd would bring it back with what is below it."""
    with unharmed(throwaway):
        past.sql(throwaway, "update scaleout_assoc_table set deleted = 1 where acct = 'top' and user = ''")
        throwaway.stop("slurmdbd")
        throwaway.start("slurmdbd")
        for target, body in (account("top", parent_account="low"), added("top", parent="low")):
            status, answer = one(throwaway, "POST", f"v0.0.45/{target}", body)
            assert 400 <= status < 500, answer
        assert one(throwaway, "POST", "v0.0.45/associations", account("top")[1])[0] == 200


@pytest.mark.parametrize("target", ("account/root", "account/ROOT", "associations?account=root"))
def test_roots_row_is_not_removed(throwaway, target):
    with unharmed(throwaway):
        before = tree(throwaway)
        status, answer = one(throwaway, "DELETE", f"v0.0.45/{target}")
        assert 400 <= status < 500 and "root" in answer["errors"][0]["description"], answer
        assert tree(throwaway) == before
