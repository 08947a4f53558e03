"""A file that is not laid out as the team's formatter would lay it out.

What it checks

The contents that are being committed, merged or pushed are shown to the
formatters of the policy (black, isort, ruff format). Unstaged edits and
untracked files are not checked, and no file is changed.

Why it matters

Where everyone's editor lays code out in its own way, a change of one line shows
up as a change of the whole file, and reviewers read layout instead of code.

Example

    git add pipeline.py           (edited without the formatter)
    git commit

How to fix it

The command runs the formatter on the file and stages the result; look at it with
git diff --staged, then commit again. A file that also has unstaged edits is left
alone unless the same can be done to both.
"""

from __future__ import annotations

from gitflowguard.model.check import FORMAT, Check
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.moment import TOOLS
from gitflowguard.model.remark import finding
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(said: Check, view: View) -> Iterator[Finding]:
    """Speaks where a formatter would change the file."""
    if said.family == FORMAT and said.unchecked is None:
        yield finding(said, "" if _particular(said) else f"{said.tool} would reformat this file")


def _particular(said: Check) -> bool:
    """Whether the tool says more than that: a code of its own, or words about one line."""
    return bool(said.code or (said.line and said.says and "reformat" not in said.says))


RULE = Rule(
    code="GFG801", name="unformatted", reads=Check, check=check, doc=__doc__, default=ERROR, needs=(TOOLS,)
)
