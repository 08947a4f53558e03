"""Writes the badge: docs/pictures/badge.svg, and docs/pictures/badge.json for shields.io's endpoint.

The picture needs nobody else's server; the endpoint (shields.io/badges/endpoint-badge) draws the same in any style.
``--check`` writes nothing and exits with 1 where one of them differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
LABEL, MESSAGE, INK, DARK, COLOR = "gitflow", "guarded", "#fff", "#555", "#00796b"
# Pixels: what a letter of Verdana at 11 takes, the narrow ones and the rest; the room beside a word; a badge's height.
_NARROW, _LETTER, _ROOM, _HEIGHT = 4.2, 7.2, 6, 20


def endpoint() -> str:
    """What shields.io reads."""
    return json.dumps(
        {"schemaVersion": 1, "label": LABEL, "message": MESSAGE, "labelColor": DARK, "color": COLOR}, indent=2
    )


def picture() -> str:
    """The badge as SVG. Each word is stretched to its own half, so that any font fits."""
    left, right = (_width(word) + 2 * _ROOM for word in (LABEL, MESSAGE))
    said = f"{LABEL}: {MESSAGE}"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f'aria-label="{said}">',
        f"<title>{said}</title>",
        f'<clipPath id="r"><rect width="{left + right}" height="{_HEIGHT}" rx="3"/></clipPath>',
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="{DARK}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{COLOR}"/></g>',
        f'<g fill="{INK}" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    ]
    for start, room, word in ((0, left, LABEL), (left, right, MESSAGE)):
        out.append(f'<text x="{start + _ROOM}" y="14" textLength="{room - 2 * _ROOM}">{word}</text>')
    return "\n".join((*out, "</g>", "</svg>")) + "\n"


def _width(word: str) -> int:
    """How wide a word is."""
    return round(sum(_NARROW if letter in "filrt" else _LETTER for letter in word))


def files() -> dict[Path, str]:
    """Path -> text."""
    return {FOLDER / "badge.svg": picture(), FOLDER / "badge.json": endpoint() + "\n"}


def main(argv: list[str]) -> int:
    """Writes them, or compares them."""
    differ = [path for path, text in files().items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in differ:
        if "--check" in argv:
            print(f"{path.relative_to(ROOT)} differs; run `make docs`")
        else:
            path.write_text(files()[path], encoding="utf-8")
    return 1 if differ and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
