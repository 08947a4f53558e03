"""A policy names tools that gitflowguard doesn't bring: the job installs them by the base's policy, and ends green.

The steps of action.yml and of the workflow are run as they stand. In most tests pip is a stand-in that can put into the
environment only what is installed here, and only what it was asked for; one test lets the real pip ask the index.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import sysconfig
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from gitflowguard import __version__
from gitflowguard.app.quality.install import installed_by
from gitflowguard.model.distribution import GITHUB, requirement
from gitflowguard.quality.requirements import PINS, requirements
from gitflowguard.report.workflow import workflow
from tests import budget
from tests.ci import judge
from tests.ci.runner import Ran, Runner
from tests.ci.test_workflow import run
from tests.conftest import executable
from tests.install.place import git, repository
from tests.policy.helpers import flow

BIN = Path(sys.executable).parent
OWN = BIN / "gitflowguard"
PYTHON = Path(sys.base_prefix) / "bin" / "python3"
# Console scripts of each package that is installed for the tests.
SCRIPTS = {
    name: (name,)
    for name in ("isort", "nbstripout", "picklescan", "ruff", "mypy", "black", "flake8", "bandit")
}
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "0", "execution_count": None, "metadata": {}, "outputs": [], "source": ["1 + 1"]}
    ],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip
SPOILED = json.loads(json.dumps(NOTEBOOK))
SPOILED["cells"][0].update(
    execution_count=1,
    outputs=[
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": ["2"]}}
    ],
)
NOTES = (json.dumps(NOTEBOOK, indent=1, sort_keys=True) + "\n").encode()
GOOD = "import os\nimport sys\n\n\ndef name() -> str:\n    return os.fspath(sys.executable)\n"
# tool -> (its entry in the policy, a file that it looks at, what passes, what it finds fault with)
CASES: dict[str, tuple[str, str, bytes, bytes]] = {
    "isort": ("isort: true", "a.py", GOOD.encode(), GOOD.replace("os\nimport sys", "sys\nimport os").encode()),
    "nbstripout": ("nbstripout: true", "n.ipynb", NOTES, (json.dumps(SPOILED, indent=1) + "\n").encode()),
    "picklescan": ("picklescan: true", "m.pkl", pickle.dumps([1]), b"cposix\nsystem\n(S'true'\ntR."),
    "ruff": ("ruff: true", "a.py", GOOD.encode(), b"import os\n"),
    "ruff-format": ("ruff-format: true", "a.py", GOOD.encode(), b"x = {  }\n"),
    "mypy": ("mypy: true", "a.py", GOOD.encode(), GOOD.replace("-> str", "-> int").encode()),
    "strict": (
        'strict: {run: [flake8, --isolated], files: ["*.py"], package: "flake8==%s"}' % PINS["flake8"],
        "a.py", GOOD.encode(), b"import os\n",
    ),
}  # fmt: skip


class Place:
    """An origin whose develop has the policy, a pull request into it, and a clone of the base."""

    def __init__(self, folder: Path, policy: str, files: dict[str, bytes], head_policy: str = "") -> None:
        self.folder = folder
        origin = repository(folder / "origin", "main", "develop")
        git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(origin, "checkout", "-q", "develop")
        (origin / ".gitflowguard.yaml").write_text(policy)
        git(origin, "add", ".")
        git(origin, "commit", "-q", "-m", "The policy")
        git(origin, "checkout", "-q", "-b", "feature/work")
        for name, data in files.items():
            (origin / name).write_bytes(data)
        if head_policy:
            (origin / ".gitflowguard.yaml").write_text(head_policy)
        git(origin, "add", ".")
        git(origin, "commit", "-q", "-m", "Work")
        self.tips = {name: git(origin, "rev-parse", name) for name in ("develop", "feature/work")}
        git(origin, "checkout", "-q", "main")
        self.origin, self.clone = origin, folder / "clone"
        git(folder, "clone", "-q", f"file://{origin}", str(self.clone))
        git(self.clone, "checkout", "-q", "--detach", self.tips["develop"])

    def runner(self, **env: str) -> Runner:
        """A job of the pull request."""
        mine = {"id": 1, "full_name": "acme/web"}
        event: dict[str, Any] = {
            "action": "opened", "number": 7, "repository": mine,
            "pull_request": {
                "number": 7, "state": "open", "draft": False, "user": {"login": "ada"}, "mergeable": None,
                "title": "Work", "base": {"ref": "develop", "sha": self.tips["develop"], "repo": mine},
                "head": {"ref": "feature/work", "sha": self.tips["feature/work"], "repo": mine},
            },
        }  # fmt: skip
        return Runner(self.folder / "job", self.clone, "pull_request", event, "", env)

    def action(self, python: str, **env: str) -> tuple[Ran, dict[str, Any]]:
        """The action, and the report that it left."""
        ran = self.runner(**env).action(judge.ACTION, {"python": python, "token": ""})
        path = ran.outputs.get("report")
        return ran, json.loads(Path(path).read_text()) if path else {}

    @property
    def asked(self) -> list[str]:
        """Every requirement that the stand-in for pip was asked for."""
        return (self.folder / "python" / "asked").read_text().splitlines()


def prepared(folder: Path) -> Path:
    """A python3 whose environments hold gitflowguard alone, until its pip is asked for one of SCRIPTS."""
    folder.mkdir()
    site = sysconfig.get_paths()["purelib"]
    path = ":".join(str(one) for one in (judge.ACTION.parent / "src", site))
    program = (
        f'#!/bin/sh\nPYTHONPATH={path} PYTHONSAFEPATH=1 exec "$(dirname "$0")/inner" -m gitflowguard "$@"\n'
    )
    links = "\n".join(
        f'  {name}==*) for one in {" ".join(scripts)}; do ln -sf {BIN}/"$one" "$bin/$one"; done ;;'
        for name, scripts in SCRIPTS.items()
    )
    inner = executable(
        folder / "pip",
        f"""#!/bin/sh
bin="$(dirname "$0")"
case "$*" in "-I -m gitflowguard "*) shift 3; exec "$bin/gitflowguard" "$@" ;; esac
case "$*" in "-I -m pip install "*) ;; *) echo "stand-in: $*" >&2; exit 64 ;; esac
shift 4
ln -sf {PYTHON} "$bin/inner"
ln -sf {folder}/gitflowguard "$bin/gitflowguard"
while [ $# -gt 0 ]; do
  case "$1" in
    --requirement) set -- "$1" "$2" $(cat "$2") ; shift 2 ; continue ;;
{links}
  esac
  case "$1" in *==*|*" @ "*) echo "$1" >>{folder}/asked ;; esac
  shift
done
""",
    )
    executable(folder / "gitflowguard", program)
    (folder / "asked").write_text("")
    return executable(
        folder / "python3",
        f"""#!/bin/sh
[ "$1 $2 $3" = "-I -m venv" ] && [ $# = 4 ] || {{ echo "stand-in: $*" >&2; exit 64; }}
mkdir -p "$4/bin" && ln -s {inner} "$4/bin/python"
""",
    )


def said(ran: Ran, report: dict[str, Any]) -> str:
    return ran.log + json.dumps(report, indent=1)


@pytest.mark.parametrize(
    ("tool", "good"),
    budget.sampled(product(CASES, (True, False)), ("isort", False), ("strict", True)),
)
def test_each_tool_ends_green_and_finds_what_it_finds(tmp_path: Path, tool: str, good: bool) -> None:
    """Without the installation every one of them ended with 3.

    Quick: a tool that finds something, and a team's own program that finds nothing. What is asked of pip for each tool
    is in the test of the workflow below; what each finds, once it is installed, in tests/quality/test_tools.py.
    """
    entry, name, passes, fails = CASES[tool]
    place = Place(tmp_path, f"preset: gitflow\ntools:\n  {entry}\n", {name: passes if good else fails})
    ran, report = place.action(str(prepared(tmp_path / "python")))
    assert ran.code == (0 if good else 1), said(ran, report)
    assert [step.name for step in ran.steps][2:] == ["Install the tools of the policy", "Check"]
    assert good or any(one.get("tool") == tool or one["path"] == name for one in report["findings"])


def test_what_the_head_names_is_never_installed(tmp_path: Path) -> None:
    """Its author would choose what runs in the job."""
    base = "preset: gitflow\ntools: {isort: true}\n"
    head = 'preset: gitflow\ntools: {isort: {version: "1.0"}, evil: {run: [evil], package: "evil==1.0"}}\n'
    place = Place(tmp_path, base, {"a.py": GOOD.encode()}, head)
    place.action(str(prepared(tmp_path / "python")))
    assert place.asked == [f"isort=={PINS['isort']}"]


def test_nothing_is_asked_for_where_the_policy_names_no_tool(tmp_path: Path) -> None:
    """Nor where the base has no policy at all, or the head alone has one."""
    place = Place(
        tmp_path, "preset: gitflow\n", {"a.py": b"x=1\n"}, "preset: gitflow\ntools: {isort: true}\n"
    )
    ran, _ = place.action(str(prepared(tmp_path / "python")))
    assert ran.code == 0, ran.log
    assert place.asked == []


def test_a_base_that_is_not_here_is_said(tmp_path: Path) -> None:
    """One that a force push took away, and that no server has any more."""
    place = Place(tmp_path, "preset: gitflow\n", {"a.py": b"x = 1\n"})
    place.tips["develop"] = "1" * 40
    ran = place.runner().action(judge.ACTION, {"python": str(prepared(tmp_path / "python")), "token": ""})
    assert (
        ran.code == 3 and "::error title=gitflowguard::git could not fetch the commits" in ran.steps[-1].out
    )


def test_the_workflow_installs_the_same(tmp_path: Path) -> None:
    """The workflow that init writes has them in its one installation, and its steps end green."""
    tools = "\n".join(f"  {CASES[tool][0]}" for tool in ("isort", "picklescan", "mypy", "strict"))
    policy = f"preset: gitflow\ntools:\n{tools}\n  flake8: {{with: [pep8-naming==0.15.1]}}\n"
    place = Place(tmp_path, policy, {"a.py": GOOD.encode(), "m.pkl": pickle.dumps([1])})
    made = flow(policy)
    text = workflow(made, __version__, requirements(made.tools))

    def checkout(workspace: Path, words: dict[str, str]) -> None:
        git(tmp_path, "clone", "-q", f"file://{place.origin}", str(workspace))
        git(workspace, "checkout", "-q", "--detach", words["ref"])

    place.clone = tmp_path / "workspace"
    place.clone.mkdir()
    runner = place.runner()
    runner.env["PATH"] = f"{prepared(tmp_path / 'python').parent}:{runner.env['PATH']}"
    ran = runner.job(text, {"actions/checkout": checkout})
    assert ran.code == 0, ran.log
    assert place.asked == [requirement(__version__, (GITHUB,)), *requirements(made.tools)]
    assert installed_by(text) == tuple(place.asked[1:])


def test_the_readers_have_nothing_to_say_of_a_workflow_with_tools(tmp_path: Path) -> None:
    """zizmor and GitHub's schema."""
    path = tmp_path / ".github/workflows/gitflowguard.yml"
    path.parent.mkdir(parents=True)
    path.write_text(workflow(flow("preset: gitflow"), "1.2.3", ("isort==9.0.2", "mypy==2.4.1")))
    for words in (
        ("zizmor", "--offline", "--no-progress", "--quiet"),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
    ):
        done = run(*words, path)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_real_pip_brings_them(tmp_path: Path) -> None:
    """From the index that this machine has; skipped where there is none."""
    tools = "\n".join(f"  {CASES[tool][0]}" for tool in ("isort", "nbstripout", "picklescan", "ruff", "mypy"))
    spell = '  spelling: {run: [codespell], package: "codespell==2.4.1"}'
    files = {"a.py": GOOD.encode(), "m.pkl": pickle.dumps([1]), "n.ipynb": NOTES}
    place = Place(tmp_path, f"preset: gitflow\ntools:\n{tools}\n{spell}\n", files)
    ran, report = place.action(str(PYTHON))
    if "No matching distribution" in ran.log or "Could not find a version" in ran.log:
        pytest.skip("no package index can be reached")
    assert ran.code == 0, said(ran, report)


@pytest.mark.parametrize(
    ("files", "wanted"),
    budget.sampled(
        (
            ({}, ""),
            ({"pyproject.toml": "[project]\nname = 'x'\n"}, ""),
            ({"pyproject.toml": "[tool.gitflowguard.tools]\nisort = true\n"}, f"isort=={PINS['isort']}\n"),
            (
                {
                    ".gitflowguard.yaml": "preset: gitflow\ntools: {mypy: {version: '1.5'}}\n",
                    "pyproject.toml": "[tool.gitflowguard.tools]\nisort = true\nmypy = true\n",
                },
                f"isort=={PINS['isort']}\nmypy==1.5\n",
            ),
        ),
        *(1, 3),
    ),
)
def test_whatever_holds_the_policy_at_a_commit(tmp_path: Path, files: dict[str, str], wanted: str) -> None:
    """The work tree's own files are not read; where two hold one, a pull request may be judged by either.

    Quick: neither file has a policy, and both have one.
    """
    repo = repository(tmp_path / "r", "main")
    for name, text in files.items():
        (repo / name).write_text(text)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "--allow-empty", "-m", "The policy")
    (repo / ".gitflowguard.yaml").write_text("preset: gitflow\ntools: {ruff: true}\n")
    words = [str(OWN), "config", "tools", "--requirements", "--at", "HEAD"]
    done = subprocess.run(words, cwd=repo, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, wanted), done.stderr


@pytest.mark.parametrize(
    "revision", budget.sampled(("nothing", "--output=x", "1" * 40, "HEAD:README"), "--output=x", "1" * 40)
)
def test_what_is_no_commit_here_is_said(tmp_path: Path, revision: str) -> None:
    """And is never an option of git's. Quick for an option and an id; a name and a file are slow."""
    repo = repository(tmp_path / "r", "main")
    words = [str(OWN), "config", "tools", "--requirements", f"--at={revision}"]
    done = subprocess.run(words, cwd=repo, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and f"the commit {revision} isn't here" in done.stderr
