"""Fill in a template of a CI file. It is YAML with lines of the shell, so the marks are neither's nor GitHub's."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gitflowguard.model.names import quote
from gitflowguard.report import actions
from gitflowguard.report.packaged import packaged

if TYPE_CHECKING:
    from jinja2 import Template

PACKAGE = "gitflowguard.report.ci"
# GitHub's filter patterns give these a meaning (docs.github.com, "Filter pattern cheat sheet").
_GLOB = re.compile(r"([\\*?+\[\]!])")


def filled(template: str, **values: object) -> str:
    """The template of that name with the values. Each passes through `yaml`, or is a line of the shell."""
    return str(_compiled(template).render(actions=actions, **values))


@lru_cache  # compiling one takes 40 ms
def _compiled(template: str) -> Template:
    from jinja2 import (  # 40 ms, and only where a file is written or compared
        Environment,
        StrictUndefined,
    )

    environment = Environment(  # YAML, not HTML  # nosec B701
        variable_start_string="@{",
        variable_end_string="}@",
        block_start_string="@%",
        block_end_string="%@",
        comment_start_string="@#",
        comment_end_string="#@",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
    )
    environment.filters["yaml"] = json.dumps
    environment.filters["shell"] = quote
    return environment.from_string(packaged(PACKAGE, template))


def literal(name: str) -> str:
    """A filter pattern of GitHub's that means just this name."""
    return _GLOB.sub(r"\\\1", name)
