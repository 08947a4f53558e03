"""The questions that `init` asks at a terminal."""

from __future__ import annotations

import sys

from gitflowguard.cli.console import write
from gitflowguard.output import release
from gitflowguard.policy.proposal import AS_IS, GITFLOW, TRUNK, Choice
from gitflowguard.report.escape import terminal

_TRIES = 3


def at_terminal() -> bool:
    """Whether somebody is there to answer."""
    return bool(sys.stdin) and sys.stdin.isatty()


def ask_way(choice: Choice, main: str, develop: str) -> str:
    """Which of the three ways; Enter, ``y`` and three wrong answers take the default.

    choice: the default, and why. main, develop: the lines that were found, develop "" for none.
    """
    ways = _ways(main, develop)
    default = next(key for key, (way, _) in ways.items() if way == choice.way)
    lines = ["How does this team work?", *(f"  {key}. {says}" for key, (_, says) in ways.items())]
    write("".join(terminal(line) + "\n" for line in lines), sys.stdout)
    release()  # whoever is asked sees what was found, --quiet or not
    for _ in range(_TRIES):
        write(terminal(f"1, 2 or 3? [{default}: {choice.why}] "), sys.stdout)
        line = sys.stdin.readline()
        answer = line.strip().lower()
        if answer in ways:
            return ways[answer][0]
        if not line:  # Ctrl-D leaves the cursor behind the question
            write("\n", sys.stdout)
        if answer in ("", "y", "yes"):
            break
        write("Type 1, 2 or 3, or Ctrl-C to leave.\n", sys.stdout)
    return choice.way


def _ways(main: str, develop: str) -> dict[str, tuple[str, str]]:
    """Answer -> (way, what it means here)."""
    lines = f"{main} and {develop}" if develop else main
    return {
        "1": (GITFLOW, f"Gitflow: work goes to {develop or 'develop'}, releases go to {main}"),
        "2": (TRUNK, f"without develop: work goes to {main} by pull requests"),
        "3": (AS_IS, f"as it does now: any branch name is fine, {lines} and conflicts are guarded"),
    }
