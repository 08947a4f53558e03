"""A file that a tool should have checked and couldn't.

What it checks

For every content and every tool of the policy there must be a proof that the tool
looked. Where the tool is missing or too old, cannot read the file, crashes, takes
too long or answers with something that cannot be understood, this rule says that
the result can't be determined. It never says that the file is good or bad.

Why it matters

Some tools end as if all were well when they could not parse a file. A check that
did not happen looks just like one that was passed, until somebody needs it.

Example

    def train(:                   (no tool can parse this)
    git add train.py
    git commit

How to fix it

The reason names the file and the tool: fix the file, or run the command that is
shown to install the tool. A file that no tool needs to see can be left out of
that tool in the policy (exclude), where everyone can read it.
"""

from __future__ import annotations

from gitflowguard.model.check import Check
from gitflowguard.model.finding import ERROR, Unknown
from gitflowguard.model.moment import PROOF, TOOLS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(said: Check, view: View) -> Iterator[Unknown]:
    """Passes on why the tool couldn't check."""
    if said.unchecked is not None:
        yield said.unchecked


RULE = Rule(
    code="GFG804",
    name="unchecked-file",
    reads=Check,
    check=check,
    doc=__doc__,
    default=ERROR,
    needs=(TOOLS, PROOF),
)
