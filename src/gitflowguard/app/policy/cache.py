"""The compiled policy, kept in ``<common git dir>/gitflowguard/``; light, because every hook reads it.

One file per policy text, named by its checksum and proved by the bytes inside (policy.compiled), so that
two work trees with two policies do not chase each other. A miss raises
NeedsCompiling: the caller loads the full program, which parses and writes it.
"""

from __future__ import annotations

import os
import sys
import zlib

from gitflowguard import __version__
from gitflowguard.app.policy.file import Source
from gitflowguard.policy.compiled import pack, unpack
from gitflowguard.repo.place import only_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.flow import Flow
    from gitflowguard.policy.errors import PolicyError
    from gitflowguard.repo.place import Place

KEPT = 16
PYTHON_TAG = sys.implementation.cache_tag or "none"


class NeedsCompiling(Exception):
    """The policy text has no compiled form yet."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.path)
        self.source = source


def folder(place: Place) -> str:
    """Where we keep things of ours in a repository."""
    return os.path.join(place.common, "gitflowguard")


def cache_path(place: Place, source: Source) -> str:
    """The file that holds the compiled form of a policy text."""
    return os.path.join(folder(place), f"policy-{zlib.crc32(source.data):08x}.bin")


def read_compiled(place: Place, source: Source) -> Flow:
    """The compiled policy; raises NeedsCompiling where there is none that fits."""
    try:
        with open(cache_path(place, source), "rb", opener=only_file) as file:
            data = file.read()
    except OSError:
        raise NeedsCompiling(source) from None
    flow = unpack(data, source.data, __version__, PYTHON_TAG)
    if flow is None:
        raise NeedsCompiling(source)
    return flow


def understood(place: Place, source: Source, known: Mapping[bytes, Flow | PolicyError]) -> Flow:
    """What a policy's text means: as it was just parsed, else as it is kept. Raises PolicyError and NeedsCompiling."""
    found = known.get(source.data)
    if isinstance(found, Exception):
        raise found
    return found or read_compiled(place, source)


def write_compiled(place: Place, source: Source, flow: Flow) -> None:
    """Keeps a compiled policy for the next hook; a repository that cannot be written to does without."""
    write_whole(cache_path(place, source), pack(flow, source.data, __version__, PYTHON_TAG))


def write_whole(path: str, data: bytes) -> None:
    """All or nothing, also with two hooks at once."""
    from gitflowguard.atomic import put, sweep  # hardly any hook writes

    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _prune(os.path.dirname(path))
        sweep(path)
        put(path, data)
    except OSError:
        pass  # the next hook reads and parses again


def _prune(directory: str) -> None:
    """Keeps the newest few; every branch with a policy of its own leaves one."""
    files = [os.path.join(directory, name) for name in os.listdir(directory) if name.startswith("policy-")]
    if len(files) >= KEPT:
        for path in sorted(files, key=os.path.getmtime)[: len(files) - KEPT + 1]:
            os.unlink(path)
