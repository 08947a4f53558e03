"""The radar as one page that needs nothing else: no network, no foreign script, font or image.

Two things stand between foreign text and the page. ``finalize`` makes visible what does not show, in every value that
the template prints, so that no place can be forgotten; then Jinja2's escaping makes it text. The policy in the page's
head allows the one style and the one script that are ours, by their checksums, and nothing else.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gitflowguard.model.names import plural
from gitflowguard.report.escape import legible
from gitflowguard.report.packaged import checksum, packaged
from gitflowguard.report.radar import view as radarview
from gitflowguard.report.radar import words as radarwords
from gitflowguard.report.radar.matrix import LEGEND

if TYPE_CHECKING:
    from jinja2 import Template

    from gitflowguard.radar.nouns import DuplicatedChange, Radar
    from gitflowguard.report.about import About

PACKAGE = "gitflowguard.report.radar"
MOST_COMMITS = 10
MOST_TWINS = 30


def render(radar: Radar, about: About) -> str:
    """The whole page; the same radar gives the same page."""
    # Here, not above: no other format needs it, and it takes 40 ms.
    from markupsafe import Markup

    css, js = (packaged(PACKAGE, name) for name in ("radar.css", "radar.js"))
    # Both are constants of ours; their checksums are in the policy.
    style, script = Markup(css), Markup(js)  # nosec B704
    return _page().render(
        style=style,
        script=script,
        style_hash=checksum(css),
        script_hash=checksum(js),
        verdict=radarwords.verdict(radar),
        legend=LEGEND,
        most_open=radarview.MOST_OPEN,
        most_knots=radarview.MOST_KNOTS,
        plural=plural,
        noun=lambda count: radarwords.many(radar, count),
        targets=radarview.sections(radar),
        twins=[_twin(twin) for twin in radar.twins[:MOST_TWINS]],
        more_twins=len(radar.twins[MOST_TWINS:]),
        notes=radar.notes,
        ended="closed" if radar.pulls else "deleted",
        looked=radarwords.coverage(radar),
        version=about.version,
    )


@lru_cache  # compiling it takes as long as filling it in
def _page() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, finalize=_legible, undefined=StrictUndefined)
    return environment.from_string(packaged(PACKAGE, "radar.html.j2"))


def _legible(value: object) -> object:
    """What the template prints, with every letter visible; markup of ours stays as it is."""
    return legible(value) if type(value) is str else value


def _twin(twin: DuplicatedChange) -> tuple[str, tuple[tuple[str, str, str], ...], int]:
    """(sentence, the first commits, how many more)."""
    return radarwords.twin(twin), twin.commits[:MOST_COMMITS], len(twin.commits[MOST_COMMITS:])
