"""Protection for programs: one object for each repository."""

from __future__ import annotations

from gitflowguard.model.jsonvalue import Document
from gitflowguard.protection.nouns.outcome import RepositoryResult
from gitflowguard.protection.nouns.plan import PlanStep
from gitflowguard.protection.nouns.played import PlayedStep
from gitflowguard.report.about import About
from gitflowguard.report.data import dump
from gitflowguard.report.json import finding, head
from gitflowguard.report.protect import words


def render(outcomes: tuple[RepositoryResult, ...], task: str, about: About, with_diff: bool = True) -> str:
    """Pure ASCII, ends in a newline."""
    data = {
        **head(about.version),
        "task": task,
        "summary": words.summary(outcomes, task),
        "repositories": [_one(outcome) for outcome in outcomes],
    }
    return dump(data)


def _one(outcome: RepositoryResult) -> Document:
    plan = outcome.plan
    return {
        "repository": outcome.repository,
        "said": outcome.said,
        "error": outcome.error,
        "refused": outcome.refused,
        "level": plan.level if plan else "",
        "fingerprint": plan.fingerprint if plan else "",
        "steps": [_step(step) for step in plan.steps] if plan else [],
        "done": [
            {"step": n, "state": deed.state, "why": deed.why} for n, deed in enumerate(outcome.deeds, 1)
        ],
        "left": [change._asdict() for change in outcome.left],
        "unknown": [one.reason for one in plan.unknown] if plan else [],
        "read": [one._asdict() for one in outcome.readings],
        "played": [_played(one) for one in outcome.played],
        "notes": [*(plan.notes if plan else ()), *outcome.notes],
        "findings": [finding(one) for one in outcome.report.violations],
        "proposal": outcome.fits or None,
        "scorecard": outcome.tier or None,
    }


def _played(one: PlayedStep) -> Document:
    return {
        "step": f"{one.verb} {one.subject}",
        "wanted": one.wanted,
        "can": one.can,
        "who": list(one.who),
        "stops": [stop._asdict() for stop in one.stops],
        "needs": list(one.needs),
        "unknown": one.why or None,
    }


def _step(step: PlanStep) -> Document:
    return {
        "action": step.action,
        "subject": step.subject,
        "changes": [change._asdict() for change in step.changes],
        "before": step.before,
        "after": step.after,
        "note": step.note,
    }
