"""`gitflowguard artefacts`: the artefact rules on files, the whole tree or a range, and reviewed exceptions."""

from __future__ import annotations

import hashlib
import os

from gitflowguard.app.artefacts import facts as artefacts
from gitflowguard.app.artefacts.build import Where
from gitflowguard.app.policy.opening import open_repository
from gitflowguard.app.quality.narrow import blind, excused
from gitflowguard.artefacts import trust
from gitflowguard.engine import evaluate
from gitflowguard.model.blob import Blob
from gitflowguard.model.blobwords import unstage
from gitflowguard.model.facts import View
from gitflowguard.model.finding import ERROR, IGNORE, Report
from gitflowguard.model.record import Record
from gitflowguard.repo import blobs, contents
from gitflowguard.repo.files import put
from gitflowguard.repo.fitting import fit
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.state import read_state
from gitflowguard.repo.versions import require
from gitflowguard.rules import registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.facts import Refs
    from gitflowguard.model.finding import Finding
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.rule import Rule
    from gitflowguard.repo.git import Place


class Wanted(Record):
    """What to look at: paths as they lie on the disk, every tracked file, a range, or (none of them) what is staged."""

    paths: tuple[str, ...] = ()
    everything: bool = False
    base: str = ""
    head: str = ""
    cached: bool = True


class Done(Record):
    """The verdict, as in app.check.Checked. reviewed: whose exceptions count, a commit or ""."""

    report: Report
    policy: str
    rules: tuple[Rule, ...]
    blind: bool
    looked: int = 0


class ArtefactScene(Record):
    """Where a question is asked."""

    git: Git
    place: Place
    flow: Flow
    refs: Refs
    policy: str


def scene(git: Git | None = None) -> ArtefactScene:
    """The repository with its policy; where the policy has all artefact rules off, all of them on: somebody asks."""
    git = git or Git()
    require(git.version())
    opened = open_repository(git)
    flow = opened.flow
    if not artefacts.wanted(flow):
        severities = dict(flow.severities) | {name: ERROR for name, _ in registry.of_fact("Blob")}
        flow = flow._replace(severities=tuple(sorted(severities.items())))
    return ArtefactScene(git, opened.place, flow, opened.refs, opened.policy)


def check(wanted: Wanted, silenced: Mapping[str, str], git: Git | None = None) -> Done:
    """Judges what is asked. Raises GitError and PolicyError."""
    here = scene(git)
    where, (count, facts) = _answer(here, wanted)
    rules = tuple(
        rule
        for rule in registry.load((registry.FACTS["Blob"],))
        if here.flow.severity(rule.name, rule.default, where.about) != IGNORE
    )
    report = excused(evaluate(rules, facts, View(here.flow, here.refs, ()), silenced), silenced)
    report = report._replace(judged=count, ran=tuple(rule.name for rule in rules))
    report = fit(_unstaging(here, wanted, report), here.place, here.refs)
    return Done(report, here.policy, rules, blind(report, here.flow, rules), count)


def _unstaging(here: ArtefactScene, wanted: Wanted, report: Report) -> Report:
    """The report without commands that would take a file out of the index which has no change of it."""
    if not (wanted.paths or wanted.everything) or not any(
        _unstages(one.finding) for one in report.violations
    ):
        return report
    staged = {entry.path for entry in contents.staged(here.git, read_state(here.place).heads)}
    return report._replace(
        violations=tuple(
            (
                one._replace(finding=one.finding._replace(mend=()))
                if _unstages(one.finding) and one.finding.path not in staged
                else one
            )
            for one in report.violations
        )
    )


def _unstages(finding: Finding) -> bool:
    return bool(finding.mend) and finding.mend == unstage(Blob("", finding.path))


def _answer(here: ArtefactScene, wanted: Wanted) -> tuple[Where, artefacts.Arrived]:
    """(where the contents are judged, what they are)."""
    git, branch = here.git, here.refs.head
    where = Where(branch, git.commit_of("HEAD"), cached=wanted.cached)
    if wanted.base:
        base, head = contents.resolved(git, wanted.base), contents.resolved(git, wanted.head or "HEAD")
        where = where._replace(base=base, pins=head)
        return where, artefacts.range_facts(git, here.place, here.flow, where, (base,), os.environ)
    if not here.place.top:
        raise GitError("this is a bare repository, or a git directory; name a range: --from and --to")
    if wanted.paths:
        entries, texts = contents.on_disk(git, here.place, wanted.paths)
        where = where._replace(texts=texts)
    elif wanted.everything:
        entries = contents.everything(git)
    else:
        entries = contents.staged(git, read_state(here.place).heads)
    found = artefacts.facts(git, here.place, here.flow, blobs.of_entries(entries), where, os.environ)
    return where, artefacts.Arrived(len(entries), found)


class Trusted(Record):
    """What was recorded. path: of the file. rules: per reviewed path; () where no rule speaks of it."""

    file: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def record(paths: tuple[str, ...], reason: str = "", git: Git | None = None) -> Trusted:
    """Writes an exception for the bytes of each file and the rules that speak of them now. Raises GitError."""
    here = scene(git)
    if not here.place.top:
        raise GitError("this is a bare repository, or a git directory, so there is no place for the record")
    entries, texts = contents.on_disk(here.git, here.place, paths)
    where = Where(here.refs.head, "", texts=texts, cached=False)
    facts = artefacts.facts(here.git, here.place, here.flow, blobs.of_entries(entries), where, os.environ)
    speaking = _speaking(here, facts)
    file = os.path.join(here.place.top, trust.NAME)
    kept = trust.read(_old(file), dict(registry.of_fact("Blob")))
    who = here.git.config("user.name")
    rows = []
    for entry in entries:
        rules = speaking.get(entry.path, ())
        rows.append((entry.path, rules))
        if rules:
            data = texts[entry.oid]
            digest = (
                entry.oid
                if len(data) > here.flow.artefacts.read_mb << 20
                else hashlib.sha256(data).hexdigest()
            )
            before = trust.rules_of(kept, digest)
            kept = (
                *kept,
                trust.Entry(digest, tuple(dict.fromkeys((*before, *rules))), who, entry.path, reason),
            )
    if any(rules for _, rules in rows):
        put(file, trust.write(kept))
    return Trusted(trust.NAME, tuple(rows))


def _speaking(here: ArtefactScene, facts: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
    """Path -> names of the rules that find something in it, or can't read it."""
    rules = registry.load((registry.FACTS["Blob"],))
    report = evaluate(rules, facts, View(here.flow, here.refs, ()))  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for violation in report.violations:
        found.setdefault(violation.finding.path, []).append(violation.name)
    gaps = {one.unknown.reason: one.name for one in report.skipped}
    for reason, name in gaps.items():
        found.setdefault(reason.partition(" couldn't be checked: ")[0], []).append(name)
    return {path: tuple(dict.fromkeys(names)) for path, names in found.items()}


def _old(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise GitError(f"{trust.NAME} can't be read: {problem.strerror}") from None
