"""What is gathered for a push: just what the rules of the policy declare that they need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gitflowguard.model.authorship import Authorship
from gitflowguard.model.event import parse
from gitflowguard.model.facts import Commit, Fact, View
from gitflowguard.model.flow import Flow
from gitflowguard.model.lineage import lines
from gitflowguard.model.moment import ARRIVING, AT_PUSH, IDENTITY, MARKERS, MESSAGE, PRE_PUSH, moment_of
from gitflowguard.policy.presets import preset_flow
from gitflowguard.repo.gather import Scene
from gitflowguard.repo.git import Git
from gitflowguard.repo.pushes import push
from gitflowguard.repo.read import GitHistory, read_refs
from gitflowguard.repo.state import read_state
from gitflowguard.rules import registry
from tests.install.place import git, repository

PUSH = moment_of(AT_PUSH)
NEEDED = (MESSAGE, IDENTITY, ARRIVING, MARKERS)


def only(rule: str) -> Flow:
    """The preset with this rule alone; none for ""."""
    severities = {name: "error" if name == rule else "ignore" for name in registry.NAMES}
    return preset_flow("gitflow")._replace(severities=tuple(severities.items()))


def needs(fact: Fact) -> Iterator[str]:
    """What had to be read for the fact."""
    if isinstance(fact, Authorship):
        yield IDENTITY
    elif isinstance(fact, Commit) and fact.markers:
        yield MARKERS
    elif isinstance(fact, Commit) and fact.message:
        yield ARRIVING if fact.operation == "merged" else MESSAGE


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """feature/x with a commit that holds a conflict's marker, develop with its merge, and feature/y with work."""
    top = repository(tmp_path / "top", "main", "develop")
    git(top, "switch", "-q", "-c", "feature/x", "develop")
    (top / "README").write_text("<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> develop\n")
    git(top, "commit", "-q", "-a", "-m", "Work")
    git(top, "switch", "-q", "develop")
    git(top, "merge", "-q", "--no-ff", "-m", "Merge branch 'feature/x' into develop", "feature/x")
    git(top, "switch", "-q", "-c", "feature/y", "main")
    git(top, "commit", "-q", "--allow-empty", "-m", "Other work")
    return top


def gathered(top: Path, flow: Flow) -> set[str]:
    """The needs that were met in one push of the three branches; the remote has the first commit alone."""
    repo = Git(str(top))
    place, refs = repo.place(), read_refs(repo)
    view = View(flow, refs, lines(flow, refs))
    scene = Scene(repo, place, GitHistory(repo, place, refs), view, read_state(place), PUSH)
    first = git(top, "rev-parse", "main")
    rows = [(name, git(top, "rev-parse", name)) for name in ("develop", "feature/x", "feature/y")]
    said = "".join(f"refs/heads/{name} {new} refs/heads/{name} {first}\n" for name, new in rows)
    return {
        need
        for fact in push(scene, parse(PRE_PUSH, ("origin",), said.encode(), {})).facts
        for need in needs(fact)
    }


def test_without_rules_nothing_is_read_for_them(work: Path) -> None:
    assert gathered(work, only("")) == set()


@pytest.mark.parametrize("need", NEEDED)
def test_one_rule_gets_what_it_declares_and_no_more(work: Path, need: str) -> None:
    """For each need a rule that has it; what it also needs comes too."""
    rows = [row for row in registry.rows() if row[1] == "commit" and need in registry.needs_of(row)]
    row = min(rows, key=lambda row: (len(registry.needs_of(row)), row))
    found = gathered(work, only(row[2]))
    assert need in found
    assert found <= set(registry.needs_of(row)), row[2]
