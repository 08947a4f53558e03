"""GraphHistory gives the answers of GitHistory, on random histories and at its own limits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitflowguard.model.lineage import with_unknown
from gitflowguard.model import lineage
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.flow import remembering
from gitflowguard.model.history import Cut
from gitflowguard.policy.presets import preset_flow
from gitflowguard.process import Completed
from gitflowguard.repo import graph as graph_module
from gitflowguard.repo.git import Git
from gitflowguard.repo.graph import AllGit, GraphHistory
from gitflowguard.repo.read import GitHistory, read_refs
from tests.budget import examples
from tests.status.drawn import Drawn, build, git, histories

often = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", examples(25, quick=8))),
    deadline=None,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
# The whole graph, and graphs that end after one, three and six commits: there git is asked.
limits = st.sampled_from((100_000, 1, 3, 6))


@contextmanager
def both(drawn: Drawn, most: int) -> Iterator[tuple[GraphHistory, GitHistory, Refs, list[str]]]:
    """Both histories over one new repository."""
    with tempfile.TemporaryDirectory() as folder:
        commits = build(Path(folder), drawn)
        asked = AllGit(folder)
        refs = read_refs(asked)
        place = asked.place()
        # With few branches, too, in the way that is meant for many.
        with patch.object(graph_module, "_FEW", 0 if len(commits) % 2 else 32):
            yield GraphHistory(asked, place, refs, most), GitHistory(Git(folder), place, refs), refs, commits


def tips(refs: Refs) -> list[str]:
    return sorted({*refs.heads.values(), *refs.remotes.values()})


@often
@given(histories(), limits, st.data())
def test_own_is_what_git_says_and_children_stand_first(drawn: Drawn, most: int, data: st.DataObject) -> None:
    """For any tip and any set of known tips, also none."""
    with both(drawn, most) as (graph, plain, refs, _):
        all_tips = tips(refs)
        if not all_tips:
            return
        for tip in all_tips:
            known = tuple(data.draw(st.lists(st.sampled_from(all_tips), unique=True)))
            found = graph.own(tip, known)
            assert found == plain.own(tip, known)
            order = list(found)
            assert all(order.index(p) > order.index(c) for c in found for p in found[c] if p in found)


@often
@given(histories(), limits)
def test_holders_are_what_git_says_for_every_commit(drawn: Drawn, most: int) -> None:
    """Also for commits that no branch holds, and for one that does not exist."""
    with both(drawn, most) as (graph, plain, refs, commits):
        names = (*refs.branches(), "missing")
        for commit in (*commits, "1" * 40):
            assert graph.holders(commit, names) == plain.holders(commit, names)
            assert graph.holders(commit, names[:1]) == plain.holders(commit, names[:1])


@often
@given(histories(), limits)
def test_merged_tags_and_surplus_are_what_git_says(drawn: Drawn, most: int) -> None:
    """surplus may only be silent where the graph ends."""
    with both(drawn, most) as (graph, plain, refs, commits):
        all_tips = tips(refs)
        for tip in all_tips:
            assert graph.merged_tags(tip) == plain.merged_tags(tip)
            told = graph.surplus(tip, all_tips[0]), graph.surplus(tip, all_tips[0], merges=False)
            own = plain.own(tip, (all_tips[0],))
            real = len(own), sum(len(parents) < 2 for parents in own.values())
            assert told == real or (told == (None, None) and most < len(commits))


@often
@given(histories(), limits)
def test_lineage_says_the_same_of_every_branch(drawn: Drawn, most: int) -> None:
    """The facts of `status` are those of the hooks, whatever the index and the memory for names."""
    with both(drawn, most) as (graph, plain, refs, _):
        flow = with_unknown(preset_flow("gitflow"))
        for name in refs.branches():
            fast = lineage.branch(graph, View(remembering(flow), refs.indexed()), name, refs.tips(name)[0])
            assert fast == lineage.branch(plain, View(flow, refs), name, refs.tips(name)[0])


def test_a_nested_tag_and_a_tag_of_a_file_are_asked_of_git(tmp_path: Path) -> None:
    """Neither is a commit, so the graph alone would take them for part of the shared history."""
    build(tmp_path, ([[], [0], [1]], {"refs/heads/main": 1, "refs/heads/develop": 2}))
    blob = git(tmp_path, "hash-object", "-w", "--stdin", stdin="text")
    git(tmp_path, "tag", "file", blob)
    git(tmp_path, "tag", "-a", "-m", "one", "one", "develop")
    git(tmp_path, "tag", "-a", "-m", "two", "two", "one")
    asked = AllGit(str(tmp_path))
    refs = read_refs(asked)
    graph = GraphHistory(asked, asked.place(), refs)
    assert graph.merged_tags(refs.heads["develop"]) == ("one", "two")
    assert graph.merged_tags(refs.heads["main"]) == ()


def test_a_noted_base_is_found_and_all_are_read_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AVH's key gitflow.branch.<name>.base, in one `git config` for all branches."""
    build(tmp_path, ([[]], {"refs/heads/main": 0, "refs/heads/feature/a": 0, "refs/heads/feature/B": 0}))
    git(tmp_path, "config", "gitflow.branch.feature/a.base", "develop")
    git(tmp_path, "config", "gitflow.branch.feature/B.base", "main")
    asked = AllGit(str(tmp_path))
    refs = read_refs(asked)
    graph = GraphHistory(asked, asked.place(), refs)
    calls: list[tuple[str, ...]] = []
    real = Git.call

    def call(self: Git, *args: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,)) -> Completed:
        calls.append(args)
        return real(self, *args, stdin=stdin, codes=codes)

    monkeypatch.setattr(Git, "call", call)
    assert [graph.cut(name) for name in ("feature/a", "feature/B", "main")] == [
        Cut("", "develop"),
        Cut("", "main"),
        None,
    ]
    assert len(calls) == 1
    assert asked.config("user.name") == "Test Person"


def test_what_is_shared_may_lie_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers stay; only more is read."""
    commits = build(tmp_path, ([[], [0], [1], [1]], {"refs/heads/main": 2, "refs/heads/develop": 3}))
    monkeypatch.setattr("gitflowguard.repo.shared._FEW", 1)
    monkeypatch.setattr("gitflowguard.repo.shared._EACH", 0)
    monkeypatch.setattr("gitflowguard.repo.shared._MORE", 1)
    asked = AllGit(str(tmp_path))
    refs = read_refs(asked)
    graph = GraphHistory(asked, asked.place(), refs)
    assert graph.holders(commits[0], ("main", "develop")) == ("main", "develop")
    assert graph.surplus(commits[2], commits[3]) == 1
    assert list(graph.own(commits[2], ())) == [commits[2], commits[1], commits[0]]
