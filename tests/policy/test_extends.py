"""What ``extends`` may name, and what a lock file says: read strictly, in memory."""

from __future__ import annotations

import pytest

from gitflowguard.model.extends import Upstream, upstream_of
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.extends import extends_of, read_lock, write_lock

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TEAM = b"preset: gitflow\nstale-days: 30\n"
V2 = Upstream("acme/policies", "v2")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("github:acme/policies", Upstream("acme/policies")),
        ("github:acme/.github@main", Upstream("acme/.github", "main")),
        (
            "github:acme/policies@release/2:gitflow.yaml",
            Upstream("acme/policies", "release/2", "gitflow.yaml"),
        ),
        ("github:acme/policies:teams/data@2.yml", Upstream("acme/policies", "", "teams/data@2.yml")),
    ],
)
def test_an_address(text: str, wanted: Upstream) -> None:
    """It is read, and written again in the same form."""
    assert upstream_of(text) == wanted and wanted.text == text


def test_the_usual_path_is_left_out() -> None:
    """Two spellings of one address are one address, so the lock fits both."""
    found = upstream_of("github:acme/policies:.gitflowguard.yaml")
    assert isinstance(found, Upstream) and found.text == "github:acme/policies"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the form is"),
        ("acme/policies", "the form is"),
        ("https://github.com/acme/policies", "the form is"),
        ("../policy.yaml", "a file of this repository can't be extended"),
        ("/etc/policy.yaml", "a file of this repository can't be extended"),
        ("policy.yml", "a file of this repository can't be extended"),
        ("github:acme", "names a repository"),
        ("github:acme/", "names a repository"),
        ("github:acme/..", "names a repository"),
        ("github:acme/a/b", "names a repository"),
        ("github:acme/a b", "names a repository"),
        ("github:" + "a" * 40 + "/b", "names a repository"),
        ("github:acme/policies@", "can't be a branch"),
        ("github:acme/policies@-x", "can't be a branch"),
        ("github:acme/policies@a..b", "can't be a branch"),
        ("github:acme/policies@a@{1}", "can't be a branch"),
        ("github:acme/policies@a//b", "can't be a branch"),
        ("github:acme/policies@x.lock", "can't be a branch"),
        ("github:acme/policies@a\nb", "can't be a branch"),
        ("github:acme/policies:", "must be a path"),
        ("github:acme/policies:../x.yaml", "must be a path"),
        ("github:acme/policies:/x.yaml", "must be a path"),
        ("github:acme/policies:x//y.yaml", "must be a path"),
        ("github:acme/policies:x.toml", "must be a path"),
        ("github:acme/policies:x?y.yaml", "must be a path"),
        ("github:acme/policies:a\u202eb.yaml", "must be a path"),
    ],
)
def test_what_is_no_address(text: str, says: str) -> None:
    """One clause, and no exception."""
    found = upstream_of(text)
    assert isinstance(found, str) and says in found


def test_a_lock_is_read_as_it_was_written() -> None:
    """Also where a checkout has given it other line ends."""
    data = write_lock(V2, "https://github.com", COMMIT, TEAM)
    for text in (data, data.replace(b"\n", b"\r\n")):
        found = read_lock(text)
        assert not isinstance(found, str)
        assert (found.upstream, found.commit, found.content) == (V2, COMMIT, TEAM)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: b"", "first lines"),
        (lambda data: data + b"rules: {direct-commit: ignore}\n", "changed by hand"),
        (lambda data: data.replace(b"30", b"90"), "changed by hand"),
        (lambda data: data.replace(COMMIT.encode(), b"main"), "full id"),
        (lambda data: data.replace(b"server: ", b"host: "), "first lines"),
        (lambda data: data.replace(b"server: ", b"commit: x\nserver: "), "first lines"),
        (lambda data: data.replace(b"acme/policies", b"acme"), "names a repository"),
        (lambda data: b"<<<<<<< HEAD\n" + data, "first lines"),
        (lambda data: data + b"#" * 70_000, "larger"),
        (lambda data: b"\xff\xfe" + data, "first lines"),
    ],
)
def test_a_lock_that_is_not_as_it_was_written(change: object, says: str) -> None:
    """Whatever happened to it: one clause."""
    assert callable(change)
    found = read_lock(change(write_lock(V2, "https://github.com", COMMIT, TEAM)))
    assert isinstance(found, str) and says in found


def test_a_policy_says_what_it_extends_and_what_it_is_locked_to() -> None:
    """In both files."""
    lock = write_lock(V2, "https://github.com", COMMIT, TEAM)
    for path, text in (
        (".gitflowguard.yaml", b"extends: github:acme/policies@v2\n"),
        ("pyproject.toml", b'[tool.gitflowguard]\nextends = "github:acme/policies@v2"\n'),
    ):
        found = extends_of(text, path, lock)
        assert found is not None and found.lock is not None and not found.problem
        assert (found.upstream, found.lock.commit) == (V2, COMMIT)


def test_a_policy_without_extends_needs_no_lock() -> None:
    """And a leftover lock says nothing."""
    assert extends_of(b"preset: ml\n", ".gitflowguard.yaml", b"anything") is None


@pytest.mark.parametrize(
    ("lock", "says"),
    [
        (None, "github:acme/policies@v3 isn't locked yet"),
        (b"x", ".gitflowguard.lock can't be used"),
        (
            write_lock(V2, "https://github.com", COMMIT, TEAM),
            "holds github:acme/policies@v2, not github:acme/policies@v3",
        ),
    ],
)
def test_a_policy_that_is_not_locked(lock: bytes | None, says: str) -> None:
    """It says why, and has no lock."""
    found = extends_of(b"extends: github:acme/policies@v3\n", ".gitflowguard.yaml", lock)
    assert found is not None and found.lock is None and says in found.problem


def test_an_address_that_can_not_be_extended_has_its_place() -> None:
    """File, line and column."""
    with pytest.raises(
        PolicyError, match=r"^\.gitflowguard\.yaml:2:10: extends: the form is github:OWNER/REPO"
    ):
        extends_of(b"preset: gitflow\nextends: acme/policies\n", ".gitflowguard.yaml", None)
