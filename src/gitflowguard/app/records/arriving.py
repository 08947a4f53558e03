"""The models that a pull request or a push brings to the production branch, beside their records, as git has them.

What the policy calls a training's output (training.writes) is a model, unless the model gate reads it as a report:
those are measured on every branch. An artefact that git doesn't keep is judged by its record alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.records.beside import ProductionLines, altered, beside
from gitflowguard.model.demand import demand_of
from gitflowguard.model.flow import MAIN
from gitflowguard.model.paths import any_matches
from gitflowguard.model.provenance import Provenance
from gitflowguard.model.training import SUFFIX
from gitflowguard.provenance.record import MOST, read_record
from gitflowguard.repo.contents import range_start
from gitflowguard.repo.digests import of_commit
from gitflowguard.repo.git import text

if TYPE_CHECKING:
    from gitflowguard.app.artefacts.build import Where
    from gitflowguard.model.facts import View
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git, Place


def wanted(flow: Flow, branch: str) -> bool:
    """Whether models that land on this branch need a record: it is a production branch, and the policy names some."""
    kind = flow.kind_of(branch)
    return bool(flow.training.writes) and kind is not None and kind.id == MAIN


def facts(git: Git, place: Place, view: View, where: Where, tips: tuple[str, ...]) -> tuple[Provenance, ...]:
    """Each model that differs between two commits. where: its base and its pins are the ends of the range.

    tips: where the production branch stands, so that a record's commit can be looked for on it. Raises GitError.
    """
    paths = _artefacts(view.flow, _changed(git, where.base, where.pins))
    lines = ProductionLines(git, place, view.refs, view.flow, (where.about,), tips)
    found = (_fact(git, lines, where.pins, path) for path in paths)
    return tuple(fact for fact in found if fact is not None)


def _changed(git: Git, base: str, head: str) -> tuple[str, ...]:
    """The paths that differ between the head and what it was cut from."""
    start = range_start(git, base, head)
    out = git.call(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--end-of-options", start.commit, head,
    ).out  # fmt: skip
    return tuple(path for path in text(out).split("\0")[:-1] if "\n" not in path and start.has(path))


def _artefacts(flow: Flow, changed: tuple[str, ...]) -> tuple[str, ...]:
    """The artefacts that these paths belong to. A pattern with a slash and without a star may be a directory."""
    demand = demand_of(flow)
    reports = (*demand.metrics, demand.junit, demand.predictions) if demand is not None else ()
    patterns = flow.training.writes
    plain = tuple(one.rstrip("/") for one in patterns if "*" not in one and "/" in one)
    found: dict[str, None] = {}
    for path in changed:
        if path.endswith(SUFFIX):
            found[path.removesuffix(SUFFIX)] = None
        elif path not in reports and any_matches(patterns, path):
            found[next((one for one in plain if path.startswith(f"{one}/")), path)] = None
    return tuple(sorted(found))


def _fact(git: Git, lines: ProductionLines, commit: str, path: str) -> Provenance | None:
    """One artefact of a commit beside its record there; None where both were removed."""
    fact = Provenance(lines.about, path, path + SUFFIX)
    (data,) = git.blobs((f"{commit}:{fact.record}",))
    now = _digests(git, commit, path)
    if data is None:
        return fact._replace(flaw=f"there is no {fact.record}") if now else None
    record = read_record(data[: MOST + 1], path.rpartition("/")[2])
    if isinstance(record, str):
        return fact._replace(flaw=f"{fact.record}: {record}")
    return beside(git, lines, fact, record)._replace(
        altered=altered(now, dict(record.artefact), path) if now else ()
    )


def _digests(git: Git, commit: str, path: str) -> dict[str, str]:
    """Path from the record's folder -> digest, of each file of an artefact; nothing where git doesn't keep it."""
    out = git.call("ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", commit, path).out
    start = len(path) - len(path.rpartition("/")[2])
    held = of_commit(git, commit, tuple(text(out).split("\0")[:-1]))
    return {name[start:]: digest for name, digest in held.items()}
