"""Fetching what a partial clone lacks, or the heads of pull requests, where a person has asked for it; the only place
that goes to the network by git.

As git itself fetches an object that it misses (promisor-remote.c), but all in one process. The person's own settings
hold, as for the `git fetch` that they would type: how to reach the remote and how to sign in.
"""

from __future__ import annotations

import os

from gitflowguard.process import run
from gitflowguard.repo.git import GitError, reason, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.repo.git import Git

TIMEOUT = 3600.0
# An object that the remote has no more; without it the others can be had (upload-pack.c).
_GONE = "not our ref "
_NO_REF = "couldn't find remote ref "
_MOST_GONE = 20
_QUIETLY = (
    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--no-auto-maintenance",
)  # fmt: skip


def promisor(git: Git, wanted: str = "") -> str:
    """The remote that a partial clone fetches from (git-config(1), remote.<name>.promisor), "" in another clone.

    wanted: the one to take where there are several.
    """
    return promisor_in(git.config_all(r"^remote\..*\.promisor$"), wanted)


def promisor_in(rows: Iterable[tuple[str, str]], wanted: str = "") -> str:
    """The same from settings that were read."""
    names = [
        key.partition(".")[2].rpartition(".")[0]
        for key, value in rows
        if key.startswith("remote.")
        and key.endswith(".promisor")
        and value.lower() in ("true", "yes", "on", "1", "")
    ]
    return wanted if wanted in names else next(iter(names), "")


def fetch_objects(top: str, remote: str, oids: Iterable[str]) -> None:
    """Fetches these objects, and of trees all folders below them, but no files. Raises GitError and ProcessError.

    top: the work tree, or the git directory of a bare repository.
    """
    _fetch(
        top,
        remote,
        oids,
        _GONE,
        ("-c", "fetch.negotiationAlgorithm=noop"),
        ("--filter=blob:none",),
    )


def fetch_refs(top: str, remote: str, refs: Iterable[str]) -> None:
    """Fetches what these refs of a remote point at, and writes no ref here, whatever the remote's fetch lines say
    (git-fetch(1), --refmap). Raises GitError and ProcessError.

    top: the work tree, or the git directory of a bare repository.
    """
    _fetch(top, remote, refs, _NO_REF, (), ("--refmap=", "--no-prune"))


def _fetch(
    top: str, remote: str, names: Iterable[str], gone: str, settings: tuple[str, ...], how: tuple[str, ...]
) -> None:
    """One process, and one more for each name that the remote hasn't. gone: what git says before such a name."""
    wanted = dict.fromkeys(names)
    for _ in range(_MOST_GONE):
        if not wanted:
            return
        argv = ("git", "-C", top, *settings, *_QUIETLY, *how, "--stdin", "--end-of-options", remote)
        done = run(argv, "".join(f"{name}\n" for name in wanted).encode(), dict(os.environ), TIMEOUT)
        if done.code == 0:
            return
        lost = text(done.err).partition(gone)[2].split()[:1]
        if not lost or lost[0] not in wanted:
            raise GitError(f"git fetch {remote} failed: {reason(done.err) or f'exit code {done.code}'}")
        del wanted[lost[0]]
