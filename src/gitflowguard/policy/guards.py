"""The section ``protection`` of a policy file, and what cannot be meant in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET

from gitflowguard.model.capability import BypassPlace, most_approvals, objection
from gitflowguard.model.flow import Kind
from gitflowguard.model.names import listed
from gitflowguard.model.protection import (
    ACTORS,
    METHODS,
    MODES,
    NAMELESS,
    NAMES,
    TAGS,
    Actor,
    Guard,
    Protection,
    RequiredCheck,
)
from gitflowguard.policy.document import Path, PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form
from gitflowguard.policy.guardform import CheckForm, GuardForm, RepositoryForm
from gitflowguard.policy.presets import CHECKS_RULE
from gitflowguard.policy.suggest import did_you_mean, near

VIA = " via "
_TOP = ("protection",)
_APP = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_WHO = ("bypass", "created_by", "deleted_by")
# Where each list of actors is sent, as far as a policy alone can tell.
_PLACES = {
    "bypass": BypassPlace("branch"),
    "created_by": BypassPlace("branch", ("creation",)),
    "deleted_by": BypassPlace("branch", ("deletion",)),
}
_TAG = BypassPlace("tag")
_ROLES = ("maintain", "write", "admin")  # GitHub's own that may ever be named
_KIN = {"group": "team", "bot": "app", "integration": "app", "person": "user", "member": "user"}


def guard_entries(form: Form) -> int:
    """How many words there are about protection."""
    own = form.protection
    lists = [getattr(guard, key) for guard in own.kinds.values() for key in (*_WHO, "checks")]
    lists += [own.names.bypass, own.tags.bypass, own.tags.created_by]
    return len(own.kinds) + sum(len(words) for words in lists if isinstance(words, list))


def asked_by(protection: Protection) -> tuple[str, ...]:
    """Rules that a section ``protection`` turns on: where GitHub waits for a check, silencing it is worth a warning."""
    return (CHECKS_RULE,) if protection != Protection() else ()


def protection_in(form: Form, kinds: Mapping[str, Kind], faults: list[PolicyFault]) -> Protection:
    """What the file says of protection, in the order of the kinds. Adds to the faults."""
    own = form.protection
    for name in own.kinds:
        if name not in kinds:
            faults.append(_stranger(name, kinds))
    guards = [_guard(kind, own.kinds[kind.id], faults) for kind in kinds.values() if kind.id in own.kinds]
    if own.level == "classic":
        faults += _too_many(guards)
    creating = _PLACES["created_by"]
    names = Guard(NAMES, bypass=_actors((*_TOP, "names", "bypass"), own.names.bypass, faults, creating))
    tags = Guard(
        TAGS,
        bypass=_actors((*_TOP, "tags", "bypass"), own.tags.bypass, faults, _TAG),
        created_by=_actors((*_TOP, "tags", "created-by"), own.tags.created_by, faults, _TAG),
    )
    guards += [guard for guard in (names, tags) if guard != Guard(guard.kind)]
    return Protection(own.level, tuple(guards), _settings(own.repository, kinds, faults))


def _stranger(name: str, kinds: Mapping[str, Kind]) -> PolicyFault:
    """A kind that the team does not have; often it is a branch's name that was meant."""
    named = {kind.fixed: kind.id for kind in kinds.values() if kind.fixed}
    meant = named.get(name, "") or near(name, kinds)
    hint = f'did you mean "{meant}"?' if meant else f"the kinds are {listed(tuple(kinds), 'and')}"
    says = f"protection.kinds names {shown(name)}, which isn't a kind of branch; {hint}"
    return PolicyFault((*_TOP, "kinds", name), says, True)


def _guard(kind: Kind, own: GuardForm, faults: list[PolicyFault]) -> Guard:
    """What is said of one kind."""
    path = (*_TOP, "kinds", kind.id)
    said: dict[str, Any] = {}
    for key in own.__struct_fields__:
        value = getattr(own, key)
        if value is UNSET:
            continue
        place = (*path, key.replace("_", "-"))
        if key in _WHO:
            value = _actors(place, value, faults, _PLACES[key])
        elif key == "checks":
            value = _checks(place, value, faults)
        elif key == "merge_methods":
            value = tuple(dict.fromkeys(value))
        said[key] = value
    if said.get("deleted_by") and kind.protected:
        says = f"protection.kinds.{kind.id}: such a branch is long-lived and never deleted, so deleted-by has no place"
        faults.append(PolicyFault((*path, "deleted-by"), says, True))
    if said.get("pull_request") is False:
        faults += _needless(path, kind, said)
    return Guard(kind.id, **said)


def _needless(path: Path, kind: Kind, said: Mapping[str, Any]) -> Iterator[PolicyFault]:
    """What only a pull request can have, where none is needed."""
    for key in ("approvals", "code_owners", "dismiss_stale", "last_push", "threads", "merge_methods"):
        if said.get(key):
            word = key.replace("_", "-")
            says = f"protection.kinds.{kind.id}: pull-request is false, and {word} is about pull requests; keep one"
            yield PolicyFault((*path, word), says, True)


def _too_many(guards: list[Guard]) -> Iterator[PolicyFault]:
    """More approvals than classic branch protection takes."""
    most, why = most_approvals("classic")
    for guard in guards:
        if (guard.approvals or 0) > most:
            says = f"protection.kinds.{guard.kind}: {guard.approvals} approvals with level: classic; {why}"
            yield PolicyFault((*_TOP, "kinds", guard.kind, "approvals"), says)


def _actors(path: Path, words: list[str], faults: list[PolicyFault], place: BypassPlace) -> tuple[Actor, ...]:
    """Each actor once, and only those that GitHub takes there on every server."""
    found: dict[str, Actor] = {}
    for index, word in enumerate(words):
        actor, says = _actor(word)
        if not says and actor.name in found and found[actor.name] != actor:
            says = f"{shown(actor.name)} appears here twice, in two ways; keep one"
        if not says and (why := objection(actor, place)):
            says = f"{shown(word)}: {why}"
        if says:
            faults.append(PolicyFault((*path, index), f"{'.'.join(map(str, path))}: {says}"))
        found[actor.name] = actor
    return tuple(found.values())


def _actor(text: str) -> tuple[Actor, str]:
    """The actor, and what is wrong with the words for it."""
    name, via, mode = text.partition(VIA)
    mode = mode.strip().replace("-", "_") if via else MODES[0]
    name = name.strip()
    actor = Actor(name, mode)
    if mode not in MODES:
        words = tuple(word.replace("_", "-") for word in MODES)
        return actor, f"{shown(text)} ends with an unknown mode{did_you_mean(mode, words, _ways(words))}"
    kind, colon, who = name.partition(":")
    if name in NAMELESS or (kind in ACTORS and who and _plain(who)):
        return actor, ""
    if kind in ACTORS and colon:
        return actor, f"{shown(name)} needs a plain name behind the colon, such as {kind}:{_EXAMPLES[kind]}"
    return actor, f"{shown(name)} isn't an actor that GitHub knows; {_meant(name, kind, who)}"


_EXAMPLES = {"team": "release", "app": "renovate", "role": "admin", "user": "ada"}


def _ways(words: tuple[str, ...]) -> str:
    return f"; it is {listed(words)}"


def _plain(name: str) -> bool:
    """Whether it may be the name of a team, an app, a role or a person."""
    return all(letter.isprintable() and letter not in ":/@" for letter in name)


def _meant(name: str, kind: str, who: str) -> str:
    """What such a word should have been."""
    if name.startswith("@"):
        owner, slash, team = name[1:].partition("/")
        return f'did you mean "{"team:" + team if slash else "user:" + owner}"?'
    if name in _ROLES:
        return f'did you mean "role:{name}"?'
    word = _KIN.get(kind.lower(), "") or near(kind, ACTORS if who else (*ACTORS, *NAMELESS))
    if word and (who or word in NAMELESS):
        return f'did you mean "{word}:{who}"?' if who else f'did you mean "{word}"?'
    some = tuple(f"{key}:{value}" for key, value in _EXAMPLES.items())
    return f"write {listed((*some, *NAMELESS))}"


def _checks(path: Path, rows: list[str | CheckForm], faults: list[PolicyFault]) -> tuple[RequiredCheck, ...]:
    """Each check once; a name may stand twice only for two apps."""
    found: dict[RequiredCheck, None] = {}
    for index, row in enumerate(rows):
        if isinstance(row, str):
            check = RequiredCheck(row)
        else:
            check = RequiredCheck(row.name, row.app if isinstance(row.app, str) else "")
        where = ".".join(map(str, path))
        if not check.context.isprintable() or check.context != check.context.strip():
            faults.append(
                PolicyFault(
                    (*path, index), f"{where}: {shown(check.context)} contains an invisible character"
                )
            )
        if check.app and not all(letter in _APP for letter in check.app):
            meant = "-".join(check.app.lower().split())
            hint = (
                f'did you mean "{meant}"?'
                if all(letter in _APP for letter in meant)
                else "such as github-actions"
            )
            says = (
                f"{where}: an app goes by the name in its address on GitHub, not {shown(check.app)}; {hint}"
            )
            faults.append(PolicyFault((*path, index, "app"), says))
        found[check] = None
    return tuple(found)


def _settings(
    own: RepositoryForm, kinds: Mapping[str, Kind], faults: list[PolicyFault]
) -> tuple[tuple[str, bool | str], ...]:
    """GitHub's keys and the team's values."""
    out: dict[str, bool | str] = {}
    if isinstance(own.default_branch, str):
        lines = tuple(kind.fixed for kind in kinds.values() if kind.protected and kind.fixed)
        if own.default_branch not in lines:
            says = f"protection.repository.default-branch must be {listed(lines)}, not {shown(own.default_branch)}"
            hint = did_you_mean(own.default_branch, lines)
            faults.append(PolicyFault((*_TOP, "repository", "default-branch"), says + hint))
        out["default_branch"] = own.default_branch
    if isinstance(own.merge_methods, list):
        keys = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")
        out.update((key, method in own.merge_methods) for key, method in zip(keys, METHODS))
    if isinstance(own.delete_branch_on_merge, bool):
        out["delete_branch_on_merge"] = own.delete_branch_on_merge
    if isinstance(own.auto_merge, bool):
        out["allow_auto_merge"] = own.auto_merge
    return tuple(sorted(out.items()))
