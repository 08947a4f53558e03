"""How many comments in a file hide a tool's findings: they are counted and reported, never passed over in silence.

A comment is taken to be whatever follows the first number sign of a line; one
inside a string is counted too, which errs on the side of telling. A line counts
once. The words are the tools' own (flake8.defaults, black.comments,
bandit.core.manager, isort.settings, ruff's and mypy's manuals), and where a tool
is stricter about spaces or case than the words here, that errs the same way.
"""

from __future__ import annotations

import re

# A comment is taken whole, so that a line is read once, however many number signs it has.
_COMMENT = re.compile(rb"#[^\r\n]*")
# isort obeys these also outside of comments (pycqa.github.io/isort, "Action Comments": in a docstring).
_LINE = re.compile(rb"[^\r\n]+")

_FORMAT = rb"\bfmt:\s?(?:off|skip)\b|\byapf:\s?disable\b"
_NOQA = rb"\bnoqa"
_ISORT = rb"\bisort:\s?(?:skip|skip_file|off)\b"
_WORDS = {
    "black": _FORMAT,
    "ruff-format": _FORMAT,
    "flake8": _NOQA,
    "ruff": _NOQA + rb"|\bruff:\s?(?:disable|ignore|file-ignore)\b|" + _ISORT,
    "bandit": rb"#\s*nosec",
    "isort": _ISORT,
    "mypy": rb"\btype:\s?ignore\b|\bmypy:\s?(?:ignore-errors|ignore_errors|disable-error-code)\b",
}
_COMPILED: dict[str, re.Pattern[bytes]] = {}


def count(tool: str, data: bytes) -> int:
    """How many lines of the file have a comment that hides findings of the tool; 0 for a tool that knows none."""
    if tool not in _WORDS:
        return 0
    words = _COMPILED.get(tool) or _COMPILED.setdefault(tool, re.compile(_WORDS[tool], re.IGNORECASE))
    if not words.search(data):
        return 0
    return sum(1 for piece in (_LINE if tool == "isort" else _COMMENT).findall(data) if words.search(piece))
