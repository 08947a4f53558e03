"""Branches of which it is noted that the policy doesn't protect them: pre-rebase has nothing to say about those.

Two files: the policy's own bytes, and under them the branches, a line each. pre-rebase's shim compares the policy by
content (repo.preamble); under another policy the list begins anew.
"""

from __future__ import annotations

import os
import sys

from gitflowguard.model.adoptionfiles import POLICY_FILES
from gitflowguard.model.event import FREE, FREE_POLICY
from gitflowguard.model.names import HEADS
from gitflowguard.repo.place import only_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.place import Place

# A shell reads them one by one.
_KEPT = 40
_MOST = 2 << 20


def note_unprotected(place: Place, branch: str) -> None:
    """Notes a branch that the policy of the work tree leaves unprotected; the newest few are kept."""
    if place.git_dir != os.path.join(place.top, ".git"):
        return
    try:
        policy, ref = _policy(place.top), os.fsencode(f"{HEADS}{branch}")
        same = _read(os.path.join(place.git_dir, FREE_POLICY)) == policy
        known = _read(os.path.join(place.git_dir, FREE)).split(b"\n")[:-1] if same else []
        if same and ref in known:
            return
        from gitflowguard.atomic import put  # hardly any hook writes

        rows = [*known, ref][-_KEPT:]
        if not same:
            os.makedirs(os.path.join(place.git_dir, os.path.dirname(FREE)), exist_ok=True)
            put(os.path.join(place.git_dir, FREE), b"")
            put(os.path.join(place.git_dir, FREE_POLICY), policy)
        put(os.path.join(place.git_dir, FREE), b"".join(row + b"\n" for row in rows))
    except (OSError, ValueError):
        pass  # it is asked again


def _policy(top: str) -> bytes:
    """What the shim makes: the names of the files that are there, then their contents. Raises ValueError for none."""
    there = [name for name in POLICY_FILES if os.path.isfile(os.path.join(top, name))]
    if not there:
        raise ValueError
    names = [*there, os.path.join(os.path.dirname(sys.argv[0]), "__init__.py")]
    parts = [_read(os.path.join(top, name)) for name in names]
    return os.fsencode("".join(name + "\n" for name in names)) + b"".join(parts)


def _read(path: str) -> bytes:
    """b"" for what isn't there. Raises ValueError for a file of a size that none of these has."""
    try:
        with open(path, "rb", opener=only_file) as file:
            data = file.read(_MOST + 1)
    except FileNotFoundError:
        return b""
    if len(data) > _MOST:
        raise ValueError
    return data
