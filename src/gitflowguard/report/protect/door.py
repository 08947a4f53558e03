"""The one door to the renderers of protection: a name in, text out."""

from __future__ import annotations

from gitflowguard.model.finding import Report
from gitflowguard.protection.nouns.outcome import RepositoryResult
from gitflowguard.report.about import About


def render(
    name: str, outcomes: tuple[RepositoryResult, ...], task: str, about: About, with_diff: bool = True
) -> str:
    """The outcomes in the named format; ends in a newline. SARIF holds the findings of all repositories."""
    if name == "sarif":
        from gitflowguard.report import sarif

        return sarif.render(merged(outcomes), about)
    module = __import__(f"gitflowguard.report.protect.{name}", fromlist=["render"])
    text: str = module.render(outcomes, task, about, with_diff)
    return text


def merged(outcomes: tuple[RepositoryResult, ...]) -> Report:
    """The findings of all repositories as one report; a repository that could not be looked at is a note."""
    return Report(
        tuple(one for outcome in outcomes for one in outcome.report.violations),
        tuple(one for outcome in outcomes for one in outcome.report.skipped),
        tuple(one for outcome in outcomes for one in outcome.report.silenced),
        sum(outcome.report.judged for outcome in outcomes),
        tuple(f"{outcome.repository}: {outcome.said}" for outcome in outcomes if outcome.error),
    )
