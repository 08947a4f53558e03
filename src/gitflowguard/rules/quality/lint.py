"""A line that the team's linter finds fault with.

What it checks

The contents that are being committed, merged or pushed are shown to the linters
of the policy (flake8, ruff, mypy, or a program of the team's own). Each finding
keeps the linter's own code, such as F401. How much of them fails depends on the
kind of branch: the policy may ask only for what stops a build.

Why it matters

A name that does not exist, a test that is always true or an import that nobody
uses is found by a program in a second, and by a user after the release.

Example

    import os                     (and nothing uses it)
    git add pipeline.py
    git commit

How to fix it

Change the line, stage the file again and commit. The linter's manual explains
its code. A line that is right as it is can say so with the linter's own comment
(# noqa: F401), and what was there before this rule can be frozen with
gitflowguard baseline.
"""

from __future__ import annotations

from gitflowguard.model.check import LINT, Check
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.moment import TOOLS
from gitflowguard.model.remark import finding
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(said: Check, view: View) -> Iterator[Finding]:
    """Speaks once for each remark of a linter."""
    if said.family == LINT and said.unchecked is None:
        yield finding(said)


RULE = Rule(code="GFG802", name="lint", reads=Check, check=check, doc=__doc__, default=ERROR, needs=(TOOLS,))
