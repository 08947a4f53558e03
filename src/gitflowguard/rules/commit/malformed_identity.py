"""A commit whose author or committer has no usable name or e-mail address.

What it checks

The name and the address of author and committer, as git stores them, where the policy
says identity.well-formed: a name that is missing or a placeholder, an address that is
missing, has no domain, is kept for examples, or exists on one computer or network only,
such as root@localhost or ada@laptop.local. An address that identity.emails allows is fine.

Why it matters

git takes a login and the computer's name where nobody has set them: in containers,
on new laptops, in jobs. Such a commit names nobody, no forge links it to an account, and
once it is merged it stays.

Example

    git -c user.email=root@localhost commit -m "Add the login"

How to fix it

Set user.name and user.email, and let git write them into the commits that are not pushed yet.
"""

from __future__ import annotations

from gitflowguard.model.authorship import Authorship, misshapen
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import IDENTITY
from gitflowguard.model.renewal import renewed, wrong
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.authorship import Identity
    from gitflowguard.model.facts import View


def check(made: Authorship, view: View) -> Iterator[Finding]:
    """Speaks for the author and for the committer, once where both are the same."""
    wish = view.flow.identity

    def fault(who: Identity) -> str:
        return misshapen(who, wish.emails)

    for who, says, roles in wrong(made, fault) if wish.well_formed else ():
        mend = renewed(view, made, roles, fault)
        yield Finding(f"{who} {says}", mend, ref=made.about, commit="".join(made.shas[:1]))


RULE = Rule(
    code="GFG211",
    name="malformed-identity",
    reads=Authorship,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(IDENTITY,),
)
