"""Broken merges as findings: one entry a cause, who acts, the order of landing, and every format."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.breakage import edges, stopping
from gitflowguard.app.radar.sizedcache import SizedCache
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.model.foreseen import merging
from gitflowguard.radar.bisect import first_red
from gitflowguard.radar.breakage import causes, common
from gitflowguard.radar.nouns import GONE, SIGNATURE, Broken
from gitflowguard.radar.vocabulary import Vocabulary, packed
from tests import budget, oracle
from tests.called import called
from tests.e2e.world import Ran
from tests.radar.team import Team

A, B, C, D = "feature/a", "feature/b", "feature/c", "feature/d"
CORE = "def load(path):\n    return path\n\n\ndef other():\n    return 2\n"
CHANGED = CORE.replace("load(path)", "load(path, mode)")
USE = "from core import load\n\nX = load('a')\n"


def one(branches: tuple[str, ...], path: str, line: int, code: str, says: str) -> Broken:
    """A finding as a reader makes it."""
    return Broken(target="develop", branches=branches, path=path, line=line, code=code, says=says)


def test_many_lines_with_one_cause_are_one_entry() -> None:
    found = [one((A, B), "t.py", line, "F821", "undefined name 'patch'") for line in (3, 9, 27)]
    (entry,) = causes(found)
    assert (entry.line, entry.places) == (3, (("t.py", 3), ("t.py", 9), ("t.py", 27)))
    assert entry.merges == ((A, B),)


def test_what_one_branch_does_to_several_is_one_entry() -> None:
    """Each of them calls the function in words and in a file of its own."""
    says = "load({!r}): load() (core.py) gets no mode"
    found = [one((A, name), f"{name[-1]}.py", 3, SIGNATURE, says.format(name)) for name in (B, C, D)]
    (entry,) = causes(found)
    assert entry.merges == ((A, B), (A, C), (A, D)) and common(entry.merges) == A
    assert [path for path, _ in entry.places] == ["b.py", "c.py", "d.py"]


def test_two_causes_are_two_entries() -> None:
    found = [
        one((A, B), "t.py", 3, "F821", "undefined name 'a'"),
        one((A, B), "t.py", 4, "F821", "undefined name 'b'"),
        one((A, B), "u.py", 4, "F821", "undefined name 'b'"),
        one((A, B), "u.py", 5, GONE, "from core import load: core.py has no load"),
    ]
    assert len(causes(found)) == 4


def test_branches_that_each_break_on_the_target_are_entries_of_their_own() -> None:
    """Their people are others. A pair of two further branches has nobody in common with them."""
    says = "undefined name 'a'"
    found = [one((A,), "t.py", 3, "F821", says), one((B,), "t.py", 4, "F821", says)]
    assert [entry.merges for entry in causes(found)] == [((A,),), ((B,),)]
    pairs = [one((A, B), "t.py", 3, "F821", says), one((C, D), "t.py", 4, "F821", says)]
    assert [entry.merges for entry in causes(pairs)] == [((A, B),), ((C, D),)]
    mixed = [*found[:1], *pairs[1:]]
    assert {entry.merges for entry in causes(mixed)} == {((A,),), ((C, D),)}


def test_the_line_of_a_first_definition_is_no_other_cause() -> None:
    says = "redefinition of unused 'X' from line {}"
    assert len(causes([one((A, B), "t.py", 3, "F811", says.format(n)) for n in (1, 2)])) == 1


def test_whom_a_merge_is_about() -> None:
    assert merging(((A,),), "develop") == f"{A} merges into develop without a conflict"
    assert merging(((A, B),), "develop") == f"{A} and {B} merge into develop without a conflict"
    assert (
        merging(((A, B), (C, A)), "develop")
        == f"{A} and each of {B} and {C} merge into develop without a conflict"
    )
    many = tuple((A, f"feature/{n}") for n in range(9))
    assert (
        merging(many, "develop") == f"{A} and each of 9 other branches merge into develop without a conflict"
    )


def test_edges_and_commands() -> None:
    pairs, alone = edges([one((A, B), "t.py", 1, "F821", "x"), one((C,), "t.py", 1, "F821", "x")])
    assert (pairs, alone) == ({(A, B), (B, A)}, {C})
    assert stopping((("git", "switch", B), ("git", "merge", "--no-ff", A))) == (
        ("git", "switch", B),
        ("git", "merge", "--no-commit", "--no-ff", A),
    )


@pytest.mark.parametrize(("green", "known"), [(0, n) for n in (1, 2, 3, 7, 8, 9, 64)] + [(-1, 5), (3, 9)])
def test_a_search_takes_no_more_than_log2_of_n_tries(green: int, known: int) -> None:
    for first in range(green + 1, known + 1):
        asked: list[int] = []

        def red(place: int, first: int = first, asked: list[int] = asked) -> bool:
            asked.append(place)
            return place >= first

        assert first_red(red, green, known) == first
        assert len(asked) <= (known - green - 1).bit_length()
    assert first_red(lambda place: None, 0, 8) is None


def test_words_in_little_room() -> None:
    words = Vocabulary((packed(("load", "\u00fcber")), packed(()), packed(("save",))))
    assert words.has("load") and words.has("save") and not words.has("lode")
    assert words.of(("load", "none", "\u00fcber")) == {"load", "\u00fcber"}


def test_a_shelf_lets_go_of_what_was_used_longest_ago() -> None:
    cache: SizedCache[str, int] = SizedCache(10)
    for number, name in enumerate("abc"):
        cache.put(name, number, 4)
        assert cache.get(name) == number
    assert "a" not in cache and "b" in cache and not cache.full
    cache.get("b")
    cache.put("d", 3, 4)
    assert "c" not in cache and cache.get("b") == 1
    cache.put("huge", 9, 99)
    assert cache.full and cache.get("huge") == 9 and "b" not in cache


@pytest.fixture(name="team")
def _team(tmp_path: Path) -> Team:
    """A changes a signature, B and C call it as it was, D has nothing to do with it."""
    team = Team(tmp_path / "work", {"core.py": CORE})
    team.branch(A, {"core.py": CHANGED})
    team.branch(B, {"b.py": USE})
    team.branch(C, {"c.py": USE})
    team.branch(D, {"d.py": "D = 1\n"})
    return team


def test_the_order_lands_nothing_that_is_broken(team: Team) -> None:
    """B and C land, and A, which is one entry, is the one to be updated."""
    seen = team.radar(semantic=True)
    (entry,) = seen.broken
    assert {frozenset(names) for names in entry.merges} == {frozenset((A, B)), frozenset((A, C))}
    assert (entry.moves, set(entry.others)) == (A, {B, C})
    assert entry.mend == (("git", "switch", A), ("git", "merge", "--no-commit", "develop"))
    (order,) = seen.orders
    assert set(order.now) == {B, C, D} and order.verified
    (step,) = [step for step in order.steps if step.branch == A]
    assert not step.clean and set(step.breaks) == {B, C} and not step.paths
    plain = team.radar()
    assert set(plain.orders[0].now) == {A, B, C, D} and plain.orders[0].verified


def test_what_breaks_on_the_target_alone_can_not_land_now(team: Team) -> None:
    team.git("merge", "-q", "--no-ff", A)
    seen = team.radar(semantic=True)
    assert [(entry.merges, entry.moves) for entry in seen.broken] == [(((C,),), C), (((B,),), B)]
    assert set(seen.orders[0].now) == {D}
    assert {step.branch: step.breaks for step in seen.orders[0].steps} == {
        B: ("develop",), C: ("develop",), D: (),
    }  # fmt: skip


def test_an_order_that_was_asked_for_names_what_breaks(team: Team) -> None:
    question = RadarRequest(RadarSelection("develop"), order=(A, D, B), semantic=True)
    seen = radar(question, team.clock, str(team.root)).radar
    (asked,) = [order for order in seen.orders if order.asked]
    assert [(step.branch, step.clean, step.breaks) for step in asked.steps] == [
        (A, True, ()),
        (D, True, ()),
        (B, False, (A,)),
    ]


def ran(team: Team, *words: str) -> Ran:
    """The command line in the team's repository, without a start of its own."""
    return Ran(*called(words, team.root, oracle.unrecorded()))


def test_every_format_has_it_and_the_policy_decides_the_exit_code(team: Team) -> None:
    """One finding, not two, and none without --semantic.

    `make test` asks three formats: what a finding is in each of the others is proved by
    tests/report/test_formats.py.
    """
    args = ("radar", "--target", "develop")
    formats: tuple[str, ...] = ("sarif", "junit", "github", "text", "html", "markdown")
    if not budget.is_whole():
        formats = formats[:2] + formats[3:4]
    for style, wanted in product(formats, ("--semantic", "")):
        done = ran(team, *args, "--output-format", style, *filter(None, (wanted,)))
        assert done.code == 0, done.text
        assert (
            ("gets no mode" in done.text),
            "GFG704" in done.text and style in ("junit", "github"),
        ) == (
            bool(wanted),
            bool(wanted) and style in ("junit", "github"),
        ), (style, wanted, done.text)
        if style == "sarif":
            results = json.loads(done.text)["runs"][0]["results"]
            assert [row["ruleId"] for row in results] == ["GFG704"] * bool(wanted)
    (team.root / ".gitflowguard.yaml").write_text("rules: {GFG704: error}\nradar: {semantic: true}\n")
    assert ran(team, *args).code == 1
    assert ran(team, *args, "--no-semantic").code == 0
    (team.root / ".gitflowguard.yaml").write_text("rules: {GFG704: ignore}\nradar: {semantic: true}\n")
    assert ran(team, *args).code == 0


def test_a_pull_request_hears_of_it_where_the_policy_at_its_base_says_so(team: Team) -> None:
    """Broken on the target stops it where the policy makes that an error; broken with another branch is a warning."""
    team.git("merge", "-q", "--no-ff", A)
    silent = ran(team, "pr", "check", "--base", "develop", "--head", B)
    assert "GFG704" not in silent.text
    team.commit({".gitflowguard.yaml": "rules: {GFG704: error}\nradar: {semantic: true}\n"})
    said = ran(team, "pr", "check", "--base", "develop", "--head", B)
    assert said.code == 1 and "error[GFG704]" in said.text, said
    assert said.text.count("GFG704") == 1, "C's own merge is C's"
    team.branch("feature/e", {"core.py": CHANGED.replace("other()", "another()")})
    team.branch("feature/f", {"f.py": "from core import other\n\nX = other()\n"})
    said = ran(team, "pr", "check", "--base", "develop", "--head", "feature/f")
    assert said.code == 0 and "warning[GFG704]" in said.text, said


def test_what_was_found_is_known_the_second_time(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is read again, and flake8 isn't started; after a landing it reads only what is new."""
    first = team.radar(semantic=True)
    asked: list[int] = []
    real = "gitflowguard.app.radar.flake8.Flake8._run"
    monkeypatch.setattr(real, lambda self, runner, root, sizes, named: asked.append(len(sizes)))
    monkeypatch.setattr("gitflowguard.app.radar.files.Files._read", lambda self, oids: 1 / 0)
    again = team.radar(semantic=True)
    assert (again.broken, again.notes) == (first.broken, first.notes) and asked == []


def test_a_push_costs_a_look_at_its_own_merges_alone(team: Team) -> None:
    team.radar(semantic=True)
    team.on(D, {"d.py": "from core import load\n\nD = load('a')\n"})
    question = RadarRequest(RadarSelection("develop"), semantic=True, cached=False)
    fresh = radar(question, team.clock + 3600, str(team.root)).radar
    again = team.radar(semantic=True)
    assert again.broken == fresh.broken
    assert {name for entry in again.broken for name in entry.others} == {B, C, D}
