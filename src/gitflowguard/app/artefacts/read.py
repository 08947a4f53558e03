"""Contents that nothing is known of yet: fetched, read under limits, and completed with what the repository says."""

from __future__ import annotations

import hashlib

from gitflowguard.app.artefacts.build import Where, absent, fact_of, too_large
from gitflowguard.artefacts import data as tables
from gitflowguard.artefacts import pins, trust
from gitflowguard.artefacts.limits import Limits
from gitflowguard.model.blob import NOTEBOOK, Blob
from gitflowguard.model.paths import any_matches
from gitflowguard.repo import blobs, contents
from gitflowguard.rules import registry
from gitflowguard.tooling.inspecting import inspect_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitflowguard.artefacts.inspect import Inspection
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.blobs import NewContent
    from gitflowguard.repo.git import Git, Place

# A lock file is not larger than this.
_LOCK_BYTES = 8 << 20


def read(
    git: Git, place: Place, flow: Flow, missed: Sequence[NewContent], where: Where
) -> tuple[tuple[Blob, ...], list[tuple[str, str]]]:
    """(facts that a rule may speak of, (path, blob) of what is plain)."""
    own = flow.artefacts
    by_oid: dict[str, list[NewContent]] = {}
    for arrival in missed:
        by_oid.setdefault(arrival.oid, []).append(arrival)
    sized = blobs.sizes(git, [oid for oid in by_oid if oid not in where.texts])
    sized.update({oid: len(data) for oid, data in where.texts.items() if oid in by_oid})
    most = own.read_mb << 20
    found: list[Blob] = []
    plain: list[tuple[str, str]] = []
    for oid, arrivals in by_oid.items():
        if oid not in sized:
            found += [absent(arrival, where.about) for arrival in arrivals]
        elif sized[oid] > most:
            found += [_noted(too_large(one, sized[oid], where.about, own.read_mb)) for one in arrivals]
    small = [(oid, size) for oid, size in sized.items() if size <= most]
    for group in _groups(git, small, where):
        pairs = [(arrival, data) for oid, data in group for arrival in by_oid[oid]]
        limits = Limits(size=most, total=3 * most)
        answers = inspect_all(
            [(arrival.path, data) for arrival, data in pairs],
            limits,
            flow.quality.seconds,
            flow.quality.megabytes,
        )
        for (arrival, data), seen in zip(pairs, answers):
            if _plain(flow, arrival, len(data), seen):
                plain.append((arrival.path, arrival.oid))
            else:
                blob = fact_of(arrival, len(data), seen, where.about)
                blob = blob._replace(digest=hashlib.sha256(data).hexdigest())
                found.append(_located(place, blob, seen, where))
    order = {(arrival.path, arrival.oid): index for index, arrival in enumerate(missed)}
    found.sort(key=lambda blob: order[blob.path, blob.oid])
    return tuple(_trusted(git, _pinned(git, found, where), where)), plain


def _noted(blob: Blob) -> Blob:
    """A large content that isn't read can be trusted by its id in git: it has no other checksum here."""
    return blob._replace(digest=blob.oid)


def _groups(git: Git, small: Sequence[tuple[str, int]], where: Where) -> Iterator[list[tuple[str, bytes]]]:
    theirs = [(oid, size) for oid, size in small if oid not in where.texts]
    yield from blobs.batches(git, theirs)
    own = [(oid, where.texts[oid]) for oid, _ in small if oid in where.texts]
    if own:
        yield own


def _plain(flow: Flow, arrival: NewContent, size: int, seen: Inspection) -> bool:
    """Whether no rule has anything to say of this content at this path, whatever the repository holds beside it."""
    own = flow.artefacts
    if seen.imports or seen.opaque or seen.versions or seen.outputs or seen.secrets or seen.pointer:
        return False
    if size > own.size_kb * 1024 or (seen.data and size > own.data_kb * 1024):
        return False
    if seen.kind == NOTEBOOK and own.notebooks == "none":
        return False
    return not tables.by_path(arrival.path) and not any_matches(own.data, arrival.path)


def _located(place: Place, blob: Blob, seen: Inspection, where: Where) -> Blob:
    """A pointer with what is known of the content that it stands for."""
    if not blob.pointer or blob.lost or not where.remote or not seen.key:
        return blob
    from gitflowguard.repo.pointed import missing

    return blob._replace(lost=missing(place, blob.pointer, seen.key, where.remote))


def _pinned(git: Git, found: list[Blob], where: Where) -> list[Blob]:
    """Models with the versions that the lock files beside and above them pin."""
    packages = {package for blob in found for package, _ in blob.versions}
    if not packages:
        return found
    names: dict[str, None] = {}
    for blob in found:
        if blob.versions:
            for folder in _folders(blob.path):
                names.update(dict.fromkeys(f"{folder}{name}" for name in pins.FILES))
    entries, _ = contents.configs(git, contents.Places(tuple(names)), where.pins)
    texts = contents.texts(git, None, tuple(dict.fromkeys(entries.values())), _LOCK_BYTES)
    return [_with_pins(blob, entries, texts) if blob.versions else blob for blob in found]


def _with_pins(blob: Blob, entries: dict[str, str], texts: Mapping[str, object]) -> Blob:
    """The nearest folder with a pin counts, and all pins in it."""
    for folder in _folders(blob.path):
        rows = []
        for name in pins.FILES:
            data = texts.get(entries.get(f"{folder}{name}", ""))
            for package, _ in blob.versions if isinstance(data, bytes) else ():
                version = pins.pinned(name, data, package) if isinstance(data, bytes) else ""
                if version:
                    rows.append((package, version, f"{folder}{name}"))
        if rows:
            return blob._replace(pins=tuple(dict.fromkeys(rows)))
    return blob


def _folders(path: str) -> list[str]:
    """The folders from the file's own up to the root: ``a/b/``, ``a/``, ""."""
    parts = path.split("/")[:-1]
    return ["".join(f"{part}/" for part in parts[:count]) for count in range(len(parts), -1, -1)]


def _trusted(git: Git, found: list[Blob], where: Where) -> list[Blob]:
    """The facts with the reviewed exceptions of the base."""
    if not where.base or not any(blob.digest for blob in found):
        return found
    entries, _ = contents.configs(git, contents.Places((trust.NAME,)), where.base)
    oid = entries.get(trust.NAME)
    data = contents.texts(git, None, (oid,), _LOCK_BYTES).get(oid) if oid else None
    if not isinstance(data, bytes):
        return found
    reviewed = trust.read(data, dict(registry.of_fact("Blob")))
    return [blob._replace(trusted=trust.rules_of(reviewed, blob.digest)) for blob in found]
