"""The text format, for people."""

from __future__ import annotations

import pytest

from gitflowguard.model.finding import (
    Finding,
    Report,
    Silenced,
    Skipped,
    Unknown,
    Violation,
)
from gitflowguard.report.formats import render
from tests.report.samples import ABOUT, CLEAN, DIRECT, FULL, NOTE, STACK, UNTOLD, filled

EXPECTED = r"""error[GFG201]: main only takes merges, and this would be a commit made on it
  help: git switch --merge -c feature/my-change develop
        git commit -m 'it'"'"'s done'
  more: gitflowguard explain direct-commit

error[GFG202]: \x3a:error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example) still holds a conflict marker
  at:   \x3a:error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example):12, commit a1b2c3d
  help: git add '::error::\x1b[31mfea\u200bture/\u202ex\u009b\xff|`@all`\x0d\x0a<img src=x>#\x23[warning][a](https://evil.example)'
  more: gitflowguard explain conflict-markers

warning[GFG106]: feature/b holds 2 commits of feature/a, which is not merged yet
  at:   commit a1b2c3d
  help: git rebase --onto develop feature/a feature/b
  more: gitflowguard explain stacked-branch

can't determine: wrong-origin for feature/x: this clone is shallow
  help: git fetch --unshallow

skipped by GITFLOWGUARD_SKIP: direct-commit (release @ night, agreed)

note: detached HEAD: no branch to judge

2 errors, 1 warning; can't determine 1 check; 1 finding skipped on request.
"""  # noqa: E501


def text(report: Report, colour: bool = False, quiet: bool = False) -> str:
    """The report in the text format."""
    return render("text", report, ABOUT._replace(colour=colour, quiet=quiet))


def test_whole_output() -> None:
    assert text(FULL) == EXPECTED


def test_colours_paint_only_the_labels() -> None:
    report = Report((DIRECT, STACK), (UNTOLD,), judged=3)
    assert text(report, colour=True) == (
        "\x1b[1;31merror[GFG201]\x1b[0m: main only takes merges, and this would be a commit made on it\n"
        "  \x1b[36mhelp:\x1b[0m git switch --merge -c feature/my-change develop\n"
        "        git commit -m 'it'\"'\"'s done'\n"
        "  \x1b[36mmore:\x1b[0m gitflowguard explain direct-commit\n"
        "\n"
        "\x1b[1;33mwarning[GFG106]\x1b[0m: feature/b holds 2 commits of feature/a, which is not merged yet\n"
        "  \x1b[36mat:\x1b[0m   commit a1b2c3d\n"
        "  \x1b[36mhelp:\x1b[0m git rebase --onto develop feature/a feature/b\n"
        "  \x1b[36mmore:\x1b[0m gitflowguard explain stacked-branch\n"
        "\n"
        "\x1b[1;33mcan't determine\x1b[0m: wrong-origin for feature/x: this clone is shallow\n"
        "  \x1b[36mhelp:\x1b[0m git fetch --unshallow\n"
        "\n"
        "1 error, 1 warning; can't determine 1 check.\n"
    )


@pytest.mark.parametrize("report", [FULL, CLEAN, filled("\x1b[31mred")])
def test_no_escape_is_printed_without_colour(report: Report) -> None:
    assert "\x1b" not in text(report)


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (CLEAN, "All clear: 12 checks.\n"),
        (Report(judged=1), "All clear: 1 check.\n"),
        (Report(), "Nothing to check.\n"),
        (Report(judged=3, notes=(NOTE,)), f"note: {NOTE}\n\nAll clear: 3 checks.\n"),
    ],
)
def test_a_clean_report_says_how_much_was_looked_at(report: Report, said: str) -> None:
    assert text(report) == said


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (CLEAN, ""),
        (Report(judged=3, notes=(NOTE,)), f"note: {NOTE}\n"),
        (
            Report((), (UNTOLD,), (Silenced(DIRECT, "agreed"),), 3),
            "can't determine: wrong-origin for feature/x: this clone is shallow\n"
            "  help: git fetch --unshallow\n"
            "\n"
            "skipped by GITFLOWGUARD_SKIP: direct-commit (agreed)\n",
        ),
    ],
)
def test_a_quiet_run_counts_only_findings(report: Report, said: str) -> None:
    assert text(report, quiet=True) == said


def test_a_quiet_run_counts_its_findings() -> None:
    assert text(Report((DIRECT,), judged=1), quiet=True).endswith("\n\n1 error.\n")


def test_a_rule_that_speaks_twice_names_its_manual_once() -> None:
    again = DIRECT._replace(finding=Finding("develop only takes merges", ref="develop"))
    said = text(Report((DIRECT, again), judged=2))
    assert said.count("more: ") == 1
    assert said.endswith("error[GFG201]: develop only takes merges\n\n2 errors.\n")


def test_where_it_is_stands_in_one_line_unless_the_sentence_says_it() -> None:
    finding = Finding(
        "a file holds a marker", ref="feature/a", commit="c0ffee" * 7, path="src/a b.py", line=7
    )
    said = text(Report((Violation("GFG202", "conflict-markers", "error", finding),), judged=1))
    assert "  at:   src/a b.py:7, feature/a, commit c0ffeec\n" in said
    whole_file = text(Report((Violation("GFG202", "conflict-markers", "error", finding._replace(line=0)),)))
    assert "  at:   src/a b.py, feature/a, commit c0ffeec\n" in whole_file


def test_one_remedy_for_several_checks_is_told_once() -> None:
    shallow = UNTOLD.unknown
    report = Report(
        skipped=(
            UNTOLD,
            Skipped("GFG106", "stacked-branch", "feature/x", shallow),
            Skipped("GFG604", "stale-version", "", Unknown("there are no tags")),
        ),
        judged=3,
    )
    assert text(report) == (
        "can't determine: wrong-origin for feature/x: this clone is shallow\n"
        "can't determine: stacked-branch for feature/x: this clone is shallow\n"
        "  help: git fetch --unshallow\n"
        "can't determine: stale-version: there are no tags\n"
        "\n"
        "can't determine 3 checks.\n"
    )


def test_a_screen_of_what_cannot_be_told_is_enough() -> None:
    """Ten thousand refs of one push would scroll everything else away."""
    skipped = tuple(Skipped("GFG106", "stacked-branch", f"feature/{n}", Unknown("why")) for n in range(25))
    lines = render("text", Report(skipped=skipped), ABOUT).splitlines()
    assert sum(line.startswith("can't determine: stacked-branch") for line in lines) == 20
    assert "… and 5 more that can't be determined" in lines


def test_commands_that_a_finding_above_ends_with_are_printed_once() -> None:
    """Pasted in order, they would run a second time and fail: a branch is made that is there already."""
    rest = (("git", "branch", "feature/x", "main"), ("git", "switch", "feature/x"))
    lost = Violation("GFG402", "rewritten-branch", "error", Finding("lost", (("git", "fetch"), *rest)))
    direct = Violation("GFG201", "direct-commit", "error", Finding("direct", rest))
    other = Violation("GFG301", "forbidden-merge", "error", Finding("other", rest[:1]))
    lines = text(Report((lost, direct, direct))).splitlines()
    assert sum("git branch" in line for line in lines) == sum("git switch" in line for line in lines) == 1
    assert sum("GFG201" in line for line in lines) == 2
    # What another one begins with is another way.
    assert text(Report((lost, other))).count("git branch feature/x main") == 2
