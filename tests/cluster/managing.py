"""Accounting as an administrator works with it: requests to /slurmdb/, and sacctmgr."""

import json
import re

#: restd-inet; `what` happens before it writes or commits, when `calls` such calls have been made.
BEFORE_A_CALL = """
import os, signal
import restd_inet.slurm.slurmdbd.connection as slurmdb
from restd_inet.__main__ import main
Database, left = slurmdb.Database, [{calls}]
def watched(function):
    def call(*arguments):
        if left[0] == 0:
            {what}
        left[0] -= 1
        return function(*arguments)
    return call
Database.add, Database.modify = watched(Database.add), watched(Database.modify)
Database.commit = watched(Database.commit)
main()
"""
HEAD = re.compile(rb"HTTP/1.1 (\d+)")


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


def manage(cluster, *commands, user="pebbles"):
    """What sacctmgr prints to each; all in one process, since its start takes longer than most answers."""
    done = cluster.shell(
        "sacctmgr --immediate --noheader --parsable2",
        user=user,
        input="".join(f"{command}\n" for command in commands),
        env={"COLUMNS": "4000", "LINES": "50"},  # it repeats what it reads, as much as a line holds
    )
    printed = re.split(r"^sacctmgr: ?", done.stdout.decode(), flags=re.MULTILINE)[1 : len(commands) + 1]
    assert len(printed) == len(commands), (done.returncode, done.stdout, done.stderr)
    return [text.removeprefix(command).lstrip("\n") for command, text in zip(commands, printed, strict=True)]
