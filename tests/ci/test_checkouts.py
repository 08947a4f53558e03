"""Whatever a checkout leaves behind, the action ends with the verdict of a whole clone, in one run, and says what it
fetched; a job that no pull request started is never green.

The checkouts make what actions/checkout makes (v2 to v7): the same git commands, on a repository that is served from a
folder. Its steps are run as action.yml has them, with the real program behind them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import budget
from tests.ci.judge import ACTION
from tests.ci.runner import Ran, Runner, stand_in_python
from tests.conftest import executable
from tests.install.place import git, repository

RUN = f'{sys.executable} -m gitflowguard "$@" --ci github --no-radar'
PROGRAM = f'#!/bin/sh\n[ "$1" != config ] || exit 0\nexec {RUN}\n'
FETCHED = "gitflowguard: fetched what the checkout had left out: "


class Shared:
    """An origin with a pull request whose faults show only in the history: a merge of main, made on the branch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = repository(folder / "origin", "main", "develop")
        for setting in ("allowAnySHA1InWant", "allowFilter"):
            git(self.path, "config", f"uploadpack.{setting}", "true")
        self.write(".gitflowguard.yaml", "preset: gitflow\nrules: {forbidden-merge: error}\n", "develop")
        self.write("old.txt", "old\n", "main")
        git(self.path, "branch", "-q", "feature/login", "develop")
        git(self.path, "checkout", "-q", "feature/login")
        git(self.path, "merge", "-q", "--no-ff", "-m", "Merge branch 'main'", "main")
        self.write("new.txt", "new\n", "feature/login")
        self.write("new.txt", "newer\n", "feature/login")
        self.write("more.txt", "more\n", "develop")
        self.head, self.base = (git(self.path, "rev-parse", name) for name in ("feature/login", "develop"))
        git(self.path, "update-ref", "refs/pull/7/head", self.head)
        git(self.path, "checkout", "-q", "--detach", "develop")
        git(self.path, "merge", "-q", "--no-ff", "-m", "Merge 7", self.head)
        self.merge = git(self.path, "rev-parse", "HEAD")
        git(self.path, "update-ref", "refs/pull/7/merge", self.merge)
        git(self.path, "tag", "1.0.0", "main")
        git(self.path, "checkout", "-q", "main")

    def write(self, name: str, text: str, branch: str) -> None:
        git(self.path, "checkout", "-q", branch)
        (self.path / name).write_text(text)
        git(self.path, "add", ".")
        git(self.path, "commit", "-q", "-m", f"Write {name}")

    def cut(self, *filters: str) -> Path:
        """What actions/checkout does with fetch-depth: 1: an empty repository and one fetch of one commit."""
        clone = self.folder / "clone"
        git(self.folder, "init", "-q", str(clone))
        git(clone, "remote", "add", "origin", f"file://{self.path}")
        words = ("fetch", "-q", "--no-tags", "--prune", "--no-recurse-submodules", "--depth=1", *filters)
        git(clone, *words, "origin", f"+{self.merge}:refs/remotes/pull/7/merge")
        return clone


def whole(shared: Shared) -> Path:
    """fetch-depth: 0, and the base."""
    clone = shared.folder / "clone"
    git(shared.folder, "clone", "-q", f"file://{shared.path}", str(clone))
    git(clone, "checkout", "-q", "--detach", shared.base)
    return clone


def the_merge_alone(shared: Shared) -> Path:
    """The default: depth 1, and the merge that GitHub made."""
    clone = shared.cut()
    git(clone, "checkout", "-q", "--force", "refs/remotes/pull/7/merge")
    return clone


def without_contents(shared: Shared) -> Path:
    """filter: blob:none, which sparse-checkout sets as well; only README is in the work tree."""
    clone = shared.cut("--filter=blob:none")
    git(clone, "sparse-checkout", "set", "--no-cone", "/nothing-here")
    git(clone, "checkout", "-q", "--force", "refs/remotes/pull/7/merge")
    return clone


def the_heads_branch(shared: Shared) -> Path:
    """ref: the head's branch, depth 1: HEAD names a branch that tracks the remote's."""
    clone = shared.folder / "clone"
    words = ("clone", "-q", "--depth=1", "--branch", "feature/login")
    git(shared.folder, *words, f"file://{shared.path}", str(clone))
    return clone


def a_kept_workspace(shared: Shared) -> Path:
    """A runner of one's own: a release that was deleted long ago, and a tag that was moved since."""
    clone = whole(shared)
    git(clone, "update-ref", "refs/remotes/origin/release/0.9.0", shared.base)
    git(clone, "tag", "--force", "1.0.0", shared.base)
    return clone


LEFT: dict[Callable[[Shared], Path], str] = {
    whole: "",
    the_merge_alone: "the older history, branches (3)",
    without_contents: "the older history, the files' contents, branches (3)",
    the_heads_branch: "the older history, branches (2)",
    a_kept_workspace: "",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """See Shared; nothing writes to it."""
    return Shared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def here(shared: Shared, tmp_path: Path) -> Shared:
    """The same origin, with a folder of its own for the clone."""
    return at(shared, tmp_path)


def at(shared: Shared, folder: Path) -> Shared:
    """The same origin, for a clone in another folder."""
    mine = Shared.__new__(Shared)
    mine.__dict__.update(shared.__dict__, folder=folder)
    return mine


def pull_request(shared: Shared, **more: Any) -> dict[str, Any]:
    mine = {"id": 1, "full_name": "acme/web"}
    pull = {
        "number": 7, "state": "open", "draft": False, "user": {"login": "ada"}, "mergeable": None, "title": "Work",
        "base": {"ref": "develop", "sha": shared.base, "repo": mine},
        "head": {"ref": "feature/login", "sha": shared.head, "repo": mine}, **more,
    }  # fmt: skip
    return {"action": "opened", "number": 7, "repository": mine, "pull_request": pull}


def fork(shared: Shared) -> dict[str, Any]:
    theirs = {"id": 2, "full_name": "bob/web", "fork": True}
    return pull_request(shared, head={"ref": "feature/login", "sha": shared.head, "repo": theirs})


def merge_group(shared: Shared) -> dict[str, Any]:
    group = {
        "base_ref": "refs/heads/develop", "base_sha": shared.base, "head_sha": shared.merge,
        "head_ref": f"refs/heads/gh-readonly-queue/develop/pr-7-{shared.base}",
    }  # fmt: skip
    return {
        "action": "checks_requested",
        "merge_group": group,
        "repository": {"id": 1, "full_name": "acme/web"},
    }


EVENTS = {"pull_request": pull_request, "fork": fork, "merge_group": merge_group}


def job(folder: Path, clone: Path, name: str, event: dict[str, Any], token: str = "") -> Ran:
    """One run of the action."""
    python = stand_in_python(folder / "python", executable(folder / "program", PROGRAM))
    runner = Runner(folder / "job", clone, name, event)
    return runner.action(ACTION, {"python": str(python), "token": token})


def verdict(ran: Ran) -> tuple[int, object]:
    """The exit code, and what was judged and found."""
    assert ran.outputs["report"], ran.log
    found = json.loads(Path(ran.outputs["report"]).read_text("utf-8"))
    return ran.code, {key: found[key] for key in ("summary", "findings", "skipped", "notes")}


@pytest.fixture(scope="module")
def expected(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, object]]:
    """Event -> the verdict of a clone that lacks nothing."""
    found = {}
    for name, event in EVENTS.items():
        mine = at(shared, tmp_path_factory.mktemp(name))
        found[name] = verdict(
            job(mine.folder, whole(mine), name.replace("fork", "pull_request"), event(mine))
        )
    return found


def test_a_whole_clone_shows_the_fault(expected: dict[str, tuple[int, object]]) -> None:
    """Else nothing below would prove anything. Of a merge group, what it brings into the base is judged."""
    assert {name: code for name, (code, _) in expected.items()} == {
        "pull_request": 1,
        "fork": 1,
        "merge_group": 0,
    }
    assert "GFG301" in str(expected["pull_request"]) and "GFG301" in str(expected["fork"])


@pytest.mark.parametrize(
    ("left", "event"),
    budget.sampled(
        (
            (the_merge_alone, "pull_request"),
            (the_merge_alone, "fork"),
            (the_merge_alone, "merge_group"),
            (without_contents, "pull_request"),
            (without_contents, "fork"),
            (the_heads_branch, "fork"),
            (a_kept_workspace, "pull_request"),
            (a_kept_workspace, "merge_group"),
        ),
        (without_contents, "fork"),
        (a_kept_workspace, "merge_group"),
    ),
    ids=lambda one: getattr(one, "__name__", one),
)
def test_the_verdict_is_that_of_a_whole_clone(
    left: Callable[[Shared], Path], event: str, here: Shared, expected: dict[str, tuple[int, object]]
) -> None:
    """In one run; and what was fetched is said, or nothing is. Quick where most is missing, and
    where too much is there. Whose head a pull request of this repository has is quick in tests/pull/test_events.py.
    """
    ran = job(here.folder, left(here), event.replace("fork", "pull_request"), EVENTS[event](here))
    assert verdict(ran) == expected[event], ran.log
    said = [line for line in ran.log.splitlines() if line.startswith(FETCHED)]
    words = LEFT[left]
    assert said == ([f"{FETCHED}{words} (with fetch-depth: 0 it is there at once)"] if words else [])
    clone = here.folder / "clone"
    assert not git(clone, "for-each-ref", "refs/remotes/origin/release")
    assert git(clone, "rev-parse", "1.0.0") == git(here.path, "rev-parse", "1.0.0")


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", "issue_comment"])
def test_a_job_that_no_pull_request_started_is_red_and_says_why(here: Shared, name: str) -> None:
    """A pass would be a green check of the same name on a commit that nobody judged."""
    event = {
        "repository": {"full_name": "acme/web"},
        "ref": "refs/heads/main",
        "issue": {"number": 7, "pull_request": {}},
    }
    ran = job(here.folder, whole(here), name, event)
    assert ran.code == 2 and [step.name for step in ran.steps] == ["Install gitflowguard", "Fetch the head"]
    assert f"::error title=gitflowguard::There is no pull request in a {name} event." in ran.log


def test_without_a_checkout_the_page_says_so(here: Shared, tmp_path: Path) -> None:
    """An action that comes first in its job."""
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = job(here.folder, empty, "pull_request", pull_request(here))
    assert ran.code == 2 and "::error title=gitflowguard::No repository is checked out here." in ran.log


def test_a_draft_gets_the_same_verdict(here: Shared) -> None:
    """Its check is the commit's: green, it would count for another pull request of the same commit."""
    assert job(here.folder, whole(here), "pull_request", pull_request(here, draft=True)).code == 1
