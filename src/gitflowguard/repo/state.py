"""What the work tree is in the middle of, read from the files that git keeps for it.

The names are gitrepository-layout(5)'s and git's own sequencer's. A hook is
started by git in the work tree's top directory; only odd layouts (a linked work
tree, a submodule, GIT_DIR set) cost a git process to find the directories.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.repo.place import Place, ordinary, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Git


class OperationState(Record):
    """operation: ``commit``, ``merge``, ``squash``, ``cherry-pick``, ``revert``, ``rebase`` or ``am``.

    heads: the commits being merged or picked. subject: the first line of
    MERGE_MSG. branch: under a rebase, the branch that is rebased.
    unnoted: a revert that git doesn't know of itself, so `git revert --abort` doesn't end it.
    """

    operation: str = "commit"
    heads: tuple[str, ...] = ()
    subject: str = ""
    branch: str = ""
    unnoted: bool = False


def find_place(git: Git) -> Place:
    """The repository's directories, without asking git where the layout is the ordinary one."""
    return (None if git.cwd else ordinary()) or git.place()


def head_of(place: Place) -> str | None:
    """The full ref that HEAD names, "" where it is detached; None where its file doesn't say.

    That is so in a reftable repository, and where HEAD is a symbolic link, as git made it long ago.
    """
    if os.path.islink(os.path.join(place.git_dir, "HEAD")):
        return None
    line = _first(place, "HEAD")
    if line.startswith("ref: "):
        full = line[len("ref: ") :].strip()
        return None if full == "refs/heads/.invalid" else full
    return "" if len(line) in (40, 64) and not line.strip("0123456789abcdef") else None


def read_state(place: Place) -> OperationState:
    """Looks for the file that each operation leaves; rebase first, since it uses the others' files too."""
    for folder in ("rebase-merge", "rebase-apply"):
        if os.path.isdir(os.path.join(place.git_dir, folder)):
            name = _first(place, folder + "/head-name")
            am = os.path.exists(os.path.join(place.git_dir, folder, "applying"))
            return OperationState("am" if am else "rebase", branch=name.removeprefix("refs/heads/"))
    for file, operation in (
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
    ):
        heads = read_note(place, file).split()
        if heads:
            return OperationState(operation, tuple(heads), _first(place, "MERGE_MSG"))
    squash = read_note(place, "SQUASH_MSG")
    if squash:
        commits = [line.split()[1] for line in squash.split("\n") if line.startswith("commit ")]
        return OperationState("squash", tuple(commits[:1]), _first(place, "SQUASH_MSG"))
    return OperationState()


def current_state(git: Git, place: Place) -> OperationState:
    """As `read_state`; a squash counts only while the index holds what it brings, and so does a clean revert.

    `git restore` and `git checkout -- .` give a squash up and leave SQUASH_MSG. git writes REVERT_HEAD only where a
    revert stops (sequencer.c); before the hooks of one that meets no conflict there is its message alone, which stays
    behind if it is blocked. Asks git only where there is one of the two files.
    """
    state = read_state(place)
    if state.operation == "commit":
        return _reverting(git, place) or state
    if state.operation != "squash" or not state.heads or _squashed(git, state.heads[0]):
        return state
    return OperationState()


def _reverting(git: Git, place: Place) -> OperationState | None:
    """A revert that git has laid out in the index, with only its message to show for it."""
    note = reverted(read_note(place, "MERGE_MSG"))
    sha = git.commit_of(note[0]) if note is not None else ""
    parents = git.parent_ids(sha) if sha else ()
    back = note[1] if note is not None and note[1] else "".join(parents[:1])
    if back not in parents or not _laid_out(git, sha, back):
        return None
    alone = not os.path.isdir(os.path.join(place.git_dir, "sequencer"))
    return OperationState("revert", (sha,), _first(place, "MERGE_MSG"), unnoted=alone)


def reverted(message: str) -> tuple[str, str] | None:
    """(the commit that a message says it reverts, the parent that it goes back to, "" for the only one).

    The text is git's own (git-revert(1), sequencer.c), which no language changes; the id may be abbreviated
    (``--reference``).
    """
    for line, more in zip(lines := message.split("\n"), (*lines[1:], "")):
        sha = line.removeprefix("This reverts commit ").partition(" ")[0].rstrip(".,")
        if line.startswith("This reverts commit ") and len(sha) > 3 and not sha.strip("0123456789abcdef"):
            back = more.removeprefix("changes made to ").rstrip(".") if line.endswith(", reversing") else ""
            return sha, back
    return None


def _squashed(git: Git, head: str) -> bool:
    """Whether a staged file is what the squash of this commit made of it: the commit's own, or merged with HEAD's."""
    if not git.commit_of(head):
        return True
    base = text(git.call("merge-base", git.commit_of("HEAD"), head, codes=(0, 1)).out).split("\n")[0]
    return not base or _laid_out(git, base, head)


def _laid_out(git: Git, base: str, head: str) -> bool:
    """Whether a staged file has what it has in the commit `head`, or is that merged with HEAD's, where base differs."""
    from gitflowguard.repo.git import STAGED

    staged = {path: (was, now) for path, was, now in _raw(git.call(*STAGED).out)}
    options = [word for word in STAGED[2:-2] if word != "--ita-invisible-in-index"]
    for path, was, now in _raw(git.call("diff-tree", "-r", *options, base, head).out):
        if path in staged and (staged[path][1] == now or staged[path][0] != was):
            return True
    return False


def _raw(out: bytes) -> list[tuple[str, str, str]]:
    """(path, blob before, blob after) of a raw diff with -z (git-diff(1))."""
    fields = text(out).split("\0")
    heads = ((path, head.split(" ")) for head, path in zip(fields[0::2], fields[1::2]))
    return [(path, words[2], words[3]) for path, words in heads]


def worked_on(place: Place, head: str | None) -> tuple[str, ...]:
    """The branches that are worked on in this work tree: the one that is checked out; and, while HEAD is detached for
    it, the one that is rebased, those that the rebase moves along (git-rebase(1), --update-refs), or the one where a
    bisection began (git-bisect(1)). head: as `head_of` says.
    """
    if head:
        return (head.removeprefix("refs/heads/"),)
    rebased = read_state(place).branch
    # ref, commit before, commit after (sequencer.c, write_update_refs_state)
    moved = read_note(place, "rebase-merge/update-refs").split("\n")[0::3]
    names = (rebased, *moved, _first(place, "BISECT_START"))
    found = (name.removeprefix("refs/heads/") for name in names)
    return tuple(dict.fromkeys(name for name in found if name and name != "detached HEAD"))


def auto_merge(place: Place) -> str:
    """The tree of the merge as git tried it, "" where merge-ort left none."""
    return _first(place, "AUTO_MERGE")


def replays(place: Place) -> bool:
    """Whether a rebase is at work that hasn't stopped at a commit; False where its pointer may be in a reftable."""
    found = (os.path.exists(os.path.join(place.git_dir, name)) for name in ("REBASE_HEAD", "reftable"))
    return os.path.isdir(os.path.join(place.git_dir, "rebase-merge")) and not any(found)


def picked(place: Place) -> tuple[str, ...]:
    """The commit that a rebase stopped at (git-rebase(1), REBASE_HEAD), if there is one."""
    sha = _first(place, "REBASE_HEAD")
    return (sha,) if sha and os.path.isdir(os.path.join(place.git_dir, "rebase-merge")) else ()


def read_note(place: Place, name: str) -> str:
    """A file that git keeps for an operation, by its name in the git directory; "" where there is none."""
    try:
        with open(os.path.join(place.git_dir, name), "rb") as file:
            return text(file.read())
    except OSError:
        return ""


def _first(place: Place, name: str) -> str:
    return read_note(place, name).partition("\n")[0].strip()
