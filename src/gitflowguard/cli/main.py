"""The command line's front door: a group that loads a command only when it is called."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from gitflowguard import __version__

if TYPE_CHECKING:
    import click

    from gitflowguard.repo.git import Git

PROGRAM = "gitflowguard"
# click's own (its docs, "Shell Completion"): with it set, a program prints a completion script and ends with 0,
# whatever it was asked.
_COMPLETION = "_GITFLOWGUARD_COMPLETE"
# (variable, what it does): all that are ours, and none of them passes a required check.
VARIABLES: tuple[tuple[str, str], ...] = (
    ("GITFLOWGUARD_SKIP", "`rule: reason; rule: reason`: passes rules once in hooks, `check` and `quality`"),
    (
        "GITFLOWGUARD_BACKGROUND",
        "`off`: no process outlives a hook: none looks for conflicts behind a push, and after a commit no tool "
        "stays loaded",
    ),
    ("GITFLOWGUARD_TOOLS", "`command` runs every tool by its plain command line; same answers, more slowly"),
    ("GITFLOWGUARD_CACHE_KEY", "the secret that keeps a cache of passed files safe between CI runs"),
)

# (command, short help): a table, so that `--help` loads no command.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("init", "Guard this repository: policy, hooks, develop."),
    ("check", "Run the hooks' checks now."),
    ("message", "Judge a commit message, and repair its slips."),
    ("quality", "Format, lint and security checks on what is committed."),
    ("artefacts", "Models, notebooks, data and secrets in the repository."),
    ("baseline", "Freeze today's findings, so that only new ones count."),
    ("radar", "Conflicts that have not happened yet."),
    ("protect", "GitHub's own protection, compiled from the policy."),
    ("fleet", "Which repositories of an organization are guarded."),
    ("ci", "Write the CI configuration for this Python project."),
    ("model", "Judge a model by its reports, and by what it was made from."),
    ("pr", "Judge pull requests as a required check does."),
    ("status", "Every branch at a glance, and where to start new work."),
    ("mcp", "Answer coding assistants over the Model Context Protocol."),
    ("explain", "What a rule checks, why, and how to fix it."),
    ("rules", "List the rules."),
    ("doctor", "Check that the hooks are installed and work."),
    ("config", "Show, describe or validate the policy."),
    ("demo", "Three engineers, with and without the guard."),
    ("uninstall", "Restore every file that init touched."),
    ("completion", "Completion for bash, zsh or fish."),
    ("help", "The help of a command."),
)
EPILOG = "Start with: gitflowguard init"


def build() -> click.Group:
    """The lazy command group."""
    import click

    from gitflowguard.cli.globals import options
    from gitflowguard.cli.lazy import lazy

    @click.group(
        PROGRAM,
        cls=lazy("gitflowguard.cli", COMMANDS),
        epilog=EPILOG,
        # No variable stands for an option: whoever may set one in CI could pass a required check by it.
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @options
    def group() -> None:
        """Gitflow that cannot be broken by accident."""

    return group


def main(argv: list[str] | None = None) -> int:
    """Runs a command and maps whatever happens to the exit-code table (cli.exits)."""
    words = sys.argv[1:] if argv is None else argv
    if argv is None:
        from gitflowguard.tooling.importpath import settle

        settle()
    if words:  # a shell that completes asks without arguments
        os.environ.pop(_COMPLETION, None)
    if words in (
        ["--version"],
        ["-V"],
    ):  # asked by scripts and by `doctor`; click alone costs three times as much
        return _version()
    if words[:1] != ["quality"]:
        return _run(words, None)
    from gitflowguard.cli.ahead import begin

    git = begin(words)
    try:
        return _run(words, git)
    finally:
        git.settle()


def _version() -> int:
    """Prints the version; exit code 3 where no command would start."""
    from gitflowguard.installation import missing, report
    from gitflowguard.output import out

    out(f"{PROGRAM} {__version__}\n")
    fault = missing()
    if fault:
        report(fault)
    return 3 if fault else 0


def _run(words: list[str], git: Git | None) -> int:
    from gitflowguard.cli.boundary import run

    return run(build(), list(words), git)


if __name__ == "__main__":
    sys.exit(main())
