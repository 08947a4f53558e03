"""`gitflowguard protect`: a group that loads a command only when it is called."""

from __future__ import annotations

import click

COMMANDS: tuple[tuple[str, str], ...] = (
    ("plan", "What would change on GitHub, without changing it."),
    ("apply", "Bring GitHub to what the policy wants."),
    ("verify", "Does GitHub still refuse what it should? For a schedule."),
    ("undo", "Back to the state from before the last apply."),
    ("import", "Write the policy's section from what GitHub has."),
    ("owners", "A CODEOWNERS to begin with."),
    ("simulate", "Who may merge, push, create or delete what, offline."),
)


class Lazy(click.Group):
    """Imports gitflowguard.cli.protect.<name> when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in dict(COMMANDS):
            return None
        # `import` is no name for a module.
        name = cmd_name.replace("import", "importing")
        module = __import__(f"gitflowguard.cli.protect.{name}", fromlist=["command"])
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


@click.group("protect", cls=Lazy)
def command() -> None:
    """GitHub's own protection, compiled from the policy.

    Example: gitflowguard protect plan
    """
