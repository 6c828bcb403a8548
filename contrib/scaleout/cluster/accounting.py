"""The accounts, users and QOS that every cluster with accounting has."""

from .config import release
from .programs import ask
from .state import Failure

# "high" in two steps: after one with Preempt=normal, 22.05's sacctmgr goes on with a list of QOS without it.
COMMON = """\
add cluster scaleout
add account test Description="test account" Organization=staff
add account research Description="research account" Organization=science Fairshare=10 GrpTRES=cpu=100 \
MaxJobs=50
add qos high
modify qos high set Description="high priority" Priority=100 MaxWall=1-00:00:00 GrpTRES=cpu=16 \
MaxTRESPerUser=cpu=8,mem=4000 MaxJobsPerUser=10 MaxSubmitJobsPerUser=5000 Flags=DenyOnLimit Preempt=normal \
UsageFactor=2.0
"""

ORDINARY = """\
add user {user} Account=test DefaultAccount=test WCKeys=proj1 DefaultWCKey=proj1
add user {user} Account=research MaxJobs=20 Fairshare=5
modify user {user} set QOS=normal,high DefaultQOS=normal
"""

PEBBLES = """\
add user pebbles Account=research DefaultAccount=research AdminLevel=Administrator
add coordinator Accounts=research Names=pebbles
"""


def fill(cluster):
    """One run of sacctmgr for all. (`sacctmgr load` is faster, but 22.05 forgets the users with it.)"""
    users = ["fred"] if cluster.user in ("fred", "pebbles") else ["fred", cluster.user]
    commands = COMMON + "".join(ORDINARY.format(user=user) for user in users) + PEBBLES
    done = ask(cluster, "sacctmgr", "--immediate", stdin=commands)
    said = done.stdout + done.stderr
    problems = [line for line in said.splitlines() if "rror" in line or "nknown" in line]
    # That of 20.02 fails at the end of its input, whatever it did.
    failed = done.returncode and release(cluster) >= [20, 11]
    if failed or problems:
        raise Failure("sacctmgr did not take the accounts:\n" + "\n".join(problems or [said]))
