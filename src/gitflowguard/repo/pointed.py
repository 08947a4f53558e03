"""Whether the content that a pointer stands for is known to be missing; nothing is asked over a network."""

from __future__ import annotations

import os

from gitflowguard.artefacts.pointers import LFS
from gitflowguard.model.finding import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.repo.git import Place

UNSURE = Unknown("whether the remote has the content can't be looked up without a network")


def missing(place: Place, kind: str, key: str, url: str) -> str | Unknown:
    """ "" where the content is here, so that it can be pushed, or on the remote; words where it is on neither.

    url: of the remote. Only a remote that is a directory of this computer can be looked into; git-lfs keeps a
    content at lfs/objects/<2>/<2>/<sha256> on both sides (git-lfs-fetch(1)). DVC's remotes are its own affair.
    """
    if kind != LFS:
        return UNSURE
    if _holds(place.common, key):
        return ""
    folder = _directory(url)
    if not folder:
        return UNSURE
    if any(_holds(path, key) for path in (folder, os.path.join(folder, ".git"))):
        return ""
    return f"{key[:12]}… is neither in this clone nor in {os.path.basename(folder.rstrip(os.sep)) or folder}"


def _holds(common: str, key: str) -> bool:
    return os.path.isfile(os.path.join(common, "lfs", "objects", key[:2], key[2:4], key))


def _directory(url: str) -> str:
    """The directory that a URL names, "" if it names none."""
    path = url.removeprefix("file://")
    return path if os.path.isabs(path) and os.path.isdir(path) else ""
