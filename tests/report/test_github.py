"""Workflow commands, read as GitHub's runner reads them."""

from __future__ import annotations

from gitflowguard.model.finding import Finding, Report, Silenced, Skipped, Violation
from gitflowguard.report.formats import render
from tests.report.runner import Command, read
from tests.report.samples import ABOUT, CLEAN, DIRECT, EVIL, FULL, STACK, UNTOLD, filled

EXPECTED = r"""::error title=GFG201 direct-commit::main only takes merges, and this would be a commit made on it%0Ahelp: git switch --merge -c feature/my-change develop%0Ahelp: git commit -m 'it'"'"'s done'%0Amore: gitflowguard explain direct-commit
::error title=GFG202 conflict-markers,file=\x3a%3Aerror%3A%3A\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https%3A//evil.example),line=12::\x3a:error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example) still holds a conflict marker%0Aat: ::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example):12, commit a1b2c3d%0Ahelp: git add '::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example)'%0Amore: gitflowguard explain conflict-markers
::warning title=GFG106 stacked-branch::feature/b holds 2 commits of feature/a, which is not merged yet%0Aat: commit a1b2c3d%0Ahelp: git rebase --onto develop feature/a feature/b%0Amore: gitflowguard explain stacked-branch
::notice title=GFG105 wrong-origin::can't determine: wrong-origin for feature/x: this clone is shallow%0Ahelp: git fetch --unshallow
::notice title=GFG201 direct-commit::skipped by GITFLOWGUARD_SKIP: release @ night, agreed%0Amain only takes merges, and this would be a commit made on it
::notice title=gitflowguard::detached HEAD: no branch to judge
gitflowguard: 2 errors, 1 warning; can't determine 1 check; 1 finding skipped on request.
"""  # noqa: E501


def many(count: int, violation: Violation) -> tuple[Violation, ...]:
    """So many different violations of one rule."""
    return tuple(violation._replace(finding=Finding(f"number {n}")) for n in range(count))


def commands(report: Report) -> list[Command]:
    """What the runner would make of the report's output."""
    return [command for line in render("github", report, ABOUT).splitlines() if (command := read(line))]


def test_whole_output() -> None:
    assert render("github", FULL, ABOUT) == EXPECTED


def test_a_clean_report_annotates_nothing() -> None:
    assert render("github", CLEAN, ABOUT) == "gitflowguard: All clear: 12 checks.\n"


def test_the_runner_sees_the_file_the_line_and_every_line_of_the_message() -> None:
    finding = Finding("a, b: 100% wrong", (("git", "add", "a, b"),), path="src/a,b:c%.py", line=4)
    (command,) = commands(Report((Violation("GFG202", "conflict-markers", "warning", finding),)))
    assert command == Command(
        "warning",
        {"title": "GFG202 conflict-markers", "file": "src/a,b:c%.py", "line": "4"},
        "a, b: 100% wrong\nat: src/a,b:c%.py:4\nhelp: git add 'a, b'\nmore: gitflowguard explain conflict-markers",
    )


def test_a_file_without_a_line_is_annotated_at_its_top() -> None:
    report = Report((Violation("GFG202", "conflict-markers", "error", Finding("x", path="a.py")),))
    assert commands(report)[0].properties["line"] == "1"


def test_no_foreign_text_becomes_a_command_of_its_own() -> None:
    lines = render("github", filled(EVIL), ABOUT).splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::warning",
        "::notice",
        "::notice",
        "::notice",
        "gitflowguard:",
    ]
    assert all("##[" not in line for line in lines)


def test_ten_of_each_are_annotated_and_the_rest_is_counted() -> None:
    report = Report(many(13, STACK) + many(12, DIRECT))
    names = [command.name for command in commands(report)]
    assert names == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert commands(report)[-1].message == "5 more in the summary"


def test_exactly_ten_leave_nothing_to_count() -> None:
    report = Report(many(10, DIRECT), tuple(UNTOLD._replace(ref=str(n)) for n in range(10)))
    assert [command.name for command in commands(report)] == ["error"] * 10 + ["notice"] * 10


def test_notices_make_room_for_the_count() -> None:
    skipped = tuple(Skipped("GFG105", "wrong-origin", str(n), UNTOLD.unknown) for n in range(9))
    report = Report(many(11, DIRECT), skipped, (Silenced(DIRECT, "why"),), 0, ("a note",))
    found = commands(report)
    assert [command.name for command in found] == ["error"] * 10 + ["notice"] * 10
    assert found[-1].message == "3 more in the summary"


def test_eleven_notices_alone_are_nine_and_the_count() -> None:
    found = commands(Report(skipped=tuple(UNTOLD._replace(ref=str(n)) for n in range(11))))
    assert len(found) == 10
    assert found[-1].message == "2 more in the summary"
