"""After the target moved: what is carried over is what a run that knows nothing would find."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.app.radar import moved
from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.context import MergeContext
from gitflowguard.app.radar.known import KnownVerdicts
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.radar.changes import PathChange
from gitflowguard.radar.nouns import Radar
from gitflowguard.radar.untouched import MovedPaths, empties
from tests import oracle
from tests.budget import examples
from tests.radar.histories import OPS, TARGET, Commit, History, Op, applied, every_time, histories, write
from tests.radar.team import START, Team

_MANY = int(os.environ.get("GFG_RADAR_HISTORIES", "2000"))
NOW = 1_800_000_000


def seen(where: Path, cached: bool = True) -> Radar:
    """What the radar says of develop."""
    return radar(RadarRequest(RadarSelection("develop"), cached=cached, cores=1), NOW, str(where)).radar


def verdicts(found: Radar) -> tuple[object, ...]:
    """All that is said but how much was merged for it, and an order's steps where they weren't merged."""
    orders = tuple((one.target, {step.branch for step in one.steps}) for one in found.orders)
    sure = tuple(one for one in found.orders if one.verified)
    return found.contacts, found.pairs, found.twins, orders, sure and found.orders, found.notes, found.targets


def put(where: Path, commit: str) -> None:
    """The target stands at a commit."""
    subprocess.run(
        ["git", "-C", str(where), "update-ref", "refs/heads/develop", commit],
        check=True,
        env=oracle.unrecorded(),
    )


def compared(history: History, ops: tuple[Op, ...]) -> None:
    """Looks, moves the target by one commit, looks again, and compares with a look that knows nothing."""
    place = history.tips[TARGET]
    history.commits.append(Commit((place,), applied(history.commits[place].files, ops), ops))
    history.tips[TARGET] = len(history.commits) - 1
    with tempfile.TemporaryDirectory() as folder:
        repo = Path(folder) / "repo"
        write(history, repo)
        put(repo, history.ids[place])
        seen(repo)
        put(repo, history.target)
        again, cold = seen(repo), seen(repo, cached=False)
        assert verdicts(again)[:4] == verdicts(cold)[:4]
        if all(one.verified for one in again.orders):
            assert again.orders == cold.orders
        assert verdicts(seen(repo))[:4] == verdicts(cold)[:4]


def on_histories(part: int, count: int) -> Callable[[], None]:
    """A test of so many histories, the same ones every time."""

    @every_time(part, count)
    @given(histories(), st.lists(OPS, min_size=1, max_size=2).map(tuple))
    def test(history: History, ops: tuple[Op, ...]) -> None:
        compared(history, ops)

    return test


def test_random_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few, the same every time; in some of them something is carried over."""
    counts = [0, 0]
    real = moved.carried_over

    def counting(context: MergeContext, old: str, new: str, known: KnownVerdicts) -> KnownVerdicts | None:
        found = real(context, old, new, known)
        counts[0] += len(known.before.stands)
        counts[1] += len(found.before.stands) if found is not None else 0
        return found

    monkeypatch.setattr(moved, "carried_over", counting)
    on_histories(7, examples(12, quick=6))()
    assert 0 < counts[1] < counts[0]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_many_random_histories(part: int) -> None:
    """Thousands."""
    on_histories(200 + part, _MANY // 4)()


def lines(*changed: tuple[int, str]) -> str:
    """Thirty lines, some of them changed."""
    text = [f"line {number}" for number in range(30)]
    for number, word in changed:
        text[number] = word
    return "\n".join(text) + "\n"


def test_only_what_meets_the_landing_is_merged_again(tmp_path: Path) -> None:
    """Twenty branches in files of their own; one lands."""
    team = Team(tmp_path, {f"f{number}.txt": lines() for number in range(20)})
    for number in range(20):
        team.branch(f"feature/{number:02}", {f"f{number}.txt": lines((3, "mine"))})
    team.branch("feature/also", {"f4.txt": lines((20, "mine, too"))})
    first = seen(team.root)
    team.git("merge", "-q", "--no-ff", "feature/04")
    again, cold = seen(team.root), seen(team.root, cached=False)
    assert verdicts(again)[:4] == verdicts(cold)[:4]
    assert first.merges >= 20
    assert again.merges <= 2, "the landed branch, and the one that changes the same file"
    assert seen(team.root).merges == 0


def test_a_directory_in_place_of_a_file_adds_no_conflict_to_those_of_a_branch(tmp_path: Path) -> None:
    """git prints "moving it to link~feature_a instead" of a file that isn't kept, where it merges a renamed one."""
    team = Team(tmp_path, {"old.txt": lines(), "link": "one line\n", "both.txt": lines()})
    team.branch("feature/a", {"old.txt": lines((3, "mine")), "both.txt": lines((9, "mine"))})
    team.git("mv", "old.txt", "new.txt")
    team.commit({"both.txt": lines((9, "theirs"))})
    first = seen(team.root)
    team.git("rm", "-q", "link")
    team.commit({"link/in": lines()})
    for found in (first, seen(team.root), seen(team.root, cached=False)):
        assert [clash.path for one in found.contacts for clash in one.clashes] == ["both.txt"]


def test_the_author_of_a_path_that_git_names_in_a_message_alone_is_found_without_another_branch(
    tmp_path: Path,
) -> None:
    """The file that develop moved to a directory's name lies unmerged as e~develop; its last change is that of e."""
    team = Team(tmp_path, {"one.txt": "one\ntwo\nthree\n", "e/y.txt": lines()})
    team.branch("feature/a", {"one.txt": None, "e/y.txt": lines((3, "mine"))})
    team.git("rm", "-q", "e/y.txt")
    team.git("mv", "one.txt", "e")
    team.commit({})
    (found,) = seen(team.root).contacts
    assert {clash.path: clash.authors[0] for clash in found.clashes}["e"] == "Test Person"


def test_a_path_with_a_line_break_has_no_author_on_the_target_whatever_else_conflicts(tmp_path: Path) -> None:
    """git is asked for paths by lines; by no path at all it would name every commit."""
    team = Team(tmp_path, {"line\nbreak": lines(), "b": lines()})
    team.branch("feature/a", {"line\nbreak": lines((3, "mine"))})
    team.commit({"line\nbreak": lines((3, "theirs")), "b": lines((3, "theirs"))})
    alone = seen(team.root, cached=False).contacts
    team.branch("feature/b", {"b": lines((3, "mine"))}, "develop~1")
    beside = seen(team.root, cached=False).contacts
    assert [clash.authors for clash in alone[0].clashes] == [("", "Test Person")]
    assert {one.branch: [clash.authors[0] for clash in one.clashes] for one in beside} == {
        "feature/a": [""],
        "feature/b": ["Test Person"],
    }


def test_a_landing_of_the_first_in_the_order_leaves_the_order_as_it_was(tmp_path: Path) -> None:
    team = Team(tmp_path, {f"f{number}.txt": lines() for number in range(4)})
    for number in range(4):
        team.branch(f"feature/{number}", {f"f{number}.txt": lines((3, "mine"))})
    order = [step.branch for step in seen(team.root).orders[0].steps]
    team.git("merge", "-q", "--no-ff", order[0])
    again = seen(team.root)
    assert [step.branch for step in again.orders[0].steps] == order[1:] and again.orders[0].verified


def test_an_attribute_that_changes_on_the_target_says_nothing_of_before(tmp_path: Path) -> None:
    team = Team(tmp_path, {"list.txt": "# list\n"})
    team.branch("feature/a", {"list.txt": "# list\na\n"})
    team.branch("feature/b", {"list.txt": "# list\nb\n"})
    assert seen(team.root).pairs
    team.on("develop", {".gitattributes": "*.txt merge=union\n"})
    assert not seen(team.root).pairs


def test_a_target_that_was_rewritten(tmp_path: Path) -> None:
    team = Team(tmp_path, {"a.txt": lines(), "b.txt": lines()})
    team.branch("feature/a", {"a.txt": lines((3, "mine"))})
    team.on("develop", {"a.txt": lines((3, "theirs"))})
    assert [one.state for one in seen(team.root).contacts] == ["stale"]
    team.git("reset", "-q", "--hard", "HEAD~1")
    team.commit({"b.txt": lines((3, "theirs"))})
    assert verdicts(seen(team.root)) == verdicts(seen(team.root, cached=False))


def test_a_look_at_a_few_costs_nothing_of_what_was_known_of_all(tmp_path: Path) -> None:
    """As `status` does it in 0.3 seconds."""
    team = Team(tmp_path, {f"f{number}.txt": lines() for number in range(8)})
    for number in range(8):
        team.branch(f"feature/{number}", {f"f{number}.txt": lines((3, "mine"))})
    seen(team.root)
    team.on("develop", {"other.txt": "x\n"})
    few = RadarRequest(RadarSelection("develop", branches="feature/1"), cores=1)
    assert len(radar(few, NOW, str(team.root)).radar.contacts) == 1
    again = seen(team.root)
    assert again.merges == 0 and verdicts(again) == verdicts(seen(team.root, cached=False))


def test_what_meets_what() -> None:
    touched = MovedPaths(("a/b/c.txt", "d"))
    assert touched.meets(("a/b/c.txt",)) and touched.meets(("a",)) and touched.meets(("d/e",))
    assert not touched.meets(("a/b/d.txt", "e", "a/c")) and not MovedPaths(()).meets(("a",))
    gone = PathChange("040000", "000000", "1" * 40, "0" * 40)
    assert empties({"a": gone}) and not empties({"a": gone._replace(mode="100644")}) and not empties({})
    assert START < NOW
