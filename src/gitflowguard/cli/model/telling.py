"""How the commands on models print a report."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from gitflowguard import __version__
from gitflowguard.cli.console import colour, is_terminal, write
from gitflowguard.cli.output import save
from gitflowguard.report.about import About
from gitflowguard.report.escape import Escaped
from gitflowguard.report.formats import render

if TYPE_CHECKING:
    from gitflowguard.model.finding import Report
    from gitflowguard.model.rule import Rule


def tell(report: Report, policy: str, rules: tuple[Rule, ...], how: tuple[str, str | None, str]) -> None:
    """Prints or saves a report. how: the format, the file, when to use colors."""
    output_format, output_file, color = how
    coloured = not output_file and colour(color, os.environ, is_terminal(sys.stdout))
    about = About(__version__, policy or ".gitflowguard.yaml", rules, coloured)
    text = render(output_format, report, about)
    if output_file:
        save(output_file, Escaped(text))
    else:
        write(Escaped(text), sys.stdout)
