"""Answers a client of MCP: each tool is one request to restd-inet.

What destroys something is asked of the user first, by the client (elicitation): without one that can ask, it
is refused.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from restd_inet_client import AsyncClient, Problem, _shared

from restd_inet_mcp._tools import Tool, made

#: Characters of an answer; more would fill a model's memory.
MOST = 100_000
#: From this version of MCP on, a question is an answer to the call, which is then repeated with the user's.
ASKS_BY_ANSWER = "2026-07-28"
_CONFIRM = "confirm"
_FORM = {
    "type": "object",
    "properties": {_CONFIRM: {"type": "boolean", "title": "Do it", "default": False}},
    "required": [_CONFIRM],
}
INSTRUCTIONS = (
    "Tools of a Slurm cluster. Lists take filters, `fields` (paths, comma-separated: ask for few), `limit`; "
    "`count` and `group` answer numbers alone. Job ids may be tasks (123_4)."
)


async def tools(client: AsyncClient, version: str, changes: bool) -> dict[str, Tool]:
    """The tools that the server's document describes. Raises Problem."""
    document = await client.call("GET", "/openapi/restd")
    return made(document, version, changes)


class Slurm:
    """The handlers. tools: by name."""

    def __init__(self, client: AsyncClient, tools: dict[str, Tool]) -> None:
        self._client = client
        self._tools = tools

    def server(self) -> Server[Any]:
        """What a transport runs."""
        return Server(
            "restd-inet",
            instructions=INSTRUCTIONS,
            on_list_tools=self.list_tools,
            on_call_tool=self.call_tool,
        )

    async def list_tools(self, context: Any, parameters: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in self._tools.values()])

    async def call_tool(
        self, context: ServerRequestContext[Any], parameters: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        tool = self._tools.get(parameters.name)
        arguments = parameters.arguments or {}
        if tool is None:
            return _failed(f"there is no tool {parameters.name!r}")
        known = tool.schema["properties"]
        if unknown := sorted(arguments.keys() - known.keys()):
            return _failed(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
        if missing := [name for name in tool.schema.get("required", ()) if name not in arguments]:
            return _failed(f"missing: {', '.join(missing)}")
        if tool.destructive:
            asked = await _ask(context, parameters, tool, arguments)
            if asked is not None:
                return asked
        try:
            return _answered(await self._send(tool, arguments))
        except (Problem, httpx.HTTPError) as error:
            return _failed(str(error))

    async def _send(self, tool: Tool, arguments: dict[str, Any]) -> Any:
        body = arguments.get("body")
        headers: dict[str, str] = {}
        if tool.script:
            body, headers = _shared.submission(arguments["script"])
        return await self._client.call(
            tool.method,
            tool.target(arguments),
            tool.asked(arguments),
            body=body,
            headers=headers | ({"Accept": "text/plain, application/json"} if tool.text else {}),
            idempotency_key=_shared.new_key() if tool.keyed else None,
            raw=tool.text,
        )


def _described(tool: Tool) -> types.Tool:
    hints = types.ToolAnnotations(
        read_only_hint=tool.reads, destructive_hint=tool.destructive, open_world_hint=False
    )
    return types.Tool(
        name=tool.name, description=tool.description, input_schema=tool.schema, annotations=hints
    )


async def _ask(
    context: ServerRequestContext[Any],
    parameters: types.CallToolRequestParams,
    tool: Tool,
    arguments: dict[str, Any],
) -> types.CallToolResult | types.InputRequiredResult | None:
    """None if the user agrees; else the answer to the call."""
    can = context.session.client_capabilities
    if can is None or can.elicitation is None:
        return _failed(f"{tool.name} is done only if the user agrees, and this client cannot ask")
    what = json.dumps(arguments, sort_keys=True, ensure_ascii=False)
    question = f"{tool.method} {tool.target(arguments)}: {tool.description.splitlines()[0]} With {what}?"
    state = hashlib.sha256(f"{tool.name} {what}".encode()).hexdigest()
    if context.protocol_version >= ASKS_BY_ANSWER:
        said = (parameters.input_responses or {}).get(_CONFIRM)
        if said is None or parameters.request_state != state:
            form = types.ElicitRequestFormParams(message=question, requested_schema=_FORM)
            asked: types.InputRequests = {_CONFIRM: types.ElicitRequest(params=form)}
            return types.InputRequiredResult(input_requests=asked, request_state=state)
    else:
        said = await context.session.elicit_form(question, _FORM, context.request_id)
    if (
        isinstance(said, types.ElicitResult)
        and said.action == "accept"
        and (said.content or {}).get(_CONFIRM) is True
    ):
        return None
    return _failed("the user does not agree; nothing was done")


def _answered(found: Any) -> types.CallToolResult:
    text = found.decode(errors="replace") if isinstance(found, bytes) else json.dumps(_told(found))
    if len(text) > MOST:
        kept = text[:MOST]
        text = (
            f"{kept}\n… {len(text) - MOST} characters more: ask for fewer records (limit, filters) or fields"
        )
    return types.CallToolResult(content=[types.TextContent(text=text)])


def _told(document: Any) -> Any:
    """A document without what says who answers, and without empty lists of errors."""
    if not isinstance(document, dict):
        return document
    return {
        key: value
        for key, value in document.items()
        if key != "meta" and not (key in ("errors", "warnings") and not value)
    }


def _failed(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)
