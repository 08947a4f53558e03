"""Check that what is to be released is ready: python tools/release.py --check [TAG].

The version stands in one place (pyproject.toml). CHANGELOG.md must have a dated entry for it and nothing unreleased
left above it; a tag, where one is given, must be ``v`` and that version. Exit codes: 0 ready, 1 not ready.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ENTRY = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.M)


def problems(root: Path, tag: str = "") -> list[str]:
    """One sentence for each thing that is not ready; none if the release can go out.

    tag: the name of the tag, "" before there is one.
    """
    version = str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    text = (root / "CHANGELOG.md").read_text("utf-8")
    entries = list(_ENTRY.finditer(text))
    found = []
    if tag and tag != f"v{version}":
        found.append(f"The tag is {tag}, but pyproject.toml says version {version}.")
    if not any(entry["version"] == version and entry["date"] for entry in entries):
        found.append(f"CHANGELOG.md has no entry '## [{version}] - DATE'.")
    for entry, following in zip(entries, [*entries[1:], None]):
        if entry["version"] == "Unreleased":
            body = text[entry.end() : following.start() if following else None]
            if re.search(r"^- ", body, re.M):
                found.append(
                    f"CHANGELOG.md still lists changes under [Unreleased]; move them to [{version}]."
                )
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Check that a release is ready.")
    parser.add_argument("--check", nargs="?", const="", metavar="TAG", required=True)
    found = problems(ROOT, parser.parse_args().check)
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
