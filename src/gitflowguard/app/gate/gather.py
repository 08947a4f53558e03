"""The policy's demand and the reports at hand -> facts. Nothing of the reports is run or resolved."""

from __future__ import annotations

import random

from gitflowguard.app.gate.files import ABSENT, ReportFolder, read_report
from gitflowguard.app.gate.inputs import input_measures
from gitflowguard.app.gate.question import GateQuestion, GateResult
from gitflowguard.gate.documents import form_of, parse_report
from gitflowguard.gate.junit import parse_junit
from gitflowguard.gate.lookup import find_all
from gitflowguard.gate.measures import ReportSource, metric_measures, recorded
from gitflowguard.gate.outcomes import faults_of_tests
from gitflowguard.gate.predictions import (
    Predictions,
    interval,
    paired,
    parse_predictions,
)
from gitflowguard.gate.values import CSV_LIMIT, Unreadable, size_limit
from gitflowguard.model.demand import BASE, MLFLOW, ModelDemand
from gitflowguard.model.finding import Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.measure import INPUT, METRIC, REFERENCE, TEST, Measure, figure
from gitflowguard.model.names import short
from gitflowguard.model.paths import any_matches
from gitflowguard.repo.git import Git

_JUNIT = "junit:"
# The same rows are drawn for the same report, so that a verdict's words don't change from run to run.
_SEED = 20261130


def gather(git: Git, flow: Flow, demand: ModelDemand, asked: GateQuestion) -> GateResult:
    """Everything that the policy asks of the model of a change. Raises GitError."""
    kind = flow.kind_of(asked.about)
    advice = kind is None or kind.id not in demand.needed_by
    if demand.when and asked.changed is not None and not _touches(demand.when, asked.changed):
        says = f"the change touches nothing in model.when, so {asked.about} needs no new reports on the model"
        return GateResult(notes=(says,))
    if asked.shelf is None and not (demand.tracking and not demand.metrics and not demand.junit):
        why = "Can't determine how good the model is: no reports were given (--reports DIR)"
        lost = Measure(about=asked.about, kind=METRIC, name="reports", unknown=Unknown(why), advice=advice)
        return GateResult((lost,), judged=True)
    gatherer = _Gatherer(git, demand, asked)
    found = (*gatherer.metrics(), *gatherer.tests(), *gatherer.inputs(), *gatherer.references())
    measures = tuple(one._replace(advice=advice) for one in found)
    return GateResult(measures, tuple(dict.fromkeys(gatherer.notes)), True)


def _touches(patterns: tuple[str, ...], paths: tuple[str, ...]) -> bool:
    return any(any_matches(patterns, path) for path in paths)


class _Gatherer:
    """Reads each report once. notes: sentences about the run."""

    def __init__(self, git: Git, demand: ModelDemand, asked: GateQuestion) -> None:
        self._git, self._demand, self._asked = git, demand, asked
        self._shelf = asked.shelf or ReportFolder(commit=asked.head)
        self._stale: list[Measure] = []
        self.notes: list[str] = []

    def metrics(self) -> list[Measure]:
        """A fact for each bound."""
        demand, asked = self._demand, self._asked
        if not demand.gate:
            return []
        runs = [
            self._sources(self._shelf.run(number, demand.repeat)) for number in range(1, demand.repeat + 1)
        ]
        found = metric_measures(demand.gate, runs, self._before(), asked.about)
        for one in found:
            if (one.bound.drop or one.bound.rise) and not (one.before or one.before_fault or one.fault):
                self.notes.append(f"{one.name} is new: {asked.about} has no value to compare it with")
        if demand.predictions:
            found = self._with_intervals(found)
        return found

    def _sources(self, shelf: ReportFolder) -> list[ReportSource]:
        """The reports of one run."""
        if self._demand.tracking and not self._demand.metrics:
            return [self._tracked(self._asked.head)]
        found = [self._source(shelf, path) for path in self._demand.metrics]
        for source in found:
            self._made_from(source)
        return found

    def _source(self, shelf: ReportFolder, name: str) -> ReportSource:
        path = name.removeprefix(_JUNIT)
        try:
            if name.startswith(_JUNIT):
                data = read_report(self._git, shelf, path, size_limit("xml"))
                return ReportSource(where=path, data=recorded(parse_junit(data).properties), path=path)
            form = form_of(path)
            data = read_report(self._git, shelf, path, size_limit(form))
            return ReportSource(where=path, data=parse_report(data, form), path=path)
        except Unreadable as problem:
            return ReportSource(where=path, fault=str(problem), path=path)

    def _tracked(self, commit: str) -> ReportSource:
        from gitflowguard.app.gate.tracking import tracked

        found, notes = tracked(self._demand, self._asked, commit)
        self.notes += notes
        return found

    def _made_from(self, source: ReportSource) -> None:
        """Whether the report names the commit, or the tree, that is judged."""
        key, head = self._demand.made_from, self._asked.head
        if not key or source.fault:
            return
        found = find_all(source.data, key)
        name = found[0] if len(found) == 1 and isinstance(found[0], str) else ""
        tree = self._git.lines("rev-parse", "--verify", "--end-of-options", head + "^{tree}") if head else []
        if name and (name == head or name in tree):
            return
        if name:
            says = f"{source.where} is stale: it was made from {name[:12]}, and {short(head)} is judged"
        else:
            says = f"{source.where} doesn't say what it was made from: {key} is missing"
        self._stale.append(
            Measure(about=self._asked.about, kind=INPUT, name=source.where, fault=says, path=source.path)
        )

    def _before(self) -> list[ReportSource]:
        """The reports at the base, as far as it has any."""
        demand, base = self._demand, self._asked.base
        if not base or not any(one.drop or one.rise for one in demand.gate):
            return []
        if demand.baseline == MLFLOW or (demand.tracking and not demand.metrics):
            found = self._tracked(base)
            return [] if found.fault and found.unknown is None else [found]
        shelf = ReportFolder(commit=base)
        if demand.baseline != BASE:
            return [self._source(shelf, demand.baseline)]
        sources = [self._source(shelf, path) for path in demand.metrics]
        return [one for one in sources if not one.fault.startswith(ABSENT)]

    def _with_intervals(self, found: list[Measure]) -> list[Measure]:
        """The measures, each with the interval of its change where the predictions show one."""
        demand = self._demand
        shelf = self._shelf.run(1, demand.repeat)
        try:
            now = parse_predictions(read_report(self._git, shelf, demand.predictions, CSV_LIMIT))
        except Unreadable as problem:
            says = f"{demand.predictions} {problem}, so the predictions of the policy are missing"
            return [one if one.fault else one._replace(fault=says, path=demand.predictions) for one in found]
        now = paired(now, self._old_predictions())
        if not now.before:
            self.notes.append(
                f"{demand.predictions} has nothing to compare: no column before, and no such rows at the base"
            )
            return found
        return [self._interval(one, now) for one in found]

    def _old_predictions(self) -> Predictions | None:
        if not self._asked.base:
            return None
        try:
            shelf = ReportFolder(commit=self._asked.base)
            return parse_predictions(read_report(self._git, shelf, self._demand.predictions, CSV_LIMIT))
        except Unreadable:
            return None

    def _interval(self, measure: Measure, now: Predictions) -> Measure:
        from decimal import Decimal

        chance = random.Random(_SEED)  # draws rows, and guards no secret  # nosec B311
        share = float(self._demand.confidence)
        share = share / 100 if share > 1 else share
        found = interval(now, measure.name, share, lambda size, count: chance.choices(range(size), k=count))
        if found is None:
            return measure
        low, high = (figure(Decimal(repr(number))) for number in (found.low, found.high))
        percent = figure(Decimal(repr(share)) * 100)
        return measure._replace(low=low, high=high, pairs=found.rows, confidence=percent)

    def tests(self) -> list[Measure]:
        """A fact for each test that didn't pass, or one for all that did."""
        demand, about = self._demand, self._asked.about
        if not demand.junit:
            return []
        shelf = self._shelf.run(1, demand.repeat)
        try:
            report = parse_junit(read_report(self._git, shelf, demand.junit, size_limit("xml")))
        except Unreadable as problem:
            says = f"{demand.junit} {problem}, so the tests of the model are missing"
            return [
                Measure(about=about, kind=METRIC, name=demand.junit, fault=says, path=demand.junit),
            ]
        faults = faults_of_tests(report, demand.need, demand.junit)
        return [
            Measure(about=about, kind=TEST, name=name, fault=says, path=demand.junit) for name, says in faults
        ] or [Measure(about=about, kind=TEST, name=demand.junit, path=demand.junit)]

    def inputs(self) -> list[Measure]:
        """What the numbers were made from, where that isn't the change."""
        found = list(dict.fromkeys(self._stale))
        if self._demand.dvc:
            found += input_measures(self._git, self._demand, self._asked, self._shelf)
        return found

    def references(self) -> list[Measure]:
        """The files that old and new numbers don't share."""
        asked, about = self._asked, self._asked.about
        found = [
            Measure(
                about=about,
                kind=REFERENCE,
                name=path,
                path=path,
                fault=f"{path} isn't as it is in {about}, so old and new numbers don't compare",
            )
            for path in asked.changed or ()
            if any_matches(self._demand.reference, path)
        ]
        if asked.moved:
            says = f"The change edits the policy's section model; {about}'s own was used"
            found.append(Measure(about=about, kind=REFERENCE, name="model", fault=says))
        return found
