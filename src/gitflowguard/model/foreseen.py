"""How a collision that is foreseen becomes a finding: the same for every rule that tells one."""

from __future__ import annotations

from gitflowguard.model.finding import Finding
from gitflowguard.model.names import listed, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.collision import Collision

MOST_NAMES = 6


def collision(seen: Collision, says: str) -> Finding:
    """The finding at the first path and line where it clashes; the sentence names the path, counts the others, and
    says what ends it where that isn't a command to run now."""
    first = seen.clashes[0] if seen.clashes else None
    if first is not None:
        rest = len(seen.clashes) - 1
        says += f", in {first.path}" + (f" and {plural(rest, 'more path')}" if rest else "")
    says += _ending(seen)
    line = first.theirs[0][0] if first is not None and first.theirs else 0
    return Finding(
        says,
        seen.mend,
        ref=seen.about,
        commit=seen.tip,
        path=first.own[1] if first else "",
        line=max(line, 0),
        advice=seen.advice,
    )


def _ending(seen: Collision) -> str:
    """``; no conflict if feature/a is merged before feature/b``, ``; update feature/b then``, why there is no way."""
    ends = seen.remedy
    if ends is None:
        return ""
    if ends.order:
        return f"; no conflict if {ends.order[0]} is merged before {ends.order[1]}"
    if ends.after and ends.steps:
        return f"; update {ends.moves} then"
    return f"; {ends.why}" if ends.why else ""


def breakage(seen: Collision) -> Finding:
    """The finding on a merge that git makes, at the first place that is broken in it."""
    where = f"{seen.path}:{seen.line}: " if seen.path and seen.line else f"{seen.path}: " if seen.path else ""
    rest = f", and in {plural(seen.more, 'more place')}" if seen.more else ""
    return Finding(
        f"{merging(seen.merges, seen.target)}, and the result is broken: {where}{seen.says}{rest}",
        seen.mend,
        ref=seen.about,
        commit=seen.tip,
        path=seen.path,
        line=max(seen.line, 0),
        advice=seen.advice,
    )


def merging(merges: tuple[tuple[str, ...], ...], target: str) -> str:
    """``feature/a and feature/b merge into develop without a conflict``; of several merges whom one of them meets."""
    every = tuple(dict.fromkeys(name for names in merges for name in names))
    if len(merges) == 1:
        return f"{listed(every, 'and')} {'merges' if len(every) == 1 else 'merge'} into {target} without a conflict"
    shared = next(name for name in every if all(name in names for names in merges))
    rest = tuple(name for name in every if name != shared)
    told = listed(rest, "and") if len(rest) <= MOST_NAMES else f"{len(rest)} other branches"
    return f"{shared} and each of {told} merge into {target} without a conflict"
