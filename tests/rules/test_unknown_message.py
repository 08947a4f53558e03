"""A message that isn't written yet is passed on by every rule that reads one; crossed pushes of what is no branch."""

from __future__ import annotations

import pytest

from gitflowguard.model.facts import Commit, RefUpdate, View
from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.history import lines
from gitflowguard.rules import registry
from gitflowguard.rules.push import crossed_push
from tests.model.drawing import Drawn
from tests.policy.helpers import flow

POLICY = """\
preset: gitflow
message: {sign-off: true, imperative: true, capital: lower, body: true, machine: disclose}
"""
MESSAGE_RULES = (
    "missing-sign-off", "indicative-subject", "miscased-subject", "missing-body", "undisclosed-assistant",
)  # fmt: skip


def view(policy: str = "preset: gitflow\n") -> View:
    """main, develop and a feature, on the remote and here."""
    history = Drawn(
        {"c0": "", "c1": "c0", "c2": "c1"},
        {"origin/main": "c0", "origin/develop": "c1", "feature/x": "c2", "main": "c0"},
        {},
        says={},
    )
    team = flow(policy)
    return View(team, history.refs, lines(team, history.refs))


@pytest.mark.parametrize("name", MESSAGE_RULES)
def test_a_message_that_nobody_has_read_is_unknown(name: str) -> None:
    """Neither a pass nor a finding."""
    rule = registry.find(name)
    assert rule is not None
    gap = Unknown("the message is not written yet")
    assert list(rule.check(Commit("feature/x", message=gap), view(POLICY))) == [gap]
    assert list(rule.check(Commit("feature/x", message=gap), view())) == []  # the policy asks nothing


def pushed(local: str, remote: str, old: str = "") -> list[Finding]:
    """What the rule says of one ref of a push."""
    return list(crossed_push.check(RefUpdate(local, remote, "c2", old), view()))


@pytest.mark.parametrize("name", ["main", "develop"])
def test_a_tag_with_the_name_of_a_line_is_blocked_with_the_way_to_rename_it(name: str) -> None:
    """git would take the tag where the branch is meant."""
    (found,) = pushed(f"refs/tags/{name}", f"refs/tags/{name}")
    assert found.says == f"the tag {name} would have the name of a long-lived branch"
    assert found.mend == (
        ("git", "tag", f"{name}-tag", f"refs/tags/{name}"),
        ("git", "tag", "-d", name),
        ("git", "push", "origin", f"refs/tags/{name}-tag"),
    )


def test_such_a_tag_from_another_ref_has_no_tag_here_to_rename() -> None:
    """`git push origin HEAD:refs/tags/main`."""
    (found,) = pushed("HEAD", "refs/tags/main")
    assert found.mend == ()


def test_other_tags_and_one_that_the_remote_has_are_nobodys_fault() -> None:
    """A version, and what somebody pushed long ago."""
    assert pushed("refs/tags/1.0", "refs/tags/1.0") == []
    assert pushed("refs/tags/main", "refs/tags/main", old="c0") == []


def test_replacements_are_never_pushed() -> None:
    """They would change history for everybody who fetches them."""
    (found,) = pushed("refs/replace/c0", "refs/replace/c0")
    assert "refs/replace" in found.says


def test_private_refs_and_a_private_name() -> None:
    """As --mirror does; and a branch of no kind that gets a right name on the way."""
    (found,) = pushed("refs/remotes/origin/main", "refs/remotes/origin/main")
    assert "this clone alone" in found.says
    assert pushed("refs/heads/mine", "refs/heads/feature/y") == []
