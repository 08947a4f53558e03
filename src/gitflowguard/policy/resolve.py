"""Form over preset: the flow that the file means, where each value is from, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET

from gitflowguard.model.check import Artefacts, Quality
from gitflowguard.model.finding import ERROR, WARNING
from gitflowguard.model.flow import DEVELOP, MAIN, Flow, Kind
from gitflowguard.model.ownrule import is_own
from gitflowguard.model.record import Record
from gitflowguard.model.template import Template
from gitflowguard.policy import guards, identity, presets, templates
from gitflowguard.policy.adoption import adoption_in
from gitflowguard.policy.document import Document, Path, PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form, KindForm
from gitflowguard.policy.guards import guard_entries, protection_in
from gitflowguard.policy.kinds import (
    check_together,
    many,
    wrong_drop,
    wrong_form,
    wrong_references,
)
from gitflowguard.policy.limits import MAX_ENTRIES, TOO_MANY
from gitflowguard.policy.messages import asked_by, message_in
from gitflowguard.policy.ownrules import own_entries, own_in
from gitflowguard.policy.modelsection import model_entries, model_in
from gitflowguard.policy.suggest import did_you_mean
from gitflowguard.policy.tools import tool_entries, tools_in
from gitflowguard.policy.training import training_entries, training_in


class Resolved(Record):
    """What a form means. flow is only to be used where there are no faults."""

    flow: Flow
    faults: tuple[PolicyFault, ...]


def resolve(form: Form, document: Document, rules: Mapping[str, str], tools: tuple[str, ...]) -> Resolved:
    """Lays the form over its preset. rules: every rule's name and code -> its name. tools: names of known tools."""
    for key, count in _counts(form):
        if count > MAX_ENTRIES:
            return Resolved(presets.preset_flow(form.preset), (PolicyFault((key,), TOO_MANY, True),))
    faults: list[PolicyFault] = []
    kinds = _kinds(form, document, faults)
    check_together(kinds, document, faults)
    prefix = _tag_prefix(form, faults)
    kinds = {kind.id: _tagged(kind, form, prefix) for kind in kinds.values()}
    own, weights = own_in(form, faults)
    named = {word: weight for word, weight in form.rules.items() if isinstance(weight, str)}
    rules = {**rules, **{one.name: one.name for one in own}}
    severities = _severities({**named, **weights}, ("rules",), rules, faults)
    exceptions = _exceptions(form, kinds, severities, rules, faults)
    for name, severity in presets.severities_of(form.preset):
        severities.setdefault(name, severity)
    message = message_in(form.message)
    who = identity.identity_in(form.identity)
    for rule in (*asked_by(message), *identity.asked_by(who)):
        # Who says how a message must be wants to hear when it is not.
        severities.setdefault(rule, ERROR)
    protection = protection_in(form, kinds, faults)
    for rule in guards.asked_by(protection):
        severities.setdefault(rule, WARNING)
    _check_words(form, faults)
    flow = Flow(
        kinds=presets.ordered(kinds.values()),
        severities=tuple(sorted(severities.items())),
        exceptions=exceptions,
        message=message,
        identity=who,
        ticket=Template(form.ticket),
        version_scheme=form.versions,
        tag_prefix=prefix,
        stale_days=form.stale_days,
        remote=form.remote,
        preset=form.preset,
        tools=tools_in(form, tools, faults),
        quality=_quality(form),
        merge_drivers=tuple(dict.fromkeys(form.merge_drivers)),
        protection=protection,
        names=form.names,
        adoption=adoption_in(form, faults),
        semantic=form.radar.semantic,
        missing=form.hooks.missing,
        left_out=tuple(dict.fromkeys(form.radar.exclude)),
        artefacts=_artefacts(form),
        training=training_in(form.training, faults),
        model=model_in(form, kinds, faults),
        own=own,
    )
    return Resolved(flow, tuple(faults))


def _quality(form: Form) -> Quality:
    """How the tools are run, each hook once."""
    own = form.quality
    stages = tuple(dict.fromkeys(own.stages))
    return Quality(
        stages=stages,
        new_only=own.new_only,
        suppressions=own.suppressions,
        seconds=own.seconds,
        megabytes=own.megabytes,
        file_kb=own.file_kb,
    )


def _artefacts(form: Form) -> Artefacts:
    """What the artefact rules allow."""
    own = form.artefacts
    return Artefacts(
        allow=tuple(dict.fromkeys(own.allow)),
        keep_output=own.keep_output,
        notebooks=own.notebooks,
        size_kb=own.size_kb,
        data_kb=own.data_kb,
        data=tuple(dict.fromkeys(own.data)),
        exclude=tuple(dict.fromkeys(own.exclude)),
        read_mb=own.read_mb,
    )


def _counts(form: Form) -> tuple[tuple[str, int], ...]:
    """Key -> how many values stand below it, for those keys that have a limit."""
    return (
        ("kinds", _entries(form)),
        ("tools", tool_entries(form)),
        ("merge-drivers", len(form.merge_drivers)),
        ("radar", len(form.radar.exclude)),
        ("artefacts", len(form.artefacts.allow) + len(form.artefacts.data) + len(form.artefacts.exclude)),
        ("protection", guard_entries(form)),
        ("identity", len(form.identity.emails)),
        ("training", training_entries(form.training)),
        ("model", model_entries(form)),
        ("rules", own_entries(form)),
    )


def _entries(form: Form) -> int:
    """How many names, references and severities there are; checking them takes their square."""
    own = [kind for kind in form.kinds.values() if isinstance(kind, KindForm)]
    lists = [words for kind in own for words in (kind.names, kind.parent, kind.targets, kind.rules)]
    return (
        len(form.kinds)
        + len(form.rules)
        + sum(len(words) for words in lists if isinstance(words, (list, dict)))
    )


def _kinds(form: Form, document: Document, faults: list[PolicyFault]) -> dict[str, Kind]:
    """Every kind that the team has, preset's first, then its own in the order of the file."""
    base = {kind.id: kind for kind in _base(form, faults)}
    dropped = [name for name, own in form.kinds.items() if not isinstance(own, KindForm)]
    for name in dropped:
        faults.extend(wrong_drop(name, base))
    own_names = [name for name in form.kinds if name not in base]
    # What a team says of a name goes before what a preset says of robots and GitHub.
    first = [name for name in base if name not in presets.YIELDING]
    rest = [name for name in base if name in presets.YIELDING]
    known = [name for name in (*first, *own_names, *rest) if name not in dropped]
    home = DEVELOP if DEVELOP in known else MAIN
    out: dict[str, Kind] = {}
    for name in known:
        preset = base.get(name)
        own = form.kinds.get(name)
        start = presets.without(preset, dropped) if preset else Kind(name, (), (home,), (home,))
        out[name] = _overlaid(start, own) if isinstance(own, KindForm) else start
        if isinstance(own, KindForm):
            faults.extend(wrong_form(name, own, preset is None))
            faults.extend(wrong_references(out[name], own, known, form, document))
    return _yielded(out, form)


def _base(form: Form, faults: list[PolicyFault]) -> tuple[Kind, ...]:
    """The preset's kinds, under the set of names that the file asks for."""
    if form.names != "preset" and form.preset == presets.AS_IS:
        says = (
            f"names: {form.names} has nothing to name under preset: {presets.AS_IS}, where any name is fine"
        )
        faults.append(PolicyFault(("names",), f"{says}; remove one of the two"))
        return presets.kinds_of(form.preset)
    return presets.kinds_of(form.preset, form.names)


def _yielded(kinds: dict[str, Kind], form: Form) -> dict[str, Kind]:
    """The kinds, where ready-made names of robots and of GitHub give way to names that the team uses itself."""
    if not form.kinds:
        return kinds
    taken = [name for kind in kinds.values() if kind.id not in presets.YIELDING for name in kind.names]
    taken += [
        name for key in presets.YIELDING if key in form.kinds and key in kinds for name in kinds[key].names
    ]
    out = dict(kinds)
    if any(name.text in ("**", "{any}") for name in taken):
        # A kind of the team's that takes everything took these, too, before the presets knew them.
        out = {key: kind for key, kind in out.items() if key not in presets.LATER or key in form.kinds}
    for key in presets.YIELDING:
        if key in out and key not in form.kinds:
            left = tuple(n for n in out[key].names if not any(templates.overlap(n, other) for other in taken))
            if left:
                out[key] = out[key]._replace(names=left)
            else:
                del out[key]
    return out


def _overlaid(kind: Kind, own: KindForm) -> Kind:
    """The kind with all that the file says of it."""
    names = own.names if isinstance(own.names, list) else [own.name] if isinstance(own.name, str) else []
    parents = kind.parents if own.parent is UNSET else many(own.parent)
    targets = kind.targets if own.targets is UNSET else many(own.targets)
    if not kind.names and own.targets is UNSET:
        targets = parents
    return kind._replace(
        names=tuple(Template(name) for name in names) or kind.names,
        parents=parents,
        targets=targets,
        protected=own.protected if isinstance(own.protected, bool) else kind.protected,
        parallel=own.parallel if isinstance(own.parallel, bool) else kind.parallel,
        quality=own.quality if isinstance(own.quality, str) else kind.quality,
        authors=tuple(own.authors) if isinstance(own.authors, list) else kind.authors,
    )


def _tag_prefix(form: Form, faults: list[PolicyFault]) -> str:
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
            faults.append(PolicyFault(("tag-prefix",), f"tag-prefix: {says}"))
    else:
        prefix = written[0][1] if written else ""
    for path, own_prefix in written:
        if own_prefix != prefix:
            says = (
                f"{'.'.join(map(str, path))} starts with {shown(own_prefix)}, other tags with {shown(prefix)}"
            )
            faults.append(PolicyFault(path, f"{says}; all tags share one prefix"))
    return prefix


def _tagged(kind: Kind, form: Form, prefix: str) -> Kind:
    """The kind with its tag: as written, else the preset's under the team's prefix."""
    own = form.kinds.get(kind.id)
    if isinstance(own, KindForm) and own.tag is not UNSET:
        return kind._replace(tag=Template(own.tag) if isinstance(own.tag, str) else None)
    return kind._replace(tag=Template(prefix + "{version}")) if kind.tag else kind


def _severities(
    words: Mapping[str, str], path: Path, rules: Mapping[str, str], faults: list[PolicyFault]
) -> dict[str, str]:
    """Rule name -> severity, whatever the file calls the rule."""
    out: dict[str, str] = {}
    for word, severity in words.items():
        name = rules.get(word, "")
        if not name and is_own(word):
            says = f"rules.{word}: a rule of your own needs run: [program, option] or plugin: package, under rules"
            faults.append(PolicyFault((*path, word), says, True))
        elif not name:
            says = f"there is no rule {shown(word)}{did_you_mean(word, rules, '; `gitflowguard rules` lists them')}"
            faults.append(PolicyFault((*path, word), says, True))
        elif name in out:
            says = f"{shown(word)} is the rule {name}, which appears here already; keep one"
            faults.append(PolicyFault((*path, word), says, True))
        else:
            out[name] = severity
    return out


def _exceptions(
    form: Form,
    kinds: Mapping[str, Kind],
    general: Mapping[str, str],
    rules: Mapping[str, str],
    faults: list[PolicyFault],
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


def _check_words(form: Form, faults: list[PolicyFault]) -> None:
    """The single words beside kinds and rules."""
    if form.ticket:
        says = templates.wrong_ticket(form.ticket)
        if says:
            faults.append(PolicyFault(("ticket",), f"ticket: {says}"))
    says = templates.wrong_ref(form.remote, form.remote)
    if says or "*" in form.remote:
        faults.append(
            PolicyFault(("remote",), f"remote: {says or 'a remote has a plain name, such as origin'}")
        )
    for index, glob in enumerate(form.radar.exclude):
        if glob.startswith("!") or not glob.strip():
            says = f"radar.exclude: {shown(glob)} names no branch; write what is left out, without a !: archive/*"
            faults.append(PolicyFault(("radar", "exclude", index), says))
    for index, name in enumerate(form.merge_drivers):
        if any(letter.isspace() or not letter.isprintable() for letter in name):
            # gitattributes(5): an attribute ends at white space, so no file could name such a driver.
            hint = "write the word behind merge= in .gitattributes"
            says = f"merge-drivers: {shown(name)} isn't the name of a driver; {hint}"
            faults.append(PolicyFault(("merge-drivers", index), says))
