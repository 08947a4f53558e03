"""A lock file's conflict ends when one side is kept whole and a tool completes it from its manifest.

The tool is not run here. That all but the lock file merges, the merge that found the conflict has shown; what git puts
together from two manifests may still be something that the tool can't read, so it is merged and read.
"""

from __future__ import annotations

from gitflowguard.app.radar.look import root_of
from gitflowguard.app.radar.smallmerge import three
from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record
from gitflowguard.radar.natures import has_form, manifests, well_formed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.app.radar.look import MergeContext, TargetVerdicts

_FILE = "100644"


class Manifest(Record):
    """What a lock file is made from. path: "" where the target has nothing of the kind beside it."""

    path: str

    @classmethod
    def of(cls, bench: MergeContext, looked: TargetVerdicts, lock: str) -> Manifest:
        """The target's own, beside a lock file."""
        paths = manifests(lock)
        types = bench.sounding.types([f"{looked.tree}:{path}" for path in paths])
        return cls(next((path for path, (_, kind) in zip(paths, types) if kind == "blob"), ""))


def readable(
    bench: MergeContext, looked: TargetVerdicts, manifest: Manifest, merges: Mapping[int, tuple[str, ...]]
) -> dict[int, bool]:
    """Whether the tool could read the manifest of each merge; without those of which that isn't known.

    merges: the tip that is merged into the target; or two, the one that lands first and the one that comes. A manifest
    that only one side has changed is that side's own, and one that is neither TOML nor JSON isn't read.
    """
    if not manifest.path or not has_form(manifest.path):
        return dict.fromkeys(merges, True)
    trees = {hit: found for hit, tips in merges.items() if (found := _trees(bench, looked, tips)) is not None}
    specs = list(dict.fromkeys(f"{tree}:{manifest.path}" for found in trees.values() for tree in found))
    oids = {spec: oid for spec, (oid, _) in zip(specs, bench.sounding.types(specs))}
    blobs = {hit: [oids[f"{tree}:{manifest.path}"] for tree in found] for hit, found in trees.items()}
    fine = {hit: True for hit, found in blobs.items() if _one_side(found)}
    asked = {hit: found for hit, found in blobs.items() if hit not in fine and all(found)}
    scratch = bench.scratch
    pairs = [
        three(scratch, *(scratch.tree({manifest.path: (_FILE, oid)}) for oid in found))
        for found in asked.values()
    ]
    answers = bench.trials.merge(bench.folder, pairs) if pairs else []
    merged = {hit: one.tree for hit, one in zip(asked, answers) if not isinstance(one, Unknown) and one.clean}
    texts = bench.sounding.blobs([f"{tree}:{manifest.path}" for tree in merged.values()])
    read = {hit: well_formed(manifest.path, data) for hit, data in zip(merged, texts) if data is not None}
    return fine | read


def _one_side(found: list[str]) -> bool:
    base, ours, theirs = found
    return base in (ours, theirs) or ours == theirs


def _trees(bench: MergeContext, looked: TargetVerdicts, tips: tuple[str, ...]) -> tuple[str, str, str] | None:
    """(base, ours, theirs) of a merge; None where it has several merge bases, or a tree isn't at hand."""
    comes = looked.stands[tips[-1]]
    base, ours = comes.trees[0], looked.tree
    if len(tips) > 1:
        first = looked.stands[tips[0]]
        ours, root = first.tree, root_of(first.own, comes)
        if root != comes.base:
            base = bench.sounding.trees((root,)).get(root, "") if root else ""
    found = (base, ours, comes.trees[1])
    return found if all(found) else None
