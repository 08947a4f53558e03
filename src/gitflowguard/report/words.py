"""Words and counts that every format shares, unescaped; each renderer escapes them for its surface."""

from __future__ import annotations

from gitflowguard.model.names import plural, shell, short
from gitflowguard.model.remark import label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Argv, Finding, Report, Skipped, Violation

VIOLATED = "violated"
CLEAN = "clean"
UNTOLD = "can't determine"
SILENCED_BY = "skipped by GITFLOWGUARD_SKIP"


def verdict(report: Report, blind: bool | None = None) -> str:
    """One of the three verdicts, that of the exit code. Warnings do not change it. blind: as in `About`."""
    if report.errors:
        return VIOLATED
    return UNTOLD if blind or (blind is None and report.skipped) else CLEAN


def summary(report: Report, blind: bool | None = None) -> str:
    """One sentence with the counts: ``1 error, 2 warnings; can't determine 1 check.``"""
    found = ((len(report.errors), "error"), (len(report.warnings), "warning"))
    parts = [", ".join(plural(count, noun) for count, noun in found if count)]
    if report.skipped:
        parts.append(f"can't determine {plural(len(report.skipped), 'check')}")
    if report.silenced:
        parts.append(f"{plural(len(report.silenced), 'finding')} skipped on request")
    said = "; ".join(part for part in parts if part)
    if said:
        return f"{said}."
    if blind:
        return "Nothing was judged."
    return f"All clear: {plural(report.judged, 'check')}." if report.judged else "Nothing to check."


def file_place(finding: Finding) -> str:
    """``pipeline.py:3:1``, as far as it is known; "" without a file."""
    place = finding.path
    for number in (finding.line, finding.column):
        if not (place and number):
            break
        place += f":{number}"
    return place


def places(finding: Finding) -> tuple[str, ...]:
    """Where it is: file, line and column, then the ref, then the commit; what is unknown is left out."""
    commit = f"commit {short(finding.commit)}" if finding.commit else ""
    return tuple(place for place in (file_place(finding), finding.ref, commit) if place)


def elsewhere(finding: Finding) -> tuple[str, ...]:
    """The places that the sentence itself does not name; a tool's words must name them as a word."""
    if finding.tool:
        return tuple(place for place in places(finding) if f" {place} " not in f" {finding.says} ")
    return tuple(place for place in places(finding) if place not in finding.says)


def located(finding: Finding) -> str:
    """``pipeline.py:3:1: flake8 F401: 'os' imported but unused``: a tool's finding in one line."""
    where = ", ".join(elsewhere(finding))
    return f"{where}: {finding.says}" if where else finding.says


def origin(finding: Finding) -> str:
    """``flake8 F401``: the tool and its own code; "" for a rule of ours."""
    return label(finding.tool, finding.rule)


def rule(code: str, name: str) -> str:
    """``GFG802 lint``; the name alone for a rule of the team's own, whose code it is."""
    return name if code == name else f"{code} {name}"


def title(violation: Violation) -> str:
    """``GFG802 lint``, for a tool's finding ``GFG802 lint: flake8 F401``."""
    ours, theirs = rule(violation.code, violation.name), origin(violation.finding)
    return f"{ours}: {theirs}" if theirs else ours


def tools(used: tuple[tuple[str, str, str], ...]) -> str:
    """``Tools: black 26.10.1, ours; flake8 7.1.0, the project's (.venv)``; "" if there are none."""
    told = (f"{f'{name} {version}'.strip()}, {whose}".removesuffix(", ") for name, version, whose in used)
    return f"Tools: {'; '.join(told)}" if used else ""


def commands(mend: tuple[Argv, ...]) -> tuple[str, ...]:
    """The fixing commands as a person would type them."""
    return tuple(shell(argv) for argv in mend)


def explain(rule: str) -> str:
    """The command that says more about a rule."""
    return f"gitflowguard explain {rule}"


def untold(skipped: Skipped) -> str:
    """``wrong-origin for feature/x: this clone is shallow``."""
    subject = f"{skipped.name} for {skipped.ref}" if skipped.ref else skipped.name
    return f"{subject}: {skipped.unknown.reason}"
