"""What a pull request would bring -> facts, read from git alone; the same facts as a push of its branch gives."""

from __future__ import annotations

from gitflowguard.hook.speech import RunNote
from gitflowguard.model import lineage
from gitflowguard.model.event import Event, Update
from gitflowguard.model.facts import Commit, Merge
from gitflowguard.model.inside import merges_inside
from gitflowguard.model.moment import IDENTITY, MESSAGE, PRE_PUSH
from gitflowguard.model.names import HEADS, plural
from gitflowguard.model.source import called, inside
from gitflowguard.repo import pushes
from gitflowguard.repo.gather import Gathered, Scene, marked, merged, who_made
from gitflowguard.repo.read import GitHistory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Fact, Refs, View
    from gitflowguard.model.history import Cut
    from gitflowguard.model.pull import Pull
    from gitflowguard.repo.git import Git, Place

# An old debt of a back-merge is reported with the newest; nobody fixes thirty from one report.
MOST_DEBTS = 10


class PullHistory(GitHistory):
    """`GitHistory` where some branches stand at commits that no ref of this clone names."""

    def __init__(self, git: Git, place: Place, refs: Refs, placed: dict[str, str], foreign: str = "") -> None:
        """placed: branch -> the commit at which it is judged. foreign: a branch of a fork, "" for none."""
        super().__init__(git, place, refs)
        self._placed = placed
        self._foreign = foreign
        self._below: dict[tuple[str, str], bool] = {}

    def cut(self, branch: str) -> Cut | None:
        """As `GitHistory.cut`; what this clone remembers of our branch says nothing of a fork's of the same name."""
        return None if branch == self._foreign else super().cut(branch)

    def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        """As `GitHistory.holders`; of a placed branch only the commit at which it is judged counts."""
        rest = tuple(name for name in branches if name not in self._placed)
        held = set(super().holders(commit, rest)) if rest else set()
        held.update(name for name in branches if name in self._placed and self._holds(name, commit))
        return tuple(name for name in branches if name in held)

    def _holds(self, name: str, commit: str) -> bool:
        tip = self._placed[name]
        if (tip, commit) not in self._below:
            self._below[tip, commit] = tip == commit or self.git.is_ancestor(commit, tip) is True
        return self._below[tip, commit]


def pull(scene: Scene, asked: Pull) -> Gathered:
    """The pull request, its branch, its commits, the merge that it proposes, and back-merges that are owed.

    The view's flow knows what the head counts as (model.source.judging).
    """
    view, history = scene.view, scene.history
    facts: list[Fact] = [asked]
    head, tip = called(asked), asked.head_sha
    facts.append(lineage.branch(history, view, head, tip)._replace(into=asked.about))
    version = None if asked.fork else lineage.release(history, view, head, tip)
    facts += [version._replace(into=asked.about)] if version is not None else []
    kind = view.flow.kind_of(head)
    if history.shallow and (kind is None or kind.protected):
        facts.append(Merge(asked.about, lineage.SHALLOW, tip))  # of a line, the branch doesn't tell
    if history.shallow:
        return Gathered(tuple(facts))  # the branch tells that the clone is shallow
    facts += _messages(scene, asked)
    own = history.own(tip, _known(view, asked))
    facts += marked(scene, head, own)
    if scene.wants(IDENTITY) and head not in lineage.settled(view):
        facts += who_made(scene, head, own)
    facts += _inside(scene, asked)
    # A pull request that is refused for its two ends is not refused again for the same merge.
    joined = view.flow.may_merge(head, asked.about)
    if view.flow.protected(asked.about) and joined:
        facts.append(_proposed(scene, asked))
    if view.flow.protected(asked.about) and (joined or asked.fork):
        # A fork's branch may be called anything, develop too; what it brings is judged under any name.
        facts += merged(scene, asked.about, history.own(tip, (asked.base_sha,)), asked.base_sha)
    owed = debts(scene, asked)
    texts = () if owed else behind(scene, asked)
    return Gathered((*facts, *owed), tuple(RunNote("", text) for text in texts))


def group(scene: Scene, base: str, old: str, new: str) -> Gathered:
    """A merge group: what the base would receive, as a push of it would bring."""
    event = Event(PRE_PUSH, updates=(Update("", new, HEADS + base, old),), remote=scene.view.refs.upstream)
    found = pushes.push(scene, event)
    # Who made the merges of a group is the forge's to say; the commits were judged in their pull requests.
    unasked = ("RefUpdate", "Authorship")
    facts = (fact for fact in found.facts if type(fact).__name__ not in unasked)
    # The group is not merged yet, so no back-merge is owed: the other half of a release can still follow.
    return Gathered(tuple(f._replace(missing=()) if isinstance(f, Merge) else f for f in facts), found.notes)


def _messages(scene: Scene, asked: Pull) -> list[Fact]:
    """The messages of the commits that the base does not have, where a rule asks for them."""
    view, head = scene.view, called(asked)
    if not scene.wants(MESSAGE) or head in lineage.settled(view):
        return []
    own = scene.history.own(asked.head_sha, _known(view, asked))
    texts = scene.history.messages(tuple(own))
    return [
        Commit(
            about=head,
            sha=c,
            parents=own[c],
            operation="merge" if own[c][1:] else "commit",
            message=texts.get(c, "").strip("\n"),
            markers=(),
        )
        for c in own
    ]


def _known(view: View, asked: Pull) -> tuple[str, ...]:
    """What the author of the change can't have made: the base, and the settled lines."""
    return tuple(dict.fromkeys((asked.base_sha, *lineage.settled_tips(view))))


def _inside(scene: Scene, asked: Pull) -> list[Fact]:
    """The merges that were made on the head itself, and on what it merged."""
    view, history, head = scene.view, scene.history, inside(asked, scene.view.flow)
    if view.flow.kind_of(head) is None or called(asked) in lineage.settled(view):
        return []
    return [*merges_inside(history, view, head, asked.head_sha, _known(view, asked))]


def _proposed(scene: Scene, asked: Pull) -> Merge:
    """The merge that the pull request asks for. Who merges it has the base as the remote has it."""
    made = lineage.merge(
        scene.history, scene.view, asked.about, "", asked.head_sha, asked.base_sha, asked.head_sha
    )
    head = called(asked)
    missing = lineage.missing_targets(scene.history, scene.view, (head,), asked.about, asked.head_sha)
    return made._replace(sources=(head,), missing=missing, sha="", behind=0)


def behind(scene: Scene, asked: Pull) -> tuple[str, ...]:
    """A sentence where production has commits that integration lacks and that no merge accounts for: work that was
    committed or squashed there. The pull request may be what brings them back.
    """
    flow, refs = scene.view.flow, scene.view.refs
    main, develop = flow.production, flow.integration
    if asked.about not in (main, develop) or main == develop or not refs.tips(main) or not refs.tips(develop):
        return ()
    known = tuple(dict.fromkeys((*refs.tips(develop), asked.head_sha)))
    lost = lineage.unreturned(scene.history, scene.view, known)
    if not lost:
        return ()
    what = f"{plural(len(lost), 'commit')} of {main}"
    return (
        f"{develop} lacks {what}; to bring {'it' if len(lost) == 1 else 'them'} back: merge {main} into {develop}",
    )


def debts(scene: Scene, asked: Pull) -> list[Fact]:
    """Merges into production that are still to be merged back, and that this pull request does not bring back."""
    view, history = scene.view, scene.history
    flow, refs = view.flow, view.refs
    main, develop = flow.production, flow.integration
    if asked.about not in (main, develop) or main == develop or not refs.tips(main) or not refs.tips(develop):
        return []
    known = tuple(dict.fromkeys((*refs.tips(develop), asked.head_sha)))
    return [*lineage.owed(history, view, known, MOST_DEBTS)]
