"""Knots, and a cure that is printed only because the merges were made with it; compared with git's own merges."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gitflowguard.radar.conflict import conflicts
from gitflowguard.radar.fragments import FragmentTool
from gitflowguard.radar.knots import (
    cures_for,
    line_of,
    tangles,
    whole,
    within,
)
from gitflowguard.radar.nouns import (
    CLEAN,
    CODE,
    CONTENT,
    FRAGMENTS,
    MODIFY_DELETE,
    STALE,
    STRIP,
    UNION,
    Clash,
    Contact,
    Knot,
    LandingOrder,
    LandingStep,
    Pair,
    Radar,
    RadarTarget,
    Remedy,
)
from gitflowguard.radar.stripped import stripped
from gitflowguard.report.radar.json import document
from gitflowguard.report.radar.json import render as json_text
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
    assert (
        "knot: 3 branches add at CHANGELOG.md:3: 3 of 3 conflicts on develop" in said and "cure" not in said
    )
    assert "knot: 3 branches change app.py:1: 3 of 3 conflicts on develop" in said


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
    return Clash(path, kind, CODE, ((1, 2),), ((1, 2),), base=((4, 3),))


def knots(seen: Radar, target: str) -> tuple[Knot, ...]:
    return tuple(one.knot for one in tangles(target, conflicts(seen, target)))


def radar(*contacts: Contact, pairs: tuple[Pair, ...] = ()) -> Radar:
    return Radar(targets=(TARGET,), contacts=contacts, pairs=pairs)


def test_a_path_counts_once_in_a_conflict_and_pairs_count_too() -> None:
    one, two = (stale(name, clash("NEWS"), clash("NEWS")) for name in "ab")
    pair = Pair("develop", "c", "d", (clash("NEWS"), clash("x.py")))
    (knot,) = knots(radar(one, two, pairs=(pair,)), "develop")
    assert knot == Knot("develop", "NEWS", ("a", "b", "c", "d"), 3, (4, 3), True)
    assert knots(radar(one, two, pairs=(pair,)), "main") == ()


@pytest.mark.parametrize(
    ("path", "kind", "suits"),
    [
        ("docs/notes.md", CONTENT, True), ("CHANGELOG", CONTENT, True), (".gitignore", CONTENT, True),
        ("CHANGES.rst", CONTENT, True), ("app.py", CONTENT, False), (".github/changelog.yml", CONTENT, False),
        ("history.py", CONTENT, False), ("requirements-dev.txt", CONTENT, False), ("CMakeLists.txt", CONTENT, False),
        ("AUTHORS", CONTENT, True), ("notes.txt", CONTENT, True), ("uv.lock", CONTENT, False),
        ("NEWS", MODIFY_DELETE, False),
    ],
)  # fmt: skip
def test_union_is_for_lists(path: str, kind: str, suits: bool) -> None:
    """In code it would keep both versions of a line."""
    seen = radar(*(stale(name, clash(path, kind)) for name in "abc"))
    (tangle,) = tangles("develop", conflicts(seen, "develop"))
    assert (UNION in dict(cures_for(tangle, lambda: FragmentTool("changes")))) is suits


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
        knots=(
            Knot(
                "develop",
                "NEWS",
                tuple(f"feature/{n}" for n in range(3)),
                3,
                (4, 3),
                True,
                UNION,
                "/NEWS merge=union",
                2,
                3,
            ),
        )
    )
    assert render(some, ABOUT).count("conflict: ") == 3
    many = radar(*(stale(f"feature/{n}", clash("NEWS")) for n in range(120)))._replace(
        knots=(
            Knot(
                "develop",
                "NEWS",
                tuple(f"feature/{n}" for n in range(120)),
                120,
                (4, 3),
                True,
                UNION,
                "/NEWS merge=union",
                120,
                120,
            ),
        )
    )
    said = render(many, ABOUT)
    assert "120 conflicts on develop in this file alone" in said and "conflict: " not in said
    assert len(said.splitlines()) <= 40
    assert (
        "120 → 0 conflicts (tried) with this line in the .gitattributes of develop: /NEWS merge=union" in said
    )


def test_every_format_has_them() -> None:
    knot = Knot("develop", "NEWS", ("a", "b", "c"), 3, (4, 3), True, UNION, "/NEWS merge=union", 2, 3)
    seen = radar(*(stale(name, clash("NEWS")) for name in "abc"))._replace(knots=(knot,))
    assert document(seen, ABOUT)["knots"] == [
        {
            "target": "develop", "path": "NEWS", "branches": ("a", "b", "c"), "conflicts": 3,
            "place": (4, 3), "adds": True, "cure": UNION, "line": "/NEWS merge=union", "cured": 2, "trials": 3,
            "untried": None, "also": [], "manifest": None, "torn": 0, "members": 0, "each_two": [],
        }
    ]  # fmt: skip
    assert "`NEWS:4`: 3 of 3 conflicts on develop; 3 `→` 1 conflict" in markdown(seen, ABOUT)


def test_within() -> None:
    assert within((clash("a"), clash("b")), ["a", "b", "c"]) and not within((clash("a"), clash("d")), ["a"])


def _notebook(*cells: tuple[str, str]) -> str:
    """A notebook of (source, output) cells, as Jupyter writes it."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": len(output),
                    "metadata": {},
                    "outputs": [{"output_type": "stream", "name": "stdout", "text": [output]}],
                    "source": [source],
                }
                for source, output in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def test_notebooks_are_tried_without_their_outputs(tmp_path: Path) -> None:
    """Each branch has run the notebook and changed another cell, so that the outputs alone conflict."""
    sources = [f"x{number} = {number}" for number in range(3)]
    plain = _notebook(*[(source, "a") for source in sources])
    made = Team(tmp_path / "team", {"n.ipynb": plain})
    for number in range(3):
        cells = [
            (source + " + 1" if at == number else source, "b" * (number + 2))
            for at, source in enumerate(sources)
        ]
        made.branch(f"feature/n{number}", {"n.ipynb": _notebook(*cells)})
    seen = made.radar()
    found = [(one.cure, one.cured, one.trials) for one in seen.knots]
    assert found and set(found) == {(STRIP, 3, 3)}
    assert "3 → 0 conflicts (tried) where the notebook is committed without its outputs" in render(
        seen, ABOUT
    )


def test_a_cell_that_really_differs_is_not_cured(tmp_path: Path) -> None:
    made = Team(tmp_path / "team", {"n.ipynb": _notebook(("x = 1", "a"))})
    for number in range(3):
        made.branch(f"feature/n{number}", {"n.ipynb": _notebook((f"x = {number}5", "a"))})
    assert {one.cure for one in made.radar().knots} == {""}


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"cells": [1]}', b"\xff", b'{"cells": 3}'])
def test_what_is_no_notebook_is_left_alone(data: bytes) -> None:
    assert stripped(data) is None


def test_an_output_that_its_author_keeps_stays() -> None:
    book = json.loads(_notebook(("x", "a"), ("y", "b"), ("z", "c")))
    book["cells"][0]["metadata"] = {"keep_output": True, "scrolled": True}
    book["cells"][1]["metadata"] = {"tags": ["keep_output"]}
    book["cells"][2]["cell_type"] = "markdown"
    book["metadata"]["widgets"] = {}
    left = json.loads(stripped(json.dumps(book).encode()) or b"")
    assert [len(cell["outputs"]) for cell in left["cells"]] == [1, 1, 1]
    assert left["metadata"] == {} and left["cells"][0]["metadata"] == {"keep_output": True}


def test_a_lock_file_beside_code_is_no_cure(tmp_path: Path) -> None:
    seen = team(tmp_path / "team", 3, "uv.lock", code=True).radar()
    assert {one.cure for one in seen.knots} == {""}


def test_a_rule_below_the_root_that_decides_otherwise_is_no_cure(tmp_path: Path) -> None:
    """The target's own attributes hold in the trial, as they would in the merge."""
    made = team(tmp_path / "team", 3, "docs/CHANGELOG.md")
    made.commit({"docs/.gitattributes": "*.md merge=text\n"})
    (knot,) = made.radar().knots
    assert knot.cure == FRAGMENTS and UNION not in {one.how for one in knot.also}


def test_two_places_of_one_file_are_two_knots(tmp_path: Path) -> None:
    rows = [f"row {number}" for number in range(30)]
    made = Team(tmp_path / "team", {"f.py": "\n".join(rows) + "\n"})
    for number in range(6):
        own = list(rows)
        own[3 if number < 3 else 20] = f"changed {number}"
        made.branch(f"feature/n{number}", {"f.py": "\n".join(own) + "\n"})
    knots_of = made.radar().knots
    assert [(one.place, one.adds, one.conflicts) for one in knots_of] == [
        ((4, 4), False, 3),
        ((21, 21), False, 3),
    ]
    assert not set(knots_of[0].branches) & set(knots_of[1].branches)


def test_what_was_tried_is_not_tried_again(tmp_path: Path) -> None:
    """A later run gives the same knots without a merge; after a push it tries what is new."""
    made = team(tmp_path / "team", 4)
    first = made.radar()
    again = made.radar()
    assert again.knots == first.knots and again.merges == 0
    made.branch("feature/late", {"CHANGELOG.md": LIST.replace("\n\n## 1", "\n\n- late\n\n## 1", 1)})
    (knot,) = made.radar().knots
    assert (knot.conflicts, knot.cured) == (10, 10)


def crowd(count: int, odd: str = "") -> Radar:
    """So many branches in one knot, each two of which conflict. odd: a second path of the first pair."""
    names = tuple(f"feature/n{number:03}" for number in range(count))
    pairs: list[Pair] = []
    for place, name in enumerate(names):
        for earlier in names[:place]:
            clashes: tuple[Clash, ...] = (clash("NEWS"),)
            if odd and not pairs:
                clashes = (*clashes, clash(odd))
            ends = Remedy(name, earlier, steps=(("git", "switch", name), ("git", "merge", "develop")))
            pairs.append(Pair("develop", earlier, name, clashes, remedy=ends))
    contacts = tuple(stale(name)._replace(state=CLEAN) for name in names)
    steps = tuple(
        LandingStep(name, not place, ("NEWS",) if place else (), names[:place])
        for place, name in enumerate(names)
    )
    order = LandingOrder("develop", steps, names[:1], True)
    seen = radar(*contacts, pairs=tuple(pairs))._replace(orders=(order,), seen=count)
    return seen._replace(knots=knots(seen, "develop"))


def test_a_whole_knot_is_said_once_in_every_format() -> None:
    seen = crowd(120)
    (knot,) = seen.knots
    assert whole(seen, knot) == tuple(f"feature/n{number:03}" for number in range(120))
    said = render(seen, ABOUT)
    assert len(said.splitlines()) <= 40
    assert "     1. feature/n000\n  2-120. ✗ 119 branches conflict in NEWS\n" in said
    data = json.loads(json_text(seen, ABOUT))
    assert data["pairs"] == []
    (row,) = data["knots"]
    assert [one["branch"] for one in row["each_two"]] == list(knot.branches)
    assert [bool(one["mend"]) for one in row["each_two"]] == [False, *[True] * 119]
    assert len(json_text(seen, ABOUT)) < 500_000


def test_a_knot_that_does_not_say_all_leaves_the_pairs_where_they_are() -> None:
    seen = crowd(4, "other.py")
    data = json.loads(json_text(seen, ABOUT))
    assert len(data["pairs"]) == 6 and data["knots"][0]["each_two"] == []
