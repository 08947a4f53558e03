"""A notebook without what running it wrote into it, as nbstripout leaves it (its README, "Apply filter")."""

from __future__ import annotations

_CELL = ("collapsed", "scrolled", "ExecuteTime", "execution", "heading_collapsed", "hidden")
_BOOK = ("signature", "widgets")


def stripped(data: bytes) -> bytes | None:
    """The same notebook without outputs and counts; None for what isn't one. A cell whose author keeps its output
    (``keep_output``) stays."""
    import json

    try:
        book = json.loads(data)
        cells = book["cells"]
        for cell in cells:
            _strip(cell)
        for key in _BOOK:
            book.get("metadata", {}).pop(key, None)
        return (json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _strip(cell: dict[str, object]) -> None:
    marks = cell.get("metadata")
    marks = marks if isinstance(marks, dict) else {}
    for key in _CELL:
        marks.pop(key, None)
    if (
        cell.get("cell_type") != "code"
        or marks.get("keep_output")
        or "keep_output" in (marks.get("tags") or ())
    ):
        return
    cell["outputs"], cell["execution_count"] = [], None
