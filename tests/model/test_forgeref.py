"""Which names are a forge's own refs, and which are a person's branch."""

from __future__ import annotations

import pytest

from gitflowguard.model.forgeref import is_forge_copy, is_forge_ref

OWN = (
    "gh-readonly-queue/develop/pr-7-691b0c3381eccadde26086631c5bf00606880af8",
    "gh-readonly-queue/release/1.0/pr-104-0123",
    "mergify/merge-queue/1a2b",
    "PR-7",
    "PR-7-head",
    "PR-7-merge",
    "MR-12",
    "pr/7",
    "pr/7/head",
    "pull/7",
    "pull/7/head",
    "pull/7/merge",
    "pull-requests/7/from",
    "pull-requests/7/to",
    "merge-requests/7/head",
    "merge-requests/7/train",
    "mr/7",
)
PEOPLE = (
    "feature/PR-7",
    "PR-7-fix-login",
    "PR-7-",
    "PR-",
    "PR-x",
    "PROJ-7",
    "pr-7",
    "pr",
    "pr/login",
    "pr/7-login",
    "pr/7/",
    "pr/7/heads",
    "pull/request-template",
    "pull/7/head/x",
    "merge-requests",
    "mergify/configuration-update",
    "gh-readonly-queue",
    "pr/\u0667",
    "main",
    "",
)


@pytest.mark.parametrize("name", OWN)
def test_a_forges_own(name: str) -> None:
    assert is_forge_ref(name) and is_forge_copy("origin", name)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_persons_branch(name: str) -> None:
    assert not is_forge_ref(name) and not is_forge_copy("origin", name)


def test_what_actions_checkout_leaves() -> None:
    """It fetches ``refs/pull/7/merge`` to ``refs/remotes/pull/7/merge``; a remote may be called pull, too."""
    assert is_forge_copy("pull", "7/merge")
    assert not is_forge_copy("pull", "feature/login")
