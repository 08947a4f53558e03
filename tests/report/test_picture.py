"""The picture of the metrics, as letters and as SVG: in memory."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # our own output  # nosec B405

from gitflowguard.model.measure import METRIC, Bound, Measure
from gitflowguard.report.gate.picture import LEGEND, scale_of, strips, svg

WHOLE = Measure(
    about="feature/x",
    kind=METRIC,
    name="auc",
    value="0.8",
    before="0.9",
    low="-0.15",
    high="-0.05",
    bound=Bound("auc", minimum="0.5", maximum="1", drop="0.05"),
)
ALONE = Measure(about="feature/x", kind=METRIC, name="a name that is far too long for its column", value="3")


def test_all_that_a_metric_has_is_drawn() -> None:
    """Before, now, both bounds, the limit of the change and the interval; the worse is red, on a ground."""
    row, legend = strips((WHOLE,))
    assert legend == LEGEND and row.startswith("auc  ")
    assert [row.count(letter) for letter in "o*!|"] == [1, 1, 1, 2]
    assert row.index("*") < row.index("!") < row.index("o") and "-" in row
    root = ET.fromstring(svg((WHOLE,)))  # our own output  # nosec B314
    kinds = [element.tag.rpartition("}")[2] for element in root]
    assert kinds.count("rect") == 2 and kinds.count("circle") == 2 and kinds.count("line") == 4
    assert [e.get("fill") for e in root.iter() if e.tag.endswith("circle")] == ["#ffffff", "#cf222e"]


def test_a_number_alone_is_a_dot() -> None:
    """No interval, no bound and nothing before; a long name is cut."""
    row, _ = strips((ALONE,))
    assert row.startswith("a name that is far too long f…  ") and row.count("*") == 1
    assert not set("o!|-") & set(row.split("  ")[-1])
    root = ET.fromstring(svg((ALONE,)))  # our own output  # nosec B314
    kinds = [element.tag.rpartition("}")[2] for element in root]
    assert kinds.count("rect") == 1 and kinds.count("circle") == 1 and kinds.count("line") == 1


def test_a_percentage_of_zero_has_no_limit() -> None:
    zero = WHOLE._replace(before="0", low="", high="", bound=Bound("auc", drop="5%"))
    scale = scale_of(zero)
    assert scale is not None and scale.limits == () and scale.low is None


def test_nothing_to_draw() -> None:
    """Without a number there is no line, and without a line no picture."""
    lost = ALONE._replace(value=""), ALONE._replace(fault="isn't a number")
    assert strips(lost) == () and svg(lost) == "" and strips(()) == ()
