"""Classic protection, where the plan has no rulesets: whole documents, one branch at a time."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.names import plural
from gitflowguard.model.protection import Classic, Live
from gitflowguard.protection.canon import classic_document
from gitflowguard.protection.nouns.plan import (
    PROTECT,
    UNPROTECT,
    PlanStep,
    SettingChange,
)
from gitflowguard.protection.strength import covers_classic, strongest_classic
from gitflowguard.protection.words import apart, check_words

Found = tuple[tuple[PlanStep, ...], tuple[PlanStep, ...], tuple[str, ...], tuple[Unknown, ...]]

# Key -> (demanded, no longer demanded).
_WORDS = {
    "enforce_admins": ("holds for administrators, too", "no longer holds for administrators"),
    "required_linear_history": ("merge commits are no longer possible", "merge commits are possible again"),
    "required_conversation_resolution": (
        "every thread has to be resolved",
        "threads need not be resolved any more",
    ),
    "required_signatures": ("every commit must be signed", "commits need no signature any more"),
    "dismiss_stale_reviews": ("a push takes approvals back", "a push leaves approvals as they are"),
    "require_code_owner_reviews": ("code owners have to approve", "code owners need not approve any more"),
    "require_last_push_approval": (
        "somebody else approves the last push",
        "nobody has to approve the last push any more",
    ),
    "strict": (
        "a pull request must be up to date with its base",
        "a pull request need not be up to date any more",
    ),
    "lock_branch": ("nobody can push any more", "pushes are possible again"),
    "block_creations": ("can no longer be created", "can be created again"),
    "required_pull_request_reviews": (
        "changes come by pull request only",
        "changes need no pull request any more",
    ),
    "restrictions": ("only some may push", "everybody who can write may push"),
}
# Key -> (allowed, no longer allowed).
_ALLOWED = {
    "allow_force_pushes": ("force pushes are possible", "force pushes are no longer possible"),
    "allow_deletions": ("can be deleted", "can no longer be deleted"),
    "allow_fork_syncing": ("a fork may be synced", "a fork may no longer be synced"),
}
_COUNT = "required_approving_review_count"


def classic_phases(wanted: tuple[Classic, ...], live: Live, exact: bool = False) -> Found:
    """(steps that are safe first, steps that are safe last, notes, what is not shown).

    exact: whether what the wanted documents do not say goes, and with it the protection of other branches.
    """
    if isinstance(live.classic, Unknown):
        return (), (), (), (live.classic,)
    first: list[PlanStep] = []
    last: list[PlanStep] = []
    notes: list[str] = []
    there = {one.branch: one for one in live.classic}
    for want in wanted:
        have = there.get(want.branch)
        if not isinstance(live.branches, Unknown) and want.branch not in live.branches:
            notes.append(
                f"{want.branch} is not on GitHub yet, so it cannot be protected; push it, then plan again"
            )
            continue
        goal = want if exact or have is None else want._replace(document=_over(have.document, want.document))
        if have is None:
            first.append(_put(None, goal))
        elif classic_document(goal) == classic_document(have):
            continue
        elif covers_classic(goal, have):
            first.append(_put(have, goal))
        elif covers_classic(have, goal):
            last.append(_put(have, goal))
        else:
            middle = strongest_classic(have, goal)
            changes = _changes(goal.branch, classic_document(have), classic_document(goal))
            news = tuple(change for change in changes if not change.weaker)
            first.append(_put(have, middle)._replace(changes=news, note="first the stronger of both"))
            rest = tuple(change for change in changes if change.weaker)
            last.append(_put(middle, goal)._replace(changes=rest))
    if exact:
        kept = {want.branch for want in wanted}
        last += [_gone(one) for one in live.classic if one.branch not in kept]
    return tuple(first), tuple(last), tuple(notes), ()


def _over(have: Document, want: Document) -> Document:
    """The wanted document over the one that is there: a PUT replaces all, so what is not wanted otherwise is repeated.

    A null of the wanted document has no opinion.
    """
    made = dict(have)
    for key, value in want.items():
        there = have.get(key)
        if isinstance(value, dict):
            made[key] = {**(there if isinstance(there, dict) else {}), **value}
        elif value is not None or key not in have:
            made[key] = value
    return made


def _put(have: Classic | None, goal: Classic) -> PlanStep:
    before = classic_document(have) if have else {}
    after = classic_document(goal)
    return PlanStep(
        PROTECT, goal.branch, _changes(goal.branch, before, after), classic=goal, before=before, after=after
    )


def _gone(have: Classic) -> PlanStep:
    before = classic_document(have)
    changes = (SettingChange(have.branch, "is no longer protected", "protected", "not protected", True),)
    return PlanStep(UNPROTECT, have.branch, changes, before=before)


def _changes(branch: str, before: Document, after: Document) -> tuple[SettingChange, ...]:
    found = list(_between(branch, before, after))
    if not before:
        # Unprotected, a branch could be rewritten and deleted; the document only leaves that out.
        for key in ("allow_force_pushes", "allow_deletions"):
            if not after.get(key):
                found.insert(0, SettingChange(branch, _ALLOWED[key][1], "on", "off"))
    return tuple(found)


def _between(branch: str, before: Document, after: Document) -> Iterator[SettingChange]:
    """Every change of two documents in their one form."""
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key == _COUNT:
            count = plural(new or 0, "approval")
            weaker = (new or 0) < (old or 0)
            yield SettingChange(branch, f"{old or 0} → {count}", plural(old or 0, "approval"), count, weaker)
        elif key == "checks":
            yield from _checks(branch, old or [], new or [])
        elif key in _ALLOWED:
            yield SettingChange(branch, _ALLOWED[key][0 if new else 1], _on(old), _on(new), bool(new))
        elif key in _WORDS and (
            key == "restrictions" or not (isinstance(old, dict) and isinstance(new, dict))
        ):
            yield SettingChange(branch, _WORDS[key][0 if new else 1], _on(old), _on(new), not new)
        elif key not in _WORDS and not isinstance(old, dict) and not isinstance(new, dict):
            yield SettingChange(branch, f"{key}: {old} → {new}", str(old), str(new))
        if isinstance(old, dict) or isinstance(new, dict):
            yield from _between(branch, old or {}, new or {})


def _checks(branch: str, old: list[Document], new: list[Document]) -> Iterator[SettingChange]:
    came, went = apart(old, new)
    for word in map(check_words, came):
        yield SettingChange(branch, f"{word} is required", "", word)
    for word in map(check_words, went):
        yield SettingChange(branch, f"{word} is no longer required", word, "", True)


def _on(value: Json) -> str:
    return "on" if value else "off"
