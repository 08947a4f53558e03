"""The JSON format, for programs."""

from __future__ import annotations

import json

import pytest

from gitflowguard.model.finding import Report
from gitflowguard.report.formats import render
from tests.report.samples import ABOUT, CLEAN, DIRECT, EVIL, FULL, STACK, UNTOLD, filled

EXPECTED = r"""{
  "schema_version": 1,
  "tool": {
    "name": "gitflowguard",
    "version": "0.1.0"
  },
  "verdict": "violated",
  "summary": {
    "checks": 12,
    "errors": 2,
    "warnings": 1,
    "skipped": 1,
    "silenced": 1
  },
  "findings": [
    {
      "code": "GFG106",
      "rule": "stacked-branch",
      "severity": "warning",
      "says": "feature/b holds 2 commits of feature/a, which is not merged yet",
      "ref": "feature/b",
      "commit": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
      "path": null,
      "line": null,
      "column": null,
      "tool": null,
      "tool_code": null,
      "mend": [
        [
          "git",
          "rebase",
          "--onto",
          "develop",
          "feature/a",
          "feature/b"
        ]
      ],
      "mend_shell": [
        "git rebase --onto develop feature/a feature/b"
      ],
      "help": "gitflowguard explain stacked-branch",
      "page": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/stacked-branch.md"
    },
    {
      "code": "GFG201",
      "rule": "direct-commit",
      "severity": "error",
      "says": "main only takes merges, and this would be a commit made on it",
      "ref": "main",
      "commit": null,
      "path": null,
      "line": null,
      "column": null,
      "tool": null,
      "tool_code": null,
      "mend": [
        [
          "git",
          "switch",
          "--merge",
          "-c",
          "feature/my-change",
          "develop"
        ],
        [
          "git",
          "commit",
          "-m",
          "it's done"
        ]
      ],
      "mend_shell": [
        "git switch --merge -c feature/my-change develop",
        "git commit -m 'it'\"'\"'s done'"
      ],
      "help": "gitflowguard explain direct-commit",
      "page": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/direct-commit.md"
    },
    {
      "code": "GFG202",
      "rule": "conflict-markers",
      "severity": "error",
      "says": "::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example) still holds a conflict marker",
      "ref": "::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example)",
      "commit": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
      "path": "::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example)",
      "line": 12,
      "column": null,
      "tool": null,
      "tool_code": null,
      "mend": [
        [
          "git",
          "add",
          "::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example)"
        ]
      ],
      "mend_shell": [
        "git add '::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example)'"
      ],
      "help": "gitflowguard explain conflict-markers",
      "page": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/conflict-markers.md"
    }
  ],
  "skipped": [
    {
      "code": "GFG105",
      "rule": "wrong-origin",
      "ref": "feature/x",
      "reason": "this clone is shallow",
      "mend": [
        [
          "git",
          "fetch",
          "--unshallow"
        ]
      ],
      "mend_shell": [
        "git fetch --unshallow"
      ]
    }
  ],
  "silenced": [
    {
      "code": "GFG201",
      "rule": "direct-commit",
      "severity": "error",
      "says": "main only takes merges, and this would be a commit made on it",
      "ref": "main",
      "commit": null,
      "path": null,
      "line": null,
      "column": null,
      "tool": null,
      "tool_code": null,
      "mend": [
        [
          "git",
          "switch",
          "--merge",
          "-c",
          "feature/my-change",
          "develop"
        ],
        [
          "git",
          "commit",
          "-m",
          "it's done"
        ]
      ],
      "mend_shell": [
        "git switch --merge -c feature/my-change develop",
        "git commit -m 'it'\"'\"'s done'"
      ],
      "help": "gitflowguard explain direct-commit",
      "page": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/direct-commit.md",
      "reason": "release @ night, agreed"
    }
  ],
  "notes": [
    "detached HEAD: no branch to judge"
  ],
  "tools": []
}
"""  # noqa: E501


def test_whole_output() -> None:
    assert render("json", FULL, ABOUT) == EXPECTED


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (CLEAN, "clean"),
        (Report(), "clean"),
        (Report((STACK,)), "clean"),
        (Report((DIRECT,), (UNTOLD,)), "violated"),
        (Report((STACK,), (UNTOLD,)), "can't determine"),
    ],
)
def test_the_verdict_is_one_of_three_and_warnings_leave_it(report: Report, verdict: str) -> None:
    assert json.loads(render("json", report, ABOUT))["verdict"] == verdict


def test_hostile_text_comes_back_as_it_was_but_for_bytes_that_are_no_text() -> None:
    said = render("json", filled(EVIL), ABOUT)
    assert said.isascii()
    assert "##" not in said
    assert json.loads(said)["findings"][0]["ref"] == EVIL.replace("\udcff", "\\xff")


def test_the_lines_to_paste_are_the_argument_lists() -> None:
    finding = json.loads(render("json", FULL, ABOUT))["findings"][1]
    assert finding["mend"][1] == ["git", "commit", "-m", "it's done"]
    assert finding["mend_shell"][1] == """git commit -m 'it'"'"'s done'"""
