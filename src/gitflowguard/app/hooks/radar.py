"""Whether a push gives the radar anything to see. Light: every push asks this, and most end here."""

from __future__ import annotations

from gitflowguard.model.names import HEADS
from gitflowguard.process import ProcessError
from gitflowguard.repo.git import GitError
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.event import Event
    from gitflowguard.model.facts import Fact
    from gitflowguard.repo.gather import Scene

# A push of more branches at once is no one's daily work; the newest lines of work are elsewhere.
MOST_PUSHED = 3
# To find the newest of more branches takes longer than a push may wait: git opens each one's commit for its date.
MOST_BRANCHES = 1_000


def foreseen(scene: Scene, event: Event) -> tuple[Fact, ...]:
    """What the pushed branches would meet. Advice: where it cannot look, the push goes on without a word."""
    flow = scene.view.flow
    pushed = _pushed(scene, event)
    if not pushed or not any(flow.active(name, "warning") for name in registry.of_family("conflict")):
        return ()
    if not _worth(scene, pushed):
        return ()
    import time

    # Here, so that a push with nothing to see stays light.
    from gitflowguard.app.radar.push import row

    try:
        return row(scene, event.remote, pushed, int(time.time()))
    except (GitError, ProcessError, OSError):
        return ()


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
    """Whether there can be anything to tell: another open branch, or a line with commits that a branch lacks."""
    flow, refs = scene.view.flow, scene.view.refs
    if len(refs.heads) + len(refs.remotes) > MOST_BRANCHES:
        return False
    tips = {tip for name in (flow.integration, flow.production) for tip in refs.tips(name)}
    others = {
        tip
        for name in refs.branches()
        if name not in pushed and not flow.protected(name)
        for tip in refs.tips(name)
    }
    if others - tips - set(pushed.values()):
        return True
    return any(scene.history.own(line, (tip,)) for line in tips for tip in pushed.values())
