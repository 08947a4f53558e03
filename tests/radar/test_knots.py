"""Knots, and a cure that is printed only because the merges were made with it; compared with git's own merges."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitflowguard.radar.knots import curable, knots, line_of, within
from gitflowguard.radar.nouns import (
    CODE,
    CONTENT,
    MODIFY_DELETE,
    STALE,
    Clash,
    Contact,
    Knot,
    Pair,
    Radar,
    RadarTarget,
)
from gitflowguard.report.radar.json import document
from gitflowguard.report.radar.markdown import render as markdown
from gitflowguard.report.radar.text import render
from tests import oracle
from tests.radar.samples import ABOUT
from tests.radar.team import Team

LIST = "# Changes\n\n## 1.0.0\n\n- start\n"
TARGET = RadarTarget("develop", "develop", "a" * 40)


def team(root: Path, count: int, path: str = "CHANGELOG.md", code: bool = False) -> Team:
    """So many branches that each add an entry at the top of the list, and a line to the code."""
    made = Team(root, {path: LIST, "app.py": "x = 1\n"})
    for number in range(count):
        files: dict[str, str | None] = {path: LIST.replace("\n\n## 1", f"\n\n- entry {number}\n\n## 1", 1)}
        if code:
            files["app.py"] = f"x = {number + 2}\n"
        made.branch(f"feature/n{number}", files)
    return made


def clean_by_git(made: Team, first: str, second: str, line: str) -> bool:
    """Whether git itself merges both into develop, one after the other, once develop has the line."""
    made.git("switch", "-q", "--detach", "develop")
    (made.root / ".gitattributes").write_text(line + "\n")
    made.git("add", ".gitattributes")
    made.git("commit", "-q", "-m", "union")
    codes = []
    for name in (first, second):
        done = subprocess.run(
            ["git", "merge", "-q", "--no-edit", name],
            cwd=made.root,
            env=oracle.unrecorded(),
            capture_output=True,
            check=False,
        )
        codes.append(done.returncode)
    if codes[-1]:
        made.git("merge", "--abort")
    made.git("switch", "-q", "develop")
    return not any(codes)


def test_a_changelog_that_everybody_adds_to_is_one_knot_with_a_cure_that_works(tmp_path: Path) -> None:
    made = team(tmp_path / "team", 4)
    seen = made.radar()
    (knot,) = seen.knots
    assert (knot.path, knot.conflicts, knot.cured, knot.line) == (
        "CHANGELOG.md",
        6,
        6,
        "/CHANGELOG.md merge=union",
    )
    assert sorted(knot.branches) == [f"feature/n{number}" for number in range(4)]
    assert all(clean_by_git(made, pair.first, pair.second, knot.line) for pair in seen.pairs[:2])


def test_branches_that_conflict_with_the_target_are_in_it(tmp_path: Path) -> None:
    """The same merges again, one by one, with git itself."""
    made = team(tmp_path / "team", 3)
    made.commit({"CHANGELOG.md": LIST.replace("\n\n## 1", "\n\n- landed\n\n## 1", 1)})
    (knot,) = made.radar().knots
    assert (knot.conflicts, knot.cured) == (3, 3)


def test_no_cure_is_printed_that_was_not_seen_to_help(tmp_path: Path) -> None:
    """Each pair conflicts in the code as well: the knots are counted, and no line is proposed."""
    seen = team(tmp_path / "team", 3, code=True).radar()
    assert [(one.path, one.conflicts, one.line, one.cured) for one in seen.knots] == [
        ("CHANGELOG.md", 3, "", 0),
        ("app.py", 3, "", 0),
    ]
    said = render(seen, ABOUT)
    assert "knot: CHANGELOG.md is in 3 of 3 conflicts on develop" in said and "cure" not in said


def test_two_conflicts_are_no_knot(tmp_path: Path) -> None:
    assert team(tmp_path / "team", 2).radar().knots == ()


def test_the_targets_own_attributes_stay(tmp_path: Path) -> None:
    """A file without a last newline, and a rule in it that decides another path."""
    made = team(tmp_path / "team", 3)
    (made.root / ".gitattributes").write_text("app.py -merge")
    made.git("add", ".")
    made.git("commit", "-q", "-m", "attributes")
    (knot,) = made.radar().knots
    assert knot.cured == 3


def stale(name: str, *clashes: Clash) -> Contact:
    return Contact(
        branch=name, ref=name, tip=name * 4, kind="feature", target="develop", state=STALE, clashes=clashes
    )


def clash(path: str, kind: str = CONTENT) -> Clash:
    return Clash(path, kind, CODE, ((1, 2),), ((1, 2),))


def radar(*contacts: Contact, pairs: tuple[Pair, ...] = ()) -> Radar:
    return Radar(targets=(TARGET,), contacts=contacts, pairs=pairs)


def test_a_path_counts_once_in_a_conflict_and_pairs_count_too() -> None:
    one, two = (stale(name, clash("NEWS"), clash("NEWS")) for name in "ab")
    pair = Pair("develop", "c", "d", (clash("NEWS"), clash("x.py")))
    (knot,) = knots(radar(one, two, pairs=(pair,)), "develop")
    assert knot == Knot("develop", "NEWS", ("a", "b", "c", "d"), 3)
    assert knots(radar(one, two, pairs=(pair,)), "main") == ()


@pytest.mark.parametrize(
    ("path", "kind", "suits"),
    [
        ("docs/notes.md", CONTENT, True), ("CHANGELOG", CONTENT, True), (".gitignore", CONTENT, True),
        ("CHANGES.rst", CONTENT, True), ("app.py", CONTENT, False), ("uv.lock", CONTENT, False),
        ("NEWS", MODIFY_DELETE, False),
    ],
)  # fmt: skip
def test_union_is_for_lists(path: str, kind: str, suits: bool) -> None:
    """In code it would keep both versions of a line."""
    seen = radar(*(stale(name, clash(path, kind)) for name in "abc"))
    (knot,) = knots(seen, "develop")
    assert curable(seen, knot) is suits


@pytest.mark.parametrize(
    "path", ["NEWS", "a/b.md", "a b.md", "#x.md", "!x.md", "a*[b]?.md", 'a"b.md', "a\\b.md", "é.md"]
)
def test_git_reads_the_line_for_this_path_and_no_other(tmp_path: Path, path: str) -> None:
    made = Team(tmp_path / "team", {"start": "x\n"})
    (made.root / ".gitattributes").write_text(line_of(path) + "\n")
    assert made.git("-c", "core.quotePath=false", "check-attr", "merge", "--", path).endswith(
        ": merge: union"
    )
    other = path.replace(".md", "x.md") if ".md" in path else "sub/NEWS"
    assert made.git("check-attr", "merge", "--", other).endswith(": merge: unspecified")


def test_a_path_that_no_line_can_name_gets_none() -> None:
    assert line_of("a\nb.md") == ""


def test_more_conflicts_than_a_screen_are_folded_into_their_knot() -> None:
    """And within a screen each is listed, with its commands."""
    some = radar(*(stale(f"feature/{n}", clash("NEWS")) for n in range(3)))._replace(
        knots=(Knot("develop", "NEWS", tuple(f"feature/{n}" for n in range(3)), 3, "/NEWS merge=union", 2),)
    )
    assert render(some, ABOUT).count("conflict: ") == 3
    many = radar(*(stale(f"feature/{n}", clash("NEWS")) for n in range(120)))._replace(
        knots=(
            Knot("develop", "NEWS", tuple(f"feature/{n}" for n in range(120)), 120, "/NEWS merge=union", 120),
        )
    )
    said = render(many, ABOUT)
    assert "120 conflicts on develop in this file alone" in said and "conflict: " not in said
    assert len(said.splitlines()) <= 40
    assert "all of these 120 merges end cleanly (tried)" in said


def test_every_format_has_them() -> None:
    knot = Knot("develop", "NEWS", ("a", "b", "c"), 3, "/NEWS merge=union", 2)
    seen = radar(*(stale(name, clash("NEWS")) for name in "abc"))._replace(knots=(knot,))
    assert document(seen, ABOUT)["knots"] == [
        {
            "target": "develop", "path": "NEWS", "branches": ("a", "b", "c"), "conflicts": 3,
            "line": "/NEWS merge=union", "cured": 2,
        }
    ]  # fmt: skip
    assert "2 of these 3 merges end cleanly" in markdown(seen, ABOUT)


def test_within() -> None:
    assert within((clash("a"), clash("b")), ["a", "b", "c"]) and not within((clash("a"), clash("d")), ["a"])
