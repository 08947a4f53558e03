"""Writes hooks/: our shims without paths, ready for core.hooksPath. `--check` only compares.

Run from anywhere: python tools/hooks_dir.py [--check]
"""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from gitflowguard.repo.shim import STAGES, shim

HOOKS = Path(__file__).resolve().parent.parent / "hooks"


def differences(folder: Path) -> list[str]:
    """One line for each hook that is missing, different, not executable, or not ours to have there."""
    found = []
    for stage in STAGES:
        path = folder / stage
        if not path.is_file() or path.read_text(encoding="utf-8") != shim(stage):
            found.append(f"{path.name} is not what repo/shim.py makes")
        elif not path.stat().st_mode & stat.S_IXUSR:
            found.append(f"{path.name} is not executable")
    known = set(STAGES)
    found += [f"{path.name} is no hook of ours" for path in folder.glob("*") if path.name not in known]
    return sorted(found)


def generate(folder: Path) -> None:
    """Writes every hook, executable."""
    folder.mkdir(exist_ok=True)
    for stage in STAGES:
        path = folder / stage
        path.write_text(shim(stage), encoding="utf-8")
        path.chmod(0o755)


def main(argv: list[str]) -> int:
    """0 if hooks/ is as it should be, else 1."""
    if "--check" not in argv:
        generate(HOOKS)
    found = differences(HOOKS)
    for line in found:
        print(f"hooks/{line}; run: python tools/hooks_dir.py", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
