"""Writes src/gitflowguard/gitflowguard.schema.json, and the entry for SchemaStore's catalog beside the docs.

``--check`` exits 1 where one of them differs from what is there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gitflowguard.app.policy.config import rendered_schema
from gitflowguard.policy.published import entry

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "gitflowguard" / "gitflowguard.schema.json"
# To be added to src/api/json/catalog.json of github.com/SchemaStore/schemastore.
ENTRY = ROOT / "docs" / "reference" / "schemastore.json"


def main(argv: list[str], target: Path = TARGET) -> int:
    """Exit code: 0, or 1 if ``--check`` finds a difference."""
    wanted = {target: rendered_schema(), ENTRY: json.dumps(entry(), indent=2) + "\n"}
    differ = [path for path in wanted if not path.is_file() or path.read_text("utf-8") != wanted[path]]
    if "--check" not in argv:
        for path in differ:
            path.write_text(wanted[path], encoding="utf-8")
        return 0
    for path in differ:
        print(f"{path.name} isn't what the code says; run: python tools/schema.py", file=sys.stderr)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
