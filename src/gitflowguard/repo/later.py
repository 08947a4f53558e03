"""What pre-commit leaves to commit-msg: where nobody will write the message, one Python judges both (repo.preamble).

The folder tells pre-commit's shim that this is worth it. A file in it, named after git's process id, tells
commit-msg to judge both. A folder that is there for no good reason changes only when the finding is printed.
"""

from __future__ import annotations

import os
import time

from gitflowguard.model.event import DEFERRED, PASSED
from gitflowguard.model.moment import COMMIT_MSG
from gitflowguard.repo.place import only_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Place

# A file that is older belongs to a git that has ended before its commit-msg: there was nothing to commit.
_SECONDS = 3600.0
_MANY = 8


def is_left(words: list[str]) -> bool:
    """Whether a hook's command line is commit-msg's, after a pre-commit of the same git that left its judgement."""
    return words[1:2] == [COMMIT_MSG] and os.path.exists(os.path.join(_folder(), *words[5:6]))


def take_word(parent: int) -> bool:
    """Whether this git's pre-commit left its judgement to us. The question is answered once."""
    folder = _folder()
    path = os.path.join(folder, str(parent))
    if not os.path.exists(path):
        return False
    os.unlink(path)
    names = os.listdir(folder)
    for name in names if len(names) > _MANY else ():
        _forget(os.path.join(folder, name))
    return True


def _folder() -> str:
    """Where pre-commit's shim leaves its words, as git tells a hook of its directory (githooks(5))."""
    return os.path.join(os.environ.get("GIT_DIR") or ".git", DEFERRED)


def _forget(path: str) -> None:
    try:
        if time.time() - os.stat(path).st_mtime > _SECONDS:
            os.unlink(path)
    except OSError:
        pass  # another hook was quicker


def keep_folder(place: Place, wanted: bool) -> None:
    """Makes the folder where pre-commit may leave its judgement, or takes it away."""
    folder = os.path.join(place.git_dir, DEFERRED)
    if os.path.isdir(folder) == wanted:
        return
    try:
        if wanted:
            os.mkdir(folder)
            return
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)
    except OSError:
        pass  # both hooks then start a Python, or one judges both: the verdict is the same


def leave_word(place: Place, parent: int, quiet: bool) -> None:
    """Tells the next hooks of this same git that the commit was judged. quiet: whether no rule on messages is on."""
    try:
        with open(os.path.join(place.git_dir, "HEAD"), "rb") as file:
            head = file.readline().rstrip(b"\n")
    except OSError:
        return  # they judge again
    write_word(place, PASSED, b"%d %d %s\n" % (parent, quiet, head))


def write_word(place: Place, name: str, data: bytes) -> None:
    """Leaves a word; where it can't be written, the next hooks judge by themselves."""
    try:
        with open(os.path.join(place.git_dir, name), "wb", opener=only_file) as file:
            file.write(data)
    except OSError:
        pass
