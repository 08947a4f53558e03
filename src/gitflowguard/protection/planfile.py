"""A plan as JSON, and back. Read strictly: what is sent to GitHub from a file must be just what was written into it.

A plan holds names only, never a token: nothing of where it was made, or by whom.
"""

from __future__ import annotations

from json import dumps, loads
from typing import TypeVar

from gitflowguard.model.finding import Unknown
from gitflowguard.model.jsonvalue import Document, Json
from gitflowguard.model.protection import (
    ACTORS,
    MODES,
    NAMELESS,
    Actor,
    Classic,
    Clause,
    Ruleset,
)
from gitflowguard.model.protection import SETTINGS as KEYS
from gitflowguard.protection.canon import classic_document, document
from gitflowguard.protection.nouns.plan import (
    ACTIONS,
    CREATE,
    DELETE,
    PROTECT,
    SETTINGS,
    UNPROTECT,
    UPDATE,
    PlanStep,
    ProtectionPlan,
    SettingChange,
)

T = TypeVar("T")

VERSION = 1
FORMAT = "gitflowguard plan"


class PlanError(Exception):
    """The text isn't a plan that this version wrote; the message says where it is wrong."""


def written(plan: ProtectionPlan) -> str:
    """The plan as JSON text."""
    data: Document = {
        "format": FORMAT,
        "version": VERSION,
        "repository": plan.repository,
        "fingerprint": plan.fingerprint,
        "level": plan.level,
        "steps": [step_document(step) for step in plan.steps],
        "notes": list(plan.notes),
        "unknown": [unknown.reason for unknown in plan.unknown],
    }
    return dumps(data, indent=2, ensure_ascii=True) + "\n"


def step_document(step: PlanStep) -> Document:
    """One step as a document."""
    return {
        "action": step.action,
        "subject": step.subject,
        "id": step.id,
        "changes": [change._asdict() for change in step.changes],
        "ruleset": step.ruleset and document(step.ruleset),
        "classic": step.classic
        and {
            "branch": step.classic.branch,
            "document": step.classic.document,
            "signatures": step.classic.signatures,
        },
        "settings": dict(step.settings),
        "before": step.before,
        "after": step.after,
        "note": step.note,
    }


def read_plan(text: str) -> ProtectionPlan:
    """The plan that the text holds; PlanError with one sentence if it holds none."""
    try:
        data = loads(text)
    except (ValueError, RecursionError):
        raise PlanError("this isn't a plan: it isn't valid JSON; make one with `protect plan -o`") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise PlanError("this isn't a plan of gitflowguard; make one with `protect plan -o`")
    if data.get("version") != VERSION:
        raise PlanError("the plan is from another version of gitflowguard; plan again")
    keys = ("format", "version", "repository", "fingerprint", "level", "steps", "notes", "unknown")
    _only(data, keys, "the plan")
    plan = ProtectionPlan(
        repository=_text(data, "repository", "the plan"),
        fingerprint=_text(data, "fingerprint", "the plan"),
        level=_one_of(data, "level", ("", "rulesets", "classic"), "the plan"),
        steps=tuple(
            _step(one, f"step {index}") for index, one in enumerate(_list(data, "steps", "the plan"), 1)
        ),
        notes=_texts(data, "notes", "the plan"),
        unknown=tuple(Unknown(reason) for reason in _texts(data, "unknown", "the plan")),
    )
    if len(plan.fingerprint) != 64 or plan.repository.count("/") > 1:
        raise _wrong("the plan", "fingerprint or repository")
    return plan


def _step(data: Json, where: str) -> PlanStep:
    """One step, whose documents have to go with its action."""
    _only(data, PlanStep._fields, where)
    step = PlanStep(
        action=_one_of(data, "action", ACTIONS, where),
        subject=_text(data, "subject", where),
        changes=tuple(_change(one, where) for one in _list(data, "changes", where)),
        id=_typed(data, "id", int, where),
        ruleset=None if data["ruleset"] is None else ruleset_from(data["ruleset"], where),
        classic=None if data["classic"] is None else classic_from(data["classic"], where),
        settings=_settings(_typed(data, "settings", dict, where), where),
        before=_typed(data, "before", dict, where),
        after=_typed(data, "after", dict, where),
        note=_text(data, "note", where),
    )
    whole = {
        CREATE: step.ruleset is not None and not step.id and step.after == document(step.ruleset),
        UPDATE: step.ruleset is not None and step.id > 0 and step.after == document(step.ruleset),
        DELETE: step.ruleset is None and step.id > 0,
        SETTINGS: bool(step.settings) and step.after == dict(step.settings),
        PROTECT: step.classic is not None and step.after == classic_document(step.classic),
        UNPROTECT: step.classic is None and not step.after,
    }
    if not whole[step.action]:
        raise PlanError(f"{where}: the action {step.action} does not go with what the step holds; plan again")
    if step.action == UPDATE and step.ruleset is not None:
        return step._replace(ruleset=step.ruleset._replace(id=step.id))
    return step


def _change(data: Json, where: str) -> SettingChange:
    _only(data, SettingChange._fields, where)
    about, says, before, after = (_text(data, key, where) for key in ("about", "says", "before", "after"))
    return SettingChange(about, says, before, after, _typed(data, "weaker", bool, where))


def ruleset_from(data: Json, where: str) -> Ruleset:
    """A ruleset from its document. What is hidden stays so."""
    if isinstance(data, dict):
        data = {"properties": [], **data}
    keys = ("name", "target", "enforcement", "include", "exclude", "bypass", "clauses", "properties")
    _only(data, keys, where)
    bypass: tuple[Actor, ...] | Unknown = Unknown("who may bypass is not shown to this token")
    if data["bypass"] is not None:
        bypass = tuple(_actor(one, where) for one in _list(data, "bypass", where))
    return Ruleset(
        name=_text(data, "name", where),
        target=_one_of(data, "target", ("branch", "tag"), where),
        include=_texts(data, "include", where),
        exclude=_texts(data, "exclude", where),
        clauses=tuple(_clause(one, where) for one in _list(data, "clauses", where)),
        bypass=bypass,
        enforcement=_one_of(data, "enforcement", ("active", "disabled", "evaluate"), where),
        properties=tuple(_property(one, where) for one in _list(data, "properties", where)),
    )


def _property(data: Json, where: str) -> tuple[str, str]:
    if not isinstance(data, list) or len(data) != 2 or not all(isinstance(one, str) for one in data):
        raise _wrong(where, "properties")
    return data[0], data[1]


def _actor(data: Json, where: str) -> Actor:
    _only(data, ("actor", "mode"), where)
    actor = Actor(_text(data, "actor", where), _one_of(data, "mode", MODES, where))
    kind, colon, name = actor.name.partition(":")
    if actor.name not in NAMELESS and not (kind in ACTORS and colon and name):
        raise _wrong(where, "actor")
    return actor


def _clause(data: Json, where: str) -> Clause:
    if isinstance(data, dict) and "parameters" not in data:
        data = {**data, "parameters": {}}
    _only(data, ("type", "parameters"), where)
    return Clause(_text(data, "type", where), _typed(data, "parameters", dict, where))


def classic_from(data: Json, where: str) -> Classic:
    _only(data, ("branch", "document", "signatures"), where)
    document_: Document = _typed(data, "document", dict, where)
    return Classic(_text(data, "branch", where), document_, _typed(data, "signatures", bool, where))


def _settings(data: Document, where: str) -> tuple[tuple[str, bool | str], ...]:
    for key, value in data.items():
        if key not in KEYS or not isinstance(value, str if key == "default_branch" else bool):
            raise _wrong(where, "settings")
    return tuple(data.items())


def _only(data: Json, keys: tuple[str, ...], where: str) -> None:
    """Whether it is a mapping with just these keys."""
    if not isinstance(data, dict) or set(data) != set(keys):
        raise PlanError(f"{where} does not hold just the keys that a plan has; plan again")


def _typed(data: Document, key: str, wanted: type[T], where: str) -> T:
    """A value of exactly this type: JSON's true isn't a number."""
    value = data[key]
    if isinstance(value, wanted) and type(value) is wanted:
        return value
    raise _wrong(where, key)


def _text(data: Document, key: str, where: str) -> str:
    return _typed(data, key, str, where)


def _list(data: Document, key: str, where: str) -> list[Json]:
    return _typed(data, key, list, where)


def _texts(data: Document, key: str, where: str) -> tuple[str, ...]:
    found = _list(data, key, where)
    if not all(isinstance(one, str) for one in found):
        raise _wrong(where, key)
    return tuple(found)


def _one_of(data: Document, key: str, choices: tuple[str, ...], where: str) -> str:
    word = _text(data, key, where)
    if word not in choices:
        raise _wrong(where, key)
    return word


def _wrong(where: str, key: str) -> PlanError:
    return PlanError(f"{where}: {key} is not what a plan has there; plan again")
