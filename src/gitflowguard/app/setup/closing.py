"""What `init` says last: the commands that share its files with the team, for this repository as it is now.

A block is pasted as it is, so every line must work here: on the branch that is checked out, beside other
changes in the work tree, and with the remote and branches that exist. Switching is proposed only where git
will do it with the changes that are there (git-switch(1)); else the commit is made where the user stands.
"""

from __future__ import annotations

import os

from gitflowguard.app.policy.load import here
from gitflowguard.app.setup.adoptioncommit import Unshared, unshared
from gitflowguard.app.setup.blocks import CommandBlock, commit_lines, pasted
from gitflowguard.model.address import address_of, on_github
from gitflowguard.model.adoptionfiles import POLICY, PRE_COMMIT_FILE, role_of
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.flow import Flow
from gitflowguard.model.history import lines
from gitflowguard.model.moment import PRE_COMMIT
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.model.suggest import work_name
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.hookfiles import MIGRATING, HooksPath, look
from gitflowguard.repo.read import homed, read_refs
from gitflowguard.repo.state import read_state
from gitflowguard.repo.worktree import blob_ids, checked_out, modified, untracked


class Closing(Record):
    """blocks: the first fits this repository; a second is for a protected production branch. notes: sentences."""

    blocks: tuple[CommandBlock, ...] = ()
    notes: tuple[str, ...] = ()


class ClosingState(Record):
    """What the commands depend on.

    files: to commit, from the top. main, develop: the two lines, the same where there is one. remote: "" where
    none is configured. others: branch -> the other work tree that has it. changes: paths that differ from HEAD
    or are not tracked, ours left out.
    """

    git: Git
    place: Place
    refs: Refs
    files: tuple[str, ...]
    main: str
    develop: str
    remote: str
    others: dict[str, str]
    changes: frozenset[str]
    message: str
    first: bool
    stashed: bool = False

    def tip(self, branch: str) -> str:
        """Where the branch stands here, else on the remote; "" for neither."""
        return self.refs.heads.get(branch) or self.far(branch)

    def far(self, branch: str) -> str:
        """Where the remote has it, by the last fetch."""
        return self.refs.remotes.get((self.remote, branch), "") if self.remote else ""

    def target(self, branch: str) -> str:
        """The commit to build on: the remote's where this clone is only behind."""
        near, far = self.refs.heads.get(branch, ""), self.far(branch)
        return far if far and (not near or self.git.is_ancestor(near, far)) else near

    def pushable(self, branch: str) -> bool:
        """Whether a push of the branch brings nothing but what these commands make."""
        near, far = self.refs.heads.get(branch, ""), self.far(branch)
        return bool(self.remote) and (not far or not near or self.git.is_ancestor(near, far) is True)

    def apart(self) -> bool:
        """Whether each line holds commits that the other one lacks, so that merging them may conflict."""
        main, develop = self.target(self.main), self.target(self.develop)
        return not (self.git.is_ancestor(main, develop) or self.git.is_ancestor(develop, main))

    def common(self) -> tuple[str, ...]:
        """The files that both lines have alike or not at all, so that one content fits both."""
        main, develop = (
            blob_ids(self.git, self.target(one), self.files) for one in (self.main, self.develop)
        )
        return tuple(path for path in self.files if main.get(path) == develop.get(path))

    def switchable(self, *commits: str) -> bool:
        """Whether git carries all changes along from HEAD through each of the commits, and back."""
        head = self.git.commit_of("HEAD")
        paths = tuple(sorted(self.changes | set(self.files)))
        now = blob_ids(self.git, head, paths)
        return all(commit == head or blob_ids(self.git, commit, paths) == now for commit in commits)


def closing(git: Git, flow: Flow, hooks: HooksPath) -> Closing:
    """The commands for what is in the work tree and in no commit yet; nothing where all of it is shared."""
    place = git.place()
    refs = homed(read_refs(git, flow.remote, place), flow.remote)
    head = refs.heads.get(refs.head, "") or git.commit_of("HEAD")
    left = unshared(place, hooks, head)
    notes = tuple(_notes(left))
    if not left.ready:
        return Closing((), notes)
    verb = read_state(place).operation
    if verb != "commit":
        return Closing(
            (),
            (
                *notes,
                f"a {verb} is in progress; finish it, then `gitflowguard init` prints the commands to share",
            ),
        )
    scene = _scene(git, place, refs, flow, left, hooks, head)
    view = View(flow, refs, lines(flow, refs))
    if not head:
        return Closing((_unborn(scene),), notes)
    if not scene.first or _shut(place.top):
        return Closing((_work(scene, view),), notes)
    url = git.config(f"remote.{scene.remote}.url") if scene.remote else ""
    more = (
        (_work(scene, view, f"If GitHub protects {scene.main}, paste this instead:"),)
        if on_github(url)
        else ()
    )
    return Closing((_direct(scene), *more), notes)


def _notes(left: Unshared) -> list[str]:
    notes = []
    if left.mixed:
        says = "holds" if len(left.mixed) == 1 else "hold"
        notes.append(
            f"{listed(left.mixed, 'and')} {says} other changes of yours too; commit them when you are ready"
        )
    if left.ignored:
        says = "is" if len(left.ignored) == 1 else "are"
        notes.append(f"{listed(left.ignored, 'and')} {says} ignored by git, so your team doesn't get them")
    return notes


def _scene(
    git: Git, place: Place, refs: Refs, flow: Flow, left: Unshared, hooks: HooksPath, head: str
) -> ClosingState:
    top = Git(place.top)
    changes = (modified(top) | untracked(top)) - set(left.ready) if head else frozenset()
    remote = flow.remote if git.config(f"remote.{flow.remote}.url") else ""
    main, develop = flow.production, flow.integration
    first = POLICY in map(role_of, left.ready) and here(top, place._replace(top=""), refs) is None
    # pre-commit stops every commit while its own file has changes that are not in it (pre_commit/commands/run.py,
    # _has_unstaged_config).
    front = look(os.path.join(hooks.directory, PRE_COMMIT))
    stashed = bool(head) and front.maker in MIGRATING and PRE_COMMIT_FILE in (modified(top) & changes)
    verb = "Adopt" if first else "Update"
    message = (
        f"chore: {verb.lower()} gitflowguard" if _conventional(git, flow, head) else f"{verb} gitflowguard"
    )
    return ClosingState(
        git=top,
        place=place,
        refs=refs,
        files=left.ready,
        main=main,
        develop=develop,
        remote=remote,
        others=checked_out(place),
        changes=changes,
        message=message,
        first=first,
        stashed=stashed,
    )


def _conventional(git: Git, flow: Flow, head: str) -> bool:
    """Whether messages here are conventional, by the policy or by most of the last twenty."""
    if flow.message.style == "conventional":
        return True
    subjects = git.lines("log", "--max-count=20", "--no-merges", "--format=%s", head, "--") if head else []
    heads = [
        subject.partition(":")[0].partition("(")[0].rstrip("!") for subject in subjects if ": " in subject
    ]
    return 2 * sum(head in ("feat", "fix", "chore", "docs", "ci", "build", "test") for head in heads) > len(
        subjects
    )


def _shut(top: str) -> bool:
    """Whether a hook of the team's own keeps commits off the lines (pre-commit-hooks, no-commit-to-branch)."""
    try:
        with open(os.path.join(top, PRE_COMMIT_FILE), "rb") as file:
            return b"no-commit-to-branch" in file.read()
    except OSError:
        return False


def _unborn(scene: ClosingState) -> CommandBlock:
    """The first commit of all; the lines are made after it."""
    made = list(commit_lines(scene.place.top, scene.files, scene.message))
    if scene.refs.head != scene.main:
        return CommandBlock("", tuple(made))
    if scene.develop != scene.main:
        made.append(pasted("git", "branch", scene.develop))
    made += _push(scene, tuple(dict.fromkeys((scene.main, scene.develop))))
    if scene.develop != scene.main:
        made.append(pasted("git", "switch", scene.develop))
    return CommandBlock("", tuple(made))


def _direct(scene: ClosingState) -> CommandBlock:
    """On production, merged back into integration, pushed; or where the user stands, if git would not switch."""
    target = scene.target(scene.main)
    if not target or not scene.switchable(target):
        return _in_place(scene)
    at = "" if scene.main in scene.others else scene.main
    made = [*_enter(scene), *commit_lines(scene.place.top, scene.files, scene.message)]
    # A fast-forward would go into the reflog as a merge of a branch without a name (builtin/merge.c, finish).
    if not at:
        away = _from_here(scene.others[scene.main])
        made.append(f'{pasted("git", "-C", away, "reset", "--keep")} "$(git rev-parse HEAD)"')
    done, after = [scene.main], ""
    if scene.develop != scene.main and scene.tip(scene.develop):
        switched = scene.develop not in scene.others and scene.switchable(scene.target(scene.develop))
        second, after = _second(scene, switched)
        made += second
        if second:
            done.append(scene.develop)
            at = scene.develop if switched else at
    ahead = _ahead(scene, done)
    made += _push(scene, tuple(name for name in done if name not in ahead))
    made += _home(scene, at)
    return CommandBlock("", _wrapped(scene, made), " ".join(filter(None, (after, _unpushed(scene, ahead)))))


def _ahead(scene: ClosingState, done: list[str]) -> tuple[str, ...]:
    """The lines whose push would bring more than these commands made: also integration, if it took production in."""
    held = tuple(name for name in done if not scene.pushable(name))
    return tuple(done) if scene.main in held and not scene.apart() else held


def _unpushed(scene: ClosingState, ahead: tuple[str, ...]) -> str:
    """That these lines have more to push."""
    if not ahead or not scene.remote:
        return ""
    have = "has" if len(ahead) == 1 else "have"
    return (
        f"{listed(ahead, 'and')} {have} other commits that aren't on {scene.remote}; push when you are ready."
    )


def _enter(scene: ClosingState) -> list[str]:
    """From HEAD to production, at what the remote has of it."""
    name = scene.main
    if name not in scene.others:
        return _onto(scene, name, scene.refs.head)
    near = scene.refs.heads.get(name) == scene.target(name)
    return [pasted("git", "switch", "--detach", name if near else f"{scene.remote}/{name}")]


def _onto(scene: ClosingState, name: str, at: str) -> list[str]:
    """From one branch to another that no other work tree has, made from the remote's or brought up to it."""
    near, twin = scene.refs.heads.get(name, ""), f"{scene.remote}/{name}"
    if not near:
        return [pasted("git", "switch", "-c", name, "--track", twin)]
    made = [] if at == name else [pasted("git", "switch", name)]
    return made + ([pasted("git", "merge", "--ff-only", twin)] if near != scene.target(name) else [])


def _second(scene: ClosingState, switched: bool) -> tuple[list[str], str]:
    """(commands, what they leave out): the policy on integration, too.

    Production is merged back. Where both lines have moved, that merge would bring in more than the policy, and could
    conflict: the same files are committed once more then, and a later merge of the lines finds them alike.
    """
    if not scene.apart():
        return _on_develop(scene, switched, ("merge", "--no-edit", scene.main)), ""
    name = scene.develop
    files = scene.common()
    if POLICY not in map(role_of, files) or _edited_there(scene, files):
        return [], f"{name} gets the policy when {scene.main} is merged into it."
    left = tuple(path for path in scene.files if path not in files)
    after = f"On {name}, {listed(left, 'and')} differs; run gitflowguard init there, too." if left else ""
    paths = [_from_here(os.path.join(scene.place.top, path)) for path in files] if switched else files
    copy = ("checkout", scene.main, "--", *paths)
    return _on_develop(scene, switched, copy, ("commit", "-m", scene.message, "--", *paths)), after


def _edited_there(scene: ClosingState, files: tuple[str, ...]) -> bool:
    """Whether another work tree, which has integration, holds changes of its own in these files."""
    if scene.develop not in scene.others:
        return False
    there = Git(scene.others[scene.develop])
    return not (modified(there) | untracked(there)).isdisjoint(files)


def _on_develop(scene: ClosingState, switched: bool, *commands: tuple[str, ...]) -> list[str]:
    """Runs git's commands on integration: here, in the work tree that has it, or in one made for it.

    commands: git's arguments; paths in them are from here if switched, else from the top.
    """
    name = scene.develop
    if switched:
        return [*_onto(scene, name, scene.main), *(pasted("git", *one) for one in commands)]
    near, twin = scene.refs.heads.get(name, ""), f"{scene.remote}/{name}"
    older = bool(near) and near != scene.target(name)
    steps = [*((("merge", "--ff-only", twin),) if older else ()), *commands]
    if name in scene.others:
        folder = _from_here(scene.others[name])
        return [pasted("git", "-C", folder, *one) for one in steps]
    folder = _free_folder(scene.place.top, name)
    where = (folder, name) if near else ("-b", name, folder, twin)
    return [
        pasted("git", "worktree", "add", *where),
        *(pasted("git", "-C", folder, *one) for one in steps),
        pasted("git", "worktree", "remove", folder),
    ]


def _free_folder(top: str, name: str) -> str:
    """A folder beside the work tree that does not exist yet, as git takes it from here."""
    base = f"{top}-{name.replace('/', '-')}"
    number = 1
    while os.path.lexists(base if number == 1 else f"{base}-{number}"):
        number += 1
    return _from_here(base if number == 1 else f"{base}-{number}")


def _from_here(path: str) -> str:
    return os.path.relpath(path)


def _push(scene: ClosingState, names: tuple[str, ...]) -> list[str]:
    """To the team's remote, where there is one; a branch that it lacks gets its upstream set."""
    if not scene.remote or not names:
        return []
    new = ("-u",) if any(not scene.far(name) for name in names) else ()
    return [pasted("git", "push", *new, scene.remote, *names)]


def _home(scene: ClosingState, at: str) -> list[str]:
    """Back to the branch that was checked out. Who stood on a line ends on integration, where new work starts."""
    head = scene.refs.head
    stay = head in (scene.main, scene.develop) and at and not scene.stashed
    return [] if not head or stay or head == at else [pasted("git", "switch", head)]


def _has(scene: ClosingState, branch: str) -> bool:
    """Whether this clone or its remote has the branch."""
    return bool(branch) and (branch in scene.refs.heads or bool(scene.far(branch)))


def _in_place(scene: ClosingState) -> CommandBlock:
    """On the branch that is checked out, for other changes keep git from switching."""
    head = scene.refs.head
    made = list(commit_lines(scene.place.top, scene.files, scene.message))
    if not head:
        return CommandBlock("Switch to a branch first, then run gitflowguard init again.", ())
    if head != scene.develop:
        what = "The policy" if POLICY in map(role_of, scene.files) else "The change"
        after = f"{what} reaches {scene.develop} when {head} is merged." if _has(scene, scene.develop) else ""
        return CommandBlock("", _wrapped(scene, made), after)
    if scene.pushable(head):
        made += _push(scene, (head,))
    return CommandBlock("", _wrapped(scene, made), f"{scene.main} gets it with the next release.")


def _wrapped(scene: ClosingState, made: list[str]) -> tuple[str, ...]:
    """With the user's changes of pre-commit's file out of its way meanwhile."""
    if not scene.stashed:
        return tuple(made)
    path = _from_here(os.path.join(scene.place.top, PRE_COMMIT_FILE))
    return (pasted("git", "stash", "push", "--", path), *made, "git stash pop --index")


def _work(scene: ClosingState, view: View, says: str = "") -> CommandBlock:
    """A branch with a name that the policy allows, and a pull request; without a remote a merge."""
    head, base = scene.refs.head, scene.develop
    commit = commit_lines(scene.place.top, scene.files, scene.message)
    kind = view.flow.kind_of(head) if head else None
    if not says and kind is not None and not kind.protected:
        return CommandBlock("", _wrapped(scene, list(commit)), f"Your team gets it when {head} is merged.")
    name = work_name(view, "adopt gitflowguard" if scene.first else "update gitflowguard")
    target = scene.target(base)
    here_already = scene.git.commit_of("HEAD") == target
    if not target or not (here_already or scene.switchable(target)):
        return _in_place(scene)._replace(says=says)
    start = (
        () if here_already else (base if scene.refs.heads.get(base) == target else f"{scene.remote}/{base}",)
    )
    made = [pasted("git", "switch", "--no-track", "-c", name, *start), *commit]
    if scene.remote:
        made += _push(scene, (base,)) if not scene.far(base) else []
        made += [pasted("git", "push", "-u", scene.remote, name)]
        return CommandBlock(
            says,
            _wrapped(scene, made),
            f"Then open a pull request from {name} into {base}{_link(scene, name)}",
        )
    made += [pasted("git", "switch", base), pasted("git", "merge", "--no-ff", "--no-edit", name)]
    return CommandBlock(says, _wrapped(scene, [*made, pasted("git", "branch", "-d", name)]))


def _link(scene: ClosingState, name: str) -> str:
    """Where to open it: GitHub's page that compares two branches; a full stop elsewhere."""
    address = address_of(scene.git.config(f"remote.{scene.remote}.url"))
    if address is None or address.host != "github.com":
        return "."
    return f": https://github.com/{address.name}/compare/{scene.develop}...{name}?expand=1"
