"""Which open branches the radar looks at, and on which targets each is to land."""

from __future__ import annotations

from gitflowguard.app.radar.tips import dated_refs
from gitflowguard.app.radar.worktrees import named_tree
from gitflowguard.model.flow import DEVELOP, MAIN, remembering
from gitflowguard.model.forgeref import is_forge_ref
from gitflowguard.model.names import HEADS, REMOTES, shell
from gitflowguard.model.nearname import WrongName, did_you_mean
from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import RadarTarget
from gitflowguard.repo.branchfetch import fetch_all, fetches_some
from gitflowguard.repo.git import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from gitflowguard.app.radar.tips import TipCache
    from gitflowguard.model.flow import Flow, Kind
    from gitflowguard.radar.nouns import PullLabel
    from gitflowguard.repo.git import Git
    from gitflowguard.repo.uncommitted import Uncommitted

DAY = 86400
RELEASE = "release"
# How many branches that the policy leaves out are named.
_SHOWN = 5


class RadarSelection(Record):
    """What the user asked for. target: the only one, "" for each branch's own. branches: a glob over names, or
    over full refs if it begins with ``refs/``; several have commas between them, and one behind a ``!`` leaves
    branches out. remote: whose branches beside the local ones, "" for the policy's.
    since_days: branches with a commit in this many days, 0 for all. most: the newest of them.
    """

    target: str = ""
    branches: str = ""
    remote: str = ""
    since_days: int = 0
    most: int = 200


class Open(Record):
    """A branch that has not landed yet, as far as its name tells. ref: how to name it in a git command.

    top: the work tree whose uncommitted work is in it, "" for what is committed. start: what it was before.
    pull: the pull request that brings it, None for a mere branch.
    """

    name: str
    ref: str
    tip: str
    kind: str
    author: str
    when: int
    top: str = ""
    start: str = ""
    pull: PullLabel | None = None


class Aim(Record):
    """A target and the branches that are to land on it, the newest first."""

    target: RadarTarget
    branches: tuple[Open, ...]


class Aims(Record):
    """All targets. seen, beyond: branches that are looked at, and those left out, which are older.

    names: every branch that is here or on the remote. stand_in: the branch that takes the place of an integration
    branch which isn't here, "" if it is.
    """

    aims: tuple[Aim, ...]
    seen: int
    beyond: int
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    stand_in: str = ""


def aims(
    git: Git,
    flow: Flow,
    wanted: RadarSelection,
    now: int,
    lying: Iterable[Uncommitted] = (),
    tips: TipCache | None = None,
) -> Aims:
    """Reads all refs once. Raises GitError where a target is not there, WrongName for what is probably mistyped.

    tips: who remembers dates and authors, None for nobody.
    lying: what isn't committed yet. It stands in for its branch; on a long-lived branch, or on none, it is one itself.
    """
    flow = remembering(flow)
    remote = wanted.remote or flow.remote
    named = named_branches(git, remote, wanted.branches, tips)
    if wanted.target and wanted.target not in named:
        raise _no_target(wanted.target, remote, named)
    unmatched = unmatched_globs(flow, named, wanted.branches)
    targets = {wanted.target: named[wanted.target]} if wanted.target else _targets(git, flow, named)
    if not targets:
        raise GitError(_nothing_to_merge_into(git, flow, remote, bool(named)))
    named |= _lying(flow, lying, named, now)
    chosen, beyond = _chosen(flow, named, wanted, now)
    back = {} if wanted.target else _back(git, flow, chosen, targets)
    # A team that has no develop (yet) lands on main, whatever a policy says that nobody has adopted.
    missing = not wanted.target and flow.integration not in targets
    found = []
    for name, target in targets.items():
        landing = tuple(
            one
            for one in chosen
            if one.name != name
            and one.tip != target.tip
            and (wanted.target or name in _own_targets(flow, one, targets, back.get(one.tip, "")))
        )
        found.append(Aim(RadarTarget(name, target.ref, target.tip), landing))
    notes = (*unmatched, *_notes(len(chosen), beyond), *_left_out_note(flow, named, wanted))
    if missing and chosen:
        notes = (
            f"there is no {flow.integration} here, so what goes there was judged on {flow.production}",
            *notes,
        )
    stand_in = flow.production if flow.integration not in named else ""
    return Aims(
        aims=tuple(found), seen=len(chosen), beyond=beyond, notes=notes, names=tuple(named), stand_in=stand_in
    )


def named_branches(git: Git, remote: str, pattern: str, tips: TipCache | None = None) -> dict[str, Open]:
    """Every branch here and on the remote by name; where it stands at two commits, the newer one counts.

    A forge's own refs are nobody's branches; a pattern that asks for them gets them anyway.
    """
    copies = any(is_forge_ref(_name(glob.strip().replace("*", "1"), remote)) for glob in pattern.split(","))
    spaces = [HEADS[:-1], f"{REMOTES}{remote}"]
    extra = pattern.partition("*")[0].rpartition("/")[0] if pattern.startswith("refs/") else ""
    if extra and not any(f"{extra}/".startswith(f"{space}/") for space in spaces):
        spaces.append(extra)
    found: dict[str, Open] = {}
    for sha, ref, symref, date, author in dated_refs(git, spaces, tips):
        if symref or not date:  # origin/HEAD; a ref to something else than a commit
            continue
        name = _name(ref, remote)
        if is_forge_ref(name) and not copies:
            continue
        one = Open(name=name, ref=_shown(ref), tip=sha, kind="", author=author, when=int(date))
        known = found.get(one.name)
        if known is None or (one.tip != known.tip and one.when > known.when):
            found[one.name] = one
    return found


def _nothing_to_merge_into(git: Git, flow: Flow, remote: str, any_branch: bool) -> str:
    """Why there is no target, and the command that brings one."""
    if git.config(f"remote.{remote}.url"):
        commands = fetch_all(remote) if fetches_some(git, remote) else (("git", "fetch", remote),)
        cure = f"to get it: {' && '.join(map(shell, commands))}"
    elif not any_branch:
        return "there is no branch to merge into: the repository has no commit yet"
    else:
        cure = "to say which branches your team has: gitflowguard init --main NAME --develop NAME"
    both = dict.fromkeys((flow.integration, flow.production))
    is_here = f"neither {' nor '.join(both)} is here" if len(both) > 1 else f"{flow.production} isn't here"
    return f"there is no branch to merge into: {is_here}; {cure}"


def _lying(flow: Flow, lying: Iterable[Uncommitted], named: Mapping[str, Open], now: int) -> dict[str, Open]:
    """Name -> what isn't committed yet in a work tree, with its branch."""
    found: dict[str, Open] = {}
    for one in lying:
        tree = one.place
        name = tree.branch.removeprefix(HEADS)
        if not one.commit or (one.commit == tree.head and name):
            continue
        if not name or flow.protected(name) or name in found:
            name = named_tree(tree.top)
        found[name] = Open(
            name=name,
            ref=name,
            tip=one.commit,
            kind="",
            author=one.author or (named[name].author if name in named else ""),
            when=now,
            top=tree.top,
            start=tree.head,
        )
    return found


def _name(ref: str, remote: str) -> str:
    for space in (HEADS, f"{REMOTES}{remote}/"):
        if ref.startswith(space):
            return ref[len(space) :]
    return ref.removeprefix("refs/")


def _shown(ref: str) -> str:
    for space in (HEADS, REMOTES):
        if ref.startswith(space):
            return ref[len(space) :]
    return ref


def _targets(git: Git, flow: Flow, named: dict[str, Open]) -> dict[str, Open]:
    """The lines that work lands on, and every release that is still open."""
    found = {name: named[name] for name in (flow.integration, flow.production) if name in named}
    release = flow.kind(RELEASE)
    if release is None or flow.production not in found:
        return found
    of_kind = [one for one in named.values() if (k := flow.kind_of(one.name)) and k.id == RELEASE]
    if of_kind:
        # Not for-each-ref --no-merged: it takes the refs as arguments, and there can be too many for execve(2).
        stdin = "".join(f"{one.tip}\n" for one in of_kind) + f"^{found[flow.production].tip}\n"
        beyond = set(git.lines("rev-list", "--ignore-missing", "--stdin", stdin=stdin.encode()))
        found |= {one.name: one for one in of_kind if one.tip in beyond}
    return found


def _own_targets(flow: Flow, one: Open, targets: Collection[str], cut_from: str) -> set[str]:
    """Where the policy lets a branch land; one that no policy foresaw lands where new work is integrated.

    Without a branch for that, production takes its place. cut_from: the one line that it goes back to, "" for none.
    """
    if cut_from == flow.integration and cut_from:
        return {cut_from}
    kind = flow.kind_of(one.name)
    if kind is not None and not kind.targets:
        return set()
    integration = flow.integration if flow.integration in targets else flow.production
    lines = {MAIN: flow.production, DEVELOP: integration}
    if kind is None:
        return {integration}
    found = {lines[one_id] for one_id in kind.targets if one_id in lines}
    if cut_from:
        found &= {cut_from}
    if MAIN in kind.targets or not found:
        # What goes to production goes to every open release, too; what has no line goes to nothing else.
        found |= {name for name in targets if _is(flow.kind_of(name), RELEASE)}
    return found


def _back(git: Git, flow: Flow, chosen: Iterable[Open], targets: Mapping[str, Open]) -> dict[str, str]:
    """Commit of a branch -> the only line that it goes to, for kinds that go back to whichever line they were cut from.

    A robot's branch may be cut from main or develop. The commit where it leaves both tells: what main does not hold
    was cut from develop, and the other way round. What both hold says nothing, and the branch is judged on both.
    """
    both = {flow.production: targets.get(flow.production), flow.integration: targets.get(flow.integration)}
    lines = {name: one.tip for name, one in both.items() if one is not None}
    # What isn't committed yet is none of this repository's objects: its branch says where it was cut from.
    ends = {one.tip: one.start or one.tip for one in chosen if _goes_back(flow.kind_of(one.name))}
    asked = dict.fromkeys(ends.values())
    if len(lines) < 2 or not asked:
        return {}
    stdin = "".join(f"{sha}\n" for sha in (*asked, *(f"^{tip}" for tip in lines.values())))
    rows_of = git.lines("rev-list", "--parents", "--ignore-missing", "--stdin", stdin=stdin.encode())
    parents = {words[0]: words[1:2] for words in map(str.split, rows_of)}
    starts = {tip: _start(parents, tip) for tip in asked}
    found = {}
    for line, tip in lines.items():
        (other,) = lines.keys() - {line}
        stdin = "".join(f"{sha}\n" for sha in (*dict.fromkeys(filter(None, starts.values())), f"^{tip}"))
        beyond = set(git.lines("rev-list", "--ignore-missing", "--stdin", stdin=stdin.encode()))
        found.update({one: other for one, end in ends.items() if starts[end] in beyond})
    return found


def _goes_back(kind: Kind | None) -> bool:
    """Whether a branch of the kind may be cut from both lines and go to both, so that it goes to its own."""
    return kind is not None and {MAIN, DEVELOP} <= set(kind.parents) and {MAIN, DEVELOP} <= set(kind.targets)


def _start(parents: Mapping[str, list[str]], tip: str) -> str:
    """The first commit on the first-parent chain that one of the lines holds, "" at a root."""
    at = tip
    while at in parents:
        at = parents[at][0] if parents[at] else ""
    return at


def _is(kind: Kind | None, kind_id: str) -> bool:
    return kind is not None and kind.id == kind_id


def _chosen(flow: Flow, named: dict[str, Open], wanted: RadarSelection, now: int) -> tuple[list[Open], int]:
    """The open branches that were asked for, newest first, and how many older ones are left out."""
    found = []
    for one in named.values():
        kind = flow.kind_of(one.name)
        if (kind is not None and kind.protected) or one.name == wanted.target:
            continue
        if wanted.since_days and one.when < now - wanted.since_days * DAY:
            continue
        if wanted.branches and not _matches(one, wanted.branches):
            continue
        if _left_out(flow, one.name, wanted):
            continue
        found.append(one._replace(kind=kind.id if kind is not None else ""))
    found.sort(key=lambda one: (-one.when, one.name))
    return found[: wanted.most], max(0, len(found) - wanted.most)


def _left_out(flow: Flow, name: str, wanted: RadarSelection) -> bool:
    """Whether the policy leaves a branch out; one that was asked for by its whole name is looked at anyway."""
    from fnmatch import fnmatchcase

    if not flow.left_out or name in (word.strip() for word in wanted.branches.split(",")):
        return False
    return any(fnmatchcase(name, glob) for glob in flow.left_out)


def _left_out_note(flow: Flow, named: Mapping[str, Open], wanted: RadarSelection) -> tuple[str, ...]:
    """A note on what the policy leaves out of the branches that were asked for."""
    names = [
        one.name
        for one in named.values()
        if _left_out(flow, one.name, wanted)
        and not flow.protected(one.name)
        and (not wanted.branches or _matches(one, wanted.branches))
    ]
    if not names:
        return ()
    shown = ", ".join(sorted(names)[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    is_ = "branch is" if len(names) == 1 else "branches are"
    return (f"{len(names)} {is_} left out by radar.exclude in the policy: {shown}",)


def _matches(one: Open, pattern: str) -> bool:
    """Whether a branch is one of those asked for; a comma stands between several globs, a ``!`` before one that
    leaves branches out."""
    if pattern.startswith("refs/"):
        from fnmatch import fnmatchcase

        full = (one.ref,) if one.ref.startswith("refs/") else (HEADS + one.name, REMOTES + one.ref)
        return any(fnmatchcase(ref, pattern) for ref in full)
    return matches_name(one.name, pattern)


def matches_name(name: str, pattern: str) -> bool:
    """Whether a name is one of those asked for by globs."""
    from fnmatch import fnmatchcase

    wanted, left_out = _globs(pattern)
    if any(fnmatchcase(name, glob) for glob in left_out):
        return False
    return not wanted or any(fnmatchcase(name, glob) for glob in wanted)


def _globs(pattern: str) -> tuple[list[str], list[str]]:
    """The globs that choose branches, and those behind a ``!``, which leave some out."""
    words = [one.strip() for one in pattern.split(",")]
    return [one for one in words if not one.startswith("!")], [
        one[1:] for one in words if one.startswith("!")
    ]


def unmatched_globs(flow: Flow, names: Iterable[str], pattern: str) -> tuple[str, ...]:
    """A note for each glob that no branch matches. Raises WrongName where no branch of the policy could either.

    Full refs are not judged: which there are is the forge's business.
    """
    from fnmatch import fnmatchcase

    if not pattern or pattern.startswith("refs/"):
        return ()
    every = tuple(names)
    empty = [glob for globs in _globs(pattern) for glob in globs]
    empty = [glob for glob in empty if not any(fnmatchcase(name, glob) for name in every)]
    for glob in empty:
        if not _may_match(flow, glob):
            prefixes = tuple(f"{name.prefix}*" for kind in flow.kinds for name in kind.names if name.prefix)
            raise WrongName(f"no branch matches {glob!r}{did_you_mean(glob, (*every, *prefixes))}")
    return tuple(f"no branch matches {glob!r}" for glob in empty)


def _may_match(flow: Flow, glob: str) -> bool:
    """Whether a branch that the policy knows could match one day: the glob begins as one of its names does."""
    start = glob[: min((glob.find(mark) for mark in "*?[" if mark in glob), default=len(glob))]
    if start == glob:
        return False
    prefixes = [name.prefix for kind in flow.kinds for name in kind.names]
    return any(start.startswith(prefix) or prefix.startswith(start) for prefix in prefixes if prefix)


def unknown_in_order(found: Aims, order: Iterable[str]) -> tuple[str, ...]:
    """A note for each branch of an order that lands nowhere. Raises WrongName for one that is not there at all."""
    landing = {one.name for aim in found.aims for one in aim.branches}
    left = tuple(name for name in order if name not in landing)
    for name in left:
        if name not in found.names:
            raise WrongName(f"--order: there is no branch {name}{did_you_mean(name, landing)}")
    return tuple(
        f"{name} isn't among the branches that were looked at, so the order leaves it out" for name in left
    )


def _no_target(target: str, remote: str, named: Iterable[str]) -> Exception:
    hint = did_you_mean(target, named)
    said = f"there is no branch {target} here or on {remote}"
    return WrongName(said + hint) if hint else GitError(f"{said}; to get it: git fetch {remote} {target}")


def _notes(seen: int, beyond: int) -> tuple[str, ...]:
    if not beyond:
        return ()
    every = seen + beyond
    return (f"{seen} of {every} branches were looked at, the newest; --max {every} looks at all",)
