"""A note in git config of where a new branch was cut from: AVH git-flow's own key.

The one thing that a hook of ours writes outside of our own folder, and only
where the key is not there yet. Both names are branches that git has just listed.
Each key is listed in our folder, so that `uninstall` can take it out again.
"""

from __future__ import annotations

import os

from gitflowguard.model.names import HEADS
from gitflowguard.repo.place import only_file
from gitflowguard.repo.read import GitHistory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Refs
    from gitflowguard.repo.git import Git, Place

LIST = "noted"
_MOVED = "checkout: moving from "


def note_base(git: Git, place: Place, refs: Refs) -> None:
    """Writes gitflow.branch.<new branch>.base = <branch that it was cut from>, if git remembers it."""
    branch = refs.head
    key = f"gitflow.branch.{branch}.base"
    cut = GitHistory(git, place, refs).cut(branch)
    if not branch or cut is None or git.config(key):
        return
    base = cut.base or _left(git)
    if base in refs.heads and base != branch and not base.startswith("-"):
        folder = os.path.join(place.common, "gitflowguard")
        try:
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, LIST), "ab", opener=only_file) as noted:
                noted.write(f"{key} {base}\n".encode("utf-8", "surrogateescape"))
        except OSError:
            return  # nobody would take the key out again
        git.call("config", "--local", key, base)


def forget_bases(git: Git, place: Place) -> None:
    """Takes out every key that we wrote and nobody has changed since; git drops the emptied sections."""
    try:
        with open(os.path.join(place.common, "gitflowguard", LIST), "rb", opener=only_file) as noted:
            rows = noted.read().decode("utf-8", "surrogateescape").split("\n")
    except OSError:
        return
    for row in dict.fromkeys(rows):
        key, _, base = row.rpartition(" ")
        if key and git.config(key) == base:
            git.call("config", "--local", "--unset", key)


def _left(git: Git) -> str:
    """The branch that HEAD was on before, from HEAD's own reflog."""
    moves = git.reflog("HEAD")
    text = moves[0][1] if moves else ""
    if not text.startswith(_MOVED):
        return ""
    return text[len(_MOVED) :].partition(" to ")[0].removeprefix(HEADS)
