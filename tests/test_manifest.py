""".pre-commit-hooks.yaml: valid for both frameworks, one id a stage, entries that exist."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from gitflowguard import __version__
from gitflowguard.app.setup.precommit import REV
from gitflowguard.model.moment import ALL_STAGES as STAGES

ROOT = Path(__file__).parent.parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("framework", ["pre-commit", "prek"])
def test_the_manifest_is_valid(framework: str) -> None:
    done = subprocess.run(
        [BIN / framework, "validate-manifest", MANIFEST], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_id_a_stage_and_each_says_its_stage() -> None:
    """Without `stages` a framework runs a hook in every stage that the user has installed."""
    hooks = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}
    stages = [stage for stage in STAGES if stage not in ("post-checkout", "reference-transaction")]
    tools = ("quality", "format", "lint", "security")
    assert list(hooks) == [f"gitflowguard-{stage}" for stage in (*stages, "manual", *tools)]
    for name in tools:
        hook = hooks[f"gitflowguard-{name}"]
        family = [] if name == "quality" else ["--family", name]
        assert hook["entry"].split() == ["python", "-I", "-m", "gitflowguard.hookmain", "quality", *family]
        assert (
            hook["stages"] == ["pre-commit", "pre-merge-commit", "pre-push", "manual"]
            and hook["require_serial"]
        )
    for stage in stages:
        hook = hooks[f"gitflowguard-{stage}"]
        assert hook["stages"] == [stage] and hook["entry"] == f"python -I -m gitflowguard.hookmain {stage}"
        assert hook["always_run"] is True and hook["pass_filenames"] is ("msg" in stage)


def test_version_is_one() -> None:
    """pyproject, the package and what `init` writes into .pre-commit-config.yaml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__ == REV.removeprefix("v")


def test_the_hooks_install_the_tools_of_the_extra() -> None:
    """A framework makes an environment for each list of them, so each id has the same."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][
        "quality"
    ]
    hooks = yaml.safe_load(MANIFEST.read_text())
    assert all(hook["additional_dependencies"] == wanted for hook in hooks)


def test_every_page_names_this_version() -> None:
    """What a page tells people to install: the tag in the repository, or its newest state."""
    named = re.compile(r"gitflowguard/gitflowguard(?:@| *\n *rev: )(v\d+\.\d+\.\d+)")
    found = [
        (page.name, tag)
        for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for tag in named.findall(page.read_text("utf-8"))
        if page.name != "CHANGELOG.md"
    ]
    assert len(found) >= 6 and all(tag == REV for _, tag in found), found
