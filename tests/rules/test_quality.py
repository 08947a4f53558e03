"""What the rules of the family `quality` make of a tool's words, beyond their pages."""

from __future__ import annotations

import pytest

from gitflowguard.engine import evaluate
from gitflowguard.model.check import FAMILIES, Check
from gitflowguard.model.facts import Refs, View
from gitflowguard.model.finding import Finding, Report, Unknown
from gitflowguard.model.remark import LONGEST, label, sentence
from gitflowguard.policy.presets import preset_flow
from gitflowguard.rules import registry
from tests.scenario import read_checks

F401 = Check(
    about="feature/x",
    tool="flake8",
    family="lint",
    path="a.py",
    code="F401",
    says="'os' imported but unused",
    line=3,
    column=1,
)
BLIND = Unknown("a.py was not checked: flake8 was not found", (("pip", "install", "flake8"),))


def judge(*facts: Check) -> Report:
    """What the whole family says."""
    return evaluate(registry.load(("quality",)), facts, View(preset_flow("gitflow"), Refs({}, {}, {})))


@pytest.mark.parametrize(
    ("says", "sentence_"),
    [
        ("'os' imported but unused", "flake8 F401: 'os' imported but unused"),
        ("  a full stop goes.\n", "flake8 F401: a full stop goes"),
        ("an ellipsis stays...", "flake8 F401: an ellipsis stays..."),
        ("", "flake8 F401 reports this file"),
    ],
)
def test_the_sentence_is_the_tools_own(says: str, sentence_: str) -> None:
    """With its name and code before it, and no full stop."""
    assert sentence(F401._replace(says=says)) == sentence_


def test_a_tool_that_prints_without_end_is_cut() -> None:
    said = sentence(F401._replace(says="x" * (LONGEST + 1)))
    assert said == "flake8 F401: " + "x" * (LONGEST - 1) + "…"
    assert sentence(F401._replace(says="x" * LONGEST)) == "flake8 F401: " + "x" * LONGEST


def test_a_tool_without_a_code_is_named_alone() -> None:
    assert (label("black", ""), label("flake8", "E9")) == ("black", "flake8 E9")


def test_the_finding_keeps_all_that_the_tool_said() -> None:
    """And names no branch, so that two branches of one push do not tell it twice."""
    mend = (("ruff", "check", "--fix", "--", "a.py"),)
    (violation,) = judge(F401._replace(mend=mend, advice=True)).violations
    assert (violation.code, violation.severity) == ("GFG802", "warning")
    assert violation.finding == Finding(
        "flake8 F401: 'os' imported but unused", mend, path="a.py", line=3, column=1, advice=True,
        tool="flake8", rule="F401",
    )  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_exactly_one_rule_speaks_of_each_fact(family: str) -> None:
    """Of a remark its family's, of a gap only the one for gaps: never a pass, never a violation."""
    told = judge(F401._replace(family=family))
    assert [v.name for v in told.violations] == [{"format": "unformatted"}.get(family, family)]
    assert not told.skipped
    gap = judge(F401._replace(family=family, unchecked=BLIND))
    assert not gap.violations
    assert [(s.name, s.ref, s.unknown) for s in gap.skipped] == [("unchecked-file", "feature/x", BLIND)]


def test_a_line_of_a_checks_block_that_is_none_is_refused() -> None:
    """A page with a slip does not hold by accident."""
    with pytest.raises(ValueError, match="no such line: flake8 says hello"):
        read_checks("flake8 says hello")


def test_a_checks_block_is_read_word_for_word() -> None:
    _, found = read_checks(
        "on release/1.0\n"
        "flake8 lint src/a.py:3:1 F401 advice: words: more words\n"
        "    ruff check 'a b'\n"
        "black format b.py unchecked: it crashed\n"
        "    pip install black\n"
    )
    assert found == [
        Check(
            about="release/1.0", tool="flake8", family="lint", path="src/a.py", code="F401", says="words: more words",
            line=3, column=1, advice=True, mend=(("ruff", "check", "a b"),),
        ),
        Check(
            "release/1.0", "black", "format", "b.py",
            unchecked=Unknown("b.py was not checked: it crashed", (("pip", "install", "black"),)),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("says", ["", "would reformat", "1 file would be reformatted."])
def test_a_formatter_without_words_of_its_own_would_reformat_the_file(says: str) -> None:
    """Whether it gives a line or not; the line is kept."""
    changed = Check("feature/x", "black", "format", "a.py", says=says, line=12, end=14)
    (violation,) = judge(changed).violations
    assert violation.finding == Finding("black would reformat this file", path="a.py", line=12, tool="black")
    assert judge(changed._replace(line=0)).violations[0].finding.says == "black would reformat this file"
