"""A branch that GitHub does not protect as the policy says.

What it checks

The rulesets that follow from the policy are compared with those on GitHub, or the
classic branch protection where the plan has no rulesets. This rule speaks where
one of them is not there, or is switched off. What this token may not see is reported
as such, never as missing. A default branch that the policy does not protect is an
error as well: clones and pull requests begin with it.

Why it matters

Hooks can be skipped, and not everybody has them. Nobody can skip GitHub's own
rules: without it main is one git push --force away from losing its history.

Example

    a repository that was never set up: everybody who can push can rewrite main

How to fix it

gitflowguard protect plan shows what would change, gitflowguard protect apply does
it. Both need a token that may administer the repository.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.guarded import MISSING, Guarded, finding_of
from gitflowguard.model.moment import FORGE
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(guarded: Guarded, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once for each protection that is not there."""
    yield from finding_of(guarded, MISSING)


RULE = Rule(
    code="GFG901",
    name="missing-protection",
    reads=Guarded,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(FORGE,),
)
