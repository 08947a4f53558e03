"""Two branches whose names differ only in case or encoding, or a branch that shares a tag's name.

What it checks

The name is compared with every other branch, here and on the remotes, without
regard to case and to how accents are encoded. A tag of the very same name is
reported as advice.

Why it matters

On Windows and macOS git keeps branches in files whose names know no case, so
one of the twins silently overwrites the other. Where a tag and a branch share a
name, git takes the tag for many commands and warns at best.

Example

    git branch feature/login
    git branch Feature/login

How to fix it

Rename the twin that does not fit the policy, or the newer one if both do. Give
a tag that stands in the way another name.
"""

from __future__ import annotations

from gitflowguard.model.adoption import NAME
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import better_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(branch: Branch, view: View) -> Iterator[Finding]:
    """Speaks once per twin; a well-named branch is only advised, its twin is to blame."""
    name, flow, refs = branch.about, view.flow, view.refs
    for other in refs.twins(name):
        blameless = flow.kind_of(name) is not None and flow.kind_of(other) is None
        wrong = other if blameless else name
        says = f"{name} and {other} are the same branch on a computer that ignores case"
        yield Finding(says, rename(refs, wrong, better_name(view, wrong)), ref=name, advice=blameless)
    if name in refs.tags and flow.kind_of(name) is not None:  # else the branch is renamed anyway
        moved = (("git", "tag", f"{name}-tag", f"refs/tags/{name}"), ("git", "tag", "-d", name))
        yield Finding(f"{name} names both a branch and a tag", moved, ref=name, advice=True)


RULE = Rule(
    code="GFG104",
    name="colliding-branch-name",
    reads=Branch,
    check=check,
    doc=__doc__,
    default=ERROR,
    topic=NAME,
)
