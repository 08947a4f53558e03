"""Fetching what a partial clone lacks, where a person has asked for it; the only place that goes to the network by git.

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
_MOST_GONE = 20


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
    wanted = dict.fromkeys(oids)
    for _ in range(_MOST_GONE):
        if not wanted:
            return
        argv = (
            "git", "-C", top, "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags",
            "--no-write-fetch-head", "--recurse-submodules=no", "--no-auto-maintenance", "--filter=blob:none",
            "--stdin", "--end-of-options", remote,
        )  # fmt: skip
        done = run(argv, "".join(f"{oid}\n" for oid in wanted).encode(), dict(os.environ), TIMEOUT)
        if done.code == 0:
            return
        gone = text(done.err).partition(_GONE)[2].split()[:1]
        if not gone or gone[0] not in wanted:
            raise GitError(f"git fetch {remote} failed: {reason(done.err) or f'exit code {done.code}'}")
        del wanted[gone[0]]
