"""Whether the Python environment that runs us stays: `uvx` and `pipx run` make theirs in a cache."""

from __future__ import annotations

import os

# uv's cache (docs.astral.sh/uv, Cache): archive-v0/<id>, environments-v2/<name>, builds-v0/<name>.
_BUCKETS = ("archive-v", "environments-v", "builds-v")


def passing(prefix: str) -> bool:
    """Whether an environment lies in a cache, by its path. prefix: as ``sys.prefix``.

    A cache marks its top with CACHEDIR.TAG (bford.info/cachedir); pipx keeps what `pipx run` makes in
    ``pipx/.cache`` or ``.cache/pipx``.
    """
    folders = os.path.normpath(prefix).split(os.sep)
    pairs = list(zip(folders, folders[1:]))
    if ("pipx", ".cache") in pairs or (".cache", "pipx") in pairs:
        return True
    for at, folder in enumerate(folders[:-1]):
        if folder.startswith(_BUCKETS) and folder.rpartition("v")[2].isdigit():
            return True
        top = os.sep.join(folders[: at + 1])
        if top and os.path.isfile(os.path.join(top, "CACHEDIR.TAG")):
            return True
    return False
