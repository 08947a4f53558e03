"""What differs between two protections, in the words of somebody who works with the branches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.names import listed, plural
from gitflowguard.model.protection import PREFIX, Actor, Clause, Ruleset
from gitflowguard.protection.canon import DEFAULTS, clauses_of
from gitflowguard.protection.nouns.plan import SettingChange

Item = TypeVar("Item")

# Type -> (where it comes, where it goes).
_CLAUSES = {
    "deletion": ("can no longer be deleted", "can be deleted again"),
    "non_fast_forward": ("force pushes are no longer possible", "force pushes are possible again"),
    "creation": ("can no longer be created", "can be created by everybody again"),
    "update": ("can no longer be moved", "can be moved again"),
    "required_signatures": ("every commit must be signed", "commits need no signature any more"),
    "required_linear_history": ("merge commits are no longer possible", "merge commits are possible again"),
    "pull_request": ("changes come by pull request only", "changes need no pull request any more"),
}
_SWITCHES = {
    "dismiss_stale_reviews_on_push": (
        "a push takes approvals back",
        "a push leaves approvals as they are",
    ),
    "require_code_owner_review": ("code owners have to approve", "code owners need not approve any more"),
    "require_last_push_approval": (
        "somebody else approves the last push",
        "nobody has to approve the last push any more",
    ),
    "required_review_thread_resolution": (
        "every thread has to be resolved",
        "threads need not be resolved any more",
    ),
    "strict_required_status_checks_policy": (
        "a pull request must be up to date with its base",
        "a pull request need not be up to date any more",
    ),
    # What the next two allow is said where they are off.
    "do_not_enforce_on_create": (
        "a new branch needs no green check",
        "a new branch needs green checks, too",
    ),
    "update_allows_fetch_and_merge": (
        "a fork may be brought up to date",
        "a fork may no longer be brought up to date",
    ),
}
_LOOSE = ("do_not_enforce_on_create", "update_allows_fetch_and_merge")
_COUNT = "required_approving_review_count"
_METHODS = "allowed_merge_methods"
_CHECKS = "required_status_checks"


def about(ruleset: Ruleset) -> str:
    """Whom a ruleset of ours is about: ``main``, ``release branches``, ``other branches``."""
    refs = "refs/heads/"
    if len(ruleset.include) == 1 and ruleset.include[0].startswith(refs):
        name = ruleset.include[0][len(refs) :]
        if not any(letter in "*?[\\" for letter in name):
            return name
    word = ruleset.name.removeprefix(PREFIX).partition(" (")[0]
    known = {
        "other names": "other branches",
        "version tags": "version tags",
        "new version tags": "version tags",
    }
    return known.get(word, f"{word} branches")


def ruleset_changes(before: Ruleset | None, after: Ruleset | None) -> tuple[SettingChange, ...]:
    """Every change from one to the other; None isn't a ruleset at all."""
    there = after or before
    if there is None:
        return ()
    if after is None:
        return (
            SettingChange(about(there), f"the ruleset {there.name} is removed", there.enforcement, "", True),
        )
    empty = Ruleset(there.name, there.target, there.include, there.exclude, ())
    if before is not None and before.enforcement != "active":
        word = f"{before.enforcement} → {after.enforcement}"
        off = SettingChange(about(there), f"{there.name}: {word}", before.enforcement, after.enforcement)
        if after.enforcement != "active":
            return (off,) if before.enforcement != after.enforcement else tuple(_both(before, after))
        return (off, *_both(before, after))
    if after.enforcement != "active":
        says = f"{there.name}: active → {after.enforcement}"
        return (
            SettingChange(
                about(there), says, "active" if before else "", after.enforcement, before is not None
            ),
        )
    return tuple(_both(before or empty, after))


def _both(before: Ruleset, after: Ruleset) -> Iterator[SettingChange]:
    """The changes of two rulesets that are both in force."""
    who = about(after)
    old, new = clauses_of(before), clauses_of(after)
    for key in dict.fromkeys((*new, *old)):
        yield from _clause(who, key.rstrip("+"), old.get(key), new.get(key))
    yield from _covered(who, before, after)
    yield from _passing(who, before.bypass, after.bypass)


def _clause(who: str, kind: str, old: Clause | None, new: Clause | None) -> Iterator[SettingChange]:
    """The changes of one rule."""
    if old is None or new is None:
        came, went = _CLAUSES.get(kind, (f"the rule {kind} is in force", f"the rule {kind} is gone"))
        if kind != _CHECKS:
            yield SettingChange(
                who, came if new else went, *(("off", "on") if new else ("on", "off")), weaker=new is None
            )
    empty = DEFAULTS.get(kind, {})
    first, second = (old.parameters if old else empty), (new.parameters if new else empty)
    if kind == "pull_request" and new is None:
        return
    for key in dict.fromkeys((*second, *first)):
        # What a rule that comes or goes lets through isn't a change: without the rule all is let through.
        if first.get(key) != second.get(key) and not (key in _LOOSE and (old is None or new is None)):
            yield from _parameter(who, key, first.get(key), second.get(key))


def _parameter(who: str, key: str, old: Json, new: Json) -> Iterator[SettingChange]:
    """The changes of one parameter."""
    if key == _COUNT:
        count = plural(new or 0, "approval")
        yield SettingChange(
            who, f"{old or 0} → {count}", plural(old or 0, "approval"), count, (new or 0) < (old or 0)
        )
    elif key == _METHODS:
        first, second = listed(tuple(old or ())), listed(tuple(new or ()))
        weaker = not set(new or ()) <= set(old or ())
        yield SettingChange(who, f"merged by {first} → by {second}", first, second, weaker)
    elif key == _CHECKS:
        yield from _checks(who, old or [], new or [])
    elif key in _SWITCHES:
        on, off = _SWITCHES[key]
        weaker = bool(new) == (key in _LOOSE)
        yield SettingChange(who, on if new else off, _said(bool(old)), _said(bool(new)), weaker)
    else:
        yield SettingChange(who, f"{key}: {_said(old)} → {_said(new)}", _said(old), _said(new))


def apart(old: Sequence[Item], new: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """(what came, what went)."""
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _checks(who: str, old: list[Document], new: list[Document]) -> Iterator[SettingChange]:
    """Checks that come and go."""
    came, went = apart(old, new)
    for row in came:
        yield SettingChange(who, f"{check_words(row)} is required", "", check_words(row))
    for row in went:
        weaker = not any(other["context"] == row["context"] for other in new)
        yield SettingChange(who, f"{check_words(row)} is no longer required", check_words(row), "", weaker)


def check_words(row: Document) -> str:
    """``the check "ci / test" by github-actions``."""
    by = f" by {row['app']}" if row.get("app") else ""
    return f"the check \"{row['context']}\"{by}"


def _covered(who: str, before: Ruleset, after: Ruleset) -> Iterator[SettingChange]:
    """Patterns that come and go."""
    tag = " tags" if after.target == "tag" else ""
    for old, new, does, out in (
        (before.include, after.include, "covers", False),
        (before.exclude, after.exclude, "leaves out", True),
    ):
        came, went = apart(old, new)
        for word in map(ref_words, came):
            yield SettingChange(who, f"{does}{tag} {word}", "", word, out)
        for word in map(ref_words, went):
            yield SettingChange(who, f"no longer {does}{tag} {word}", word, "", not out)


def ref_words(pattern: str) -> str:
    """A pattern as a person says it."""
    known = {"~ALL": "every branch", "~DEFAULT_BRANCH": "the default branch"}
    return known.get(pattern, pattern.removeprefix("refs/heads/").removeprefix("refs/tags/"))


def actor_words(actor: Actor) -> str:
    """``team:release by pull request``."""
    how = {"pull_request": " by pull request", "exempt": " without a trace"}
    return actor.name + how.get(actor.mode, "")


def _passing(
    who: str, old: tuple[Actor, ...] | Unknown, new: tuple[Actor, ...] | Unknown
) -> Iterator[SettingChange]:
    """Who may bypass now, and who no longer."""
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return
    came, went = apart(old, new)
    for word in map(actor_words, came):
        yield SettingChange(who, f"{word} may bypass", "", word, True)
    for word in map(actor_words, went):
        yield SettingChange(who, f"{word} may no longer bypass", word, "")


def _said(value: Json) -> str:
    """A value in a table."""
    if value is None or isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
