"""Document to Form; where that fails, every reason with its path.

msgspec is quick and stops at the first mistake, so `jsonschema` looks only at what
msgspec refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from gitflowguard.model.names import listed
from gitflowguard.policy.document import Document, Path, PolicyFault, dotted, under
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form, KindForm, schema
from gitflowguard.policy.limits import MAX_PROBLEMS
from gitflowguard.policy.suggest import did_you_mean

_JSON_NAMES = {
    "string": "text",
    "array": "a list",
    "object": "a mapping (keys and values)",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def typed(document: Document) -> tuple[Form | None, tuple[PolicyFault, ...]]:
    """The form, and every fault that was found on the way.

    With faults, the form is of what remains without them, so that its meaning can
    be checked too; None where nothing sensible remains.
    """
    if not document.faults:
        try:
            form = msgspec.convert(document.data, Form)
        except (msgspec.ValidationError, UnicodeError):
            pass  # a lone surrogate, as in "\\ud800", isn't a letter
        else:
            if not _true_somewhere(form):
                return form, ()
    known = tuple(fault.path for fault in document.faults)
    found = [f for f in _faults(document.data) if f.on_key or not any(under(f.path, path) for path in known)]
    faults = (*document.faults, *found)
    rest = document.data
    for fault in faults:
        rest = _pruned(rest, fault.path)
    try:
        return msgspec.convert(rest, Form), faults
    except (msgspec.ValidationError, UnicodeError) as problem:
        return None, faults or (PolicyFault((), str(problem)),)


def _true_somewhere(form: Form) -> bool:
    """Whether a kind or a tag is just ``true``, which the types cannot forbid and which says nothing."""
    kinds = form.kinds.values()
    return any(kind is True or (isinstance(kind, KindForm) and kind.tag is True) for kind in kinds)


def _faults(data: dict[str, Any]) -> list[PolicyFault]:
    """All that the schema has against the data."""
    errors = _validator().iter_errors(data)
    return list(islice((fault for error in errors for fault in _explain(error)), MAX_PROBLEMS))


@lru_cache(maxsize=1)  # making the schema takes 35 ms, and it is always the same
def _validator() -> Any:
    """What knows the schema."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema())


def _explain(error: Any) -> Iterator[PolicyFault]:
    """One schema error in a person's words."""
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(path, error)
    elif error.validator == "anyOf":
        inner = [one for one in error.context if not _is_type_error(one, error)]
        if inner:
            for one in inner:
                yield from _explain(one)
        else:
            yield PolicyFault(path, _wrong_type(path, error.instance, _types(error.validator_value)))
    elif error.validator == "type":
        yield PolicyFault(path, _wrong_type(path, error.instance, (error.validator_value,)))
    elif error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        yield PolicyFault(path, f"{dotted(path)} is a mapping without {missing}, which it needs")
    elif error.validator == "enum":
        yield PolicyFault(path, _wrong_choice(path, error.instance, error.validator_value))
    else:
        yield PolicyFault(path, _wrong_size(path, error))


def _is_type_error(inner: Any, outer: Any) -> bool:
    """Whether a branch of an anyOf fails only because it is meant for another type."""
    words = inner.validator == "enum" and isinstance(
        inner.instance, dict
    )  # a mapping is meant for another branch
    other = words or inner.validator in ("type", "const")
    return len(inner.path) == 0 and other and inner.instance is outer.instance


def _types(branches: list[dict[str, Any]]) -> tuple[str, ...]:
    """The JSON types that an anyOf would take; a reference is always to a mapping."""
    return tuple("false" if "const" in one else str(one.get("type", "object")) for one in branches)


def _unknown_keys(path: Path, error: Any) -> Iterator[PolicyFault]:
    """Each key that the schema does not have."""
    known = tuple(error.schema["properties"])
    where = f" in {dotted(path)}" if path else ""
    for key in error.instance:
        if key not in known:
            otherwise = f"; the keys are {listed(known, 'and')}"
            says = f"unknown key {shown(key)}{where}{did_you_mean(key, known, otherwise)}"
            yield PolicyFault((*path, key), says, on_key=True)


def _wrong_type(path: Path, value: Any, wanted: tuple[str, ...]) -> str:
    """``stale-days must be a whole number, not "soon"``."""
    words = listed(tuple(_JSON_NAMES.get(name, name) for name in wanted))
    says = f"{dotted(path) or 'a policy'} must be {words}, not {_named(value)}"
    if "string" in wanted and (isinstance(value, (int, dict)) or value is None):
        return f"{says}; put text in quotes"
    return says


def _named(value: Any) -> str:
    """A value, or what kind of thing it is where it is large."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return shown(value)


def _wrong_choice(path: Path, value: Any, choices: list[str]) -> str:
    """``rules.x must be error, warning or ignore, not "eror"; did you mean "error"?``."""
    word = value if isinstance(value, str) else _named(value)
    return (
        f"{dotted(path)} must be {listed(tuple(choices))}, not {_named(value)}{did_you_mean(word, choices)}"
    )


def _wrong_size(path: Path, error: Any) -> str:
    """Too small, too large, too short."""
    limit = error.validator_value
    bounds = {
        "minimum": f"must be at least {limit}, not {error.instance}",
        "maximum": f"must be at most {limit}, not {error.instance}",
        "minLength": "must not be empty",
        "minItems": "must not be an empty list",
    }
    return f"{dotted(path)} {bounds.get(error.validator, 'is not allowed here')}"


def _pruned(data: Any, path: Path) -> Any:
    """The data without the value at the path.

    A list goes as a whole, lest the places of its other items shift; a kind stays
    as an empty one, lest others that name it look wrong.
    """
    if not path or not isinstance(data, dict) or path[0] not in data:
        return data
    key = path[0]
    if len(path) == 1 or isinstance(data[key], list):
        return {name: value for name, value in data.items() if name != key}
    inner: Any = _pruned(data[key], path[1:])
    if key == "kinds" and len(path) == 2:
        inner = {**data[key], path[1]: {}}
    return {**data, key: inner}
