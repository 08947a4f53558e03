"""Where new work starts, and what else `status` has to say in a sentence."""

from __future__ import annotations

import os
import shlex

from gitflowguard.app.policy.nearfile import absent
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Argv, Finding
from gitflowguard.model.flow import DEVELOP, MAIN, Flow, Kind
from gitflowguard.model.lineage import SHALLOW, owed, unreturned
from gitflowguard.model.names import plural, shell, short
from gitflowguard.model.status import DAY, Start, StatusNote, age
from gitflowguard.repo.branchfetch import fetch_all, fetches_some
from gitflowguard.repo.fitting import fit_each
from gitflowguard.repo.git import Place
from gitflowguard.repo.graph import AllGit, GraphHistory
from gitflowguard.rules.merge import missing_back_merge

# Old debts are reported with the newest; nobody pays thirty from one table.
MOST_DEBTS = 3
# A kind of this name takes every branch (the preset `as-is`), so there is only a name to think of.
_ANY = "**"
_WORK = "<name>"
_BUSY = "finish or abort the operation in progress first"


def start_of(git: AllGit, history: GraphHistory, flow: Flow, refs: Refs, now: int) -> Start:
    """The answer to "where do I start?": the integration branch, if it is there and up to date."""
    name = flow.integration
    here, there = refs.heads.get(name), refs.remotes.get((refs.upstream, name))
    tip = here or there
    if not tip:
        return _nowhere(git, flow, refs)
    ref = name if here else f"{refs.upstream}/{name}"
    date = git.dated.get(tip, 0)
    said = f"Start new work from {ref} ({short(tip)}, {age(now - date)} old)"
    begin = _begin(flow, ref)
    if not here or not there or here == there:
        return Start(says=f"{said}.", mend=(), begin=begin, branch=name, ref=ref, tip=tip, committed=date)
    twin = f"{refs.upstream}/{name}"
    if history.shallow:
        return Start(
            says=f"{said}; can't determine how it stands to {twin}: {SHALLOW.reason}.",
            mend=SHALLOW.mend, begin=begin, branch=name, ref=ref, tip=tip, committed=date, behind=None,
        )  # fmt: skip
    behind, ahead = history.surplus(there, here), history.surplus(here, there)
    if behind == 0:
        return Start(says=f"{said}.", mend=(), begin=begin, branch=name, ref=ref, tip=tip, committed=date)
    late = "many" if behind is None else str(behind)
    if ahead:
        said += f", but {name} and {twin} have diverged: {plural(ahead, 'commit')} here, {late} there"
        return Start(
            says=f"{said}.",
            mend=(("gitflowguard", "check", "--all"),),
            begin=begin,
            branch=name,
            ref=ref,
            tip=tip,
            committed=date,
            behind=behind,
        )
    mend = _pull(name, refs)
    said += f", but {twin} is {late} commit{'' if behind == 1 else 's'} ahead"
    return Start(
        says=f"{said}.",
        mend=(mend,),
        begin=begin,
        branch=name,
        ref=ref,
        tip=tip,
        committed=date,
        behind=behind,
    )


def _pull(name: str, refs: Refs) -> Argv:
    """How to bring a branch up to its twin, whether one stands on it or not."""
    if refs.head == name:
        return ("git", "pull", "--ff-only", refs.upstream, name)
    return ("git", "fetch", refs.upstream, f"{name}:{name}")


def _begin(flow: Flow, ref: str) -> str:
    """How a branch for new work is cut, "" where the policy has no kind for that."""
    trunk = DEVELOP if flow.kind(DEVELOP) else MAIN
    for kind in filter(None, (flow.work, *flow.kinds)):
        if trunk in kind.parents and not kind.protected and _open(kind):
            track = "--no-track " if "/" in ref and ref != flow.integration else ""
            return f"git switch {track}-c {_WORK if kind.label == _ANY else kind.label} {ref}"
    return ""


def _open(kind: Kind) -> bool:
    """Whether a person may name a branch of it for what it is about."""
    return any(t.has("slug") or t.text == _ANY for t in kind.names)


def _nowhere(git: AllGit, flow: Flow, refs: Refs) -> Start:
    """There is no integration branch."""
    name, main = flow.integration, flow.production
    if not refs.branches():
        return Start("There is nothing to start from yet: the repository has no commit.")
    if fetches_some(git, refs.upstream):
        return Start(
            f"Can't determine where new work starts: this clone fetches only some branches of {refs.upstream}, "
            f"and {name} isn't one of them.",
            fetch_all(refs.upstream),
        )
    told = refs.shown(main) if refs.tips(main) else ""
    if name != main and told:
        return Start(
            f"There is no {name} to start new work from; it can be cut from {told}.",
            (("git", "branch", "--no-track", name, told),),
        )
    both = name if name == main else f"neither {main} nor {name}"
    said = f"There is {both} here" if name != main else f"There is no {both} here"
    return Start(
        f"{said}: say which branches hold your releases and your integrated work.",
        (("gitflowguard", "init", "--main", "NAME", "--develop", "NAME"),),
    )


def notes_of(
    git: AllGit, place: Place, history: GraphHistory, flow: Flow, refs: Refs, policy: str, now: int
) -> tuple[StatusNote, ...]:
    """What a person should know before they trust the table."""
    return (
        *_head(git, refs),
        *_assumed(flow, policy, place.top),
        *_shallow(history),
        *_unreturned(history, flow, refs),
        *_fetched(place, refs, now),
    )


def carried(
    place: Place, refs: Refs, start: Start, notes: tuple[StatusNote, ...]
) -> tuple[Start, tuple[StatusNote, ...]]:
    """Both with commands for the work tree as it is; those that an operation in progress is in the way of go."""
    begin = (tuple(shlex.split(start.begin)),) if start.begin else ()
    first, new, *rest = fit_each((start.mend, begin, *(note.mend for note in notes)), place, refs)
    lines = start.begin if new in (None, begin) else "\n".join(map(unquoted, new or ()))
    fitted = (
        note._replace(mend=mend) if mend is not None else note._replace(says=f"{note.says}; {_BUSY}", mend=())
        for note, mend in zip(notes, rest)
    )
    return start._replace(mend=first or (), begin=lines), tuple(fitted)


def unquoted(argv: Argv) -> str:
    """A command in which the name is still to be filled in."""
    return " ".join(word if word[-1:] == ">" else shell((word,)) for word in argv)


def _head(git: AllGit, refs: Refs) -> tuple[StatusNote, ...]:
    if not refs.head:
        return (
            StatusNote(
                f"HEAD is detached at {short(git.commit_of('HEAD'))}: a commit made now is on no branch"
            ),
        )
    if refs.head not in refs.heads:
        return (StatusNote(f"you are on {refs.head}, which has no commit yet"),)
    return ()


def _assumed(flow: Flow, policy: str, top: str) -> tuple[StatusNote, ...]:
    if policy:
        return ()
    says, mend = absent(top)
    return (StatusNote(f"{says}; the preset {flow.preset} is assumed", mend or (("gitflowguard", "init"),)),)


def _shallow(history: GraphHistory) -> tuple[StatusNote, ...]:
    if not history.shallow:
        return ()
    said = f"{SHALLOW.reason}: can't determine where branches were cut, how far they are and what is merged"
    return (StatusNote(said, SHALLOW.mend),)


def _unreturned(history: GraphHistory, flow: Flow, refs: Refs) -> tuple[StatusNote, ...]:
    """What production has and integration lacks: releases and hotfixes by name, else the number of commits.

    Merge commits do not count, because every release leaves one.
    """
    main, name = flow.production, flow.integration
    one, other = tip_of(refs, main), tip_of(refs, name)
    if history.shallow or main == name or not one or not other:
        return ()
    if not history.surplus(one, other, merges=False):
        return ()
    view, known = View(flow, refs), refs.tips(name)
    debts = owed(history, view, known, MOST_DEBTS)
    found = (one for debt in debts for one in missing_back_merge.check(debt, view))
    # A branch that is used again for each release, such as `new_release`, owes each time in the same words.
    notes = tuple(dict.fromkeys(StatusNote(one.says, one.mend) for one in found if isinstance(one, Finding)))
    lost = unreturned(history, view, known)
    if notes or not lost:
        return notes
    said = f"{name} lacks {plural(len(lost), 'commit')} of {main}: a back-merge is missing"
    return (StatusNote(said, (("git", "switch", name), ("git", "merge", "--no-ff", refs.shown(main)))),)


def tip_of(refs: Refs, name: str) -> str:
    """Where a branch stands: here, else on the team's remote, else on any; "" if nowhere."""
    return refs.heads.get(name) or refs.remotes.get((refs.upstream, name)) or next(iter(refs.tips(name)), "")


def _fetched(place: Place, refs: Refs, now: int) -> tuple[StatusNote, ...]:
    """What is known of the remote is as old as the last fetch (git-fetch(1) writes FETCH_HEAD)."""
    try:
        then = int(os.stat(os.path.join(place.common, "FETCH_HEAD")).st_mtime)
    except OSError:
        return ()
    if now - then < DAY or not refs.remotes:
        return ()
    said = f"{refs.upstream} was last fetched {age(now - then)} ago"
    return (StatusNote(said, (("git", "fetch", refs.upstream),)),)
