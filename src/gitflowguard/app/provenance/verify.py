"""`model verify`: artefacts and their records -> a Report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.provenance.files import artefacts_of, digests_of, record_of
from gitflowguard.app.records.beside import ProductionLines, altered, beside
from gitflowguard.engine import blocking_gaps, evaluate
from gitflowguard.model.facts import View
from gitflowguard.model.finding import Report, Unknown
from gitflowguard.model.moment import AT_VERIFY, moment_of
from gitflowguard.model.names import short
from gitflowguard.model.provenance import MERGED, Provenance
from gitflowguard.model.record import Record
from gitflowguard.model.training import SUFFIX
from gitflowguard.repo.git import GitError
from gitflowguard.rules import registry

if TYPE_CHECKING:
    from gitflowguard.app.provenance.place import ModelRepository
    from gitflowguard.model.rule import Rule
    from gitflowguard.provenance.record import TrainingRecord


class Verified(Record):
    """report: the verdict. rules: those that could speak. blind: whether a blocking one is unknown."""

    report: Report
    rules: tuple[Rule, ...]
    blind: bool


class NothingToVerify(Exception):
    """Neither an argument nor the policy names an artefact, and there is no record."""


def verify(opened: ModelRepository, paths: tuple[str, ...]) -> Verified:
    """Judges the named artefacts, else all that the policy names and all that have a record. paths: from the top.

    Raises GitError and NothingToVerify.
    """
    artefacts = tuple(path.removesuffix(SUFFIX) for path in paths) or artefacts_of(opened)
    if not artefacts:
        raise NothingToVerify
    lines = ProductionLines(opened.git, opened.place, opened.refs, opened.flow, opened.production)
    facts = [_fact(opened, lines, path) for path in artefacts]
    rules = registry.active(opened.flow, moment_of(AT_VERIFY))
    notes = tuple(_said(fact) for fact in facts if _sound(fact))
    report = evaluate(rules, facts, View(opened.flow, opened.refs), {}, notes)
    blind = bool(blocking_gaps(report, rules, opened.flow))
    return Verified(report, rules, blind)


def _sound(fact: Provenance) -> bool:
    return not (fact.flaw or fact.other or fact.altered) and fact.clean is True and fact.standing == MERGED


def _said(fact: Provenance) -> str:
    return (
        f"{fact.path} is what was trained from {short(fact.commit)}, a merge into {fact.about}: "
        "same bytes, clean work tree"
    )


def _fact(opened: ModelRepository, lines: ProductionLines, path: str) -> Provenance:
    """One artefact beside its record."""
    found = record_of(opened, path)
    fact = Provenance(lines.about, path, path + SUFFIX)
    if found.record is None:
        return fact._replace(flaw=found.flaw)
    record = found.record
    return beside(opened.git, lines, fact, record)._replace(altered=_altered(opened, record, path))


def _altered(
    opened: ModelRepository, record: TrainingRecord, path: str
) -> tuple[tuple[str, str], ...] | Unknown:
    try:
        now = dict(digests_of(opened, path))
    except GitError as problem:
        return Unknown(str(problem))
    return altered(now, dict(record.artefact), path)
