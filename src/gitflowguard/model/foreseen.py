"""How a collision that is foreseen becomes a finding: the same for every rule that tells one."""

from __future__ import annotations

from gitflowguard.model.finding import Finding
from gitflowguard.model.names import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.collision import Collision


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
