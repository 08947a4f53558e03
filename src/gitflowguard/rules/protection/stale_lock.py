"""The policy that this one extends has changed, or the lock doesn't hold it.

What it checks

A policy can extend an organization's: `extends: github:acme/policies@v2`. What of it holds is
in `.gitflowguard.lock`, word by word, with its commit. Where GitHub is asked anyway, the lock is
compared with what the branch or tag has now, and with what the locked commit has.

Why it matters

Nothing that an organization changes holds in a repository until somebody there takes it over
and others can see it in a pull request. Without a reminder, nobody does. A lock that holds
something else than its commit wasn't written by the command.

Example

    .gitflowguard.lock: commit 0123456; github:acme/policies@v2 is at 89abcde by now

How to fix it

`gitflowguard config update` locks the newest; what it changes for this repository is in the
diff of one file.
"""

from __future__ import annotations

from gitflowguard.model.finding import WARNING, Finding, Unknown
from gitflowguard.model.guarded import LOCKED, Guarded, finding_of
from gitflowguard.model.moment import FORGE
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(guarded: Guarded, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the lock isn't what is there now, or can't be compared."""
    yield from finding_of(guarded, LOCKED)


RULE = Rule(
    code="GFG905",
    name="stale-lock",
    reads=Guarded,
    check=check,
    doc=__doc__,
    default=WARNING,
    needs=(FORGE,),
)
