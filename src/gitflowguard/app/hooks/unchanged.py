"""A hook whose branch was judged in exactly this world: what is left to judge is the message. The lightest path.

`look` answers before the rest of us is loaded. It says yes only where the whole judgement would have nothing to say;
whatever it doesn't know for certain is left to that one (app.hooks.judge).
"""

from __future__ import annotations

import os

from gitflowguard.app.policy.file import find
from gitflowguard.app.policy.cache import read_compiled
from gitflowguard.engine import evaluate
from gitflowguard.model.event import CHAINED, GITHEAD
from gitflowguard.model.facts import Commit, Refs, View
from gitflowguard.model.forgeref import is_forge_ref
from gitflowguard.model.message import is_plain
from gitflowguard.model.moment import (
    AT_COMMIT,
    AT_MESSAGE,
    AT_PREPARE,
    MESSAGE,
    moment_at,
    moment_of,
)
from gitflowguard.model.names import HEADS
from gitflowguard.model.record import Record
from gitflowguard.repo import deadline
from gitflowguard.repo.kept import (
    Snapshot,
    add,
    conflict_noted,
    descends,
    note_message,
    read,
    snapshot,
    staged_tree,
    tip_of,
)
from gitflowguard.repo.later import is_left, leave_word, take_word
from gitflowguard.repo.place import ordinary
from gitflowguard.repo.state import head_of, read_state
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.moment import Moment
    from gitflowguard.repo.kept import KeptVerdict
    from gitflowguard.repo.place import Place
    from gitflowguard.repo.state import OperationState
    from gitflowguard.tooling.disk import Noted


class FirstLook(Record):
    """silent: whether the hook has nothing to say. seen: the world as it was before anything was judged.
    begun: likewise, with the index, where tools may look at it (app.hooks.repeating).
    """

    silent: bool = False
    seen: Snapshot | None = None
    begun: Noted | None = None


class _Scene(Record):
    """What the light path knows. words: the hook's own arguments. parent: git's process id.
    messages: whether a rule on messages is on."""

    place: Place
    flow: Flow
    at: Moment
    branch: str
    tip: str
    state: OperationState
    words: tuple[str, ...]
    parent: int
    seen: Snapshot
    kept: KeptVerdict | None
    messages: bool


def look(argv: list[str]) -> FirstLook:
    """Judges a hook in the light way, if it can. argv: of the process; only what our shims write is understood."""
    if argv[2:3] != ["--hook"] or argv[4:5] != ["--git"] or argv[6:7] != ["--"]:
        return FirstLook()
    if os.path.lexists(argv[3].removesuffix(".legacy") + CHAINED):
        return FirstLook()
    deadline.start()
    try:
        scene = _scene(argv)
        return FirstLook() if scene is None else _first_look(scene, argv)
    except (Exception, deadline.TimeUp):  # the whole judgement finds the same, and reports it
        return FirstLook()
    finally:
        deadline.stop()


def _first_look(scene: _Scene, argv: list[str]) -> FirstLook:
    """The answer, with what a whole judgement needs to keep its own."""
    if scene.at.name != AT_COMMIT or not scene.flow.tools:
        return FirstLook(_silent(scene, is_left(argv)), scene.seen)
    from gitflowguard.app.hooks.repeating import begin  # only a policy with tools needs it

    return FirstLook(False, scene.seen, begin(argv, scene.branch, os.environ))


def _scene(argv: list[str]) -> _Scene | None:
    """What is to be judged; None where the light path can't know enough."""
    place = ordinary()
    full = (head_of(place) if place is not None else "") or ""
    branch = full.removeprefix(HEADS)
    if (
        place is None
        or branch == full
        or is_forge_ref(branch)
        or any(name.startswith(GITHEAD) for name in os.environ)
    ):
        return None
    source = find(place.top) if place.top else None
    if source is None:
        return None
    flow = read_compiled(place, source)
    seen = None if flow.protected(branch) else snapshot(place, branch, flow.remote)
    if seen is None:
        return None
    return _Scene(
        place=place,
        flow=flow,
        at=moment_at(argv[1]),
        branch=branch,
        tip=tip_of(place, branch),
        state=read_state(place),
        words=tuple(argv[7:]),
        parent=int(argv[5]),
        seen=seen,
        kept=read(place, seen),
        messages=registry.wanted(flow, moment_of(AT_MESSAGE), MESSAGE) or bool(flow.message.fix),
    )


def _silent(scene: _Scene, left: bool) -> bool:
    """Whether nothing would be said. left: whether pre-commit has left its judgement to us."""
    if scene.at.name == AT_MESSAGE:
        return _message(scene, left)
    if scene.at.name == AT_PREPARE:
        return scene.state.operation in ("commit", "cherry-pick") and _known(scene)
    if scene.at.name != AT_COMMIT or "GIT_INDEX_FILE" not in os.environ:
        return False
    if scene.state.operation != "commit" or not _known(scene):
        return False
    leave_word(scene.place, scene.parent, not scene.messages)
    if not scene.messages:
        _note(scene, "")
    return True


def _known(scene: _Scene) -> bool:
    """Whether the branch was judged in this world, at this commit or below, and no conflict's marker is staged."""
    if scene.kept is None or not descends(scene.place, scene.tip, scene.kept.chain):
        return False
    if scene.state.operation == "commit" and not conflict_noted(scene.place):
        return True
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.markers import staged_markers

    return not staged_markers(Git(), scene.place, scene.state)


def _message(scene: _Scene, left: bool) -> bool:
    """Whether nothing would be said about a message, nor about the commit if that was left to us."""
    if scene.state.operation != "commit" or scene.flow.message.fix or (left and not _known(scene)):
        return False
    if scene.messages:
        with open(scene.words[0], "rb") as file:
            raw = file.read()
        text = _stored(scene, raw).decode("utf-8", "surrogateescape").rstrip("\n")
        commit = Commit(scene.branch, message=text, markers=())
        made = commit._replace(sha="f" * len(scene.tip), parents=(scene.tip,))
        if not _passes(scene, commit):
            return False
        if _passes(scene, made):
            _note(scene, text)
            if scene.kept is not None and is_plain(raw):
                note_message(scene.place, raw)
    if left:
        take_word(scene.parent)
    return True


def _stored(scene: _Scene, raw: bytes) -> bytes:
    """The message as git will store it."""
    if is_plain(raw):
        return raw
    from gitflowguard.repo.gather import cleaned
    from gitflowguard.repo.git import Git

    return cleaned(Git(), scene.words[0], raw)


def _passes(scene: _Scene, commit: Commit) -> bool:
    """Whether no rule on messages has anything to say of a commit."""
    rules = registry.active(scene.flow, scene.at, ("commit",))
    view = View(scene.flow, Refs({}, {}, {}, scene.branch, scene.flow.remote))
    report = evaluate(rules, (commit,), view)
    return not report.violations and not report.skipped


def _note(scene: _Scene, message: str) -> None:
    """Notes that this commit may be pushed, if no line of it looks like a conflict's marker."""
    kept = scene.kept
    if kept is None or not kept.url or kept.worded != scene.messages:
        return
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.markers import marks_staged

    if not marks_staged(Git()):
        add(scene.place, kept, scene.tip, staged_tree(scene.place, len(scene.tip)), message)
