"""A branch that nobody has committed to for a long time.

What it checks

How many days ago the branch's newest commit was made, against the limit in the
policy (stale_days). Long-lived branches are never stale.

Why it matters

The longer a branch lies, the more of it conflicts, and the less anybody
remembers of it. A list of branches that is mostly dead hides the living ones.

Example

    feature/experiment, its last commit made 200 days ago

How to fix it

If the work is wanted, bring it up to date and merge it. If not, archive it: the
commands keep its last commit under a tag, so that nothing is lost, and delete
the branch.
"""

from __future__ import annotations

from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import CLOCK, SURVEY
from gitflowguard.model.names import plural
from gitflowguard.model.repair import word
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(branch: Branch, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the newest commit is older than the limit."""
    if view.flow.protected(branch.about) or not branch.tip:
        return
    idle = branch.idle_days
    if isinstance(idle, Unknown):
        yield idle
    elif idle > view.flow.stale_days:
        says = f"{branch.about} has had no commit for {plural(idle, 'day')}"
        yield Finding(says, _archive(branch, view), ref=branch.about)


def _archive(branch: Branch, view: View) -> tuple[Argv, ...]:
    """Keeps the tip under a tag, then deletes the branch wherever it is."""
    name, refs = branch.about, view.refs
    commands: list[Argv] = [("git", "tag", f"archive/{name}", word(refs, name))]
    commands += [("git", "push", remote, "--delete", name) for remote, twin in refs.remotes if twin == name]
    if refs.head == name:
        commands.append(("git", "switch", view.flow.integration))
    if name in refs.heads:
        commands.append(("git", "branch", "-D", name))
    return tuple(commands)


RULE = Rule(
    code="GFG107",
    name="stale-branch",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=IGNORE,
    needs=(SURVEY, CLOCK),
)
