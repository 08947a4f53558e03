"""Writes the bill of materials that goes into the wheel: sbom/gitflowguard.cdx.json, from pyproject.toml.

CycloneDX 1.6 (cyclonedx.org/docs/1.6/json), shipped as PEP 770 has it. It names what is declared, with the range;
which version is installed is the installer's choice. ``--check`` writes nothing and exits with 1 on a difference.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "sbom" / "gitflowguard.cdx.json"


def document(project: dict[str, Any]) -> dict[str, object]:
    """The bill. project: the table of pyproject.toml."""
    extras = project["optional-dependencies"]
    rows = [(one, "required") for one in project["dependencies"]]
    rows += [(one, "optional") for extra in ("github", "mcp", "quality") for one in extras[extra]]
    name, version = project["name"], project["version"]
    own = f"pkg:pypi/{name}@{version}"
    components = [
        _component(requirement, scope) for requirement, scope in sorted(rows, key=lambda row: row[0].lower())
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "bom-ref": own,
                "type": "application",
                "name": name,
                "version": version,
                "purl": own,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _component(requirement: str, scope: str) -> dict[str, object]:
    name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}"
    return {
        "bom-ref": purl,
        "type": "library",
        "name": name,
        "purl": purl,
        "scope": scope,
        "properties": [{"name": "gitflowguard:range", "value": requirement[len(name) :]}],
    }


def text() -> str:
    """The file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return json.dumps(document(project), indent=2) + "\n"


def main(argv: list[str]) -> int:
    """Writes the file, or compares it."""
    wanted = text()
    same = FILE.is_file() and FILE.read_text("utf-8") == wanted
    if "--check" in argv:
        if not same:
            print(f"{FILE.relative_to(ROOT)} differs from pyproject.toml; run `make docs`")
        return 0 if same else 1
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
