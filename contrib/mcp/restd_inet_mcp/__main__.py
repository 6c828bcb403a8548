"""restd-inet-mcp: the command line."""

from __future__ import annotations

import argparse
import asyncio
import sys

import httpx
from mcp.server.stdio import stdio_server
from restd_inet_client import AsyncClient, Problem
from restd_inet_client._operations import VERSION

from restd_inet_mcp._server import Slurm, tools


def main() -> None:
    """Serves one client of MCP on standard input and output; the exit status."""
    parser = argparse.ArgumentParser(prog="restd-inet-mcp", description=__doc__.split(":")[0])
    parser.description = "An MCP server on standard input and output: a Slurm cluster's tools by restd-inet."
    parser.add_argument(
        "--url", default="", help="http://…, https://… (token in SLURM_JWT) or unix:/path; default: local"
    )
    parser.add_argument("--allow-changes", action="store_true", help="tools that change something, too")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.url, options.allow_changes))
    except KeyboardInterrupt:
        sys.exit(130)
    except (Problem, httpx.HTTPError, OSError, ValueError) as error:
        sys.exit(f"restd-inet-mcp: {error}")


async def _serve(url: str, changes: bool) -> None:
    async with AsyncClient(url) as client:
        server = Slurm(client, await tools(client, VERSION, changes)).server()
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    main()
