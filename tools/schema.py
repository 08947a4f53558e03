"""Writes src/gitflowguard/gitflowguard.schema.json; ``--check`` exits 1 where it differs from what is there."""

from __future__ import annotations

import sys
from pathlib import Path

from gitflowguard.app.policy.config import rendered_schema

TARGET = Path(__file__).resolve().parent.parent / "src" / "gitflowguard" / "gitflowguard.schema.json"


def main(argv: list[str], target: Path = TARGET) -> int:
    """Exit code: 0, or 1 if ``--check`` finds a difference."""
    text = rendered_schema()
    if "--check" in argv:
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            return 0
        print(f"{target.name} is not what the code says; run: python tools/schema.py", file=sys.stderr)
        return 1
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
