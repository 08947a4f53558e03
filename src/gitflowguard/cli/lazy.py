"""A group whose commands are modules that are loaded only when they are asked for."""

from __future__ import annotations

import click

from gitflowguard.cli.globals import NOT_QUIET, quiet_option

# Words that aren't names for a module.
_MODULES = {"import": "importing"}


class _Lazy(click.Group):
    """What tells such a group from click's own."""


def lazy(package: str, commands: tuple[tuple[str, str], ...]) -> type[click.Group]:
    """The class of such a group. package: where ``<command>.py`` lies, each with a ``command``.

    commands: (command, short help), so that `--help` loads none.
    """

    class Lazy(_Lazy):
        """Imports <package>.<name> when the command is asked for."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            return [name for name, _ in commands]

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            if cmd_name not in dict(commands):
                return None
            module = __import__(f"{package}.{_MODULES.get(cmd_name, cmd_name)}", fromlist=["command"])
            loaded: click.Command = module.command
            return _with_quiet(loaded) if cmd_name not in NOT_QUIET else loaded

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            # click guesses at a mistyped command from loaded ones only (click.core, Group.resolve_command), and none is
            # loaded.
            if not args[0].startswith("-") and args[0] not in dict(commands):
                raise click.exceptions.NoSuchCommand(args[0], possibilities=dict(commands), ctx=ctx)
            return super().resolve_command(ctx, args)

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            with formatter.section("Commands"):
                formatter.write_dl(list(commands))

    return Lazy


def _with_quiet(command: click.Command) -> click.Command:
    """The command with `-q`, once; a group's commands have it, the group does not."""
    if not isinstance(command, click.Group):
        if not any("-q" in param.opts for param in command.params):
            command.params.append(quiet_option())
    elif not isinstance(command, _Lazy):
        for name in command.commands:
            _with_quiet(command.commands[name])
    return command
