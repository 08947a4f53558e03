"""Where contents are judged, and the fact that each of them makes."""

from __future__ import annotations

from gitflowguard.model.blob import LARGE, Blob
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.artefacts.inspect import Inspection
    from gitflowguard.repo.blobs import NewContent


class Where(Record):
    """Where contents are judged.

    about: the branch. base: the commit whose reviewed exceptions count, "" for none. pins: the commit whose lock files
    count, and the end of a range; "" for the index. texts: contents that git doesn't have, by blob id. cached: whether
    the store counts. remote: the remote that pointers' contents go to, "" where nothing is to be said of that.
    """

    about: str
    base: str = ""
    pins: str = ""
    texts: Mapping[str, bytes] = {}
    cached: bool = True
    remote: str = ""


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
    )


def too_large(arrival: NewContent, size: int, about: str, megabytes: int) -> Blob:
    """The fact of a content that isn't read."""
    why = f"it has {size >> 20} MB, more than the {megabytes} MB that artefacts.read-mb allows"
    return _bare(arrival, size, about)._replace(kind=LARGE, opaque=why)


def absent(arrival: NewContent, about: str) -> Blob:
    """The fact of a content that this clone lacks."""
    why = Unknown(f"{arrival.path} couldn't be checked: its content isn't in this clone", (("git", "fetch"),))
    return _bare(arrival, 0, about)._replace(unknown=why)
