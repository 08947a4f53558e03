"""`gitflowguard mcp`."""

from __future__ import annotations

import os
import sys

import click

from gitflowguard.cli import exits
from gitflowguard.cli.console import is_terminal
from gitflowguard.output import say
from gitflowguard.repo.git import Git


@click.command("mcp")
def command() -> int:
    """Answer coding assistants over the Model Context Protocol (MCP), on standard input and output.

    An assistant starts this command in your repository and asks it: where new work starts, how the branches stand,
    which would conflict, what the hooks would say. It answers for this repository alone, reads, and changes nothing.

    Example: {"command": "gitflowguard", "args": ["mcp"]}
    """
    from gitflowguard.cli.mcpserver import serve  # the SDK: 1 s of CPU, and only here

    if is_terminal(sys.stdin):
        say("mcp is started by a coding assistant, not by hand; docs/mcp.md has the configuration")
        return exits.USAGE
    for name in [one for one in os.environ if one.startswith("GIT_")]:
        del os.environ[
            name
        ]  # an assistant may have been started by git: the folder says which repository is meant
    place = Git().place()
    serve(place.top or place.git_dir)
    return exits.CLEAN
