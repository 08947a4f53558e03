"""Finds the policy file in a work tree. Reads bytes and parses nothing: every hook does this."""

from __future__ import annotations

import os
from stat import S_ISREG

from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.adoptionfiles import POLICY_TOML as TOML_NAME
from gitflowguard.model.adoptionfiles import POLICY_YAML as YAML_NAME
from gitflowguard.model.adoptionfiles import has_table as has_table
from gitflowguard.model.adoptionfiles import mentions_extends
from gitflowguard.model.record import Record
from gitflowguard.policy.errors import PolicyError, refuse
from gitflowguard.policy.limits import MAX_LOCK, MAX_TOML, MAX_YAML

__all__ = ["TOML_NAME", "YAML_NAME", "Source", "find", "has_table", "read"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Opening a FIFO or a device must not wait, and a link may lead anywhere.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Source(Record):
    """A policy file's text. path: relative to the work tree's root, as a person would name it.

    data: the text; of one that may extend another policy, with the lock beside it (model.extends.joined).
    other: the second file beside it that is a policy, too; "" if there is none.
    """

    path: str
    data: bytes
    other: str = ""


def choose(own: Source | None, shared: Source | None) -> Source | None:
    """The policy of one place: a work tree, a branch, the base of a pull request.

    own, shared: the two files of the place, each None if it is not there. A pyproject.toml counts only if it has a
    ``[tool.gitflowguard]`` table. Where both are a policy, `other` says so, and the caller decides what follows.
    """
    if shared is None or not has_table(shared.data):
        return own
    return shared if own is None else own._replace(other=shared.path)


def locked(found: Source | None, lock: Callable[[], Source | None]) -> Source | None:
    """The policy with the lock that lies beside it, where it may extend another one. lock: reads that."""
    if found is None or not mentions_extends(found.data):
        return found
    from gitflowguard.model.extends import joined  # hardly any policy does

    beside = lock()
    return found._replace(data=joined(found.data, None if beside is None else beside.data))


def only(found: Source | None) -> Source | None:
    """The policy of a place that may hold no second one; raises PolicyError where it does."""
    if found is not None and found.other:
        raise refuse(
            found.path,
            f"this file and [tool.gitflowguard] in {TOML_NAME} are both a policy; keep one of them",
        )
    return found


def two_at(place: str) -> str:
    """One sentence for a place that holds two policies and is judged by the first anyway."""
    table = f"[tool.gitflowguard] in {TOML_NAME}"
    return f"{place} holds two policies, {YAML_NAME} and {table}; {YAML_NAME} was used: remove one of them"


def find(root: str) -> Source | None:
    """The policy file at the root of a work tree, or None if the team has none.

    Raises PolicyError where there are two, or where it isn't an ordinary file of an
    ordinary size. A pyproject.toml counts only if it has a ``[tool.gitflowguard]``
    table; one that cannot be looked into matters only where no other file is there.
    """

    def beside() -> Source | None:
        return read(os.path.join(root, LOCK_FILE), LOCK_FILE, MAX_LOCK)

    own = read(os.path.join(root, YAML_NAME), YAML_NAME, MAX_YAML)
    try:
        shared = read(os.path.join(root, TOML_NAME), TOML_NAME, MAX_TOML)
    except PolicyError:
        if own is None:
            raise
        return locked(own, beside)
    return only(locked(choose(own, shared), beside))


def read(path: str, name: str, limit: int) -> Source | None:
    """A file's bytes under the name, None if it does not exist; raises PolicyError for anything but a plain file."""
    try:
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if os.path.islink(path):
            raise refuse(name, "this is a symbolic link; put the file itself here") from None
        raise refuse(name, f"the file cannot be read: {problem.strerror}") from None
    try:
        status = os.fstat(handle)
        if not S_ISREG(status.st_mode):
            raise refuse(name, "this is not a plain file; put a text file here")
        if status.st_size > limit:
            raise refuse(name, f"the file is larger than {limit // 1024} kB, which no policy needs")
        return Source(name, _all(handle, limit))
    except OSError as problem:
        raise refuse(name, f"the file cannot be read: {problem.strerror}") from None
    finally:
        os.close(handle)


def _all(handle: int, limit: int) -> bytes:
    """The whole file; os.read may give less than asked."""
    parts = [os.read(handle, limit + 1)]
    while parts[-1]:
        parts.append(os.read(handle, limit + 1))
    return b"".join(parts)
