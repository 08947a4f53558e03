"""(stage, arguments, stdin, environment) -> event."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitflowguard.model.event import (
    TRACKED,
    Event,
    SkipError,
    Update,
    branch_of,
    parse,
    parse_skip,
)

A, B, NONE = "a" * 40, "b" * 40, "0" * 40
NAMES, CODES = ("direct-commit", "stacked-branch"), ("GFG201", "GFG106")


def test_every_pushed_ref_is_read() -> None:
    """githooks(5): a branch, a deletion, HEAD, a tag."""
    stdin = (
        f"refs/heads/x {A} refs/heads/x {B}\n(delete) {NONE} refs/heads/y {B}\n"
        f"HEAD {A} refs/heads/main {NONE}\nrefs/tags/1.0 {A} refs/tags/1.0 {NONE}\n"
    ).encode()
    event = parse("pre-push", ("origin", "url"), stdin, {})
    assert event.remote == "origin" and event.partial is None
    assert event.updates == (
        Update("refs/heads/x", A, "refs/heads/x", B),
        Update("", "", "refs/heads/y", B),
        Update("HEAD", A, "refs/heads/main", ""),
        Update("refs/tags/1.0", A, "refs/tags/1.0", ""),
    )


def test_a_framework_shows_one_ref_and_we_say_so() -> None:
    environ = {
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/x",
        "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/y",
        "PRE_COMMIT_TO_REF": A,
        "PRE_COMMIT_REMOTE_NAME": "up",
    }
    event = parse("pre-push", (), b"", environ)
    assert event.updates == (Update("refs/heads/y", A, "refs/heads/x", TRACKED),)
    assert event.remote == "up" and event.partial is not None


def test_nothing_pushed() -> None:
    assert parse("pre-push", (), b"", {}) == Event("pre-push")


def test_stdin_of_a_framework_is_not_needed_where_git_gave_it() -> None:
    event = parse(
        "pre-push", ("o",), f"refs/heads/x {A} refs/heads/x {B}\n".encode(), {"PRE_COMMIT_REMOTE_BRANCH": "z"}
    )
    assert event.updates[0].remote == "refs/heads/x"


def test_a_transaction() -> None:
    event = parse(
        "reference-transaction",
        ("prepared",),
        f"{NONE} {A} refs/heads/x\n{A} {NONE} refs/heads/y\n\n".encode(),
        {},
    )
    assert event.updates == (Update("", A, "refs/heads/x", ""), Update("", "", "refs/heads/y", A))


@pytest.mark.parametrize(
    ("stage", "args", "environ", "found"),
    [
        ("pre-rebase", (), {"PRE_COMMIT_PRE_REBASE_UPSTREAM": "main"}, ("main",)),
        ("pre-rebase", ("main", "x"), {"PRE_COMMIT_PRE_REBASE_UPSTREAM": "other"}, ("main", "x")),
        ("prepare-commit-msg", ("f",), {"PRE_COMMIT_COMMIT_MSG_SOURCE": "merge"}, ("f", "merge")),
        (
            "post-checkout",
            (),
            {"PRE_COMMIT_FROM_REF": A, "PRE_COMMIT_TO_REF": B, "PRE_COMMIT_CHECKOUT_TYPE": "1"},
            (A, B, "1"),
        ),
        ("pre-commit", (), {}, ()),
    ],
)
def test_arguments_that_frameworks_move_to_the_environment(
    stage: str, args: tuple[str, ...], environ: dict[str, str], found: tuple[str, ...]
) -> None:
    assert parse(stage, args, b"", environ).args == found


def test_git_names_what_it_merges_in_the_environment() -> None:
    event = parse("pre-merge-commit", (), b"", {f"GITHEAD_{A}": "feature/x", "OTHER": "1"})
    assert event.heads == ((A, "feature/x"),)


@given(st.binary(max_size=200))
def test_garbage_on_stdin_is_a_value_error_or_an_event(stdin: bytes) -> None:
    """Never anything else."""
    for stage in ("pre-push", "reference-transaction"):
        try:
            assert isinstance(parse(stage, (), stdin, {}), Event)
        except ValueError:
            pass


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        (" ; ", {}),
        ("direct-commit: a reason", {"direct-commit": "a reason"}),
        ("gfg201: by  code", {"direct-commit": "by code"}),
        (
            "direct-commit: one: two; stacked-branch: three",
            {"direct-commit": "one: two", "stacked-branch": "three"},
        ),
    ],
)
def test_skips(text: str, found: dict[str, str]) -> None:
    assert parse_skip(text, NAMES, CODES) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [("direct-commit", "needs a reason"), ("direct-commit: ", "needs a reason"), ("1", "unknown rule")],
)
def test_skips_that_cannot_be_honoured(text: str, says: str) -> None:
    with pytest.raises(SkipError, match=says):
        parse_skip(text, NAMES, CODES)


def test_branch_of() -> None:
    assert branch_of("refs/heads/a/b") == "a/b" and branch_of("refs/tags/a") == ""


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://user:TOKEN@host/a/b.git", "https://host/a/b.git"),
        ("https://TOKEN@host/a/b.git", "https://host/a/b.git"),
        ("https://x-access-token:TO@KEN@host:8443/a/b.git", "https://host:8443/a/b.git"),
        ("https://user:TOKEN@host", "https://host"),
        ("HTTPS://user:TOKEN@host/", "HTTPS://host/"),
        ("ftp+x.y-z://user:TOKEN@host/a", "ftp+x.y-z://host/a"),
        ("helper::https://user:TOKEN@host/a", "helper::https://host/a"),
        ("ssh://git:TOKEN@host/a.git", "ssh://host/a.git"),
        ("user:TOKEN@host:a/b.git", "host:a/b.git"),
        ("ssh://git@host/a.git", "ssh://git@host/a.git"),
        ("git@host:a/b.git", "git@host:a/b.git"),
        ("https://host/@me/b.git", "https://host/@me/b.git"),
        ("/srv/a@b:c.git", "/srv/a@b:c.git"),
        ("../a@b", "../a@b"),
        ("team/fork", "team/fork"),
        ("origin", "origin"),
        ("", ""),
    ],
)
def test_an_address_comes_in_without_credentials(given: str, shown: str) -> None:
    """By the hook's arguments, both of them, and by a framework's variable."""
    event = parse("pre-push", (given, given), f"x {A} refs/heads/x {B}\n".encode(), {})
    assert event.remote == shown and event.args == (shown, shown)
    environ = {"PRE_COMMIT_REMOTE_BRANCH": "refs/heads/x", "PRE_COMMIT_REMOTE_NAME": given}
    assert parse("pre-push", (), b"", environ).remote == shown


@given(st.text(), st.text(alphabet="abc.", min_size=1), st.text())
def test_no_address_keeps_a_password(password: str, host: str, path: str) -> None:
    """Whatever it is made of, up to the first slash."""
    secret = "KEY" + password.replace("/", "") + "KEY"
    for scheme in ("https", "ssh", "ext::http"):
        address = f"{scheme}://user:{secret}@{host}/{path.replace(secret, '')}"
        assert secret not in parse("pre-push", (address,), b"", {}).remote
