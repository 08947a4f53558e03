"""The one door to the renderers: a name in, text out.

Each format is a module of this package named after it with
``render(report, about) -> str``. Only the chosen one is loaded, because ``text``
is on the path of every hook and JSON alone would double what that hook imports.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.finding import Report
    from gitflowguard.radar.nouns import Radar
    from gitflowguard.report.about import About

# The one list of formats: a row for each sort of answer, and a command offers the row of what it answers.
FORMATS = ("text", "json", "sarif", "github", "markdown", "junit")
# A page with a picture beside what every report has.
GATE_FORMATS = (*FORMATS, "html")
# The radar has words of its own for what people look at; the rest is a report like any other.
RADAR_FORMATS = ("text", "json", "markdown", "html", "sarif", "github", "junit")
PROTECT_FORMATS = ("text", "json", "markdown", "sarif")
# A simulation, and a self-test: a table and no report.
SIMULATION_FORMATS = ("text", "json")


def render(name: str, report: Report, about: About) -> str:
    """The report in the named format: empty, or ending in a newline.

    Raises ValueError for a name that is not in FORMATS.
    """
    if name not in FORMATS:
        raise ValueError(f"{name!r} isn't an output format; choose one of {', '.join(FORMATS)}")
    module = __import__(f"gitflowguard.report.{name}", fromlist=["render"])
    text: str = module.render(report, about)
    return text


def render_radar(name: str, radar: Radar, about: About) -> str:
    """What the radar saw as text, json, markdown or html; ends in a newline."""
    module = __import__(f"gitflowguard.report.radar.{name}", fromlist=["render"])
    text: str = module.render(radar, about)
    return text
