"""contrib/mcp: its tools, as a client of the package mcp finds and calls them, on a real cluster."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import lacking
import pytest
from places import CHECKOUT

mcp = pytest.importorskip("mcp", minversion=None, reason=lacking.python_package("mcp"))
import mcp_types as types  # type: ignore[import-not-found]  # noqa: E402

PLACES = [str(CHECKOUT / "contrib" / name) for name in ("client", "mcp")]
sys.path[:0] = PLACES

#: How a question comes: in the answer to a call, or as a request before it.
MODES = ("auto", "legacy")


def use(
    server: Any, what: Callable[[Any], Awaitable[Any]], *options: str, answer: str = "", mode: str = "auto"
) -> Any:
    """What a program with this MCP server does. answer: the user's to a question; "": nobody is asked."""
    questions: list[str] = []

    async def asked(context: Any, parameters: Any) -> Any:
        questions.append(parameters.message)
        return types.ElicitResult(action=answer, content={"confirm": True} if answer == "accept" else None)

    async def run() -> Any:
        started = mcp.StdioServerParameters(
            command=sys.executable,
            args=["-m", "restd_inet_mcp", "--url", server.url, *options],
            env={
                **os.environ,
                "SLURM_JWT": server.token(server.user),
                "PYTHONPATH": os.pathsep.join(PLACES),
            },
        )
        callback = {"elicitation_callback": asked} if answer else {}
        async with mcp.Client(started, mode=mode, **callback) as client:
            return await what(client)

    return asyncio.run(asyncio.wait_for(run(), 120)), questions


def document(result: Any) -> Any:
    assert not result.is_error, result.content[0].text
    return json.loads(result.content[0].text)


def test_by_itself_its_tools_only_read(server: Any) -> None:
    async def listed(client: Any) -> Any:
        return (await client.list_tools()).tools

    tools, _ = use(server, listed)
    names = {tool.name for tool in tools}
    assert {"jobs", "job", "nodes", "job_stdout", "limits"} <= names
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert not any(name.startswith(("post", "delete", "put")) for name in names)
    jobs = next(tool for tool in tools if tool.name == "jobs")
    assert {"user", "fields", "limit"} <= jobs.input_schema["properties"].keys()
    assert "watch" not in jobs.input_schema["properties"]
    assert "squeue" in jobs.description


def test_what_it_answers_is_short(server: Any) -> None:
    server.submit("--hold", "--job-name=asked-for", "--wrap=true")

    async def ask(client: Any) -> Any:
        return await client.call_tool("jobs", {"name": "asked-for", "fields": "name,job_state"})

    answer, _ = use(server, ask)
    found = document(answer)
    assert {"name": "asked-for", "job_state": ["PENDING"]} in found["jobs"]
    assert "meta" not in found


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("jobs", {"user": "me", "usr": 1}, "unknown: usr"),
        ("job", {}, "missing: job_id"),
        ("job", {"job_id": "../../../slurm/v0.0.46/diag"}, "404|400"),
        ("jobs", {"state": "RUNING"}, "RUNNING"),
        ("post_job_hold", {"job_id": 1}, "no tool"),
    ],
)
def test_a_mistake_says_what_is_wrong(server: Any, tool: str, arguments: Any, said: str) -> None:
    async def ask(client: Any) -> Any:
        return await client.call_tool(tool, arguments)

    answer, _ = use(server, ask)
    assert answer.is_error
    assert any(each in answer.content[0].text for each in said.split("|")), answer.content[0].text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("answer", ["accept", "decline", ""])
def test_what_is_destructive_asks_first(server: Any, answer: str, mode: str) -> None:
    number = server.submit("--hold", "--job-name=doomed", "--wrap=true")

    async def kill(client: Any) -> Any:
        arguments = {"job_id": number, "body": {"signal": "KILL"}}
        return await client.call_tool("post_job_signal", arguments)

    result, questions = use(server, kill, "--allow-changes", answer=answer, mode=mode)
    state = server.job_state(number)
    assert len(questions) == bool(answer)
    if answer == "accept":
        assert not result.is_error, result.content[0].text
        assert state.startswith("CANCELLED")
        assert str(number) in questions[0]
    else:
        assert result.is_error
        assert state == "PENDING"


def test_a_script_is_submitted_and_a_job_held_and_released(server: Any) -> None:
    async def work(client: Any) -> Any:
        script = "#!/bin/sh\n#SBATCH -J from-mcp --hold -o /dev/null\ntrue\n"
        number = document(await client.call_tool("post_job_submit", {"script": script}))["job_id"]
        held = await client.call_tool("post_job_hold", {"job_id": number})
        released = await client.call_tool("post_job_release", {"job_id": number})
        return number, held.is_error, released.is_error

    (number, held, released), questions = use(server, work, "--allow-changes")
    assert (held, released, questions) == (False, False, [])
    assert server.job_state(number) in ("PENDING", "RUNNING", "COMPLETED")
