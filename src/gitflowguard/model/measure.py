"""The fact that family 0 judges: one thing that the policy asks of a model, and what the reports say of it.

Numbers are kept as they were written, because 0.80 and 0.8 are one number to `decimal` and the same text to nobody. A
number that isn't there has a fault, which is a violation; only a source that couldn't be asked makes an Unknown.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

METRIC, TEST, INPUT, REFERENCE = "metric", "test", "input", "reference"


class Bound(Record):
    """What the policy asks of one metric. Numbers as written, "" for none; drop and rise may end in ``%``.

    rows: the fewest rows that the number may rest on without a warning, 0 for any.
    """

    metric: str
    minimum: str = ""
    maximum: str = ""
    drop: str = ""
    rise: str = ""
    rows: int = 0


class Measure(Record):
    """One metric with its bound, one test, one input of the reports, or one file that old and new numbers share.

    about: the branch that the model goes to. kind: METRIC, TEST, INPUT or REFERENCE. name: of the metric, test or file.
    value: as written. fault: a whole sentence without a full stop that says what is wrong: no number, a test that
    didn't run, a changed file. unknown: why the source couldn't be asked.
    before: the value at the base; before_fault: why there is something else than a number there.
    support: how many rows the value rests on, "" if the report doesn't say.
    low, high: the interval of the change that ``pairs`` rows show, at ``confidence`` percent, "" for none.
    advice: whether it is only a warning for this branch.
    path: the report, below the root of the repository. mend: commands that make it right.
    """

    about: str
    kind: str
    name: str
    value: str = ""
    fault: str = ""
    unknown: Unknown | None = None
    before: str = ""
    before_fault: str = ""
    bound: Bound = Bound("")
    support: str = ""
    low: str = ""
    high: str = ""
    pairs: int = 0
    confidence: str = "95"
    advice: bool = False
    path: str = ""
    mend: tuple[tuple[str, ...], ...] = ()


def limit(tolerance: str, before: Decimal) -> Decimal | None:
    """How far a value may move from the one before; None where a percentage of 0 says nothing."""
    from decimal import Decimal

    if not tolerance.endswith("%"):
        return Decimal(tolerance)
    return abs(before) * Decimal(tolerance[:-1]) / 100 if before else None


def change_of(measure: Measure) -> Decimal | None:
    """The value less the one before; None where one of them isn't there."""
    from decimal import Decimal

    if not (measure.value and measure.before):
        return None
    return Decimal(measure.value) - Decimal(measure.before)


def broken_bound(measure: Measure) -> tuple[str, str]:
    """(``minimum`` or ``maximum``, the bound as written) that the value breaks, ("", "") if none. Equal passes."""
    from decimal import Decimal

    bound = measure.bound
    if measure.value and bound.minimum and Decimal(measure.value) < Decimal(bound.minimum):
        return "minimum", bound.minimum
    if measure.value and bound.maximum and Decimal(measure.value) > Decimal(bound.maximum):
        return "maximum", bound.maximum
    return "", ""


def exceeded(measure: Measure) -> tuple[str, str]:
    """(``drop`` or ``rise``, the tolerance as written) that the change exceeds, ("", "") if none."""
    from decimal import Decimal

    change, bound = change_of(measure), measure.bound
    if change is None:
        return "", ""
    for what, tolerance, size in (("drop", bound.drop, -change), ("rise", bound.rise, change)):
        most = limit(tolerance, Decimal(measure.before)) if tolerance else None
        if most is not None and size > most:
            return what, tolerance
    return "", ""


def unresolved(measure: Measure) -> str:
    """The tolerance that the rows can't resolve, "" if they can: the interval holds no change and that change."""
    from decimal import Decimal

    if not (measure.low and measure.high and measure.before):
        return ""
    low, high, bound = Decimal(measure.low), Decimal(measure.high), measure.bound
    for tolerance, sign in ((bound.drop, -1), (bound.rise, 1)):
        most = limit(tolerance, Decimal(measure.before)) if tolerance else None
        if most is not None and low <= sign * most <= high and low <= 0 <= high:
            return tolerance
    return ""


def figure(number: Decimal, signed: bool = False) -> str:
    """A number for a person: at most four places, no exponent where one can do without."""
    from decimal import Decimal

    if not number:
        return "0"
    if abs(number) < Decimal("0.0001") or abs(number) >= Decimal("1e9"):
        return f"{number:+.2E}" if signed else f"{number:.2E}"
    text = f"{number:+.4f}" if signed else f"{number:.4f}"
    return text.rstrip("0").rstrip(".")
