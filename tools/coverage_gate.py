"""Fails the build where the core's branch coverage is below the bar. Reads what `pytest --branches` sums."""

from __future__ import annotations

import json
import sys
from pathlib import Path

# tests/branches.py writes it.
SUMS = Path(".branches.json")
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


def shares(sums: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Part of the core -> (branches taken, branches), from the same of each file."""
    found = {part: (0, 0) for part in CORE}
    for name, (taken, all_of_it) in sums.items():
        part = Path(name).parts[Path(name).parts.index("gitflowguard") + 1]
        if part in found:
            done, every = found[part]
            found[part] = (done + taken, every + all_of_it)
    return found


def main() -> int:
    """Prints a line for each part; returns 1 if one is below the bar or was not measured."""
    try:
        sums = json.loads(SUMS.read_text())
    except FileNotFoundError:
        print("nothing was measured; run `make test`", file=sys.stderr)
        return 1
    failed = False
    for part, (done, every) in shares(sums).items():
        percent = 100.0 * done / every if every else 0.0
        failed = failed or percent < BAR
        print(f"branches covered in {part:10} {percent:5.1f} %  ({done} of {every})")
    if failed:
        print(f"the core needs {BAR:.0f} % of its branches covered in each part", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
