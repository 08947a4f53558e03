"""A branch that begins like a kind of the policy but goes on in another form.

What it checks

A name that carries the prefix of a kind, such as feature/, must fit the whole
form that the policy gives for it. The form of a version is looked at by the
rule malformed-version instead.

Why it matters

Tools, dashboards and people find a ticket or a release by the name of its
branch. Capitals and odd signs also mean different things on different systems:
on some computers feature/Login and feature/login are one file.

Example

    git switch -c feature/Login_Page!

How to mend

Rename the branch to the form that the message shows. Where the form asks for a
ticket and the name holds none, only you know the ticket.
"""

from __future__ import annotations

from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.names import listed
from gitflowguard.model.oddity import confusing
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import better_name
from gitflowguard.model.ticket import example_ticket

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
    forms = tuple(
        template.label for template in kind.names if template.prefix and name.startswith(template.prefix)
    )
    example = f", where a ticket looks like {example_ticket(flow)}" if "<ticket>" in "".join(forms) else ""
    better = better_name(view, name)
    mend = rename(view.refs, name, better) if flow.kind_of(better) == kind else ()
    yield Finding(
        f"{name} begins like a {kind.id} branch, which is called {listed(forms)}{example}", mend, ref=name
    )


RULE = Rule(
    code="GFG102", name="malformed-branch-name", reads=Branch, check=check, doc=__doc__, default=ERROR
)
