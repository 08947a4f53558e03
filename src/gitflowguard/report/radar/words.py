"""Words that the radar's formats share, unescaped; each renderer escapes them for its surface."""

from __future__ import annotations

from gitflowguard.model.foreseen import merging
from gitflowguard.model.names import listed, plural
from gitflowguard.radar import natures
from gitflowguard.radar.conflict import Conflict, conflicts
from gitflowguard.radar.nouns import (
    BINARY,
    CLEAN,
    CODE,
    DIRECTORY_RENAME,
    FILE_DIRECTORY,
    FRAGMENTS,
    LANDED,
    MODIFY_DELETE,
    REGENERATE,
    RENAME_ADD,
    RENAME_DELETE,
    RENAME_RENAME,
    STALE,
    STATES,
    STRIP,
    SUBMODULE,
    UNION,
    UNTOLD,
    Broken,
    Clash,
    Contact,
    Cure,
    DuplicatedChange,
    Knot,
    LandingOrder,
    LandingStep,
    Pair,
    PullLabel,
    Radar,
    RadarTarget,
    Span,
)
from gitflowguard.report.words import commands

MOST_RANGES = 6
MOST_NAMES = 12
# What a person has to decide, where it isn't a matter of lines.
_DECIDE = {
    BINARY: "git cannot merge it by lines: take one side whole",
    MODIFY_DELETE: "deleted on one side, changed on the other; git add keeps it, git rm deletes it",
    RENAME_DELETE: "deleted on one side, renamed on the other; git add keeps it, git rm deletes it",
    RENAME_RENAME: "renamed on both sides; git add keeps one name, git rm deletes the other",
    RENAME_ADD: "two files want one name: give one of them another",
    FILE_DIRECTORY: "a file and a directory want one name: give one of them another",
    DIRECTORY_RENAME: "its directory was renamed on the other side: say where the file belongs",
    SUBMODULE: "both sides moved the submodule: check out the commit that holds both, then git add",
}


def titles(conflict: Conflict) -> tuple[str, ...]:
    """Of the pull request behind each of its branches, where these were looked at."""
    return tuple(title(one.branch, one.pull) for one in conflict.contacts if one.pull is not None)


def _people(conflict: Conflict) -> dict[str, str]:
    """Side -> its author, "" if unknown; of a target: those who changed the other side."""
    found = {one.branch: one.author for one in conflict.contacts}
    if not conflict.ways:
        authors = dict.fromkeys(clash.authors[0] for clash in conflict.clashes if clash.authors[0])
        found[conflict.stays] = some(tuple(authors), "and", 3)
    return found


def title(name: str, pull: PullLabel) -> str:
    """``feature/login is #12, Add the login form (draft)``."""
    return f"{name} is #{pull.number}, {pull.title}{' (draft)' if pull.draft else ''}"


def knot(found: Knot, radar: Radar) -> str:
    """``25 branches add at CHANGELOG.md:4: 300 of 300 conflicts on develop``."""
    every = len(conflicts(radar, found.target))
    does = "add at" if found.adds else "change" if found.place else "meet in"
    many = len(found.branches) > 1
    verb = does if many else {"add at": "adds at", "change": "changes"}.get(does, "meets others in")
    where = f"{found.path}{_knot_place(found)}"
    said = f"{len(found.branches)} {_noun(radar, len(found.branches))} {verb} {where}"
    return f"{said}: {found.conflicts} of {plural(every, 'conflict')} on {found.target}"


def _knot_place(found: Knot) -> str:
    """``:4``, ``:12-14``, "" where it is not about lines."""
    if found.place is None:
        return ""
    first, last = found.place
    return f":{first}" if last <= first else f":{first}-{last}"


def cure(found: Knot) -> tuple[str, ...]:
    """What would end it, what of that was tried, and what it costs; () where nothing helps."""
    if not found.cure:
        return ()
    return (*_CURES[found.cure](found), *(_or(found, other) for other in found.also))


def _or(found: Knot, other: Cure) -> str:
    """What else would end it, in one line."""
    knot = found._replace(
        cure=other.how, line=other.line, cured=other.cured, trials=other.trials, untried=other.untried
    )
    return f"or {_CURES[other.how](knot)[0]}"


def _drops(found: Knot, tried: str = "tried") -> str:
    """``300 → 0 conflicts``; of more merges than were tried what came of those."""
    if found.trials and found.trials < found.conflicts:
        return f"{found.cured} of {found.trials} merges that were tried end cleanly"
    return f"{found.conflicts} → {plural(found.conflicts - found.cured, 'conflict')} ({tried})"


def _union(found: Knot) -> tuple[str, ...]:
    return (
        f"{_drops(found)} with this line in the .gitattributes of {found.target}: {found.line}",
        "git then keeps the lines of both sides, so check where they land: an entry can end up in a released section",
    )


def _regenerate(found: Knot) -> tuple[str, ...]:
    said: tuple[str, ...] = ()
    if found.cured:
        drops = _drops(found, f"tried without {found.path.rpartition('/')[2]}")
        rest = f"{_manifests(found)} there, and " if found.manifest else "The rest merges there, and "
        said = (
            f"{drops}: whoever updates keeps one side of it whole and then completes it: {found.line}",
            f"{rest}the tool wasn't run, because the radar runs no tool of a project; check the versions that it picks",
        )
    if not found.torn:
        return said
    which = f"{found.manifest} or a member's" if found.members else found.manifest
    torn = f"in {found.torn} of them, {which} conflicts, too, or can't be read once it is merged"
    return (*said, f"{torn}: resolve that first, then complete the lock file: {found.line}")


def _manifests(found: Knot) -> str:
    if not found.members:
        return f"{found.manifest} merges"
    return f"{found.manifest} and {_members(found.members)} merge"


def _members(count: int) -> str:
    return "that of its member" if count == 1 else f"those of its {count} members"


def _fragments(found: Knot) -> tuple[str, ...]:
    how = f" ({found.untried})" if found.untried else ""
    return (
        f"{_drops(found)} with each entry as a file of its own in {found.line}/{how}",
        "each branch moves the lines that it adds there, and a release puts them together",
    )


def _strip(found: Knot) -> tuple[str, ...]:
    return (
        f"{_drops(found)} where the notebook is committed without its outputs: {found.line}",
        "outputs are then no longer in the repository",
    )


_CURES = {UNION: _union, REGENERATE: _regenerate, FRAGMENTS: _fragments, STRIP: _strip}


def unknown_pair(found: Pair) -> str:
    """``feature/a and feature/b: git crashed``."""
    reason = found.untold.reason if found.untold else ""
    return f"{found.first} and {found.second}: {reason}"


def says(conflict: Conflict) -> str:
    """``feature/a and feature/b conflict with each other in 2 files, whichever lands first``."""
    where = f" in {plural(len(conflict.clashes), 'file')}" if conflict.clashes else ""
    if not conflict.ways:
        return f"{conflict.theirs} conflicts with {conflict.ours}{where}"
    both = f"{conflict.stays} and {conflict.moves} conflict with each other{where}"
    return f"{both}, {_when(conflict)}"


def _when(conflict: Conflict) -> str:
    """In which order of landing it happens."""
    if conflict.untold:
        return f"if {conflict.ours} lands first (the other way round can't be determined: {conflict.untold.reason})"
    return "whichever lands first" if conflict.ways == "both" else f"if {conflict.ours} lands first"


def ways(conflict: Conflict) -> tuple[tuple[str, str], ...]:
    """(who lands first, who comes then) of each way round in which they conflict."""
    there = (conflict.ours, conflict.theirs)
    return (there, there[::-1]) if conflict.ways == "both" and not conflict.untold else (there,)


def who(conflict: Conflict) -> str:
    """Who is expected to move, and who is to be talked to; or the order in which nobody has to."""
    ends, people = conflict.remedy, _people(conflict)
    if ends.order:
        first, then = (by(name, people.get(name, "")) for name in ends.order)
        return f"nobody, if {first} lands before {then}" + (f"; {ends.why}" if ends.why else "")
    if not ends.moves:
        return ends.why or f"{conflict.moves} is updated"
    mover = people.get(ends.moves, "")
    moves = f"{mover} updates {ends.moves}" if mover else f"{ends.moves} is updated"
    if ends.after:
        return f"{moves}, once {by(ends.after, people.get(ends.after, ''))} has landed"
    stayer = people.get(conflict.stays, "")
    return moves + (f"; {conflict.stays}'s side is by {stayer}" if stayer else "")


def by(name: str, author: str) -> str:
    """``feature/a (Ada)``."""
    return f"{name} ({author})" if author else name


def settle(clash: Clash, conflict: Conflict | None = None) -> str:
    """The recipe for this kind of file, or for this kind of clash; "" where lines are to be settled by hand."""
    return "".join(settling(clash, conflict))


def settling(clash: Clash, conflict: Conflict | None = None) -> tuple[str, ...]:
    """The recipe in pieces: words, a command, words, and so on. conflict: for the names of the sides."""
    decide = _DECIDE.get(clash.kind)
    if decide and clash.gone and conflict is not None:
        sides = (conflict.ours, conflict.theirs)
        gone, left = sides if clash.gone == "ours" else sides[::-1]
        did = "changed" if clash.kind == MODIFY_DELETE else "renamed"
        decide = f"deleted in {gone}, {did} in {left}; git add keeps it, git rm deletes it"
    return natures.parts(clash.nature, clash.path) or ((decide,) if decide else ())


def kind(clash: Clash) -> str:
    """``content``, ``content, lock file``."""
    return clash.kind if clash.nature == CODE else f"{clash.kind}, {clash.nature}"


def ranges(spans: tuple[Span, ...]) -> str:
    """``12-14, 20, before 31``; "" where it is about no lines."""
    shown = [_span(first, last) for first, last in spans[:MOST_RANGES]]
    left = len(spans) - len(shown)
    return ", ".join(shown) + (f" and {plural(left, 'more place')}" if left else "")


def lines(spans: tuple[Span, ...]) -> str:
    """The same with its noun: ``line 12``, ``lines 12-14, 20``."""
    if not spans:
        return ""
    if spans[0][1] < spans[0][0]:
        return ranges(spans).replace("before", "before line", 1)
    one = len(spans) == 1 and spans[0][1] == spans[0][0]
    return f"{'line' if one else 'lines'} {ranges(spans)}"


def _span(first: int, last: int) -> str:
    """One range; an empty one is a place before a line."""
    if last < first:
        return f"before {first}"
    return str(first) if first == last else f"{first}-{last}"


def side(name: str, spans: tuple[Span, ...], author: str, path: str = "") -> str:
    """``12-14 in feature/a (Ada)``, ``feature/a (Ada)``. path: of the file there, where it has one of its own."""
    lines = ranges(spans)
    where = f"{path}{':' if lines[:1].isdigit() else ' '}{lines}".rstrip() if path else lines
    return f"{where} in {by(name, author)}" if where else by(name, author)


def afterwards(conflict: Conflict) -> tuple[str, ...]:
    """What brings uncommitted work back, which is for after the conflict; () where nothing was saved."""
    back = commands(conflict.remedy.back)
    return (
        ("resolve the conflict and commit the merge; to bring your changes back then:", *back) if back else ()
    )


def place(clash: Clash, conflict: Conflict) -> str:
    """``pipeline.py:12-14 in develop (Ada) and 12-15 in feature/a (Ben); content, lock file``."""
    ours = side(conflict.ours, clash.ours, clash.authors[0])
    theirs = side(conflict.theirs, clash.theirs, clash.authors[1], clash.called[1])
    joint = ":" if clash.ours and clash.ours[0][1] >= clash.ours[0][0] else ": "
    return f"{clash.own[0]}{joint}{ours} and {theirs}; {kind(clash)}"


def some(names: tuple[str, ...], last: str = "and", most: int = MOST_NAMES) -> str:
    """``a, b and c``; of many the first, and how many more."""
    if len(names) <= most:
        return listed(names, last)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def verdict(radar: Radar) -> str:
    """The one sentence that comes first, without a full stop."""
    if not radar.contacts:
        return f"No open {_noun(radar)} to look at"
    told = (_stale_here(radar), _pairs_here(radar), _broken_here(radar), _untold_here(radar))
    parts = [said for said in told if said]
    where = tuple(target.name for target in radar.targets if radar.on(target.name, CLEAN, LANDED))
    if where and not (_stale_here(radar) or _pairs_here(radar)):
        if _untold_here(radar):
            parts.append("no conflict in the rest")
        else:
            parts.insert(0, f"no conflict with {some(where, 'or')}, and none between {_noun(radar, 2)}")
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def _stale_here(radar: Radar) -> str:
    """``3 of 14 branches conflict with develop as it is, 1 of 2 with main``."""
    parts: list[str] = []
    for target in radar.targets:
        count, total = len(radar.on(target.name, STALE)), len(here(radar, target))
        if not count:
            continue
        verb = f" {_noun(radar, total)} {'conflicts' if count == 1 else 'conflict'}"
        as_it_is = "" if parts else " as it is"
        parts.append(f"{count} of {total}{'' if parts else verb} with {target.name}{as_it_is}")
    return ", ".join(parts)


def _pairs_here(radar: Radar) -> str:
    """``2 pairs would conflict when they land``."""
    count = sum(found.conflicts for found in radar.pairs)
    verb = "would conflict when they land"
    return f"{plural(count, 'pair')} {verb}" if count else ""


def _broken_here(radar: Radar) -> str:
    """``2 clean merges would be broken``."""
    merges = {(one.target, names) for one in radar.broken for names in one.merges or (one.branches,)}
    return f"{plural(len(merges), 'clean merge')} would be broken" if merges else ""


def _untold_here(radar: Radar) -> str:
    """``can't determine 1 branch and 2 pairs``."""
    count = len({contact.branch for contact in radar.contacts if contact.state == UNTOLD})
    pairs = sum(not found.conflicts for found in radar.pairs)
    said = (f"{count} {_noun(radar, count)}" if count else "", plural(pairs, "pair") if pairs else "")
    what = " and ".join(part for part in said if part)
    return f"can't determine {what}" if what else ""


def here(radar: Radar, target: RadarTarget) -> tuple[Contact, ...]:
    """All branches of a target, whatever their state."""
    return radar.on(target.name, *STATES)


def many(radar: Radar, count: int) -> str:
    """``3 branches``, ``1 pull request``."""
    return f"{count} {_noun(radar, count)}"


def _noun(radar: Radar, count: int = 1) -> str:
    """What was looked at: branches or pull requests."""
    if radar.pulls:
        return "pull request" if count == 1 else "pull requests"
    return "branch" if count == 1 else "branches"


def quiet(radar: Radar) -> bool:
    """Whether there is nothing that a hook would have to say."""
    odd = any(c.state in (STALE, UNTOLD) or c.if_squashed for c in radar.contacts)
    return not (odd or radar.pairs or radar.twins or radar.broken or radar.notes)


def counts(radar: Radar, target: RadarTarget) -> str:
    """``2 conflict, 1 can't be determined, 5 clean, 1 landed``."""
    names = ((STALE, "conflict"), (UNTOLD, "can't be determined"), (CLEAN, "clean"), (LANDED, "landed"))
    found = ((len(radar.on(target.name, state)), said) for state, said in names)
    return ", ".join(f"{count} {said}" for count, said in found if count) or f"no open {_noun(radar)}"


def stacked(contact: Contact) -> str:
    """``feature/b holds commits of feature/a; it would conflict if feature/a is squash-merged``."""
    said = (
        f"{contact.branch} holds commits of {some(contact.depends)}, and depends on {_them(contact.depends)}"
    )
    if contact.if_squashed:
        said += f"; it would conflict if {some(contact.if_squashed, 'or')} is squash-merged"
    return said


def _them(names: tuple[str, ...]) -> str:
    return "it" if len(names) == 1 else "them"


def twin(found: DuplicatedChange) -> str:
    """``feature/a and feature/b make the same change in 2 commits``."""
    return f"{found.one} and {found.other} make the same change in {plural(len(found.commits), 'commit')}"


def finished(radar: Radar) -> frozenset[str]:
    """The branches that have nothing left to land on any of their targets."""
    return frozenset(c.branch for c in radar.contacts) - {
        c.branch for c in radar.contacts if c.state != LANDED
    }


def landed(radar: Radar, target: RadarTarget) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(landed everywhere, so they can be deleted; landed here, and not yet on another target of theirs)."""
    done = finished(radar)
    names = tuple(contact.branch for contact in radar.on(target.name, LANDED))
    return tuple(n for n in names if n in done), tuple(n for n in names if n not in done)


def done(radar: Radar) -> str:
    """What to do with a branch that has nothing left to land."""
    return f"nothing left to land, can be {'closed' if radar.pulls else 'deleted'}"


def order(found: LandingOrder) -> str:
    """What kind of order it is, and whether it was tried."""
    head = "The order that you asked for" if found.asked else "The order with the fewest conflicts"
    tried = (
        "merged for real, one after the other"
        if found.verified
        else "computed from pairs, not merged as a whole"
    )
    return f"{head} ({tried})"


def now(found: LandingOrder) -> str:
    """``All 3 clean branches can land now without a conflict``, ``2 of 3 clean branches …``."""
    count, total = len(found.now), len(found.steps)
    # An order that was asked for may name branches that conflict with the target as it is.
    clean = "" if found.asked else "clean "
    many = {1: f"The one {clean}branch", 2: f"Both {clean}branches"}.get(
        total, f"All {total} {clean}branches"
    )
    who_can = many if count == total else f"{count} of {total} {clean}branch{'' if total == 1 else 'es'}"
    broken = " or a broken merge" if any(step.breaks for step in found.steps) else ""
    return f"{who_can} can land now without a conflict{broken}"


def befores(radar: Radar, found: LandingOrder) -> tuple[str, ...]:
    """``feature/a before feature/b: the other way round they conflict``, for each two of which the order matters."""
    if found.asked:
        return ()
    orders = (pair.remedy.order for pair in radar.pairs if pair.target == found.target and pair.remedy.order)
    return tuple(f"{one} before {other}: the other way round they conflict" for one, other in orders)


def now_by_name(found: LandingOrder) -> str:
    """The same with the names, unless it is all of them."""
    return now(found) + (f": {some(found.now)}" if len(found.now) < len(found.steps) and found.now else "")


def step(found: LandingStep) -> str:
    """``feature/c conflicts with feature/a in pipeline.py``; of a clean step the name."""
    if found.clean:
        return found.branch
    if found.breaks:
        return f"{found.branch} merges, and the result with {some(found.breaks)} is broken"
    against = f" with {some(found.against)}" if found.against else ""
    where = f" in {some(found.paths)}" if found.paths else ""
    return f"{found.branch} conflicts{against}{where}"


def broken(found: Broken) -> str:
    """``feature/a merges into develop without a conflict, and the result is broken: F821 undefined name 'load'``."""
    head = merging(found.merges or (found.branches,), found.target)
    return f"{head}, and the result is broken: {f'{found.code} {found.says}'.strip()}"


def broken_at(found: Broken) -> tuple[str, ...]:
    """``a.py:3`` of each place; of many the first, and how many more."""
    places = found.places or (((found.path, found.line),) if found.path or found.line else ())
    told = tuple(f"{path}:{line}" if line else path for path, line in places[:MOST_RANGES])
    left = len(places) - len(told)
    return (*told, f"… and {plural(left, 'more place')}") if left else told


def broken_who(found: Broken) -> str:
    """Who is expected to act, and when; "" where that isn't known."""
    if not found.moves:
        return ""
    moves = f"{found.author} updates {found.moves}" if found.author else f"{found.moves} is updated"
    return (
        f"{moves}, once {some(found.others)} {'has' if len(found.others) == 1 else 'have'} landed"
        if found.others
        else moves
    )


def coverage(radar: Radar) -> str:
    """``Looked at 14 branches; 31 trial merges covered 91 pairs.``"""
    said = f"Looked at {radar.seen} {_noun(radar, radar.seen)}"
    if radar.beyond:
        said += f", the newest; {radar.beyond} more were left out"
    if radar.merges:
        said += f"; {plural(radar.merges, 'trial merge')} covered {plural(radar.pairs_of, 'pair')}"
    return f"{said}."
