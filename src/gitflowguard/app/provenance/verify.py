"""`model verify`: artefacts and their records -> a Report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.provenance.files import artefacts_of, digests_of, record_of
from gitflowguard.engine import blocking_gaps, evaluate
from gitflowguard.model.facts import View
from gitflowguard.model.finding import IGNORE, Report, Unknown
from gitflowguard.model.history import SHALLOW
from gitflowguard.model.moment import AT_VERIFY, moment_of
from gitflowguard.model.names import listed, short
from gitflowguard.model.provenance import (
    ELSEWHERE,
    INSIDE,
    MERGED,
    UNMERGED,
    Provenance,
)
from gitflowguard.model.record import Record
from gitflowguard.model.training import SUFFIX
from gitflowguard.repo.digests import of_commit
from gitflowguard.repo.git import GitError
from gitflowguard.repo.read import GitHistory
from gitflowguard.rules import registry

if TYPE_CHECKING:
    from gitflowguard.app.provenance.place import Workshop
    from gitflowguard.model.rule import Rule
    from gitflowguard.provenance.record import TrainingRecord


class Verified(Record):
    """report: the verdict. rules: those that could speak. blind: whether one that would block couldn't be told."""

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
    lines = _Lines(shop)
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


def _fact(shop: Workshop, lines: _Lines, path: str) -> Provenance:
    """One artefact beside its record."""
    found = record_of(shop, path)
    fact = Provenance(lines.about, path, path + SUFFIX)
    if found.record is None:
        return fact._replace(flaw=found.flaw)
    record = found.record
    if shop.git.commit_of(record.commit) and _tree(shop, record.commit) != record.tree:
        return fact._replace(flaw=f"{fact.record}: its tree isn't the tree of its commit")
    return fact._replace(
        commit=record.commit,
        standing=lines.standing(record.commit),
        clean=record.clean,
        changes=record.changes,
        other=_other(shop, record),
        altered=_altered(shop, record, path),
    )


def _tree(shop: Workshop, commit: str) -> str:
    return shop.git.lines("rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}")[0]


def _other(shop: Workshop, record: TrainingRecord) -> tuple[str, ...]:
    """The inputs that the recorded commit holds with other bytes.

    What the commit doesn't hold at all is data from elsewhere: its digest stands in the record, and there is nothing
    here to compare it with. A commit that isn't here is a matter of where it stands.
    """
    if not shop.git.commit_of(record.commit):
        return ()
    held = of_commit(shop.git, record.commit, tuple(path for path, _ in record.inputs))
    return tuple(path for path, digest in record.inputs if held.get(path, digest) != digest)


def _altered(shop: Workshop, record: TrainingRecord, path: str) -> tuple[tuple[str, str], ...] | Unknown:
    """The files that aren't what was recorded, with their paths from the top."""
    try:
        now = dict(digests_of(shop, path))
    except GitError as problem:
        return Unknown(str(problem))
    folder = path[: len(path) - len(path.rpartition("/")[2])]
    wanted = dict(record.artefact)
    found = []
    for name in sorted({*now, *wanted}):
        if name not in now:
            found.append((folder + name, f"is in the record of {path}, and missing"))
        elif name not in wanted:
            found.append((folder + name, f"isn't in the record of {path}"))
        elif now[name] != wanted[name]:
            found.append(
                (
                    folder + name,
                    f"isn't what was recorded: its SHA-256 begins with {now[name][:12]}, "
                    f"the recorded one with {wanted[name][:12]}",
                )
            )
    return tuple(found)


class _Lines:
    """The production branch as it went from merge to merge; read once, and only if a record asks."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        names = shop.production
        self.about = listed(names, "and") if names else shop.flow.production or "main"
        self._tips = tuple(dict.fromkeys(sha for name in names for sha in shop.refs.tips(name)))
        self._chain: dict[str, int] = {}

    def standing(self, commit: str) -> str | Unknown:
        """Where a commit stands: one of model.provenance.STANDINGS."""
        if not self._tips:
            return Unknown(f"this clone has no {self.about}, so whether it holds the commit isn't known")
        self._read()
        if commit in self._chain:
            return MERGED if self._chain[commit] > 1 or self._free() else UNMERGED
        shallow = GitHistory(self._shop.git, self._shop.place, self._shop.refs).shallow
        if shallow:
            return SHALLOW
        here = self._shop.git.commit_of(commit) == commit
        held = here and any(self._shop.git.is_ancestor(commit, tip) for tip in self._tips)
        return INSIDE if held else ELSEWHERE

    def _free(self) -> bool:
        """Whether the team merges without merge commits: the policy doesn't mind squashes there."""
        from gitflowguard.rules.merge.squashed_merge import RULE

        return self._shop.flow.severity(RULE.name, RULE.default, self.about) == IGNORE

    def _read(self) -> None:
        """Commit -> how many parents it has, of every state that the branch went through."""
        if not self._chain:
            stdin = "".join(f"{sha}\n" for sha in self._tips).encode()
            rows = self._shop.git.lines("rev-list", "--first-parent", "--parents", "--stdin", stdin=stdin)
            self._chain = {words[0]: len(words) - 1 for words in (row.split() for row in rows)}
