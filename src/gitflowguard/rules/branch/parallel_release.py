"""A second open branch of a kind that allows only one at a time.

What it checks

Whether another branch of the same kind is open, which means that production
does not hold it yet, for kinds that the policy declares as not parallel: in the
presets, release. The branch with the lower version goes first and is left in
peace; the later one is blocked.

Why it matters

Two releases in preparation contain each other's changes by halves. The one that
ships first decides what the other must still take over, and which of them holds
a given repair is a guess.

Example

    git branch release/1.1.0 develop
    git branch release/1.2.0 develop

How to fix it

Finish the branch that goes first, as the commands do, or delete it if that
release is given up. A team that prepares several releases at once sets
"parallel: true" for the kind.
"""

from __future__ import annotations

from gitflowguard.model.adoption import OPEN
from gitflowguard.model.facts import Branch
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.names import parse_version
from gitflowguard.model.repair import delete, merge_into
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Argv


def check(branch: Branch, view: View) -> Iterator[Finding | Unknown]:
    """Speaks once per rival that goes before this branch."""
    name = branch.about
    kind = view.flow.kind_of(name)
    if kind is None or kind.parallel or kind.protected:
        return
    if isinstance(branch.rivals, Unknown):
        yield branch.rivals
        return
    for rival in branch.rivals:
        if _order(view, rival) < _order(view, name):
            says = f"{rival} is still open, and the policy allows one {kind.id} branch at a time"
            yield Finding(says, (*_look_again(view, rival), *_finish(view, rival)), ref=name)


def _look_again(view: View, rival: str) -> tuple[Argv, ...]:
    """A rival that is only on a remote may be gone there since the last fetch."""
    if rival in view.refs.heads:
        return ()
    remotes = (remote for remote, name in view.refs.remotes if name == rival)
    return tuple(("git", "fetch", "--prune", remote) for remote in remotes)


def _order(view: View, name: str) -> tuple[bool, tuple[object, ...], str]:
    """Which of two goes first: by version, then by name; one without a version goes last."""
    version = parse_version(view.flow.version_of(name), view.flow.version_scheme)
    return (version is None, version.rank() if version else (), name)


def _finish(view: View, rival: str) -> tuple[Argv, ...]:
    """Merges the rival into each of its targets, tags production, deletes it."""
    flow, refs = view.flow, view.refs
    kind = flow.kind_of(rival)
    targets = tuple(flow.name_of(target) for target in kind.targets) if kind else ()
    targets = tuple(target for target in targets if refs.tips(target))
    commands: list[Argv] = []
    for target in targets:
        commands += merge_into(view, rival, target)
        version = flow.version_of(rival)
        tag = kind.tag.fill("version", version) if kind and kind.tag and version else ""
        if target == flow.production and tag and tag not in refs.tags:
            commands.append(("git", "tag", tag, target))
    # The last switch left HEAD on a branch that holds the rival.
    return (*commands, *delete(refs._replace(head=targets[-1]) if targets else refs, rival, targets))


RULE = Rule(
    code="GFG108", name="parallel-release", reads=Branch, check=check, doc=__doc__, default=ERROR, topic=OPEN
)
