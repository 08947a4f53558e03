"""Fails the build where the core's branch coverage is below the bar. Reads .coverage, made by pytest --branches."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path

import coverage

BAR = 95.0
CORE = (
    "model",
    "rules",
    "engine.py",
    "policy",
    "hook",
    "protection",
    "radar",
    "quality",
    "provenance",
    "gate",
    "report",
)


def shares(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, tuple[int, int]]:
    """Part of the core -> (branches covered, branches)."""
    found = {part: (0, 0) for part in CORE}
    for name, data in files.items():
        part = Path(name).parts[Path(name).parts.index("gitflowguard") + 1]
        if part in found:
            done, every = found[part]
            summary = data["summary"]
            found[part] = (done + summary["covered_branches"], every + summary["num_branches"])
    return found


def main() -> int:
    """Prints a line for each part; returns 1 if one is below the bar or was not measured."""
    measured = coverage.Coverage(data_file=".coverage")
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        quiet, sys.stdout = sys.stdout, io.StringIO()  # coverage says where it wrote; nobody needs that
        try:
            measured.json_report(
                outfile=str(path),
                include=[f"*/gitflowguard/{part}" + "/**" * (part[-3:] != ".py") for part in CORE],
            )
        finally:
            sys.stdout = quiet
        files = json.loads(path.read_text())["files"]
    failed = False
    for part, (done, every) in shares(files).items():
        percent = 100.0 * done / every if every else 0.0
        failed = failed or percent < BAR
        print(f"branches covered in {part:10} {percent:5.1f} %  ({done} of {every})")
    if failed:
        print(f"the core needs {BAR:.0f} % of its branches covered in each part", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
