"""What the policy's section ``model`` asks: where the reports are, what they must say, and what they are compared with.

A flow keeps the section as plain values, so that no hook loads this.
"""

from __future__ import annotations

from gitflowguard.model.flow import Flow
from gitflowguard.model.measure import Bound
from gitflowguard.model.record import Record

BASE, MLFLOW = "base", "mlflow"


class ModelDemand(Record):
    """The section, each path from the root of the repository.

    needed_by: ids of the kinds of branches that take no model without all this; elsewhere it is a warning.
    when: patterns of the paths whose change makes it needed, () for any change.
    metrics: reports with numbers, () for none. gate: a bound for each metric.
    junit: the tests' report, "" for none. need: patterns of the tests that must have passed.
    baseline: ``base`` (the same reports at the base), ``mlflow``, or the path of a report at the base.
    predictions: a CSV file for the intervals. confidence: their percentage. repeat: how many runs must be there.
    reference: patterns of files that must be as at the base, or old and new numbers don't compare.
    dvc: the lock file of DVC, "" for none. made_from: where a report names its commit or tree, "" for nowhere.
    tracking, experiment: MLflow's store (a path, ``sqlite:///path`` or an address) and the experiment's name.
    """

    needed_by: tuple[str, ...]
    when: tuple[str, ...]
    metrics: tuple[str, ...]
    gate: tuple[Bound, ...]
    junit: str
    need: tuple[str, ...]
    baseline: str
    predictions: str
    confidence: str
    repeat: int
    reference: tuple[str, ...]
    dvc: str
    made_from: str
    tracking: str
    experiment: str


def demand_of(flow: Flow) -> ModelDemand | None:
    """What the policy asks of a model, None where it asks nothing."""
    if not flow.model:
        return None
    found = ModelDemand(*flow.model)
    return found._replace(gate=tuple(Bound(*row) for row in found.gate))
