"""`radar --branches`: globs that choose, globs that leave out, and a slip that is no yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitflowguard.app.radar.aims import RadarSelection
from gitflowguard.app.radar.survey import RadarRequest, radar
from gitflowguard.model.nearname import WrongName
from gitflowguard.radar.nouns import Radar
from tests.radar.team import Team


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    made = Team(tmp_path_factory.mktemp("team"), {"start": "x\n"})
    for name in ("feature/a", "feature/b", "bugfix/c", "archive/d"):
        made.branch(name, {name: "x\n"})
    return made


def seen(team: Team, branches: str) -> Radar:
    question = RadarRequest(RadarSelection("develop", branches))
    return radar(question, team.clock + 3600, str(team.root)).radar


@pytest.mark.parametrize(
    ("branches", "names"),
    [
        ("", ["archive/d", "bugfix/c", "feature/a", "feature/b"]),
        ("feature/*", ["feature/a", "feature/b"]),
        ("!archive/*", ["bugfix/c", "feature/a", "feature/b"]),
        ("!archive/*, !bugfix/*", ["feature/a", "feature/b"]),
        ("feature/*,!*/b", ["feature/a"]),
        ("!feature/*,feature/a", []),
    ],
)
def test_globs(team: Team, branches: str, names: list[str]) -> None:
    """What is left out is left out, wherever it stands in the list."""
    assert sorted(one.branch for one in seen(team, branches).contacts) == names


def test_a_slip_is_an_error_also_behind_the_mark(team: Team) -> None:
    """Else nothing would be left out, without a word."""
    with pytest.raises(WrongName, match=r"no branch matches 'archiv/\*'"):
        seen(team, "!archiv/*")
    assert "no branch matches 'release/*'" in seen(team, "!release/*").notes
