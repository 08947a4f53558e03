"""`status` for people: where to start, then aligned columns, then the other sentences; a screen of it by default."""

from __future__ import annotations

import unicodedata

from gitflowguard.model.finding import Argv, Unknown
from gitflowguard.model.names import listed, plural, shell, short
from gitflowguard.model.record import Record
from gitflowguard.model.status import MINUTE, NOT_LOOKED, BranchRow, Conflicts, Status, age
from gitflowguard.report.escape import terminal

_NONE = "-"
# The target has the branch's changes by other commits: squashed, or cherry-picked.
_COPIED = "(same changes)"
_SHORTEST = 18
# Where a screen is low: rows that are shown anyway, and reasons why something can't be determined.
_FEWEST = 5
_REASONS = 3
_STYLES = {
    "head": "2",
    "current": "1;32",
    "line": "1",
    "odd": "33",
    "yes": "32",
    "label": "36",
    "sentence": "1",
}


class Look(Record):
    """width, height: columns and lines of the terminal, 0 for as many as it takes. signs: yes, no, cut-off."""

    width: int = 0
    height: int = 0
    colour: bool = False
    signs: tuple[str, str, str] = ("✓", "✗", "…")


ASCII = ("[x]", "[ ]", "~")


class StatusCell(Record):
    """One cell, already fit for a terminal, and its style ("" for none)."""

    text: str
    style: str = ""


def render(status: Status, look: Look) -> str:
    """Where to start, the table, what can't be determined, and the notes; each block after an empty line."""
    start, notes = _start(status, look), _notes(status, look)
    shown, left = _screen(status, look, len(start) + len(notes))
    blocks = [start, [*_table(shown, look), *_left(left, status.hidden)], _untold(shown, look), notes]
    return "\n".join("".join(line + "\n" for line in block) for block in blocks if block)


def _screen(status: Status, look: Look, taken: int) -> tuple[Status, tuple[BranchRow, ...]]:
    """What fits the screen beside this many lines, and the rows that don't.

    The long-lived branches and the current one are shown anyway; of the others the newest.
    """
    if not look.height:
        return status, ()
    # The head, an empty line after each of four blocks, the line about the rest, the prompt.
    room = max(look.height - taken - 7 - _REASONS - 1, _FEWEST)
    room -= sum(1 + len(_below(row, False)) for row in status.rows if row.protected or row.current)
    kept: list[BranchRow] = []
    left: list[BranchRow] = []
    for row in status.rows:
        always = row.protected or row.current
        room -= 0 if always else 1 + len(_below(row, False))
        (kept if always or room >= 0 else left).append(row)
    if len(left) == 1:  # the line that says so would take its place
        return status, ()
    return status._replace(rows=tuple(kept)), tuple(left)


def _left(rows: tuple[BranchRow, ...], hidden: int) -> list[str]:
    """What isn't shown, by kind, and how to see it."""
    lines = []
    if rows:
        kinds = [row.kind or "unknown" for row in rows]
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        lines.append(
            f"  … {len(rows)} older branches: {terminal(counts)}; to see all: gitflowguard status --all"
        )
    if hidden:
        others = "1 other branch" if hidden == 1 else f"{hidden} other branches"
        lines.append(f"  {others} left out by the options")
    return lines


def _table(status: Status, look: Look) -> list[str]:
    """One line a branch, and one more under a branch that stands on another."""
    if not status.rows:
        return []
    shared = any(row.remote or row.twin for row in status.rows)
    for short_cut, shortest in ((False, 0), (True, 0), (True, _SHORTEST)):
        rows = (_cells(row, status, look, short_cut, shared) for row in status.rows)
        grid = [_head(status, short_cut), *rows]
        grid = _without_empty(grid)
        widths = [max(_width(line[index].text) for line in grid) for index in range(len(grid[0]))]
        over = sum(widths) + 2 * len(widths) - look.width
        if not look.width or over <= 0:
            break
        if shortest:
            widths[0] = max(min(widths[0], shortest), widths[0] - over)
    lines = [_line(grid[0], "  ", widths, look)]
    for row, cells in zip(status.rows, grid[1:]):
        lines.append(_line(cells, "* " if row.current else "+ " if row.elsewhere else "  ", widths, look))
        lines += ["    " + _paint(text, "odd", look) for text in _below(row, short_cut)]
    return lines


def _head(status: Status, short_cut: bool) -> list[StatusCell]:
    titles = ["branch", "kind", "cut from", "+/-", "merged", terminal(status.upstream), "age"]
    return [StatusCell(title, "head") for title in (titles if short_cut else [*titles, "conflicts"])]


def _without_empty(grid: list[list[StatusCell]]) -> list[list[StatusCell]]:
    """Leaves out the columns that have nothing to say in this repository."""
    kept = [i for i in range(len(grid[0])) if any(line[i].text != _NONE for line in grid[1:])]
    return [[line[i] for i in kept] for line in grid]


def _cells(row: BranchRow, status: Status, look: Look, short_cut: bool, shared: bool) -> list[StatusCell]:
    """A branch as cells, in the order of the head. shared: whether the remote has any branch at all."""
    style = "current" if row.current else "line" if row.protected else ""
    cells = [
        StatusCell(terminal(row.shown), style),
        StatusCell(row.kind) if row.kind else StatusCell("unknown", "odd"),
        _cut(row, short_cut),
        _apart(row),
        _merged(row, look),
        _twin(row, shared),
        StatusCell(_age(status.now - row.committed)),
    ]
    # In a narrow terminal a conflict is reported below its branch.
    return cells if short_cut else [*cells, _conflicts(row)]


def _conflicts(row: BranchRow) -> StatusCell:
    """``no``, ``with develop``, ``with feature/x, feature/y``."""
    seen = row.conflicts
    if seen is None:
        return StatusCell(_NONE)
    if seen.found:
        return StatusCell(f"with {terminal(_met(row.name, seen))}", "odd")
    if seen.untold is None:
        return StatusCell("no")
    return StatusCell("not checked") if seen.untold == NOT_LOOKED else StatusCell("can't determine", "odd")


# Where one order is clean: which of the two has to land first.
_ORDERED = {"first": " (land this first)", "second": " (land that first)"}


def _met(name: str, seen: Conflicts) -> str:
    """The others, each once, and in which order there is no conflict; many are counted."""
    names = list(dict.fromkeys(one.other(name) + _ORDERED.get(one.lands(name), "") for one in seen.found))
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _age(seconds: int) -> str:
    return age(seconds) if seconds >= MINUTE else "just now"


def _cut(row: BranchRow, short_cut: bool) -> StatusCell:
    """Where it was cut from: the line, and the commit there."""
    if isinstance(row.origin, Unknown):
        return StatusCell("?", "odd")
    if row.origin is None:
        return StatusCell(terminal(row.parent) or _NONE)
    # A kind that the policy knows has one right parent; for any other name all lines are as likely.
    name = row.parent if row.kind else listed(row.origin.lines)
    return StatusCell(terminal(name) if short_cut else f"{terminal(name)} {short(row.origin.commit)}")


def _apart(row: BranchRow) -> StatusCell:
    """``+3 -1``: commits that only the branch has, and that only its parent has."""
    if not row.parent:
        return StatusCell(_NONE)
    return StatusCell(f"+{_number(row.ahead)} -{_number(row.behind)}")


def _number(count: int | Unknown) -> str:
    return "?" if isinstance(count, Unknown) else str(count)


def _merged(row: BranchRow, look: Look) -> StatusCell:
    """``✓ main ✗ develop``, ``✗ main develop``: a sign holds until the next one.

    ``✓ develop (same changes)``: its work is there, by other commits.
    """
    if isinstance(row.merged, Unknown):
        return StatusCell("?", "odd")
    if row.empty:
        return StatusCell("nothing new")
    words = []
    before: bool | None = None
    for target, held in row.merged:
        there = held or target in row.landed
        words += ([] if there is before else [look.signs[0 if there else 1]]) + [terminal(target)]
        words += [_COPIED] if there and not held else []
        before = there
    said = " ".join(words)
    done = bool(row.merged) and all(held or target in row.landed for target, held in row.merged)
    return StatusCell(said or _NONE, "yes" if done else "")


def _twin(row: BranchRow, shared: bool) -> StatusCell:
    """How the branch stands to the one of its name on the remote."""
    if row.remote:
        return StatusCell("only there")
    if row.twin is None:
        return StatusCell("not there" if shared else _NONE)
    ahead, behind = row.twin.ahead, row.twin.behind
    if isinstance(ahead, Unknown) or isinstance(behind, Unknown):
        return StatusCell("?", "odd")
    said = ", ".join(
        text for text in (f"{ahead} ahead" * bool(ahead), f"{behind} behind" * bool(behind)) if text
    )
    return StatusCell(said or "same", "odd" if behind else "")


def _below(row: BranchRow, short_cut: bool) -> list[str]:
    """What does not fit a column: the branches that it stands on, and in a narrow table what it conflicts with."""
    seen = row.conflicts
    lines = [f"conflicts with {terminal(_met(row.name, seen))}"] if short_cut and seen and seen.found else []
    if isinstance(row.stacks, Unknown):
        return lines
    return lines + [
        f"stacked on {terminal(stack.on)}: {plural(stack.commits, 'commit')} of it not merged yet"
        for stack in row.stacks
    ]


def _untold(status: Status, look: Look) -> list[str]:
    """Each reason once, with the branches that it holds for. A shallow clone's is a note already."""
    if status.shallow:
        return []
    reasons: dict[str, list[str]] = {}
    for row in status.rows:
        for what, value in (
            ("where it was cut", row.origin),
            ("what it is built on", row.stacks),
            ("+/-", row.ahead),
            ("conflicts", row.conflicts and _worth_telling(row.conflicts)),
        ):
            if isinstance(value, Unknown):
                reasons.setdefault(f"can't determine {what}: {value.reason}", []).append(row.shown)
    lines = []
    most = _REASONS if look.height else len(reasons)
    for reason, names in list(reasons.items())[:most]:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        lines.append(
            f"{_paint('?', 'odd', look)} {terminal(', '.join(names[:3]) + more)}: {terminal(reason)}"
        )
    if len(reasons) > most:
        lines.append(f"  … {plural(len(reasons) - most, 'more reason')}: gitflowguard status --all")
    return lines


def _worth_telling(seen: Conflicts) -> Unknown | None:
    """Why it couldn't be determined; that there was no time for it is a note on the whole."""
    return None if seen.untold == NOT_LOOKED else seen.untold


def _start(status: Status, look: Look) -> list[str]:
    """The one sentence, and the commands that follow from it."""
    start = status.start
    lines = [_paint(terminal(start.says), "sentence", look)]
    lines += _commands("first" if start.begin else "help", start.mend, look)
    if start.begin:
        label = "then: " if start.mend else "so:"
        head = _paint(label, "label", look)
        lines += [
            f"  {head if index == 0 else ' ' * len(label)} {terminal(line)}"
            for index, line in enumerate(start.begin.split("\n"))
        ]
    return lines


def _notes(status: Status, look: Look) -> list[str]:
    lines = []
    for note in status.notes:
        lines.append(f"{_paint('note', 'label', look)}: {terminal(note.says)}")
        lines += _commands("help", note.mend, look)
    return lines


def _commands(label: str, mend: tuple[Argv, ...], look: Look) -> list[str]:
    """``  help: git …``, further commands under the first."""
    head = _paint(f"{label}:", "label", look)
    return [
        f"  {head if index == 0 else ' ' * (len(label) + 1)} {terminal(shell(argv))}"
        for index, argv in enumerate(mend)
    ]


def _line(cells: list[StatusCell], mark: str, widths: list[int], look: Look) -> str:
    """The cells side by side, no space at the end."""
    parts = []
    for cell, width in zip(cells, widths):
        text = _shortened(cell.text, width, look.signs[2])
        parts.append(_paint(text, cell.style, look) + " " * (width - _width(text)))
    return (mark + "  ".join(parts)).rstrip()


def _shortened(text: str, width: int, sign: str) -> str:
    """The text without its middle where it is too long; the end of a name tells most."""
    if _width(text) <= width:
        return text
    head = (width - 1) // 3
    while _width(text[:head]) + 1 + _width(text[-(width - 1 - head) :]) > width:
        width -= 1
    return text[:head] + sign + text[-(width - 1 - head) :]


def _width(text: str) -> int:
    """How many columns the text takes; East Asian letters take two."""
    if text.isascii():
        return len(text)
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    """Of one letter: 2 for East Asian wide ones, 0 for marks that stand on the letter before (UAX 11, UAX 44)."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _paint(text: str, style: str, look: Look) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if look.colour and style else text
