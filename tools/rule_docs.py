"""Writes what is generated under docs/: a page per rule, their index, the command line.

``--check`` writes nothing and exits with 1, naming each file that differs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


from gitflowguard.app.policy.explain import read_manual, severity_section, table  # noqa: E402
from gitflowguard.model.rule import Rule  # noqa: E402
from gitflowguard.rules import registry  # noqa: E402
from tools.rule_output import printed  # noqa: E402

HELP = ["-h", "--help"]
ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by tools/rule_docs.py; change {source} and run `make docs`. -->\n"


def rule_page(rule: Rule, family: str) -> str:
    """One rule's page, from the manual in its file."""
    manual = read_manual(rule)
    source = f"src/gitflowguard/rules/{family}/{rule.name.replace('-', '_')}.py"
    out = [
        NOTE.format(source=source),
        f"# {rule.name}\n",
        f"{manual.headline}\n",
        "| code | severity by default | judges | scenarios |",
        "|---|---|---|---|",
        f"| {rule.code} | {rule.default} | {rule.reads.__name__} "
        f"| [{rule.name}.md](../../tests/rules/{family}/{rule.name}.md) |\n",
    ]
    title, shown = printed(rule, family)
    for heading, text in (*manual.sections, severity_section(rule)):
        out.append(f"## {heading}\n\n{_prose(text)}\n")
        if heading == "Example" and shown:
            out.append(f"## What it prints\n\n{title}:\n\n```text\n{shown}\n```\n")
    return "\n".join(out)


def _prose(text: str) -> str:
    """The section as Markdown: what looks like a tag is shown as it is."""
    lines = (line if line.startswith("    ") else line.replace("<", "&lt;") for line in text.splitlines())
    return "\n".join(lines)


def index_page() -> str:
    """The table of all rules."""
    out = [NOTE.format(source="the rules' files"), "# Rules\n"]
    out += ["| code | rule | severity by default | what it is about |", "|---|---|---|---|"]
    for row in table():
        out.append(
            f"| {row['code']} | [{row['name']}]({row['name']}.md) | {row['default']} | {row['headline']} |"
        )
    return "\n".join(out) + "\n"


def cli_page() -> str:
    """The help of every command, as click prints it."""
    from gitflowguard.cli.main import COMMANDS, PROGRAM, build

    group = build()
    out = [NOTE.format(source="the commands"), "# The command line\n", _help(group, PROGRAM, None)]
    with click.Context(group, info_name=PROGRAM, help_option_names=HELP) as parent:
        for name, _ in COMMANDS:
            try:
                command = group.get_command(parent, name)
            except ModuleNotFoundError:
                continue
            if command is not None:
                out += [f"## {PROGRAM} {name}\n", _help(command, name, parent)]
                if isinstance(command, click.Group):
                    out += _children(command, name, parent)
    return "\n".join((*out, _variables()))


def _variables() -> str:
    """The environment variables that are ours."""
    from gitflowguard.cli.main import VARIABLES

    rows = "".join(f"| `{name}` | {what} |\n" for name, what in VARIABLES)
    return (
        "## Environment variables\n\n"
        "Options have no variables: whoever can set one in CI can't change a verdict. These are read:\n\n"
        f"| variable | what it does |\n|---|---|\n{rows}\n"
        "`gitflowguard pr check` ignores `GITFLOWGUARD_SKIP`: a required check isn't passed by a variable. For "
        "GitHub's own\nvariables, such as `GITHUB_EVENT_PATH`, see [pull-requests.md](pull-requests.md).\n"
    )


def _children(group: click.Group, name: str, parent: click.Context) -> list[str]:
    """The help of a group's own commands."""
    out = []
    with click.Context(group, info_name=name, parent=parent) as inner:
        for child in group.list_commands(inner):
            command = group.get_command(inner, child)
            if command is not None:
                out += [f"### {name} {child}\n", _help(command, child, inner)]
    return out


def _help(command: click.Command, name: str, parent: click.Context | None) -> str:
    with click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=100,
        max_content_width=100,
        help_option_names=HELP,
    ) as context:
        return f"```text\n{command.get_help(context)}\n```\n"


def pages() -> dict[str, str]:
    """Path below the repository -> text, for every generated page."""
    found = {"docs/rules/README.md": index_page()}
    for _, family, name in registry.RULES:
        rule = registry.find(name)
        if rule is not None:
            found[f"docs/rules/{name}.md"] = rule_page(rule, family)
    found["docs/cli.md"] = cli_page()
    return found


def main(argv: list[str]) -> int:
    """Writes the pages, or compares them."""
    wanted = pages()
    stale = [
        p for p in (ROOT / "docs" / "rules").glob("*.md") if p.relative_to(ROOT).as_posix() not in wanted
    ]
    differ = [path for path, text in wanted.items() if not _same(ROOT / path, text)]
    if "--check" in argv:
        for name in (*differ, *(p.relative_to(ROOT).as_posix() for p in stale)):
            print(f"{name} differs from what the code says; run `make docs`")
        return 1 if differ or stale else 0
    for path in differ:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path}")
    for old in stale:
        old.unlink()
        print(f"removed {old.relative_to(ROOT).as_posix()}")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
