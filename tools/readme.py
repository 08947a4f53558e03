"""Writes docs/demo.md, which is what the demo prints, the recording of its second day (docs/demo.svg), README's picture
of the radar (docs/radar.svg), and README's table of speed.

Run from anywhere: python tools/readme.py. A test compares them with what the program says.
"""

from __future__ import annotations

import re
import subprocess  # nosec B404
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape  # nosec B406

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gitflowguard.app.demo import script  # noqa: E402
from gitflowguard.app.demo.demo import Day, DemoLine  # noqa: E402
from tools.recording import recording  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
# What benchmarks/hooks.py --into wrote.
FIGURES = ROOT / "docs/benchmarks.md"
CHINESE = ROOT / "README.zh-CN.md"
# The columns of the table of speed: the row of the benchmark, and its heading in each language.
SET_UPS = {
    README: {
        "gitflowguard": "gitflowguard",
        "prek built-in": "prek's built-in hook",
        "prek": "prek",
        "lefthook, its binary": "lefthook",
        "pre-commit": "pre-commit",
    },
    CHINESE: {
        "gitflowguard": "gitflowguard",
        "prek built-in": "prek 内置钩子",
        "prek": "prek",
        "lefthook, its binary": "lefthook",
        "pre-commit": "pre-commit",
    },
}
DEEDS = {
    README: {"commit": "one commit", "push": "one push"},
    CHINESE: {"commit": "一次提交", "push": "一次推送"},
}
DEMO = ROOT / "docs/demo.md"
PICTURE = ROOT / "docs/radar.svg"
RECORDING = ROOT / "docs/demo.svg"
NOON = "2026-11-22T12:00:00+00:00"
# What the picture paints: the first words of a line, and their color.
_LABELS = (("conflict:", "#ff7b72"), ("landing:", "#7ee787"), ("note:", "#79c0ff"))
_INK, _PAPER, _DIM = "#e6edf3", "#0d1117", "#9198a1"
_COLUMN, _ROW, _EDGE = 7.83, 19, 16


def demo_lines() -> list[str]:
    """What `gitflowguard demo` prints on this machine."""
    argv = (sys.executable, "-m", "gitflowguard", "demo", "--color", "never")
    done = subprocess.run(argv, capture_output=True, text=True, encoding="utf-8", check=True)  # nosec B603
    return done.stdout.splitlines()


def demo_block(lines: list[str]) -> str:
    """All of it, as a block of Markdown."""
    text = "\n".join(line.rstrip() for line in lines)
    return f"```text\n{text.strip()}\n```\n"


def radar_text() -> str:
    """What the radar says on the demo's first day, before anybody has merged."""
    names = [step.text if isinstance(step, script.Say) else "" for step in script.WITHOUT]
    morning = script.WITHOUT[: next(at for at, said in enumerate(names) if said.startswith("Chris joins"))]
    lines: list[DemoLine] = []
    with tempfile.TemporaryDirectory() as top:
        day = Day(str(Path(top) / "day"), lines.append, "utf-8")
        # The order in which they land hangs on which is older, and that on the second in which a commit is made.
        day.environ |= {"GIT_AUTHOR_DATE": NOON, "GIT_COMMITTER_DATE": NOON}
        day.play((*morning, script.DemoCommand(script.CHRIS, ("gitflowguard", "radar"))))
        if day.surprises:
            raise SystemExit("\n".join(day.surprises))
    start = next(at for at, line in enumerate(lines) if line.text.endswith("$ gitflowguard radar"))
    return "\n".join(line.text for line in lines[start + 1 :]).strip()


def picture(command: str, text: str) -> str:
    """A terminal that shows a command and what it printed, as SVG. Sizes in pixels."""
    lines = [f"$ {command}", *text.splitlines()]
    width = round(max(map(len, lines)) * _COLUMN) + 2 * _EDGE
    height = len(lines) * _ROW + 2 * _EDGE
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img">',
        f"<title>{escape(command)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>',
        f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" fill="{_INK}">',
    ]
    for number, line in enumerate(lines):
        y = _EDGE + (number + 1) * _ROW - 5
        out.append(f'<text x="{_EDGE}" y="{y}" xml:space="preserve">{_painted(number, line)}</text>')
    return "\n".join((*out, "</g>", "</svg>")) + "\n"


def _painted(number: int, line: str) -> str:
    """A line of the picture: the command in gray, the summary bold, labels in color."""
    if number < 2:
        style = f'fill="{_DIM}"' if number == 0 else 'font-weight="bold"'
        return f"<tspan {style}>{escape(line)}</tspan>"
    for label, color in _LABELS:
        if line.startswith(label):
            rest = escape(line.removeprefix(label))
            return f'<tspan fill="{color}" font-weight="bold">{label}</tspan>{rest}'
    return escape(line)


def speed_block(page: Path = README) -> str:
    """What a commit and a push cost, out of the benchmark's tables of the small repository, in the page's language."""
    text = FIGURES.read_text(encoding="utf-8")
    heads = SET_UPS[page]
    rows = ["| | " + " | ".join(heads.values()) + " |", "|---|" + "--:|" * len(heads)]
    for deed, said in DEEDS[page].items():
        ratios = _ratios(text, f"### One {deed}\n")
        rows.append(f"| {said} | " + " | ".join(f"{ratios[row]:.2f}" for row in heads) + " |")
    return "\n".join(rows) + "\n"


def _ratios(text: str, title: str) -> dict[str, float]:
    """Set-up -> its CPU time against pre-commit's, of one table."""
    _, found, rest = text.partition(title)
    if not found:
        raise SystemExit(f"{FIGURES.name} has no table {title.strip()!r}")
    lines = [line for line in rest.partition("\n### ")[0].splitlines() if line.startswith("|")]
    heads = [cell.strip() for cell in lines[0].strip("|").split("|")]
    at = heads.index("CPU ×")
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])
    return {row[0]: float(row[at]) for row in cells if row[at]}


def block(text: str, name: str) -> str:
    """What stands between the markers of a generated block."""
    _, found, rest = text.partition(f"<!-- begin {name}: python tools/readme.py -->\n")
    inner, ended, _ = rest.partition(f"<!-- end {name} -->")
    if not found or not ended:
        raise SystemExit(f"the page has no block {name!r}")
    return inner


def replaced(text: str, name: str, inner: str) -> str:
    """The text with another block between the markers."""
    end = f"<!-- end {name} -->"
    return text.replace(block(text, name) + end, inner + end, 1)


def without_ids(text: str) -> str:
    """The text without ids of commits, which are others in each run."""
    text = text.replace("1 minute", "just now")  # as wide, and what a busy machine may take
    return re.sub(r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{7,40}\b|\b[a-f]{7}\b", "<id>", text)


def by_commit(text: str) -> list[str]:
    """Lines without ids; those of a log are sorted: two tips of the same second come in either order."""
    out: list[str] = []
    for logged, lines in groupby(
        without_ids(text).splitlines(), lambda line: line.lstrip().startswith("<id> ")
    ):
        out += sorted(line.strip() for line in lines) if logged else lines
    return out


def pages() -> dict[Path, str]:
    """What each generated file should hold."""
    text = DEMO.read_text(encoding="utf-8")
    lines = demo_lines()
    speed = {page: replaced(page.read_text(encoding="utf-8"), "speed", speed_block(page)) for page in SET_UPS}
    return speed | {
        DEMO: replaced(text, "demo", demo_block(lines)),
        RECORDING: recording(lines),
        PICTURE: picture("gitflowguard radar", radar_text()),
    }


def main() -> int:
    """Refreshes the demo's page, the picture and the tables of speed."""
    for path, new in pages().items():
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old != new and (path in SET_UPS or by_commit(old) != by_commit(new)):
            path.write_text(new, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
