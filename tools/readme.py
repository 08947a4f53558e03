"""Writes the generated blocks of README.md: the demo's output, shortened, what the radar says, the table of rules,
and the table of speed.

Run from anywhere: python tools/readme.py. A test compares them with what the program says.
"""

from __future__ import annotations

import subprocess  # nosec B404
import sys
import tempfile
from pathlib import Path

from gitflowguard.app.demo import script
from gitflowguard.app.demo.demo import Day, DemoLine
from gitflowguard.app.policy.explain import table

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
# What benchmarks/hooks.py --into wrote.
FIGURES = ROOT / "docs/benchmarks.md"
CUT = "…"
NOON = "2026-11-22T12:00:00+00:00"
# The columns of the table of speed: its heading, and the row of the benchmark.
SET_UPS = (
    ("gitflowguard", "gitflowguard"),
    ("prek's built-in hook", "prek built-in"),
    ("prek", "prek"),
    ("lefthook", "lefthook, its binary"),
    ("pre-commit", "pre-commit"),
)
# (first line, last line) of what is shown, by their beginnings, in the order of the demo.
SHOWN = (
    ("A day without the guard", "====="),
    ("Ben cuts his branch from Ana's, and", "      lr = LogisticRegression(maxIter=model_config"),
    ("In the evening both go to main.", "  Ben $ cat pipeline.py"),
    ("      <<<<<<< HEAD", "      >>>>>>> pipeline"),
    ("On main somebody must now pick", "On main somebody must now pick"),
    ("The same day with the guard", "====="),
    ("Ana commits on main.", "        help: git switch"),
    ("She cuts her branch as yesterday", "        help: git branch -m"),
    ("Ben cuts from Ana's branch.", "  Ben $ git switch"),
    ("  Ben $ git commit -q -m 'Add model_config'", "        help: git rebase"),
    ("  Ben $ git rebase", "      Successfully rebased"),
    ("Chris joins and asks the same", "        so: git switch"),
    ("  Ben $ git push -q origin feature/model-config:main", "        help: git push origin feature"),
    ("Ana merges her feature straight to main.", "              git merge --no-ff feature/pipeline1spark"),
    ("Nobody has merged anything yet", "        feature/model-config"),
    ("The conflict shows on Ben's own branch", "        help: git update-index"),
    ("The right way goes through", "The right way goes through"),
    ("  Chris $ git switch -q main", "  Chris $ git push"),
    ("The end", "What now:"),
)


def demo_lines() -> list[str]:
    """What `gitflowguard demo` prints on this machine."""
    argv = (sys.executable, "-m", "gitflowguard", "demo", "--color", "never")
    done = subprocess.run(argv, capture_output=True, text=True, encoding="utf-8", check=True)  # nosec B603
    return done.stdout.splitlines()


def demo_block(lines: list[str]) -> str:
    """The chosen parts of the demo, with … where something is left out."""
    out: list[str] = []
    at = 0
    for first, last in SHOWN:
        start = _find(lines, first, at)
        end = _find(lines, last, start)
        if out and any(line.strip() for line in lines[at:start]):
            out.append(CUT)
        if start and not lines[start - 1]:
            out.append("")
        out += lines[start : end + 1]
        at = end + 1
    text = "\n".join(line.rstrip() for line in out)
    return f"```text\n{text.strip()}\n```\n"


def _find(lines: list[str], beginning: str, at: int) -> int:
    """The next line that begins so."""
    for index in range(at, len(lines)):
        if lines[index].startswith(beginning):
            return index
    raise SystemExit(f"the demo no longer says {beginning!r}; change SHOWN in {__file__}")


def radar_block() -> str:
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
    said = "\n".join(line.text for line in lines[start + 1 :])
    return f"```text\n{said.strip()}\n```\n"


def rules_block() -> str:
    """The table of rules, each with a link to its page."""
    rows = ["| code | rule | by default | what it is about |", "|---|---|---|---|"]
    for row in table():
        link = f"[{row['name']}](docs/rules/{row['name']}.md)"
        rows.append(f"| {row['code']} | {link} | {row['default']} | {row['headline']} |")
    return "\n".join(rows) + "\n"


def speed_block() -> str:
    """What a commit and a push cost, out of the benchmark's tables of the small repository."""
    text = FIGURES.read_text(encoding="utf-8")
    rows = ["| | " + " | ".join(shown for shown, _ in SET_UPS) + " |", "|---|" + "--:|" * len(SET_UPS)]
    for deed in ("commit", "push"):
        ratios = _ratios(text, f"### One {deed}\n")
        rows.append(f"| one {deed} | " + " | ".join(f"{ratios[row]:.2f}" for _, row in SET_UPS) + " |")
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
        raise SystemExit(f"{README.name} has no block {name!r}")
    return inner


def replaced(text: str, name: str, inner: str) -> str:
    """The text with another block between the markers."""
    end = f"<!-- end {name} -->"
    return text.replace(block(text, name) + end, inner + end, 1)


def main() -> int:
    """Refreshes the blocks."""
    text = README.read_text(encoding="utf-8")
    new = replaced(replaced(text, "demo", demo_block(demo_lines())), "rules", rules_block())
    new = replaced(replaced(new, "radar", radar_block()), "speed", speed_block())
    if new != text:
        README.write_text(new, encoding="utf-8")
        print(f"wrote {README.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
