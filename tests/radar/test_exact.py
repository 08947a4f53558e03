"""What the radar says of random histories is what `git merge` does: every verdict, every conflicted path.

Three answers to the same question have to be equal: the radar's own, which merges only what its filter cannot prove;
every ordered pair merged whole; and `git merge` in the work tree of a clone. To look at more of them:
GFG_RADAR_HISTORIES=5000 make test-all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.survey import RadarRequest, radar
from tests.budget import examples, sampled
from tests.radar import ours, truth
from tests.radar.histories import FILE, FIRST, SUB, History, Op, build, every_time, histories, write

_MANY = int(os.environ.get("GFG_RADAR_HISTORIES", "2000"))
_PARTS = 4


def compared(history: History) -> truth.Verdicts:
    """Writes the history down and compares all three answers; returns the truth."""
    with tempfile.TemporaryDirectory() as folder:
        repo = Path(folder) / "repo"
        write(history, repo)
        branches = {name: sha for name, sha in history.branches.items() if sha != history.target}
        clone = truth.Clone(repo, Path(folder) / "clone", history.config)
        real = truth.real(clone, history.target, branches)
        assert truth.whole(clone, history.target, branches, real) == real
        asked = tuple(reversed(branches))
        aim, verdicts, seen = ours.seen(repo, asked, texts=True)
        for order in seen.orders:
            if order.verified:
                names = [step.branch for step in order.steps]
                assert [step.clean for step in order.steps] == truth.chained(
                    clone, history.target, names
                ), order
        assert ours.from_looked(aim, verdicts) == real
        clean = {name: sha for name, sha in branches.items() if real.contacts[name][0] == truth.CLEAN}
        same = {frozenset(row[:2]) for twin in seen.twins for row in twin.commits}
        every, due = truth.twins(clone, history.target, clean)
        assert due <= same <= every
        told = ours.from_radar(seen)
        # What shares no history with the target is a note; `git merge` will not have it.
        assert {name: state for name, (state, _) in told.contacts.items()} == {
            name: state for name, (state, _) in real.contacts.items() if name not in real.apart
        }
        assert told.pairs.keys() == real.pairs.keys()
        for name, (_, paths) in told.contacts.items():
            named(paths, real.contacts[name][1], real.said.get((name, ""), ""), name)
        for pair, paths in told.pairs.items():
            if paths:  # of the two ways round of one pair, one is described
                named(paths, real.pairs[pair], real.said[pair], pair[1])
    return real


def named(told: frozenset[str], real: frozenset[str], said: str, theirs: str) -> None:
    """All paths that git leaves unmerged are told, and beside them only what git says of a conflict."""
    assert told >= real
    for path in told - real:
        own = path.replace(truth.OURS, "~HEAD").replace(truth.THEIRS, f"~{theirs.replace('/', '_')}")
        assert own in said, (path, said)


def on_histories(part: int, count: int) -> Callable[[], None]:
    """A test of so many histories, the same ones every time."""

    @every_time(part, count)
    @given(histories())
    def test(history: History) -> None:
        compared(history)

    return test


@pytest.mark.parametrize("part", range(_PARTS))
def test_random_histories(part: int) -> None:
    """A few, the same every time."""
    on_histories(part, examples(10, quick=1))()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
def test_many_random_histories(part: int) -> None:
    """Thousands."""
    on_histories(100 + part, _MANY // _PARTS)()


# What random histories have found, or seldom meet. Events are those of tests.radar.histories.
_AT = {path: place for place, path in enumerate(sorted(FIRST))}
A, LINK, MODULE, ONE = _AT["a.txt"], _AT["link"], _AT["module"], _AT["d/one.py"]


def edit(place: int, line: int, word: str, gone: int = 1) -> Op:
    """Puts a word in place of a line."""
    return ("edit", place, line, gone, (word,))


def work(*ops: Op) -> tuple[tuple[Op, ...], ...]:
    """A branch of one commit."""
    return (ops,)


def union(where: str = ".gitattributes") -> Op:
    """Every text file takes both sides."""
    return ("attributes", where, "*.txt merge=union\n")


def test_a_branch_that_changes_the_attributes_decides_what_lands_after_it() -> None:
    """git reads .gitattributes from the work tree: with union in it there is no conflict any more."""
    history = build([work(edit(A, 3, "changed"), union()), work(edit(A, 3, "other"))], [], [], (), ())
    assert compared(history).pairs.keys() == {("feature/b2", "feature/b1")}


def test_a_branch_that_takes_the_attributes_away_brings_conflicts() -> None:
    history = build(
        [work(edit(A, 3, "changed"), ("delete", 0)), work(edit(A, 3, "other"))], [], [], (union(),), ()
    )
    # Path number 0 is now .gitattributes itself, and a.txt is number 1.
    history = build(
        [work(("delete", 0), edit(A, 3, "changed")), work(edit(A + 1, 3, "other"))], [], [], (union(),), ()
    )
    assert compared(history).pairs.keys() == {("feature/b1", "feature/b2")}


def test_a_file_in_place_of_a_directory_is_what_lands() -> None:
    """git names both in a diff, the file first; what lands after it meets the file, not a gap."""
    history = build(
        [
            work(("add", "a.txt", 0, False), ("attributes", "d/.gitattributes", "*.txt -merge\n")),
            work(("move", 0, "d", False), ("edit", 0, 0, 0, ())),
        ],
        [], [], (union(),), (),
    )  # fmt: skip
    assert compared(history).pairs.keys() == {("feature/b1", "feature/b2"), ("feature/b2", "feature/b1")}


def test_a_nested_file_of_attributes_wins_over_the_root() -> None:
    binary: Op = ("attributes", "d/.gitattributes", "*.py -merge\n")
    wide: Op = ("attributes", ".gitattributes", "*.py merge=union\n")
    place = 2 + sorted((*FIRST, ".gitattributes", "d/.gitattributes")).index("d/one.py") - 2
    history = build(
        [work(edit(place, 1, "changed")), work(edit(place, 10, "other")), work(edit(place, 1, "more"))],
        [], [], (binary, wide), (),
    )  # fmt: skip
    assert len(compared(history).pairs) == 6


def test_two_branches_on_one_commit_keep_their_own_names() -> None:
    """In the paths that git makes up for a file in a directory's way."""
    history = build(
        [work(("add", "d", 3, False)), work(edit(A, 1, "x"))], [], [("cut", 2, 1), ("commit", 0, (edit(ONE, 2, "y"),))],
        (), (),
    )  # fmt: skip
    assert compared(history).contacts["feature/b2"][0] == "stale"


def test_a_directory_renamed_by_one_takes_what_the_other_adds_to_it() -> None:
    """No path in common, and a conflict all the same (merge.directoryRenames is conflict unless it is set)."""
    rename: Op = ("movedir", 0, "g/h")
    branches = [work(rename), work(("add", "d/new.py", 3, False)), work(("add", "d/sub/new.py", 3, False))]
    assert compared(build(branches, [], [], (), ())).pairs
    assert not compared(build(branches, [], [], (), (("merge.directoryRenames", "true"),))).pairs
    assert not compared(build(branches, [], [], (), (("merge.directoryRenames", "false"),))).pairs


def test_work_that_landed_squashed_or_picked_is_there_already() -> None:
    history = build(
        [work(edit(A, 3, "changed")), work(edit(A, 8, "other")), work(edit(A, 3, "changed"))],
        [], [("squash", 0, 1), ("pick", 0, 2)], (), (),
    )  # fmt: skip
    assert {state for state, _ in compared(history).contacts.values()} == {"landed"}


def test_stacked_and_criss_crossed_branches() -> None:
    """b2 stands on b1 and edits its line again; b3 and b4 have merged each other."""
    history = build(
        [work(edit(A, 3, "changed")), work(edit(ONE, 3, "x")), work(edit(A, 9, "y")), work(edit(ONE, 9, "z"))],
        [],
        [
            ("merge", 2, 1), ("commit", 2, (edit(A, 3, "again"),)), ("commit", 1, (edit(A, 3, "more"),)),
            ("merge", 3, 4), ("merge", 4, 3), ("commit", 0, (edit(A, 6, "target"),)), ("merge", 3, 0),
            ("octopus", 4, 0, 1),
        ],
        (), (),
    )  # fmt: skip
    assert compared(history).pairs


def test_submodules_links_and_files_that_change_places() -> None:
    history = build(
        [
            work(("sub", MODULE, "2")), work(("sub", MODULE, "3")), work(("mode", LINK, FILE)),
            work(("sub", LINK, "2")), work(("add", "module/in", 1, False)),
        ],
        [], [], (), (),
    )  # fmt: skip
    assert SUB == "160000" and len(compared(history).pairs) >= 4


def test_what_is_kept_says_the_same_again(tmp_path: Path) -> None:
    """After a push, and once more: with branches that change the attributes, whose landing is remembered as a
    tree that another merge made before. Nothing is merged the second time."""
    new: Op = ("add", "c.txt", 3, False)
    branches = [work(new), work(new, union()), work(edit(ONE, 3, "x")), work(new, edit(ONE, 10, "z"))]
    history = build(branches, [], [("commit", 3, (edit(ONE, 9, "y"),))], (), ())
    repo = tmp_path / "repo"
    write(history, repo)
    refs = repo / ".git" / "packed-refs"
    whole = refs.read_text()
    parent = history.commits[history.tips[3]].parents[0]
    refs.write_text(whole.replace(history.ids[history.tips[3]], history.ids[parent]))
    question = RadarRequest(RadarSelection(target="develop"), cores=1)
    radar(question, 1800000000, str(repo))
    refs.write_text(whole)
    fresh = radar(question._replace(cached=False), 1800000000, str(repo)).radar
    pushed, again = (radar(question, 1800000000, str(repo)).radar for _ in range(2))
    for one in (pushed, again):
        assert (one.contacts, sorted(one.pairs), one.orders) == (
            fresh.contacts,
            sorted(fresh.pairs),
            fresh.orders,
        )
    assert fresh.merges > pushed.merges > 0 == again.merges


def test_an_order_in_which_attributes_change_is_merged_to_its_end() -> None:
    """Two branches conflict, and no more once a third has brought the union driver."""
    history = build([work(union()), work(edit(A, 3, "changed")), work(edit(A, 3, "other"))], [], [], (), ())
    assert len(compared(history).pairs) == 2


def test_what_lands_between_can_make_room() -> None:
    """One deletes a file, one copies it, one edits it: deleted and edited conflict, but with the copy it is renamed."""
    history = build(
        [work(("add", "A.TXT", 0, True)), work(("delete", A)), work(edit(A, 5, "changed"))], [], [], (), ()
    )
    assert len(compared(history).pairs) == 2


def test_two_that_empty_a_directory_together_decide_what_becomes_of_a_third() -> None:
    """Each two of them land without a conflict. Where both have moved their file, the directory counts as renamed."""
    first: tuple[Op, ...] = (("add", "g/1.py", 1, False), ("add", "g/2.py", 2, False))
    places = sorted((*FIRST, "g/1.py", "g/2.py"))
    branches = [
        work(("add", "g/3.py", 3, False)),
        work(("move", places.index("g/1.py"), "h/1.py", False)),
        work(("move", places.index("g/2.py"), "h/2.py", False)),
    ]  # the asked order is the other way round
    assert not compared(build(branches, [], [], first, ())).pairs
    assert not compared(build(branches, [], [], first, (("merge.directoryRenames", "true"),))).pairs


NAMED: tuple[Op, ...] = (("attributes", ".gitattributes", "*.txt merge\n*.md merge=text\n"),)


@pytest.mark.parametrize(
    ("attributes", "moved"), sampled([((), False), (NAMED, False), ((), True), (NAMED, True)], 3)
)
def test_edits_that_lie_apart_are_not_merged(attributes: tuple[Op, ...], moved: bool) -> None:
    """git's own merge by lines has several names, and the target may have edited the file since.

    The other pairs are slow: the last one has both.
    """
    shift = len(attributes)
    branches = [work(edit(A + shift, line, "changed")) for line in (0, 2, 4, 6, 8)]
    events: list[Op] = [("commit", 0, (edit(A + shift, 10, "target"),))] if moved else []
    with tempfile.TemporaryDirectory() as folder:
        repo = Path(folder) / "repo"
        history = build(branches, [], events, attributes, ())
        write(history, repo)
        assert compared(history).pairs == {}
        assert ours.seen(repo)[2].merges == len(branches)
