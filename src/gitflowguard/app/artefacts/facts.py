"""New contents -> Blob facts. Light: what is known to be plain costs one look into the store.

A content that says nothing of interest is kept as passed, under the version of the reader, the policy and its path;
so is a commit that brings nothing else. Only the rest is fetched from git, in groups that fit into memory, and read by
a child under limits.
"""

from __future__ import annotations

import os

from gitflowguard import __version__
from gitflowguard.model.blobwords import READERS
from gitflowguard.model.finding import IGNORE
from gitflowguard.model.record import Record
from gitflowguard.repo import blobs
from gitflowguard.rules import registry
from gitflowguard.tooling.store import Store, secret_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.artefacts.build import Where
    from gitflowguard.model.blob import Blob
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.blobs import NewContent
    from gitflowguard.repo.git import Git, Place

# No path is empty, so a commit's pass is never a content's.
_COMMIT = ""


def wanted(flow: Flow) -> bool:
    """Whether any rule of the family can speak at all; it loads none of them."""
    return any(flow.active(name, default) for name, default in registry.of_fact("Blob"))


def speaking(flow: Flow, branch: str) -> bool:
    """Whether any of them can speak of this branch."""
    rules = registry.of_fact("Blob")
    return any(flow.severity(name, default, branch) != IGNORE for name, default in rules)


class Arrived(Record):
    """What a range brings: how many contents, and the facts of those that a rule may have something to say of."""

    total: int = 0
    facts: tuple[Blob, ...] = ()


def facts(
    git: Git,
    place: Place,
    flow: Flow,
    arrivals: Sequence[NewContent],
    where: Where,
    environ: Mapping[str, str],
) -> tuple[Blob, ...]:
    """A fact for each new content that a rule may have something to say of. Raises GitError."""
    if not arrivals or not speaking(flow, where.about):
        return ()
    return _facts(git, place, flow, arrivals, where, _store(place, environ))


def range_facts(
    git: Git,
    place: Place,
    flow: Flow,
    where: Where,
    known: Sequence[str],
    environ: Mapping[str, str],
) -> Arrived:
    """The same for every content of the commits that ``where.pins`` reaches and none of ``known`` does.

    A commit never changes, so one whose contents were all plain isn't compared with its parents again. Raises GitError.
    """
    if not speaking(flow, where.about):
        return Arrived()
    shas = blobs.commits(git, where.pins, known)
    store, setup = _store(place, environ), _setup(flow, where.about)
    passed = store.passed(setup, [(_COMMIT, sha) for sha in shas]) if where.cached else [None] * len(shas)
    fresh = [sha for sha, count in zip(shas, passed) if count is None]
    total = sum(count or 0 for count in passed)
    found: dict[tuple[str, str], Blob] = {}
    bare = set(fresh)
    for group in blobs.brought(git, fresh):
        total += sum(map(len, group.values()))
        arrivals: dict[tuple[str, str], NewContent] = {}
        for sha, pairs in group.items():
            for path, oid in pairs:
                if (path, oid) not in found:
                    arrivals.setdefault((path, oid), blobs.NewContent(path, oid, sha))
        rows = _facts(git, place, flow, tuple(arrivals.values()), where, store) if arrivals else ()
        found.update({(blob.path, blob.oid): blob for blob in rows})
        bare.difference_update(group)
        plain = [(sha, pairs) for sha, pairs in group.items() if not any(pair in found for pair in pairs)]
        store.keep(setup, [(_COMMIT, sha, len(pairs)) for sha, pairs in plain])
    store.keep(setup, [(_COMMIT, sha, 0) for sha in fresh if sha in bare])
    return Arrived(total, _ended(git, tuple(found.values()), where.pins))


def _ended(git: Git, found: tuple[Blob, ...], head: str) -> tuple[Blob, ...]:
    """The facts with what is no longer there at the end."""
    if not found:
        return ()
    there = blobs.at_end(git, head, {blob.path for blob in found})
    return tuple(blob._replace(gone=there.get(blob.path) != blob.oid) for blob in found)


def _store(place: Place, environ: Mapping[str, str]) -> Store:
    return Store(os.path.join(place.common, "gitflowguard", "passed"), secret_of(place.common, environ))


def _facts(
    git: Git, place: Place, flow: Flow, arrivals: Sequence[NewContent], where: Where, store: Store
) -> tuple[Blob, ...]:
    setup = _setup(flow, where.about)
    items = [(arrival.path, arrival.oid) for arrival in arrivals]
    passed = store.passed(setup, items) if where.cached else [None] * len(items)
    missed = [arrival for arrival, count in zip(arrivals, passed) if count is None]
    if not missed:
        return ()
    from gitflowguard.app.artefacts.read import read

    found, plain = read(git, place, flow, missed, where)
    store.keep(setup, [(path, oid, 0) for path, oid in plain])
    return found


def _setup(flow: Flow, branch: str) -> bytes:
    """All that a pass depends on beside path and content."""
    own = flow.artefacts
    barred = own.notebooks == "none" and flow.protected(branch)
    words = ("artefacts", __version__, READERS, *(repr(value) for value in own), str(barred))
    return "\0".join(words).encode("utf-8", "surrogateescape")
