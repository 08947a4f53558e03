"""The project's Markdown pages, read the way GitHub reads them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
_READER = MarkdownIt("commonmark").enable("table")


class Code(NamedTuple):
    """A piece of code on a page. info: what stands behind the fence, "" for a code span. line: from 1."""

    info: str
    text: str
    line: int


def pages() -> list[Path]:
    """Every page that a person wrote or that `make docs` wrote; scenarios in tests/ and READMEs of tools too."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
    found = [page for page in found if "node_modules" not in page.parts]
    return sorted((*found, *(ROOT / "benchmarks").glob("*.md"), *(ROOT / "examples").rglob("*.md")))


def manuals() -> list[Path]:
    """The pages that tell people what to type."""
    return [page for page in pages() if not page.is_relative_to(ROOT / "tests")]


def name_of(page: Path) -> str:
    """For the id of a test."""
    return page.relative_to(ROOT).as_posix()


def _tokens(page: Path) -> Iterator[tuple[Token, int]]:
    """Each token with the line that it is on."""
    line = 1
    for token in _READER.parse(page.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else line
        yield token, line
        for child in token.children or ():
            yield child, line


@functools.cache
def codes(page: Path) -> list[Code]:
    """Every fenced block and every code span."""
    found = []
    for token, line in _tokens(page):
        if token.type == "fence":
            found.append(Code(token.info.strip(), token.content, line))
        elif token.type in ("code_inline", "code_block"):
            found.append(Code("", token.content, line))
    return found


@functools.cache
def links(page: Path) -> list[tuple[str, int]]:
    """Every link and image, with its line."""
    found = []
    for token, line in _tokens(page):
        where = token.attrGet("href") if token.type == "link_open" else None
        where = token.attrGet("src") if token.type == "image" else where
        if where is not None:
            found.append((str(where), line))
    return found


@functools.cache
def anchors(page: Path) -> set[str]:
    """The fragments that GitHub makes of the headings."""
    found: set[str] = set()
    heading = False
    for token, _ in _tokens(page):
        if token.type == "inline" and heading:
            text = "".join(c.content for c in token.children or () if c.type in ("text", "code_inline"))
            found.add("".join(x for x in text.lower().replace(" ", "-") if x.isalnum() or x in "-_"))
        heading = token.type == "heading_open"
    return found
