"""What contradicts itself among the kinds of a policy file: alone, in what they name, and together."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from msgspec import UNSET

from gitflowguard.model.flow import DEVELOP, MAIN, ROBOT, Kind
from gitflowguard.model.names import listed
from gitflowguard.policy import templates
from gitflowguard.policy.document import Document, Path, PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form, KindForm
from gitflowguard.policy.suggest import did_you_mean, near

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def many(words: object) -> tuple[str, ...]:
    """One word or a list of words, each once."""
    return (
        (words,) if isinstance(words, str) else tuple(dict.fromkeys(words)) if isinstance(words, list) else ()
    )


def wrong_drop(name: str, base: Mapping[str, Kind]) -> list[PolicyFault]:
    """A kind that cannot be done without, or that nobody has."""
    path = ("kinds", name)
    if name == MAIN:
        return [
            PolicyFault(
                path, "main cannot be left out: it is where releases live; name it, as in main: {name: trunk}"
            )
        ]
    if name not in base:
        return [
            PolicyFault(path, f"there is no kind {shown(name)} to do without{did_you_mean(name, base)}", True)
        ]
    return []


def wrong_form(name: str, own: KindForm, is_new: bool) -> list[PolicyFault]:
    """What is wrong with one kind, looked at alone."""
    path: Path = ("kinds", name)
    found: list[PolicyFault] = []
    if not name or not all(letter in _LETTERS for letter in name):
        found.append(
            PolicyFault(
                path, f"a kind is called by a lower-case word such as bugfix, not {shown(name)}", True
            )
        )
    if own.name is not UNSET and own.names is not UNSET:
        found.append(PolicyFault((*path, "names"), f"kinds.{name} has both name and names; keep one", True))
    if is_new and own.name is UNSET and own.names is UNSET:
        says = f"kinds.{name} is a kind of your own and needs a name, such as name: {shown(name + '/{slug}')}"
        found.append(PolicyFault(path, says, True))
    if name != ROBOT and own.authors is not UNSET:
        says = f"kinds.{name}.authors: only the kind {ROBOT} has authors; people may bring any other branch"
        found.append(PolicyFault((*path, "authors"), says, True))
    for where, text in _written_names(path, own):
        says = templates.wrong_name(text)
        if says:
            found.append(PolicyFault(where, f"kinds.{name}: {says}"))
    if isinstance(own.tag, str) and templates.wrong_tag(own.tag):
        found.append(PolicyFault((*path, "tag"), f"kinds.{name}: {templates.wrong_tag(own.tag)}"))
    return found


def _written_names(path: Path, own: KindForm) -> list[tuple[Path, str]]:
    """Each template of a kind, with its place."""
    found: list[tuple[Path, str]] = []
    if isinstance(own.name, str):
        found.append(((*path, "name"), own.name))
    if isinstance(own.names, list):
        found.extend(((*path, "names", index), text) for index, text in enumerate(own.names))
    return found


def wrong_references(
    kind: Kind, own: KindForm, known: list[str], form: Form, document: Document
) -> list[PolicyFault]:
    """Kinds that a kind names and that the team does not have."""
    found: list[PolicyFault] = []
    for field, words in (("parent", own.parent), ("targets", own.targets)):
        for index, word in enumerate(() if words is UNSET else many(words)):
            if word in known:
                continue
            path: Path = ("kinds", kind.id, field)
            place = (*path, index) if isinstance(words, list) else path
            found.append(
                PolicyFault(place, _stranger(word, f"kinds.{kind.id}.{field}", known, form, document))
            )
    return found


def _stranger(word: str, where: str, known: list[str], form: Form, document: Document) -> str:
    """Why the word isn't one of the team's kinds."""
    if word in form.kinds:
        line = document.line("kinds", word)
        return f"{where} names {shown(word)}, but line {line} says that the team does without it"
    named = {own.name: kind for kind, own in form.kinds.items() if isinstance(own, KindForm)}
    meant = str(named.get(word, "")) or near(word, known)
    hint = f'did you mean "{meant}"?' if meant else f"the kinds are {listed(tuple(known), 'and')}"
    return f"{where} names {shown(word)}, which isn't a kind of branch; {hint}"


def check_together(kinds: Mapping[str, Kind], document: Document, faults: list[PolicyFault]) -> None:
    """What is wrong with the kinds when they are looked at together."""
    for name in (MAIN, DEVELOP):
        kind = kinds.get(name)
        if kind is not None and not kind.fixed:
            says = f"kinds.{name} is one branch, so it needs one plain name, such as name: {name}"
            faults.append(PolicyFault(_names_path(name, document), says))
    every = [(kind, text) for kind in kinds.values() for text in kind.names]
    written = {kind.id for kind in kinds.values() if document.line("kinds", kind.id)}
    for (first, one), (second, other) in combinations(every, 2):
        if not {first.id, second.id} & written:
            continue  # a preset's own names fit together
        says = templates.overlap(one, other)
        if says:
            later = second if document.line("kinds", second.id) >= document.line("kinds", first.id) else first
            place = _names_path(later.id, document)
            faults.append(PolicyFault(place, f"kinds.{first.id} and kinds.{second.id}: {says}"))


def _names_path(kind: str, document: Document) -> Path:
    """Where the kind's name is written."""
    path = ("kinds", kind, "names")
    return path if document.line(*path) else ("kinds", kind, "name")
