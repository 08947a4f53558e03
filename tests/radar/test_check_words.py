"""What `radar check` says of each sort of other work; in memory."""

from __future__ import annotations

import pytest

from gitflowguard.radar.edits import (
    ADDS,
    CLEAR,
    DELETES,
    EDITS,
    MEETS,
    NEAR,
    UNKNOWN,
    CheckedPath,
    CheckResult,
    OtherWork,
)
from gitflowguard.report.radar import edits

WORK = OtherWork(
    branch="feature/x",
    worktree="",
    target="develop",
    author="Ada",
    when=5,
    change=EDITS,
    lines=((3, 4), (9, 8)),
    touches=None,
)


def result(*others: OtherWork, verdict: str = MEETS, **more: object) -> CheckResult:
    """One file and who works on it, after a look that is still good."""
    made = CheckResult(verdict=verdict, paths=(CheckedPath("a.py", others),), as_of=100, fresh=True)
    return made._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("work", "line"),
    [
        (WORK, "a.py:3-4,9: feature/x (Ada) changes these lines"),
        (WORK._replace(touches=True), "a.py:3-4,9: feature/x (Ada) changes these lines, too"),
        (WORK._replace(touches=False), "a.py:3-4,9: feature/x (Ada) changes other lines"),
        (WORK._replace(lines=None), "a.py: feature/x (Ada) changes this file"),
        (WORK._replace(lines=(), touches=True), "a.py: feature/x (Ada) changes this file, too"),
        (WORK._replace(lines=(), change=ADDS, touches=True), "a.py: feature/x (Ada) adds this file, too"),
        (WORK._replace(lines=(), change=DELETES), "a.py: feature/x (Ada) deletes this file"),
        (WORK._replace(author=""), "a.py:3-4,9: feature/x changes these lines"),
        (WORK._replace(moved=True), "a.py:3-4,9: feature/x (Ada) changes these lines; it has moved since"),
        (
            WORK._replace(worktree="../b"),
            "a.py:3-4,9: uncommitted work in ../b on feature/x changes these lines",
        ),
        (
            WORK._replace(worktree="../b", branch=""),
            "a.py:3-4,9: uncommitted work in ../b changes these lines",
        ),
        (
            WORK._replace(lines=tuple((n, n) for n in range(1, 20, 3))),
            "a.py:1,4,7,10,13,…: feature/x (Ada) changes these lines",
        ),
    ],
)
def test_a_line_for_each(work: OtherWork, line: str) -> None:
    assert edits.lines(result(work), 100) == [line]


def test_nobody_and_nothing_known() -> None:
    assert edits.lines(result(verdict=CLEAR), 100) == ["Nobody else works on a.py."]
    two = result(verdict=CLEAR)._replace(paths=(CheckedPath("a", ()), CheckedPath("b", ())))
    assert edits.lines(two, 100) == ["Nobody else works on these 2 files."]
    whole = result(verdict=CLEAR)._replace(paths=(CheckedPath("", ()),))
    assert edits.lines(whole, 100) == ["Nobody else works on this repository."]
    assert edits.lines(result(verdict=UNKNOWN, as_of=0), 100)[0].startswith("note: can't determine")


def test_what_an_answer_rests_on() -> None:
    names = tuple(f"feature/{n}" for n in range(7))
    said = edits.notes(result(beside=names, fresh=False), 3_700)
    assert said == [
        "not compared: feature/0, feature/1, feature/2, feature/3, feature/4, …; gitflowguard radar says why",
        "as of 1 hour ago; branches have changed since",
    ]
    assert edits.notes(result(beside=names[:1]), 100) == [
        "not compared: feature/0; gitflowguard radar says why"
    ]


def test_a_document_for_programs() -> None:
    made = edits.document(result(WORK), 160, "1.0")
    assert (made["verdict"], made["looked"], made["seconds"], made["mend"]) == (MEETS, 100, 60, [])
    empty = edits.document(result(WORK._replace(lines=None), verdict=UNKNOWN, as_of=0), 160, "1.0")
    assert (empty["looked"], empty["seconds"], empty["mend_shell"]) == (None, None, ["gitflowguard radar"])
    assert edits.document(result(fresh=False), 160, "1.0")["mend_shell"] == ["gitflowguard radar"]


@pytest.mark.parametrize(("asks", "verdict"), [(True, MEETS), (False, MEETS), (True, UNKNOWN), (True, NEAR)])
def test_assistants_are_stopped_only_where_it_meets_and_is_asked_for(asks: bool, verdict: str) -> None:
    work = WORK._replace(touches=False if verdict == NEAR else True)
    one, other = (
        form(result(work, verdict=verdict), 100, asks) for form in (edits.pre_tool_use, edits.before_tool)
    )
    if verdict == NEAR:
        assert one == other == {}
        return
    stops = asks and verdict == MEETS
    inner = one["hookSpecificOutput"]
    assert isinstance(inner, dict) and ("permissionDecision" in inner) == stops
    assert other.keys() == ({"decision", "reason"} if stops else {"systemMessage"})


@pytest.mark.parametrize("severity", ["error", "warning", "ignore"])
def test_the_policy_stops_an_assistant_or_keeps_quiet(severity: str) -> None:
    found = result(WORK._replace(touches=True), verdict=MEETS)._replace(severity=severity)
    one, other = (form(found, 100, False) for form in (edits.pre_tool_use, edits.before_tool))
    if severity == "ignore":
        assert one == other == {}
        return
    inner = one["hookSpecificOutput"]
    assert isinstance(inner, dict) and ("permissionDecision" in inner) == (severity == "error")
    assert other.keys() == ({"decision", "reason"} if severity == "error" else {"systemMessage"})


def test_a_folder_has_a_line_for_each_person_and_not_for_each_file() -> None:
    """A directory of docs is touched by every branch in dozens of files."""
    inside = WORK._replace(lines=None, touches=None, path="docs/a.md")
    others = (inside, inside._replace(change=DELETES), inside._replace(branch="feature/y", author=""))
    found = CheckResult(
        verdict=MEETS,
        paths=(CheckedPath("docs", others), CheckedPath("", others[:2]), CheckedPath("", others[2:])),
        as_of=100,
        fresh=True,
    )
    assert edits.lines(found, 100) == [
        "docs: feature/x (Ada) changes 2 files in it",
        "docs: feature/y changes docs/a.md",
        ".: feature/x (Ada) changes 2 files in it",
        ".: feature/y changes docs/a.md",
    ]
    told = edits.pre_tool_use(found, 100, False)["hookSpecificOutput"]
    assert isinstance(told, dict) and told["additionalContext"].count("\n") == 3
    one = result(others[1], others[2]._replace(change=ADDS))
    assert edits.lines(one._replace(paths=(one.paths[0]._replace(path="docs"),)), 100) == [
        "docs: feature/x (Ada) deletes docs/a.md",
        "docs: feature/y adds docs/a.md",
    ]


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        (((7, 499), (7, 499)), "7-499"),
        (((54, 54), (54, 53), (48, 48)), "48,54"),
        (((1, 4), (3, 9), (10, 9)), "1-9,10"),
        (tuple((line, line) for line in range(1, 14, 2)), "1,3,5,7,9,…"),
    ],
)
def test_a_line_is_named_once(spans: tuple[tuple[int, int], ...], shown: str) -> None:
    """Where a file has moved on, two changes of a branch can fall on the same line of it."""
    assert edits.lines(result(WORK._replace(lines=spans)), 100)[0].startswith(f"a.py:{shown}: feature/x")
