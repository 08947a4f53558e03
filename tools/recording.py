"""Draws docs/demo.svg: the guarded day of `gitflowguard demo` as a terminal that plays by itself.

Its script is the demo's own (src/gitflowguard/app/demo/script.py), its lines are those that a run printed; `make docs`
refreshes it through tools/readme.py. Nothing but SVG and CSS: a browser plays it in an <img> too, and shows the last
screen where somebody has asked for less motion.
"""

from __future__ import annotations

from xml.sax.saxutils import escape  # nosec B406

FIRST, LAST = "The same day with the guard", "Chris joins and asks the same question."
COLUMNS, ROWS = 104, 26
# Seconds that a screen stays: for a line of narration or a command, and more for each line of output.
HOLD, READ, LIMIT = 0.6, 0.5, 6.0
_COLUMN, _ROW, _EDGE = 7.83, 19, 14
_INK, _PAPER, _TYPED, _SAID = "#e6edf3", "#0d1117", "#79c0ff", "#9198a1"
_LABELS = (("error[", "#ff7b72"), ("warning[", "#e3b341"), ("help:", "#7ee787"), ("more:", "#9198a1"))


def scene(lines: list[str]) -> list[str]:
    """The part of the demo's lines that is drawn, each cut to the width."""
    start = lines.index(FIRST)
    end = lines.index(LAST)
    kept = [line for line in lines[start:end] if set(line) != {"="}]
    return [line if len(line) <= COLUMNS else f"{line[: COLUMNS - 1]}…" for line in kept]


def screens(lines: list[str]) -> list[tuple[int, float]]:
    """(number of lines that are there, seconds that it stays so): one screen for each command and each paragraph."""
    ends = [at for at, line in enumerate(lines) if at and not line.startswith("      ")] + [len(lines)]
    found = []
    before = 0
    for end in ends:
        added = sum(bool(line.strip()) for line in lines[before:end])
        if added:
            found.append((end, min(LIMIT, HOLD + READ * added)))
        before = end
    return found


def recording(lines: list[str]) -> str:
    """The picture. lines: all that the demo printed."""
    shown = scene(lines)
    played = screens(shown)
    width, height = round(COLUMNS * _COLUMN) + 2 * _EDGE, ROWS * _ROW + 2 * _EDGE
    total = sum(seconds for _, seconds in played)
    up, down, now = [], [], 0.0
    for count, seconds in played:
        at = f"{now / total * 100:.2f}%"
        up.append(f"{at}{{transform:{_moved(min(0, ROWS - count))}}}")
        down.append(f"{at}{{transform:{_moved(count)}}}")
        now += seconds
    last, under = _moved(min(0, ROWS - len(shown))), _moved(len(shown))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img">',
        "<title>gitflowguard demo: three engineers, and hooks that block each wrong step and print the fix</title>",
        "<style>",
        f"#t{{animation:up {total:.1f}s step-end infinite}}#c{{animation:down {total:.1f}s step-end infinite}}",
        f"@keyframes up{{{''.join(up)}100%{{transform:{last}}}}}",
        f"@keyframes down{{{''.join(down)}100%{{transform:{under}}}}}",
        f"@media (prefers-reduced-motion:reduce){{#t{{animation:none;transform:{last}}}"
        f"#c{{animation:none;transform:{under}}}}}",
        "</style>",
        f'<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>',
        f'<clipPath id="w"><rect x="0" y="{_EDGE}" width="{width}" height="{ROWS * _ROW}"/></clipPath>',
        f'<g clip-path="url(#w)" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" fill="{_INK}">',
        '<g id="t">',
    ]
    for number, line in enumerate(shown):
        if line.strip():
            y = _EDGE + (number + 1) * _ROW - 5
            out.append(f'<text x="{_EDGE}" y="{y}" xml:space="preserve">{_painted(line)}</text>')
    # It covers what hasn't been printed yet.
    out.append(f'<rect id="c" y="{_EDGE}" width="100%" height="{len(shown) * _ROW}" fill="{_PAPER}"/>')
    return "\n".join((*out, "</g>", "</g>", "</svg>")) + "\n"


def _moved(rows: int) -> str:
    return f"translateY({rows * _ROW}px)"


def _painted(line: str) -> str:
    """Narration in gray, commands in blue, the labels of a finding in their colors."""
    rest = line.lstrip()
    space = line[: len(line) - len(rest)]
    if not space:
        style = 'font-weight="bold"' if line == FIRST else f'fill="{_SAID}"'
        return f"<tspan {style}>{escape(line)}</tspan>"
    if len(space) == 2:
        return f'<tspan fill="{_TYPED}">{escape(line)}</tspan>'
    for label, color in _LABELS:
        if rest.startswith(label):
            head = rest.partition(" ")[0]
            return f'{space}<tspan fill="{color}">{escape(head)}</tspan>{escape(rest.removeprefix(head))}'
    return escape(line)
