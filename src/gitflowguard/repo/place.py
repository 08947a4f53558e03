"""Where a repository keeps its things, without a question to git where its layout is the ordinary one."""

from __future__ import annotations

import errno
import os
import stat

from gitflowguard.model.record import Record


class Place(Record):
    """Where a repository keeps its things (gitrepository-layout(5)).

    top: the work tree, "" in a bare repository. git_dir: of this work tree.
    common: shared by all work trees: hooks, refs, our compiled policy.
    """

    top: str
    git_dir: str
    common: str


def ordinary() -> Place | None:
    """The repository in the current directory, where git starts a hook; None where only git can tell."""
    if "GIT_DIR" in os.environ or not os.path.isfile(".git/HEAD") or os.path.exists(".git/commondir"):
        return None
    here = os.getcwd()
    return Place(here, os.path.join(here, ".git"), os.path.join(here, ".git"))


def only_file(path: str | bytes, flags: int) -> int:
    """An opener for open(), of files that we keep: raises OSError for what isn't a file. A pipe would make us wait."""
    fd = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
    return fd


def text(data: bytes) -> str:
    """Bytes of git as text; what is not UTF-8 survives as surrogates."""
    return data.decode("utf-8", "surrogateescape")
