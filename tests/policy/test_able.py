"""What no GitHub server takes is an error of the policy file, with its place."""

from __future__ import annotations

import pytest

from gitflowguard.policy.errors import PolicyError
from tests.policy.helpers import flow


@pytest.mark.parametrize(
    ("section", "word", "says"),
    [
        (
            "kinds: {main: {bypass: ['deploy-key via pull-request']}}",
            "'deploy-key via",
            "a deploy key opens no",
        ),
        ("kinds: {main: {bypass: [deploy-key, 'app:github-actions']}}", "'app:", "push with a deploy key"),
        ("kinds: {release: {created-by: ['team:x via pull-request']}}", "'team", "lets nobody do it"),
        ("kinds: {release: {deleted-by: ['role:admin via pull-request']}}", "'role", "lets nobody do it"),
        ("names: {bypass: ['team:x via pull-request']}", "'team", "lets nobody do it"),
        ("tags: {bypass: ['team:x via pull-request']}", "'team", "tags don't change by pull request"),
        ("tags: {created-by: ['app:github-actions']}", "'app:", "never lets GitHub Actions bypass"),
        ("level: classic, kinds: {main: {approvals: 7}}", "7", "takes 6 approvals at most"),
    ],
)
def test_refused_with_its_place(section: str, word: str, says: str) -> None:
    """Before any server is asked. word: what is wrong begins there."""
    text = f"protection: {{{section}}}"
    with pytest.raises(PolicyError) as caught:
        flow(text)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, text.index(word) + 1) and says in problem.says


@pytest.mark.parametrize(
    "section",
    [
        "kinds: {main: {bypass: [deploy-key, 'team:x via pull-request', 'app:renovate', org-admin]}}",
        "kinds: {release: {created-by: ['team:x via exempt'], deleted-by: ['role:admin']}}",
        "level: auto, kinds: {main: {approvals: 7}}",
        "level: classic, kinds: {main: {approvals: 6}}",
        "tags: {created-by: [deploy-key]}",
    ],
)
def test_accepted(section: str) -> None:
    """What some server takes, or what follows only from the server, is no error of the file."""
    assert flow(f"protection: {{{section}}}").protection.guards
