"""The section ``protection`` as the keys and values of a policy file: only what was said, the rest is the kinds'."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.protection import (
    METHODS,
    MODES,
    NAMES,
    TAGS,
    Actor,
    Guard,
    Protection,
    RequiredCheck,
)

Said = str | int | bool | tuple[str | dict[str, str | int], ...]
Row = tuple[tuple[str, ...], Said]

_TOP = ("protection",)
_PLACES = {NAMES: (*_TOP, "names"), TAGS: (*_TOP, "tags")}
_METHOD_KEYS = ("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge")
_OTHER_KEYS = {
    "default_branch": "default-branch",
    "delete_branch_on_merge": "delete-branch-on-merge",
    "allow_auto_merge": "auto-merge",
}


def guard_rows(protection: Protection) -> Iterator[Row]:
    """(path, value) of everything that the section says."""
    yield (*_TOP, "level"), protection.level
    for guard in protection.guards:
        place = _PLACES.get(guard.kind, (*_TOP, "kinds", guard.kind))
        plain = Guard(guard.kind)
        for key, value in guard._asdict().items():
            if key != "kind" and value != getattr(plain, key):
                yield (*place, key.replace("_", "-")), value_of(value)
    yield from _repository(dict(protection.settings))


def value_of(value: object) -> Said:
    """A value of a guard as the file has it."""
    if isinstance(value, tuple):
        return tuple(_item(one) for one in value)
    assert isinstance(value, (bool, int))  # a guard holds nothing else  # nosec B101
    return value


def _item(one: object) -> str | dict[str, str | int]:
    if isinstance(one, RequiredCheck):
        return {"name": one.context, "app": one.app} if one.app else one.context
    return actor_text(one) if isinstance(one, Actor) else str(one)


def actor_text(actor: Actor) -> str:
    """``team:release via pull-request``."""
    return actor.name if actor.mode == MODES[0] else f"{actor.name} via {actor.mode.replace('_', '-')}"


def _repository(settings: dict[str, bool | str]) -> Iterator[Row]:
    """The repository's settings under the file's names."""
    if any(key in settings for key in _METHOD_KEYS):
        on = tuple(method for key, method in zip(_METHOD_KEYS, METHODS) if settings.get(key))
        yield (*_TOP, "repository", "merge-methods"), on
    for key, word in _OTHER_KEYS.items():
        if key in settings:
            yield (*_TOP, "repository", word), settings[key]
