"""An MCP server over restd-inet: its tools are the operations of /restd/, as the server's document has them.

__main__  the command line
_tools    tools made from an OpenAPI document
_server   answers a client of MCP
"""
