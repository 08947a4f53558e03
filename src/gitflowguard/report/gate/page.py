"""The verdict on a model as one page that needs nothing else: no script, no network, no foreign style."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from gitflowguard.model.finding import Report
from gitflowguard.model.measure import Measure
from gitflowguard.report import words
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped, xml
from gitflowguard.report.gate.picture import svg
from gitflowguard.report.gate.view import HEADINGS, caption, metrics_of, rows_of
from gitflowguard.report.packaged import checksum, packaged

if TYPE_CHECKING:
    from jinja2 import Template

PACKAGE = "gitflowguard.report.gate"


def html_page(report: Report, about: About, measures: Sequence[Measure]) -> Escaped:
    """The whole page; the same report gives the same page."""
    from markupsafe import Markup

    css = packaged(PACKAGE, "page.css")
    lines = [f"{v.severity} {v.code} {v.name}: {v.finding.says}" for v in report.violations]
    lines += [f"{s.code} {s.name}: {s.unknown.reason}" for s in report.skipped]
    drawn = svg(metrics_of(measures)).rstrip("\n")
    # A constant of ours, and a picture whose words are escaped; the checksum is in the policy.
    style = Markup(css)  # nosec B704
    picture = Markup(drawn)  # nosec B704
    page = _page().render(
        style=style,
        style_hash=checksum(css),
        picture=picture,
        verdict=words.verdict(report, about.blind),
        summary=words.summary(report, about.blind),
        headings=HEADINGS,
        rows=rows_of(measures),
        caption=caption(measures),
        lines=[*lines, *report.notes],
        version=about.version,
    )
    return Escaped(page)


@lru_cache  # compiling it takes as long as filling it in
def _page() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, finalize=_escaped, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string(packaged(PACKAGE, "page.html.j2"))


def _escaped(value: object) -> object:
    """What the template prints, by the one escaper of this format; markup of ours stays as it is."""
    from markupsafe import Markup

    if type(value) is not str:
        return value
    escaped = xml(value)
    return Markup(escaped)  # nosec B704
