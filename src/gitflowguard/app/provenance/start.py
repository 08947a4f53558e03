"""`model start`: a push that has happened -> whether a training starts from it.

Three questions, in this order: did the production branch receive it, was it a legal merge, and did it bring anything to
train on. The second is `check --event`'s; what is asked here beside it can only turn a start into none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard.app.hooks.event import judge
from gitflowguard.app.provenance.place import open_model_repository
from gitflowguard.model.finding import Report
from gitflowguard.model.names import listed, plural, short
from gitflowguard.model.record import Record
from gitflowguard.model.training import SUFFIX
from gitflowguard.provenance.novelty import inputs_of
from gitflowguard.provenance.record import MOST, TrainingRecord, read_record
from gitflowguard.repo.git import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.app.provenance.place import ModelRepository
    from gitflowguard.hook.payload import Pushed
    from gitflowguard.model.rule import Rule

YES, NO, UNKNOWN = "start", "no start", "unknown"


class StartVerdict(Record):
    """answer: YES, NO or UNKNOWN. report: what was judged, with the reasons among its notes.

    policy: the file, "" if a preset is assumed. rules: those that could speak.
    """

    answer: str
    report: Report
    policy: str = ""
    rules: tuple[Rule, ...] = ()


def start(asked: Pushed) -> StartVerdict:
    """Whether training starts from a push. Raises GitError and PolicyError."""
    opened = open_model_repository()
    if not asked.branch or not opened.is_production(asked.branch):
        where = asked.branch or asked.ref
        name = listed(opened.production, "or") or opened.flow.production
        return _no(Report(), f"no training: this is a push to {where}, and training starts from {name}")
    done = judge(asked, {}, opened.git)
    verdict = StartVerdict(UNKNOWN, done.report, done.policy, done.rules)
    if done.report.errors or done.unmerged:
        return _no(done.report, f"no training: {asked.branch} didn't receive a legal merge")._replace(
            policy=done.policy, rules=done.rules
        )
    if done.blind:
        return verdict
    paths = inputs_of(_changed(opened, asked), _recorded(opened, asked.after), opened.flow.training)
    if not paths:
        note = "no training: the merge brings nothing that a model is made from"
        return _no(done.report, note)._replace(policy=done.policy, rules=done.rules)
    shown = listed((*paths[:3], *((f"{len(paths) - 3} more",) if len(paths) > 3 else ())), "and")
    note = f"training starts from {short(asked.after)}: {plural(len(paths), 'change')} ({shown})"
    return verdict._replace(answer=YES, report=_noted(done.report, note))


def _no(report: Report, note: str) -> StartVerdict:
    return StartVerdict(NO, _noted(report, note))


def _noted(report: Report, note: str) -> Report:
    return report._replace(notes=(*report.notes, note))


def _changed(opened: ModelRepository, asked: Pushed) -> tuple[str, ...]:
    """The paths that differ between the two ends; what a merge brings and another takes away again isn't a change."""
    out = opened.git.call(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--end-of-options", asked.before, asked.after,
    ).out  # fmt: skip
    return tuple(text(out).split("\0")[:-1])


def _recorded(opened: ModelRepository, commit: str) -> Iterable[str]:
    """The files that the records of a commit name, from the top."""
    out = opened.git.call("ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", commit).out
    records = [path for path in text(out).split("\0") if path.endswith(SUFFIX) and "\n" not in path]
    found = opened.git.blobs(tuple(f"{commit}:{path}" for path in records))
    for path, data in zip(records, found):
        folder, _, name = path.rpartition("/")
        record = read_record(data[: MOST + 1], name.removesuffix(SUFFIX)) if data is not None else ""
        if isinstance(record, TrainingRecord):
            yield from (f"{folder}/{one}".lstrip("/") for one, _ in record.artefact)
