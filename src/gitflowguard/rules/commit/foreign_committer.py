"""A commit that somebody else than its author made.

What it checks

Whether author and committer have the same address, where the policy asks for it
(identity.committer: author). Commits that GitHub or one of its Apps makes are free.

Why it matters

After an amend, a rebase, a cherry-pick or `git am` of another's commit the author's name
stands on something that the author never saw. Where people answer for what they commit,
that has to be visible before it is merged.

Example

    git commit --amend --no-edit    # on a colleague's commit

How to fix it

The author commits it. If it is yours under another address, git writes your present one.
"""

from __future__ import annotations

from gitflowguard.model.authorship import Authorship, by_forge, misshapen
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import IDENTITY
from gitflowguard.model.renewal import renewed
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(made: Authorship, view: View) -> Iterator[Finding]:
    """Speaks once for commits of the same two people."""
    wish, author, committer = view.flow.identity, made.author, made.committer
    same = author.email.lower() == committer.email.lower()
    if wish.committer != "author" or same or by_forge(committer):
        return
    if wish.well_formed and (misshapen(author, wish.emails) or misshapen(committer, wish.emails)):
        return  # malformed-identity says so
    says = f"the committer {committer.shown()} isn't the author {author.shown()}"
    mend = renewed(view, made, ("author",), lambda who: "") if author.name == committer.name else ()
    yield Finding(says, mend, ref=made.about, commit="".join(made.shas[:1]))


RULE = Rule(
    code="GFG213",
    name="foreign-committer",
    reads=Authorship,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(IDENTITY,),
)
