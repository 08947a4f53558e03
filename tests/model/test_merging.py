"""Which branch a merged commit came from, and what a push brings."""

from __future__ import annotations

import pytest

from gitflowguard.model import lineage
from gitflowguard.model.facts import Commit, Merge, Repetition
from gitflowguard.model.finding import Unknown
from tests.model.drawing import Drawn

SUBJECTS = {
    "Merge branch 'feature/x'": (("feature/x",), ""),
    "Merge branch 'feature/x' into develop": (("feature/x",), "develop"),
    "Merge branch 'develop' of https://host/r into develop": (("develop",), "develop"),
    "Merge remote-tracking branch 'origin/feature/x'": (("feature/x",), ""),
    "Merge tag '1.0' into develop": (("1.0",), "develop"),
    "Merge branches 'a' and 'b'": (("a", "b"), ""),
    "Merge branch 'origin/develop": (("origin/develop",), ""),
    "Merge pull request #7 from owner/feature/x": (("feature/x",), ""),
    "Merge pull request #7 in P/r from feature/x to develop": (("feature/x",), "develop"),
    "Merge pull request #7": ((), ""),
    "Some other words": ((), ""),
    "Merge the two": ((), ""),
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects_of_merges(subject: str) -> None:
    """The forms met in public Gitflow histories."""
    assert lineage.merge_names(subject) == SUBJECTS[subject]


LINE = {"r": "", "m": "r", "d": "r", "f": "d", "h": "m", "s": "d"}
TIPS = {"main": "m", "develop": "d", "feature/f": "f", "origin/feature/s": "s", "hotfix/1.0.1": "h"}


@pytest.mark.parametrize(
    ("text", "tip", "sources"),
    [
        ("feature/f", "f", ("feature/f",)),
        ("refs/heads/feature/f", "f", ("feature/f",)),
        ("origin/feature/s", "s", ("feature/s",)),
        ("refs/remotes/origin/feature/s", "s", ("feature/s",)),
        ("feature/f~1", "d", ("feature/f",)),
        ("feature/gone", "zz", ("feature/gone",)),
        ("", "f", ("feature/f",)),
        ("1.0", "m", ("main",)),
        ("refs/tags/1.0", "m", ("main",)),
        ("wip", "f", ("feature/f",)),
        ("", "r", ("develop", "main")),
        ("oddity", "zz", ("oddity",)),
        ("HEAD", "zz", "nothing names the branch"),
        ("abc123", "zz", "nothing names the branch"),
        ("", "zz", "nothing names the branch"),
    ],
)
def test_sources(text: str, tip: str, sources: object) -> None:
    """The name as typed, then a version's tag, then who stands at the commit, then who holds it."""
    history = Drawn(LINE, TIPS, tags={"1.0": "m", "wip": "f"})
    found = lineage.sources_of(history, history.view(), text, tip)
    if isinstance(sources, str):
        assert isinstance(found, Unknown) and sources in found.reason
    else:
        assert found == sources


def test_a_merge_tells_what_it_still_has_to_reach() -> None:
    history = Drawn(LINE, TIPS)
    fact = lineage.merge(history, history.view(), "main", "hotfix/1.0.1", "h", "m")
    assert fact.missing == ("develop",) and fact.behind == 0
    assert lineage.merge(history, history.view(), "develop", "hotfix/1.0.1", "h", "d").missing == ()


def test_a_hotfix_in_an_open_release_is_on_its_way() -> None:
    """nvie: while a release is open the hotfix goes there, and reaches develop with it."""
    graph = {**LINE, "rel": "d h"}
    history = Drawn(graph, {**TIPS, "release/1.1": "rel"})
    assert lineage.merge(history, history.view(), "main", "hotfix/1.0.1", "h", "m").missing == ()


def test_missing_targets_that_cannot_be_told() -> None:
    shallow = Drawn(LINE, TIPS, shallow=True)
    assert lineage.merge(shallow, shallow.view(), "main", "hotfix/1.0.1", "h", "m").missing == lineage.SHALLOW
    nameless = Drawn(LINE, TIPS)
    assert isinstance(lineage.merge(nameless, nameless.view(), "main", "", "zz", "m").missing, Unknown)
    alone = Drawn(LINE, {"main": "m", "hotfix/1.0.1": "h"})
    assert lineage.merge(alone, alone.view(), "main", "hotfix/1.0.1", "h", "m").missing == ()


def test_behind_counts_what_the_twin_has() -> None:
    graph = {**LINE, "t1": "m", "t2": "t1"}
    history = Drawn(graph, {**TIPS, "origin/main": "t2"})
    assert lineage.merge(history, history.view(), "main", "hotfix/1.0.1", "h", "m").behind == 2
    history.shallow = True
    assert lineage.merge(history, history.view(), "main", "hotfix/1.0.1", "h", "m").behind == lineage.SHALLOW


def arrivals(history: Drawn, target: str, new: str, old: str, local: bool = True) -> list[object]:
    found = lineage.arrivals(history, history.view(), target, new, old, local)
    assert not isinstance(found, Unknown)
    return [(type(fact).__name__, fact.sources if isinstance(fact, Merge) else fact.sha) for fact in found]


PUSH = {**LINE, "c": "d", "g": "d f", "k": "g"}


def test_a_direct_commit_and_a_merge_arrive() -> None:
    history = Drawn(PUSH, {**TIPS, "develop": "k"}, says={"g": "Merge branch 'feature/f' into develop"})
    assert arrivals(history, "develop", "k", "d") == [("Commit", "k"), ("Merge", ("feature/f",))]


@pytest.mark.parametrize(
    "moved", ["commit: c", "commit (amend): c", "cherry-pick: c", "reset: moving to HEAD~1"]
)
def test_the_reflog_knows_a_commit_even_where_a_branch_stands(moved: str) -> None:
    history = Drawn(PUSH, {**TIPS, "develop": "c", "feature/next": "c"}, logs={"develop": (("c", moved),)})
    assert arrivals(history, "develop", "c", "d") == [("Commit", "c")]


@pytest.mark.parametrize(
    ("moved", "carrier"),
    [
        ("merge feature/f: Fast-forward", ("feature/f",)),
        ("merge feature/gone: Fast-forward", ("feature/gone",)),
        ("merge a b: Fast-forward", ("feature/f",)),
        ("reset: moving to feature/f", ("feature/f",)),
        ("branch: Reset to feature/f", ("feature/f",)),
    ],
)
def test_the_reflog_knows_a_fast_forward(moved: str, carrier: tuple[str, ...]) -> None:
    history = Drawn(PUSH, {"main": "m", "develop": "d", "feature/f": "f"}, logs={"main": (("f", moved),)})
    assert arrivals(history, "main", "f", "m") == [("Merge", carrier)]


def test_without_a_reflog_a_branch_at_the_commit_is_taken_to_have_brought_it() -> None:
    history = Drawn(PUSH, {**TIPS, "main": "f"})
    assert arrivals(history, "main", "f", "m", local=False) == [("Merge", ("feature/f",))]


def test_a_merge_made_on_another_branch_tells_a_fast_forward() -> None:
    """main was fast-forwarded to develop: the subject of develop's merge names where it was made."""
    history = Drawn(
        PUSH, {"main": "g", "feature/f": "f"}, says={"g": "Merge branch 'feature/f' into develop"}
    )
    assert arrivals(history, "main", "g", "m", local=False) == [("Merge", ("develop",))]


def test_what_another_line_may_bring_is_not_this_pushs_doing() -> None:
    """develop fast-forwarded to main brings main's own commits: a legal back-merge."""
    history = Drawn({**LINE, "b": "m"}, {"main": "b", "develop": "b"})
    assert arrivals(history, "develop", "b", "r") == []


def test_a_branch_that_the_remote_does_not_have_is_not_judged() -> None:
    history = Drawn(PUSH, {**TIPS, "develop": "k"})
    assert arrivals(history, "develop", "k", "") == []
    assert arrivals(history, "develop", "", "k") == []


def test_shallow_clone_cannot_tell_what_arrives() -> None:
    history = Drawn(PUSH, TIPS, shallow=True)
    assert lineage.arrivals(history, history.view(), "develop", "k", "d") == lineage.SHALLOW


def test_an_octopus_brings_each_of_its_parents() -> None:
    graph = {**LINE, "o": "m h f"}
    says = {"o": "Merge branches 'hotfix/1.0.1' and 'feature/f'"}
    history = Drawn(graph, {**TIPS, "main": "o"}, says=says)
    assert arrivals(history, "main", "o", "m") == [("Merge", ("hotfix/1.0.1",)), ("Merge", ("feature/f",))]


def test_a_root_that_arrives_is_a_commit_without_parents() -> None:
    history = Drawn({**LINE, "z": ""}, {**TIPS, "main": "z"})
    found = lineage.arrivals(history, history.view(), "main", "z", "m")
    said = Repetition(subject="z")
    assert found == (
        Commit(
            about="main",
            sha="z",
            parents=(),
            operation="commit",
            message="z",
            markers=(),
            base="m",
            replay=said,
        ),
    )


@pytest.mark.parametrize(
    ("parents", "new", "found"),
    [
        # A direct commit on this clone's main, merged, and by a fast-forward.
        ({"r": "", "x": "r", "k": "r x"}, "k", [("Merge", ("main",)), ("Commit", "x")]),
        ({"r": "", "x": "r"}, "x", [("Merge", ("main",)), ("Commit", "x")]),
        # A hotfix that main has and the remote's doesn't yet: nothing is wrong with it.
        ({"r": "", "h": "r", "x": "r h", "k": "r x"}, "k", [("Merge", ("main",))]),
    ],
)
def test_a_line_counts_as_far_as_the_remote_has_it(
    parents: dict[str, str], new: str, found: list[object]
) -> None:
    """What lies above on this clone's branch is judged as the line's own."""
    tips = {"main": "x", "origin/main": "r", "develop": new, "origin/develop": "r"}
    tips |= {"hotfix/1.0.1": "h"} if "h" in parents else {}
    logs: dict[str, tuple[tuple[str, str], ...]] = {
        "develop": ((new, "merge main: Fast-forward" if new == "x" else "merge main: Merge made by x"),)
    }
    says = {
        "k": "Merge branch 'main' into develop",
        "x": "Merge branch 'hotfix/1.0.1'" if "h" in parents else "x",
    }
    history = Drawn(parents, tips, logs=logs, says=says)
    assert arrivals(history, "develop", new, "r") == found


def test_a_line_of_a_shallow_clone_is_left_to_its_own_push() -> None:
    """What its history would show isn't here; main's own push says so."""
    history = Drawn({"r": "", "x": "r", "k": "r x"}, {"main": "x", "develop": "k"}, shallow=True)
    assert lineage.arrivals(history, history.view(), "develop", "k", "r") == lineage.SHALLOW


def made(history: Drawn, target: str, new: str, old: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = lineage.arrivals(history, history.view(), target, new, old)
    assert not isinstance(found, Unknown)
    return lineage.merge_commits(history, history.view(), target, found)


def test_the_merge_commits_of_a_push_have_all_their_parents() -> None:
    """A direct commit above them is none; an octopus is one."""
    graph = {**LINE, "o": "m h f", "k": "o"}
    says = {"o": "Merge branches 'hotfix/1.0.1' and 'feature/f'"}
    history = Drawn(graph, {**TIPS, "main": "k"}, says=says)
    assert made(history, "main", "k", "m") == {"o": ("main", ("m", "h", "f"))}


def test_a_fast_forward_of_a_branch_for_work_was_made_there() -> None:
    """The merge on it is its own."""
    graph = {**LINE, "g": "f s"}
    moved = (("g", "merge feature/f: Fast-forward"),)
    history = Drawn(graph, {**TIPS, "develop": "g", "feature/f": "g"}, logs={"develop": moved})
    assert made(history, "develop", "g", "d") == {}


def test_merges_on_another_line_that_the_remote_does_not_have_come_with_it() -> None:
    """This clone's main is merged into develop; what its remote has is left out."""
    graph = {**LINE, "g": "m h", "e": "d g"}
    says = {"g": "Merge branch 'hotfix/1.0.1'", "e": "Merge branch 'main' into develop"}
    tips = {**TIPS, "main": "g", "develop": "e", "origin/main": "m", "origin/develop": "d"}
    history = Drawn(graph, tips, says=says)
    assert made(history, "develop", "e", "d") == {"g": ("main", ("m", "h")), "e": ("develop", ("d", "g"))}
    pushed = Drawn(graph, {**tips, "origin/main": "g"}, says=says)
    assert made(pushed, "develop", "e", "d") == {"e": ("develop", ("d", "g"))}
