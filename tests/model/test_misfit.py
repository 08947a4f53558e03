"""Which part of a name doesn't match: in memory."""

from __future__ import annotations

import pytest

from gitflowguard.model.flow import Flow
from gitflowguard.model.misfit import misfit
from gitflowguard.policy.parse import parse
from gitflowguard.rules.registry import CODES, NAMES


def _flow(count: int) -> Flow:
    """A policy with as many forms of features' names."""
    names = ", ".join(f"'w{n}/{{slug}}'" for n in range(count))
    text = f"preset: gitflow\nkinds: {{feature: {{names: [{names}]}}}}\n"
    return parse(text.encode(), ".gitflowguard.yaml", NAMES, CODES, tools=()).flow


@pytest.mark.parametrize(
    ("count", "use"),
    [
        (5, "w0/…, w1/…, w2/…, w3/…, w4/…, bugfix/…, release/… or hotfix/…"),
        (6, "w0/…, bugfix/…, release/…, hotfix/… or one of 5 other forms"),
        (20, "w0/…, bugfix/…, release/…, hotfix/… or one of 19 other forms"),
    ],
)
def test_many_forms_are_counted(count: int, use: str) -> None:
    """A few are listed; of many, the first of each kind, so that the line can be read."""
    assert misfit("stuff", _flow(count)) == f"Branch name 'stuff' doesn't match the policy: use {use}"


@pytest.mark.parametrize("name", ["main-2", "developp"])
def test_a_name_that_begins_like_a_line_is_no_beginning_of_many(name: str) -> None:
    assert misfit(name, _flow(1)) == (
        f"Branch name '{name}' doesn't match the policy: use w0/…, bugfix/…, release/… or hotfix/…"
    )


def test_the_form_of_everyday_work_comes_first() -> None:
    """A form that begins with a ticket stands last among the kinds, as any name may be one."""
    text = "preset: gitflow\nkinds: {feature: {names: ['{ticket}-{slug}']}}\n"
    flow = parse(text.encode(), ".gitflowguard.yaml", NAMES, CODES, tools=()).flow
    ids = [kind.id for kind in flow.kinds]
    assert ids.index("bugfix") < ids.index("feature") and flow.work is not None and flow.work.id == "feature"
    assert misfit("stuff", flow).endswith(": use ABC-123-…, bugfix/…, release/… or hotfix/…")
