"""PyYAML's complaints in a user's words, at the place where the mistake began."""

from __future__ import annotations

from typing import Any

import yaml

from gitflowguard.policy.document import Spot
from gitflowguard.policy.errors import Problem, visible

# (words in PyYAML's message (yaml/scanner.py, yaml/parser.py), what we say, whether the place is where the thing began)
_SYNTAX = (
    ("mapping values are not allowed", "a colon stands inside this value; put the value in quotes", False),
    ("scanning an alias", "a value that starts with * needs quotes", True),
    ("scanning an anchor", "a value that starts with & needs quotes", True),
    ("cannot start any token", "a value cannot start with this character; put it in quotes", False),
    ("unexpected end of stream", "this quote is never closed", True),
    ("expected ',' or", "a comma or a closing bracket is missing; a name with { } inside brackets needs quotes", False),
    ("could not find expected ':'", "a colon is missing after this key", True),
    ("unknown escape character", "inside double quotes a backslash is special; use single quotes", False),
)  # fmt: skip


def syntax(problem: yaml.MarkedYAMLError, text: str, where: str, opened: Spot | None) -> Problem:
    """The problem; opened is where the innermost open bracket stands, if any.

    Of a bracket that is never closed PyYAML only names the end of the file.
    """
    told = f"{problem.context or ''} {problem.problem or ''}"
    mark: Any = problem.problem_mark or problem.context_mark
    if opened and "'<stream end>'" in told:
        return Problem(where, *opened, "this bracket is never closed")
    if text[mark.index : mark.index + 1] == "\t":
        return Problem(where, mark.line + 1, mark.column + 1, "a tab stands here; YAML wants spaces")
    for needle, says, begin in _SYNTAX:
        if needle in told:
            start = (problem.context_mark or mark) if begin else mark
            return Problem(where, start.line + 1, start.column + 1, says)
    says = f"this is not YAML ({visible(problem.problem or 'unreadable')}); check the indentation"
    return Problem(where, mark.line + 1, mark.column + 1, says)
