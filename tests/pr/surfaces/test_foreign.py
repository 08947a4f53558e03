"""Foreign text on every surface: a property test for each that nothing in it acts."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gitflowguard.app.pull.tell import annotated
from gitflowguard.model.finding import Finding, Report, Skipped, Unknown, Violation
from gitflowguard.model.pull import Pull
from gitflowguard.report import markdown
from gitflowguard.report.pull import check as pullcheck
from gitflowguard.report.pull import comment as pullcomment
from gitflowguard.report.pull.actionsfile import entry, utf8
from tests.budget import examples
from tests.pr.surfaces.bench import ABOUT
from tests.report.foreign import FOREIGN, hidden
from tests.report.runner import read
from tests.report.samples import EVIL, SHA

PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")
LIVE = re.compile(r"(?<![\w`])@\w|https?://|www\.|(?<!\w)#\d|<!--|<\w")
COMMANDS = {"error", "warning", "notice"}
some = settings(max_examples=examples(60), derandomize=True, deadline=None, database=None)
DELIMITER = "ghadelim_8f14e45f-ceea-467f-a0e6-5b5f3b2a9d10"


def report(text: str, path: str = "") -> Report:
    """One report that holds a foreign text wherever one can stand."""
    finding = Finding(
        says=f"says {text}",
        mend=(("git", "switch", text),),
        ref=text,
        commit=SHA,
        path=path or text,
        line=3,
        tool="t",
        rule=text,
    )
    skipped = Skipped("GFG503", "missing-approval", text, Unknown(f"why {text}"))
    return Report(
        (Violation("GFG501", "forbidden-pull", "error", finding),), (skipped,), notes=(f"note {text}",)
    )


def pull(text: str) -> Pull:
    """A pull request with foreign names."""
    return Pull(text or "x", text or "y", draft=True)


def prose(text: str) -> str:
    """What GitHub would look for mentions and links in; asserts that Markdown itself makes nothing of the text."""
    found: list[str] = []
    for token in PARSER.parse(text):
        assert token.type != "html_block", token.content
        if token.type == "inline":
            found += words(token.children or [])
    return "\n".join(found)


def words(tokens: list[Token]) -> list[str]:
    """The plain text among the parts of a paragraph."""
    assert {one.type for one in tokens} <= {
        "text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close",
    }  # fmt: skip
    return [one.content for one in tokens if one.type == "text"]


def assert_inert(text: str) -> None:
    """Lines with nothing hidden, in which nothing is a link, a mention or HTML."""
    assert not hidden(text.replace("\n", ""))
    assert not LIVE.search(prose(text)), prose(text)


@some
@given(FOREIGN)
@example(EVIL)
@example("a|b\n| c | d |\n")
def test_summary_comment_and_check_run(text: str) -> None:
    said = report(text)
    assert_inert(markdown.render(said, ABOUT, 10_000, utf8))
    run = pullcheck.check_run("gitflowguard (main)", SHA, said, ABOUT, False, False, "1")
    assert_inert(run.summary)
    assert not hidden(run.title) and "\n" not in run.title
    for body in (
        pullcomment.body_of(said, ABOUT, pull(text), SHA, 7),
        pullcomment.resolved(pull(text), SHA, 7),
    ):
        hidden_line, _, rest = body.partition("\n")
        assert pullcomment.marked(hidden_line) == pullcomment.marked(body)
        assert hidden_line.count("<!--") == 1
        assert_inert(rest)


@some
@given(FOREIGN)
@example(EVIL)
def test_a_table_is_never_broken(text: str) -> None:
    """No pipe stands without a backslash before it."""
    body = pullcomment.resolved(pull(text), SHA, 7)
    assert not re.search(r"(?<!\\)\|", body)


@some
@given(FOREIGN)
@example(EVIL)
def test_annotations_of_a_check_run(text: str) -> None:
    run = pullcheck.check_run("x", SHA, report(text, "a.py"), ABOUT, False, False, "1")
    (mark,) = run.marks
    assert mark.path == "a.py" and mark.line == 3
    assert not hidden(mark.title) and "\n" not in mark.title
    for line in mark.message.split("\n"):
        assert not hidden(line) and read(line) is None
    odd = pullcheck.check_run("x", SHA, report(text), ABOUT, False, False, "1").marks
    assert all(one.path == text and not hidden(one.path) for one in odd)


@some
@given(FOREIGN)
@example(EVIL)
def test_workflow_commands(text: str) -> None:
    said = annotated(report(text), ABOUT, {"GITHUB_ACTIONS": "true"})
    lines = said.split("\n")
    assert not any(hidden(line) for line in lines)
    commands = [found for line in lines if (found := read(line)) is not None]
    assert len(commands) == 3 and {one.name for one in commands} <= COMMANDS
    assert len(said.splitlines()) == 4


@some
@given(FOREIGN)
@example(f"x\n{DELIMITER[:-1]}\nverdict<<y\nclean\ny")
def test_outputs(text: str) -> None:
    """As the runner reads them, there is one key, with one line."""
    lines = entry("report", text, DELIMITER).split("\n")
    assert lines[0] == f"report<<{DELIMITER}" and lines[2:] == [DELIMITER, ""]
    assert not hidden(lines[1]) and not lines[1].startswith("::")


def test_an_output_that_holds_the_delimiter() -> None:
    with pytest.raises(ValueError, match="delimiter"):
        entry("report", f"x{DELIMITER}", DELIMITER)


@some
@given(st.text() | FOREIGN)
def test_only_a_body_that_begins_with_the_line_is_marked(text: str) -> None:
    assert pullcomment.marked(f"x{text}") is None
    body = pullcomment.body_of(report(text), ABOUT, pull(text), SHA, 7)
    mark = pullcomment.marked(body)
    assert mark is not None and (mark.run, mark.head) == (7, SHA)
    assert pullcomment.marked(body.replace("\n", "\r\n")) == mark
    assert pullcomment.marked("> " + body) is None
