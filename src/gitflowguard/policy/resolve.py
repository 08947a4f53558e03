"""Form over preset: the flow that the file means, where each value is from, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from msgspec import UNSET

from gitflowguard.model.finding import ERROR
from gitflowguard.model.flow import DEVELOP, MAIN, Flow, Kind, Message
from gitflowguard.model.names import listed
from gitflowguard.model.record import Record
from gitflowguard.model.template import Template
from gitflowguard.policy import presets, templates
from gitflowguard.policy.document import Document, Fault, Path
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form, KindForm
from gitflowguard.policy.suggest import did_you_mean, near

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


class Resolved(Record):
    """What a form means. flow is only to be used where there are no faults."""

    flow: Flow
    faults: tuple[Fault, ...]


def resolve(form: Form, document: Document, rules: Mapping[str, str]) -> Resolved:
    """Lays the form over its preset. rules: every rule's name and code -> its name."""
    faults: list[Fault] = []
    kinds = _kinds(form, document, faults)
    _check_kinds(kinds, document, faults)
    prefix = _tag_prefix(form, faults)
    kinds = {kind.id: _tagged(kind, form, prefix) for kind in kinds.values()}
    severities = _severities(form.rules, ("rules",), rules, faults)
    exceptions = _exceptions(form, kinds, severities, rules, faults)
    for name, severity in presets.severities_of(form.preset):
        severities.setdefault(name, severity)
    message = Message(form.message.style, form.message.ticket, form.message.max_subject)
    if message != Message():
        # Who says how a message must be wants to hear when it is not.
        severities.setdefault("malformed-message", ERROR)
    _check_words(form, faults)
    flow = Flow(
        presets.ordered(kinds.values()),
        tuple(sorted(severities.items())),
        exceptions,
        message,
        Template(form.ticket),
        form.versions,
        prefix,
        form.stale_days,
        form.remote,
        form.preset,
    )
    return Resolved(flow, tuple(faults))


def _kinds(form: Form, document: Document, faults: list[Fault]) -> dict[str, Kind]:
    """Every kind that the team has, preset's first, then its own in the order of the file."""
    base = {kind.id: kind for kind in presets.kinds_of(form.preset)}
    dropped = [name for name, own in form.kinds.items() if not isinstance(own, KindForm)]
    for name in dropped:
        faults.extend(_wrong_drop(name, base))
    known = [name for name in (*base, *(x for x in form.kinds if x not in base)) if name not in dropped]
    home = DEVELOP if DEVELOP in known else MAIN
    out: dict[str, Kind] = {}
    for name in known:
        preset = base.get(name)
        own = form.kinds.get(name)
        start = presets.without(preset, dropped) if preset else Kind(name, (), (home,), (home,))
        out[name] = _overlaid(start, own) if isinstance(own, KindForm) else start
        if isinstance(own, KindForm):
            faults.extend(_wrong_form(name, own, preset is None))
            faults.extend(_wrong_references(out[name], own, known, form, document))
    return out


def _wrong_drop(name: str, base: Mapping[str, Kind]) -> list[Fault]:
    """A kind that cannot be done without, or that nobody has."""
    path = ("kinds", name)
    if name == MAIN:
        return [
            Fault(
                path, "main cannot be left out: it is where releases live; name it, as in main: {name: trunk}"
            )
        ]
    if name not in base:
        return [Fault(path, f"there is no kind {shown(name)} to do without{did_you_mean(name, base)}", True)]
    return []


def _overlaid(kind: Kind, own: KindForm) -> Kind:
    """The kind with all that the file says of it."""
    names = own.names if isinstance(own.names, list) else [own.name] if isinstance(own.name, str) else []
    parents = kind.parents if own.parent is UNSET else _many(own.parent)
    targets = kind.targets if own.targets is UNSET else _many(own.targets)
    if not kind.names and own.targets is UNSET:
        targets = parents
    return kind._replace(
        names=tuple(Template(name) for name in names) or kind.names,
        parents=parents,
        targets=targets,
        protected=own.protected if isinstance(own.protected, bool) else kind.protected,
        parallel=own.parallel if isinstance(own.parallel, bool) else kind.parallel,
    )


def _many(words: object) -> tuple[str, ...]:
    """One word or a list of words, each once."""
    return (
        (words,) if isinstance(words, str) else tuple(dict.fromkeys(words)) if isinstance(words, list) else ()
    )


def _wrong_form(name: str, own: KindForm, is_new: bool) -> list[Fault]:
    """What is wrong with one kind, looked at alone."""
    path: Path = ("kinds", name)
    found: list[Fault] = []
    if not name or not all(letter in _LETTERS for letter in name):
        found.append(
            Fault(path, f"a kind is called by a lower-case word such as bugfix, not {shown(name)}", True)
        )
    if own.name is not UNSET and own.names is not UNSET:
        found.append(Fault((*path, "names"), f"kinds.{name} has both name and names; keep one", True))
    if is_new and own.name is UNSET and own.names is UNSET:
        says = f"kinds.{name} is a kind of your own and needs a name, such as name: {shown(name + '/{slug}')}"
        found.append(Fault(path, says, True))
    for where, text in _written_names(path, own):
        says = templates.wrong_name(text)
        if says:
            found.append(Fault(where, f"kinds.{name}: {says}"))
    if isinstance(own.tag, str) and templates.wrong_tag(own.tag):
        found.append(Fault((*path, "tag"), f"kinds.{name}: {templates.wrong_tag(own.tag)}"))
    return found


def _written_names(path: Path, own: KindForm) -> list[tuple[Path, str]]:
    """Each template of a kind, with its place."""
    found: list[tuple[Path, str]] = []
    if isinstance(own.name, str):
        found.append(((*path, "name"), own.name))
    if isinstance(own.names, list):
        found.extend(((*path, "names", index), text) for index, text in enumerate(own.names))
    return found


def _wrong_references(
    kind: Kind, own: KindForm, known: list[str], form: Form, document: Document
) -> list[Fault]:
    """Kinds that a kind names and that the team does not have."""
    found: list[Fault] = []
    for field, words in (("parent", own.parent), ("targets", own.targets)):
        for index, word in enumerate(() if words is UNSET else _many(words)):
            if word in known:
                continue
            path: Path = ("kinds", kind.id, field)
            place = (*path, index) if isinstance(words, list) else path
            found.append(Fault(place, _stranger(word, f"kinds.{kind.id}.{field}", known, form, document)))
    return found


def _stranger(word: str, where: str, known: list[str], form: Form, document: Document) -> str:
    """Why the word is no kind of the team's."""
    if word in form.kinds:
        line = document.line("kinds", word)
        return f"{where} names {shown(word)}, but line {line} says that the team does without it"
    named = {own.name: kind for kind, own in form.kinds.items() if isinstance(own, KindForm)}
    meant = str(named.get(word, "")) or near(word, known)
    hint = f'did you mean "{meant}"?' if meant else f"the kinds are {listed(tuple(known), 'and')}"
    return f"{where} names {shown(word)}, which is no kind of branch; {hint}"


def _check_kinds(kinds: Mapping[str, Kind], document: Document, faults: list[Fault]) -> None:
    """What is wrong with the kinds when they are looked at together."""
    for name in (MAIN, DEVELOP):
        kind = kinds.get(name)
        if kind is not None and not kind.fixed:
            says = f"kinds.{name} is one branch, so it needs one plain name, such as name: {name}"
            faults.append(Fault(_names_path(name, document), says))
    every = [(kind, index, text) for kind in kinds.values() for index, text in enumerate(kind.names)]
    for (first, _, one), (second, index, other) in combinations(every, 2):
        says = templates.overlap(one, other)
        if says:
            later = second if document.line("kinds", second.id) >= document.line("kinds", first.id) else first
            place = _names_path(later.id, document)
            faults.append(Fault(place, f"kinds.{first.id} and kinds.{second.id}: {says}"))


def _names_path(kind: str, document: Document) -> Path:
    """Where the kind's name is written."""
    path = ("kinds", kind, "names")
    return path if document.line(*path) else ("kinds", kind, "name")


def _tag_prefix(form: Form, faults: list[Fault]) -> str:
    """What stands before the version in every tag: as written, else as in the first tag template, release's first."""
    order = sorted(form.kinds, key=lambda name: (name != "release", name != "hotfix"))
    written: list[tuple[Path, str]] = []
    for name in order:
        own = form.kinds[name]
        if isinstance(own, KindForm) and isinstance(own.tag, str) and not templates.wrong_tag(own.tag):
            written.append((("kinds", name, "tag"), own.tag.removesuffix("{version}")))
    if isinstance(form.tag_prefix, str):
        prefix = form.tag_prefix
        says = templates.wrong_tag(prefix + "{version}")
        if says:
            faults.append(Fault(("tag-prefix",), f"tag-prefix: {says}"))
    else:
        prefix = written[0][1] if written else ""
    for path, own_prefix in written:
        if own_prefix != prefix:
            says = (
                f"{'.'.join(map(str, path))} starts with {shown(own_prefix)}, other tags with {shown(prefix)}"
            )
            faults.append(Fault(path, f"{says}; all tags share one prefix"))
    return prefix


def _tagged(kind: Kind, form: Form, prefix: str) -> Kind:
    """The kind with its tag: as written, else the preset's under the team's prefix."""
    own = form.kinds.get(kind.id)
    if isinstance(own, KindForm) and own.tag is not UNSET:
        return kind._replace(tag=Template(own.tag) if isinstance(own.tag, str) else None)
    return kind._replace(tag=Template(prefix + "{version}")) if kind.tag else kind


def _severities(
    words: Mapping[str, str], path: Path, rules: Mapping[str, str], faults: list[Fault]
) -> dict[str, str]:
    """Rule name -> severity, whatever the file calls the rule."""
    out: dict[str, str] = {}
    for word, severity in words.items():
        name = rules.get(word, "")
        if not name:
            says = f"there is no rule {shown(word)}{did_you_mean(word, rules, '; `gitflowguard rules` lists them')}"
            faults.append(Fault((*path, word), says, True))
        elif name in out:
            says = f"{shown(word)} is the rule {name}, which stands here already; keep one"
            faults.append(Fault((*path, word), says, True))
        else:
            out[name] = severity
    return out


def _exceptions(
    form: Form,
    kinds: Mapping[str, Kind],
    general: Mapping[str, str],
    rules: Mapping[str, str],
    faults: list[Fault],
) -> tuple[tuple[str, str, str], ...]:
    """(kind, rule, severity): the preset's, save for rules that the file sets for all kinds, then the file's."""
    out = {
        (kind, rule): severity
        for kind, rule, severity in presets.exceptions_of(form.preset)
        if kind in kinds and rule not in general
    }
    for name, own in form.kinds.items():
        if isinstance(own, KindForm) and isinstance(own.rules, dict):
            found = _severities(own.rules, ("kinds", name, "rules"), rules, faults)
            out.update({(name, rule): severity for rule, severity in found.items()})
    return tuple((kind, rule, severity) for (kind, rule), severity in sorted(out.items()))


def _check_words(form: Form, faults: list[Fault]) -> None:
    """The single words beside kinds and rules."""
    if form.ticket:
        says = templates.wrong_ticket(form.ticket)
        if says:
            faults.append(Fault(("ticket",), f"ticket: {says}"))
    says = templates.wrong_ref(form.remote, form.remote)
    if says or "*" in form.remote:
        faults.append(Fault(("remote",), f"remote: {says or 'a remote has a plain name, such as origin'}"))
