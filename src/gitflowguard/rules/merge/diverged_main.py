"""A merge into a production branch that is behind the remote.

What it checks

For a merge into production that is about to be made: whether the remote's
branch of that name, as this clone last saw it, has commits that the local one
lacks.

Why it matters

The push of such a merge is rejected, and what people then do in haste (a merge of
main with itself, or a forced push) is worse than the merge. The release would
also be built from something that production is not.

Example

    (a hotfix reached main on the remote this morning)
    git switch main
    git merge --no-ff release/1.1.0

How to fix it

Take the merge back, bring the branch up to date, and merge again.
"""

from __future__ import annotations

from gitflowguard.model.facts import Merge
from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.moment import AT_CHECK, AT_COMMIT, AT_MERGE, AT_PREPARE, AT_SURVEY
from gitflowguard.model.names import plural
from gitflowguard.model.repair import word
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(merge: Merge, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where your production lacks commits of production there."""
    if merge.about != view.flow.production:
        return
    if isinstance(merge.behind, Unknown):
        yield merge.behind
        return
    if not merge.behind:
        return
    twin = f"{view.refs.upstream}/{merge.about}"
    # As a warning this is read when git has finished the merge: --merge takes it back at both moments.
    mend = [("git", "reset", "--merge", merge.base), ("git", "merge", "--ff-only", twin)]
    if not isinstance(merge.sources, Unknown) and merge.sources:
        mend.append(("git", "merge", "--no-ff", word(view.refs, merge.sources[0])))
    says = f"your {merge.about} lacks {plural(merge.behind, 'commit')} of {twin}"
    yield Finding(says, tuple(mend), ref=merge.about, commit=merge.sha)


RULE = Rule(
    code="GFG304",
    name="diverged-main",
    reads=Merge,
    check=check,
    doc=__doc__,
    default=WARNING,
    moments=(
        AT_COMMIT,
        AT_MERGE,
        AT_PREPARE,
        AT_CHECK,
        AT_SURVEY,
    ),
)
