"""What earlier runs found of a target, as values; app.radar.kept keeps them."""

from __future__ import annotations

from gitflowguard.app.radar.verdicts import Before
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gitflowguard.radar.nouns import Clash

    # (tip, other tip or "", names) -> what clashes there.
    Clashes = dict[tuple[str, ...], tuple[Clash, ...]]
    # Whether it landed; then the ids of the files that were merged, or (path, the fields of a PathChange), and else
    # the conflicted paths.
    Outcome = tuple[bool, tuple[Any, ...]]
    Chain = dict[tuple[str, ...], Outcome]
    # What an answer hangs on -> the branches that one stands on.
    Stacked = dict[tuple[str, ...], tuple[str, ...]]


class Patches(Record):
    """What is known of commits. touched: commit -> digest of the paths that it touches, "" for a merge.
    ids: commit -> (its patch id, its subject).
    """

    touched: dict[str, str] = {}
    ids: dict[str, tuple[str, str]] = {}


class KnownVerdicts(Record):
    """What is known of a target. before: verdicts. clashes: (tip, other tip, names) -> details. chain: of
    what decided the landings of the last order (app.radar.order). files: the target's attributes, None if not known.
    patches: of commits. people: tip -> whose it is. stacks: what stands on what
    (app.radar.stacks). tried: cures of
    knots (app.radar.cure). places: on the target's first-parent chain (ObjectReader.lines).
    """

    before: Before = Before()
    clashes: Clashes = {}
    chain: Chain = {}
    files: dict[str, bytes] | None = None
    patches: Patches = Patches()
    places: dict[str, int] = {}
    people: dict[str, str] = {}
    stacks: Stacked = {}
    tried: dict[tuple[str, ...], bool] = {}
