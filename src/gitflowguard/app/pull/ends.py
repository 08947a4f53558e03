"""The two ends of a pull request -> the two commits that are judged.

A name alone is not enough. A fork's branch may have the name of one of ours, a CI may have checked out a merge of its
own, and a clone may lack either end: then nothing else is judged in its place.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitflowguard.hook.payload import EventError
from gitflowguard.model.forgeref import is_forge_ref
from gitflowguard.model.names import HEADS, REMOTES, listed, quote, shell, short
from gitflowguard.model.nearname import WrongName, near_name
from gitflowguard.model.pull import Pull
from gitflowguard.repo.git import GitError
from gitflowguard.repo.read import read_refs
from gitflowguard.repo.state import find_place

if TYPE_CHECKING:
    from gitflowguard.hook.ci import Named
    from gitflowguard.model.facts import Refs
    from gitflowguard.repo.git import Git

# What git writes into the reflog for a merge (builtin/merge.c, finish); a fast-forward makes no commit.
_MERGE, _FORWARD = "merge ", "Fast-forward"
_FORK = "FETCH_HEAD"


def ends(git: Git, asked: Named, remote: str = "origin") -> tuple[Pull, tuple[str, ...]]:
    """The pull request with both commits, and what is odd about them.

    Raises WrongName where a name is probably mistyped, EventError where a commit has to be named, and GitError where
    one is not here.
    """
    refs = read_refs(git, remote)
    base_sha = _base(git, refs, asked)
    head_sha = _head(git, refs, asked, base_sha)
    lost = [
        f"{what} {name}"
        for what, name, sha in (("the base", asked.base, base_sha), ("the head", asked.head, head_sha))
        if not sha
    ]
    if lost:
        _mistyped(refs, asked, base_sha, head_sha)
        ref = asked.ref or (asked.head_sha if _is_id(asked.head_sha) else "")
        raise GitError(missing(git, lost, remote, ref if not head_sha else ""))
    pull = Pull(asked.base, asked.head, base_sha, head_sha, asked.fork)
    return pull, _notes(refs, asked, pull)


def missing(git: Git, lost: list[str], remote: str, ref: str) -> str:
    """One sentence on all that this clone lacks, with the one line that fetches it.

    lost: what is missing, in words. ref: what to fetch beside the branches, "" for nothing.
    """
    deep = _shallow(git)
    argv = ("git", "fetch", *(("--unshallow",) if deep else ()), remote)
    line = f"{shell(argv)} {quote(f'+{HEADS}*:{REMOTES}{remote}/*')}{f' {quote(ref)}' if ref else ''}"
    what = listed((*lost, *(("the older history (it is shallow)",) if deep else ())), "and")
    hint = (
        " (in the workflow: fetch-depth: 0 for actions/checkout)"
        if os.environ.get("GITHUB_ACTIONS") == "true"
        else ""
    )
    return f"this clone lacks {what}; to get {'them all' if lost[1:] or deep else 'it'}: {line}{hint}"


def _shallow(git: Git) -> bool:
    return os.path.exists(os.path.join(find_place(git).common, "shallow"))


def _base(git: Git, refs: Refs, asked: Named) -> str:
    """The base's commit, "" if it is not here. What a fork has under the base's name is not the base."""
    if asked.base_sha:
        return git.commit_of(asked.base_sha)
    if asked.home:
        line = (
            f"git fetch {quote(asked.home)} {quote(asked.base)} && gitflowguard pr check --base-sha {_FORK}"
        )
        raise EventError(
            f"this job runs in the fork, where {refs.upstream} has the fork's {asked.base}; "
            f"fetch the target's and name its commit: {line}"
        )
    return _tip(git, refs, asked.base)


def _head(git: Git, refs: Refs, asked: Named, base_sha: str) -> str:
    """The head's commit, "" if it is not here."""
    if asked.head_sha:
        return git.commit_of(asked.head_sha)
    if asked.checkout:
        return _checked_out(git, refs, asked, base_sha)
    if asked.fork:
        return _fetched(git, refs, asked)
    return _tip(git, refs, asked.head)


def _tip(git: Git, refs: Refs, name: str) -> str:
    """Where a branch stands: on the remote, else here. One of a forge's own refs counts where it is asked for."""
    found = refs.remotes.get((refs.upstream, name)) or refs.heads.get(name, "")
    if found or not is_forge_ref(name):
        return found
    return git.commit_of(f"{REMOTES}{refs.upstream}/{name}") or git.commit_of(HEADS + name)


def _fetched(git: Git, refs: Refs, asked: Named) -> str:
    """A fork's head that was fetched into a local branch of its name. Raises EventError where it may be ours.

    Ours is a branch that tracks the remote's, and one that the remote's branch of this name holds.
    """
    name = asked.head
    here, ours = refs.heads.get(name, ""), refs.remotes.get((refs.upstream, name), "")
    if here and not (ours and git.is_ancestor(here, ours) is True) and not _tracks(git, refs.upstream, name):
        return here
    whose = (
        f"{name} here is this repository's own, not the fork's"
        if here or ours
        else f"there is no {name} here"
    )
    words = (
        "gitflowguard",
        "pr",
        "check",
        "--head",
        name,
        "--base",
        asked.base,
        "--fork",
        "--head-sha",
        _FORK,
    )
    raise EventError(
        f"{whose}; fetch the fork's branch and name its commit: git fetch <fork's URL> {quote(name)} && {shell(words)}"
    )


def _tracks(git: Git, remote: str, name: str) -> bool:
    """Whether the local branch was made from the remote's branch of the same name (git-branch(1), --track)."""
    tracked = git.config(f"branch.{name}.merge") == HEADS + name
    return tracked and git.config(f"branch.{name}.remote") == remote


def _checked_out(git: Git, refs: Refs, asked: Named, base_sha: str) -> str:
    """The head behind HEAD: HEAD itself, or the second parent of the merge into the base that a CI made here.

    git's own record of how HEAD came about tells one from the other (Jenkins checks the base out and merges the head).
    Raises EventError where nothing tells.
    """
    at = git.commit_of("HEAD")
    if not at:
        return ""
    words = git.lines("rev-list", "--parents", "--max-count=1", "--stdin", stdin=at.encode())[0].split()
    if len(words) != 3 or not base_sha or git.is_ancestor(words[1], base_sha) is not True:
        return words[0]
    # The CI may have put a branch there afterwards, so every move to this commit counts.
    moves = [move for sha, move in git.reflog("HEAD") if sha == words[0]]
    if moves:
        made = any(move.startswith(_MERGE) and not move.endswith(_FORWARD) for move in moves)
        return words[2] if made else words[0]
    known = refs.remotes.get((refs.upstream, asked.head), "") if not asked.fork else ""
    if known in (words[0], words[2]):
        return known
    raise EventError(
        f"HEAD is a merge into {asked.base}, and nothing tells whether {asked.head} ends in it or before it; "
        f"name the commit: --head-sha {words[0]} or --head-sha {words[2]}"
    )


def _mistyped(refs: Refs, asked: Named, base_sha: str, head_sha: str) -> None:
    """Raises WrongName for a name that nearly is the name of a branch which is here."""
    wanted = (
        ("base", asked.base, base_sha or asked.base_sha),
        ("head", asked.head, head_sha or asked.head_sha),
    )
    for what, name, found in wanted:
        near = "" if found else near_name(name, refs.branches())
        if near:
            raise WrongName(
                f"there is no branch {name} here or on {refs.upstream}; did you mean {near}? "
                f"If it is the {what}, get it first: git fetch {refs.upstream} {quote(name)}"
            )


def _notes(refs: Refs, asked: Named, pull: Pull) -> tuple[str, ...]:
    """Where a branch here is not at the commit that is judged."""
    up = refs.upstream
    moved = [
        (name, refs.heads[name], sha)
        for name, sha, named in (
            (asked.base, pull.base_sha, asked.base_sha),
            (asked.head, pull.head_sha, asked.head_sha or asked.fork or asked.checkout),
        )
        if not named and refs.heads.get(name, sha) != sha
    ]
    return tuple(
        f"{name} here is at {short(mine)}, and on {up} at {short(sha)}: the commit on {up} was judged"
        for name, mine, sha in moved
    )


def judged(pull: Pull, group: bool = False) -> str:
    """``Judged 1234567 (head feature/a of a fork) against 89abcde (develop)``."""
    whose = " of a fork" if pull.fork else " of the merge queue" if group else ""
    return f"Judged {short(pull.head_sha)} (head {pull.head}{whose}) against {short(pull.base_sha)} ({pull.about})"


def _is_id(text: str) -> bool:
    return len(text) in (40, 64)
