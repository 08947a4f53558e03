"""Whether a clone fetches every branch of a remote: --single-branch and --depth leave only some (git-clone(1))."""

from __future__ import annotations

from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.model.finding import Argv
    from gitflowguard.repo.git import Git


def fetches_some(git: Git, remote: str) -> bool:
    """Whether the remote's fetch lines name branches instead of all of them. One git process."""
    return some_only(
        text(git.call("config", "--get-all", f"remote.{remote}.fetch", codes=(0, 1)).out).splitlines()
    )


def some_only(lines: Sequence[str]) -> bool:
    """Whether these fetch lines of a remote name branches instead of all of them."""
    return bool(lines) and not any("refs/heads/*" in line or "refs/*" in line for line in lines)


def fetch_all(remote: str) -> tuple[Argv, ...]:
    """The commands after which a clone has every branch of a remote, now and later (git-remote(1))."""
    return (("git", "remote", "set-branches", remote, "*"), ("git", "fetch", remote))
