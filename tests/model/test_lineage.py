"""Where a branch was cut from, and what it stands on: each clause of docs/architecture.md."""

from __future__ import annotations

import pytest

from gitflowguard.model import lineage
from gitflowguard.model.facts import Branch, Origin, Release, Stack
from gitflowguard.model.finding import Unknown
from gitflowguard.model.history import Cut
from tests.model.drawing import Drawn

# r on main and develop; m only on main; d on develop; f1, f2 of a feature cut from d.
LINE = {"r": "", "m": "r", "d": "r", "f1": "d", "f2": "f1", "g1": "f1", "x1": "m"}
TIPS = {"main": "m", "develop": "d"}


def branch(history: Drawn, name: str, preset: str = "gitflow") -> Branch:
    tips = history.refs.tips(name)
    return lineage.branch(history, history.view(preset), name, tips[0] if tips else "")


def test_cut_from_develop() -> None:
    fact = branch(Drawn(LINE, {**TIPS, "feature/f": "f2"}), "feature/f")
    assert fact.origin == Origin("d", ("develop",), 2)
    assert fact.used is True and fact.merged == (("develop", False),)


def test_cut_from_main_where_develop_lacks_the_commit() -> None:
    fact = branch(Drawn(LINE, {**TIPS, "feature/x": "x1"}), "feature/x")
    assert fact.origin == Origin("m", ("main",), 1)


def test_a_line_that_got_the_branch_by_a_merge_is_looked_through() -> None:
    """A release that main has already, on its way to develop."""
    graph = {**LINE, "m2": "m f2"}
    fact = branch(Drawn(graph, {"main": "m2", "develop": "d", "release/1.0": "f2"}), "release/1.0")
    assert fact.origin == Origin("d", ("develop",), 0)


def test_late_commit_on_a_release_that_main_has() -> None:
    graph = {**LINE, "m2": "m f1"}
    fact = branch(Drawn(graph, {"main": "m2", "develop": "d", "release/1.0": "f2"}), "release/1.0")
    assert fact.origin == Origin("d", ("develop",), 1)


@pytest.mark.parametrize(
    ("cut", "origin"),
    [
        (Cut("d"), Origin("d", ("develop",), 0)),
        (Cut("f2"), Origin("f2", ("main",), 0)),
        (None, "look alike"),
        (Cut("", "develop"), "look alike"),
    ],
)
def test_a_line_fast_forwarded_to_the_branch_needs_the_reflog(cut: Cut | None, origin: object) -> None:
    """main stands at the release: cut there, or fast-forwarded to it?"""
    history = Drawn(
        LINE, {"main": "f2", "develop": "d", "release/1.0": "f2"}, cuts={"release/1.0": cut} if cut else {}
    )
    found = branch(history, "release/1.0").origin
    if isinstance(origin, str):
        assert isinstance(found, Unknown) and origin in found.reason
    else:
        assert found == origin


def test_shallow_clone_cannot_tell() -> None:
    fact = branch(Drawn(LINE, {**TIPS, "feature/f": "f2"}, shallow=True), "feature/f")
    assert fact.origin == fact.stacks == fact.merged == fact.used == lineage.SHALLOW


def test_no_parent_branch_cannot_tell() -> None:
    found = branch(Drawn(LINE, {"main": "m", "feature/f": "f2"}), "feature/f").origin
    assert found == Unknown("there is no develop to have been cut from")


def test_unrelated_history_cannot_tell() -> None:
    found = branch(Drawn({**LINE, "z": ""}, {**TIPS, "feature/z": "z"}), "feature/z").origin
    assert found == Unknown("the history of feature/z meets no long-lived branch")


def test_unrelated_to_the_parent_but_cut_from_another_line() -> None:
    """develop shares no history with main, and the feature was cut from main."""
    graph = {"r": "", "e": "", "x": "r"}
    found = branch(Drawn(graph, {"main": "r", "develop": "e", "feature/x": "x"}), "feature/x").origin
    assert found == Origin("r", ("main",), 1)


def test_an_empty_and_a_fast_forwarded_branch_look_alike() -> None:
    history = Drawn(LINE, {**TIPS, "feature/f": "d"})
    assert isinstance(branch(history, "feature/f").used, Unknown)
    history.cuts["feature/f"] = Cut("d")
    assert branch(history, "feature/f").used is False
    history.cuts["feature/f"] = Cut("r")
    assert branch(history, "feature/f").used is True


STACKED = {**TIPS, "feature/f": "f1", "feature/g": "g1"}


@pytest.mark.parametrize(
    ("tips", "cut", "stacks"),
    [
        (STACKED, None, (Stack("feature/f", "f1", 1),)),
        (STACKED, Cut("f1"), (Stack("feature/f", "f1", 1),)),
        (STACKED, Cut("f1", "feature/f"), (Stack("feature/f", "f1", 1),)),
        (STACKED, Cut("", "feature/f"), (Stack("feature/f", "f1", 1),)),
        (STACKED, Cut("d"), ()),
        (STACKED, Cut("", "develop"), ()),
        ({**STACKED, "feature/f": "f2"}, Cut("f1"), (Stack("feature/f", "f1", 1),)),
        ({**STACKED, "feature/f": "f2"}, None, "share unmerged commits"),
        ({**STACKED, "feature/f": "f2"}, Cut("", "feature/f"), "share unmerged commits"),
        ({**STACKED, "feature/f": "g1"}, None, "share unmerged commits"),
        ({**STACKED, "feature/f": "g1"}, Cut("", "feature/f"), (Stack("feature/f", "g1", 2),)),
        ({**TIPS, "feature/g": "g1"}, None, ()),
        ({**TIPS, "feature/g": "g1"}, Cut("f1"), ()),
        ({**STACKED, "develop": "f1"}, None, ()),
    ],
)
def test_stacks(tips: dict[str, str], cut: Cut | None, stacks: object) -> None:
    """The order of evidence: the reflog's start, the noted base, then a tip below ours; else it can't determine."""
    history = Drawn(LINE, tips, cuts={"feature/g": cut} if cut else {})
    found = branch(history, "feature/g").stacks
    if isinstance(stacks, str):
        assert isinstance(found, Unknown) and stacks in found.reason
    else:
        assert found == stacks


def test_rivals() -> None:
    """An open release beside ours; one that production holds is no rival, nor is one without production told."""
    tips = {**TIPS, "release/1.0": "f1", "release/2.0": "g1"}
    assert branch(Drawn(LINE, tips), "release/2.0").rivals == ("release/1.0",)
    assert branch(Drawn(LINE, {**tips, "main": "f1"}), "release/2.0").rivals == ()
    without = {name: tip for name, tip in tips.items() if name != "main"}
    assert branch(Drawn(LINE, without), "release/2.0").rivals == Unknown("there is no branch main")
    assert branch(Drawn(LINE, tips, shallow=True), "release/2.0").rivals == lineage.SHALLOW
    assert branch(Drawn(LINE, {**TIPS, "release/2.0": "g1"}), "release/2.0").rivals == ()


def test_long_lived_and_unknown_branches_have_only_a_name() -> None:
    assert branch(Drawn(LINE, TIPS), "develop") == Branch("develop", "d", rivals=())
    assert branch(Drawn(LINE, {**TIPS, "odd": "f1"}), "odd") == Branch("odd", "f1", rivals=())


@pytest.mark.parametrize(
    ("tags", "name", "tip", "expected"),
    [
        ({}, "release/1.1.0", "f1", Release("release/1.1.0", "1.1.0", "")),
        ({"1.0.0": "r"}, "release/1.1.0", "f1", Release("release/1.1.0", "1.1.0", "1.0.0")),
        ({"1.2.0": "r"}, "release/1.1.0", "f1", Release("release/1.1.0", "1.1.0", "1.2.0")),
        ({"1.2.0": "x1"}, "release/1.1.0", "f1", Release("release/1.1.0", "1.1.0", "")),
        ({"1.1.0": "x1"}, "release/1.1.0", "f1", Release("release/1.1.0", "1.1.0", "1.1.0")),
        ({"1.1.0": "m"}, "release/1.1.0", "m", Release("release/1.1.0", "1.1.0", finished=True)),
        ({"1.1.0": "r"}, "release/1.1.0", "", Release("release/1.1.0", "1.1.0", "1.1.0")),
        ({}, "release/banana", "f1", Release("release/banana", "banana")),
    ],
)
def test_release(tags: dict[str, str], name: str, tip: str, expected: Release) -> None:
    """The last version is the highest tag that the branch continues; an older line has its own."""
    history = Drawn(LINE, TIPS, tags=tags)
    assert lineage.release(history, history.view(), name, tip) == expected


def test_release_cut_just_now_at_production_is_not_finished() -> None:
    history = Drawn(LINE, {**TIPS, "hotfix/1.1.0": "m"}, tags={"1.1.0": "m"}, cuts={"hotfix/1.1.0": Cut("m")})
    assert lineage.release(history, history.view(), "hotfix/1.1.0", "m") == Release(
        "hotfix/1.1.0", "1.1.0", "1.1.0"
    )


def test_release_in_a_shallow_clone_cannot_tell() -> None:
    history = Drawn(LINE, TIPS, tags={"2.0.0": "r"}, shallow=True)
    found = lineage.release(history, history.view(), "release/1.1.0", "f1")
    assert found is not None and found.last == lineage.SHALLOW


def test_no_release_for_a_kind_without_version() -> None:
    history = Drawn(LINE, TIPS)
    assert lineage.release(history, history.view(), "feature/x", "f1") is None
