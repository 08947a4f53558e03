"""The Markdown format, read by a CommonMark parser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitflowguard.model.finding import (
    Finding,
    Report,
    Silenced,
    Skipped,
    Unknown,
    Violation,
)
from gitflowguard.report.formats import render
from gitflowguard.report.markdown import LIMIT
from tests.report.samples import ABOUT, CLEAN, DIRECT, EVIL, FULL, NOTE, filled

EXPECTED = r"""## gitflowguard: violated

2 errors, 1 warning; can't determine 1 check; 1 finding skipped on request.

### Findings

- **error** `GFG201` direct-commit: main only takes merges, and this would be a commit made on it

  ```sh
  git switch --merge -c feature/my-change develop
  git commit -m 'it'"'"'s done'
  ```

- **error** `GFG202` conflict-markers: ``::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff\|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example``) still holds a conflict marker (``::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff\|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example):12``, `commit a1b2c3d`)

  ```sh
  git add '::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example)'
  ```

- **warning** `GFG106` stacked-branch: `feature/b` holds 2 commits of `feature/a`, which is not merged yet (`commit a1b2c3d`)

  ```sh
  git rebase --onto develop feature/a feature/b
  ```

### Can't determine

- `GFG105` wrong-origin for `feature/x`: this clone is shallow

  ```sh
  git fetch --unshallow
  ```

### Skipped on request

- `GFG201` direct-commit: main only takes merges, and this would be a commit made on it (reason: release `@` night, agreed)

### Notes

- detached HEAD: no branch to judge

`gitflowguard explain <rule>` says what a rule checks, why, and how to fix it.
"""  # noqa: E501
KNOWN = {
    "heading",
    "paragraph",
    "bullet_list",
    "list_item",
    "inline",
    "fence",
    "text",
    "code_inline",
    "strong",
}


def tokens(text: str) -> Iterator[Token]:
    """Everything that a parser with tables sees, at every depth."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


def kinds(text: str) -> set[str]:
    """The kinds of token, opening and closing alike."""
    return {token.type.removesuffix("_open").removesuffix("_close") for token in tokens(text)}


def many(count: int, size: int) -> Report:
    """A report of so many findings of that many letters each."""
    says = "word " * (size // 5)
    found = (Violation("GFG201", "direct-commit", "error", Finding(f"{says}{n}")) for n in range(count))
    return Report(tuple(found), judged=count)


def test_whole_output() -> None:
    assert render("markdown", FULL, ABOUT) == EXPECTED


def test_a_clean_report_is_a_heading_and_a_count() -> None:
    assert render("markdown", CLEAN, ABOUT) == "## gitflowguard: clean\n\nAll clear: 12 checks.\n"


def test_a_note_alone_needs_no_manual() -> None:
    assert render("markdown", Report(judged=1, notes=(NOTE,)), ABOUT) == (
        f"## gitflowguard: clean\n\nAll clear: 1 check.\n\n### Notes\n\n- {NOTE}\n"
    )


def test_a_check_without_a_branch_names_none() -> None:
    report = Report(skipped=(Skipped("GFG604", "stale-version", "", Unknown("there are no tags")),))
    assert "- `GFG604` stale-version: there are no tags\n" in render("markdown", report, ABOUT)


def test_hostile_text_is_no_link_image_html_or_mention() -> None:
    text = render("markdown", filled(EVIL), ABOUT)
    assert kinds(text) <= KNOWN
    prose = "".join(token.content for token in tokens(text) if token.type == "text")
    assert not set("@|<[`") & set(prose)


def test_commands_keep_every_letter_in_their_block() -> None:
    backticks = Finding("x", (("git", "switch", "a```b"), ("git", "add", "<b>")))
    text = render("markdown", Report((Violation("GFG201", "direct-commit", "error", backticks),)), ABOUT)
    (fence,) = (token for token in tokens(text) if token.type == "fence")
    assert fence.content == "git switch 'a```b'\ngit add '<b>'\n"


@pytest.mark.parametrize(("count", "size"), [(2000, 50), (30, 4000), (2, 70_000), (1, 70_000)])
def test_too_long_a_report_is_cut_between_items_and_says_so(count: int, size: int) -> None:
    text = render("markdown", many(count, size), ABOUT)
    assert len(text) <= LIMIT
    told = text.count("- **error**")
    left = count - told
    assert f"\n… and {left} more item{'s' * (left > 1)} that did not fit here.\n" in text
    assert size > LIMIT or len(text) > LIMIT - size - 200


def test_what_is_cut_counts_every_section() -> None:
    report = many(1, 70_000)._replace(notes=("a", "b"), silenced=(Silenced(DIRECT, "why"),))
    assert "… and 4 more items" in render("markdown", report, ABOUT)


def test_what_fits_is_whole() -> None:
    text = render("markdown", many(100, 100), ABOUT)
    assert text.count("- **error**") == 100
    assert "did not fit" not in text
