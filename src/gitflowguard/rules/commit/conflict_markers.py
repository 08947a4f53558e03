"""A file that still contains the conflict markers of this merge.

What it checks

Every file that was in conflict is searched for the markers that this very operation
wrote: a merge, cherry-pick, revert, rebase, git stash pop or git switch --merge. The
size that the attribute conflict-marker-size gives counts. A push and a pull request are searched for
markers that a merge added, for those that name the commit that a rebase, cherry-pick,
revert or git am replayed, and for a whole conflict whose upper side is what the file
held before. A file that documents conflict markers, or had them before, is left in peace.

Why it matters

A marker that is committed breaks the program, and both sides of the conflict
stand in the history as if somebody had chosen them.

Example

    git merge feature/config      (conflict in pipeline.py)
    git add pipeline.py           (nothing was chosen)
    git commit

How to fix it

The command takes the file back to "unmerged" and leaves its text alone, so that
git itself allows no commit until you have chosen: edit the file, remove every
marker, and run git add on it again. Outside of a merge the file is written anew
with its conflict.
"""

from __future__ import annotations

from gitflowguard.model.facts import Commit
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import MARKERS
from gitflowguard.model.names import listed
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(commit: Commit, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once per file."""
    if isinstance(commit.markers, Unknown):
        yield commit.markers
        return
    for path in dict.fromkeys(marker.path for marker in commit.markers):
        at = [marker.line for marker in commit.markers if marker.path == path]
        where = f"line{'' if len(at) == 1 else 's'} {listed(tuple(map(str, at)), 'and')}"
        says = f"{path} still contains conflict markers in {where}"
        mend = () if commit.sha else _reopen(commit.operation, path)
        yield Finding(says, mend, ref=commit.about, commit=commit.sha, path=path, line=at[0])


def _reopen(operation: str, path: str) -> tuple[Argv, ...]:
    """Makes git remember that the file is in conflict."""
    if operation == "merge":
        # This option takes every later word, "--" too, as a path (builtin/update-index.c, unresolve_callback).
        named = f"./{path}" if path.startswith("-") else path
        return (("git", "update-index", "--unresolve", named),)
    return (("git", "checkout", "--merge", "--", path),)


RULE = Rule(
    code="GFG202",
    name="conflict-markers",
    reads=Commit,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(MARKERS,),
)
