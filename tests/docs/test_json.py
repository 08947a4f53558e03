"""What each command prints with --json is what docs/reference/json describes, key by key."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.test_variables import ALL
from tests.e2e.world import World, make
from tools import json_docs

SCHEMAS = {
    command: json_docs.schema(name, said, body)
    for name, commands, said, body in json_docs.SCHEMAS
    for command in commands
}
# Commands whose JSON isn't described here yet: the plan of `protect` holds GitHub's own documents.
OTHERS = {"protect plan", "protect apply", "protect verify", "protect undo", "protect selftest"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Branches that conflict, stand on each other, were squashed, match nothing; a file that a tool reports."""
    made = make(tmp_path_factory.mktemp("json"), "native")
    made.policy("preset: gitflow\ntools:\n  black: true\n")
    for name in ("feature/a", "feature/b"):
        made.do("switch", "-q", "-c", name, "develop")
        made.write("same.py", f"x = '{name}'\n")
        made.do("commit", "-q", "-m", f"Write on {name}")
    made.branch("feature/c", "feature/b")
    made.branch("odd-one")
    made.do("switch", "-q", "--orphan", "pages")
    made.do("commit", "-q", "--allow-empty", "-m", "A site")
    made.do("switch", "-q", "develop")
    made.do("merge", "-q", "--squash", "feature/a")
    made.do("commit", "-q", "-m", "Add a (#1)")
    made.do("switch", "-q", "feature/c")
    made.write("ugly.py", "x = (  1)\n")
    return made


CALLS = (
    "check", "check --all", "quality", "quality --all", "artefacts check --all", "status", "status --kind feature",
    "radar", "radar --order feature/b,feature/c", "radar check same.py", "radar check same.py none.py",
    "doctor", "rules", "explain GFG106",
    "pr check --head feature/b --base develop", "pr check --head odd-one --base main --no-radar",
    "protect simulate --may-push main", "protect simulate --may-merge feature/b develop",
)  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_the_output_is_as_described(world: World, call: str) -> None:
    """Nothing more, nothing less."""
    done = world.run("gitflowguard", *call.split(), "--json")
    assert done.code in (0, 1, 3), done.text
    name = max((one for one in SCHEMAS if f"{call} ".startswith(f"{one} ")), key=len)
    jsonschema.validate(json.loads(done.text), SCHEMAS[name])


def test_every_command_with_json_is_described() -> None:
    """A new one has to be."""
    with_json = {
        " ".join(words)
        for words, command in ALL.items()
        if any("--json" in one.opts for one in command.params)
    }
    assert with_json == set(SCHEMAS) | OTHERS


def test_the_files_are_what_the_description_says() -> None:
    """And each is a schema."""
    assert json_docs.main(["--check"]) == 0
    for path in Path(json_docs.FOLDER).glob("*.json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))
