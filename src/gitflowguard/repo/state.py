"""What the work tree is in the middle of, read from the files that git keeps for it.

The names are gitrepository-layout(5)'s and git's own sequencer's. A hook is
started by git in the work tree's top directory; only odd layouts (a linked work
tree, a submodule, GIT_DIR set) cost a git process to find the directories.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git, Place, text


class OperationState(Record):
    """operation: ``commit``, ``merge``, ``squash``, ``cherry-pick``, ``revert``, ``rebase`` or ``am``.

    heads: the commits being merged or picked. subject: the first line of
    MERGE_MSG. branch: under a rebase, the branch that is rebased.
    """

    operation: str = "commit"
    heads: tuple[str, ...] = ()
    subject: str = ""
    branch: str = ""


def find_place(git: Git) -> Place:
    """The repository's directories, without asking git where the layout is the ordinary one."""
    if (
        not git.cwd
        and "GIT_DIR" not in os.environ
        and os.path.isfile(".git/HEAD")
        and not os.path.exists(".git/commondir")
    ):
        here = os.getcwd()
        return Place(here, os.path.join(here, ".git"), os.path.join(here, ".git"))
    return git.place()


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
        heads = _read(place, file).split()
        if heads:
            return OperationState(operation, tuple(heads), _first(place, "MERGE_MSG"))
    squash = _read(place, "SQUASH_MSG")
    if squash:
        commits = [line.split()[1] for line in squash.split("\n") if line.startswith("commit ")]
        return OperationState("squash", tuple(commits[:1]), _first(place, "SQUASH_MSG"))
    return OperationState()


def auto_merge(place: Place) -> str:
    """The tree of the merge as git tried it, "" where merge-ort left none."""
    return _first(place, "AUTO_MERGE")


def _read(place: Place, name: str) -> str:
    try:
        with open(os.path.join(place.git_dir, name), "rb") as file:
            return text(file.read())
    except OSError:
        return ""


def _first(place: Place, name: str) -> str:
    return _read(place, name).partition("\n")[0].strip()
