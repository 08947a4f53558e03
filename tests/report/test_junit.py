"""The JUnit format, read back by an XML parser."""

from __future__ import annotations

from xml.etree import ElementTree

from gitflowguard.model.finding import Report
from gitflowguard.report.formats import render
from tests.report.samples import ABOUT, CLEAN, EVIL, FULL, HUSHED, NOTE, filled

EXPECTED = r"""<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gitflowguard" tests="6" failures="2" errors="0" skipped="2">
  <testsuite name="gitflowguard" tests="6" failures="2" errors="0" skipped="2">
    <testcase classname="gitflowguard.direct-commit" name="GFG201 direct-commit: main only takes merges, and this would be a commit made on it">
      <failure message="main only takes merges, and this would be a commit made on it" type="direct-commit">says: main only takes merges, and this would be a commit made on it
at: main
help: git switch --merge -c feature/my-change develop
help: git commit -m &apos;it&apos;&quot;&apos;&quot;&apos;s done&apos;
more: gitflowguard explain direct-commit</failure>
    </testcase>
    <testcase classname="gitflowguard.conflict-markers" name="GFG202 conflict-markers: ::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a&lt;img src=x&gt;#\x23[warning][a](https://evil.example) still holds a conflict marker">
      <failure message="::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a&lt;img src=x&gt;#\x23[warning][a](https://evil.example) still holds a conflict marker" type="conflict-markers">says: ::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a&lt;img src=x&gt;#\x23[warning][a](https://evil.example) still holds a conflict marker
at: ::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a&lt;img src=x&gt;#\x23[warning][a](https://evil.example):12
at: ::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a&lt;img src=x&gt;#\x23[warning][a](https://evil.example)
at: commit a1b2c3d
help: git add &apos;::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a&lt;img src=x&gt;#\x23[warning][a](https://evil.example)&apos;
more: gitflowguard explain conflict-markers</failure>
    </testcase>
    <testcase classname="gitflowguard.stacked-branch" name="GFG106 stacked-branch: feature/b holds 2 commits of feature/a, which is not merged yet">
      <system-out>says: feature/b holds 2 commits of feature/a, which is not merged yet
at: feature/b
at: commit a1b2c3d
help: git rebase --onto develop feature/a feature/b
more: gitflowguard explain stacked-branch</system-out>
    </testcase>
    <testcase classname="gitflowguard.wrong-origin" name="GFG105 wrong-origin: feature/x">
      <skipped message="can&apos;t determine: this clone is shallow"/>
    </testcase>
    <testcase classname="gitflowguard.direct-commit" name="GFG201 direct-commit: main only takes merges, and this would be a commit made on it">
      <skipped message="skipped by GITFLOWGUARD_SKIP: release @ night, agreed"/>
    </testcase>
    <testcase classname="gitflowguard.malformed-message" name="GFG203 malformed-message"/>
    <system-out>note: detached HEAD: no branch to judge</system-out>
  </testsuite>
</testsuites>
"""  # noqa: E501


def suite(report: Report) -> ElementTree.Element:
    """The one suite of the document."""
    root = ElementTree.fromstring(render("junit", report, ABOUT))
    assert root.tag == "testsuites"
    (found,) = root
    return found


def names(found: ElementTree.Element, path: str) -> list[str | None]:
    """The names of the cases that hold such an element."""
    return [case.get("name") for case in found.findall("testcase") if case.find(path) is not None]


def test_whole_output() -> None:
    assert render("junit", FULL, ABOUT) == EXPECTED


def test_every_count_is_that_of_the_elements() -> None:
    found = suite(FULL)
    assert found.get("tests") == str(len(found.findall("testcase"))) == "6"
    assert found.get("failures") == str(len(found.findall("testcase/failure"))) == "2"
    assert found.get("skipped") == str(len(found.findall("testcase/skipped"))) == "2"
    assert found.get("errors") == "0"
    assert found.findtext("system-out") == f"note: {NOTE}"


def test_a_clean_report_is_one_passed_case_a_rule() -> None:
    found = suite(CLEAN)
    assert names(found, ".") == ["GFG201 direct-commit", "GFG106 stacked-branch", "GFG203 malformed-message"]
    assert not found.findall("testcase/*")
    assert found.find("system-out") is None


def test_a_rule_that_was_skipped_on_request_does_not_pass_too() -> None:
    found = suite(Report(silenced=(HUSHED,)))
    assert names(found, "skipped") == [
        "GFG201 direct-commit: main only takes merges, and this would be a commit made on it"
    ]
    assert "GFG201 direct-commit" not in names(found, ".")


def test_hostile_text_comes_back_visible() -> None:
    failure = suite(filled(EVIL)).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == (
        r"::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>"
        r"#\x23[warning][a](https://evil.example)"
    )
