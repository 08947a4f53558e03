"""How the commands on models print a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitflowguard import __version__
from gitflowguard.cli.output import is_coloured, write_report
from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.report.about import About
from gitflowguard.report.formats import render

if TYPE_CHECKING:
    from gitflowguard.model.finding import Report
    from gitflowguard.model.rule import Rule


def tell(report: Report, policy: str, rules: tuple[Rule, ...], how: tuple[str, str | None, str]) -> None:
    """Prints or saves a report. how: the format, the file, when to use colors."""
    output_format, output_file, color = how
    coloured = is_coloured(color, output_file)
    about = About(__version__, policy or POLICY_YAML, rules, coloured)
    text = render(output_format, report, about)
    write_report(text, output_file)
