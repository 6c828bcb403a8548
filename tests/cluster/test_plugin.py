"""contrib/plugin's command, asked over a pipe on a cluster with jobs."""

import pytest
from api_versions import NEWEST

from restd_inet.schema.versions import NAMES

from .typed import Answer, no_jobs_left  # noqa: F401


@pytest.fixture
def ask(cluster, plugin):
    """The answer to GET TARGET of restd-inet with the plugin."""

    def answer(target):
        typed = f'echo -e "GET {target} HTTP/1.1\\r\\n" | restd-inet -s slurmctld,usage 2>/dev/null'
        return Answer(cluster.shell(typed, env={"PYTHONPATH": str(plugin)}).stdout)

    return answer


def test_its_command_is_answered_like_any_other(cluster, ask):
    running = cluster.submit("-n2", "--wrap=sleep 600")
    cluster.submit("--hold", "-n3", "-p", "debug", "--wrap=true")
    cluster.wait_state(running, "RUNNING")
    answer = ask("/site/latest/usage")
    assert answer.status == 200
    assert answer.json["usage"] == [
        {"user": cluster.user, "running": 1, "pending": 1, "cpus": 2, "waiting": {"cpus": 3}}
    ]
    assert answer.json["meta"]["plugin"]["data_parser"] == f"data_parser/{NAMES[NEWEST]}"
    assert ask(f"/site/v0.0.41/usage/{cluster.user}").json["usage"] == answer.json["usage"]
    assert ask("/site/v0.0.44/usage?partition=nothing").json["usage"] == []


def test_its_mistakes_are_answered_like_any_other(ask):
    answer = ask("/site/v0.0.44/usage/nobody")
    assert answer.status == 404
    assert answer.json["errors"][0]["description"] == 'the user "nobody" has no job that runs or waits'
    assert ask("/site/v0.0.38/usage").status == 404
    assert ask("/slurm/v0.0.44/ping").status == 200
