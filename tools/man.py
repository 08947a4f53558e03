"""Writes the man pages, one a command, from the commands themselves: man/man1/.

``--check`` writes nothing and exits with 1, naming each file that differs.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gitflowguard import __version__
from gitflowguard.cli.main import PROGRAM, VARIABLES, build
from gitflowguard.model.exits import MEANINGS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "man" / "man1"
# git looks for this page where somebody asks `git flowguard --help` or `git help flowguard` (git-help(1)).
ALIAS = "git-flowguard.1"


def commands(
    command: click.Command, words: tuple[str, ...], parent: click.Context | None = None
) -> Iterator[tuple[tuple[str, ...], click.Context]]:
    """Every command with the words that call it."""
    # A command remembers its help option; one that was called by itself before knows no -h.
    command._help_option = None
    context = click.Context(
        command, info_name=words[-1], parent=parent, help_option_names=["-h", "--help"], max_content_width=100
    )
    with context:
        yield words, context
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                if child is not None:
                    yield from commands(child, (*words, name), context)


def escaped(text: str) -> str:
    """Text as groff shows it: a minus that can be copied, no request by accident (groff_char(7), roff(7))."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("’", "'")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def bold(text: str) -> str:
    """In bold."""
    return f"\\fB{escaped(text)}\\fP"


def page(words: tuple[str, ...], context: click.Context) -> str:
    """One page."""
    command = context.command
    name, called = "-".join(words), " ".join(words)
    summary = command.get_short_help_str(200)
    usage = " ".join(command.collect_usage_pieces(context))
    out = [
        '.\\" Written by tools/man.py; change the command and run `make docs`.',
        f'.TH "{name.upper()}" 1 "" "{PROGRAM} {__version__}" "{PROGRAM} manual"',
        ".nh",  # an option that is broken at a hyphen can't be copied
        ".SH NAME",
        f"{escaped(name)} \\- {escaped(summary)}",
        ".SH SYNOPSIS",
        f"{bold(called)} {escaped(usage)}",
    ]
    out += [".SH DESCRIPTION", *_prose(command.help or summary)]
    out += _options(context)
    if isinstance(command, click.Group):
        out.append(".SH COMMANDS")
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                out += [
                    ".TP",
                    f"{bold('-'.join((*words, child)))}(1)",
                    escaped(found.get_short_help_str(200)),
                ]
    if len(words) == 1:
        out += _root()
    return "\n".join(out) + "\n"


def _prose(text: str) -> Iterator[str]:
    """The help's paragraphs; one behind \\b keeps its lines, an example is shown as it is typed."""
    for index, part in enumerate(inspect.cleandoc(text).split("\n\n")):
        if index:
            yield ".PP"
        if part.startswith("\b"):
            yield from (".nf", escaped(part.removeprefix("\b").strip("\n")), ".fi")
        elif part.startswith("Example: "):
            yield from ("Example:", ".PP", ".RS 4", ".nf", escaped(part[9:].replace("\n", " ")), ".fi", ".RE")
        else:
            yield escaped(" ".join(part.split()))


def _options(context: click.Context) -> Iterator[str]:
    """As click's own help has them."""
    rows = [row for one in context.command.get_params(context) if (row := one.get_help_record(context))]
    if rows:
        yield ".SH OPTIONS"
    for option, said in rows:
        yield from (".TP", bold(option), escaped(" ".join(said.split())) or "\\&")


def _root() -> Iterator[str]:
    """What holds for all commands."""
    yield from (".SH EXIT STATUS",)
    for code, said in MEANINGS.items():
        yield from (".TP", f"\\fB{code}\\fP", escaped(said))
    yield ".SH ENVIRONMENT"
    for name, said in VARIABLES:
        yield from (".TP", bold(name), escaped(said.replace("`", "'")))
    yield from (".SH FILES", ".TP", bold(".gitflowguard.yaml"), "The policy.")
    yield from (".SH SEE ALSO", f"{bold('git')}(1), {bold('githooks')}(5)")


def pages() -> dict[str, str]:
    """File name -> page."""
    found = {f"{'-'.join(words)}.1": page(words, context) for words, context in commands(build(), (PROGRAM,))}
    return {**found, ALIAS: f".so man1/{PROGRAM}.1\n"}


def main(argv: list[str]) -> int:
    """Writes the pages, or compares them."""
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*")} if FOLDER.is_dir() else {}
    differ = sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name))
    if "--check" in argv:
        for name in differ:
            print(f"man/man1/{name} differs from what the code says; run `make docs`")
        return 1 if differ else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in differ:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
        print(f"wrote man/man1/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
