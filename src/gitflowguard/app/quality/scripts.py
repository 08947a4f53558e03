"""Python programs whose name doesn't tell: executable files without an extension that begin with ``#!…python``.

pre-commit's ``types: python`` takes the same files (identify reads the first line of executable files).
"""

from __future__ import annotations

from gitflowguard.repo import contents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitflowguard.app.quality.asked import QualityRequest
    from gitflowguard.repo.contents import IndexEntry
    from gitflowguard.repo.git import Git

# A script of more than a megabyte is some other program's output.
_LIMIT = 1 << 20


def scripts(git: Git, asked: QualityRequest, entries: Sequence[IndexEntry]) -> frozenset[str]:
    """The paths of those of the contents that are such programs. git is asked only where a name leaves it open."""
    maybe = [one for one in entries if one.mode == "100755" and "." not in one.path.rpartition("/")[2]]
    if not maybe:
        return frozenset()
    own = asked.texts or {}
    wanted = tuple(dict.fromkeys(one.oid for one in maybe if one.oid not in own))
    read = {**contents.texts(git, None, wanted, _LIMIT), **own}
    return frozenset(one.path for one in maybe if is_python(read[one.oid]))


def is_python(data: object) -> bool:
    """Whether a content's first line starts Python, in any version and by any path; False where it wasn't read."""
    if not isinstance(data, bytes) or data[:2] != b"#!":
        return False
    words = data[2:].split(b"\n", 1)[0].split()
    names = [word.rpartition(b"/")[2] for word in words]
    if names and names[0] == b"env":
        # env's options and assignments come before the program (env(1)).
        names = [name for name in names[1:] if name[:1] != b"-" and b"=" not in name]
    return bool(names) and names[0][:6] == b"python" and not names[0][6:].strip(b"0123456789.")
