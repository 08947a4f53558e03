"""A merge as a fact: which branch a commit came from, and what it still has to reach."""

from __future__ import annotations

from gitflowguard.model.facts import Merge, Refs, View, of_kinds
from gitflowguard.model.finding import Unknown
from gitflowguard.model.history import (
    SHALLOW,
    settled,
    settled_on,
    settled_tips,
    tips_of,
    trunks,
)
from gitflowguard.model.names import HEADS, REMOTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.history import History


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
    target = target.strip().strip("'")
    return sources, "" if target == "HEAD" else target  # a detached HEAD (fmt-merge-msg.c)


def known_name(refs: Refs, text: str) -> str:
    """The branch behind a name as typed: ``x``, ``origin/x``, ``x~2``, a full ref; "" if it is none."""
    for sign in ("~", "^", "@{"):  # gitrevisions(7); no branch name holds one of these
        text = text.partition(sign)[0]
    for prefix in (HEADS, REMOTES):
        if text.startswith(prefix):
            text = text[len(prefix) :]
    if refs.has(text):
        return text
    starts = (remote for remote in refs.homes() if text.startswith(f"{remote}/"))
    names = ((remote, text[len(remote) + 1 :]) for remote in starts)
    return next((name for remote, name in names if (remote, name) in refs.remotes), "")


def sources_of(history: History, view: View, text: str, tip: str) -> tuple[str, ...] | Unknown:
    """Every branch name that a merged commit may go by, the likeliest first, where the user has just named it.

    text: how it was named, may be "". A tag counts as production where production holds it: merging it back is legal.
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
    held = history.holders(tip, trunks(view))
    if held:
        return held
    if text and tag not in refs.tags and not text.strip("0123456789abcdef") == "" and text != "HEAD":
        return (text,)
    return Unknown(f"nothing names the branch that commit {tip[:7]} comes from")


def sources_of_made(
    history: History, view: View, target: str, text: str, tip: str
) -> tuple[str, ...] | Unknown:
    """The same of a merge that was made: the graph and the branches first, its subject last.

    Whoever makes a merge writes its subject, and may push a branch of any name to the merged commit. So a settled
    line that has the commit decides where it may be merged. Then a branch that stands at the commit, or goes on
    from it, speaks against the merge or for it; one that speaks against it is never outvoted. A subject alone
    is believed where nothing contradicts it: a finished branch is deleted.
    """
    flow = view.flow
    lines = tuple(name for name in settled_on(history, view, tip) if name != target)
    welcome = legal(view, lines, target)
    if welcome:
        return welcome
    subject = _of_a_kind(view, text)
    if subject == target and flow.protected(target):
        # A pull merges what the line's own remote has; what that one lacks is not the line's.
        if not history.own(tip, settled_tips(view, (target,))):
            return (target,)
        subject = text = ""
    if subject and not legal(view, (subject,), target):
        return (subject,)
    there = _there(history, view, target, tip, bool(lines))
    for_it = legal(view, there, target)
    against = tuple(name for name in there if name not in for_it)
    if against:
        strange = subject and all(flow.kind_of(name) is None for name in against)
        return _doubt(tip, against[0], for_it[0] if for_it else subject) if for_it or strange else against
    if lines and not (subject in for_it and _cut_from(view, subject, lines)):
        other = for_it[0] if for_it else subject
        return _doubt(tip, lines[0], other) if other else lines
    if for_it:
        return tuple(dict.fromkeys((subject, *for_it))) if subject else for_it
    return _by_words(subject or text, tip, view)


def legal(view: View, names: tuple[str, ...], target: str) -> tuple[str, ...]:
    """Those of the branches that may be merged into the target."""
    return tuple(name for name in names if view.flow.may_merge(name, target) is not False)


def tells(view: View, text: str) -> bool:
    """Whether a name that was typed says by itself what was merged: a branch, a tag, or one deleted since."""
    return bool(known_name(view.refs, text)) or text in view.refs.tags or view.flow.kind_of(text) is not None


def _of_a_kind(view: View, text: str) -> str:
    """The branch that a subject names, there or deleted, if the policy knows its kind and it isn't a tag; else ""."""
    name = known_name(view.refs, text) or text
    return name if name and text not in view.refs.tags and view.flow.kind_of(name) is not None else ""


def _there(history: History, view: View, target: str, tip: str, held: bool) -> tuple[str, ...]:
    """The branches that stand at a commit, or go on from it where no settled line has it (held).

    A settled line that has it in this clone alone counts where it may be merged; that it has it says nothing else.
    """
    lines = tuple(name for name in settled(view) if name != target)
    work = at_or_beyond(history, view, tip, (*lines, target), held)
    near = legal(view, history.holders(tip, lines), target)
    return tuple(dict.fromkeys((*work, *near)))


def at_or_beyond(
    history: History, view: View, tip: str, but: tuple[str, ...], only_at: bool = False
) -> tuple[str, ...]:
    """The branches, those of `but` left out, that stand at a commit and then those that go on from it."""
    work = tuple(name for name in view.refs.branches() if name not in but)
    at = tuple(name for name in view.refs.at(tip) if name in work)
    further = () if only_at else history.continuing(tip, tuple(name for name in work if name not in at))
    return (*at, *further)


def _doubt(tip: str, one: str, other: str) -> Unknown:
    """Two names for a merged commit, of which only one may be merged there."""
    return Unknown(f"the merged commit {tip[:7]} belongs to {one} and goes by the name {other}")


def _cut_from(view: View, name: str, lines: tuple[str, ...]) -> bool:
    """Whether a branch of this kind may be cut from one of the lines; without a commit of its own it stands on it."""
    kind = view.flow.kind_of(name)
    homes = (view.flow.kind_of(line) for line in lines)
    return kind is not None and any(home is not None and home.id in kind.parents for home in homes)


def _by_words(text: str, tip: str, view: View) -> tuple[str, ...] | Unknown:
    """What a subject says where nothing else tells; an object id, a tag and HEAD name no branch."""
    if text and text not in view.refs.tags and text.strip("0123456789abcdef") and text != "HEAD":
        return (text,)
    return Unknown(f"nothing names the branch that commit {tip[:7]} comes from")


def merge(
    history: History,
    view: View,
    target: str,
    text: str,
    tip: str,
    base: str = "",
    sha: str = "",
    typed: bool = False,
) -> Merge:
    """The merge of a commit into a branch, about to be made or lying in a range.

    text: what was merged, as typed or as the subject has it. typed: whether this clone remembers that it was typed.
    """
    if typed or not sha:
        sources = sources_of(history, view, text, tip)
    else:
        sources = sources_of_made(history, view, target, text, tip)
    return Merge(
        target,
        sources,
        tip,
        sha,
        missing=missing_targets(history, view, sources, target, tip),
        behind=_behind(history, view, target, base) if not sha else 0,
        base=base,
    )


def flattened(history: History, target: str, tip: str, known: tuple[str, ...]) -> Merge | None:
    """The merges that a rebase of the target would leave out, as one fact; None if it drops none.

    known: what stays as it is: the rebase's base and the remote's tip. A merge of what these
    hold already is not counted, because it brings nothing that the rebase would copy.
    """
    own = history.own(tip, known)
    chain, at = [], tip
    while at in own:
        chain += [at] if any(parent in own for parent in own[at][1:]) else []
        at = own[at][0] if own[at] else ""
    if not chain:
        return None
    subjects = history.subjects(tuple(chain))
    names = dict.fromkeys(name for sha in chain for name in merge_names(subjects.get(sha, ""))[0])
    merged = next(parent for parent in own[chain[0]][1:] if parent in own)
    return Merge(target, tuple(names), merged, chain[0], missing=(), behind=0, flattened=len(chain))


def missing_targets(
    history: History, view: View, sources: tuple[str, ...] | Unknown, target: str, tip: str
) -> tuple[str, ...] | Unknown:
    """The other targets of the source's kind that do not hold the commit yet."""
    if isinstance(sources, Unknown):
        return sources
    kind = view.flow.kind_of(sources[0])
    if kind is None or target != view.flow.production:
        return ()
    others = tuple(
        name
        for name in (view.flow.only(k) for k in kind.targets)
        if name and name != target and view.refs.tips(name)
    )
    if not others:
        return ()
    if history.shallow:
        return SHALLOW
    held = history.holders(tip, others)
    missing = tuple(name for name in others if name not in held)
    if missing and history.holders(tip, _on_the_way(view, kind.targets)):
        return ()  # an open release has it and will bring it (nvie's model: a hotfix while a release is open)
    return missing


def owed(history: History, view: View, known: tuple[str, ...], most: int) -> tuple[Merge, ...]:
    """The merges that production has and that still have to be merged back, the newest first.

    known: commits that are back, or about to be: the tips of the integration branch. most: how many at most.
    """
    main = view.flow.production
    found: dict[Merge, None] = {}
    for tip in view.refs.tips(main):
        own = history.own(tip, known)
        chain: dict[str, str] = {}
        at = tip
        while at in own:
            brought = next((parent for parent in own[at][1:] if parent in own), "")
            if brought:
                chain[at] = brought
            at = own[at][0] if own[at] else ""
        subjects = history.subjects(tuple(chain)) if chain else {}
        for sha, brought in chain.items():
            names, _ = merge_names(subjects.get(sha, ""))
            if names and len(found) < most:
                one = merge(history, view, main, names[0], brought, own[sha][0], sha)
                if one.missing and not isinstance(one.sources, Unknown):
                    found[one] = None
    return tuple(found)


def unreturned(history: History, view: View, known: tuple[str, ...]) -> set[str]:
    """The commits, merges aside, that production has, that `known` lacks and that no open release will bring back."""
    flow, refs = view.flow, view.refs
    kinds = tuple(target for kind in flow.kinds for target in kind.targets)
    carried = (*known, *tips_of(refs, _on_the_way(view, kinds)))
    return {
        sha
        for tip in refs.tips(flow.production)
        for sha, parents in history.own(tip, tuple(dict.fromkeys(carried))).items()
        if not parents[1:]
    }


def _on_the_way(view: View, kind_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The open branches of those kinds that have many, such as releases; support lines bring nothing home."""
    many = (k for k in view.flow.kinds if k.id in kind_ids and not k.fixed and not k.protected)
    return of_kinds(view.flow, view.refs, many)


def _behind(history: History, view: View, target: str, base: str) -> int | Unknown:
    """How many commits the target's remote twin has that the target lacks."""
    refs = view.refs
    twin = refs.remotes.get((refs.upstream, target))
    if twin is None or not base or twin == base:
        return 0
    return SHALLOW if history.shallow else len(history.own(twin, (base,)))
