"""Records what GitHub's own code makes of our workflows, for machines without node. `--check` only compares.

Needs node and its packages: npm ci in tests/ci/node. Run from anywhere: python tools/workflow_vectors.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.ci.judge import VECTORS, dump, missing, record  # noqa: E402


def main(argv: list[str]) -> int:
    """0 if the recording is as it should be, 1 if it is not, 2 where it cannot be made."""
    lacks = missing()
    if lacks:
        print(lacks.partition(";")[0], file=sys.stderr)
        return 2
    text = dump(record())
    if "--check" in argv:
        same = VECTORS.is_file() and VECTORS.read_text(encoding="utf-8") == text
        if not same:
            print(f"{VECTORS.name} is old; run: python tools/workflow_vectors.py", file=sys.stderr)
        return 0 if same else 1
    VECTORS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
