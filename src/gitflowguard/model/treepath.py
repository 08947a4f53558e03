"""Paths that git has in a tree and would never check out: written to a disk, they would leave the directory, or reach
into a ``.git``. A server may accept such a tree, and a fetch takes it (git-config(1), transfer.fsckObjects).
"""

from __future__ import annotations

# What a Mac leaves out of a name before it compares it (as in git's utf8.c).
_UNSEEN = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])


def is_sound(path: str) -> bool:
    """Whether a path of a repository names a file below its top (read-cache.c, verify_path)."""
    return "\0" not in path and not any(part in ("", ".", "..") or _is_git(part) for part in path.split("/"))


def _is_git(part: str) -> bool:
    """Whether some file system takes the name for ``.git``."""
    name = part.lower()
    if ".git" not in name and "git~1" not in name and name.isascii():
        return False
    return name.translate(_UNSEEN).partition(":")[0].rstrip(" .") in (".git", "git~1")
