"""The radar at a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given, settings

from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import (
    CLEAN,
    LANDED,
    STALE,
    UNTOLD,
    Clash,
    Contact,
    DuplicatedChange,
    LandingOrder,
    LandingStep,
    Pair,
    Radar,
)
from gitflowguard.report.radar import words
from gitflowguard.report.radar.text import (
    MOST_CONFLICTS,
    MOST_LINES,
    MOST_PATHS,
    render,
)
from tests.budget import examples
from tests.radar.samples import (
    ABOUT,
    CLEAR,
    CONFIG,
    DEVELOP,
    EMPTY,
    FULL,
    GONE,
    LINE,
    MAIN,
    OTHER,
    SHALLOW,
    STACKED,
    TIP,
    contact,
    crowd,
    filled,
)
from tests.report.foreign import FOREIGN, hidden
from tests.report.samples import EVIL

many = settings(max_examples=examples(150), derandomize=True, deadline=None, database=None)
EXPECTED = """\
1 of 7 branches conflicts with develop as it is; 3 pairs would conflict when they land; 1 clean merge would be broken; can't determine 1 branch

main (0d5e6f7): 1 landed

landed: hotfix/1.0.1; not on every target yet, so keep

develop (a1b2c3d): 1 conflict, 1 can't be determined, 4 clean, 1 landed

conflict: feature/config conflicts with develop in 2 files
  at:   pipeline.py:2, before 7 in develop (Ada Lovelace) and 2-5, 9 in feature/config (Ben); content
        app/uv.lock:3 in develop (Ada Lovelace) and 3 in feature/config (Ben); content, lock file
  tip:  app/uv.lock: keep one side whole: git checkout --theirs -- app/uv.lock, and let it be completed: (cd app && uv lock)
  who:  Ben updates feature/config; develop's side is by Ada Lovelace
  help: git switch feature/config
        git merge develop

conflict: feature/a and feature/b conflict with each other in 1 file, whichever lands first
  at:   pipeline.py:2, before 7 in feature/a (Ada Lovelace) and 2-5, 9 in feature/b (Ben); content
  who:  Ben updates feature/b, once feature/a (Ada Lovelace) has landed
  help: git switch feature/b
        git merge develop

conflict: feature/b and hotfix/1.0.1 conflict with each other in 1 file, if feature/b lands first
  at:   old.py: feature/b and hotfix/1.0.1 (Cleo); modify/delete
  tip:  old.py: deleted on one side, changed on the other; git add keeps it, git rm deletes it
  who:  nobody, if hotfix/1.0.1 lands before feature/b (Ben)

conflict: feature/a and feature/c conflict with each other in 1 file, if feature/c lands first
  at:   old.py: feature/c and feature/a (Cleo); modify/delete
  tip:  old.py: deleted on one side, changed on the other; git add keeps it, git rm deletes it
  who:  nobody, if feature/a (Ada Lovelace) lands before feature/c (Cleo)

broken: feature/a and feature/c merge into develop without a conflict, and the result is broken: F821 undefined name 'read'
  at:   load.py:7
        load.py:9
  who:  Cleo updates feature/c, once feature/a has landed
  help: git switch feature/c
        git merge --no-commit develop

stacked: feature/c holds commits of feature/b, and depends on it; it would conflict if feature/b is squash-merged

landing: 3 of 4 clean branches can land now without a conflict
  hotfix/1.0.1 before feature/b: the other way round they conflict
  feature/a before feature/c: the other way round they conflict
  The order with the fewest conflicts (merged for real, one after the other):
     1. feature/a
     2. feature/c
     3. hotfix/1.0.1
     4. ✗ feature/b conflicts with feature/a in pipeline.py

can't determine: feature/old: this clone is shallow
  help: git fetch --unshallow

landed: feature/done; nothing left to land, can be deleted

duplicated: feature/a and feature/done make the same change in 1 commit
  at:   a1b2c3d and 0d5e6f7: Read the parameters | from a file

note: the branches are as last fetched, 3 hours ago

Looked at 7 branches, the newest; 2 more were left out; 11 trial merges covered 6 pairs.
"""  # noqa: E501
CLEAR_SAID = """\
No conflict with develop, and none between branches

develop (a1b2c3d): 2 clean

landing: Both clean branches can land now without a conflict

Looked at 2 branches; 2 trial merges covered 1 pair.
"""


def text(radar: Radar, colour: bool = False, quiet: bool = False) -> str:
    """The radar in the text format."""
    return render(radar, ABOUT._replace(colour=colour, quiet=quiet))


def only(*contacts: Contact, pairs: tuple[Pair, ...] = ()) -> Radar:
    """A radar of these branches on develop."""
    return Radar((DEVELOP,), contacts, pairs, seen=len(contacts))


def verdict(radar: Radar) -> str:
    """The first line."""
    return text(radar).splitlines()[0]


def test_whole_output() -> None:
    assert text(FULL) == EXPECTED


def test_a_clear_radar_is_short() -> None:
    assert text(CLEAR) == CLEAR_SAID


def test_no_branch_at_all() -> None:
    assert (
        text(EMPTY)
        == "No open branch to look at\n\ndevelop (a1b2c3d): no open branch\n\nLooked at 0 branches.\n"
    )


@pytest.mark.parametrize(
    ("radar", "said"),
    [
        (only(CONFIG), "1 of 1 branch conflicts with develop as it is"),
        (only(CONFIG, contact("feature/a")), "1 of 2 branches conflicts with develop as it is"),
        (only(contact("a", STALE), contact("b", STALE)), "2 of 2 branches conflict with develop as it is"),
        (
            Radar((DEVELOP, MAIN), (CONFIG, contact("h", STALE, "main"), contact("i", target="main")), ()),
            "1 of 1 branch conflicts with develop as it is, 1 of 2 with main",
        ),
        (
            only(contact("a"), contact("b"), pairs=(Pair("develop", "a", "b", (LINE,)),)),
            "1 pair would conflict when they land",
        ),
        (only(SHALLOW), "Can't determine 1 branch"),
        (
            only(
                contact("a"), contact("b"), SHALLOW, pairs=(Pair("develop", "a", "b", untold=Unknown("x")),)
            ),
            "Can't determine 1 branch and 1 pair; no conflict in the rest",
        ),
        (
            Radar((DEVELOP, MAIN), (contact("a"), contact("h", LANDED, "main")), ()),
            "No conflict with develop or main, and none between branches",
        ),
    ],
)
def test_the_verdict_is_one_sentence(radar: Radar, said: str) -> None:
    assert verdict(radar) == said


def test_a_quiet_run_says_nothing_of_a_clear_radar() -> None:
    assert text(CLEAR, quiet=True) == ""
    assert text(only(contact("feature/done", LANDED)), quiet=True) == ""


@pytest.mark.parametrize(
    "radar",
    [
        only(CONFIG),
        only(SHALLOW),
        only(STACKED),
        only(contact("a"), contact("b"), pairs=(Pair("develop", "a", "b", (LINE,)),)),
        CLEAR._replace(twins=FULL.twins),
        CLEAR._replace(broken=FULL.broken),
        CLEAR._replace(notes=("a word",)),
    ],
)
def test_a_quiet_run_tells_what_is_to_be_done_and_no_more(radar: Radar) -> None:
    said = text(radar, quiet=True)
    assert said
    assert "Looked at" not in said
    assert "landing:" not in said


def test_a_quiet_run_leaves_out_a_target_at_peace() -> None:
    radar = Radar((MAIN, DEVELOP), (contact("h", CLEAN, "main"), CONFIG), ())
    assert "main (" in text(radar)
    assert "main (" not in text(radar, quiet=True)


def test_colours_paint_only_the_labels() -> None:
    plain, painted = text(FULL), text(FULL, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31mconflict\x1b[0m: feature/config conflicts with develop in 2 files\n" in painted
    for code in ("1;31", "1;33", "36", "1", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == plain


def test_many_conflicts_are_cut_and_counted() -> None:
    said = text(crowd(60, MOST_CONFLICTS + 5))
    assert said.count("\nconflict: ") == MOST_CONFLICTS
    left = MOST_CONFLICTS + 5 + len(crowd(60, MOST_CONFLICTS + 5).pairs) - MOST_CONFLICTS
    assert f"… and {left} more conflicts on develop; to see all: gitflowguard radar --json" in said


def test_many_paths_are_cut_and_counted() -> None:
    clashes = tuple(GONE._replace(path=f"file{n}.py") for n in range(MOST_PATHS + 12))
    said = text(only(CONFIG._replace(clashes=clashes)))
    assert said.count("; modify/delete") == MOST_PATHS
    assert "        … and 12 more paths\n  tip:" in said
    assert "in 24 files" in said


def test_many_ranges_are_cut_and_counted() -> None:
    spans = tuple((n, n) for n in range(1, 18, 2))
    said = text(only(CONFIG._replace(clashes=(LINE._replace(ours=spans, theirs=()),))))
    assert (
        "pipeline.py:1, 3, 5, 7, 9, 11 and 3 more places in develop (Ada Lovelace) and feature/config" in said
    )


def test_many_commits_made_twice_are_cut_and_counted() -> None:
    twin = DuplicatedChange("a", "b", ((TIP, OTHER, "same"),) * (MOST_PATHS + 1))
    said = text(CLEAR._replace(twins=(twin,)))
    assert said.count("a1b2c3d and 0d5e6f7: same") == MOST_PATHS
    assert "        … and 1 more commit\n" in said


def test_a_long_order_tells_clean_steps_in_a_row_in_one_line() -> None:
    steps = tuple(LandingStep(f"f{n}", n != 8, ("x.py",), ("f1",)) for n in range(MOST_LINES + 5))
    order = LandingOrder("develop", steps, tuple(s.branch for s in steps if s.clean))
    said = text(only(contact("f1"))._replace(orders=(order,)))
    assert "   1-8. f0, f1, f2, f3 and 4 more\n     9. ✗ f8 conflicts with f1 in x.py\n" in said
    assert "  10-25. f9, f10, f11, f12 and 12 more\n" in said
    assert "(computed from pairs, not merged as a whole)" in said


def test_an_order_that_was_asked_for_is_shown_even_if_it_is_clean() -> None:
    asked = CLEAR.orders[0]._replace(asked=True)
    said = text(CLEAR._replace(orders=(asked,)), quiet=True) or text(CLEAR._replace(orders=(asked,)))
    assert (
        "  The order that you asked for (merged for real, one after the other):\n     1. feature/a\n" in said
    )


def test_a_way_round_that_cannot_be_told_is_said() -> None:
    pair = Pair(
        target="develop",
        first="a",
        second="b",
        clashes=(LINE,),
        ways="first",
        untold=Unknown("git crashed"),
    )
    said = text(only(contact("a"), contact("b"), pairs=(pair,)))
    assert "in 1 file, if a lands first (the other way round can't be determined: git crashed)\n" in said


def test_a_pair_that_cannot_be_told_is_no_conflict_and_not_clean() -> None:
    pair = Pair(
        target="develop",
        first="a",
        second="b",
        clashes=(),
        ways="both",
        untold=Unknown("git crashed"),
    )
    said = text(only(contact("a"), contact("b"), pairs=(pair,)))
    assert "\ncan't determine: a and b: git crashed\n" in said
    assert "\nconflict: " not in said


def test_one_reason_is_told_once_for_all_its_branches() -> None:
    said = text(only(SHALLOW, SHALLOW._replace(branch="feature/older"), contact("c", UNTOLD)))
    assert "can't determine: feature/old and feature/older: this clone is shallow\n  help: git fetch" in said
    assert "can't determine: c: no reason is known\n" in said


@pytest.mark.parametrize("quiet", [False, True])
@many
@given(FOREIGN)
@example(EVIL)
def test_foreign_text_only_shows(quiet: bool, foreign: str) -> None:
    said = text(filled(foreign), quiet=quiet)
    said.encode("utf-8")
    lines = said.split("\n")
    assert not any(hidden(line) for line in lines)
    assert not any(line.lstrip(" ").startswith("::") for line in lines)
    assert "##" not in said
    assert len(lines) == len(text(filled("x"), quiet=quiet).split("\n"))


def test_a_clash_without_authors_or_lines_is_a_name() -> None:
    said = text(only(CONFIG._replace(clashes=(Clash("a b.bin", "binary", "code"),), author="")))
    assert "  at:   a b.bin: develop and feature/config; binary\n" in said
    assert "  tip:  a b.bin: git cannot merge it by lines: take one side whole\n" in said
    assert "  who:  feature/config is updated\n" in said


def test_what_a_hook_may_print_loads_nothing_heavy() -> None:
    code = "import sys, gitflowguard.report.radar.text; print(*sorted(sys.modules))"
    asked = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    bare = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    added = set(asked.stdout.split()) - set(bare.stdout.split())
    assert "gitflowguard.report.radar.text" in added
    assert {name for name in added if not name.startswith("gitflowguard")} <= {"__future__", "_operator"}


def test_an_order_that_was_asked_for_calls_no_branch_clean() -> None:
    """It may name branches that conflict with the target as it is."""
    steps = tuple(LandingStep(branch=name, clean=False) for name in ("a", "b"))
    asked = LandingOrder(target="develop", steps=steps, now=(), verified=True, asked=True)
    assert words.now(asked) == "0 of 2 branches can land now without a conflict"
    assert words.now(asked._replace(asked=False)) == "0 of 2 clean branches can land now without a conflict"
    assert words.now(asked._replace(now=("a", "b"))) == "Both branches can land now without a conflict"
    one = asked._replace(steps=steps[:1])
    assert words.now(one) == "0 of 1 branch can land now without a conflict"
