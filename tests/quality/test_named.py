"""`quality --tool`: a name that no tool has."""

from __future__ import annotations

import pytest

from gitflowguard.app.quality.check import UnknownTool, named
from gitflowguard.policy.presets import preset_flow


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("blakc", "there is no tool 'blakc'; did you mean black?"),
        ("zzz", "there is no tool 'zzz'; there are black, "),
    ],
)
def test_a_mistyped_tool_gets_a_suggestion(name: str, says: str) -> None:
    """And where nothing is near, all names."""
    with pytest.raises(UnknownTool) as told:
        named(preset_flow("gitflow"), (name,))
    assert says in str(told.value)
