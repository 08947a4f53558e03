"""What a push reports of conflicts: what is known already. Light: every push asks this.

To look takes merges, and a push doesn't wait for them. What isn't known is looked for behind the push, by a process
of its own (app.hooks.filling), and reported by the next push, by `status` and by `radar`.
"""

from __future__ import annotations

import os

from gitflowguard.app.radar.behind import start
from gitflowguard.model.moment import RADAR
from gitflowguard.model.names import HEADS
from gitflowguard.repo.git import GitError
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.app.radar.pushed import PushedBranch
    from gitflowguard.model.collision import Collision
    from gitflowguard.model.event import Event
    from gitflowguard.model.facts import Fact
    from gitflowguard.repo.gather import Scene

# A push of more branches at once isn't anybody's daily work; the newest lines of work are elsewhere.
MOST_PUSHED = 3
# To find the newest of more branches git opens each one's commit for its date (ref-filter.c, SOURCE_OBJ).
MOST_BRANCHES = 1_000
# Where the same path has the same content on both sides of a commit, these come out as they did before. What else
# a merge may do with a path depends on what other files were renamed.
_SETTLED = ("content", "add/add", "binary")


def foreseen(scene: Scene, event: Event) -> tuple[Fact, ...]:
    """What the pushed branches would meet, as far as that is known. Advice: where it can't look it is silent."""
    if not looks_behind(scene, event):
        return ()
    refs, pushed = scene.view.refs, _pushed(scene, event)
    from gitflowguard.app.radar.pushed import load, world

    known, now = load(scene.place), world(refs, pushed)
    rows = {name: known[name] for name in pushed if name in known and known[name].remote == event.remote}
    try:
        facts = [fact for name, row in rows.items() for fact in _still(scene, row, pushed[name])]
    except GitError:
        facts = []
    if any(name not in rows or (rows[name].tip, rows[name].world) != (pushed[name], now) for name in pushed):
        start(event.remote, *[word for pair in pushed.items() for word in pair])
    return tuple(facts)


def looks_behind(scene: Scene, event: Event) -> bool:
    """Whether a push has branches that could meet another, so that they are looked at behind it."""
    pushed, refs = _pushed(scene, event), scene.view.refs
    if not pushed or not registry.wanted(scene.view.flow, scene.at, RADAR):
        return False
    return len(refs.heads) + len(refs.remotes) <= MOST_BRANCHES and _worth(scene, pushed)


def _pushed(scene: Scene, event: Event) -> dict[str, str]:
    """Branch -> commit, for the open branches of the push."""
    flow = scene.view.flow
    found = {
        name: update.new
        for update in event.updates
        if (name := update.local.removeprefix(HEADS)) != update.local
        and update.new.strip("0")
        and not flow.protected(name)
    }
    return found if len(found) <= MOST_PUSHED else {}


def _worth(scene: Scene, pushed: dict[str, str]) -> bool:
    """Whether there can be anything to tell: another open branch, or a line that stands where no branch was cut."""
    flow, refs = scene.view.flow, scene.view.refs
    lines = {tip for name in (flow.integration, flow.production) for tip in refs.tips(name)}
    others = {
        tip
        for name in refs.branches()
        if name not in pushed and not flow.protected(name)
        for tip in refs.tips(name)
    }
    if others - lines - set(pushed.values()):
        return True
    own = [commits for name, tip in pushed.items() if (commits := _own(scene, name, tip)) is not None]
    under = {parent for commits in own for parents in commits.values() for parent in parents}
    return len(own) < len(pushed) or not lines <= under


def _own(scene: Scene, name: str, tip: str) -> dict[str, tuple[str, ...]] | None:
    """Commit -> parents of what the branch alone has; the branch's own fact has asked for it, so git isn't asked."""
    from gitflowguard.model.lineage import walk

    asked = walk(scene.view, name, tip)
    return None if asked is None or scene.history.shallow else scene.history.own(*asked)


def _still(scene: Scene, row: PushedBranch, tip: str) -> list[Collision]:
    """The collisions of a branch that hold for it at this commit.

    All that they depend on has to stand where it stood. Where the branch has gone on, by commits with one parent,
    a clash of contents at a path that they don't touch is the same clash.
    """
    refs, stood = scene.view.refs, dict(row.stands)
    facts = [
        fact
        for fact in (row.collisions() if row.found else ())
        if all(
            refs.tips(name) == stood.get(name) for name in {fact.target, fact.about, fact.other} - {row.name}
        )
    ]
    if not facts or row.tip == tip:
        return facts
    if not _grown(_own(scene, row.name, tip) or {}, row.tip, tip):
        return []
    words = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--end-of-options", row.tip, tip)
    touched = set(os.fsdecode(scene.git.call(*words).out).split("\0"))
    left = (
        fact._replace(
            clashes=tuple(one for one in fact.clashes if one.kind in _SETTLED and one.path not in touched)
        )
        for fact in facts
    )
    return [fact._replace(tip=tip) if fact.about == row.name else fact for fact in left if fact.clashes]


def _grown(own: dict[str, tuple[str, ...]], old: str, new: str) -> bool:
    """Whether a branch came from one commit to another by commits with one parent."""
    at = new
    while at != old:
        parents = own.get(at, ())
        if len(parents) != 1:
            return False
        at = parents[0]
    return True
