"""No environment variable stands for an option, and none passes a check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gitflowguard.cli.main import VARIABLES, build, main
from tests.budget import sampled
from tests.e2e.world import World, make

pytestmark = pytest.mark.hostile("ways past `pr check`")

ROOT = Path(__file__).resolve().parents[2]
VALUES = ("1", "true", "main", "json", "never", "0", "HEAD")


def commands(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below the group, with the words that call it."""
    if not isinstance(command, click.Group) or (words and command.invoke_without_command):
        yield words, command
    if isinstance(command, click.Group):
        with click.Context(command, info_name=words[-1] if words else "gitflowguard") as context:
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                if child is not None:
                    yield from commands(child, (*words, name))


ALL = dict(commands(build()))


def variables(words: tuple[str, ...]) -> list[str]:
    """The names by which click would look for the options of a command, with and without the command's own words."""
    found = []
    for parameter in ALL[words].params:
        name = (parameter.name or "").upper()
        found += ["_".join(("GITFLOWGUARD", *words, name)).upper().replace("-", "_"), f"GITFLOWGUARD_{name}"]
    return found


def parsed(words: tuple[str, ...]) -> dict[str, object]:
    """What a command's options are when nobody gives one."""
    group = build()
    context: click.Context = group.make_context("gitflowguard", list(words[:1]), resilient_parsing=True)
    command = ALL[words]
    for word in words[:-1]:
        context = click.Context(click.Group(word), info_name=word, parent=context)
    return command.make_context(words[-1], [], parent=context, resilient_parsing=True).params


@pytest.mark.parametrize("words", sampled([(words,) for words in ALL], every=3), ids=" ".join)
def test_no_option_has_a_variable(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any command, set in turn, to whatever it might take.

    Two of three commands are slow: one group gives all of them their settings.
    """
    before = parsed(words)
    assert not any(parameter.envvar for parameter in ALL[words].params)
    for name in variables(words):
        for value in VALUES:
            monkeypatch.setenv(name, value)
            assert parsed(words) == before, (name, value)
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A branch that must not go where it is to go, checked out, with a policy of the team."""
    world = make(tmp_path_factory.mktemp("wrong"), "native")
    world.policy("preset: gitflow\n")
    world.branch("odd name".replace(" ", "-"))
    world.do("push", "-q", "origin", "odd-name")
    world.do("fetch", "-q")
    return world


JUDGES = (
    ("check",), ("check", "--all"), ("pr", "check", "--head", "odd-name", "--base", "main", "--no-radar"),
)  # fmt: skip


@pytest.mark.parametrize("words", JUDGES, ids=" ".join)
def test_no_variable_passes_a_check(
    wrong: World, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options' names, click's own variable, and the rest of ours."""
    monkeypatch.chdir(wrong.work)
    assert main(list(words)) == 1
    own = next(name for name in ALL if words[: len(name)] == name)
    for name in variables(own):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("GITFLOWGUARD_TOOLS", "command")
    monkeypatch.setenv("GITFLOWGUARD_CACHE_KEY", "x")
    assert main(list(words)) == 1
    for value in ("bash_source", "zsh_source", "bash_complete", "nonsense"):
        monkeypatch.setenv("_GITFLOWGUARD_COMPLETE", value)
        assert main(list(words)) == 1


def test_a_shell_completes(wrong: World) -> None:
    """By click's variable, without arguments."""
    done = wrong.run("gitflowguard", _GITFLOWGUARD_COMPLETE="bash_source")
    assert done.code == 0 and "complete -o nosort" in done.text
    done = wrong.run(
        "gitflowguard", _GITFLOWGUARD_COMPLETE="bash_complete", COMP_WORDS="gitflowguard che", COMP_CWORD="1"
    )
    assert done.code == 0 and "plain,check" in done.text


def test_the_variables_that_are_read_are_the_documented_ones() -> None:
    """In the code of the program, and in no other words in the documents."""
    own = set()
    for path in (ROOT / "src" / "gitflowguard").rglob("*.py"):
        own |= set(re.findall(r"\"(GITFLOWGUARD_[A-Z_]+)\"", path.read_text()))
    # Between a hook, its shim, and the hook that was there before it.
    inner = {"GITFLOWGUARD_CHAIN", "GITFLOWGUARD_PYTHONPATH"}
    assert own - inner == {name for name, _ in VARIABLES}
    said = (ROOT / "docs" / "cli.md").read_text()
    assert all(f"`{name}`" in said for name, _ in VARIABLES)
