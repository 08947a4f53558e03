"""Whether the content that a pointer stands for is known to be missing; nothing is asked over a network."""

from __future__ import annotations

import os

from gitflowguard.artefacts.pointers import DVC, LFS
from gitflowguard.model.finding import Unknown
from gitflowguard.repo.git import Place

UNSURE = Unknown("whether the remote has the content can't be looked up without a network")


def missing(place: Place, kind: str, key: str, url: str) -> str | Unknown:
    """ "" where the content is here, so that it can be pushed, or on the remote; words where it is on neither.

    url: of the remote. Only a remote that is a directory of this computer can be looked into; git-lfs keeps a
    content at lfs/objects/<2>/<2>/<sha256> on both sides (git-lfs-fetch(1)). DVC names its remote in .dvc/config; a
    push of git doesn't bring anything there, so its cache doesn't count.
    """
    if kind == DVC:
        return _missing_dvc(place, key)
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


def _missing_dvc(place: Place, key: str) -> str | Unknown:
    """dvc.org, "dvc config" and "Internal directories": files/md5/<2>/<30>, before DVC 3 without the first two."""
    home = os.path.join(place.top, ".dvc")
    url = _dvc_remote(home)
    folder = os.path.normpath(os.path.join(home, url)) if url and "://" not in url else ""
    if not os.path.isdir(folder):
        return UNSURE
    if _kept(folder, key):
        return ""
    here = _kept(os.path.join(home, "cache"), key)
    says = "is in this clone's cache only: dvc push" if here else "isn't in this clone's cache either"
    return f"{key[:12]}… isn't in DVC's remote {os.path.basename(folder)}, and {says}"


def _kept(folder: str, key: str) -> bool:
    inner = os.path.join(key[:2], key[2:])
    return any(
        os.path.isfile(os.path.join(folder, start, inner)) for start in (os.path.join("files", "md5"), "")
    )


def _dvc_remote(home: str) -> str:
    """The address of the default remote, "" where there is none; config.local is stronger than config."""
    rows: dict[tuple[str, str], str] = {}
    for name in ("config", "config.local"):
        try:
            with open(os.path.join(home, name), encoding="utf-8", errors="replace") as file:
                lines = file.read(1 << 16).splitlines()
        except OSError:
            continue
        section = ""
        for line in map(str.strip, lines):
            if line.startswith("["):
                section = line.strip("[] ").strip("' ")
            elif "=" in line:
                word, _, value = line.partition("=")
                rows[section, word.strip()] = value.strip()
    return rows.get((f'remote "{rows.get(("core", "remote"), "")}"', "url"), "")


def _directory(url: str) -> str:
    """The directory that a URL names, "" if it names none."""
    path = url.removeprefix("file://")
    return path if os.path.isabs(path) and os.path.isdir(path) else ""
