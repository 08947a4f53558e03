"""The table of metrics as Markdown, for the comment on a pull request and the job's summary, and as text.

GitHub takes no SVG in either (its sanitizer removes the element, and its proxy takes no `data:` address), so the
picture there is one of letters; the page has the drawn one.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitflowguard.model.measure import Measure
from gitflowguard.report.escape import Escaped, code_block, markdown, terminal
from gitflowguard.report.gate.picture import strips
from gitflowguard.report.gate.view import (
    GOOD,
    HEADINGS,
    UNSURE,
    caption,
    metrics_of,
    rows_of,
)

_MOST_STRIPS = 25


def markdown_table(measures: Sequence[Measure], picture: bool = True) -> Escaped:
    """A heading, the table and the picture; "" where no metric was measured."""
    rows = rows_of(measures)
    if not rows:
        return Escaped("")
    lines = ["", "### Model", "", _line(HEADINGS), _line(("---",) * len(HEADINGS))]
    for row in rows:
        cells = [markdown(cell) if cell else " " for cell in row.cells]
        if row.verdict not in (GOOD, UNSURE):
            cells[-1] = f"**{cells[-1]}**"
        lines.append(_line(tuple(cells)))
    lines += ["", markdown(caption(measures))] if caption(measures) else []
    drawn = strips(metrics_of(measures)[:_MOST_STRIPS]) if picture else ()
    lines += ["", code_block(drawn, language="text")] if drawn else []
    return Escaped("\n".join(lines) + "\n")


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def text_table(measures: Sequence[Measure]) -> Escaped:
    """The same for a terminal, in columns; "" where no metric was measured."""
    rows = [[terminal(cell) for cell in row.cells] for row in rows_of(measures)]
    if not rows:
        return Escaped("")
    table = [list(HEADINGS), *rows]
    used = [index for index in range(len(HEADINGS)) if any(row[index] for row in rows)]
    widths = {index: max(len(row[index]) for row in table) for index in used}
    lines = ["  ".join(row[index].ljust(widths[index]) for index in used).rstrip() for row in table]
    note = caption(measures)
    return Escaped("\n".join([*lines, *([terminal(note)] if note else [])]) + "\n\n")
