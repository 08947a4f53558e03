"""What every form of a protection report says: headings, counts, the difference of two documents."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import unified_diff
from json import dumps

from gitflowguard.model.jsonvalue import Document
from gitflowguard.model.names import listed, plural
from gitflowguard.protection.nouns.outcome import (
    APPLIED,
    DONE,
    IN_PART,
    UNDONE,
    UNSURE,
    VERIFIED,
    RepositoryResult,
)
from gitflowguard.protection.nouns.plan import (
    CREATE,
    DELETE,
    PROTECT,
    SETTINGS,
    UNPROTECT,
    UPDATE,
    PlanStep,
)
from gitflowguard.rules.protection.unknown_check import RULE as UNKNOWN_CHECK

_VERBS = {
    CREATE: ("create the ruleset {}", "created"),
    UPDATE: ("change the ruleset {}", "changed"),
    DELETE: ("delete the ruleset {}", "deleted"),
    SETTINGS: ("change the settings of {}", "changed"),
    PROTECT: ("protect the branch {}", "protected"),
    UNPROTECT: ("take the protection off the branch {}", "taken off"),
}
LEVELS = {"rulesets": "by rulesets", "classic": "by classic branch protection"}
FIT = "To fit the people who have write access, make this the section `protection` of your policy file:"
MARKS = {DONE: "✓", IN_PART: "?", UNSURE: "?"}


def step_title(step: PlanStep) -> str:
    """``create the ruleset gitflow: main``."""
    return _VERBS[step.action][0].format(step.subject)


def headline(outcome: RepositoryResult, task: str) -> str:
    """``acme/web: 3 steps would change 7 things, by rulesets``."""
    said = outcome.said
    if (
        not (outcome.error or outcome.refused or outcome.skipped or outcome.deeds)
        and outcome.plan is not None
    ):
        steps = len(outcome.plan.steps)
        level = LEVELS.get(outcome.plan.level, "")
        if steps:
            # A change in two halves is reported once, so a step may report none.
            count = plural(len(outcome.changes), "change")
            said = f"{plural(steps, 'step')}, {count}" + (f", {level}" if level else "")
            said = f"drift: {said}" if task == VERIFIED else said
        elif outcome.plan.unknown and not outcome.plan.level:
            said = "unknown"
        elif outcome.plan.archived:
            pass
        elif outcome.left:
            said = f"drift: {plural(len(outcome.left), 'rule')} not in force"
        else:
            said += f", {level}" if level else ""
            unknown = len(outcome.report.skipped)
            said += f"; {plural(unknown, 'check')} unknown" if unknown else ""
    return f"{outcome.repository}: {said}"


def change_rows(outcome: RepositoryResult) -> list[tuple[str, str, str, str]]:
    """(mark, about, what changes, the step's number) of each change; the mark is + where more is refused afterwards."""
    rows = []
    for number, step in enumerate(outcome.plan.steps if outcome.plan is not None else (), 1):
        for change in step.changes:
            rows.append(("-" if change.weaker else "+", change.about, change.says, str(number)))
    return rows


def diff(step: PlanStep) -> list[str]:
    """The two documents of a step, line by line, as ``diff -u`` has it."""
    name = step.subject
    lines = unified_diff(
        _lines(step.before), _lines(step.after), f"{name} (GitHub)", f"{name} (policy)", "", "", 2, ""
    )
    return list(lines)


def _lines(document: Document) -> list[str]:
    return dumps(document, indent=2, ensure_ascii=False, sort_keys=False).splitlines() if document else []


def summary(outcomes: Iterable[RepositoryResult], task: str) -> str:
    """One sentence about all of them: ``3 repositories: 2 in sync, 1 to change.``"""
    counts: dict[str, int] = {}
    total = 0
    for outcome in outcomes:
        total += 1
        counts[_class(outcome)] = counts.get(_class(outcome), 0) + 1
    parts = [f"{count} {word}" for word, count in counts.items()]
    return f"{total} {'repository' if total == 1 else 'repositories'}: {', '.join(parts)}."


def readings(outcome: RepositoryResult) -> str:
    """What the statements rest on, in one line; "" where nothing was looked at."""
    read = [one.what for one in outcome.readings if not one.why]
    not_read = [one.what for one in outcome.readings if one.why]
    parts = [f"Read from GitHub: {listed(tuple(read), 'and')}."] if read else []
    return " ".join((*parts, *([f"Not read: {listed(tuple(not_read), 'and')}."] if not_read else [])))


def _class(outcome: RepositoryResult) -> str:
    """One of a handful of words, for counting."""
    if outcome.skipped:
        return "done in an earlier run"
    if outcome.partly:
        return "partly applied"
    if outcome.error:
        return "not checked"
    if outcome.refused:
        return "refused"
    if outcome.deeds:
        return "applied" if outcome.done else "unchanged"
    if outcome.plan is not None and outcome.plan.steps:
        return "to change"
    if outcome.report.errors:
        return "with errors"
    if outcome.plan is not None and outcome.plan.archived:
        return "archived"
    return "in sync" if outcome.plan is None or outcome.plan.level else "unknown"


def _ready(outcome: RepositoryResult) -> bool:
    """Whether there is something to apply, and no finding that stops it for good."""
    stopped = any(one.name != UNKNOWN_CHECK.name for one in outcome.report.errors)
    return outcome.plan is not None and bool(outcome.plan.steps) and not stopped


def advice(outcomes: tuple[RepositoryResult, ...], task: str) -> str:
    """What to do next, "" if nothing."""
    if any(deed.state == IN_PART for outcome in outcomes for deed in outcome.deeds):
        return "The server keeps less than the policy asks: the steps that are in part name it."
    if task == APPLIED and any(outcome.partly for outcome in outcomes):
        return "Run `gitflowguard protect apply` again: it goes on from what GitHub has now."
    if task == APPLIED and any(outcome.done for outcome in outcomes):
        return "To go back: gitflowguard protect undo"
    if task not in (APPLIED, UNDONE) and any(_ready(outcome) for outcome in outcomes):
        return "To apply it: gitflowguard protect apply"
    return ""
