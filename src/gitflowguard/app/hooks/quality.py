"""What a hook asks of the tools: the contents that the commit, the merge or the push brings."""

from __future__ import annotations

import os

from gitflowguard.app.quality import look as quality
from gitflowguard.app.quality.asked import QualityRequest, QualityResult
from gitflowguard.app.quality.look import look
from gitflowguard.model.moment import SHARED
from gitflowguard.model.names import shell
from gitflowguard.repo import contents

TYPE_CHECKING = False
if TYPE_CHECKING:

    from gitflowguard.model.event import Event, Update
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.gather import Scene
    from gitflowguard.repo.git import Git


def inspect(scene: Scene, event: Event) -> QualityResult:
    """What the tools say at this stage; nothing in the middle of a rebase, where the contents are old."""
    if SHARED in scene.at.offers:
        return _pushed(scene, event)
    branch = scene.view.refs.head
    if scene.state.operation in ("rebase", "am") or not branch:
        return QualityResult()
    heads = scene.state.heads or tuple(sha for sha, _ in event.heads)
    entries = contents.staged(scene.git, heads)
    return _look(scene, entries, branch, "") if entries else QualityResult()


def ahead(git: Git, flow: Flow, branch: str) -> None:
    """Lets git begin with what `inspect` will be asked of the index, while other things are judged."""
    quality.ahead(git, flow, branch)


def _look(
    scene: Scene, entries: tuple[IndexEntry, ...], branch: str, commit: str, base: str = ""
) -> QualityResult:
    git, flow = scene.git, scene.view.flow
    asked = QualityRequest(
        entries=entries,
        branch=branch,
        base=base,
        head=commit,
        commit=commit,
        new_only=flow.quality.new_only,
        stays=not commit,
    )
    return only_reported(look(git, scene.place, flow, asked, os.environ))


def only_reported(found: QualityResult) -> QualityResult:
    """The answer where a person works on the policy itself: a program that nobody answers for yet is only reported.

    It must be possible to commit the policy that adds one, and what a branch's own policy adds enforces nothing yet.
    """
    says = tuple(
        f"{one.unchecked.reason}: {shell(one.unchecked.mend[0])}" for one in found.unvouched if one.unchecked
    )
    return found._replace(notes=(*found.notes, *says), unvouched=())


def _pushed(scene: Scene, event: Event) -> QualityResult:
    """Each pushed branch, from what the remote has of it, or from where it left the integration branch."""
    found = QualityResult()
    for update in event.updates:
        if not update.new or not update.remote.startswith("refs/heads/"):
            continue
        branch = update.remote.removeprefix("refs/heads/")
        base = _base(scene, update, branch)
        if not base:
            note = (
                f"{branch} is new and there is nothing on the remote to compare it with; the tools didn't run"
            )
            found = found._replace(notes=(*found.notes, note))
            continue
        start = contents.start_of(scene.git, base, update.new)
        entries = contents.between(scene.git, start, update.new)
        more = _look(scene, entries, branch, update.new, start) if entries else QualityResult()
        found = QualityResult(
            (*found.checks, *more.checks),
            tuple(dict.fromkeys((*found.notes, *more.notes))),
            tuple(dict.fromkeys((*found.tools, *more.tools))),
            found.looked + more.looked,
        )
    return found


def _base(scene: Scene, update: Update, branch: str) -> str:
    """The commit from which a push is new: what the remote has, as git said or as we remember it."""
    refs, flow = scene.view.refs, scene.view.flow
    told = update.old if update.old and update.old != "tracked" else ""
    for sha in (
        told,
        refs.remotes.get((refs.upstream, branch), ""),
        refs.remotes.get((refs.upstream, flow.integration), ""),
        refs.remotes.get((refs.upstream, flow.production), ""),
    ):
        if sha and scene.git.commit_of(sha):
            return sha
    return ""
