"""Each side of a conflict as it is on its own branch: lines, paths, who deleted, kinds beside a submodule, people."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from gitflowguard.app.radar.people import robot
from gitflowguard.radar.changes import Edit
from gitflowguard.radar.clashes import carried
from gitflowguard.radar.nouns import Clash, Radar, Span
from gitflowguard.repo.objectreader import ObjectReader
from gitflowguard.repo.scratch import Scratch
from gitflowguard.report.radar.text import render
from tests.radar.samples import ABOUT
from tests.radar.team import Team

LINES = [f"line {number}" for number in range(1, 21)]


def text(*changes: tuple[int, str]) -> str:
    """The twenty lines with some of them, counted from 1, replaced."""
    rows = list(LINES)
    for number, row in changes:
        rows[number - 1] = row
    return "\n".join(rows) + "\n"


def shown(team: Team, rev: str, path: str, place: Span) -> list[str]:
    """What stands there on a branch."""
    return team.git("show", f"{rev}:{path}").split("\n")[place[0] - 1 : place[1]]


def test_lines_are_those_of_each_branch_and_not_of_the_merge(tmp_path: Path) -> None:
    """The target has ten lines more at the top than either branch knows of."""
    team = Team(tmp_path / "team", {"f": text()})
    team.branch("feature/a", {"f": text((12, "mine"))})
    team.branch("feature/b", {"f": text((12, "its"))})
    team.commit({"f": "new\n" * 10 + text()})
    (pair,) = team.radar().pairs
    (clash,) = pair.clashes
    assert (clash.ours, clash.theirs, clash.base) == (((12, 12),), ((12, 12),), ((22, 22),))
    there, comes = pair.shown
    assert shown(team, there, "f", clash.ours[0]) + shown(team, comes, "f", clash.theirs[0]) in (
        ["mine", "its"],
        ["its", "mine"],
    )


def test_a_file_that_the_target_renamed_is_called_on_the_branch_as_it_is_there(tmp_path: Path) -> None:
    team = Team(tmp_path / "team", {"train.py": text()})
    team.branch("feature/a", {"train.py": text((5, "mine"))})
    team.commit({"train.py": None, "models/train.py": "# top\n" + text((5, "its"))})
    (clash,) = team.radar().contacts[0].clashes
    assert (clash.path, clash.own, clash.called) == (
        "models/train.py", ("models/train.py", "train.py"), ("", "train.py"),
    )  # fmt: skip
    assert (clash.ours, clash.theirs) == (((6, 6),), ((5, 5),))
    said = render(team.radar(), ABOUT)
    assert "at:   models/train.py:6 in develop" in said and "and train.py:5 in feature/a" in said


def test_a_file_that_the_branch_renamed(tmp_path: Path) -> None:
    team = Team(tmp_path / "team", {"train.py": text()})
    team.branch("feature/a", {"train.py": None, "models/train.py": text((5, "mine"))})
    team.commit({"train.py": text((5, "its"))})
    (clash,) = team.radar().contacts[0].clashes
    assert (clash.own, clash.ours, clash.theirs) == (("train.py", "models/train.py"), ((5, 5),), ((5, 5),))


@pytest.mark.parametrize("gone", ["ours", "theirs"])
def test_which_side_deleted_the_file_is_said(tmp_path: Path, gone: str) -> None:
    team = Team(tmp_path / "team", {"f": text(), "g": "x\n"})
    sides: list[dict[str, str | None]] = [{"f": None}, {"f": text((3, "changed"))}]
    team.branch("feature/a", sides[gone == "ours"])
    team.commit(sides[gone != "ours"])
    seen = team.radar()
    assert [one.gone for one in seen.contacts[0].clashes] == [gone]
    one, other = ("develop", "feature/a") if gone == "ours" else ("feature/a", "develop")
    assert f"f: deleted in {one}, changed in {other}; git add keeps it, git rm deletes it" in render(
        seen, ABOUT
    )


def test_which_side_deleted_what_the_other_renamed(tmp_path: Path) -> None:
    team = Team(tmp_path / "team", {"f": text(), "g": "x\n"})
    team.branch("feature/a", {"f": None})
    team.commit({"f": None, "h": text()})
    (clash,) = team.radar().contacts[0].clashes
    assert (clash.path, clash.kind, clash.gone) == ("h", "rename/delete", "theirs")


def test_one_sentence_for_many_deleted_files(tmp_path: Path) -> None:
    files = {f"f{number}": text((1, str(number))) for number in range(5)}
    team = Team(tmp_path / "team", {**files, "g": "x\n"})
    team.branch("feature/a", dict.fromkeys(files))
    team.commit({path: f"{body}more\n" for path, body in files.items()})
    said = render(team.radar(), ABOUT)
    assert said.count("deleted in") == 1
    assert "tip:  f0, f1, f2 and 2 more: deleted in feature/a" in said


def kinds(radar: Radar) -> dict[str, list[tuple[str, str]]]:
    """Branch -> (path, kind) of what conflicts with the target."""
    return {one.branch: [(clash.path, clash.kind) for clash in one.clashes] for one in radar.contacts}


def test_a_submodule_leaves_the_kinds_of_all_others_as_they_are(tmp_path: Path) -> None:
    """git before 2.45 gives advice in the middle of its answer."""
    team = Team(tmp_path / "team", {"r": text(), "b": "\0 x\n", "other": "x\n"})

    def moved(name: str, number: int) -> None:
        team.git("switch", "-q", *(() if name == "develop" else ("-c",)), name)
        team.git("update-index", "--add", "--cacheinfo", f"160000,{str(number) * 40},mod")
        team.git("commit", "-q", "-m", f"Module {number}")

    moved("develop", 1)
    for name, number in (("feature/m", 2), ("feature/n", 3)):
        moved(name, number)
        team.git("switch", "-q", "develop")
    for name, change in (
        ("feature/b", {"b": "\0 y\n"}), ("feature/r", {"r": None, "r2": text()}), ("feature/o", {"other": "y\n"}),
    ):  # fmt: skip
        team.branch(name, change)
    team.git("rm", "-q", "r")
    moved("develop", 4)
    team.commit({"b": "\0 z\n", "r3": text(), "other": "z\n"})
    seen = kinds(team.radar())
    assert seen["feature/m"] == seen["feature/n"] == [("mod", "submodule")]
    assert seen["feature/b"] == [("b", "binary")]
    assert {kind for _, kind in seen["feature/r"]} == {"rename/rename"}
    assert seen["feature/o"] == [("other", "content")]


def owners(team: Team) -> dict[str, str]:
    return {one.branch: one.author for one in team.radar().contacts}


def by(team: Team, name: str, email: str, *branches: str) -> None:
    """One commit on each of the branches."""
    for branch in branches:
        os.environ["GIT_AUTHOR_NAME"], os.environ["GIT_AUTHOR_EMAIL"] = name, email
        team.on(branch, {f"{branch.replace('/', '-')}-{team.clock}": "x\n"})


def test_a_branch_is_of_whoever_made_most_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Merges of the target don't count, .mailmap does, and a robot is last whatever it made."""
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mia")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "mia@x.org")
    team = Team(tmp_path / "team", {"a": "x\n", ".mailmap": "Joseph <joe@x.org> Joe <joe@x.org>\n"})
    for name in ("feature/a", "feature/b", "feature/c"):
        team.git("branch", name, "develop")
    by(team, "Joe", "joe@x.org", "feature/a", "feature/b")
    by(team, "Joseph", "joe@x.org", "feature/a")
    by(
        team,
        "autofix-ci[bot]",
        "1+autofix-ci[bot]@users.noreply.github.com",
        "feature/b",
        "feature/b",
        "feature/c",
    )
    by(team, "Mia", "mia@x.org", "feature/a")
    team.commit({"a": "y\n"})
    for name in ("feature/a", "feature/b"):
        team.git("switch", "-q", name)
        team.git("merge", "-q", "--no-edit", "develop")
    team.git("switch", "-q", "develop")
    assert owners(team) == {
        "feature/a": "Joseph", "feature/b": "Joseph", "feature/c": "autofix-ci[bot]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "email", "is_robot"),
    [
        ("Ada", "ada@x.org", False), ("Botticelli", "b@x.org", False), ("renovate[bot]", "r@x.org", True),
        ("Ada", "1+x[bot]@users.noreply.github.com", True), ("team-bot", "", True), ("Dependabot", "", True),
        ("Abbot", "", False),
    ],
)  # fmt: skip
def test_who_is_a_robot(name: str, email: str, is_robot: bool) -> None:
    assert robot(name, email) is is_robot


@pytest.mark.parametrize("seed", range(5))
def test_a_line_that_is_in_both_texts_is_found_in_the_other(seed: int, tmp_path: Path) -> None:
    """By git's own edit scripts: each line of one text that stayed stands where `carried` says."""
    rng = random.Random(seed)
    (tmp_path / "scratch").mkdir()
    scratch = Scratch(str(tmp_path / "scratch"), [])
    for _ in range(10):
        old = [f"{number}\n" for number in range(rng.randrange(1, 30))]
        new = [row for row in old if rng.random() < 0.7]
        for _ in range(rng.randrange(4)):
            new.insert(rng.randrange(len(new) + 1), f"new {rng.random()}\n")
        key = scratch.blob("".join(old).encode()), scratch.blob("".join(new).encode())
        script = ObjectReader(scratch).scripts({key})[key] if key[0] != key[1] else ()
        assert script is not None
        for place, row in enumerate(old, 1):
            ((first, last),) = carried([(place, place)], script)
            if row in new:
                assert (first, last) == (new.index(row) + 1, new.index(row) + 1)
        (empty,) = carried([(1, 0)], script)
        assert empty[1] == empty[0] - 1


def test_what_was_edited_away_stands_where_its_edit_stands() -> None:
    edit = Edit((3, 5), (3, 3))
    assert carried([(4, 4), (2, 8), (6, 6), (4, 3)], (edit,)) == ((3, 3), (2, 6), (4, 4), (3, 2))
    assert carried([(3, 5)], (Edit((3, 5), (3, 2)),)) == ((3, 2),)


def test_a_clash_is_called_by_its_path_where_a_side_has_no_other() -> None:
    assert Clash("a", "content", "code").own == ("a", "a")
