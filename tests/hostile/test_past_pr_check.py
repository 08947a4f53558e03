"""No way past the required check: what a pull request hides is found, or the check says that it can't determine it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hostile.clone import Clone, sh
from tests.hostile.conftest import Many
from tests.hostile.past import GROUPS, Group, Way, ways

pytestmark = pytest.mark.hostile("ways past `pr check`")
ALL = list(ways())
# In `make test` as well: every so many of them.
STEP = 64
ROWS = [
    pytest.param(
        group,
        way,
        id=f"{group.name}: {ascii(way.name)[:70]}",
        marks=() if at % STEP == 0 else pytest.mark.slow,
    )
    for at, (group, way) in enumerate(ALL)
]


def attempt(clone: Clone, way: Way, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Builds it and has it judged."""
    sh(clone.top, way.script)
    if way.name != "checked out":
        sh(clone.top, "git switch -q -f --detach origin/main")
    words = way.words if way.quality else (*way.words, "--no-quality")
    if way.group:
        words += ("--event", clone.group(way.base, way.group, f"refs/remotes/origin/{way.head}"))
    elif way.event is not None:
        words += ("--event", clone.event(way.base, way.head, **way.event))
    else:
        words += ("--head", way.head, "--base", way.base)
    for name, value in way.env.items():
        monkeypatch.setenv(name, value)
    try:
        return clone.check(*words)
    finally:
        for name in way.env:
            monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(group.name))
def test_the_plain_form_is_found(
    group: Group, clones: Many, monkeypatch: pytest.MonkeyPatch, tally: Callable[[int, int], None]
) -> None:
    """The control of each group: without its wrong a pull request passes, and with it the named rule speaks."""
    tally(0, 0)
    code, text = attempt(clones("plain"), group.plain, monkeypatch)
    assert (code == 1 or group.code == "GFG505") and group.code in text, text


@pytest.mark.parametrize("quality", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_an_honest_pull_request_passes(
    quality: bool, clones: Many, monkeypatch: pytest.MonkeyPatch, tally: Callable[[int, int], None]
) -> None:
    """The other control: the check does not just block everything.

    With tools it is slow: that a pull request passes under them is quick in tests/ci/test_action_tools.py.
    """
    tally(0, 0)
    script = 'new feature/x develop; echo \'"""New."""\' >new.py; c \'feat: x\'; pub feature/x\n'
    events: tuple[dict[str, Any] | None, ...] = (None, {})
    for event in events:
        code, text = attempt(
            clones(str(event)), Way("honest", script, event=event, quality=quality), monkeypatch
        )
        assert code == 0, text


@pytest.mark.parametrize(("group", "way"), ROWS)
def test_a_way_past_it(group: Group, way: Way, clones: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = attempt(clones("way"), way, monkeypatch)
    assert code in way.allowed or (way.says and way.says in text), text
    assert "Traceback" not in text


def test_there_are_many() -> None:
    """The number that the goal names."""
    assert len(ALL) >= 198
