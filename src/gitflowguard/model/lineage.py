"""Facts that follow from the graph alone: origin, stacks, what a push brings.

The functions here are pure; they ask a `History` the few questions that git can
answer exactly. docs/architecture.md, "Where a branch was cut from", argues the
definitions: git does not record an origin, so each one says what is taken for
truth and when it cannot be told.
"""

from __future__ import annotations

from gitflowguard.model.facts import Branch, Commit, Merge, Origin, Refs, Release, Stack, View
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import HEADS, REMOTES, Version, is_null, parse_version
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class History(Protocol):
        """The questions. Commits are full ids; nothing here guesses."""

        @property
        def shallow(self) -> bool:
            """Whether the clone lacks history (git-clone(1), --depth)."""
            ...

        def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
            """Commit -> parents, for all reachable from tip and from none of known; newest first."""
            ...

        def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
            """Those of the branches, local or remote, whose history holds the commit."""
            ...

        def cut(self, branch: str) -> Cut | None:
            """What this clone remembers of the branch's creation, or None."""
            ...

        def moves(self, branch: str) -> tuple[tuple[str, str], ...]:
            """The branch's reflog, newest first: (commit it moved to, what moved it)."""
            ...

        def subjects(self, commits: tuple[str, ...]) -> dict[str, str]:
            """Commit -> first line of its message."""
            ...

        def merged_tags(self, tip: str) -> tuple[str, ...]:
            """The tags that lie in the tip's history."""
            ...


SHALLOW = Unknown("this clone is shallow", (("git", "fetch", "--unshallow"),))


class Cut(Record):
    """What the clone remembers of a branch's creation: help, never truth.

    commit: where its reflog begins, "" if that is not known.
    base: the branch noted as its parent (AVH's key gitflow.branch.<name>.base), "" if none.
    """

    commit: str = ""
    base: str = ""


def lines(flow: Flow, refs: Refs, but: str = "") -> tuple[str, ...]:
    """The branches that others are cut from: long-lived ones, and kinds that are somebody's parent."""
    parents = {parent for kind in flow.kinds for parent in kind.parents}
    found = []
    for name in refs.branches():
        kind = flow.kind_of(name)
        if name != but and kind is not None and (kind.protected or kind.id in parents):
            found.append(name)
    return tuple(found)


def tips_of(refs: Refs, names: tuple[str, ...]) -> tuple[str, ...]:
    """Every commit at which one of the branches stands, no doubles."""
    return tuple(dict.fromkeys(tip for name in names for tip in refs.tips(name)))


def branch(history: History, view: View, name: str, tip: str) -> Branch:
    """All that the graph says about one branch.

    tip: its commit; the fact is about that commit even where the ref has moved.
    """
    flow, refs = view.flow, view.refs
    kind = flow.kind_of(name)
    if kind is None or kind.protected or not tip:
        return Branch(name, tip, rivals=())
    trunks = lines(flow, refs, name)
    rivals = _rivals(history, view, name)
    if history.shallow:
        return Branch(name, tip, SHALLOW, SHALLOW, SHALLOW, SHALLOW, rivals)
    own = history.own(tip, tips_of(refs, trunks))
    cut = history.cut(name)
    origin = _origin(history, view, name, tip, own, trunks)
    stacks = _stacks(history, refs, name, tip, own, trunks, cut)
    targets = tuple(t for t in (_fixed(flow, k) for k in kind.targets) if t and refs.tips(t))
    held = history.holders(tip, targets) if targets and not own else ()
    merged = tuple((target, target in held) for target in targets)
    return Branch(name, tip, origin, stacks, merged, _used(own, tip, cut), rivals)


def _fixed(flow: Flow, kind_id: str) -> str:
    kind = flow.kind(kind_id)
    return kind.fixed if kind else ""


def _used(own: dict[str, tuple[str, ...]], tip: str, cut: Cut | None) -> bool | Unknown:
    """Whether the branch ever had a commit of its own."""
    if own:
        return True
    if cut is not None and cut.commit:
        return cut.commit != tip
    return Unknown("an empty branch and a fast-forwarded one look alike")


def _rivals(history: History, view: View, name: str) -> tuple[str, ...] | Unknown:
    """Other branches of the same kind that production does not hold yet."""
    flow, refs = view.flow, view.refs
    kind = flow.kind_of(name)
    if kind is None or kind.parallel:
        return ()
    others = []
    for other in refs.branches():
        other_kind = flow.kind_of(other)
        if other != name and other_kind is not None and other_kind.id == kind.id:
            others.append(other)
    if not others or history.shallow:
        return SHALLOW if others else ()
    goal = flow.production
    if not refs.tips(goal):
        return Unknown(f"there is no branch {goal}")
    return tuple(
        other
        for other in others
        if not any(goal in history.holders(tip, (goal,)) and not _fresh(history, other, tip) for tip in refs.tips(other))
    )


def _fresh(history: History, name: str, tip: str) -> bool:
    """Whether the branch is known to have no commit of its own yet."""
    cut = history.cut(name)
    return cut is not None and cut.commit == tip


def _origin(
    history: History,
    view: View,
    name: str,
    tip: str,
    own: dict[str, tuple[str, ...]],
    trunks: tuple[str, ...],
) -> Origin | Unknown:
    """Follows first parents from the tip to the newest commit that a line holds."""
    kind = view.flow.kind_of(name)
    parents = kind.parents if kind else ()
    wanted = tuple(t for t in trunks if (k := view.flow.kind_of(t)) is not None and k.id in parents)
    if not wanted:
        missing = " or ".join(view.flow.name_of(parent) for parent in parents) or "parent branch"
        return Unknown(f"there is no {missing} to have been cut from")
    at = tip
    while at in own:
        if not own[at]:
            return Unknown(f"the history of {name} meets no long-lived branch")
        at = own[at][0]
    # The parent lines first: where one of them stands right there, git need not be asked.
    here = tuple(t for t in wanted if at in view.refs.tips(t))
    return Origin(at, here or history.holders(at, trunks), len(own))


def _stacks(
    history: History,
    refs: Refs,
    name: str,
    tip: str,
    own: dict[str, tuple[str, ...]],
    trunks: tuple[str, ...],
    cut: Cut | None,
) -> tuple[Stack, ...] | Unknown:
    """Which unmerged branches this one stands on.

    X stands on Y when both hold commits that no line holds, and X was cut from
    there: its reflog begins at such a commit, or Y is noted as its base, or (with
    neither at hand) Y's tip lies below X's.
    """
    others = tuple(n for n in refs.branches() if n != name and n not in trunks)
    if not own or not others:
        return ()
    if cut is not None and cut.commit and cut.commit not in own:
        return ()
    below = tuple(o for o in others if any(t in own and t != tip for t in refs.tips(o)))
    level = tuple(o for o in others if tip in refs.tips(o))
    if cut is not None and cut.commit:
        on = tuple(o for o in (*below, *level) if cut.base in ("", o)) or history.holders(cut.commit, others)
        return tuple(_stack(refs, own, o, cut.commit) for o in on[:1])
    if cut is not None and cut.base:
        if cut.base in trunks:
            return ()
        if cut.base in others and (cut.base in below or cut.base in level):
            return (_stack(refs, own, cut.base, ""),)
    if below:
        return tuple(_stack(refs, own, o, "") for o in below)
    shared = level or history.holders(_oldest(own, tip), others)
    if shared:
        return Unknown(f"{name} and {shared[0]} share unmerged commits, and git keeps no record of which was cut from which")
    return ()


def _oldest(own: dict[str, tuple[str, ...]], tip: str) -> str:
    """The last commit on the first-parent chain that is the branch's own."""
    at = tip
    while own[at] and own[at][0] in own:
        at = own[at][0]
    return at


def _stack(refs: Refs, own: dict[str, tuple[str, ...]], other: str, at: str) -> Stack:
    """The stack on another branch: its newest tip among our own commits, and what lies below it."""
    tips = [t for t in own if t in refs.tips(other)]
    top = tips[0] if tips else at
    below: set[str] = set()
    todo = [top]
    while todo:
        commit = todo.pop()
        if commit in own and commit not in below:
            below.add(commit)
            todo.extend(own[commit])
    return Stack(other, top, len(below))


def release(history: History, view: View, name: str, tip: str) -> Release | None:
    """The release that a branch stands for; None if its kind carries no version.

    The last version is the highest tag of the history that the branch
    continues. All tags are compared first, and git is asked which of them lie
    in that history only where one is in the way: on a support line an older
    version is legal.
    """
    flow, refs = view.flow, view.refs
    text = flow.version_of(name)
    if not text:
        return None
    version = parse_version(text, flow.version_scheme)
    if version is None:
        return Release(name, text)
    tags = versions(flow, tuple(refs.tags))
    in_the_way = tuple(tag for tag, tagged in tags if tagged.rank() >= version.rank())
    if not in_the_way:
        return Release(name, text, tags[-1][0] if tags else "")
    if history.shallow:
        return Release(name, text, SHALLOW)
    production = refs.tips(flow.production)
    if tip and production and flow.production in history.holders(tip, (flow.production,)):
        if not _fresh(history, name, tip):
            return Release(name, text, finished=True)
    mine = versions(flow, history.merged_tags(tip) if tip else ())
    exact = tuple(tag for tag, tagged in tags if tagged.rank() == version.rank())
    last = mine[-1][0] if mine else ""
    return Release(name, text, exact[0] if exact else last)


def versions(flow: Flow, tags: tuple[str, ...]) -> tuple[tuple[str, Version], ...]:
    """The version tags among the tags, with their versions, lowest first."""
    found = []
    for tag in tags:
        if tag.startswith(flow.tag_prefix):
            version = parse_version(tag[len(flow.tag_prefix) :], flow.version_scheme)
            if version is not None:
                found.append((tag, version))
    return tuple(sorted(found, key=lambda pair: pair[1].rank()))


# --- merges -------------------------------------------------------------------------------------


def merge_names(subject: str) -> tuple[tuple[str, ...], str]:
    """(sources, target) that a merge commit's subject names; empty where it names none.

    The forms are those of git-fmt-merge-msg(1), GitHub and Bitbucket, as read in
    public Gitflow histories: "Merge branch 'X' [of URL] [into Y]", "Merge
    remote-tracking branch 'origin/X'", "Merge tag 'T'", "Merge branches 'a' and
    'b'", "Merge pull request #N from owner/X", "… in P/r from X to Y".
    """
    if subject.startswith("Merge pull request #"):
        _, _, tail = subject.partition(" from ")
        source, _, target = tail.partition(" to ")
        if " in " not in subject and "/" in source:
            source = source.partition("/")[2]
        return ((source.split(" ")[0],) if source else (), target.split(" ")[0])
    if not subject.startswith("Merge "):
        return (), ""
    body, _, target = subject.partition(" into ")
    pieces = body.split("'")
    sources = tuple(pieces[1::2])
    if body.startswith("Merge remote-tracking"):
        sources = tuple(s.partition("/")[2] or s for s in sources)
    return sources, target.strip().strip("'")


def known_name(refs: Refs, text: str) -> str:
    """The branch behind a name as typed: ``x``, ``origin/x``, a full ref; "" if it is none."""
    for prefix in (HEADS, REMOTES):
        if text.startswith(prefix):
            text = text[len(prefix) :]
    if text in refs.branches():
        return text
    for remote, name in refs.remotes:
        if text == f"{remote}/{name}":
            return name
    return ""


def sources_of(history: History, view: View, text: str, tip: str) -> tuple[str, ...] | Unknown:
    """Every branch name that a merged commit may go by, the likeliest first.

    text: how it was named (by the user, or in a subject), may be "".
    A tag counts as production where production holds it: merging it back is legal.
    """
    refs, flow = view.refs, view.flow
    name = known_name(refs, text)
    if name:
        return (name,)
    at = refs.at(tip)
    tag = text[len("refs/tags/") :] if text.startswith("refs/tags/") else text
    if tag in refs.tags or (not at and tip in refs.tags.values()):
        if flow.production in history.holders(tip, (flow.production,)):
            return (flow.production,)
    if text and flow.kind_of(text) is not None and tag not in refs.tags:
        return (text,)  # deleted since, as finished branches are
    if at:
        return at
    held = history.holders(tip, lines(flow, refs))
    if held:
        return held
    if text and tag not in refs.tags and not text.strip("0123456789abcdef") == "" and text != "HEAD":
        return (text,)
    return Unknown(f"nothing names the branch that commit {tip[:7]} comes from")


def merge(history: History, view: View, target: str, text: str, tip: str, base: str = "", sha: str = "") -> Merge:
    """The merge of a commit into a branch, about to be made or lying in a range."""
    sources = sources_of(history, view, text, tip)
    return Merge(
        target,
        sources,
        tip,
        sha,
        missing=_missing(history, view, sources, target, tip),
        behind=_behind(history, view, target, base) if not sha else 0,
        base=base,
    )


def _missing(
    history: History, view: View, sources: tuple[str, ...] | Unknown, target: str, tip: str
) -> tuple[str, ...] | Unknown:
    """The other targets of the source's kind that do not hold the commit yet."""
    if isinstance(sources, Unknown):
        return sources
    kind = view.flow.kind_of(sources[0])
    if kind is None or target != view.flow.production:
        return ()
    others = tuple(
        name for name in (_fixed(view.flow, k) for k in kind.targets) if name and name != target and view.refs.tips(name)
    )
    if not others:
        return ()
    if history.shallow:
        return SHALLOW
    held = history.holders(tip, others)
    return tuple(name for name in others if name not in held)


def _behind(history: History, view: View, target: str, base: str) -> int | Unknown:
    """How many commits the target's remote twin has that the target lacks."""
    refs = view.refs
    twin = refs.remotes.get((refs.upstream, target))
    if twin is None or not base or twin == base:
        return 0
    return SHALLOW if history.shallow else len(history.own(twin, (base,)))


# --- pushes -------------------------------------------------------------------------------------


def arrivals(
    history: History, view: View, target: str, new: str, old: str, local: bool = True
) -> tuple[Commit | Merge, ...] | Unknown:
    """What a protected branch would receive: merges and commits on its first-parent chain.

    old: what the remote has; a branch that it does not have yet is not judged,
    its history was made before. Commits that another line may legally bring
    (main into develop) are not this push's doing. local: whether the pushed ref
    is this clone's branch of that name, so that its reflog tells how it moved.

    A commit on the chain that is no merge was either made there (a direct
    commit) or brought by a fast-forward. The reflog tells; where it is silent, a
    branch that stands at the commit is taken to have brought it.
    """
    flow, refs = view.flow, view.refs
    if is_null(old) or is_null(new):
        return ()
    if history.shallow:
        return SHALLOW
    legal = tuple(
        n for n in lines(flow, refs, target) if flow.protected(n) and flow.may_merge(n, target)
    )
    twin = refs.remotes.get((refs.upstream, target))
    known = (old, *tips_of(refs, legal), *((twin,) if twin else ()))
    own = history.own(new, known)
    chain = []
    at = new
    while at in own:
        chain.append(at)
        if not own[at]:
            break
        at = own[at][0]
    if not chain:
        return ()
    subjects = history.subjects(tuple(chain))
    moves = dict(reversed(history.moves(target))) if local else {}
    found: list[Commit | Merge] = []
    carrier: tuple[str, ...] = ()
    for sha in chain:
        parents = own[sha]
        moved = moves.get(sha)
        if moved is not None:
            carrier = _carrier(refs, moved, sha)
        elif not carrier:
            carrier = tuple(n for n in refs.at(sha) if n != target) if len(parents) < 2 else ()
        base = parents[0] if parents else ""
        names, into = merge_names(subjects.get(sha, ""))
        if len(parents) > 1 and into and into != target and not carrier:
            carrier = (into,)
        if carrier and carrier != (target,):
            fact = Merge(target, carrier, sha, fast_forward=True, missing=(), behind=0, base=old)
            if not any(isinstance(f, Merge) and f.sources == carrier and f.fast_forward for f in found):
                found.append(fact)
        elif len(parents) > 1:
            for index, parent in enumerate(parents[1:]):
                text = names[index] if index < len(names) else ""
                found.append(merge(history, view, target, text, parent, base, sha))
        else:
            found.append(Commit(target, sha, parents, "commit", subjects.get(sha, ""), (), base=old))
    return tuple(found)


def _carrier(refs: Refs, moved: str, sha: str) -> tuple[str, ...]:
    """The branch that a reflog line says the branch was moved to; empty for a commit or a real merge."""
    if moved.startswith("merge ") and moved.endswith(": Fast-forward"):
        text = moved[len("merge ") : -len(": Fast-forward")]
        return (known_name(refs, text) or text,) if text and " " not in text else refs.at(sha)
    for prefix in ("reset: moving to ", "branch: Reset to "):
        if moved.startswith(prefix):
            name = known_name(refs, moved[len(prefix) :])
            return (name,) if name else ()
    return ()
