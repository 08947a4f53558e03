"""Reading a file that anybody may have put there."""

from __future__ import annotations

import os
import stat

_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_NOT_THROUGH = getattr(os, "O_NOFOLLOW", 0)


def read(path: str, most: int, links: bool = False) -> bytes:
    """The first bytes of a regular file, at most this many; b"" for anything else. Never waits for a pipe or raises.

    links: whether a link may lead to it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | _FLAGS | (0 if links else _NOT_THROUGH))
    except (OSError, ValueError):
        return b""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return b""
        with open(handle, "rb", closefd=False) as file:
            return file.read(most)
    except OSError:
        return b""
    finally:
        os.close(handle)
