"""The lines of one side of a conflict as the radar's page shows them, and how many of them it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.model.record import Record

if TYPE_CHECKING:
    from gitflowguard.radar.nouns import Span

# Of one side of a hunk.
MOST_LINES = 60
# Of all hunks together.
ROOM = 20_000
# Of one line: notebooks and minified files have lines of 50 kB.
MOST_LETTERS = 400


class HunkSide(Record):
    """One side of a hunk: (line number or "", text) each; left: lines that are not shown."""

    lines: tuple[tuple[str, str], ...]
    left: int


class Room:
    """How many lines of hunks the page still holds, and how many sheets."""

    def __init__(self, sheets: int, left: int = ROOM) -> None:
        self.sheets = sheets
        self.left = left

    def take(self, wanted: int, most: int = MOST_LINES) -> int:
        """Return how many of the lines that are wanted may be shown."""
        given = min(wanted, most, self.left)
        self.left -= given
        return given

    def take_sheets(self, wanted: int) -> int:
        """Return how many of the sheets that are wanted may be shown."""
        given = min(wanted, self.sheets)
        self.sheets -= given
        return given


def side(texts: tuple[str, ...], span: Span | None, room: Room, most: int = MOST_LINES) -> HunkSide:
    """Number the lines of one side where the radar gave the place of the hunk."""
    shown = texts[: room.take(len(texts), most)]
    numbered = tuple(
        ("" if span is None else str(span[0] + line), _short(text.replace("\t", "    ")))
        for line, text in enumerate(shown)
    )
    return HunkSide(numbered, len(texts) - len(shown))


def _short(text: str) -> str:
    """Cut a long line, and show that it is cut."""
    left = len(text) - MOST_LETTERS
    return f"{text[:MOST_LETTERS]} … {left} more characters" if left > 0 else text
