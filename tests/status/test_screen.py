"""A screen of it: the answer first, what fits, the options that choose, and one answer about a squashed branch."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.app.status.selection import StatusSelection
from gitflowguard.app.status.status import status
from gitflowguard.cli.main import main
from gitflowguard.model.finding import Unknown
from gitflowguard.model.nearname import WrongName
from gitflowguard.report.status import Look, render
from tests.budget import sampled
from tests.e2e.world import World, make
from tests.status.test_many import grown

NOW = 1_790_000_000


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """400 open features."""
    world = grown(tmp_path, 400)
    monkeypatch.chdir(world.work)
    return world


@pytest.mark.parametrize("height, width", sampled([(24, 80), (40, 0), (50, 200)], 0, 2))
def test_four_hundred_branches_fit_a_screen(many: World, height: int, width: int) -> None:
    """Where to start stands first; the current branch, the lines and the newest are there; the rest is counted.

    A screen of unknown width is slow: test_a_pipe_gets_a_screen_and_all_gets_everything has one.
    """
    found = status(NOW, foresee=False)
    shown = render(found, Look(width, height))
    lines = shown.splitlines()
    assert lines[0].startswith("Start new work from ") and len(lines) < height
    assert any(line.startswith("* ") for line in lines)
    assert {"main", "develop"} <= {line.strip("* ").partition(" ")[0] for line in lines}
    (rest,) = (line for line in lines if "older branches" in line)
    number = int(rest.split()[1])
    assert f"{number} feature" in rest and "gitflowguard status --all" in rest
    there = len([line for line in lines if "feature/" in line and " feature " in line])
    assert there + number == 400
    assert len(render(found, Look(width)).splitlines()) > 400  # --all


def test_a_pipe_gets_a_screen_and_all_gets_everything(
    many: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """40 lines where nobody says how high the screen is; --all and --json leave nothing out."""
    assert main(["status", "--no-radar"]) == 0
    assert len(capsys.readouterr().out.splitlines()) <= 40
    assert main(["status", "--no-radar", "--all"]) == 0
    assert capsys.readouterr().out.count("feature/") > 400
    assert main(["status", "--no-radar", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["branches"]) == 402


def test_few_branches_are_all_shown_on_a_low_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least five, and no line that takes the place of the one branch that it stands for."""
    monkeypatch.chdir(grown(tmp_path, 6).work)
    found = status(NOW, foresee=False)
    assert "older branches" not in render(found, Look(80, 24))
    low = render(found, Look(80, 1))
    assert low.count(" feature ") == 3 and "… 3 older branches: 3 feature" in low


def test_options_choose_branches(many: World, capsys: pytest.CaptureFixture[str]) -> None:
    """By kind, by age, by author; what they leave out is counted."""
    many.do("switch", "-q", "-c", "bugfix/mine", "develop")
    many.commit("mine")
    many.do("branch", "odd-one", "develop")

    def names(**wanted: Any) -> list[str]:
        return [row.name for row in status(NOW, wanted=StatusSelection(**wanted), foresee=False).rows]

    assert names(kinds=("bugfix",)) == ["bugfix/mine"]
    assert names(kinds=("unknown",)) == ["odd-one"]
    assert names(kinds=("main", "bugfix")) == ["main", "bugfix/mine"]
    assert "feature/r1" not in names(since_days=30) and "bugfix/mine" in names(since_days=36500)
    assert "bugfix/mine" in names(mine=True) and "feature/r1" not in names(mine=True)
    assert main(["status", "--no-radar", "--kind", "bugfix"]) == 0
    assert re.search(r"\d+ other branches left out by the options", capsys.readouterr().out)


def test_options_that_name_nothing_say_what_there_is(many: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A kind that the policy lacks, an age that isn't one, an address that nobody has set."""
    assert main(["status", "--kind", "featre"]) == 2
    assert "did you mean feature?" in capsys.readouterr().err
    assert main(["status", "--since", "soon"]) == 2
    assert "write 30d" in capsys.readouterr().err
    many.do("config", "user.email", "")
    with pytest.raises(WrongName, match="git config user.email"):
        status(NOW, wanted=StatusSelection(mine=True), foresee=False)


@pytest.mark.parametrize("how", sampled(["squash", "cherry-pick"], "squash"))
def test_status_radar_and_check_agree_on_a_squashed_branch(tmp_path: Path, how: str) -> None:
    """GitHub's squash: the work is in develop, the commits aren't. All three say that it can be deleted.

    A cherry-pick is slow: to all three it is the same, work that is there in other commits.
    """
    world = make(tmp_path, "native")
    world.policy("preset: gitflow\nrules:\n  squashed-merge: warning\n")
    for name in ("feature/login", "feature/open", "feature/begun"):
        world.do("switch", "-q", "-c", name, "develop")
        if name == "feature/begun":
            world.do("commit", "-q", "--allow-empty", "-m", "Begin")
        else:
            world.write(f"{name[8:]}.py", "x = 1\n")
            world.do("commit", "-q", "-m", f"Add {name}")
    world.do("switch", "-q", "develop")
    world.write("other.py", "y = 1\n")
    world.do("commit", "-q", "-m", "Meanwhile")
    if how == "squash":
        world.do("merge", "-q", "--squash", "feature/login")
        world.do("commit", "-q", "-m", "Add login (#1)")
    else:
        world.do("cherry-pick", "feature/login")
    shown = world.guard("status").text
    assert "✓ develop (same changes)" in next(line for line in shown.splitlines() if "feature/login" in line)
    assert shown.count("(same changes)") == 1
    radar = world.guard("radar").text
    assert re.search(r"feature/login.*can be deleted", radar)
    checked = world.guard("check", "--all")
    said = [line for line in checked.text.splitlines() if "GFG109" in line]
    assert (
        len(said) == 1 and "feature/login" in said[0] and "squashed or cherry-picked" in said[0]
    ), checked.text
    assert "git branch -D feature/login" in checked.text
    rows = {row["name"]: row for row in json.loads(world.guard("status", "--json").text)["branches"]}
    assert rows["feature/login"]["landed"] == ["develop"] and rows["feature/begun"]["landed"] == []


def test_reasons_are_few_on_a_screen(many: World) -> None:
    """Three, and how many more."""
    found = status(NOW, foresee=False)
    rows = tuple(
        row._replace(origin=Unknown(f"reason {number}")) for number, row in enumerate(found.rows[:9], 1)
    )
    found = found._replace(rows=rows)
    assert render(found, Look(0, 60)).count("reason ") == 3
    assert "more reasons: gitflowguard status --all" in render(found, Look(0, 60))
    assert render(found, Look()).count(": reason ") == 9
