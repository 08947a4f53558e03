"""Words and counts that every format shares, unescaped; each renderer escapes them for its surface."""

from __future__ import annotations

from gitflowguard.model.names import plural, shell, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Argv, Finding, Report, Skipped

VIOLATED = "violated"
CLEAN = "clean"
UNTOLD = "cannot be told"
SILENCED_BY = "skipped by GITFLOWGUARD_SKIP"


def verdict(report: Report) -> str:
    """One of the three verdicts. Warnings do not change it."""
    if report.errors:
        return VIOLATED
    return UNTOLD if report.skipped else CLEAN


def summary(report: Report) -> str:
    """One sentence with the counts: ``1 error, 2 warnings; 1 check cannot be told.``"""
    found = ((len(report.errors), "error"), (len(report.warnings), "warning"))
    parts = [", ".join(plural(count, noun) for count, noun in found if count)]
    if report.skipped:
        parts.append(f"{plural(len(report.skipped), 'check')} cannot be told")
    if report.silenced:
        parts.append(f"{plural(len(report.silenced), 'finding')} skipped on request")
    said = "; ".join(part for part in parts if part)
    if said:
        return f"{said}."
    return f"All clear: {plural(report.judged, 'check')}." if report.judged else "Nothing to check."


def places(finding: Finding) -> tuple[str, ...]:
    """Where it is: file and line, then the ref, then the commit; what is unknown is left out."""
    file = f"{finding.path}:{finding.line}" if finding.path and finding.line else finding.path
    commit = f"commit {short(finding.commit)}" if finding.commit else ""
    return tuple(place for place in (file, finding.ref, commit) if place)


def elsewhere(finding: Finding) -> tuple[str, ...]:
    """The places that the sentence itself does not name."""
    return tuple(place for place in places(finding) if place not in finding.says)


def commands(mend: tuple[Argv, ...]) -> tuple[str, ...]:
    """The mending commands as a person would type them."""
    return tuple(shell(argv) for argv in mend)


def explain(rule: str) -> str:
    """The command that says more about a rule."""
    return f"gitflowguard explain {rule}"


def untold(skipped: Skipped) -> str:
    """``wrong-origin for feature/x: this clone is shallow``."""
    subject = f"{skipped.name} for {skipped.ref}" if skipped.ref else skipped.name
    return f"{subject}: {skipped.unknown.reason}"
