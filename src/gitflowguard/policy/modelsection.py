"""The section ``model`` of a policy file as the flow keeps it, and what can't be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import UNSET, UnsetType

from gitflowguard.model.demand import BASE, MLFLOW, ModelDemand
from gitflowguard.model.flow import DEVELOP, MAIN, Kind
from gitflowguard.model.measure import Bound
from gitflowguard.model.names import listed
from gitflowguard.policy.document import PolicyFault
from gitflowguard.policy.errors import shown
from gitflowguard.policy.form import Form
from gitflowguard.policy.modelform import BoundForm, ModelForm
from gitflowguard.policy.suggest import did_you_mean

_NEEDED = (DEVELOP, "release", MAIN)
_FORMS = (".json", ".yaml", ".yml", ".toml")
_KEYS = (("min", "minimum"), ("max", "maximum"), ("drop", "drop"), ("rise", "rise"))
_ADDRESSES = ("http://", "https://")
JUNIT, SQLITE = "junit:", "sqlite:///"


def model_entries(form: Form) -> int:
    """How many bounds and patterns there are."""
    own = form.model
    return len(own.gate) + len(own.when) + len(own.reference) if isinstance(own, ModelForm) else 0


def model_in(form: Form, kinds: Mapping[str, Kind], faults: list[PolicyFault]) -> tuple[Any, ...]:
    """The section as plain values (model.demand reads them), () where the file has none. Adds to the faults."""
    own = form.model
    if not isinstance(own, ModelForm):
        return ()
    start = len(faults)
    faults.extend(_wrong(own, kinds))
    if len(faults) > start:
        return ()
    tests = None if isinstance(own.tests, UnsetType) else own.tests
    noise = None if isinstance(own.noise, UnsetType) else own.noise
    tracking = None if isinstance(own.mlflow, UnsetType) else own.mlflow
    needed = [kind for kind in _NEEDED if kind in kinds] if own.needed_by is UNSET else own.needed_by
    found = ModelDemand(
        needed_by=tuple(needed or ()),
        when=tuple(own.when),
        metrics=_many(own.metrics),
        gate=tuple(map(_bound, own.gate)),
        junit=tests.junit if tests else "",
        need=tuple(tests.need) if tests else (),
        baseline=own.baseline,
        predictions=_text(noise.predictions) if noise else "",
        confidence=(_text(noise.confidence) if noise else "") or "0.95",
        repeat=noise.repeat if noise else 1,
        reference=tuple(own.reference),
        dvc=_text(own.dvc),
        made_from=_text(own.made_from),
        tracking=tracking.uri if tracking else "",
        experiment=tracking.experiment if tracking else "",
    )
    plain = {**found._asdict(), "gate": tuple(tuple(row) for row in found.gate)}
    return tuple(plain.values())


def model_rows(section: tuple[Any, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(path, value) of every value of the section, for `config show`."""
    if not section:
        return
    found = ModelDemand(*section)
    bounds = tuple(_bound_row(Bound(*row)) for row in found.gate)
    rows: tuple[tuple[tuple[str, ...], Any], ...] = (
        (("needed-by",), found.needed_by),
        (("when",), found.when),
        (("metrics",), found.metrics),
        (("mlflow", "experiment"), found.experiment),
        (("mlflow", "uri"), found.tracking),
        (("gate",), bounds),
        (("tests", "junit"), found.junit),
        (("tests", "need"), found.need),
        (("baseline",), found.baseline),
        (("noise", "predictions"), found.predictions),
        (("noise", "confidence"), found.confidence),
        (("noise", "repeat"), found.repeat),
        (("reference",), found.reference),
        (("dvc",), found.dvc),
        (("made-from",), found.made_from),
    )
    for path, value in rows:
        if value not in ("", ()) or path == ("needed-by",):
            yield ("model", *path), value


def _bound_row(bound: Bound) -> dict[str, str | int]:
    words = {
        "metric": bound.metric,
        **{key: getattr(bound, field) for key, field in _KEYS},
        "rows": bound.rows,
    }
    return {key: value for key, value in words.items() if value}


def _many(value: Any) -> tuple[str, ...]:
    return () if value is UNSET else (value,) if isinstance(value, str) else tuple(value)


def _text(value: Any) -> str:
    return "" if value is UNSET else str(value)


def _bound(form: BoundForm) -> Bound:
    words = {field: _text(getattr(form, key)) for key, field in _KEYS}
    rows = form.rows if isinstance(form.rows, int) else 0
    return Bound(metric=form.metric, rows=rows, **words)


def _wrong(own: ModelForm, kinds: Mapping[str, Kind]) -> Iterator[PolicyFault]:
    """Everything that can't be meant."""
    needed = [] if isinstance(own.needed_by, UnsetType) else own.needed_by
    for index, kind in enumerate(needed):
        if kind not in kinds:
            says = f"model.needed-by: {shown(kind)} isn't a kind of branch of this policy"
            yield PolicyFault(("model", "needed-by", index), says + did_you_mean(kind, kinds))
    yield from _wrong_sources(own)
    yield from _wrong_paths(own)
    seen: set[str] = set()
    for index, bound in enumerate(own.gate):
        yield from _wrong_bound(index, bound, bound.metric in seen)
        seen.add(bound.metric)
    if not isinstance(own.noise, UnsetType) and own.noise.confidence is not UNSET:
        number = _number(_text(own.noise.confidence))
        if number is None or not Decimal("0.5") <= number <= Decimal("0.999"):
            says = f"model.noise.confidence must be between 0.5 and 0.999, not {_text(own.noise.confidence)}"
            yield PolicyFault(("model", "noise", "confidence"), says)


def _wrong_sources(own: ModelForm) -> Iterator[PolicyFault]:
    """Where the numbers are."""
    metrics = _many(own.metrics)
    for word in metrics:
        if not word.startswith(JUNIT) and not word.lower().endswith(_FORMS):
            says = (
                f"model.metrics: {shown(word)} isn't a report that can be read; it ends in {listed(_FORMS)}"
            )
            yield PolicyFault(("model", "metrics"), f"{says}, or is written {JUNIT}FILE")
    if metrics and own.mlflow is not UNSET:
        yield PolicyFault(("model", "mlflow"), "model.metrics and model.mlflow are both set; name one source")
    if own.gate and not metrics and own.mlflow is UNSET:
        yield PolicyFault(
            ("model", "gate"), "model.gate needs a report: add metrics: reports/metrics.json", True
        )
    if not own.gate and own.tests is UNSET:
        yield PolicyFault(("model",), "model asks for nothing; add gate or tests", True)
    if own.baseline == MLFLOW and own.mlflow is UNSET:
        yield PolicyFault(("model", "baseline"), "model.baseline: mlflow needs model.mlflow")
    if own.baseline not in (BASE, MLFLOW) and not own.baseline.lower().endswith(_FORMS):
        says = f"model.baseline must be base, mlflow, or a file that ends in {listed(_FORMS)}"
        yield PolicyFault(("model", "baseline"), f"{says}, not {shown(own.baseline)}")


def _wrong_paths(own: ModelForm) -> Iterator[PolicyFault]:
    """A path leads nowhere but into the repository, and into the directory of reports."""
    junit = "" if isinstance(own.tests, UnsetType) else own.tests.junit
    noise = UNSET if isinstance(own.noise, UnsetType) else own.noise.predictions
    tracking = "" if isinstance(own.mlflow, UnsetType) else own.mlflow.uri
    if tracking.startswith(_ADDRESSES):
        if "@" in tracking.partition("//")[2].partition("/")[0]:
            says = "model.mlflow.uri holds a user or password; MLFLOW_TRACKING_TOKEN is the place for that"
            yield PolicyFault(("model", "mlflow", "uri"), says)
        tracking = ""
    local = tracking.removeprefix(SQLITE)
    named: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
        (("metrics",), tuple(word.removeprefix(JUNIT) for word in _many(own.metrics))),
        (("tests", "junit"), (junit,)),
        (("noise", "predictions"), (_text(noise),)),
        (("baseline",), (own.baseline,)),
        (("dvc",), (_text(own.dvc),)),
        (("mlflow", "uri"), (local,)),
    )
    for path, words in named:
        for word in words:
            odd = word.startswith(("/", "~")) or "\\" in word or ".." in word.split("/") or word[1:2] == ":"
            if word and (odd or not word.isprintable() or "://" in word):
                says = f"model.{'.'.join(path)}: {shown(word)} must be a path below the repository's root"
                yield PolicyFault(("model", *path), says)


def _wrong_bound(index: int, bound: BoundForm, again: bool) -> Iterator[PolicyFault]:
    """One row of the gate."""
    path = ("model", "gate", index)
    name = shown(bound.metric)
    if again:
        yield PolicyFault((*path, "metric"), f"model.gate: {name} appears twice; write its bounds in one row")
    words = {key: _text(getattr(bound, key)) for key, _ in _KEYS}
    if not any(words.values()):
        yield PolicyFault(path, f"model.gate: {name} has no bound; add min, max, drop or rise")
    for key, text in words.items():
        percent = key in ("drop", "rise") and text.endswith("%")
        number = _number(text[:-1] if percent else text) if text else Decimal(0)
        if number is None:
            yield PolicyFault(
                (*path, key), f"model.gate: {key} of {name} must be a number, not {shown(text)}"
            )
        elif key in ("drop", "rise") and number < 0:
            yield PolicyFault(
                (*path, key), f"model.gate: {key} of {name} must not be negative, and is {text}"
            )
    low, high = _number(words["min"]), _number(words["max"])
    if low is not None and high is not None and low > high:
        yield PolicyFault(path, f"model.gate: min of {name} is above its max, so nothing could pass")


def _number(text: str) -> Decimal | None:
    """A number in plain digits; NaN, infinity and what no float holds are none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    good = number.is_finite() and len(text) <= 40 and abs(number.adjusted()) < 300 and "_" not in text
    return number if good and text.isascii() else None
