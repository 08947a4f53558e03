"""Printed commands fitted to the work tree in which they will be pasted. The one place that does so.

A rule writes its commands for a clean work tree. Here they become commands that end well where there are
uncommitted changes, an operation in progress, or a branch that another work tree has checked out, and that
lose nothing: whatever was staged, changed or untracked is afterwards in the tree, or in a stash that they name.
What git does with each kind of change: git-stash(1), git-switch(1), git-reset(1) "DISCUSSION", git-worktree(1).
"""

from __future__ import annotations

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from gitflowguard.model.finding import Argv

    Mend = tuple[Argv, ...]

STASH: Argv = ("git", "stash", "push", "--include-untracked")
POP: Argv = ("git", "stash", "pop", "--index")
# git-stash(1) begins with a save; these only move names, and never read the tree.
_MOVING = ("switch", "merge", "rebase", "reset", "pull", "cherry-pick", "revert")
_TAKES_VALUE = ("-c", "-C", "--create", "--onto", "-m", "--message", "--trailer")


_UNSTAGE = ("git", "restore", "--staged", "--")
# It moves no branch and touches no file (git-reset(1), with paths).
_UNINDEX = ("git", "reset", "--quiet", "--")
_RESET: Argv = ("git", "reset", "--merge")
_DETACH: Argv = ("git", "switch", "--detach")


class Elsewhere(Record):
    """A branch that another work tree has checked out. dirty: whether that one holds uncommitted changes."""

    branch: str
    path: str
    dirty: bool = False


class WorkTree(Record):
    """What the commands will meet.

    head: the branch, "" where HEAD is detached. tip: its commit.
    changed: paths from the top that are staged, changed or untracked, without what the operation in progress brought.
    new: those that are untracked. staged: whether the index differs from the commit. top: the directory.
    mixed: whether a file is staged in one form and changed again.
    operation: as repo.state has it, "" for none. own: whether index or files hold more than the operation
        itself brought, so that leaving it would lose something. unmerged, intended: paths that are in conflict, or
        only announced by `git add -N`; git stashes neither. series: whether several commits are picked or reverted.
    rebased: the branch that a rebase in progress moves. elsewhere: branches of other work trees.
    unborn: whether the branch has no commit yet.
    unnoted: whether only the index shows the operation, so that its own --abort knows of none.
    prepared: the paragraphs of the message that git prepared for a revert.
    """

    head: str = ""
    tip: str = ""
    top: str = ""
    changed: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    staged: bool = False
    mixed: bool = False
    operation: str = ""
    own: bool = False
    unmerged: tuple[str, ...] = ()
    intended: tuple[str, ...] = ()
    series: bool = False
    rebased: str = ""
    elsewhere: tuple[Elsewhere, ...] = ()
    unborn: bool = False
    unnoted: bool = False
    prepared: tuple[str, ...] = ()


def fitted(mend: Mend, tree: WorkTree, differing: Callable[[str], frozenset[str]]) -> Mend | None:
    """The same commands for this work tree; None where an operation has to be finished first.

    differing: commit -> the paths in which it differs from HEAD.
    """
    first, rest = _split(mend)
    if first and tree.unnoted:
        first = (_RESET,)
    if first and tree.own:
        return _saved(first[0], rest, tree)
    now = tree._replace(operation="", unmerged=()) if first else tree
    rest = _reworded(rest, now)
    # Where a ref moved without its files there is nothing to take back.
    first = () if first == (_RESET,) and not tree.operation and not tree.staged else first
    fits = (
        _aside(rest, now)
        if now.operation and _touches(rest, now)
        else _around(_away(rest, now), now, differing)
    )
    return None if fits is None else (*first, *fits)


def touches(argv: Argv) -> bool:
    """Whether a command may read or write the files of a work tree."""
    # A commit that only bears a message would take along what is staged.
    return (
        argv[0] == "git"
        and argv[:4] != _UNINDEX
        and (_verb(argv) in _MOVING or argv[1:3] == ("commit", "--allow-empty"))
    )


def _verb(argv: Argv) -> str:
    """The subcommand, behind settings such as ``-c sequence.editor=:``."""
    at = 1
    while argv[at : at + 1] == ("-c",):
        at += 2
    return argv[at] if at < len(argv) else ""


def _deletes(argv: Argv) -> bool:
    """Whether a branch is deleted. git asks whether it is merged into the branch that stands where it is asked."""
    return argv[:3] in (("git", "branch", "-d"), ("git", "branch", "-D"))


def _split(mend: Mend) -> tuple[Mend, Mend]:
    """(the command that leaves the operation, the others)."""
    return (mend[:1], mend[1:]) if mend and leaves(mend[0]) else ((), mend)


def leaves(argv: Argv) -> bool:
    """Whether a command leaves the operation in progress, or takes back what it laid out."""
    return argv[2:] == ("--abort",) or argv[:3] == _RESET


def _saved(leave: Argv, rest: Mend, tree: WorkTree) -> Mend:
    """Saves what the operation and the user made of the files, which ends the operation, too (git-stash(1))."""
    add: Mend = (("git", "add", "--", *tree.unmerged, *tree.intended),)
    save: Mend = ((*STASH, "--message", f"changes from the {tree.operation or 'merge'} that was blocked"),)
    # A stash resets to HEAD, which ends all but a series of picks (branch.c, remove_branch_state), and doesn't go back
    # to an older commit.
    more: Mend = (leave,) if tree.series or len(leave) > 3 else ()
    # On another commit than HEAD a stash may not apply; it stays, under the name that it has here (git-stash(1), pop).
    carries = tree.operation in ("cherry-pick", "revert") and _begins(rest[:1]) and not _start(rest[0])
    before = add if tree.unmerged or tree.intended else ()
    if not carries:
        return (*before, *save, *more, *rest)
    return (*before, *save, *more, *rest[:1], POP, *_committed(rest[1:], tree))


def _committed(again: Mend, tree: WorkTree) -> Mend:
    """Commits what is back in the index as git would have, then repeats what is left of a series.

    again: the cherry-pick or revert, which what was saved stands in for. Not where a conflict is still open.
    """
    if not again or tree.unmerged or not tree.staged:
        return ()
    flags = tuple(word for word in again[0][2:] if word == "--no-edit")
    words = again[0][2 + len(flags) :]
    if tree.operation == "revert":
        parts = tuple(word for part in tree.prepared for word in ("-m", part))
        made: Mend = (("git", "commit", *parts),) if parts else ()
    else:  # the author and the date, too (git-commit(1), -C)
        made = (("git", "commit", "-C", words[0] if tree.series else words[-1]),)
    left = words[1:] if made and tree.series else ()
    return (*made, ("git", tree.operation, *flags, *left)) if left else made


def _begins(mend: Mend) -> bool:
    """Whether the commands only take the changes to a new branch."""
    return len(mend) == 1 and mend[0][1] == "switch" and "-c" in mend[0]


def _reworded(mend: Mend, tree: WorkTree) -> Mend:
    """Moves a branch without a look at the files where it isn't the one that stands here; leaves what is staged out."""
    made: list[Argv] = []
    taken = {one.branch for one in tree.elsewhere}
    here = tree.head
    busy = bool(tree.changed or tree.operation)
    for argv in mend:
        last = made[-1] if made else ()
        if argv[:3] == ("git", "reset", "--keep") and last[:2] == ("git", "switch") and busy:
            name = last[-1]
            if len(last) == 3 and name not in (here, tree.rebased) and name not in taken:
                made[-1] = ("git", "branch", "--force", name, argv[3])
                continue
        # Nothing to restore from; a reset takes an unborn branch for an empty tree (builtin/reset.c, cmd_reset).
        if argv[:4] == _UNSTAGE and tree.unborn:
            argv = (*_UNINDEX, *argv[4:])
        if argv[:3] == ("git", "commit", "--amend"):  # --only: what is staged stays so (git-commit(1))
            argv = ("git", "commit", "--amend", "--only", *argv[3:])
        made.append(argv)
    return tuple(made)


def _touches(mend: Mend, tree: WorkTree) -> bool:
    """Whether a command reads or writes the files of this work tree."""
    return any(_touching(argv, tree) for argv in mend)


def _touching(argv: Argv, tree: WorkTree) -> bool:
    if argv[:3] == ("git", "commit", "--amend"):
        return bool(tree.operation)  # git amends nothing in the middle of one (builtin/commit.c)
    if not touches(argv):
        return False
    if argv[1] == "switch" and (argv == _DETACH or "-c" in argv and not _start(argv)):
        return bool(tree.operation)  # another name for where one stands
    return argv[1] != "switch" or argv[2:] != (tree.head,)


def _start(argv: Argv) -> str:
    """Where `git switch -c NAME START` starts, "" for HEAD; where a plain `git switch` goes."""
    words, at = [], 2
    while at < len(argv):
        if not argv[at].startswith("-"):
            words.append(argv[at])
        at += 2 if argv[at] in _TAKES_VALUE else 1
    return words[0] if words else ""


def _goal(argv: Argv) -> str:
    """The branch on which a command leaves the user, "" where it changes none."""
    if argv[1] == "switch":
        return argv[argv.index("-c") + 1] if "-c" in argv else _start(argv)
    return argv[-1] if _verb(argv) == "rebase" and "--onto" in argv and len(argv) > 5 else ""


def _away(mend: Mend, tree: WorkTree) -> Mend:
    """Commands on a branch that another work tree has checked out run there."""
    there = {one.branch: one for one in tree.elsewhere}
    if not there:
        return mend
    made: list[Argv] = []
    group: list[Argv] = []
    at: Elsewhere | None = None
    for argv in (*mend, ()):
        goal = _goal(argv) if argv[:1] == ("git",) else ""
        moves = not argv or (argv[1:2] == ("switch",)) or goal in there
        if moves:
            made += _grouped(at, group)
            group, at = [], there.get(goal) if argv else None
            if argv and at is None:
                made.append(argv)
            elif argv and argv[1] != "switch":
                group.append(argv)
        elif at is not None and (touches(argv) or argv[:2] == ("git", "commit") or _deletes(argv)):
            if _deletes(argv):
                made += _unlocked(argv, there, tree, made)[:-1]
            group.append(argv)
        else:
            made += _unlocked(argv, there, tree, made)
    return tuple(made)


def _grouped(at: Elsewhere | None, group: list[Argv]) -> list[Argv]:
    """The commands, run in the other work tree, whose own changes are saved meanwhile."""
    if at is None or not group:
        return []
    run = [STASH, *group, POP] if at.dirty else group
    return [("git", "-C", at.path, *argv[1:]) for argv in run]


def _unlocked(argv: Argv, there: dict[str, Elsewhere], tree: WorkTree, made: list[Argv]) -> list[Argv]:
    """A command on a name that git keeps because a work tree stands on it."""
    if _deletes(argv) and argv[-1] == tree.head and not any(one[:2] == ("git", "switch") for one in made):
        return [_DETACH, argv]
    if _deletes(argv) and argv[-1] in there:
        return [("git", "-C", there[argv[-1]].path, "switch", "--detach"), argv]
    if argv[:2] == ("git", "fetch") and len(argv) == 4 and argv[3].rpartition(":")[2] in there:
        source, _, name = argv[3].rpartition(":")
        return [("git", "-C", there[name].path, "pull", "--ff-only", argv[2], source)]
    return [argv]


def _around(mend: Mend, tree: WorkTree, differing: Callable[[str], frozenset[str]]) -> Mend:
    """The commands with the uncommitted changes saved before them and back after them, where those are in the way."""
    if not tree.changed or not _touches(mend, tree) or not _hinder(mend, tree, differing):
        return mend
    back = _back(mend, tree)
    unsaved: Mend = ((*_UNINDEX, *tree.intended),) if tree.intended else ()
    first = next(at for at, argv in enumerate(mend) if _touching(argv, tree))
    return (*mend[:first], *unsaved, STASH, *mend[first:], *back, POP)


def _hinder(mend: Mend, tree: WorkTree, differing: Callable[[str], frozenset[str]]) -> bool:
    """Whether a changed path is in the way: git-switch(1) carries along what is equal on both sides."""
    moving = [argv for argv in mend if _touching(argv, tree)]
    if any(argv[1] != "switch" for argv in moving):
        # New files are in the way only where a commit has one of that name.
        words = {word for argv in moving for word in argv[2:] if not word.startswith("-")}
        saves = all("--autostash" in argv for argv in moving) and not tree.mixed
        return (tree.changed != tree.new and not saves) or any(
            _overlap(tree.new, differing(word)) for word in sorted(words)
        )
    return any(_overlap(tree.changed, differing(_start(argv))) for argv in moving)


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a path of the one is a path of the other, or a folder of it."""
    folders = {path[:at] for path in (*one, *other) for at, letter in enumerate(path) if letter == "/"}
    return bool(one & other or folders & (one | other))


def _back(mend: Mend, tree: WorkTree) -> Mend:
    """Back to where the changes were made, or to the branch that took the commits along."""
    end = next((goal for argv in reversed(mend) if (goal := _goal(argv))), tree.head)
    begun = [argv for argv in mend if argv[1] == "switch" and "-c" in argv and not _start(argv)]
    if begun or _begins(tuple(argv for argv in mend if _touching(argv, tree))):
        return ()  # what isn't committed stays with the branch that was begun for it
    gone = any(
        argv[1:2] == ("branch",) and argv[2] in ("-d", "-D", "-m") and tree.head in argv for argv in mend
    )
    if gone:
        return ()
    if _rewound(mend, tree):
        kept = [argv[2] for argv in mend if argv[:2] == ("git", "branch") and argv[3:] == (tree.head,)]
        return (("git", "switch", kept[-1]),) if kept and kept[-1] != end else ()
    if end == tree.head:
        return ()
    return (("git", "switch", tree.head) if tree.head else ("git", "switch", "--detach", tree.tip),)


def _rewound(mend: Mend, tree: WorkTree) -> bool:
    """Whether the branch that one stands on loses commits."""
    at = tree.head
    for argv in mend:
        at = _goal(argv) or at
        if argv[1] == "reset" and at == tree.head:
            return True
    return False


def _aside(mend: Mend, tree: WorkTree) -> Mend | None:
    """In a work tree of their own, because an operation is in progress here; None where it holds the branch itself."""
    if _begins(mend):
        flags = tuple(word for word in mend[0][2:] if word == "--no-track")
        start = _start(mend[0])
        return (("git", "branch", *flags, _goal(mend[0]), *((start,) if start else ())),)
    away = _away(mend, tree)
    path = ""
    made: list[Argv] = []
    for argv in away:
        if _deletes(argv) and argv[-1] in (tree.head, tree.rebased):
            return None
        if not _touching(argv, tree):
            made.append(("git", "-C", path, *argv[1:]) if path and _deletes(argv) else argv)
            continue
        goal = _goal(argv)
        if goal and goal in (tree.head, tree.rebased):
            return None
        if not path:
            if not goal:
                return None
            path = f"{tree.top}-aside"
            made.append(_opened(argv, goal, path))
            if argv[1] == "switch":
                continue
        made.append(("git", "-C", path, *argv[1:]))
    return (*made, ("git", "worktree", "remove", path)) if path else tuple(made)


def _opened(argv: Argv, goal: str, path: str) -> Argv:
    """The work tree that stands on the branch."""
    if argv[1] == "switch" and "-c" in argv:
        flags = tuple(word for word in argv[2:] if word == "--no-track")
        return ("git", "worktree", "add", *flags, "-b", goal, path, _start(argv) or "HEAD")
    return ("git", "worktree", "add", path, goal)
