"""A template of the policy as GitHub's patterns. Where GitHub's language is too coarse, the patterns cover more."""

from __future__ import annotations

from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.names import HEADS
from gitflowguard.model.template import Template

_SPECIAL = frozenset("\\*?[")
_DEEP = "**/*"
# Each slot with slashes in the middle of a part doubles the patterns, so more than these are not distinguished.
_MANY = 3


def patterns_of(kind: Kind, flow: Flow) -> tuple[str, ...]:
    """Patterns of full refs that cover every branch of the kind."""
    return tuple(dict.fromkeys(HEADS + text for name in kind.names for text in branch_patterns(name, flow)))


def branch_patterns(template: Template, flow: Flow) -> tuple[str, ...]:
    """``feature/{slug}`` -> ``feature/**/*``; ``release/{version}`` -> ``release/*``.

    A slot that takes slashes becomes ``**/*`` at the beginning of a part. Elsewhere GitHub has no word for it, so
    there are two patterns: one where it holds no slash, one where it does.
    """
    parts = template.parts
    loose = sum(_deep(part, flow) for part, _ in parts)
    if loose > _MANY:
        return (_escaped(template.prefix.rpartition("/")[0] + "/").lstrip("/") + _DEEP,)
    found = [""]
    for part, text in parts:
        if part == "lit":
            found = [begun + _escaped(text) for begun in found]
        elif not _deep(part, flow):
            found = [_joined(begun, "*") for begun in found]
        else:
            found = [longer for begun in found for longer in _deepened(begun)]
    return tuple(dict.fromkeys(found))


def tag_patterns(flow: Flow) -> tuple[str, ...]:
    """Patterns of full refs that cover every version tag: what stands before the number, then a digit."""
    tags = {kind.tag.text.removesuffix("{version}") for kind in flow.kinds if kind.tag is not None}
    return tuple(f"refs/tags/{_escaped(prefix)}{'*' if prefix else '[0-9]*'}" for prefix in sorted(tags))


def _deep(part: str, flow: Flow) -> bool:
    """Whether the slot takes slashes."""
    if part == "ticket":
        return any(inner in ("slug", "any") for inner, _ in flow.ticket.parts)
    return part in ("slug", "any")


def _deepened(begun: str) -> tuple[str, ...]:
    """The pattern with a slot behind it that takes slashes."""
    if not begun or begun.endswith("/"):
        return (begun + _DEEP,)
    return (_joined(begun, "*"), _joined(begun, "*/**/*"))


def _joined(begun: str, more: str) -> str:
    """Both, without a star beside a star, which would mean directories."""
    return begun + (more[1:] if begun.endswith("*") and not begun.endswith("\\*") else more)


def _escaped(text: str) -> str:
    """Fixed text, where no letter stands for another."""
    return "".join("\\" + letter if letter in _SPECIAL else letter for letter in text)
