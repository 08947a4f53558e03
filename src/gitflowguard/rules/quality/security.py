"""A line that the team's security scanner warns of.

What it checks

The contents that are being committed, merged or pushed are shown to the security
scanners of the policy (bandit, picklescan, or a program of the team's own). Each
finding keeps the scanner's own code, such as B301.

Why it matters

A pickle from elsewhere, a shell command made of input or a password in the code
is an open door, and once it is pushed it stays in the history.

Example

    model = pickle.load(open(path, "rb"))
    git add serve.py
    git commit

How to fix it

Write the line so that the danger is gone, stage the file again and commit. A
password that was already pushed has to be changed as well. A line that is safe
anyway can say so with the scanner's own comment (# nosec B301: and why).
"""

from __future__ import annotations

from gitflowguard.model.check import SECURITY, Check
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.moment import TOOLS
from gitflowguard.model.remark import finding
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(said: Check, view: View) -> Iterator[Finding]:
    """Speaks once for each remark of a scanner."""
    if said.family == SECURITY and said.unchecked is None:
        yield finding(said)


RULE = Rule(
    code="GFG803", name="security", reads=Check, check=check, doc=__doc__, default=ERROR, needs=(TOOLS,)
)
