"""What the comment on a pull request says of conflicts to come: with GitHub on the loopback, and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakegithub.fake import Fake
from gitflowguard.cli.main import main
from gitflowguard.model.finding import Unknown
from gitflowguard.radar.nouns import (
    CLEAN,
    LANDED,
    UNTOLD,
    Clash,
    Contact,
    Pair,
    PullConflicts,
    PullLabel,
    Radar,
)
from gitflowguard.report.pull.conflicts import MOST_NAMES, MOST_ROWS, render
from tests import budget
from tests.install.place import git
from tests.radar.opened import NAME, PullDesk

Said = pytest.CaptureFixture[str]
LOGIN = "one\nLOGIN\nthree\n"


@pytest.fixture
def desk(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PullDesk]:
    made = PullDesk(github, tmp_path, monkeypatch)
    monkeypatch.setenv("GITHUB_TOKEN", github.token("write"))
    yield made


def check(desk: PullDesk, number: int, *words: str) -> int:
    """The check of a pull request, with its comment."""
    desk.patch.chdir(desk.clone)
    where = ("--number", str(number), "--repo", NAME, "--api-url", desk.github.url)
    return main(["pr", "check", "--no-quality", "--comment", *where, *words])


def body(desk: PullDesk) -> str:
    """Of the one comment."""
    (comment,) = desk.web.comments.values()
    return str(comment["body"])


def row(desk: PullDesk) -> str:
    """What the comment says of conflicts."""
    return body(desk).partition("### Conflicts to come\n\n")[2].partition("\n### ")[0].strip()


def test_the_row_of_a_pull_request(desk: PullDesk, capsys: Said) -> None:
    """Open ones into its own base alone, by number and title; one request more; nobody is mentioned."""
    mine = desk.opened("feature/login", "develop", "app.py", LOGIN)
    title = "Log | out @ben <b>x</b>"
    desk.opened(
        "feature/logout", "develop", "app.py", "one\nOUT\nthree\n", login="ben", draft=True, title=title
    )
    desk.opened("feature/same", "develop", "app.py", "one\nSAME\nthree\n")
    desk.opened("feature/apart", "develop", "other.py", "x = 1\n")
    desk.opened("feature/late", "feature/apart", "app.py", "late\n", "feature/apart")
    desk.opened("feature/closed", "develop", "app.py", "closed\n").state = "closed"
    desk.commit("feature/alone", "app.py", "alone\n", "develop")
    desk.cloned()
    assert check(desk, mine.number) == 0
    assert row(desk) == (
        "| Pull request | Files | When |\n|---|---|---|\n"
        "| #2 Log `\\|` out `@ben <b>x</b>` (by `ben`, a draft) | `app.py` | in either order |\n"
        "| #3 Change `app.py` (by `ada`) | `app.py` | in either order |\n\n"
        "Merged after #2 and #3, this one alone has to be updated; merged before them, both have to be. "
        "1 more pull request was compared with it: no conflict."
    )
    assert [one.path for one in desk.github.requests].count(f"/repos/{NAME}/pulls") == 1
    assert "feature/alone" not in capsys.readouterr().out
    assert check(desk, mine.number) == 0 and len(desk.web.comments) == 1


def test_a_fork_is_compared_and_one_that_is_not_here_is_named(desk: PullDesk, capsys: Said) -> None:
    """Of two forks the one that is judged was fetched; of the other nothing is known."""
    mine = desk.forked("patch-1", "develop", "app.py", LOGIN)
    other = desk.forked("patch-2", "develop", "app.py", "one\nTWO\nthree\n")
    desk.opened("feature/same", "develop", "app.py", "one\nSAME\nthree\n")
    git(desk.cloned(), "fetch", "-q", "origin", f"refs/pull/{mine.number}/head")
    assert check(desk, mine.number) == 0
    said = row(desk)
    assert "| #3 Change `app.py` (by `ada`) | `app.py` | in either order |" in said
    assert "whichever is merged second has to be updated" in said
    assert f"Not compared, because this clone lacks it: #{other.number}." in said
    out = capsys.readouterr().out
    line = f"git fetch origin refs/pull/{other.number}/head"
    assert f"not compared with zoe:patch-2, because this clone lacks it; to get it: {line}" in out
    git(desk.clone, "fetch", "-q", "origin", f"refs/pull/{other.number}/head")
    assert check(desk, mine.number) == 0
    assert f"#{other.number} From a fork" in row(desk) and "Not compared" not in row(desk)


@pytest.mark.parametrize("kind", budget.sampled(("403-permission", "429", "500"), "403-permission"))
def test_github_does_not_say_which_are_open(desk: PullDesk, kind: str) -> None:
    """That is said, the branches that are here are compared, and the verdict stays.

    Quick for one answer: what the client makes of each is in tests/forge/test_transport.py.
    """
    mine = desk.opened("feature/login", "develop", "app.py", LOGIN)
    desk.opened("feature/logout", "develop", "app.py", "one\nOUT\nthree\n")
    desk.cloned()
    desk.github.fail(lambda one: one.query.get("state") == "open", kind, times=99)
    assert check(desk, mine.number) == 0
    assert "Can't determine which pull requests are open: " in row(desk)
    assert "The branches of this clone were compared instead." in row(desk)
    assert "| `feature/logout` | `app.py` | in either order |" in row(desk)


def test_it_conflicts_with_its_base(desk: PullDesk) -> None:
    """As that is now, whatever the base was when the pull request was opened."""
    mine = desk.opened("feature/login", "develop", "app.py", LOGIN)
    desk.commit("develop", "app.py", "one\ntwo\nTHREE\n")
    desk.cloned()
    check(desk, mine.number)
    assert row(desk).startswith("It conflicts with `develop` as that is now, in `app.py`. It is compared")


def test_nothing_to_come(desk: PullDesk) -> None:
    """Said beside something else, and never a reason for a comment by itself."""
    mine = desk.opened("feature/login", "develop", "app.py", LOGIN)
    desk.opened("feature/apart", "develop", "other.py", "x = 1\n")
    desk.cloned()
    check(desk, mine.number)
    assert row(desk) == "None with `develop`, and none with the one other pull request that is open into it."
    desk.web.comments.clear()
    desk.web.review(mine.number, "ben")
    desk.web.roles["ben"] = "write"
    assert check(desk, mine.number) == 0 and not desk.web.comments


def test_where_it_is_not_looked_for(desk: PullDesk) -> None:
    """No row, and no request."""
    mine = desk.opened("feature/login", "develop", "app.py", LOGIN)
    desk.cloned()
    check(desk, mine.number, "--no-radar")
    assert "Conflicts to come" not in body(desk)
    assert f"/repos/{NAME}/pulls" not in [one.path for one in desk.github.requests]


def met(*pairs: Pair, state: str = CLEAN, listed: bool = True, others: int = 0, **more: Any) -> PullConflicts:
    """A look at feature/a, in memory; #2 to #9 are feature/2 to feature/9."""
    contact = Contact("feature/a", "feature/a", "a" * 40, "feature", "develop", state)
    labels = {f"feature/{n}": PullLabel(n, f"Title {n}", "ada", f"feature/{n}") for n in range(2, 30)}
    found = PullConflicts(
        name="feature/a", target="develop", radar=Radar((), (contact,), pairs), others=others, listed=listed,
        labels=labels if listed else {},
    )  # fmt: skip
    return found._replace(**more)


def pair(other: str, ways: str = "both", mine_first: bool = True, **more: Any) -> Pair:
    first, second = ("feature/a", other) if mine_first else (other, "feature/a")
    made = Pair("develop", first, second, (Clash("x.py", "content", "code"),), ways)
    return made._replace(**more)


def test_orders_of_one_way() -> None:
    """Where one order is clean, that is what is said."""
    said = str(
        render(
            met(
                pair("feature/2", "first"),
                pair("feature/3", "first", False),
                pair("feature/4", "second"),
                others=3,
            )
        )
    )
    assert "| #2 Title 2 (by `ada`) | `x.py` | only if this one is merged first |" in said
    assert said.count("only if the other is merged first") == 2
    assert (
        "Merge #2 before this one: then there is no conflict. Merge this one before #3 and #4: then there"
        in said
    )


def test_many() -> None:
    """The rows, the files and the names that do not fit are counted."""
    files = tuple(Clash(f"{n}.py", "content", "code") for n in range(5))
    many = tuple(pair(f"feature/{n}", clashes=files) for n in range(2, 2 + MOST_ROWS + 1))
    said = str(render(met(*many, others=20)))
    assert said.count("| in either order |") == MOST_ROWS and "… and 1 more." in said
    assert "`0.py`, `1.py`, `2.py` and 2 more files" in said
    assert f"and {MOST_ROWS + 1 - MOST_NAMES} more, this one alone" in said
    assert f"all {MOST_ROWS + 1} have to be. 7 more pull requests were compared with it" in said


def test_what_is_not_known() -> None:
    """Each is said; nothing of it reads as a yes."""
    why = Unknown("git crashed")
    half = pair("feature/2", untold=why)
    none = pair("feature/3", untold=why, clashes=())
    said = str(render(met(half, none, others=2, whole=False, unseen=("zoe:x", "feature/4"))))
    assert "| in one order; the other can't be determined |" in said and "Merge" not in said
    assert "Can't determine `feature/3`: git crashed." in said
    assert "There are more open pull requests than were read." in said
    assert "Not compared, because this clone lacks them: `zoe:x` and #4." in said
    said = str(render(met(state=UNTOLD, why=why)))
    assert "Can't determine: git crashed." in said and "None" not in said
    assert "None" not in str(render(met()._replace(radar=None, why=why)))
    assert "None" not in str(render(met()._replace(radar=None)))


def test_the_words_for_branches_and_for_what_landed() -> None:
    assert "None: `develop` has all of this already." in str(render(met(state=LANDED)))
    assert str(render(met())).strip().endswith("None with `develop`.")
    for count, words in (
        (1, "the one other branch that merges into it"),
        (2, "the 2 other branches that merge into it"),
    ):
        assert words in str(render(met(listed=False, others=count)))
    assert "the 4 other pull requests that are open into it" in str(render(met(others=4)))
    said = str(render(met(pair("feature/2"), listed=False, others=3)))
    assert (
        "| `feature/2` |" in said
        and "Of `feature/2` and this one" in said
        and "2 more branches were compared" in said
    )
    assert "1 more branch was compared" in str(render(met(pair("feature/2"), listed=False, others=2)))
