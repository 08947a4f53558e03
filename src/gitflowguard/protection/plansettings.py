"""The repository's settings: one step, or none."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Json
from gitflowguard.model.names import listed
from gitflowguard.model.protection import Live
from gitflowguard.protection.nouns.plan import SETTINGS, PlanStep, SettingChange

_ABOUT = "the repository"
_WORDS = {
    "allow_merge_commit": ("merge commits are possible", "merge commits are no longer possible"),
    "allow_squash_merge": ("squash merges are possible", "squash merges are no longer possible"),
    "allow_rebase_merge": ("rebase merges are possible", "rebase merges are no longer possible"),
    "delete_branch_on_merge": (
        "a merged branch is deleted at once",
        "a merged branch is no longer deleted at once",
    ),
    "allow_auto_merge": ("auto-merge can be turned on", "auto-merge can no longer be turned on"),
}


def settings_step(
    wanted: tuple[tuple[str, Json], ...], live: Live
) -> tuple[tuple[PlanStep, ...], tuple[str, ...], tuple[Unknown, ...]]:
    """(the step, if anything differs; notes; what is not shown).

    All of it goes in one request: GitHub wants one merge method on at any time, and checks the request as a whole.
    """
    have = live.repository.settings
    notes: list[str] = []
    hidden: list[str] = []
    reason = ""
    news: list[tuple[str, bool | str]] = []
    for key, value in wanted:
        there = have.get(key, Unknown("GitHub did not say"))
        if isinstance(there, Unknown):
            hidden.append(key)
            reason = there.reason
        elif there != value:
            if key == "default_branch" and _missing(str(value), live):
                notes.append(
                    f"{value} is not on GitHub yet, so it cannot be the default branch; push it, then plan again"
                )
            else:
                news.append((key, value))
    unknown: tuple[Unknown, ...] = ()
    if hidden:
        unknown = (Unknown(f"can't determine the settings {listed(tuple(hidden), 'and')}: {reason}"),)
    if not news:
        return (), tuple(notes), unknown
    step = PlanStep(
        SETTINGS,
        live.repository.name,
        tuple(_change(key, have[key], value) for key, value in news),
        settings=tuple(news),
        before={key: have[key] for key, _ in news},
        after=dict(news),
    )
    return (step,), tuple(notes), unknown


def _missing(branch: str, live: Live) -> bool:
    """Whether it is known that there is no such branch."""
    return not isinstance(live.branches, Unknown) and branch not in live.branches


def _change(key: str, old: Json, new: Json) -> SettingChange:
    """One setting in words. What allows more is weaker."""
    if key not in _WORDS:
        return SettingChange(_ABOUT, f"{key.replace('_', ' ')}: {old} → {new}", str(old), str(new))
    on, off = _WORDS[key]
    said = {True: "on", False: "off"}
    return SettingChange(
        _ABOUT, on if new else off, said.get(old, str(old)), said.get(new, str(new)), bool(new)
    )
