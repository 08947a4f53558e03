"""What the tools found, parted into one run of the SARIF log for each tool.

A tool's run is there as soon as the tool looked, even if it found nothing: code
scanning closes an alert when a later run of the same tool and category is without it.
"""

from __future__ import annotations

from gitflowguard.model.distribution import page
from gitflowguard.model.finding import Report, Silenced, Violation
from gitflowguard.model.record import Record
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import sarif_text, uri

Node = dict[str, object]

# GitHub refuses a log with more (docs.github.com, "SARIF support for code scanning"); one of them is ours.
RUNS = 20


class Part(Record):
    """One tool with what it found. version, whose: "" if unknown."""

    name: str
    version: str
    whose: str
    violations: tuple[Violation, ...]
    silenced: tuple[Silenced, ...]


def split(report: Report, about: About) -> tuple[Report, tuple[Part, ...]]:
    """(all that is ours to tell, a part for each tool); tools beyond the limit of runs stay with us.

    The order is that of ``about.tools``, then of the findings.
    """
    known: dict[str, tuple[str, str]] = {}
    for name, version, whose in about.tools:
        known.setdefault(name, (version, whose))
    spoke = [v.finding.tool for v in report.violations] + [s.violation.finding.tool for s in report.silenced]
    # A tool that found something goes before one that did not, should there be too many.
    every = dict.fromkeys((*filter(None, spoke), *known))
    kept = set(list(every)[: RUNS - 1])
    names = [name for name in dict.fromkeys((*known, *every)) if name in kept]
    parts = tuple(
        Part(
            name,
            *known.get(name, ("", "")),
            tuple(v for v in report.violations if v.finding.tool == name),
            tuple(s for s in report.silenced if s.violation.finding.tool == name),
        )
        for name in names
    )
    own = report._replace(
        violations=tuple(v for v in report.violations if v.finding.tool not in kept),
        silenced=tuple(s for s in report.silenced if s.violation.finding.tool not in kept),
    )
    return own, parts


def rule_id(violation: Violation) -> str:
    """The tool's own code, or our rule's name where the tool has none."""
    return violation.finding.rule or violation.name


def rules(part: Part) -> dict[str, Node]:
    """Every code that the tool used, by its id, with the code that it has with us."""
    found: dict[str, Node] = {}
    for violation in (*part.violations, *(silenced.violation for silenced in part.silenced)):
        finding = violation.finding
        named = words.origin(finding) if finding.rule else f"{finding.tool}: {violation.name}"
        about = {"text": sarif_text(named)}
        found.setdefault(
            rule_id(violation),
            {
                "id": rule_id(violation),
                "shortDescription": about,
                "fullDescription": about,
                "help": {"text": words.explain(violation.name)},
                "helpUri": page(violation.name),
                "properties": {"gitflowguard": violation.code, "tags": [violation.name]},
            },
        )
    return found


def run(part: Part, rules: dict[str, Node], results: list[Node]) -> Node:
    """The tool's run; its category is our own with the tool's name added."""
    driver: Node = {"name": part.name, **({"version": part.version} if part.version else {})}
    driver["rules"] = list(rules.values())
    if part.whose:
        driver["properties"] = {"whose": part.whose}
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"gitflowguard/{uri(part.name)}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
