"""A branch that begins like a kind of the policy but goes on in another form.

What it checks

A name that carries the prefix of a kind, such as feature/, must fit the whole
form that the policy gives for it. The form of a version is looked at by the
rule malformed-version instead.

Why it matters

Tools, dashboards and people find a ticket or a release by the name of its
branch. Odd signs also mean different things to different programs: a shell reads
some of them, and a server's page leaves others out.

Example

    git switch -c feature/login!

How to fix it

Rename the branch as the message says; it names the letter or the part that is wrong. Where the form asks for a
ticket and the name holds none, only you know the ticket.
"""

from __future__ import annotations

from gitflowguard.model.adoption import NAME
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.oddity import confusing
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import better_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(branch: Branch, view: View) -> Iterator[Finding]:
    """Speaks where the prefix fits and the rest does not."""
    name, flow = branch.about, view.flow
    kind = flow.near_kind(name)
    if kind is None or flow.kind_of(name) is not None or confusing(name) or flow.version_of(name):
        return
    from gitflowguard.model.misfit import misfit  # only a finding needs it

    better = better_name(view, name)
    mend = rename(view.refs, name, better) if flow.kind_of(better) == kind else ()
    yield Finding(misfit(name, flow), mend, ref=name)


RULE = Rule(
    code="GFG102",
    name="malformed-branch-name",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=ERROR,
    topic=NAME,
)
