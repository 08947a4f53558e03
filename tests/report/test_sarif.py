"""The SARIF format, held against the schema of OASIS (tests/report/NOTICE)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from gitflowguard.model.finding import Finding, Report, Skipped, Unknown, Violation
from gitflowguard.report import sarif
from gitflowguard.report.about import About
from gitflowguard.report.formats import render
from tests.report.samples import (
    ABOUT,
    CLEAN,
    DIRECT,
    EVIL,
    FULL,
    HUSHED,
    STACK,
    UNTOLD,
    filled,
)

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text("utf-8"))
EXPECTED = r"""{
  "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "gitflowguard",
          "version": "0.1.0",
          "semanticVersion": "0.1.0",
          "rules": [
            {
              "id": "GFG201",
              "name": "direct-commit",
              "shortDescription": {
                "text": "A commit is made directly on a protected branch"
              },
              "fullDescription": {
                "text": "Commits on main and develop that are no merges."
              },
              "help": {
                "text": "A commit is made directly on a protected branch.\n\nWhat it checks\n\nCommits on main and develop\nthat are no merges.\n\nWhy it matters\n\nThey skip review.",
                "markdown": "A commit is made directly on a protected branch.\n\n#\u0023# What it checks\n\nCommits on main and develop\nthat are no merges.\n\n#\u0023# Why it matters\n\nThey skip review."
              },
              "helpUri": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/direct-commit.md",
              "defaultConfiguration": {
                "enabled": true,
                "level": "error"
              },
              "properties": {
                "tags": [
                  "gitflow"
                ],
                "problem.severity": "error"
              }
            },
            {
              "id": "GFG106",
              "name": "stacked-branch",
              "shortDescription": {
                "text": "A branch is stacked on another's unmerged work"
              },
              "fullDescription": {
                "text": "A branch is stacked on another's unmerged work"
              },
              "help": {
                "text": "A branch is stacked on another's unmerged work.",
                "markdown": "A branch is stacked on another's unmerged work."
              },
              "helpUri": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/stacked-branch.md",
              "defaultConfiguration": {
                "enabled": true,
                "level": "warning"
              },
              "properties": {
                "tags": [
                  "gitflow"
                ],
                "problem.severity": "warning"
              }
            },
            {
              "id": "GFG203",
              "name": "malformed-message",
              "shortDescription": {
                "text": "A commit message is not as the team wants it"
              },
              "fullDescription": {
                "text": "Its \\[form\\]."
              },
              "help": {
                "text": "A commit message is not as the team wants it.\n\nWhat it checks\n\nIts [form].",
                "markdown": "A commit message is not as the team wants it.\n\n#\u0023# What it checks\n\nIts [form]."
              },
              "helpUri": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/malformed-message.md",
              "defaultConfiguration": {
                "enabled": false,
                "level": "warning"
              },
              "properties": {
                "tags": [
                  "gitflow"
                ],
                "problem.severity": "warning"
              }
            },
            {
              "id": "GFG202",
              "name": "conflict-markers",
              "helpUri": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/conflict-markers.md"
            },
            {
              "id": "GFG105",
              "name": "wrong-origin",
              "helpUri": "https://github.com/gitflowguard/gitflowguard/blob/main/docs/rules/wrong-origin.md"
            }
          ]
        }
      },
      "automationDetails": {
        "id": "gitflowguard/"
      },
      "invocations": [
        {
          "executionSuccessful": true,
          "toolExecutionNotifications": [
            {
              "level": "warning",
              "message": {
                "text": "can't determine: wrong-origin for feature/x: this clone is shallow\nTo fix it: git fetch --unshallow"
              },
              "associatedRule": {
                "id": "GFG105",
                "index": 4
              },
              "locations": [
                {
                  "logicalLocations": [
                    {
                      "name": "feature/x",
                      "fullyQualifiedName": "feature/x",
                      "kind": "branch"
                    }
                  ]
                }
              ]
            },
            {
              "level": "note",
              "message": {
                "text": "detached HEAD: no branch to judge"
              }
            }
          ]
        }
      ],
      "results": [
        {
          "ruleId": "GFG201",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "main only takes merges, and this would be a commit made on it.\nTo fix it: git switch --merge -c feature/my-change develop\nTo fix it: git commit -m 'it'\"'\"'s done'"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": ".gitflowguard.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 1
                }
              },
              "logicalLocations": [
                {
                  "name": "main",
                  "fullyQualifiedName": "main",
                  "kind": "branch"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "primaryLocationLineHash": "40d2677c8867953f5f5665dc3bf5c10b:1",
            "gitflowguard/v1": "40d2677c8867953f5f5665dc3bf5c10b:1"
          }
        },
        {
          "ruleId": "GFG202",
          "ruleIndex": 3,
          "level": "error",
          "message": {
            "text": "::error::\\\\x1b\\[31mfea\\\\u200bture/\\\\u202ex\\\\u009b\\\\xff|`@all`\\\\x0d\\\\x0a<img src=x>#\\\\x23\\[warning\\]\\[a\\](https://evil.example) still holds a conflict marker.\nTo fix it: git add '::error::\\\\x1b\\[31mfea\\\\u200bture/\\\\u202ex\\\\u009b\\\\xff|`@all`\\\\x0d\\\\x0a<img src=x>#\\\\x23\\[warning\\]\\[a\\](https://evil.example)'"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "%3A%3Aerror%3A%3A%1B%5B31mfea%E2%80%8Bture/%E2%80%AEx%C2%9B%FF%7C%60%40all%60%0D%0A%3Cimg%20src%3Dx%3E%23%23%5Bwarning%5D%5Ba%5D%28https%3A//evil.example%29",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 12
                }
              },
              "logicalLocations": [
                {
                  "name": "::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example)",
                  "fullyQualifiedName": "::error::\u001b[31mfea\u200bture/\u202ex\u009b\\xff|`@all`\r\n<img src=x>#\u0023[warning][a](https://evil.example)",
                  "kind": "branch"
                },
                {
                  "name": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                  "fullyQualifiedName": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                  "kind": "commit"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "primaryLocationLineHash": "f9cf028a772d5af1de9148d6d31bcf27:1",
            "gitflowguard/v1": "f9cf028a772d5af1de9148d6d31bcf27:1"
          }
        },
        {
          "ruleId": "GFG106",
          "ruleIndex": 1,
          "level": "warning",
          "message": {
            "text": "feature/b holds 2 commits of feature/a, which is not merged yet.\nTo fix it: git rebase --onto develop feature/a feature/b"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": ".gitflowguard.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 1
                }
              },
              "logicalLocations": [
                {
                  "name": "feature/b",
                  "fullyQualifiedName": "feature/b",
                  "kind": "branch"
                },
                {
                  "name": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                  "fullyQualifiedName": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                  "kind": "commit"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "primaryLocationLineHash": "534f1cf8e4f7b87b740ded3e867c6cef:1",
            "gitflowguard/v1": "534f1cf8e4f7b87b740ded3e867c6cef:1"
          }
        },
        {
          "ruleId": "GFG201",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "main only takes merges, and this would be a commit made on it.\nTo fix it: git switch --merge -c feature/my-change develop\nTo fix it: git commit -m 'it'\"'\"'s done'"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": ".gitflowguard.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 1
                }
              },
              "logicalLocations": [
                {
                  "name": "main",
                  "fullyQualifiedName": "main",
                  "kind": "branch"
                }
              ]
            }
          ],
          "partialFingerprints": {
            "primaryLocationLineHash": "40d2677c8867953f5f5665dc3bf5c10b:2",
            "gitflowguard/v1": "40d2677c8867953f5f5665dc3bf5c10b:2"
          },
          "suppressions": [
            {
              "kind": "external",
              "status": "accepted",
              "justification": "skipped by GITFLOWGUARD_SKIP: release @ night, agreed"
            }
          ]
        }
      ]
    }
  ]
}
"""  # noqa: E501


def run_of(report: Report, about: About = ABOUT) -> Any:
    """The one run of the log, after the schema has taken it."""
    log = json.loads(render("sarif", report, about))
    Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


def hash_of(violation: Violation, report: Report | None = None) -> str:
    """The hash of the first result."""
    results = run_of(report or Report((violation,)))["results"]
    return str(results[0]["partialFingerprints"]["primaryLocationLineHash"])


def test_whole_output() -> None:
    assert render("sarif", FULL, ABOUT) == EXPECTED


@pytest.mark.parametrize("report", [FULL, CLEAN, Report(), filled(EVIL), Report(silenced=(HUSHED,))])
@pytest.mark.parametrize("about", [ABOUT, About("0.1.0")])
def test_the_schema_takes_it(report: Report, about: About) -> None:
    run = run_of(report, about)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert len(rules) == len(set(rules))


def test_the_schema_can_refuse() -> None:
    log = json.loads(EXPECTED)
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not Draft4Validator(SCHEMA).is_valid(log)


def test_a_finding_without_a_file_points_at_the_policy() -> None:
    run = run_of(Report((DIRECT,)), ABOUT._replace(policy_path="pyproject.toml"))
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "pyproject.toml"
    assert physical["region"] == {"startLine": 1}


def test_a_finding_without_ref_and_commit_has_no_logical_place() -> None:
    report = Report(
        (DIRECT._replace(finding=Finding("x")),), (Skipped("GFG604", "stale-version", "", Unknown("y")),)
    )
    run = run_of(report)
    assert "logicalLocations" not in run["results"][0]["locations"][0]
    assert "locations" not in run["invocations"][0]["toolExecutionNotifications"][0]


def test_a_path_is_a_uri_of_the_bytes_that_git_gave() -> None:
    finding = Finding("x", path="a b/ü:\udcff#%.py", line=3)
    run = run_of(Report((Violation("GFG202", "conflict-markers", "error", finding),)))
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a%20b/%C3%BC%3A%FF%23%25.py"
    assert physical["region"] == {"startLine": 3}


def test_the_hash_knows_what_was_found_and_not_the_line() -> None:
    marker = Violation("GFG202", "conflict-markers", "error", Finding("x", path="a.py", line=3))
    moved = marker._replace(finding=marker.finding._replace(line=30))
    other = marker._replace(finding=marker.finding._replace(path="b.py"))
    assert hash_of(marker) == hash_of(moved)
    assert len({hash_of(marker), hash_of(other), hash_of(marker._replace(code="GFG201"))}) == 3
    assert hash_of(DIRECT) == hash_of(DIRECT, Report((STACK, DIRECT), (UNTOLD,), judged=9))


def test_alike_findings_in_one_file_are_told_apart() -> None:
    lines = (Finding("x", path="a.py", line=line) for line in (3, 9))
    report = Report(tuple(Violation("GFG202", "conflict-markers", "error", finding) for finding in lines))
    hashes = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run_of(report)["results"]]
    assert [text.partition(":")[2] for text in hashes] == ["1", "2"]


def test_brackets_are_no_link_and_braces_stay() -> None:
    finding = Finding("see [this](https://evil.example)", (("git", "reset", "--hard", "main@{1}"),))
    run = run_of(Report((Violation("GFG402", "rewritten-branch", "error", finding),)))
    assert run["results"][0]["message"]["text"] == (
        r"see \[this\](https://evil.example)." "\nTo fix it: git reset --hard 'main@{1}'"
    )


def test_more_results_than_github_keeps_are_cut_worst_first_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "LIMIT", 2)
    run = run_of(Report((STACK, DIRECT, STACK), notes=("a note",)))
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    told = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert told == ["a note", "1 more result left out"]
