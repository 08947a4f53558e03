"""A release or hotfix branch whose version is not above what is released already.

What it checks

The version in the branch's name against the highest version tag in the history
that the branch continues. So a repair of an older line on a support branch is
legal, and so is a hotfix above main's last tag while a greater release is being
prepared. A version whose tag exists is never legal, a branch that is finished is
not judged.

Why it matters

A version that goes backwards is never installed by anybody: every package
manager takes the higher one. A version that exists cannot be tagged again.

Example

    git tag 1.2.0 main
    git switch -c release/1.1.0 develop

How to fix it

Rename the branch to the next free version.
"""

from __future__ import annotations

from gitflowguard.model.adoption import OPEN
from gitflowguard.model.facts import Release
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.names import parse_version
from gitflowguard.model.repair import rename
from gitflowguard.model.rule import Rule
from gitflowguard.model.suggest import next_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(release: Release, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the version does not rise."""
    flow, name = view.flow, release.about
    version = parse_version(release.version, flow.version_scheme)
    if version is None or release.finished:
        return
    if isinstance(release.last, Unknown):
        yield release.last
        return
    last = parse_version(release.last[len(flow.tag_prefix) :], flow.version_scheme)
    if last is None or version.rank() > last.rank():
        return
    kind = flow.kind_of(name)
    better = next_name(view, kind, release.last) if kind else ""
    says = f"{name} isn't above {release.last}, which is released already"
    yield Finding(says, rename(view.refs, name, better), ref=name)


RULE = Rule(
    code="GFG604", name="stale-version", reads=Release, check=check, doc=__doc__, default=ERROR, topic=OPEN
)
