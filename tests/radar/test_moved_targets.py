"""Pairs that need no merge of whole trees although the target has moved a branch's files, or a branch has two merge
bases: the random histories of test_exact, with more of both."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.app.radar import look, virtualbase
from gitflowguard.app.radar.samerenames import SameRenames, same_renames, target_since
from gitflowguard.radar.changes import NONE, TREE, Changes, PathChange
from tests.budget import examples
from tests.radar.histories import FOLDERS, NEW, OPS, TARGET, History, Op, build, every_time
from tests.radar.test_exact import compared

_MANY = int(os.environ.get("GFG_RADAR_HISTORIES", "2000"))
_small, _path = st.integers(0, 7), st.integers(0, 15)
_AWAY: st.SearchStrategy[Op] = st.one_of(
    st.tuples(st.just("move"), _path, st.sampled_from(NEW), st.booleans()),
    st.tuples(st.just("movedir"), _small, st.sampled_from(FOLDERS)),
    st.tuples(st.just("movedir"), _small, st.sampled_from(FOLDERS)),
    st.tuples(st.just("delete"), _path),
    st.tuples(st.just("deldir"), _small),
)
# What is added is like a file that was there, or like nothing.
_PLAIN: st.SearchStrategy[Op] = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(NEW), _path, st.booleans()),
    st.tuples(st.just("edit"), _path, st.integers(0, 12), st.integers(0, 2), st.just(("changed",))),
    OPS,
)
_WORK = st.lists(st.lists(_PLAIN, min_size=1, max_size=2).map(tuple), min_size=1, max_size=1).map(tuple)
_SETTINGS = st.sampled_from(
    ((), (), (), (("merge.directoryRenames", "true"),), (("merge.renameLimit", "1"),))
)


def moving() -> st.SearchStrategy[History]:
    """The target moves and removes files after the branches were cut."""
    moves = st.lists(_AWAY, min_size=1, max_size=2).map(lambda ops: ("commit", TARGET, tuple(ops)))
    after = st.lists(moves, min_size=1, max_size=2)
    return st.builds(
        build, st.lists(_WORK, min_size=3, max_size=5), st.just([]), after, st.just(()), _SETTINGS
    )


def crossing() -> st.SearchStrategy[History]:
    """The first branch has the second's work and a newer target in it, and the target has the second's work, too."""

    def after(ops: tuple[Op, ...], more: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        crossed: list[tuple[object, ...]] = [
            ("commit", TARGET, ops),
            ("merge", 1, TARGET),
            ("merge", 1, 2),
            ("merge", TARGET, 2),
        ]
        return [*crossed, *more]

    ops = st.lists(_PLAIN, min_size=1, max_size=2).map(tuple)
    later = st.lists(
        st.tuples(st.just("commit"), st.integers(0, 1), st.lists(_PLAIN, max_size=1).map(tuple)), max_size=2
    )
    return st.builds(
        build,
        st.lists(_WORK, min_size=3, max_size=5),
        st.just([]),
        st.builds(after, ops, later),
        st.just(()),
        _SETTINGS,
    )


def on(strategy: st.SearchStrategy[History], part: int, count: int) -> None:
    """Compares so many histories, the same ones every time."""

    @every_time(part, count)
    @given(strategy)
    def test(history: History) -> None:
        compared(history)

    test()


def test_renames_that_stay_are_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few histories; in some pairs the renames stay, in others they may not."""
    said: list[bool] = []
    real = SameRenames.hold

    def hold(self: SameRenames, first: int, second: int) -> bool:
        said.append(real(self, first, second))
        return said[-1]

    monkeypatch.setattr(SameRenames, "hold", hold)
    on(moving(), 1, examples(60, quick=4))
    assert True in said and False in said


def test_two_merge_bases_become_one_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few histories; some branches have two merge bases that merge."""
    known: list[str] = []
    real = virtualbase.common_bases

    def counting(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        known.extend(found)
        return found

    monkeypatch.setattr(look, "common_bases", counting)
    on(crossing(), 1, examples(60, quick=4))
    assert known


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_many_moving_histories(part: int) -> None:
    """Thousands."""
    on(moving(), 300 + part, _MANY // 2)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_many_crossing_histories(part: int) -> None:
    """Thousands."""
    on(crossing(), 400 + part, _MANY // 4)


def change(old: str, new: str, mode: str = "100644") -> PathChange:
    """An edit, or a file that came ("" before) or went."""
    return PathChange(mode if old else NONE, mode if new else NONE, old, new)


SINCE: Changes = {
    "old/a.py": change("a", ""),
    "old/b.py": change("b", ""),
    "old": change("t", "", TREE),
    "new/a.py": change("", "a2"),
    "kept.py": change("k", "k2"),
    "link": change("l", "", "120000"),
}


@pytest.mark.parametrize(
    "changed, sources",
    [
        ({"old/a.py": change("a", "x")}, {"a"}),
        ({"old/c.py": change("", "c")}, {"a", "b"}),  # where its files went decides where the new one goes
        ({"kept.py": change("k", "x")}, set()),
        ({"link": change("l", "", "120000")}, set()),  # only alike as a whole
        ({"elsewhere/c.py": change("", "c")}, set()),
    ],
)
def test_what_the_branch_wants_to_know_the_place_of(changed: Changes, sources: set[str]) -> None:
    """Files that it changed, and those of a directory to which it added."""
    assert target_since(changed, SINCE).sources == sources


@pytest.mark.parametrize(
    "landed, same",
    [
        ({"kept.py": change("k2", "k3")}, True),
        ({"other.py": change("o", "o2")}, True),
        ({"new/a.py": change("a2", "a3")}, False),  # the renamed file itself
        ({"other.py": change("o", "")}, False),
        ({"other.py": PathChange("100644", "100755", "o", "o")}, False),
        ({"fresh/c.py": change("", "c")}, True),
        ({"fresh/a.py": change("", "c")}, False),  # by its name
        ({"fresh/c.py": change("", "b")}, False),  # by its content
        ({"fresh/c.py": change("", "like")}, False),  # by a part of it
        ({"old/c.py": change("", "c")}, False),  # the directory is there again
        ({"old": change("", "c")}, False),
        ({"old/a.py": change("", "c")}, False),
    ],
)
def test_what_lands_may_be_taken_for_a_renamed_file(landed: Changes, same: bool) -> None:
    """Or leaves all renames as they were."""
    since = target_since({"old/a.py": change("a", "x")}, SINCE)
    assert same_renames(landed, since, {"like"}) is same


def test_more_files_than_git_compares() -> None:
    """What is added may be the one too many."""
    since: Changes = {f"a{n}": change(f"{n}", "") for n in range(7001)}
    since |= {f"b{n}": change("", f"b{n}") for n in range(7000)}
    assert not same_renames({}, target_since({}, since), ())
