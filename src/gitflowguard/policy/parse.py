"""parse(text) -> Policy, or every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping

from gitflowguard.model.extends import KEY, PolicyLock, parted
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import short
from gitflowguard.model.record import Record
from gitflowguard.policy import tomltext, yamltext
from gitflowguard.policy.document import Document, PolicyFault, under
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.extends import UPDATE, extends_in
from gitflowguard.policy.form import KEYS, Form
from gitflowguard.policy.origins import ValueOrigin, of_preset, origins
from gitflowguard.policy.overlay import broken_finals, overlaid, unknown_finals
from gitflowguard.policy.presets import preset_flow
from gitflowguard.policy.resolve import resolve
from gitflowguard.policy.validate import typed


class Policy(Record):
    """What a team declared.

    origins: dotted key -> value and source, for every value, written or from the preset.
    """

    flow: Flow
    origins: Mapping[str, ValueOrigin]


def parse(
    source: bytes,
    path: str,
    rules: tuple[str, ...],
    codes: tuple[str, ...] = (),
    *,
    tools: tuple[str, ...],
) -> Policy:
    """Reads a policy file; raises PolicyError with every mistake, each at its line and column.

    path: only names the file; what ends in ``.toml`` is read as TOML, the rest as YAML.
    rules: the names of all rules. codes: their codes in the same order, which may
    stand for them. tools: the names of the tools that need no program of the team's.
    """
    known = known_rules(rules, codes)
    read = tomltext.read if path.endswith(".toml") else yamltext.read
    text, lock = parted(source)
    document = read(text, path)
    document, finals = _extended(document, lock, known, tools)
    form, faults = typed(document)
    faults = (*faults, *finals)
    flow = None
    if form is not None:
        flow, found = _meaning(form, document, known, tools, faults)
        faults = (*faults, *found)
    if flow is None or faults or document.lost:
        raise PolicyError((*document.lost, *(document.problem(fault) for fault in faults)))
    return Policy(flow, origins(flow, document, known))


def _extended(
    document: Document, lock: bytes | None, rules: Mapping[str, str], tools: tuple[str, ...]
) -> tuple[Document, tuple[PolicyFault, ...]]:
    """(the policy over the one that it extends, where it says otherwise than that one allows).

    Raises PolicyError where that one isn't locked, or isn't a policy.
    """
    found = extends_in(document, lock)
    if found is None:
        return document, ()
    if found.lock is None:
        fault = PolicyFault((KEY,), f"{found.problem}; to lock it: {UPDATE}")
        raise PolicyError((document.problem(fault),))
    base = base_of(found.lock, rules, tools)
    name = found.upstream.text
    return overlaid(document, base, rules), tuple(broken_finals(document, base, rules, name))


def base_of(lock: PolicyLock, rules: Mapping[str, str], tools: tuple[str, ...]) -> Document:
    """A policy that another one may extend; raises PolicyError with every mistake in it."""
    where = f"{lock.upstream.text} at {short(lock.commit)}"
    document = yamltext.read(lock.content, where)
    if KEY in document.data:
        says = "a policy that others extend can't extend another one itself"
        raise PolicyError((document.problem(PolicyFault((KEY,), says, True)),))
    form, faults = typed(document)
    faults = (*faults, *unknown_finals(document, KEYS))
    if form is not None:
        faults = (*faults, *_meaning(form, document, rules, tools, faults)[1])
    if faults or document.lost:
        raise PolicyError((*document.lost, *(document.problem(fault) for fault in faults)))
    return document


def known_rules(rules: tuple[str, ...], codes: tuple[str, ...]) -> dict[str, str]:
    """Every rule's name and code -> its name."""
    return {**dict(zip(rules, rules)), **dict(zip(codes, rules))}


def preset(name: str = "gitflow", main: str = "main", develop: str | None = "develop") -> Policy:
    """The policy of a repository without a policy file."""
    flow = preset_flow(name, main, develop)
    return Policy(flow, of_preset(flow))


def _meaning(
    form: Form,
    document: Document,
    known: Mapping[str, str],
    tools: tuple[str, ...],
    faults: tuple[PolicyFault, ...],
) -> tuple[Flow, tuple[PolicyFault, ...]]:
    """The flow, and what contradicts itself in it; nothing that only follows from an earlier fault."""
    resolved = resolve(form, document, known, tools)
    news = tuple(
        fault
        for fault in resolved.faults
        if not any(under(fault.path, other.path) or under(other.path, fault.path) for other in faults)
    )
    return resolved.flow, news
