"""CODEOWNERS, by the examples and the exceptions of docs.github.com, "About code owners"."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitflowguard.protection.owners import LARGEST, owners_of, read
from tests.budget import examples


def whose(text: str, path: str) -> str:
    """The owners of a file, with spaces between."""
    return " ".join(owners_of(read(text), path))


def owned(pattern: str, path: str) -> bool:
    """Whether a pattern covers a file."""
    return whose(f"{pattern} @x", path) == "@x"


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*", ("a", "a/b/c", ".github/x"), ()),
        ("*.js", ("a.js", "x/y/a.js"), ("a.jsx", "js")),
        (
            "/build/logs/",
            ("build/logs/a", "build/logs/b/c"),
            ("x/build/logs/a", "build/logs", "build/logsx/a"),
        ),
        ("docs/*", ("docs/a.md",), ("docs/build-app/a.md", "x/docs/a.md", "docs")),
        ("apps/", ("apps/a", "x/apps/a/b"), ("apps", "xapps/a")),
        ("/docs/", ("docs/a", "docs/b/c"), ("x/docs/a",)),
        ("/scripts/", ("scripts/a",), ("x/scripts/a",)),
        ("**/logs", ("build/logs/a", "logs/a/b", "deeply/nested/logs", "logs"), ("logsx/a", "xlogs")),
        ("/apps/github", ("apps/github", "apps/github/a"), ("x/apps/github", "apps/githubs")),
        ("a/**/z", ("a/z", "a/b/z", "a/b/c/z", "a/b/z/below"), ("b/a/z", "a/bz")),
        ("a/**", ("a/b", "a/b/c"), ("a", "b/a/c")),
        ("**", ("a", "a/b"), ()),
        ("**/*.md", ("a.md", "x/a.md"), ("a.m",)),
        ("/*.md", ("a.md",), ("x/a.md",)),
        ("a?c", ("abc", "x/abc"), ("ac", "a/c", "abbc")),
        ("*a*b*c", ("abc", "xxaxxbxxc"), ("acb", "abcx")),
        ("/Docs/", ("Docs/a",), ("docs/a",)),
        (r"with\ space.txt", ("with space.txt", "x/with space.txt"), ("withspace.txt",)),
        ("sub/dir", ("sub/dir/a", "sub/dir"), ("x/sub/dir/a",)),
    ],
)
def test_patterns(pattern: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    assert [path for path in inside if not owned(pattern, path)] == []
    assert [path for path in outside if owned(pattern, path)] == []


def test_the_last_that_matches_decides() -> None:
    text = "* @all\n*.js @js\n/apps/ @apps\n/apps/github\n/apps/github/secret @ada @acme/team\n"
    assert whose(text, "a.js") == "@js"
    assert whose(text, "apps/a.js") == "@apps"
    assert whose(text, "apps/github/a.js") == ""
    assert whose(text, "apps/github/secret") == "@ada @acme/team"
    assert whose(text, "x") == "@all"


@pytest.mark.parametrize(
    "line",
    [
        "!x @no",
        "[ab] @no",
        r"\#x @no",
        "# x @no",
        "x no-owner",
        "x @ok no-owner",
        "x @",
        "/ @no",
        "*** @no",
        "",
        "   ",
    ],
)
def test_lines_that_are_skipped(line: str) -> None:
    text = f"* @all\n{line}\n"
    assert {whose(text, path) for path in ("x", "a", "#x", "!x", "[ab]")} == {"@all"}


def test_comments_ends_of_lines_and_addresses() -> None:
    assert whose("x @a # @b\r\n", "x") == "@a"
    assert whose("x ada@example.com\t@acme/team\n", "x") == "ada@example.com @acme/team"
    assert [line.line for line in read("\n\n# no\nx @a\ny\n")] == [4, 5]


def test_a_file_that_is_too_large_owns_nothing() -> None:
    assert read("* @a\n" + "#" * LARGEST) == ()


@settings(max_examples=examples(150), derandomize=True, deadline=None, database=None)
@given(st.text("ab*?/ \\#@!\n", max_size=40), st.text("ab/", min_size=1, max_size=12))
def test_any_text_is_read(text: str, path: str) -> None:
    assert all(line.parts and line.line >= 1 for line in read(text))
    assert set(owners_of(read(text), path)) <= {one for line in read(text) for one in line.owners}


def test_a_pattern_of_stars_takes_no_time() -> None:
    parts = "/".join(["**", "*a*" * 40] * 20)
    assert not owned(parts, "/".join(["b" * 60] * 60))
