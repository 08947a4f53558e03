"""What `model check` and a pull request's gate are asked, and what came of it."""

from __future__ import annotations

from gitflowguard.app.gate.files import ReportFolder
from gitflowguard.model.measure import Measure
from gitflowguard.model.record import Record


class GateQuestion(Record):
    """What is to be judged.

    about: the branch that the model goes to. base, head: commits, "" where there is none (then nothing is compared,
    or the work tree counts). shelf: where the reports lie, None where nobody said. changed: path -> whether it is
    there at the head, of everything that the change touches; None where that isn't known. moved: whether the
    policy's section differs at the head. server: MLflow's store in place of the policy's, "" for that. store: the
    directory that a local store is below.
    """

    about: str
    base: str
    head: str
    shelf: ReportFolder | None
    changed: tuple[str, ...] | None = None
    moved: bool = False
    server: str = ""
    store: str = ""
    work: bool = False


class GateResult(Record):
    """The facts, and sentences about the run. judged: False where the policy needs no model for this change."""

    measures: tuple[Measure, ...] = ()
    notes: tuple[str, ...] = ()
    judged: bool = False
