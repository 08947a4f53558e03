"""The name under which a pull request's verdict is reported: one for each class of base branch.

GitHub ties a check to a commit and a name, not to a pull request. Were there one name, a pull request that is green
into develop would stay green when it is retargeted to main, for its commit is the same. Required checks are plain
names, so there is a fixed set of them: ``gitflow (main)``, ``gitflow (develop)``, …, ``gitflow (other)``.

A class is read from the name alone, by comparisons that a workflow's expression can make too: a whole name, else the
longest fixed beginning. Kinds that share a beginning share a check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gitflowguard.model.flow import MAIN, Flow
from gitflowguard.model.record import Record

FAMILY = "gitflow"
OTHER = "other"


class Arm(Record):
    """One comparison. text: the whole name, or with whole False its beginning. said: the class if it holds."""

    text: str
    whole: bool
    said: str


def base_kinds(flow: Flow) -> tuple[str, ...]:
    """Ids of the kinds that pull requests go into, in the policy's order: targets, and all that is protected.

    A protected kind that nothing may be merged into needs its own check all the more: it always fails.
    """
    targets = {target for kind in flow.kinds for target in kind.targets}
    return tuple(kind.id for kind in flow.kinds if kind.protected or kind.id in targets or kind.id == MAIN)


def rest(flow: Flow) -> str:
    """The class of every other base; no kind is called so, for a kind's id holds no space."""
    return OTHER if OTHER not in base_kinds(flow) else f"any {OTHER}"


def arms(flow: Flow) -> tuple[Arm, ...]:
    """The comparisons, in order; the first that holds decides, else it is the rest."""
    bases = base_kinds(flow)
    other = rest(flow)
    every = [
        Arm(
            name.text if name.literal else name.prefix,
            name.literal,
            kind.id if kind.id in bases else other,
        )
        for kind in sorted(flow.kinds, key=lambda kind: kind.id not in bases)
        for name in kind.names
        if name.literal or name.prefix
    ]
    kept = [arm for arm in every if arm.said != other or _swallowed(arm, every, other)]
    return (
        *(arm for arm in kept if arm.whole),
        *sorted((arm for arm in kept if not arm.whole), key=lambda arm: -len(arm.text)),
    )


def check_class(flow: Flow, base: str) -> str:
    """The class of a base branch, by its short name as it is written: a kind's id, else the rest."""
    return _first(flow, base, str)


def check_name(flow: Flow, base: str) -> str:
    """The check that a pull request into this branch reports, and that its protection requires: ``gitflow (main)``."""
    return named(check_class(flow, base))


def check_names(flow: Flow) -> tuple[str, ...]:
    """Every name that there can be, the rest last."""
    return tuple(named(said) for said in (*base_kinds(flow), rest(flow)))


def job_name(flow: Flow, base: str) -> str:
    """What the workflow's expression makes of the base: as `check_name`, but letters are equal in either case.

    docs.github.com, "Evaluate expressions": "GitHub ignores case when comparing strings". So a job for ``Main`` is
    called ``gitflow (main)``. Where this is not `check_name`, the verdict must be a failure, whatever the rules say:
    a pass would stand for the other branch.
    """
    return named(_first(flow, base, str.upper))


def named(said: str) -> str:
    """The name of a class's check."""
    return f"{FAMILY} ({said})"


def _first(flow: Flow, base: str, fold: Callable[[str], str]) -> str:
    name = fold(base)
    return next((arm.said for arm in arms(flow) if _holds(arm, name, fold)), rest(flow))


def _holds(arm: Arm, name: str, fold: Callable[[str], str]) -> bool:
    return name == fold(arm.text) if arm.whole else name.startswith(fold(arm.text))


def _swallowed(arm: Arm, every: list[Arm], other: str) -> bool:
    """Whether a base kind's shorter beginning would take this name, too."""
    name = arm.text.upper()
    takers: Iterator[Arm] = (one for one in every if not one.whole and one.said != other)
    return any(name.startswith(one.text.upper()) and (arm.whole or arm.text != one.text) for one in takers)
