"""Required checks that can never come on a pull request, because nothing starts the workflow that reports them.

Sources: docs.github.com, "Triggering a workflow from a workflow" (what a workflow does with its own GITHUB_TOKEN starts
no workflow) and "Skipping workflow runs". A pull request is named only where it was seen that no workflow has reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.guarded import UNSEEN, Guarded
from gitflowguard.model.names import listed, plural
from gitflowguard.model.protection import Live, RequiredCheck
from gitflowguard.protection.compile import ACTIONS_APP, Desired
from gitflowguard.protection.inforce import wanted_on

_MOST = 5


def silent(desired: Desired, live: Live) -> Iterator[Guarded]:
    """A warning for each base and each reason; an apply goes on, because the next pull request may be another one's."""
    if isinstance(live.checks, Unknown):
        return  # it has been said that what reports isn't known
    if isinstance(live.silent, Unknown):
        yield Guarded("the repository", UNSEEN, unknown=live.silent)
        return
    found: dict[tuple[str, str], list[int]] = {}
    for one in live.silent:
        found.setdefault((one.base, one.word), []).append(one.number)
    for (base, word), numbers in found.items():
        names = _by_actions(desired, live.repository.default_branch, live.checks, base)
        if names:
            yield Guarded(base, UNSEEN, _says(base, word, sorted(numbers), names), advice=True)


def _by_actions(
    desired: Desired, default_branch: str, seen: tuple[RequiredCheck, ...], base: str
) -> tuple[str, ...]:
    """The checks required for the base that only a workflow reports."""
    found = []
    for clause in wanted_on(desired.rulesets, base, default_branch):
        for row in clause.parameters.get("required_status_checks", ()):
            apps = (
                {row["app"]} if row.get("app") else {one.app for one in seen if one.context == row["context"]}
            )
            if apps == {ACTIONS_APP}:
                found.append(str(row["context"]))
    return tuple(dict.fromkeys(found))


def _says(base: str, word: str, numbers: list[int], names: tuple[str, ...]) -> str:
    shown = [f"#{number}" for number in numbers[:_MOST]]
    left = len(numbers) - len(shown)
    which = listed((*shown, *([f"{left} more"] if left else [])), "and")
    what = f"{'pull request' if len(numbers) == 1 else 'pull requests'} {which} into {base}"
    quoted = [f'"{name}"' for name in names[:2]]
    checks = listed((*quoted, *([plural(len(names) - 2, "more check")] if names[2:] else [])), "and")
    never = f"so {checks} never {'reports' if len(names) == 1 else 'report'} there"
    if word:
        return f'"{word}" in the last commit of {what} starts no workflow, {never}; push another commit'
    each = "close it and open it again" if len(numbers) == 1 else "close each and open it again"
    return (
        f"{what} {'was' if len(numbers) == 1 else 'were'} opened with a workflow's own GITHUB_TOKEN, which "
        f"starts no workflow, {never}; {each}, and let an App or a person open them from now on"
    )
