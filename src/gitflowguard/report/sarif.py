"""SARIF 2.1.0, for code scanning.

Our own findings and what the run has to say of itself stand in the first run, what a tool
found in a run of that tool. GitHub keeps 5,000 results of a run, tells alerts apart by
``primaryLocationLineHash`` alone, and shows no result that has no file. A finding about a
branch has none, so it points at the first line of the policy file, and the hash is made of
what was found, not of that line.
"""

from __future__ import annotations

from hashlib import sha256

from gitflowguard.model.distribution import page
from gitflowguard.model.finding import ERROR, IGNORE, WARNING, Finding, Report, Silenced, Skipped, Violation
from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.model.rule import Rule
from gitflowguard.report import sariftools, words
from gitflowguard.report.about import About
from gitflowguard.report.data import dump
from gitflowguard.report.escape import sarif_text, uri

Node = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LIMIT = 5_000
TOTAL = 25_000  # a larger log is refused (docs.github.com, "SARIF support for code scanning")
_SECTIONS = ("What it checks", "Why it matters", "Example", "How to fix it")
_TEXT_LIMIT = 1_000  # GitHub takes 1,024, and escaping may add a few


class SarifRun(Record):
    """What the results of one run need. order: the place of each rule; theirs: whether it is a tool's run."""

    about: About
    order: dict[str, int]
    theirs: bool = False


def render(report: Report, about: About) -> str:
    """One log: our run, then one for each tool; results in the order of their severity, at most LIMIT a run."""
    own, parts = sariftools.split(report, about)
    limit = min(LIMIT, TOTAL // (len(parts) + 1))
    rules = _rules(own, about)
    index = _index(rules)
    results = _results(own.errors + own.warnings, own.silenced, SarifRun(about, index))
    left = len(results[limit:])
    runs: list[Node] = []
    for part in parts:
        codes = sariftools.rules(part)
        said = _results(_worst_first(part.violations), part.silenced, SarifRun(about, _index(codes), True))
        left += len(said[limit:])
        runs.append(sariftools.run(part, codes, said[:limit]))
    driver = {
        "name": "gitflowguard",
        "version": about.version,
        "semanticVersion": about.version,
        "rules": list(rules.values()),
    }
    run: Node = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "gitflowguard/"},
        "invocations": [_invocation(report, index, left)],
        "results": results[:limit],
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run, *runs]})


def _index(rules: dict[str, Node]) -> dict[str, int]:
    """Where each rule stands in the list."""
    return {code: place for place, code in enumerate(rules)}


def _worst_first(violations: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """Errors before warnings, else as they were."""
    return tuple(sorted(violations, key=lambda violation: violation.severity != ERROR))


def _rules(report: Report, about: About) -> dict[str, Node]:
    """Every chosen rule by its code, and a bare entry for any other that spoke."""
    rules = {rule.code: _rule(rule) for rule in about.rules}
    spoke = [(v.code, v.name) for v in report.violations]
    spoke += [(s.violation.code, s.violation.name) for s in report.silenced]
    spoke += [(s.code, s.name) for s in report.skipped]
    for code, name in spoke:
        rules.setdefault(code, {"id": code, "name": name, "helpUri": page(name)})
    return rules


def _rule(rule: Rule) -> Node:
    """The rule's manual, cut to what GitHub takes."""
    enabled = rule.default != IGNORE
    level = rule.default if enabled else WARNING
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": sarif_text(rule.headline[:_TEXT_LIMIT])},
        "fullDescription": {"text": sarif_text(_checks(rule)[:_TEXT_LIMIT])},
        "help": {"text": rule.doc.strip(), "markdown": _manual(rule)},
        "helpUri": page(rule.name),
        "defaultConfiguration": {"enabled": enabled, "level": level},
        "properties": {"tags": ["gitflow"], "problem.severity": level},
    }


def _manual(rule: Rule) -> str:
    """The manual as Markdown: its section titles, which stand on lines of their own, become headings."""
    lines = rule.doc.strip().splitlines()
    return "\n".join(f"### {line}" if line in _SECTIONS else line for line in lines)


def _checks(rule: Rule) -> str:
    """The first paragraph under "What it checks", on one line; the headline where there is none."""
    lines = [line.strip() for line in rule.doc.splitlines()]
    found: list[str] = []
    for line in lines[lines.index(_SECTIONS[0]) + 1 :] if _SECTIONS[0] in lines else []:
        if line:
            found.append(line)
        elif found:
            break
    return " ".join(found) or rule.headline


def _results(
    violations: tuple[Violation, ...], silenced: tuple[Silenced, ...], scope: SarifRun
) -> list[Node]:
    """The violations, then what the user skipped; alike findings are numbered."""
    seen: dict[str, int] = {}
    results = [_result(violation, scope, seen) for violation in violations]
    return results + [_suppressed(one, scope, seen) for one in silenced]


def _result(violation: Violation, scope: SarifRun, seen: dict[str, int]) -> Node:
    """One violation with its place and a hash that survives a new line number."""
    mark = _fingerprint(violation)
    seen[mark] = seen.get(mark, 0) + 1
    key = f"{mark}:{seen[mark]}"
    rule = sariftools.rule_id(violation) if scope.theirs else violation.code
    node: Node = {
        "ruleId": rule,
        "ruleIndex": scope.order[rule],
        "level": ERROR if violation.severity == ERROR else WARNING,
        "message": {"text": _message(violation.finding, scope.theirs)},
        "locations": [_location(violation.finding, scope.about)],
        "partialFingerprints": {"primaryLocationLineHash": key, "gitflowguard/v1": key},
    }
    return node | {"properties": {"gitflowguard": violation.code}} if scope.theirs else node


def _suppressed(silenced: Silenced, scope: SarifRun, seen: dict[str, int]) -> Node:
    """A violation that was skipped on request: a result that is suppressed, with the reason."""
    why = f"{words.SILENCED_BY}: {silenced.reason}"
    suppression = {"kind": "external", "status": "accepted", "justification": sarif_text(why)}
    return _result(silenced.violation, scope, seen) | {"suppressions": [suppression]}


def _message(finding: Finding, bare: bool) -> str:
    """The sentence, then the commands; the first sentence is what GitHub shows in a list.

    bare: without the tool and its code, which stand beside it.
    """
    says = finding.says.removeprefix(f"{words.origin(finding)}: ") if bare else finding.says
    lines = [f"{sarif_text(says)}."]
    lines += [f"To fix it: {sarif_text(command)}" for command in words.commands(finding.mend)]
    return "\n".join(lines)


def _location(finding: Finding, about: About) -> Node:
    """The file, line and column, or the policy's first line; and the ref or commit as a logical place."""
    region = {"startLine": max(finding.line, 1)}
    if finding.line and finding.column:
        region["startColumn"] = finding.column
    place: Node = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(finding.path or about.policy_path), "uriBaseId": "%SRCROOT%"},
            "region": region,
        }
    }
    logical = _logical(finding.ref, "branch") + _logical(finding.commit, "commit")
    return place | {"logicalLocations": logical} if logical else place


def _logical(name: str, kind: str) -> list[Node]:
    """A place that isn't a file."""
    return [{"name": name, "fullyQualifiedName": name, "kind": kind}] if name else []


def _fingerprint(violation: Violation) -> str:
    """A hash of what was found, without the line: moving code does not make a new alert."""
    finding = violation.finding
    parts = (violation.code, finding.ref, finding.commit, finding.path, finding.says)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _invocation(report: Report, index: dict[str, int], left: int) -> Node:
    """What the run has to say about itself: checks that can't be determined, notes, and what was cut."""
    told = [_untold(skipped, index) for skipped in report.skipped]
    notes = [*report.notes, f"{plural(left, 'more result')} left out"] if left else list(report.notes)
    told += [{"level": "note", "message": {"text": sarif_text(note)}} for note in notes]
    return {"executionSuccessful": True, "toolExecutionNotifications": told}


def _untold(skipped: Skipped, index: dict[str, int]) -> Node:
    """A rule that couldn't be determined, and why."""
    lines = [f"{words.UNTOLD}: {words.untold(skipped)}"]
    lines += [f"To fix it: {command}" for command in words.commands(skipped.unknown.mend)]
    node: Node = {
        "level": "warning",
        "message": {"text": "\n".join(sarif_text(line) for line in lines)},
        "associatedRule": {"id": skipped.code, "index": index[skipped.code]},
    }
    logical = _logical(skipped.ref, "branch")
    return node | {"locations": [{"logicalLocations": logical}]} if logical else node
