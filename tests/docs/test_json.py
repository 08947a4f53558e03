"""What each command prints with --json is what docs/reference/json describes, key by key."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests import budget
from tests.cli.test_variables import ALL
from tests.e2e.world import World, make
from tools import json_docs

SCHEMAS = {
    command: json_docs.schema(name, said, body)
    for name, commands, said, body in json_docs.SCHEMAS
    for command in commands
}


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
    (made.work / "requirements.txt").write_text("click==8.4.1\n")
    (made.work / "subject.txt").write_text("Add a thing.  \n")
    (made.work / "broken.yaml").write_text("preset: gitlfow\nrules: {x: error}\n")
    return made


CALLS = (
    "check", "check --all", "quality", "quality --all", "artefacts check --all", "status", "status --kind feature",
    "radar", "radar --order feature/b,feature/c", "radar check same.py", "radar check same.py none.py",
    "doctor", "doctor --timings", "rules", "explain GFG106",
    "pr check --head feature/b --base develop", "pr check --head odd-one --base main --no-radar",
    "config show", "config validate", "config validate broken.yaml", "init --dry-run", "init --dry-run --no-hooks",
    "ci --check", "uninstall --dry-run", "uninstall --dry-run --policy", "baseline --dry-run", "message subject.txt",
    "message --fix subject.txt", "protect simulate --may-push main", "protect simulate --may-merge feature/b develop",
)  # fmt: skip


# What these have is a part of what another call of the same command has.
PARTS = (
    "check", "quality", "status --kind feature", "radar check same.py", "doctor", "init --dry-run --no-hooks",
    "uninstall --dry-run", "message subject.txt", "pr check --head odd-one --base main --no-radar",
)  # fmt: skip


@pytest.mark.parametrize("call", budget.sampled(CALLS, *[call for call in CALLS if call not in PARTS]))
def test_the_output_is_as_described(world: World, call: str) -> None:
    """Nothing more, nothing less. PARTS are slow: the calls that say more are quick."""
    done = world.guard(*call.split(), "--json")
    assert done.code in (0, 1, 2, 3), done.text
    name = max((one for one in SCHEMAS if f"{call} ".startswith(f"{one} ")), key=len)
    jsonschema.validate(json.loads(done.text), SCHEMAS[name])


def test_a_setup_and_its_way_back(tmp_path: Path) -> None:
    """What was written is as described too, with the commands that share it; no question is mixed in."""
    world = make(tmp_path, "native")
    world.guard("uninstall", "--policy", "--yes")
    (world.work / ".gitflowguard.yaml").unlink(missing_ok=True)
    world.run("git", "commit", "-aqm", "Remove the policy")
    for call, written in (("init --yes", True), ("init --dry-run", False), ("uninstall --yes", True)):
        done = world.guard(*call.split(), "--json")
        data = json.loads(done.text)
        jsonschema.validate(data, SCHEMAS[call.split()[0]])
        assert done.code == 0 and data["written"] is written and bool(data["steps"]) is written, data
        assert written is False or "uninstall" in call or data["share"][0]["commands"]
    for call in ("init", "uninstall", "ci"):
        done = world.guard(call, "--json")
        assert done.code == 2 and "--json" in done.text and not done.text.startswith("{")


def test_every_command_with_json_is_described() -> None:
    """A new one has to be."""
    with_json = {
        " ".join(words)
        for words, command in ALL.items()
        if any("--json" in one.opts for one in command.params)
    }
    assert with_json == {one.partition(" --")[0] for one in SCHEMAS}


def test_the_files_are_what_the_description_says() -> None:
    """And each is a schema."""
    assert json_docs.main(["--check"]) == 0
    for path in Path(json_docs.FOLDER).glob("*.json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))
