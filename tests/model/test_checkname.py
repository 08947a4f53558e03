"""One check for each class of base, by exact spelling; what Actions would call it, whatever the case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.model.checkname import (
    arms,
    base_kinds,
    check_class,
    check_name,
    check_names,
    job_name,
    rest,
)
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.template import Template
from gitflowguard.policy.presets import preset_flow

FLOW = preset_flow("gitflow")


def flow_of(*kinds: tuple[str, str, tuple[str, ...]]) -> Flow:
    """A flow of (id, name, targets)."""
    return Flow(tuple(Kind(name, (Template(text),), (), targets) for name, text, targets in kinds))


@pytest.mark.parametrize(
    ("base", "said", "job"),
    [
        ("main", "main", "main"),
        ("develop", "develop", "develop"),
        ("release/1.4.0", "release", "release"),
        ("release/not-a-version", "release", "release"),
        ("support/1.x", "support", "support"),
        ("hotfix/1.4.1", "other", "other"),
        ("feature/x", "other", "other"),
        ("gh-pages", "other", "other"),
        ("Main", "other", "main"),
        ("RELEASE/1.0", "other", "release"),
        ("refs/heads/main", "other", "other"),
        ("main2", "other", "other"),
        ("release", "other", "other"),
        ("", "other", "other"),
    ],
)
def test_the_class_of_a_base(base: str, said: str, job: str) -> None:
    """By exact spelling for rules and protection; in either case for the workflow."""
    assert check_name(FLOW, base) == f"gitflow ({said})"
    assert job_name(FLOW, base) == f"gitflow ({job})"


def test_every_name_in_the_policys_order() -> None:
    """What protection may require, and no more."""
    assert check_names(FLOW) == (
        "gitflow (main)",
        "gitflow (develop)",
        "gitflow (release)",
        "gitflow (support)",
        "gitflow (other)",
    )
    trunk = preset_flow("gitflow", "trunk", None)
    assert check_name(trunk, "trunk") == "gitflow (main)" and check_name(trunk, "main") == "gitflow (other)"
    assert "gitflow (develop)" not in check_names(trunk)


def test_a_protected_kind_that_nothing_goes_into_has_its_own_check() -> None:
    """Else a green check of any odd pull request would open it."""
    frozen = Kind("frozen", (Template("frozen/{slug}"),), protected=True)
    assert check_name(FLOW._replace(kinds=(*FLOW.kinds, frozen)), "frozen/x") == "gitflow (frozen)"


def test_a_kind_called_other_does_not_share_the_check_of_unknown_branches() -> None:
    """A kind's id holds no space, so the two can never be one."""
    flow = flow_of(("main", "main", ("other",)), ("other", "other/{slug}", ("main",)))
    assert check_name(flow, "other/x") == "gitflow (other)"
    assert check_name(flow, "odd") == "gitflow (any other)" == check_names(flow)[-1]


def test_the_longest_beginning_decides_in_whatever_order_the_kinds_stand() -> None:
    """And a kind that is no base is not taken for the base kind whose beginning it shares."""
    flow = flow_of(
        ("main", "main", ()),
        ("release", "release/{version}", ("main",)),
        ("candidate", "release/rc-{version}", ("release",)),
        ("notes", "release/notes", ()),
        ("bugfix", "bugfix/{slug}", ("candidate",)),
    )
    assert check_class(flow, "release/rc-1.0") == "candidate"
    assert check_class(flow, "release/1.0") == "release"
    assert check_class(flow, "release/notes") == "other"
    assert check_class(flow, "release/notes2") == "release"


def test_a_base_kind_and_another_with_one_beginning_share_the_base_kinds_check() -> None:
    """No comparison of names could tell them apart."""
    flow = flow_of(
        ("main", "main", ()), ("fix", "fix/{version}", ("main", "bug")), ("bug", "fix/{slug}", ("main",))
    )
    assert check_class(flow, "fix/1.0") == check_class(flow, "fix/odd") == "bug"


def test_a_template_without_a_fixed_beginning_is_of_the_rest() -> None:
    """``startsWith(x, '')`` holds for everything."""
    flow = flow_of(
        ("main", "main", ()), ("release", "{version}", ("main",)), ("fix", "fix/{slug}", ("release",))
    )
    assert "release" in base_kinds(flow)
    assert check_class(flow, "1.0") == "other" and all(arm.text for arm in arms(flow))


@given(
    st.sampled_from(("gitflow", "ml")),
    st.sampled_from(("main", "develop", "release/", "hotfix/", "feature/", "Main", "x")),
    st.text(max_size=8),
)
def test_actions_differs_from_us_only_by_case(preset: str, start: str, end: str) -> None:
    """Whatever it calls by a kind's name that we do not is that kind's in another case."""
    flow, base = preset_flow(preset), start + end
    ours, theirs = check_name(flow, base), job_name(flow, base)
    assert ours in check_names(flow) and theirs in check_names(flow)
    if ours != theirs:
        assert ours == f"gitflow ({rest(flow)})"
        texts = [arm.text for arm in arms(flow)]
        assert any(base.upper().startswith(text.upper()) and not base.startswith(text) for text in texts)
