"""Templates as GitHub's patterns: no branch of a kind is left uncovered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.template import Template
from gitflowguard.policy.presets import preset_flow
from gitflowguard.protection.pattern import fnmatch
from gitflowguard.protection.templates import branch_patterns, patterns_of, tag_patterns

FLOW = preset_flow("gitflow")
PIECES = ["feature/", "v", "-", "/", "{slug}", "{ticket}", "{version}", "{number}", "{any}", "*", "**", "x*y"]
WORDS = ["a", "b/c", "d-e/f_g", "ABC-1", "1.0", "2.0.1-rc.1", "7", "z/y/x", "v", "x9y"]


@pytest.mark.parametrize(
    ("template", "patterns"),
    [
        ("main", ("main",)),
        ("feature/{slug}", ("feature/**/*",)),
        ("release/{version}", ("release/*",)),
        ("dependabot/**", ("dependabot/**/*",)),
        ("users/*/{slug}", ("users/*/**/*",)),
        ("snyk-*", ("snyk-*",)),
        ("feature/{ticket}-{slug}", ("feature/*-*", "feature/*-*/**/*")),
        ("{ticket}{number}", ("*",)),
        ("a?b[c]", ("a\\?b\\[c]",)),
        ("a-{slug}-{slug}-{slug}-{slug}", ("**/*",)),
        ("x/a-{slug}-{slug}-{slug}-{slug}", ("x/**/*",)),
    ],
)
def test_each_template_has_its_patterns(template: str, patterns: tuple[str, ...]) -> None:
    """As narrow as GitHub's language allows."""
    assert branch_patterns(Template(template), FLOW) == patterns


def test_a_ticket_with_slashes_takes_slashes() -> None:
    """The form of a ticket is the team's own."""
    flow = FLOW._replace(ticket=Template("{slug}-{number}"))
    assert branch_patterns(Template("feature/{ticket}"), flow) == ("feature/**/*",)


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5),
    st.lists(st.sampled_from(WORDS), min_size=8, max_size=8),
)
def test_every_name_of_a_kind_is_covered(pieces: list[str], words: list[str]) -> None:
    """Whatever the template, a name that it matches is matched by one of the patterns."""
    template = Template("".join(pieces))
    name, rest = template.text, iter(words)
    for slot in ("{slug}", "{ticket}", "{version}", "{number}", "{any}", "**", "*"):
        while slot in name:
            name = name.replace(slot, next(rest, "w"), 1)
    if "//" in name or name.endswith("/") or template.match(name, FLOW) is None:
        return  # git has no such branch, or it is of another kind
    patterns = branch_patterns(template, FLOW)
    assert any(fnmatch(pattern, name) for pattern in patterns), (template, name, patterns)


def test_the_patterns_of_a_kind_are_full_refs_and_stand_once() -> None:
    """Two templates may need the same pattern."""
    kind = Kind("own", (Template("a/{slug}"), Template("a/{any}"), Template("b")))
    assert patterns_of(kind, FLOW) == ("refs/heads/a/**/*", "refs/heads/b")


def test_tags() -> None:
    """What stands before the number; a digit where nothing does; nothing where the team has no tags."""
    assert tag_patterns(FLOW) == ("refs/tags/[0-9]*",)
    prefixed = tuple(kind._replace(tag=kind.tag and Template("v{version}")) for kind in FLOW.kinds)
    assert tag_patterns(FLOW._replace(kinds=prefixed)) == ("refs/tags/v*",)
    assert tag_patterns(Flow((Kind("main", (Template("main"),)),))) == ()
