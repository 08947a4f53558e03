"""`gitflowguard completion`."""

from __future__ import annotations

import click

from gitflowguard.cli.choice import WordChoice
from gitflowguard.output import out
from gitflowguard.report.escape import Escaped

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_GITFLOWGUARD_COMPLETE"
# `git flowguard` is completed by git's own script, which calls a function of this name (git-completion.bash).
_BASH_GIT = """
_git_flowguard() {
    local COMP_CWORD=$((COMP_CWORD - 1))
    local COMP_WORDS=("gitflowguard" "${COMP_WORDS[@]:2}")
    _gitflowguard_completion gitflowguard
}
"""


@click.command("completion")
@click.argument("shell", type=WordChoice(SHELLS))
def command(shell: str) -> int:
    """Print the script that completes commands, options, rules and branches in a shell.

    \b
    bash: gitflowguard completion bash >> ~/.bash_completion
    zsh:  gitflowguard completion zsh > "${fpath[1]}/_gitflowguard"
    fish: gitflowguard completion fish > ~/.config/fish/completions/gitflowguard.fish

    Example: gitflowguard completion bash
    """
    out(Escaped(script(shell)))
    return 0


def script(shell: str) -> str:
    """What the shell has to read; it calls the program for each answer, so it fits every later version."""
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # SHELLS are click's  # nosec B101
    made = kind(click.Command("gitflowguard"), {}, "gitflowguard", VARIABLE)
    # Not the class's own: bash's would start a bash to read its version (click.shell_completion, BashComplete.source).
    text = ShellComplete.source(made).strip() + "\n"
    return text + _BASH_GIT if shell == "bash" else text
