"""What was read of a repository: the ground of every statement about it. What wasn't read is unknown, never off."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import plural
from gitflowguard.model.protection import Live
from gitflowguard.protection.nouns.outcome import Reading

# How the reason of what a shorter look leaves out ends (model.protection.Live).
_NOT_ASKED = "not asked for"


def readings(live: Live) -> tuple[Reading, ...]:
    """Each thing that was asked for, in the order of the requests; what wasn't asked for is left out."""
    return tuple(_all(live))


def _all(live: Live) -> Iterator[Reading]:
    hidden = [key for key, value in live.repository.settings.items() if isinstance(value, Unknown)]
    if not hidden:
        yield Reading("the settings")
    elif live.repository.settings:
        yield Reading(f"the settings {', '.join(hidden)}", "this token isn't shown them")
    if isinstance(live.rulesets, Unknown):
        yield Reading("the rulesets", live.rulesets.reason)
    else:
        yield Reading(plural(len(live.rulesets), "ruleset"))
        blind = [one.name for one in live.rulesets if isinstance(one.bypass, Unknown)]
        if blind:
            yield Reading(f"who may bypass {plural(len(blind), 'ruleset')}", "this token isn't shown it")
    for name, why in live.hidden:
        yield Reading(f"the organization's ruleset {name}", why.reason)
    for what, value in (
        ("classic branch protection", live.classic),
        ("the checks that have reported", live.checks),
        ("the newest open pull requests", live.silent),
        ("CODEOWNERS", live.owners),
        ("which branches exist", live.branches),
        ("who has write access", live.people),
    ):
        if not isinstance(value, Unknown):
            yield Reading(what)
        elif not value.reason.endswith(_NOT_ASKED):
            yield Reading(what, value.reason)
