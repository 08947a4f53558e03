"""A policy is adopted once; after that it changes as everything else does: by a pull request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import budget
from tests.e2e.world import World, make

YAML, TOML = ".gitflowguard.yaml", "pyproject.toml"
LAX = 'rules = {direct-commit = "ignore", rewritten-branch = "ignore"}\n'
TABLE = f'[tool.gitflowguard]\npreset = "gitflow"\n{LAX}'
INLINE = f"[tool]\ngitflowguard = {{{LAX.strip()}}}\n"
STRICT = '[tool.gitflowguard]\npreset = "gitflow"\n'
SHORT = '[tool]\ngitflowguard = {preset = "gitflow"}\n'
# What main holds -> what a direct commit makes of it; None: the file goes.
MOVES: dict[str, tuple[dict[str, str | None], dict[str, str | None]]] = {
    "a laxer table": ({TOML: '[tool.gitflowguard]\npreset = "gitflow"\n'}, {TOML: TABLE}),
    "a dependency beside the table": ({TOML: STRICT}, {TOML: STRICT + "[project]\ndependencies = ['x']\n"}),
    "YAML to a laxer table": ({YAML: "preset: gitflow\n"}, {YAML: None, TOML: TABLE}),
    "a table beside YAML": ({YAML: "preset: gitflow\n"}, {TOML: INLINE}),
    "a table to laxer YAML": ({TOML: SHORT}, {TOML: None, YAML: "rules: {direct-commit: ignore}\n"}),
    "YAML beside a table": ({TOML: SHORT}, {YAML: "rules: {direct-commit: ignore}\n"}),
    "laxer YAML": ({YAML: "preset: gitflow\n"}, {YAML: "rules: {direct-commit: ignore}\n"}),
    "another spelling": ({TOML: '[tool."gitflowguard"]\npreset = "gitflow"\n'}, {TOML: TABLE}),
    "no policy any more": ({YAML: "preset: gitflow\n"}, {YAML: None}),
    "a file of others, while the policy stays": ({YAML: "preset: gitflow\n"}, {TOML: "[project]\n"}),
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make(tmp_path, "native")


def put(world: World, files: dict[str, str | None]) -> None:
    """The files as they are to be, staged."""
    for name, text in files.items():
        if text is None:
            world.do("rm", "-q", name)
        else:
            world.write(name, text)


@pytest.mark.parametrize(
    "move",
    budget.sampled(MOVES, "a laxer table", "a table to laxer YAML", "laxer YAML", "no policy any more"),
)
def test_a_policy_changes_on_a_line_by_no_direct_push(world: World, move: str) -> None:
    """In whatever form it is, and becomes. Quick: each form laxer once, and none left."""
    before, after = MOVES[move]
    world.do("switch", "-q", "main")
    put(world, before)
    world.do("commit", "-q", "-m", "The policy")
    world.do("push", "-q", "origin", "main")
    put(world, after)
    world.do("commit", "-q", "-m", "Another one")
    said = world.git("push", "origin", "main")
    assert said.code == 1 and "error[GFG201]" in said.text, said.text


@pytest.mark.parametrize(
    "files",
    budget.sampled(
        (
            {YAML: "preset: gitflow\n"},
            {TOML: '[tool.gitflowguard]\npreset = "gitflow"\n'},
            {TOML: 'tool.gitflowguard.preset = "gitflow"\n'},
        ),
        *(0, 2),
    ),
)
def test_the_first_policy_comes_by_a_commit_of_its_own(world: World, files: dict[str, str | None]) -> None:
    """Commit and push pass, once. A table of its own is slow: the dotted key is found as it is."""
    world.do("switch", "-q", "main")
    put(world, files)
    assert world.git("commit", "-q", "-m", "Adopt").code == 0
    assert world.git("push", "-q", "origin", "main").code == 0
