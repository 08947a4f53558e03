"""The lines of one side of a conflict as the radar's page shows them, and how many of them it holds."""

from __future__ import annotations

from gitflowguard.model.record import Record
from gitflowguard.radar.nouns import Span

# Of one side of a hunk.
MOST_LINES = 30
# Letters of all hunks together, with what the page puts around each line.
ROOM = 200_000
AROUND = 70
# Conflicts whose lines are shown, of those in one file that a knot names.
MOST_EXCERPTS = 5
# Of one line: notebooks and minified files have lines of 50 kB.
MOST_LETTERS = 400


class HunkSide(Record):
    """One side of a hunk: (line number or "", text) each; left: lines that are not shown."""

    lines: tuple[tuple[str, str], ...]
    left: int


class Room:
    """What the page still holds: letters of hunks, and sheets; and how many conflicts in a file show their lines."""

    def __init__(self, sheets: int, left: int = ROOM) -> None:
        self.sheets = sheets
        self.left = left
        self._shown: dict[str, int] = {}

    def take(self, texts: tuple[str, ...], most: int = MOST_LINES) -> tuple[str, ...]:
        """Return those of the lines that may be shown, each cut where it is long."""
        shown: list[str] = []
        for text in texts[:most]:
            line = _short(text.replace("\t", "    "))
            if len(line) + AROUND > self.left:
                break
            self.left -= len(line) + AROUND
            shown.append(line)
        return tuple(shown)

    def take_excerpt(self, path: str) -> bool:
        """Return whether one more conflict in a knot's file may show its lines."""
        self._shown[path] = self._shown.get(path, 0) + 1
        return self.left > 0 and self._shown[path] <= MOST_EXCERPTS

    def take_sheets(self, wanted: int) -> int:
        """Return how many of the sheets that are wanted may be shown."""
        given = min(wanted, self.sheets)
        self.sheets -= given
        return given


def side(texts: tuple[str, ...], span: Span | None, room: Room, most: int = MOST_LINES) -> HunkSide:
    """Number the lines of one side where the radar gave the place of the hunk."""
    shown = room.take(texts, most)
    numbered = tuple(("" if span is None else str(span[0] + at), text) for at, text in enumerate(shown))
    return HunkSide(numbered, len(texts) - len(shown))


def _short(text: str) -> str:
    """Cut a long line, and show that it is cut."""
    left = len(text) - MOST_LETTERS
    return f"{text[:MOST_LETTERS]} … {left} more characters" if left > 0 else text
