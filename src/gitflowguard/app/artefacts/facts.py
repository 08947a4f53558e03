"""New contents -> Blob facts. Light: what is known to be plain costs one look into the store.

A content that says nothing of interest is kept as passed, under the version of the reader, the policy and its path.
Only the rest is fetched from git, in groups that fit into memory, and read by a child under limits.
"""

from __future__ import annotations

import os

from gitflowguard import __version__
from gitflowguard.model.blobwords import NAMES
from gitflowguard.model.finding import IGNORE
from gitflowguard.tooling.store import Store, secret_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.app.artefacts.build import Where
    from gitflowguard.model.blob import Blob
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.blobs import NewContent
    from gitflowguard.repo.git import Git, Place


def wanted(flow: Flow) -> bool:
    """Whether any rule of the family can speak at all; it loads none of them."""
    return any(flow.active(name, IGNORE) for name in NAMES)


def speaking(flow: Flow, branch: str) -> bool:
    """Whether any of them can speak of this branch."""
    return any(flow.severity(name, IGNORE, branch) != IGNORE for name in NAMES)


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
    store = Store(os.path.join(place.common, "gitflowguard", "passed"), secret_of(place.common, environ))
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
    words = ("artefacts", __version__, *(repr(value) for value in own), str(barred))
    return "\0".join(words).encode("utf-8", "surrogateescape")
