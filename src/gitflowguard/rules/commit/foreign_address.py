"""A commit with an e-mail address that the policy doesn't allow.

What it checks

The addresses of author and committer, where the policy lists those that it allows
(identity.emails): domains such as example.org, or patterns such as *@*.example.org.
GitHub's own address as a committer, and those of its Apps, are free.

Why it matters

A private address in a company's repository, or a company's in a private one, stays in
the history for everybody to read. Who asks for one domain can also rely on it later:
for licenses, for statistics, for whom to ask.

Example

    git -c user.email=ada@home.example commit -m "Add the login"

How to fix it

Set user.email for this clone, and let git write it into the commits that are not pushed yet.
"""

from __future__ import annotations

from gitflowguard.model.authorship import Authorship, by_forge, fits, is_sample, misshapen
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import IDENTITY
from gitflowguard.model.names import listed
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
    allowed = wish.emails

    def fault(who: Identity) -> str:
        if not allowed or by_forge(who) or fits(who.email, allowed):
            return ""
        if wish.well_formed and misshapen(who, allowed):
            return ""  # malformed-identity says so
        if is_sample(who.email):
            return f"has the placeholder '{who.email}' for an e-mail address"
        return f"has an address that the policy doesn't allow; use {listed(_shown(allowed))}"

    for who, says, roles in wrong(made, fault):
        mend = renewed(view, made, roles, fault)
        yield Finding(f"{who} {says}", mend, ref=made.about, commit="".join(made.shas[:1]))


def _shown(allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses as a person reads them; the first few."""
    few = tuple((one if "@" in one else f"*@{one}").replace("*", "\u2026") for one in allowed[:4])
    return (*few, "another that the policy lists") if len(allowed) > 4 else few


RULE = Rule(
    code="GFG212",
    name="foreign-address",
    reads=Authorship,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(IDENTITY,),
)
