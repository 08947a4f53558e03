"""What a notebook keeps beside its source: outputs, execution counts, widget state, attachments.

https://nbformat.readthedocs.io/en/latest/format_description.html, formats 2 to 4. A reader takes the last of two equal
keys and a person sees the first, so a notebook with a key twice is opaque, and both are looked at.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

OUTPUTS, COUNT, WIDGETS, ATTACHMENT, TIMES = (
    "outputs",
    "count",
    "widgets",
    "attachment",
    "times",
)
# Marks with which an author keeps outputs in: nbstripout's README, "keep_output" and "init_cell".
_MARKS = ("keep_output", "init_cell")
_MOST = 200


class _Twice:
    """Remembers which keys an object has twice, and their earlier values."""

    def __init__(self) -> None:
        self.keys: dict[str, None] = {}
        self.earlier: list[Any] = []

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                self.keys[key] = None
                self.earlier.append({key: made[key]})
            made[key] = value
        return made


def is_notebook(path: str, data: bytes) -> bool:
    """By its name, whatever the case; or JSON that has cells and a format's number, whatever the name."""
    if path.lower().endswith(".ipynb"):
        return True
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] != b"{" or b'"nbformat"' not in data:
        return False
    # The description of the format, which nbformat ships, has the same words.
    return b'"$schema"' not in data[:256] and (b'"cells"' in data or b'"worksheets"' in data)


def read(data: bytes) -> tuple[tuple[tuple[str, int, bool], ...], str]:
    """((what, number of the cell, whether a keep_output mark is on it), …) and why it can't be read whole, or ""."""
    import json

    twice = _Twice()
    try:
        book = json.loads(data.decode("utf-8-sig"), object_pairs_hook=twice)
    except (UnicodeDecodeError, ValueError):
        return (), "the notebook isn't JSON" if data.strip() else "the notebook is empty"
    except (RecursionError, MemoryError):
        return (), "the notebook is nested too deep"
    found: dict[tuple[str, int, bool], None] = {}
    fault = _read(book, found)
    for part in twice.earlier:
        _read(part, found)
    if twice.keys:
        fault = f"the notebook has the key {next(iter(twice.keys))!r} twice"
    return tuple(found), fault


def _read(book: Any, found: dict[tuple[str, int, bool], None]) -> str:
    if not isinstance(book, dict):
        return "the notebook isn't a JSON object"
    meta = _dict(book.get("metadata"))
    kept = _kept(meta)
    if _holds(meta.get("widgets")):
        found[WIDGETS, 0, kept] = None
    fault = ""
    number = 0
    for cells in _lists(book):
        if not isinstance(cells, list):
            fault = "the notebook's cells aren't a list"
            continue
        for cell in cells:
            number += 1
            for what, mark in _cell(_dict(cell)):
                if len(found) < _MOST:
                    found[what, number, mark or kept] = None
    version = book.get("nbformat")
    if "cells" not in book and "worksheets" not in book:
        fault = fault or "the notebook has no cells"
    elif not isinstance(version, int) or not 2 <= version <= 4:
        fault = fault or _strange(version)
    return fault


def _strange(version: object) -> str:
    if version is None:
        return "the notebook doesn't say which format it has"
    return f"notebook format {str(version)[:20]} isn't known here (2 to 4 are)"


def _lists(book: dict[str, Any]) -> Iterator[Any]:
    """Each list of cells; format 3 had worksheets."""
    if "cells" in book:
        yield book["cells"]
    sheets = book.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else ():
        yield _dict(sheet).get("cells", [])


def _cell(cell: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """What one cell keeps."""
    meta = _dict(cell.get("metadata"))
    mark = _kept(meta)
    if _holds(cell.get("outputs")):
        yield OUTPUTS, mark
    elif any(cell.get(key) is not None for key in ("execution_count", "prompt_number")):
        yield COUNT, mark
    if _holds(cell.get("attachments")):
        yield ATTACHMENT, mark
    if any(_holds(meta.get(key)) for key in ("execution", "ExecuteTime", "outputId_cache")):
        yield TIMES, mark


def _kept(meta: dict[str, Any]) -> bool:
    tags = meta.get("tags")
    return (
        any(meta.get(key) for key in _MARKS) or isinstance(tags, list) and any(key in tags for key in _MARKS)
    )


def _holds(value: object) -> bool:
    return bool(value) if isinstance(value, (list, dict, str)) else value is not None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
