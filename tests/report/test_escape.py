"""The escapers: no text, whatever its code points, does anything but show."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitflowguard.report import escape
from tests.budget import examples
from tests.report.foreign import FOREIGN, UNSEEN, hidden
from tests.report.runner import read

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
# What GitHub makes a link of in plain text; a word alone holds none of these.
LIVE = set("@#/|<>[]*_~`&\\")
many = settings(max_examples=examples(500), derandomize=True, deadline=None, database=None)


def inline(text: str) -> list[Token]:
    """The parts of the one paragraph that the text must be."""
    found = PARSER.parse(text)
    assert [token.type for token in found] in (["paragraph_open", "inline", "paragraph_close"], [])
    return list(found[1].children or ()) if found else []


def assert_inert(parts: list[Token]) -> None:
    """Only words and code."""
    assert {part.type for part in parts} <= {"text", "code_inline"}
    prose = "".join(part.content for part in parts if part.type == "text")
    assert not LIVE & set(prose)
    assert "www." not in prose
    assert "://" not in prose


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("feature/ABC-1-été", "feature/ABC-1-été"),
        ("featurе/x", "featurе/x"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\tc\x7f", r"a\x0ab\x09c\x7f"),
        ("\x9b", r"\u009b"),
        ("fea\u200bture", r"fea\u200bture"),
        ("\u202ex", r"\u202ex"),
        ("\ufeff\xa0", r"\ufeff\u00a0"),
        ("x\U000e0041", r"x\U000e0041"),
        ("x\ufe0f\u3164", r"x\ufe0f\u3164"),
        ("a\udcff\udc80", r"a\xff\x80"),
        ("\ud800", r"\ud800"),
        ("::error::x", r"\x3a:error::x"),
        ("  ::error::x", r"  \x3a:error::x"),
        ("a::b", "a::b"),
        (": b", ": b"),
        ("a ##[error] ###", r"a #\x23[error] #\x23#"),
        ("#1", "#1"),
        ("", ""),
    ],
)
def test_terminal_shows_what_cannot_be_printed(text: str, shown: str) -> None:
    assert escape.terminal(text) == shown


@many
@given(FOREIGN)
def test_terminal_gives_one_line_that_can_only_be_read(text: str) -> None:
    shown = escape.terminal(text)
    assert not hidden(shown)
    assert len(shown.splitlines()) <= 1
    assert "##" not in shown
    assert read(shown) is None
    assert not shown.lstrip().startswith("::")


def test_every_letter_that_hides_is_shown_by_its_code() -> None:
    assert [hex(ord(letter)) for letter in UNSEEN if not escape.terminal(f"a{letter}b").isascii()] == []


@many
@given(FOREIGN, FOREIGN)
@example("%0A::error::x", "a,line=1::b")
def test_a_workflow_command_holds_just_the_texts_that_were_put_in(data: str, value: str) -> None:
    line = f"::error file={escape.workflow_property(value)}::{escape.workflow_data(data)}"
    command = read(line)
    assert len(line.splitlines()) == 1
    assert not hidden(line)
    assert command is not None
    assert command.name == "error"
    assert command.properties == {"file": escape.terminal(value)}
    assert command.message == escape.terminal(data)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("main only takes merges, isn't it", "main only takes merges, isn't it"),
        ("merge feature/x into main.", "merge `feature/x` into main."),
        ("a `b`, c/d e/f: (g/h) and 12 (more)", "a `` `b` ``, `c/d e/f`: (`g/h`) and 12 (more)"),
        ("1. item", "`1`. item"),
        ("fix (GH-1) by @all", "fix (`GH-1`) by `@all`"),
        ("commit deadbeef or faded", "commit `deadbeef` or faded"),
        ("a|b", "`a\\|b`"),
        ("- !!! x-", "`- !!! x-`"),
        ("1234567 123456", "`1234567` 123456"),
        (" \n ", "`\\x0a`"),
        ("", ""),
    ],
)
def test_markdown_leaves_plain_words_alone(text: str, shown: str) -> None:
    assert escape.markdown(text) == shown


@many
@given(FOREIGN)
def test_markdown_is_words_and_code_and_nothing_else(text: str) -> None:
    said = escape.markdown(text)
    assert not hidden(said)
    assert "|" not in said.replace("\\|", "")
    assert_inert(inline(said))


@many
@given(FOREIGN)
def test_markdown_says_every_word(text: str) -> None:
    said = "".join(part.content for part in inline(escape.markdown(text)))
    assert said.replace("\\|", "|").split() == escape.terminal("x" + text)[1:].split()


@many
@given(FOREIGN)
def test_a_code_span_is_one_span_with_the_whole_text(text: str) -> None:
    parts = inline("x " + escape.code_span(text))
    assert [part.type for part in parts] == ["text", "code_inline"]
    assert parts[1].content.replace("\\|", "|") == (escape.terminal("x" + text)[1:] or " ")


@many
@given(FOREIGN)
def test_a_table_cell_stays_one_cell(text: str) -> None:
    found = PARSER.parse(
        f"| a | b |\n|---|---|\n| {escape.code_span(text)} | {escape.markdown(text)} |\n| c | d |\n"
    )
    cells = [token for token in found if token.type == "td_open"]
    assert len(cells) == 4
    for token in found:
        if token.type == "inline":
            assert_inert(list(token.children or ()))


@many
@given(
    st.lists(FOREIGN.map(lambda text: f"git add {text}"), min_size=1, max_size=3), st.sampled_from(("", "  "))
)
def test_a_code_block_is_one_block_with_a_line_for_each_command(lines: list[str], indent: str) -> None:
    text = (
        f"- item\n\n{escape.code_block(tuple(lines), indent)}\n"
        if indent
        else escape.code_block(tuple(lines))
    )
    (fence,) = (token for token in PARSER.parse(text) if token.type == "fence")
    assert fence.info == "sh"
    assert fence.content == "".join(f"{escape.terminal(line)}\n" for line in lines)
    assert PARSER.parse(text)[-1].type == ("bullet_list_close" if indent else "fence")


@many
@given(FOREIGN)
def test_xml_comes_back_visible_from_text_and_attribute(text: str) -> None:
    said = escape.xml(text)
    node = ElementTree.fromstring(f"<a b=\"{said}\" c='{said}'>{said}</a>")
    assert not hidden(said)
    assert (node.text or "") == node.get("b") == node.get("c") == escape.terminal("x" + text)[1:]


@many
@given(FOREIGN)
def test_json_text_changes_nothing_but_surrogates(text: str) -> None:
    said = escape.json_text(text)
    said.encode("utf-8")
    if text.isascii():
        assert said == text
    kept = "".join(letter for letter in text if not "\ud800" <= letter <= "\udfff")
    assert len(said) - len(kept) == sum(
        {True: 4, False: 6}["\udc80" <= x <= "\udcff"] for x in text if x not in kept
    )


@many
@given(FOREIGN)
def test_a_sarif_message_holds_no_link(text: str) -> None:
    said = escape.sarif_text(text)
    bare = said.replace("\\\\", "").replace("\\[", "").replace("\\]", "")
    assert not hidden(said)
    assert not {"[", "]", "\\"} & set(bare)


@many
@given(FOREIGN)
def test_a_uri_is_ascii_and_relative(text: str) -> None:
    said = escape.uri(text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
    assert said.isascii()
    assert not set(said) & set(':?#[]@ \\"<>')


@many
@given(FOREIGN)
def test_html_in_markdown_is_words_and_code_and_nothing_else(text: str) -> None:
    said = escape.html(text)
    assert not hidden(said)
    assert "|" not in said
    node = ElementTree.fromstring(f"<summary>{said}</summary>")
    assert {child.tag for child in node} <= {"code"}
    assert not any(len(child) or child.attrib for child in node)
    assert not LIVE & set((node.text or "") + "".join(child.tail or "" for child in node))
    assert "".join(node.itertext()).split() == escape.terminal("x" + text)[1:].split()


@many
@given(FOREIGN)
def test_legible_is_what_shows_and_leaves_number_signs(text: str) -> None:
    said = escape.legible(text)
    assert not hidden(said)
    assert said.replace("##", "#\\x23") == escape.terminal("x" + text)[1:]
