"""How findings of tools are shown: their own codes beside ours, at file, line and column."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator

from gitflowguard.model.finding import Finding, Report, Silenced, Violation
from gitflowguard.report import sarif, sariftools, words
from gitflowguard.report.about import About
from gitflowguard.report.formats import render
from tests.report.runner import read
from tests.report.samples import (
    ABOUT,
    CLEAN,
    DIRECT,
    EVIL,
    LONG,
    PICKLE,
    QUALITY,
    TOOLS,
    UNUSED,
    filled_by_tools,
    reformat,
)
from tests.report.test_sarif import SCHEMA

USED = ABOUT._replace(tools=TOOLS)
USED_LINE = "Tools: black 26.10.1, ours; flake8 7.1.0, the project's (.venv); bandit"
TEXT = f"""error[GFG201]: main only takes merges, and this would be a commit made on it
  help: git switch --merge -c feature/my-change develop
        git commit -m 'it'"'"'s done'
  more: gitflowguard explain direct-commit

error[GFG801]: pipeline.py: black would reformat this file
error[GFG801]: src/b.py: black would reformat this file
  help: gitflowguard quality --fix -- pipeline.py src/b.py
  more: gitflowguard explain unformatted

error[GFG802]: pipeline.py:3:1: flake8 F401: 'os' imported but unused
  more: gitflowguard explain lint

error[GFG803]: src/load.py:7:9: bandit B301: Pickle can be unsafe
  more: gitflowguard explain security

warning[GFG802]: pipeline.py:9:121: flake8 E501: line too long (127 > 120 characters)

can't determine: unchecked-file for feature/x: broken.py was not checked: bandit could not parse it (syntax error)

{USED_LINE}
5 errors, 1 warning; can't determine 1 check.
"""


def said_by(tool: str, number: int, code: str = "X1", severity: str = "error") -> Violation:
    """One finding of a tool in a file of its own."""
    finding = Finding(f"{tool} {code}: number {number}", path=f"{number:03}.py", line=1, tool=tool, rule=code)
    return Violation("GFG802", "lint", severity, finding)


def lines_of(report: Report, about: About = ABOUT) -> list[str]:
    """The lines of the text format."""
    return render("text", report, about).splitlines()


def runs_of(report: Report, about: About = ABOUT) -> list[Any]:
    """The runs of the SARIF log, after the schema has taken it."""
    log = json.loads(render("sarif", report, about))
    Draft4Validator(SCHEMA).validate(log)
    for run in log["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert len(rules) == len(set(rules))
        assert [rules[one["ruleIndex"]] for one in run["results"]] == [
            one["ruleId"] for one in run["results"]
        ]
    return list(log["runs"])


# -- text --------------------------------------------------------------------------------------


def test_text_lists_a_tools_findings_a_line_each_by_rule_and_place() -> None:
    """Errors before warnings, ours before the tools', a manual and a remedy once."""
    assert render("text", QUALITY, USED) == TEXT


def test_colours_paint_the_head_of_each_line() -> None:
    said = render("text", Report((UNUSED,), judged=1), ABOUT._replace(colour=True))
    assert said.startswith("\x1b[1;31merror[GFG802]\x1b[0m: pipeline.py:3:1: flake8 F401: 'os' imported")


def test_different_remedies_stand_below_their_findings() -> None:
    """Only our own command on files is made into one; others are told as they are, equal ones once."""
    ruff = (("ruff", "check", "--fix", "--", "a.py"),)
    other = (("ruff", "check", "--fix", "--", "b.py"),)
    found = [said_by("ruff", n) for n in range(4)]
    mends = (ruff, ruff, other, ())
    with_mends = tuple(
        violation._replace(finding=violation.finding._replace(mend=mend))
        for violation, mend in zip(found, mends)
    )
    assert lines_of(Report(with_mends, judged=4))[:-2] == [
        "error[GFG802]: 000.py:1: ruff X1: number 0",
        "error[GFG802]: 001.py:1: ruff X1: number 1",
        "  help: ruff check --fix -- a.py",
        "error[GFG802]: 002.py:1: ruff X1: number 2",
        "  help: ruff check --fix -- b.py",
        "error[GFG802]: 003.py:1: ruff X1: number 3",
        "  more: gitflowguard explain lint",
    ]


def test_two_formatters_of_one_file_need_one_command() -> None:
    lines = lines_of(Report((reformat("a b.py"), reformat("a b.py", "isort")), judged=2))
    assert lines[:3] == [
        "error[GFG801]: a b.py: black would reformat this file",
        "error[GFG801]: a b.py: isort would reformat this file",
        "  help: gitflowguard quality --fix -- 'a b.py'",
    ]


def test_a_screen_of_findings_is_enough_and_the_rest_is_counted() -> None:
    """The worst fifty, whatever their order in the report; ours are never left out."""
    warnings = tuple(said_by("flake8", n, severity="warning") for n in range(30))
    errors = tuple(said_by("flake8", n, "E9") for n in range(40))
    lines = lines_of(Report((*warnings, *errors, DIRECT), judged=71))
    assert lines[0].startswith("error[GFG201]")
    assert sum(line.startswith("error[GFG802]") for line in lines) == 40
    assert sum(line.startswith("warning[GFG802]") for line in lines) == 10
    assert "… and 20 more findings of the tools; to see all: gitflowguard quality --json" in lines
    assert lines[-1] == "41 errors, 30 warnings."


def test_what_fills_the_screen_leaves_no_room_for_warnings() -> None:
    errors = tuple(said_by("flake8", n) for n in range(60))
    lines = lines_of(Report((*errors, LONG), judged=61), ABOUT._replace(listing="gitflowguard list"))
    assert sum(line.startswith("error[GFG802]") for line in lines) == 50
    assert not any(line.startswith("warning") for line in lines)
    assert "… and 11 more findings of the tools; to see all: gitflowguard list" in lines


@pytest.mark.parametrize(("most", "count"), [(50, 50), (0, 200), (200, 200)])
def test_what_fits_is_not_counted(most: int, count: int) -> None:
    """Zero is no limit."""
    lines = lines_of(Report(tuple(said_by("flake8", n) for n in range(count))), ABOUT._replace(most=most))
    assert sum(line.startswith("error[GFG802]") for line in lines) == count
    assert not any("more finding" in line for line in lines)


def test_the_other_formats_list_all() -> None:
    report = Report(tuple(said_by("flake8", n) for n in range(200)))
    for name in ("json", "sarif", "markdown", "junit"):
        said = render(name, report, ABOUT)
        assert all(f"{n:03}.py" in said for n in range(200)), name


def test_the_tools_are_named_where_something_is_said() -> None:
    """A hook that lets a commit pass is silent about them."""
    assert render("text", CLEAN, USED) == f"{USED_LINE}\nAll clear: 12 checks.\n"
    assert render("text", CLEAN, USED._replace(quiet=True)) == ""
    assert USED_LINE in render("text", Report((UNUSED,)), USED._replace(quiet=True))


def test_findings_skipped_on_request_are_told_once_a_rule() -> None:
    """Sixty skipped findings of flake8 are one line; two of ours stay two."""
    silenced = tuple(Silenced(said_by("flake8", n), "agreed") for n in range(60))
    lines = lines_of(Report(silenced=(*silenced, Silenced(DIRECT, "agreed"), Silenced(DIRECT, "agreed"))))
    assert lines[:-2] == [
        "skipped by GITFLOWGUARD_SKIP: lint (agreed)",
        "skipped by GITFLOWGUARD_SKIP: direct-commit (agreed)",
        "skipped by GITFLOWGUARD_SKIP: direct-commit (agreed)",
    ]


# -- words -------------------------------------------------------------------------------------


def test_a_place_goes_as_far_as_it_is_known() -> None:
    finding = Finding("x", path="a.py", line=3, column=7)
    assert words.file_place(finding) == "a.py:3:7"
    assert words.file_place(finding._replace(column=0)) == "a.py:3"
    assert words.file_place(finding._replace(line=0)) == "a.py"
    assert words.file_place(Finding("x", line=3)) == ""


def test_a_path_inside_a_word_of_the_tool_does_not_count_as_named() -> None:
    finding = Finding("mypy: error in os.path", path="os", tool="mypy")
    assert words.located(finding) == "os: mypy: error in os.path"
    assert words.located(finding._replace(says="mypy cannot read os")) == "mypy cannot read os"


# -- json --------------------------------------------------------------------------------------


def test_json_has_the_tool_its_code_and_the_column() -> None:
    document = json.loads(render("json", QUALITY, USED))
    (lint,) = (one for one in document["findings"] if one["tool_code"] == "F401")
    assert {key: lint[key] for key in ("code", "rule", "path", "line", "column", "tool")} == {
        "code": "GFG802", "rule": "lint", "path": "pipeline.py", "line": 3, "column": 1, "tool": "flake8"
    }  # fmt: skip
    assert [one["tool_code"] for one in document["findings"] if one["tool"] == "black"] == [None, None]
    assert document["schema_version"] == 1
    assert document["tools"] == [
        {"name": "black", "version": "26.10.1", "whose": "ours"},
        {"name": "flake8", "version": "7.1.0", "whose": "the project's (.venv)"},
        {"name": "bandit", "version": None, "whose": None},
    ]


# -- github ------------------------------------------------------------------------------------


def test_an_annotation_has_both_codes_and_the_column() -> None:
    commands = [
        found for line in render("github", Report((UNUSED,)), USED).splitlines() if (found := read(line))
    ]
    (command,) = commands
    assert command.properties == {
        "title": "GFG802 lint: flake8 F401", "file": "pipeline.py", "line": "3", "col": "1"
    }  # fmt: skip
    assert command.message.startswith("flake8 F401: 'os' imported but unused\nat: pipeline.py:3:1\n")


def test_an_annotation_without_a_line_has_no_column() -> None:
    whole = UNUSED._replace(finding=UNUSED.finding._replace(line=0))
    (command,) = (
        found for line in render("github", Report((whole,)), ABOUT).splitlines() if (found := read(line))
    )
    assert command.properties["line"] == "1" and "col" not in command.properties


def test_a_skipped_annotation_has_both_codes() -> None:
    said = render("github", Report(silenced=(Silenced(UNUSED, "agreed"),)), USED)
    assert "::notice title=GFG802 lint%3A flake8 F401::skipped" in said
    assert f"gitflowguard: {USED_LINE}\n" in said


# -- markdown and junit ------------------------------------------------------------------------


def test_markdown_has_both_codes_and_the_place() -> None:
    said = render("markdown", QUALITY, USED)
    assert (
        "- **error** `GFG802` lint: `flake8 F401`: `'os'` imported but unused (`pipeline.py:3:1`)\n" in said
    )
    assert "\n\nTools: black `26.10.1`, ours; `flake8 7.1.0`, the project's (`.venv`); bandit\n\n" in said


def test_junit_tells_two_lines_with_the_same_fault_apart() -> None:
    again = UNUSED._replace(finding=UNUSED.finding._replace(line=30))
    root = ElementTree.fromstring(
        render("junit", Report((UNUSED, again), silenced=(Silenced(LONG, "x"),)), USED)
    )
    names = [case.get("name") for case in root.iter("testcase")][:3]
    assert names == [
        "GFG802 lint: pipeline.py:3:1: flake8 F401: 'os' imported but unused",
        "GFG802 lint: pipeline.py:30:1: flake8 F401: 'os' imported but unused",
        "GFG802 lint: pipeline.py:9:121: flake8 E501: line too long (127 > 120 characters)",
    ]
    assert root.findtext("testsuite/system-out") == USED_LINE


# -- sarif -------------------------------------------------------------------------------------


def test_sarif_has_a_run_for_each_tool_and_ours_first() -> None:
    """Our own findings and the notifications stay with us; each tool's results carry its own codes."""
    own, black, flake8, bandit = runs_of(QUALITY, USED)
    assert [run["tool"]["driver"]["name"] for run in (own, black, flake8, bandit)] == [
        "gitflowguard", "black", "flake8", "bandit"
    ]  # fmt: skip
    assert [one["ruleId"] for one in own["results"]] == ["GFG201"]
    (told,) = own["invocations"][0]["toolExecutionNotifications"]
    assert "broken.py was not checked" in told["message"]["text"]
    assert [one["ruleId"] for one in black["results"]] == ["unformatted"] * 2
    assert [(one["ruleId"], one["level"]) for one in flake8["results"]] == [
        ("F401", "error"),
        ("E501", "warning"),
    ]
    assert flake8["results"][0]["message"]["text"] == "'os' imported but unused."
    assert flake8["results"][0]["properties"] == {"gitflowguard": "GFG802"}
    assert flake8["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 1,
    }
    assert {rule["id"]: rule["properties"] for rule in bandit["tool"]["driver"]["rules"]} == {
        "B301": {"gitflowguard": "GFG803", "tags": ["security"]}
    }


def test_sarif_says_which_version_of_a_tool_and_keeps_categories_apart() -> None:
    own, black, flake8, bandit = runs_of(QUALITY, USED)
    assert [run["automationDetails"]["id"] for run in (own, black, flake8, bandit)] == [
        "gitflowguard/", "gitflowguard/black/", "gitflowguard/flake8/", "gitflowguard/bandit/"
    ]  # fmt: skip
    assert flake8["tool"]["driver"]["version"] == "7.1.0"
    assert flake8["tool"]["driver"]["properties"] == {"whose": "the project's (.venv)"}
    assert "version" not in bandit["tool"]["driver"] and "properties" not in bandit["tool"]["driver"]


def test_a_tool_that_found_nothing_has_an_empty_run() -> None:
    """Code scanning closes an alert when the next run of its tool is without it."""
    own, *theirs = runs_of(CLEAN, USED)
    assert [(run["tool"]["driver"]["name"], run["results"]) for run in theirs] == [
        ("black", []), ("flake8", []), ("bandit", [])
    ]  # fmt: skip
    assert own["results"] == []


def test_a_log_without_tools_has_our_run_alone() -> None:
    (own,) = runs_of(Report((DIRECT,)))
    assert own["tool"]["driver"]["name"] == "gitflowguard"


def test_what_was_skipped_is_suppressed_in_the_tools_run() -> None:
    _, bandit = runs_of(Report(silenced=(Silenced(PICKLE, "agreed"),)))
    (result,) = bandit["results"]
    assert (result["ruleId"], result["suppressions"][0]["kind"]) == ("B301", "external")


def test_the_hash_of_a_tools_finding_does_not_know_its_line() -> None:
    """Moved code stays the same alert; the same fault twice in a file is two."""
    moved = UNUSED._replace(finding=UNUSED.finding._replace(line=30, column=5))
    hashes = [
        [one["partialFingerprints"]["primaryLocationLineHash"] for one in runs_of(report)[1]["results"]]
        for report in (Report((UNUSED,)), Report((moved,)), Report((UNUSED, moved)))
    ]
    assert hashes[0] == hashes[1] == hashes[2][:1]
    assert hashes[2][1] == hashes[2][0].removesuffix(":1") + ":2"


def test_more_tools_than_github_takes_runs_leave_none_of_their_findings_out() -> None:
    """Those that found nothing give way first; the last ones are told in our run, by our code."""
    used = tuple((f"quiet{n}", "1", "ours") for n in range(10))
    report = Report(tuple(said_by(f"tool{n}", n) for n in range(22)))
    runs = runs_of(report, ABOUT._replace(tools=used))
    assert len(runs) == sariftools.RUNS
    assert [run["tool"]["driver"]["name"] for run in runs[1:]] == [f"tool{n}" for n in range(19)]
    assert [one["ruleId"] for one in runs[0]["results"]] == ["GFG802"] * 3
    assert runs[0]["results"][0]["message"]["text"] == "tool19 X1: number 19."


def test_a_tool_that_uses_one_of_our_codes_stays_in_its_own_run() -> None:
    impostor = said_by("linter", 1, "GFG201")
    own, linter = runs_of(Report((DIRECT, impostor)))
    assert [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in own["results"]] == [
        ".gitflowguard.yaml"
    ]
    assert linter["results"][0]["properties"] == {"gitflowguard": "GFG802"}


def test_results_are_cut_a_run_and_counted_in_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run keeps its worst; the whole log stays below its own limit."""
    report = Report(
        (
            *(said_by("flake8", n, severity="warning") for n in range(3)),
            *(said_by("flake8", n, "E9") for n in range(3)),
            *(said_by("bandit", n) for n in range(3)),
            DIRECT,
        )
    )
    monkeypatch.setattr(sarif, "LIMIT", 4)
    own, flake8, bandit = runs_of(report)
    assert [one["ruleId"] for one in flake8["results"]] == ["E9", "E9", "E9", "X1"]
    assert [len(run["results"]) for run in (own, flake8, bandit)] == [1, 4, 3]
    assert (
        own["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
        == "2 more results left out"
    )
    monkeypatch.setattr(sarif, "TOTAL", 6)
    own, flake8, bandit = runs_of(report)
    assert [len(run["results"]) for run in (own, flake8, bandit)] == [1, 2, 2]
    assert (
        own["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
        == "5 more results left out"
    )


def test_the_schema_takes_what_a_hostile_tool_says() -> None:
    own, hostile = runs_of(filled_by_tools(EVIL), ABOUT._replace(tools=((EVIL, EVIL, EVIL),)))
    assert len(own["results"]) == 0 and len(hostile["results"]) == 3
    assert hostile["automationDetails"]["id"].startswith("gitflowguard/%3A%3Aerror")
    assert r"\[a\](https://evil.example)" in hostile["results"][0]["message"]["text"]
