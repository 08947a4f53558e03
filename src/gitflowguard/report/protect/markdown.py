"""Protection for job summaries and comments: tables and differences within GitHub's limits; foreign text is inert."""

from __future__ import annotations

from gitflowguard.protection.nouns.outcome import PLANNED, VERIFIED, RepositoryResult
from gitflowguard.report import markdown as findings
from gitflowguard.report.about import About
from gitflowguard.report.escape import code_block, code_span, html, markdown
from gitflowguard.report.protect import played, words

_TITLES = {"plan": "plan", "apply": "apply", "verify": "drift", "undo": "undo"}


def render(outcomes: tuple[RepositoryResult, ...], task: str, about: About, with_diff: bool = True) -> str:
    """At most findings.LIMIT characters; what does not fit is counted."""
    head = f"## gitflowguard: protection, {_TITLES[task]}\n\n{markdown(words.summary(outcomes, task))}\n"
    sections = tuple((_title(one, task), [_body(one, task, with_diff)]) for one in outcomes)
    advice = words.advice(outcomes, task)
    foot = f"\n{markdown(advice)}\n" if advice else ""
    return head + findings.cut(sections, findings.LIMIT - len(head) - len(foot)) + foot


def _title(outcome: RepositoryResult, task: str) -> str:
    return markdown(words.headline(outcome, task))


def _body(outcome: RepositoryResult, task: str, with_diff: bool) -> str:
    parts = [_table(outcome)] if not outcome.deeds else [_deeds(outcome)]
    if with_diff and not outcome.deeds and outcome.plan is not None:
        for number, step in enumerate(outcome.plan.steps, 1):
            parts.append(_details(f"Step {number}: {words.step_title(step)}", words.diff(step)))
    parts.append(_played(outcome) if task in (PLANNED, VERIFIED) else "")
    parts.append(_items("Still different", [f"{one.about}: {one.says}" for one in outcome.left]))
    if outcome.plan is not None:
        parts.append(_items("Left as it is", outcome.plan.notes))
        parts.append(
            _items("Not shown to this token (unknown, not off)", [one.reason for one in outcome.plan.unknown])
        )
    parts.append(_items("Notes", outcome.notes))
    parts.append(
        _items(
            "Findings", [f"{one.code} {one.name}: {one.finding.says}" for one in outcome.report.violations]
        )
    )
    parts.append(
        f"{words.FIT}\n\n{code_block(tuple(outcome.fits.splitlines()), language='yaml')}\n"
        if outcome.fits
        else ""
    )
    read = words.readings(outcome)
    parts.append(f"{markdown(read)}\n" if read else "")
    parts.append(f"{markdown(outcome.tier)}\n" if outcome.tier else "")
    return "\n".join(part for part in parts if part)


def _played(outcome: RepositoryResult) -> str:
    rows = played.rows(outcome.played)
    if not rows:
        return ""
    lines = [f"| {' | '.join(played.HEADS)} |", "|---|---|---|---|"]
    lines += [
        f"| {mark} | {markdown(who)} | {markdown(does)} | {markdown(why)} |" for mark, who, does, why in rows
    ]
    table = "\n".join(lines)
    return (
        f"**{markdown(played.TITLE.rstrip(':'))}**\n\n{table}\n\n{markdown(played.count(outcome.played))}\n"
    )


def _table(outcome: RepositoryResult) -> str:
    rows = words.change_rows(outcome)
    if not rows:
        return ""
    lines = ["| | where | what changes | step |", "|---|---|---|---|"]
    lines += [
        f"| {mark} | {code_span(about)} | {markdown(says)} | {number} |" for mark, about, says, number in rows
    ]
    return "\n".join(lines) + "\n"


def _deeds(outcome: RepositoryResult) -> str:
    lines = ["| step | | what | why |", "|---|---|---|---|"]
    for number, deed in enumerate(outcome.deeds, 1):
        lines.append(
            f"| {number} | {deed.state} | {markdown(words.step_title(deed.step))} | {markdown(deed.why)} |"
        )
    return "\n".join(lines) + "\n"


def _items(title: str, items: tuple[str, ...] | list[str]) -> str:
    return f"**{title}**\n\n" + "".join(f"- {markdown(item)}\n" for item in items) if items else ""


def _details(title: str, lines: list[str]) -> str:
    """A difference that opens on a click."""
    body = code_block(tuple(lines), language="diff")
    return f"<details><summary>{html(title)}</summary>\n\n{body}\n\n</details>\n"
