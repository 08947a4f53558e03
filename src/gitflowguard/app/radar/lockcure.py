"""A lock file's conflict ends when one side is kept whole and a tool completes it from its manifest.

The tool is not run here. That all but the lock file merges, the merge that found the conflict has shown; what git puts
together from two manifests may still be something that the tool can't read, so it is merged and read.
"""

from __future__ import annotations

import posixpath

from gitflowguard.app.radar.look import root_of
from gitflowguard.app.radar.smallmerge import three
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.radar.natures import has_form, manifests, well_formed
from gitflowguard.radar.workspaces import Workspace, listing_of, members, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import TargetVerdicts

_FILE = "100644"


# Beyond this, members of a workspace aren't read.
_MOST_MEMBERS = 200


class Manifest(Record):
    """What a lock file is made from.

    path: "" where the target has nothing of the kind beside it. members: those of the workspace that it is the root
    of, and of projects that it names by their paths.
    """

    path: str
    members: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: MergeContext, verdicts: TargetVerdicts, lock: str) -> Manifest | None:
        """The target's own, beside a lock file; None where no tool reads it, because a workspace above has another."""
        paths = manifests(lock)
        types = context.reader.types([f"{verdicts.tree}:{path}" for path in paths])
        path = next((path for path, (_, kind) in zip(paths, types) if kind == "blob"), "")
        folder, _, name = lock.rpartition("/")
        listing, member = listing_of(name)
        if not listing:
            return cls(path)
        above = [folder, *_above(folder)]
        read_at = context.reader.blobs([f"{verdicts.tree}:{posixpath.join(one, listing)}" for one in above])
        own, *others = [read(name, data) for data in read_at]
        outer = (
            one.listed and one.has(posixpath.relpath(folder, at or ".")) for at, one in zip(above[1:], others)
        )
        if not own.listed and any(outer):
            return None
        if own == Workspace():
            return cls(path)
        out = context.reader.ask("ls-tree", "-r", "-z", "--name-only", verdicts.tree)
        every = out.decode("utf-8", "surrogateescape").split("\0")
        return cls(path, members(folder, own, member, every)[:_MOST_MEMBERS])


def _above(folder: str) -> list[str]:
    """The folders above one, the nearest first, down to "" for the top."""
    found = []
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder)
    return found


def readable(
    context: MergeContext, verdicts: TargetVerdicts, manifest: Manifest, merges: Mapping[int, tuple[str, ...]]
) -> dict[int, bool]:
    """Whether the tool could read the manifest of each merge; without those of which that isn't known.

    merges: the tip that is merged into the target; or two, the one that lands first and the one that comes. A manifest
    that only one side has changed is that side's own, and one that is neither TOML nor JSON isn't read.
    """
    asked = [path for path in (manifest.path, *manifest.members) if path and has_form(path)]
    if not asked:
        return dict.fromkeys(merges, True)
    trees = {
        hit: found for hit, tips in merges.items() if (found := _trees(context, verdicts, tips)) is not None
    }
    specs = [
        f"{tree}:{path}" for path in asked for tree in dict.fromkeys(t for one in trees.values() for t in one)
    ]
    oids = {spec: oid for spec, (oid, _) in zip(specs, context.reader.types(specs))}
    each = [
        _read(
            context, path, {hit: [oids[f"{tree}:{path}"] for tree in found] for hit, found in trees.items()}
        )
        for path in asked
    ]
    known = [
        hit for hit in trees if all(hit in one for one in each) or any(one.get(hit) is False for one in each)
    ]
    return {hit: all(one.get(hit, True) for one in each) for hit in known}


def _read(context: MergeContext, path: str, blobs: dict[int, list[str]]) -> dict[int, bool]:
    """Whether the tool could read one manifest in each merge. blobs: (base, ours, theirs), "" for none."""
    fine = {hit: True for hit, found in blobs.items() if _one_side(found)}
    asked = {hit: found for hit, found in blobs.items() if hit not in fine and all(found)}
    scratch = context.scratch
    pairs = [
        three(scratch, *(scratch.tree({path: (_FILE, oid)}) for oid in found)) for found in asked.values()
    ]
    answers = context.trials.merge(context.folder, pairs) if pairs else []
    merged = {hit: one.tree for hit, one in zip(asked, answers) if not isinstance(one, Unknown) and one.clean}
    texts = context.reader.blobs([f"{tree}:{path}" for tree in merged.values()])
    read = {hit: well_formed(path, data) for hit, data in zip(merged, texts) if data is not None}
    return fine | read


def _one_side(found: list[str]) -> bool:
    base, ours, theirs = found
    return base in (ours, theirs) or ours == theirs


def _trees(
    context: MergeContext, verdicts: TargetVerdicts, tips: tuple[str, ...]
) -> tuple[str, str, str] | None:
    """(base, ours, theirs) of a merge; None where it has several merge bases, or a tree isn't at hand."""
    comes = verdicts.stands[tips[-1]]
    base, ours = comes.trees[0], verdicts.tree
    if len(tips) > 1:
        first = verdicts.stands[tips[0]]
        ours, root = first.tree, root_of(first.own, comes)
        if root != comes.base:
            base = context.reader.trees((root,)).get(root, "") if root else ""
    found = (base, ours, comes.trees[1])
    return found if all(found) else None
