"""Whether a template can be read, and whether git could take the names that it makes."""

from __future__ import annotations

from gitflowguard.model.names import is_object_id, listed
from gitflowguard.model.template import SLOTS, Template
from gitflowguard.policy.errors import shown, visible
from gitflowguard.policy.suggest import did_you_mean

_SAMPLES = {"slug": "x", "ticket": "ABC-1", "version": "1.0", "number": "1", "any": "x"}
_FORBIDDEN = frozenset(" ~^:?[\\")  # git-check-ref-format(1)
_PATTERN = frozenset("^$()|[]+?\\")  # a regular expression, or the beginning of one


def wrong_name(text: str) -> str:
    """What is wrong with a template of branch names, ``""`` if nothing is."""
    return wrong_braces(text, SLOTS) or wrong_ref(sample(text), text)


def wrong_ticket(text: str) -> str:
    """What is wrong with the form of a ticket."""
    says = wrong_braces(text, ("number", "slug")) or wrong_ref(sample(text), text)
    if not says and "{" not in text:
        return f"{shown(text)} would be the only ticket there is; write a template such as PROJ-{{number}}"
    return says


def wrong_tag(text: str) -> str:
    """What is wrong with a template of tags. Versions are read from tags by what stands before them."""
    says = wrong_braces(text, ("version",))
    if says:
        return says
    if text.count("{version}") != 1 or not text.endswith("{version}"):
        return f"a tag's template ends with {{version}}, such as v{{version}}; {shown(text)} does not"
    return wrong_ref(sample(text), text)


def sample(text: str) -> str:
    """A name that the template allows."""
    for slot, value in _SAMPLES.items():
        text = text.replace("{" + slot + "}", value)
    return text.replace("**", "x").replace("*", "x")


def wrong_braces(text: str, slots: tuple[str, ...]) -> str:
    """A brace without its twin, or a slot that does not exist."""
    opened = -1
    for index, letter in enumerate(text):
        if letter == "{" and opened < 0:
            opened = index
        elif letter == "}" and opened >= 0:
            name, opened = text[opened + 1 : index], -1
            if name not in slots:
                known = listed(tuple("{" + slot + "}" for slot in slots))
                said = did_you_mean(name, slots, f"; it can be {known}")
                return f"{shown('{' + name + '}')} isn't a placeholder{said}"
        elif letter in "{}":
            return f"a brace in {shown(text)} isn't matched; a placeholder is written {{slug}}"
    return f"a brace in {shown(text)} isn't matched; a placeholder is written {{slug}}" if opened >= 0 else ""


def wrong_ref(name: str, text: str) -> str:
    """Why git doesn't allow the name, or why nobody should want it; text is what the user wrote."""
    odd = sorted({letter for letter in name if letter in _PATTERN})
    if odd:
        return f"{shown(text)} holds {odd[0]}; a name is a template such as feature/{{slug}}, not a pattern"
    odd = sorted({letter for letter in name if letter in _FORBIDDEN or not letter.isprintable()})
    if odd:
        return f"git doesn't allow {shown(odd[0])} in a name, as in {shown(text)}"
    reason = _wrong_shape(name)
    return f"git doesn't allow {shown(text)}: {reason}" if reason else ""


def _wrong_shape(name: str) -> str:
    """git-check-ref-format(1) and git-branch(1), save single letters."""
    parts = name.split("/")
    shapes = (
        (not name, "it is empty"),
        (name.startswith("-"), "it starts with - like an option"),
        ("" in parts, "it starts or ends with / or holds //"),
        (any(part.startswith(".") for part in parts), "a part starts with a dot"),
        (name.endswith("."), "it ends with a dot"),
        (any(part.endswith(".lock") for part in parts), "a part ends with .lock"),
        (".." in name, "it holds .."),
        (name == "@", "it is short for HEAD"),
        (name == "HEAD" or name.startswith("refs/"), "HEAD and refs/… are names of git's own"),
        (is_object_id(name), "it looks like a commit's id"),
    )
    return next((says for wrong, says in shapes if wrong), "")


def overlap(one: Template, other: Template) -> str:
    """Why the two cannot both be names in one repository, ``""`` if they can."""
    if one.text == other.text:
        return f"both are named {shown(one.text)}"
    for short, long in ((one, other), (other, one)):
        if short.literal and long.prefix.startswith(short.text + "/"):
            return f"git cannot hold {visible(short.text)} and {visible(long.label)} together"
    return ""
