"""Compares all that `make docs` writes with what the code says: ``make docs-check``, in one process.

Each of these tools also runs by itself, as ``python tools/NAME.py --check``; started one after the other they load the
package and its commands eight times.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

# The files of tools/ that know ``--check``, without those that a test holds (tests/docs).
TOOLS = (
    "tool_rows",
    "schema",
    "hooks_dir",
    "rule_docs",
    "man",
    "sbom",
    "json_docs",
    "badge",
    "github_servers",
)


def main() -> int:
    """1 where one of them finds a difference; each says what differs, and the others run anyway."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    found: list[int] = [importlib.import_module(f"tools.{name}").main(["--check"]) for name in TOOLS]
    return max(found)


if __name__ == "__main__":
    sys.exit(main())
