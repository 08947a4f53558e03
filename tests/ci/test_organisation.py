"""The workflow of docs/guides/organisation.md: a page is copied by its readers, so it is read as they would run it."""

from __future__ import annotations

from pathlib import Path

import click
import yaml

from gitflowguard.cli.main import build
from tests.ci.test_workflow import run

PAGE = Path(__file__).parents[2] / "docs/guides/organisation.md"


def block() -> str:
    """The one workflow on the page."""
    text = PAGE.read_text("utf-8")
    (found,) = text.split("```yaml workflow\n")[1:]
    return found.split("```")[0]


def test_its_readers_have_nothing_to_say(tmp_path: Path) -> None:
    file = tmp_path / ".github/workflows/protection.yml"
    file.parent.mkdir(parents=True)
    file.write_text(block())
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("zizmor", "--offline", "--no-progress", "--quiet", file)
    assert done.returncode == 0, done.stdout


def test_its_scripts_hold_no_expression_and_know_our_options() -> None:
    (job,) = yaml.safe_load(block())["jobs"].values()
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    assert len(scripts) == 2 and not any("${{" in script for script in scripts)
    words = scripts[1].replace("\\\n", " ").split()
    options = {word for word in words[words.index("verify") :] if word.startswith("--")}
    group = build()
    with click.Context(group) as outer:
        protect = group.get_command(outer, "protect")
        assert isinstance(protect, click.Group)
        verify = protect.get_command(click.Context(protect), "verify")
    assert verify is not None and len(options) > 5
    assert options <= {name for parameter in verify.params for name in parameter.opts}


def test_every_part_has_its_shard() -> None:
    (job,) = yaml.safe_load(block())["jobs"].values()
    shards = job["strategy"]["matrix"]["shard"]
    assert shards == [f"{number}/{len(shards)}" for number in range(1, len(shards) + 1)]
