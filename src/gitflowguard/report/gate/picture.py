"""Each metric on a line from left to right: before, now, its bounds, and the interval of its change.

Drawn twice, as letters and as SVG. All numbers are ours by then, and every name goes through one escaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gitflowguard.model.measure import Measure, limit
from gitflowguard.model.record import Record
from gitflowguard.report.escape import Escaped, terminal, xml
from gitflowguard.report.gate.view import GOOD, UNSURE, verdict_of

_WIDE = 48
LEGEND = "o before   * now   | min or max   ! limit of the change   - interval around now"
_ROW, _LEFT, _SPAN, _MOST_NAME = 34, 220, 420, 30


class Scale(Record):
    """Where a metric's numbers lie between 0 and 1 of its line; None for what it hasn't."""

    before: float | None
    now: float
    bounds: tuple[float, ...]
    limits: tuple[float, ...]
    low: float | None
    high: float | None


def scale_of(measure: Measure) -> Scale | None:
    """The places of a metric's numbers; None where there is no number."""
    if not measure.value or measure.fault:
        return None
    now = Decimal(measure.value)
    before = Decimal(measure.before) if measure.before else None
    bounds = [Decimal(text) for text in (measure.bound.minimum, measure.bound.maximum) if text]
    limits = []
    for text, sign in ((measure.bound.drop, -1), (measure.bound.rise, 1)):
        most = limit(text, before) if text and before is not None else None
        limits += [before + sign * most] if most is not None and before is not None else []
    around = before if before is not None else now
    ends = [around + Decimal(text) for text in (measure.low, measure.high) if text]
    numbers = [now, *([before] if before is not None else []), *bounds, *limits, *ends]
    low, high = min(numbers), max(numbers)
    pad = (high - low) / 20 or abs(high) / 20 or Decimal(1)
    start, size = low - pad, high - low + 2 * pad

    def at(number: Decimal) -> float:
        return float((number - start) / size)

    return Scale(
        before=at(before) if before is not None else None,
        now=at(now),
        bounds=tuple(map(at, bounds)),
        limits=tuple(map(at, limits)),
        low=at(ends[0]) if ends else None,
        high=at(ends[1]) if ends else None,
    )


def strips(measures: Sequence[Measure]) -> tuple[str, ...]:
    """A line of letters for each metric, and what the letters mean; () where nothing can be drawn."""
    drawn = [(one, scale) for one in measures if (scale := scale_of(one)) is not None]
    if not drawn:
        return ()
    width = min(_MOST_NAME, max(len(one.name) for one, _ in drawn))
    lines = [f"{_cut(one.name, width).ljust(width)}  {_strip(scale)}" for one, scale in drawn]
    return (*lines, LEGEND)


def _strip(scale: Scale) -> str:
    cells = ["."] * _WIDE

    def put(place: float, letter: str) -> None:
        cells[min(_WIDE - 1, max(0, int(place * _WIDE)))] = letter

    if scale.low is not None and scale.high is not None:
        for index in range(int(scale.low * _WIDE), min(_WIDE, int(scale.high * _WIDE) + 1)):
            cells[index] = "-"
    for place in scale.limits:
        put(place, "!")
    for place in scale.bounds:
        put(place, "|")
    if scale.before is not None:
        put(scale.before, "o")
    put(scale.now, "*")
    return "".join(cells)


def svg(measures: Sequence[Measure]) -> Escaped:
    """The picture as SVG 1.1 without script, style sheet, link or foreign element; "" where nothing can be drawn."""
    drawn = [(one, scale) for one in measures if (scale := scale_of(one)) is not None]
    if not drawn:
        return Escaped("")
    height = _ROW * len(drawn) + 30
    width = _LEFT + _SPAN + 90
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="sans-serif" font-size="13">',
        "<title>Metrics before and now, with their bounds</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',  # a dark page would hide the text
    ]
    for index, (one, scale) in enumerate(drawn):
        parts += _line(one, scale, 20 + index * _ROW)
    legend = "hollow: before, full: now, line: min or max, dashed: limit of the change, bar: interval"
    parts += [f'<text x="10" y="{height - 6}" fill="#57606a">{legend}</text>', "</svg>"]
    return Escaped("\n".join(parts) + "\n")


def _line(one: Measure, scale: Scale, y: int) -> list[str]:
    bad = verdict_of(one) not in (GOOD, UNSURE)
    color = "#cf222e" if bad else "#1a7f37"

    def x(place: float) -> str:
        return f"{_LEFT + place * _SPAN:.1f}"

    name = xml(_cut(one.name, _MOST_NAME))
    parts = [
        f'<text x="10" y="{y + 4}">{name}</text>',
        f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + _SPAN}" y2="{y}" stroke="#d0d7de"/>',
    ]
    if scale.low is not None and scale.high is not None:
        size = (scale.high - scale.low) * _SPAN
        parts.append(f'<rect x="{x(scale.low)}" y="{y - 4}" width="{size:.1f}" height="8" fill="#b6d4fe"/>')
    for places, dash in ((scale.limits, ' stroke-dasharray="3 2"'), (scale.bounds, "")):
        for place in places:
            ends = f'x1="{x(place)}" y1="{y - 9}" x2="{x(place)}" y2="{y + 9}"'
            parts.append(f'<line {ends} stroke="#57606a" stroke-width="2"{dash}/>')
    if scale.before is not None:
        circle = f'<circle cx="{x(scale.before)}" cy="{y}" r="5" fill="#ffffff" stroke="#57606a"'
        parts.append(circle + ' stroke-width="2"/>')
    parts.append(f'<circle cx="{x(scale.now)}" cy="{y}" r="5" fill="{color}"/>')
    parts.append(f'<text x="{_LEFT + _SPAN + 10}" y="{y + 4}" fill="{color}">{xml(one.value[:10])}</text>')
    return parts


def _cut(name: str, width: int) -> str:
    shown = terminal(name)
    return shown if len(shown) <= width else shown[: width - 1] + "…"
