"""GITFLOWGUARD_SKIP and what git hands to its hooks: in memory, each branch on purpose."""

from __future__ import annotations

import pytest

from gitflowguard.model.event import TRACKED, SkipError, Update, parse, parse_skip
from gitflowguard.rules.registry import CODES, NAMES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        (" ; :", {}),
        ("direct-commit: a fire", {"direct-commit": "a fire"}),
        ("GFG201: a\n fire ; stacked-branch:why", {"direct-commit": "a fire", "stacked-branch": "why"}),
        ("gfg201: a fire", {"direct-commit": "a fire"}),
    ],
)
def test_what_is_skipped(text: str, found: dict[str, str]) -> None:
    """By name or code, each with a reason."""
    assert parse_skip(text, NAMES, CODES) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("direct-commit", 'needs a reason: GITFLOWGUARD_SKIP="direct-commit: '),
        ("GFG201: ", 'needs a reason: GITFLOWGUARD_SKIP="direct-commit: '),
        ("nothing: why", "'nothing'"),
        (": why", "''"),
    ],
)
def test_a_skip_that_nobody_could_explain(text: str, says: str) -> None:
    """An audit trail needs both halves."""
    with pytest.raises(SkipError) as problem:
        parse_skip(text, NAMES, CODES)
    assert says in str(problem.value)


def test_refs_that_move() -> None:
    """reference-transaction's lines: old, new and the ref; a null id is none."""
    stdin = b"0" * 40 + b" " + b"1" * 40 + b" refs/heads/f\n\n"
    event = parse("reference-transaction", ("prepared",), stdin, {})
    assert event.updates == (Update("", "1" * 40, "refs/heads/f", ""),)
    with pytest.raises(ValueError, match="not enough values"):
        parse("reference-transaction", ("prepared",), b"odd\n", {})


def test_a_push() -> None:
    """From stdin; where a framework has eaten it, the first ref from the environment, as a part of the push."""
    line = b"(delete) " + b"0" * 40 + b" refs/heads/f " + b"1" * 40 + b"\n"
    event = parse("pre-push", ("origin", "https://u:p@host/r"), line, {})
    assert event.updates == (Update("", "", "refs/heads/f", "1" * 40),) and event.partial is None
    assert event.args == ("origin", "https://host/r")
    environ = {"PRE_COMMIT_REMOTE_BRANCH": "refs/heads/f", "PRE_COMMIT_TO_REF": "1" * 40}
    part = parse("pre-push", (), b"", environ)
    assert part.updates == (Update("refs/heads/f", "1" * 40, "refs/heads/f", TRACKED),)
    assert part.partial is not None and part.remote == "origin"
    assert parse("pre-push", (), b"", {}).updates == ()


def test_arguments_that_a_framework_moved_to_the_environment() -> None:
    """And the heads that a merge names; a commit by `git commit` has an index of its own."""
    environ = {"PRE_COMMIT_PRE_REBASE_UPSTREAM": "main", "GITHEAD_" + "1" * 40: "topic"}
    event = parse("pre-rebase", (), b"", environ)
    assert event.args == ("main",) and event.heads == (("1" * 40, "topic"),)
    assert parse("pre-commit", (), b"", {"GIT_INDEX_FILE": "x"}).committing
    assert not parse("pre-commit", (), b"", {}).committing
