"""One plain word or quoted text of YAML: what it is, or why nobody should write it so."""

from __future__ import annotations

from typing import Any

import yaml

from gitflowguard.policy.errors import shown, visible

_PREFIX = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False, "null": None, "~": None}
_RESOLVER: Any = yaml.resolver.Resolver()


def marked(event: Any) -> str:
    """What is wrong with an anchor or a tag before a value."""
    if event.anchor is not None:
        return f"remove the anchor {shown('&' + event.anchor)}; a policy names nothing inside itself"
    if event.tag is not None:
        return f"remove the tag {shown(event.tag.replace(_PREFIX, '!!'))}; write the plain value"
    return ""


def scalar(event: yaml.ScalarEvent) -> tuple[str | int | bool | None, str]:
    """The value, and what is wrong with how it is written."""
    text: str = event.value
    says = marked(event)
    if says or not event.implicit[0]:
        return (None if says else text), says
    if not text:
        return None, "there is no value here; write one, or remove the line (null is written out)"
    if text in _WORDS:
        return _WORDS[text], ""
    if _plain_number(text):
        return int(text), ""
    return text, _misread(text)


def fraction(event: yaml.ScalarEvent) -> bool:
    """Whether it is a plain ``0.80`` or ``-1.5``, which every reader takes for the same number."""
    whole, dot, rest = event.value.removeprefix("-").partition(".")
    digits = whole + rest
    good = bool(dot and whole and rest) and digits.isascii() and digits.isdigit() and len(digits) <= 30
    return good and event.implicit[0] and not marked(event)


def _plain_number(text: str) -> bool:
    """``0``, ``90``, ``-1``: what every reader takes for the same number."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18 and (digits == "0" or digits[0] != "0")


def _misread(text: str) -> str:
    """What is wrong with a word that YAML 1.1 or 1.2 takes for something other than text."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)).removeprefix(_PREFIX)
    quoted = f"write {shown(text)} in quotes if it is text"
    if tag in ("bool", "null") or text.lower() in ("y", "n"):
        return f"{visible(text)} means different things to different readers; write true, false or null, or {quoted}"
    if tag == "timestamp":
        return f"{visible(text)} would be read as a date; {quoted}"
    if tag in ("int", "float", "value", "merge") or _number_like(text):
        return f"{visible(text)} would be read as another number or as a symbol; {quoted}"
    return ""


def _number_like(text: str) -> bool:
    """Whether YAML 1.2 or Python would take the word for a number (``1e5``, ``0o10``)."""
    if text[0] not in "+-.0123456789":
        return False
    for number in (float, _any_base):
        try:
            number(text)
        except ValueError:
            continue
        return True
    return False


def _any_base(text: str) -> int:
    """``0x10``, ``0o10``, ``0b1``."""
    return int(text, 0)
