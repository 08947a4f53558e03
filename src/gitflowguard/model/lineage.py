"""Facts about one branch that follow from the graph alone: origin, stacks, release.

The functions here are pure; they ask a `History` the few questions that git can
answer exactly. docs/architecture.md, "Where a branch was cut from", argues the
definitions: git does not record an origin, so each one says what is taken for
truth and when it can't be determined.
"""

from __future__ import annotations

from gitflowguard.model.arrivals import arrivals, brought, merge_commits
from gitflowguard.model.facts import (
    Branch,
    Origin,
    Refs,
    Release,
    Stack,
    View,
    of_kinds,
)
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import ASIDE, DEVELOP, MAIN, Flow, Kind
from gitflowguard.model.history import (
    SHALLOW,
    Cut,
    first_parents,
    lines,
    settled,
    settled_tips,
    tips_of,
    trunks,
)
from gitflowguard.model.merging import (
    flattened,
    known_name,
    merge,
    merge_names,
    missing_targets,
    owed,
    sources_of,
    unreturned,
)
from gitflowguard.model.names import Version, parse_version
from gitflowguard.model.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.history import History

__all__ = [
    "SHALLOW",
    "Cut",
    "arrivals",
    "branch",
    "brought",
    "flattened",
    "known_name",
    "lines",
    "merge",
    "merge_commits",
    "merge_names",
    "missing_targets",
    "owed",
    "release",
    "settled",
    "settled_tips",
    "sources_of",
    "tips_of",
    "trunks",
    "unreturned",
    "versions",
    "with_unknown",
]


def branch(history: History, view: View, name: str, tip: str) -> Branch:
    """All that the graph says about one branch.

    tip: its commit; the fact is about that commit even where the ref has moved.
    """
    flow, refs = view.flow, view.refs
    kind = flow.kind_of(name)
    asked = walk(view, name, tip)
    if kind is None or asked is None:
        return Branch(name, tip, rivals=())
    bases = trunks(view, name)
    rivals = _rivals(history, view, name)
    if history.shallow:
        return Branch(
            about=name, tip=tip, origin=SHALLOW, stacks=SHALLOW, merged=SHALLOW, used=SHALLOW, rivals=rivals
        )
    own = history.own(*asked)
    cut = history.cut(name)
    origin = _origin(history, view, name, tip, own, bases, cut)
    stacks = _stacks(history, refs, name, tip, own, bases, cut)
    targets = tuple(t for t in (flow.only(k) for k in kind.targets) if t and refs.tips(t))
    held = history.holders(tip, targets) if targets and not own else ()
    merged = tuple((target, target in held) for target in targets)
    return Branch(
        about=name,
        tip=tip,
        origin=origin,
        stacks=stacks,
        merged=merged,
        used=_used(own, tip, cut),
        rivals=rivals,
    )


def walk(view: View, name: str, tip: str) -> tuple[str, tuple[str, ...]] | None:
    """The first that `branch` asks of the graph: what this tip has and those tips have not; None: nothing."""
    kind = view.flow.kind_of(name)
    if kind is None or kind.protected or not tip:
        return None
    return tip, tips_of(view.refs, trunks(view, name))


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
    others = [other for other in of_kinds(flow, refs, (kind,)) if other != name]
    if not others or history.shallow:
        return SHALLOW if others else ()
    goal = flow.production
    if not refs.tips(goal):
        return Unknown(f"there is no branch {goal}")
    return tuple(
        other
        for other in others
        if not any(
            goal in history.holders(tip, (goal,)) and not _fresh(history, other, tip)
            for tip in refs.tips(other)
        )
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
    bases: tuple[str, ...],
    cut: Cut | None,
) -> Origin | Unknown:
    """Follows first parents from the tip to the newest commit that a line holds.

    Where that line isn't a parent of this kind, it may have got the branch by a
    merge (a release that main has, on its way to develop); then it is looked
    through. Where only a line that anybody can make is a parent, it has to come
    from where such a line may.
    """
    kind = view.flow.kind_of(name)
    parents = kind.parents if kind else ()
    wanted = tuple(t for t in bases if (k := view.flow.kind_of(t)) is not None and k.id in parents)
    if not wanted:
        missing = " or ".join(view.flow.name_of(parent) for parent in parents) or "parent branch"
        return Unknown(f"there is no {missing} to have been cut from")
    at = first_parents(own, tip)[-1]
    if not at:
        return Unknown(f"the history of {name} meets no long-lived branch")
    # The parent lines first: where one of them stands right there, git need not be asked.
    quick = kind is None or kind.id not in ASIDE  # of these each line counts that holds it
    held = tuple(t for t in wanted if quick and at in view.refs.tips(t)) or history.holders(at, bases)
    if any(line in wanted for line in held):
        doubt = _rootless(history, view, name, tip, tuple(line for line in held if line in wanted))
        return doubt or Origin(at, held, len(own))
    return _behind_merges(history, view, name, tip, Origin(at, held, len(own)), bases, wanted, cut)


def _rootless(history: History, view: View, name: str, tip: str, held: tuple[str, ...]) -> Unknown | None:
    """Why a release or support line that holds the origin does not show that the branch was cut from it; else None.

    Whoever has a branch can push such a line to any commit of it. So the branch must leave the settled lines
    where one of these kinds may.
    """
    flow, lines = view.flow, settled(view)
    if any(line in lines for line in held):
        return None
    kinds, grown = {kind.id for line in held if (kind := flow.kind_of(line))}, 0
    while len(kinds) > grown:
        grown = len(kinds)
        kinds.update(
            p
            for kind in flow.kinds
            if kind.id in kinds and kind.id not in (MAIN, DEVELOP)
            for p in kind.parents
        )
    roots = tuple(line for line in lines if (kind := flow.kind_of(line)) and kind.id in kinds)
    known = settled_tips(view, roots)
    chain = first_parents(history.own(tip, known), tip)[:-1] if roots else ()
    if not chain:
        return None
    others = [(line, settled_tips(view, (line,))) for line in lines if line not in roots]
    rivals = tuple(
        line for line in trunks(view, name) if line not in (*lines, *held) and _strange(flow, line, kinds)
    )
    others += [(line, view.refs.tips(line)) for line in history.holders(chain[-1], rivals)] if rivals else []
    for line, ends in others:
        for end in ends:
            if not set(chain).isdisjoint(first_parents(history.own(end, known), end)[:-1]):
                return Unknown(f"nothing shows whether {name} was cut from {held[0]} or from {line}")
    return None


def _strange(flow: Flow, line: str, kinds: set[str]) -> bool:
    """Whether a line neither is of one of the kinds nor may be cut from one: then it shares no commits with them."""
    kind = flow.kind_of(line)
    return kind is not None and kind.id not in kinds and kinds.isdisjoint(kind.parents)


def _behind_merges(
    history: History,
    view: View,
    name: str,
    tip: str,
    found: Origin,
    bases: tuple[str, ...],
    wanted: tuple[str, ...],
    cut: Cut | None,
) -> Origin | Unknown:
    """Tells a line that the branch was cut from from one that it was merged into.

    A commit that was made on a line, or cut from it, lies on the line's own
    first-parent chain; what a merge brought does not. Only a fast-forward puts a
    foreign commit there: then the reflog has to tell, or it can't be determined. A
    line that anybody can push there tells nothing by that. What is looked
    through says nothing of the lines below it.
    """
    refs, lines = view.refs, settled(view)
    known = tips_of(refs, wanted)
    mine = history.own(tip, known)
    *chain, start = first_parents(mine, tip)
    for line in found.lines:
        for end in refs.tips(line):
            if chain and chain[-1] in first_parents(history.own(end, known), end)[:-1]:
                if found.own or (cut is not None and cut.commit in mine):
                    return found
                if line in lines and (cut is None or not cut.commit):
                    return Unknown(
                        f"{line} holds all of {name}: cut from there and fast-forwarded to look alike"
                    )
    rest = tuple(line for line in bases if line not in found.lines)
    if set(rest) <= set(wanted):
        return Origin(start, history.holders(start, wanted), found.own) if start else found
    if (
        not found.lines
    ):  # nothing to look through: git's answers don't fit together, and the same question comes again
        return Unknown(f"no long-lived branch holds the commit {found.commit[:7]} that {name} begins at")
    below = _origin(history, view, name, tip, history.own(tip, tips_of(refs, rest)), rest, cut)
    return below._replace(own=found.own) if isinstance(below, Origin) else below


def _stacks(
    history: History,
    refs: Refs,
    name: str,
    tip: str,
    own: dict[str, tuple[str, ...]],
    bases: tuple[str, ...],
    cut: Cut | None,
) -> tuple[Stack, ...] | Unknown:
    """Which unmerged branches this one stands on.

    X stands on Y when both hold commits that no line holds, and X was cut from
    there: its reflog begins at such a commit, or Y is noted as its base, or (with
    neither at hand) Y's tip lies below X's.
    """
    if not own or (cut is not None and cut.commit and cut.commit not in own):
        return ()
    below = tuple(o for o in refs.at_any(own.keys() - {tip}) if o != name and o not in bases)
    level = _beside(refs, name, tip, bases, cut.base if cut is not None else "")
    if cut is not None and cut.commit:
        on = tuple(o for o in (*below, *level) if cut.base in ("", o))
        on = on or _others(history, refs, cut.commit, name, bases)
        return tuple(_stack(refs, own, o, cut.commit) for o in on[:1])
    if cut is not None and cut.base:
        if cut.base in bases:
            return ()
        if cut.base in below or cut.base in level:
            return (_stack(refs, own, cut.base, ""),)
    if below:
        return tuple(_stack(refs, own, o, "") for o in below)
    shared = level or _others(history, refs, _oldest(own, tip), name, bases)
    if shared:
        return Unknown(
            f"{name} and {shared[0]} share unmerged commits, and git keeps no record of which was cut from which"
        )
    return ()


def _beside(refs: Refs, name: str, tip: str, bases: tuple[str, ...], noted: str) -> tuple[str, ...]:
    """A branch at the same commit: the noted one if it is there, else the first; ten thousand may stand there."""
    here = refs.at(tip)
    if noted and noted != name and noted not in bases and tip in refs.tips(noted):
        return (noted,)
    return next(((other,) for other in here if other != name and other not in bases), ())


def _others(history: History, refs: Refs, commit: str, name: str, bases: tuple[str, ...]) -> tuple[str, ...]:
    """Every branch that holds a commit, but this one and the lines. All are asked for in the same words, so that
    the answer costs no more with many of them.
    """
    return tuple(n for n in history.holders(commit, refs.branches()) if n != name and n not in bases)


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


def with_unknown(flow: Flow) -> Flow:
    """The flow with a last kind, of no id, that takes every other name.

    So lineage tells where such a branch was cut from, too: most teams meet us with
    branches that no policy foresaw.
    """
    parents = {parent for kind in flow.kinds for parent in kind.parents}
    ids = [kind.id for kind in flow.kinds if kind.protected or kind.id in parents]
    ids.sort(key=lambda kind_id: (kind_id != DEVELOP, kind_id != MAIN))
    targets = tuple(kind_id for kind_id in (DEVELOP, MAIN) if kind_id in ids)
    rest = Kind("", (Template("**"),), tuple(ids), targets)
    return flow._replace(kinds=(*flow.kinds, rest))
