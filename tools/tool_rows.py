"""Writes what the adapters of tools say of themselves to where it is read without loading them: the rows of
quality/catalogue.py, the names in docs/policy.md and the table in docs/quality.md.

``--check`` writes nothing and exits with 1, naming each file that differs.
"""

from __future__ import annotations

import importlib
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import black

from gitflowguard.model.check import FORMAT, LINT, SECURITY
from gitflowguard.quality.catalogue import NAMES, ToolSpec

ROOT = Path(__file__).resolve().parent.parent
ADAPTERS = ROOT / "src" / "gitflowguard" / "quality"
CATALOGUE = ADAPTERS / "catalogue.py"
FAMILIES = {FORMAT: "FORMAT", LINT: "LINT", SECURITY: "SECURITY"}
_DECLARES = re.compile(r"^TOOL = ToolSpec\(", re.MULTILINE)


def specs() -> tuple[ToolSpec, ...]:
    """What the adapters declare: by family, in the order that there is; a new one comes last in its family."""
    files = [path for path in sorted(ADAPTERS.glob("*.py")) if _DECLARES.search(path.read_text("utf-8"))]
    found: list[ToolSpec] = [
        importlib.import_module(f"gitflowguard.quality.{path.stem}").TOOL for path in files
    ]
    for path, spec in zip(files, found):
        if path.stem != spec.name.replace("-", "_"):
            raise SystemExit(f"quality/{path.name} declares {spec.name}; its file has to be called after it")
    families = tuple(FAMILIES)
    places = {name: at for at, name in enumerate(NAMES)}
    return tuple(
        sorted(found, key=lambda one: (families.index(one.family), places.get(one.name, len(NAMES))))
    )


def rows(found: tuple[ToolSpec, ...]) -> str:
    """The rows as Python, without what is as a tool has it if nothing is said."""
    text = "".join(f"ToolSpec({_row(spec)})," for spec in found)
    return black.format_str(f"KNOWN: tuple[ToolSpec, ...] = ({text})\n", mode=black.Mode(line_length=110))


def _row(spec: ToolSpec) -> str:
    defaults = ToolSpec._field_defaults
    return ", ".join(
        f"{name}={FAMILIES[value] if name == 'family' else repr(value)}"
        for name, value in spec._asdict().items()
        if name not in defaults or value != defaults[name]
    )


def names(found: tuple[ToolSpec, ...]) -> str:
    """The sentence of the policy's manual."""
    *first, last = (spec.name for spec in found)
    says = f"Known by name are {', '.join(first)} and {last}: `true` is enough, and a mapping says more."
    return textwrap.fill(says, 118, break_on_hyphens=False) + "\n"


def table(found: tuple[ToolSpec, ...]) -> str:
    """The table of the page about the tools."""
    out = [
        "| tool | for | looks at | settings in | from version | a job installs |",
        "|---|---|---|---|---|---|",
    ]
    for spec in found:
        cells = (
            spec.name,
            spec.family,
            _listed(spec.files),
            _listed(spec.configs) or "-",
            spec.oldest,
            f"{spec.dist} {spec.pinned}",
        )
        out.append(f"| {' | '.join(cells)} |")
    return "\n".join(out) + "\n"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def pages() -> Iterator[tuple[Path, str]]:
    """(file, its text with the blocks as they have to be)."""
    found = specs()
    for path, begin, end, inner in (
        (CATALOGUE, "# begin rows: python tools/tool_rows.py\n", "# end rows\n", rows(found)),
        (
            ROOT / "docs/policy.md",
            "<!-- begin tools: python tools/tool_rows.py -->\n",
            "<!-- end tools -->\n",
            names(found),
        ),
        (
            ROOT / "docs/quality.md",
            "<!-- begin tools: python tools/tool_rows.py -->\n",
            "<!-- end tools -->\n",
            table(found),
        ),
    ):
        before, began, rest = path.read_text("utf-8").partition(begin)
        _, ended, after = rest.partition(end)
        if not began or not ended:
            raise SystemExit(f"{path.name} has no block for the tools")
        yield path, f"{before}{begin}{inner}{end}{after}"


def main(argv: list[str]) -> int:
    """Exit code: 0, or 1 if ``--check`` finds a difference."""
    differ = [(path, text) for path, text in pages() if path.read_text("utf-8") != text]
    for path, text in differ:
        if "--check" in argv:
            print(f"{path.name} isn't what the adapters say; run: python tools/tool_rows.py", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if differ and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
