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
    from gitflowguard.app.provenance.place import Workshop
    from gitflowguard.model.rule import Rule
    from gitflowguard.provenance.record import TrainingRecord


class Verified(Record):
    """report: the verdict. rules: those that could speak. blind: whether a blocking one is unknown."""

    report: Report
    rules: tuple[Rule, ...]
    blind: bool


class NothingToVerify(Exception):
    """Neither an argument nor the policy names an artefact, and there is no record."""


def verify(shop: Workshop, paths: tuple[str, ...]) -> Verified:
    """Judges the named artefacts, else all that the policy names and all that have a record. paths: from the top.

    Raises GitError and NothingToVerify.
    """
    artefacts = tuple(path.removesuffix(SUFFIX) for path in paths) or artefacts_of(shop)
    if not artefacts:
        raise NothingToVerify
    lines = ProductionLines(shop.git, shop.place, shop.refs, shop.flow, shop.production)
    facts = [_fact(shop, lines, path) for path in artefacts]
    rules = registry.active(shop.flow, moment_of(AT_VERIFY))
    notes = tuple(_said(fact) for fact in facts if _sound(fact))
    report = evaluate(rules, facts, View(shop.flow, shop.refs), {}, notes)
    blind = bool(blocking_gaps(report, rules, shop.flow))
    return Verified(report, rules, blind)


def _sound(fact: Provenance) -> bool:
    return not (fact.flaw or fact.other or fact.altered) and fact.clean is True and fact.standing == MERGED


def _said(fact: Provenance) -> str:
    return (
        f"{fact.path} is what was trained from {short(fact.commit)}, a merge into {fact.about}: "
        "same bytes, clean work tree"
    )


def _fact(shop: Workshop, lines: ProductionLines, path: str) -> Provenance:
    """One artefact beside its record."""
    found = record_of(shop, path)
    fact = Provenance(lines.about, path, path + SUFFIX)
    if found.record is None:
        return fact._replace(flaw=found.flaw)
    record = found.record
    return beside(shop.git, lines, fact, record)._replace(altered=_altered(shop, record, path))


def _altered(shop: Workshop, record: TrainingRecord, path: str) -> tuple[tuple[str, str], ...] | Unknown:
    try:
        now = dict(digests_of(shop, path))
    except GitError as problem:
        return Unknown(str(problem))
    return altered(now, dict(record.artefact), path)
