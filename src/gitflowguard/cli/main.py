"""The command line's front door: a group that loads a command only when it is called."""

from __future__ import annotations

import sys

from gitflowguard import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    import click

    from gitflowguard.repo.git import Git

PROGRAM = "gitflowguard"

# (command, short help): a table, so that `--help` loads no command.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("init", "Guard this repository: policy, hooks, develop."),
    ("check", "Say now what the hooks would say."),
    ("quality", "Format, lint and security checks on what is committed."),
    ("baseline", "Freeze the findings that the code has today."),
    ("radar", "Conflicts that have not happened yet."),
    ("protect", "GitHub's own protection, compiled from the policy."),
    ("pr", "Judge pull requests as a required check does."),
    ("status", "Every branch at a glance, and where to start new work."),
    ("explain", "What a rule checks, why, and how to mend it."),
    ("rules", "List the rules."),
    ("doctor", "Are the hooks truly active? What to repair?"),
    ("config", "Show, describe or validate the policy."),
    ("demo", "Three engineers, with and without the guard."),
    ("uninstall", "Restore every file that init touched."),
)
EPILOG = "Start with: gitflowguard init"


def build() -> click.Group:
    """The lazy command group."""
    import click

    class Lazy(click.Group):
        """Imports gitflowguard.cli.<name> when the command is asked for."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            return [name for name, _ in COMMANDS]

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            if cmd_name not in dict(COMMANDS):
                return None
            module = __import__(f"gitflowguard.cli.{cmd_name}", fromlist=["command"])
            loaded: click.Command = module.command
            return loaded

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            # click guesses at a mistyped command from loaded ones only, and none is loaded.
            if not args[0].startswith("-") and args[0] not in dict(COMMANDS):
                raise click.exceptions.NoSuchCommand(args[0], possibilities=dict(COMMANDS), ctx=ctx)
            return super().resolve_command(ctx, args)

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            with formatter.section("Commands"):
                formatter.write_dl(list(COMMANDS))

    @click.group(
        PROGRAM,
        cls=Lazy,
        epilog=EPILOG,
        context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "GITFLOWGUARD"},
    )
    @click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
    def group() -> None:
        """Gitflow that cannot be broken by accident."""

    return group


def main(argv: list[str] | None = None) -> int:
    """Runs a command and maps whatever happens to the exit-code table (cli.exits)."""
    words = sys.argv[1:] if argv is None else argv
    if words == ["--version"]:  # asked by scripts and by `doctor`; click alone costs three times as much
        print(f"{PROGRAM} {__version__}")
        return 0
    if words[:1] != ["quality"]:
        return _run(words, None)
    from gitflowguard.cli.ahead import begin

    git = begin(words)
    try:
        return _run(words, git)
    finally:
        git.settle()


def _run(words: list[str], git: Git | None) -> int:
    from gitflowguard.cli.boundary import run

    return run(build(), list(words), git)


if __name__ == "__main__":
    sys.exit(main())
