"""What a hook asks of new contents: those of the commit or merge about to be made, and those that a push brings."""

from __future__ import annotations

import os

from gitflowguard.app.artefacts import facts as artefacts
from gitflowguard.app.artefacts.build import Where
from gitflowguard.model.blob import Blob
from gitflowguard.model.moment import SHARED, moment_at
from gitflowguard.repo import blobs, contents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.event import Event, Update
    from gitflowguard.model.facts import Refs
    from gitflowguard.repo.gather import Scene


def gathered(scene: Scene, event: Event) -> tuple[Blob, ...]:
    """The facts of this stage; nothing in the middle of a rebase, whose commits are judged when they are pushed."""
    if SHARED in moment_at(event.stage).offers:
        return tuple(blob for update in event.updates for blob in _pushed(scene, event, update))
    branch = scene.view.refs.head
    if (
        scene.state.operation in ("rebase", "am")
        or not branch
        or not artefacts.speaking(scene.view.flow, branch)
    ):
        return ()
    heads = scene.state.heads or tuple(sha for sha, _ in event.heads)
    arrivals = blobs.of_entries(contents.staged(scene.git, heads))
    base = scene.view.refs.heads.get(branch, "")
    return artefacts.facts(scene.git, scene.place, scene.view.flow, arrivals, Where(branch, base), os.environ)


def _pushed(scene: Scene, event: Event, update: Update) -> tuple[Blob, ...]:
    """What one ref of a push brings that the remote doesn't have; a tag's contents count as its commit's."""
    git, refs, flow = scene.git, scene.view.refs, scene.view.flow
    heads = "refs/heads/"
    if not update.new or not update.remote.startswith(heads):
        return ()
    branch = update.remote.removeprefix(heads)
    known = there(refs, event.remote)
    if update.old and update.old != "tracked" and git.commit_of(update.old):
        known = (*known, update.old)
    if not known or not artefacts.speaking(flow, branch):
        return ()  # a first push: there is nothing to compare it with
    remote = git.config(f"remote.{event.remote}.url") if event.remote else ""
    where = Where(branch, reviewed(refs, flow.integration, flow.production), update.new, remote=remote)
    known = tuple(dict.fromkeys(known))
    return artefacts.range_facts(git, scene.place, flow, where, known, os.environ).facts


def there(refs: Refs, remote: str) -> tuple[str, ...]:
    """Every commit at which a branch of the remote stands, as this clone last saw it."""
    return tuple(dict.fromkeys(sha for (name, _), sha in refs.remotes.items() if name == remote))


def reviewed(refs: Refs, *lines: str) -> str:
    """The commit whose reviewed exceptions count: that of a line on the team's remote, where the author can't write."""
    for line in lines:
        sha = refs.remotes.get((refs.upstream, line))
        if sha:
            return sha
    return ""
