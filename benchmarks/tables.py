"""The report: the same rows as aligned text for a terminal or as Markdown for the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from benchmarks.cache import PINS
from benchmarks.common import Runs
from benchmarks.common import quartiles
from benchmarks.sandbox import Sandbox


@dataclass
class Table:
    """A titled table; the first column is text, the others are numbers or remarks."""

    title: str
    about: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)


def deed_table(title: str, about: str, runs: Runs, hooks: dict[str, str], base: str, none: str) -> Table:
    """One row a contender, heaviest peer first; ratios are medians of per-round ratios against `base`."""
    columns = (
        "set-up",
        "hooks",
        "CPU ms",
        "CPU ×",
        "quartiles",
        "wall ms",
        "wall ×",
        "added CPU ms",
        "CPU ms behind it",
    )
    table = Table(title, about, columns)
    for name in sorted(runs.samples, key=runs.cpu):
        table.rows.append((name, hooks.get(name, ""), *_deed_figures(runs, name, base, none)))
    for name, reason in runs.reasons.items():
        table.rows.append((name, f"not measured: {reason}", *[""] * 7))
    return table


def _deed_figures(runs: Runs, name: str, base: str, none: str) -> tuple[str, ...]:
    added = f"{runs.extra(name, none):.1f}" if none in runs.samples else ""
    behind = f"{runs.behind(name):.1f}" if runs.behind(name) else ""
    if base not in runs.samples:
        return f"{runs.cpu(name):.1f}", "", "", f"{runs.wall(name):.1f}", "", added, behind
    low, middle, high = quartiles(runs.ratios(name, base, "cpu"))
    _, wall, _ = quartiles(runs.ratios(name, base, "wall"))
    spread = f"{low:.3f}-{high:.3f}"
    return (
        f"{runs.cpu(name):.1f}",
        f"{middle:.3f}",
        spread,
        f"{runs.wall(name):.1f}",
        f"{wall:.3f}",
        added,
        behind,
    )


def floor_table(runs: Runs, counts: dict[str, int], base: str) -> Table:
    """One row a start: CPU, how many times a bare Python that is, and git processes where they were counted."""
    about = (
        f"CPU × is against `{base}`, paired. A stage is started directly, without the git command around it."
    )
    table = Table("One start", about, ("started", "CPU ms", "CPU ×", "wall ms", "git processes"))
    for name in runs.samples:
        ratio = f"{quartiles(runs.ratios(name, base, 'cpu'))[1]:.2f}" if base in runs.samples else ""
        count = str(counts[name]) if name in counts else ""
        table.rows.append((name, f"{runs.cpu(name):.1f}", ratio, f"{runs.wall(name):.1f}", count))
    for name, reason in runs.reasons.items():
        table.rows.append((name, f"not measured: {reason}", "", "", ""))
    return table


def render(table: Table, markdown: bool) -> str:
    """The table as text."""
    rows = [list(table.columns), *[list(row) for row in table.rows]]
    if markdown:
        return f"### {table.title}\n\n{table.about}\n\n" + "\n".join(_pipes(rows)) + "\n"
    widths = [max(len(row[column]) for row in rows if _counts(row)) for column in range(len(table.columns))]
    lines = [_aligned(row, widths) for row in rows]
    return f"{table.title}: {table.about}\n\n" + "\n".join(lines) + "\n"


def _counts(row: Sequence[str]) -> bool:
    return not any(cell.startswith("not measured") for cell in row)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    words = [cell.ljust(width) if _is_text(cell) else cell.rjust(width) for cell, width in zip(row, widths)]
    return "  ".join(words).rstrip()


def _is_text(cell: str) -> bool:
    return (
        not cell[:1].isdigit() and not cell.startswith("-") and "ms" not in cell.split() and "×" not in cell
    )


def _pipes(rows: Sequence[Sequence[str]]) -> list[str]:
    marks = ["---" if _is_text(cell) else "--:" for cell in rows[0]]
    lines = [rows[0], marks, *rows[1:]]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def setting(box: Sandbox, rounds: int) -> str:
    """What the figures were taken with, so that a reader can tell whether two runs may be compared."""
    git = box.git("--version").removeprefix("git version ")
    pins = ", ".join(f"{name} {version}" for name, version in PINS.items())
    load = os.getloadavg()[0]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU, load {load:.1f} at the start"
    busy = (
        " The machine was busy: trust the ratios, not the milliseconds."
        if load > (os.cpu_count() or 1) / 2
        else ""
    )
    versions = f"Python {platform.python_version()}, git {git}"
    return f"{rounds} rounds, interleaved; medians. {versions}, {machine}. {pins}.{busy}"


def splice(path: Path, text: str, begin: str, end: str) -> None:
    """Replace what stands between the two marker lines of a document."""
    before, mark, rest = path.read_text().partition(begin)
    _, last, after = rest.partition(end)
    if not mark or not last:
        raise SystemExit(f"{path}: the lines {begin!r} and {end!r} are not both there")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")
