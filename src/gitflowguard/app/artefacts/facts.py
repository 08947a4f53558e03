"""New contents -> Blob facts. Light: what is known to be plain costs one look into the store.

A content that says nothing of interest is kept as passed, under the version of the reader, the policy and its path.
Only the rest is fetched from git, in groups that fit into memory, and read by a child under limits.
"""

from __future__ import annotations

import os

from gitflowguard import __version__
from gitflowguard.model.blob import LARGE, Blob
from gitflowguard.model.blobwords import NAMES
from gitflowguard.model.finding import IGNORE, Unknown
from gitflowguard.model.record import Record
from gitflowguard.tooling.store import Store, secret_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitflowguard.artefacts.inspect import Inspection
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.blobs import NewContent
    from gitflowguard.repo.git import Git, Place


class Where(Record):
    """Where contents are judged.

    about: the branch. base: the commit whose reviewed exceptions count, "" for none. pins: the commit whose lock files
    count, "" for the index. texts: contents that git doesn't have, by blob id. cached: whether the store counts.
    remote: the remote that pointers' contents go to, "" where nothing is to be said of that.
    """

    about: str
    base: str = ""
    pins: str = ""
    texts: Mapping[str, bytes] = {}
    cached: bool = True
    remote: str = ""


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


def fact_of(arrival: NewContent, size: int, seen: Inspection, about: str) -> Blob:
    """The fact that a content makes."""
    return _bare(arrival, size, about)._replace(
        kind=seen.kind,
        imports=seen.imports,
        opaque=seen.opaque,
        versions=seen.versions,
        outputs=seen.outputs,
        secrets=seen.secrets,
        data=seen.data,
        pointer=seen.pointer,
        lost=seen.lost,
    )


def _bare(arrival: NewContent, size: int, about: str) -> Blob:
    return Blob(
        about=about,
        path=arrival.path,
        oid=arrival.oid,
        size=size,
        commit=arrival.commit,
        gone=arrival.gone,
    )


def too_large(arrival: NewContent, size: int, about: str, megabytes: int) -> Blob:
    """The fact of a content that isn't read."""
    why = f"it has {size >> 20} MB, more than the {megabytes} MB that artefacts.read-mb allows"
    return _bare(arrival, size, about)._replace(kind=LARGE, opaque=why)


def absent(arrival: NewContent, about: str) -> Blob:
    """The fact of a content that this clone lacks."""
    why = Unknown(f"{arrival.path} couldn't be checked: its content isn't in this clone", (("git", "fetch"),))
    return _bare(arrival, 0, about)._replace(unknown=why)
