"""Lines and colors of the text formats, shared by findings, the lists of tools, the radar and protection."""

from __future__ import annotations

from gitflowguard.report import words
from gitflowguard.report.escape import terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.report.about import About


STYLES = {"error": "1;31", "warning": "1;33", "label": "36", "head": "1"}


def more(rule: str, seen: set[str], about: About) -> list[str]:
    """The line that names a rule's manual, once; ``seen`` remembers."""
    if rule in seen:
        return []
    seen.add(rule)
    return labelled("more", (words.explain(rule),), about)


def labelled(label: str, items: tuple[str, ...], about: About) -> list[str]:
    """``  help: item``, and the further items under the first."""
    head = paint(f"{label}:", "label", about) + " " * (len("help: ") - len(label) - 1)
    return [("  " + head if index == 0 else " " * 8) + terminal(item) for index, item in enumerate(items)]


def paint(text: str, style: str, about: About) -> str:
    """The text in its color, where colors are wanted."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if about.colour else text
