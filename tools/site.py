"""Builds the site: collects docs/ and what is generated in build/site-pages, and runs mkdocs over it, strictly.

Python-Markdown reads some things in another way than GitHub does. They are fitted here, so that the pages in docs/
stay as GitHub shows them: links that leave docs/, the words behind a fence's language, a list right below a line.
``--collect`` only collects. Needs mkdocs-material (dependency group `site`).
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess  # a list of words, no shell  # nosec B404
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gitflowguard.app.policy.config import rendered_schema
from gitflowguard.cli.main import VARIABLES
from gitflowguard.model.distribution import REPOSITORY
from gitflowguard.model.exits import MEANINGS

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "build" / "site-pages"
SITE = ROOT / "build" / "site"
_SHIM = "https://unpkg.com/iframe-worker/shim"
CONFIG = ROOT / "build" / "mkdocs.yml"
_LINK = re.compile(r"(\]\()([^)\s#]+)([^)]*\))")
_FENCE = re.compile(r"^( *)(`{3,})(\w*)(?: [^\n`]*)?$")
_ITEM = re.compile(r"^( *)(?:[-*]|\d+\.) ")


def fitted(text: str, path: str) -> str:
    """A page as Python-Markdown has to get it. path: below docs/."""
    out: list[str] = []
    fence, shift = "", 0
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if found and (not fence or (found[2] == fence and not found[3])):
            fence = "" if fence else found[2]
            shift = len(_indent(found[1])) - len(found[1]) if fence else shift
            out.append(f"{_indent(found[1])}{found[2]}{found[3]}")
            continue
        if fence:
            out.append(" " * shift + line if line else "")
            continue
        if _ITEM.match(line) and out and out[-1].strip() and not _continues(out[-1]):
            out.append("")
        out.append(_LINK.sub(lambda link: f"{link[1]}{_target(link[2], path)}{link[3]}", _deeper(line)))
    return "\n".join(out)


def _continues(line: str) -> bool:
    """Whether a line belongs to a list already: an item, or what is indented below one."""
    return bool(_ITEM.match(line)) or line.startswith("  ")


def _indent(space: str) -> str:
    """Two or three spaces below an item are four in Python-Markdown."""
    return " " * (4 * ((len(space) + 2) // 4)) if 0 < len(space) < 4 else space


def _deeper(line: str) -> str:
    rest = line.lstrip(" ")
    return _indent(line[: len(line) - len(rest)]) + rest


def _target(link: str, path: str) -> str:
    """A link as it is, or to the repository where it leaves docs/."""
    if "://" in link or link.startswith(("mailto:", "/")):
        return link
    there = posixpath.normpath(posixpath.join("docs", posixpath.dirname(path), link))
    if there.startswith("docs/"):
        here = ROOT / there
        return posixpath.join(link, "README.md") if here.is_dir() and (here / "README.md").is_file() else link
    kind = "tree" if (ROOT / there).is_dir() else "blob"
    return f"{REPOSITORY}/{kind}/main/{there}"


def keys_page() -> str:
    """Every key of the policy, from its schema."""
    schema = json.loads(rendered_schema())
    out = [
        "# Policy keys\n",
        "Every key that `.gitflowguard.yaml` may have, from its schema. What each is for, with",
    ]
    out += ["examples: [policy.md](../policy.md).\n", "## The file\n", *_table(schema)]
    for name, part in schema["definitions"].items():
        if "properties" not in part:  # a value or a name, not a mapping with keys
            continue
        title = re.sub(r"Form$", "", name)
        out += [
            f"\n## {title}\n",
            *([f"{part['description']}\n"] if "description" in part else []),
            *_table(part),
        ]
    return "\n".join(out) + "\n"


def _table(part: dict[str, Any]) -> Iterator[str]:
    yield from ("| key | value | default | what it is |", "|---|---|---|---|")
    for key, value in part.get("properties", {}).items():
        default = (
            f"`{json.dumps(value['default'])}`" if value.get("default") not in (None, "", {}, []) else ""
        )
        said = value.get("description", "").replace("|", "\\|").replace("<", "&lt;")
        yield f"| `{key}` | {_kind(value)} | {default} | {said} |"


def _kind(value: dict[str, Any]) -> str:
    """A schema's type in a few words."""
    if "enum" in value:
        words = [f"`{one}`" for one in value["enum"]]
        return ", ".join(words[:6]) + (" and others" if len(words) > 6 else "")
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "$ref" in value:
        name = re.sub(r"Form$", "", value["$ref"].rpartition("/")[2])
        return f"[{name}](#{name.lower()})"
    if "allOf" in value:
        return _kind(value["allOf"][0])
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(one) for one in value["anyOf"]))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}))}"
    if value.get("type") == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"names with {_kind(value['additionalProperties'])}"
    return str(value.get("type", "any"))


def codes_page() -> str:
    """Exit codes and environment variables."""
    out = [
        "# Exit codes and environment variables\n",
        "The codes are the same for every command and format.\n",
    ]
    out += [
        "| code | what it means |",
        "|---|---|",
        *(f"| {code} | {said} |" for code, said in MEANINGS.items()),
    ]
    out += ["\n## Environment variables\n", "| variable | what it does |", "|---|---|"]
    out += [f"| `{name}` | {said} |" for name, said in VARIABLES]
    return "\n".join(out) + "\n"


def collect() -> None:
    """Writes build/site-pages and build/mkdocs.yml."""
    shutil.rmtree(PAGES, ignore_errors=True)
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.is_file():
            name = path.relative_to(ROOT / "docs").as_posix()
            target = PAGES / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".md":
                target.write_text(fitted(path.read_text("utf-8"), name), encoding="utf-8")
            else:
                shutil.copyfile(path, target)
    (PAGES / "reference/policy.md").write_text(keys_page(), encoding="utf-8")
    (PAGES / "reference/codes.md").write_text(codes_page(), encoding="utf-8")
    names = sorted(path.name for path in (ROOT / "docs/rules").glob("*.md") if path.name != "README.md")
    rules = ", ".join(f"rules/{name}" for name in ("README.md", *names))
    text = (ROOT / "mkdocs.yml").read_text("utf-8").replace("Rules: RULES", f"Rules: [{rules}]")
    CONFIG.write_text(text.replace(": build/", ": "), encoding="utf-8")


def main(argv: list[str]) -> int:
    """Collects and builds; mkdocs ends with 1 at the first link, anchor or page that leads nowhere."""
    collect()
    if "--collect" in argv:
        return 0
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", str(CONFIG))
    code = subprocess.run(command, cwd=ROOT, check=False).returncode  # nosec B603
    if not code:
        close()
    return code


def close() -> None:
    """Takes out the one script that the theme would fetch from elsewhere, and puts ours in its place."""
    shutil.copyfile(ROOT / "tools" / "worker.js", SITE / "assets" / "worker.js")
    for path in SITE.rglob("*.html"):
        up = "../" * (len(path.relative_to(SITE).parts) - 1)
        text = path.read_text("utf-8")
        path.write_text(text.replace(_SHIM, f"{up}assets/worker.js"), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
