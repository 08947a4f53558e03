"""parse(text) -> Policy, or every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping

from gitflowguard.model.flow import Flow
from gitflowguard.model.record import Record
from gitflowguard.policy import tomltext, yamltext
from gitflowguard.policy.document import Document, PolicyFault, under
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.form import Form
from gitflowguard.policy.origins import ValueOrigin, of_preset, origins
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
    known = {**dict(zip(rules, rules)), **dict(zip(codes, rules))}
    read = tomltext.read if path.endswith(".toml") else yamltext.read
    document = read(source, path)
    form, faults = typed(document)
    flow = None
    if form is not None:
        flow, found = _meaning(form, document, known, tools, faults)
        faults = (*faults, *found)
    if flow is None or faults or document.lost:
        raise PolicyError((*document.lost, *(document.problem(fault) for fault in faults)))
    return Policy(flow, origins(flow, document, known))


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
