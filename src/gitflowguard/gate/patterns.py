"""Patterns of paths and tests: ``*`` is anything without a slash, ``**`` anything."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> re.Pattern[str]:
    out = []
    # A run of stars is one, so that no pattern takes more than linear work for each of its parts.
    for part in re.findall(r"\*\*+/|\*\*+|\*|[^*]+", pattern):
        if part.endswith("*/") and len(part) > 2:
            out.append("(?:.*/)?")
        elif part == "*":
            out.append("[^/]*")
        else:
            out.append(".*" if part[0] == "*" else re.escape(part))
    return re.compile("".join(out), re.S)


def path_matches(pattern: str, path: str) -> bool:
    """As everywhere in a policy: without a slash by the file's name, else by the whole path."""
    if "/" not in pattern and pattern != "**":
        path = path.rpartition("/")[2]
    return _compiled(pattern).fullmatch(path) is not None


def matches_test(pattern: str, test: str) -> bool:
    """Whether a pattern means a test, or the module, class or folder that it is in.

    ``tests/model/*``, ``tests/model/test_wine.py``, ``tests/model/test_wine.py::test_f1``.
    """
    wanted = _compiled(pattern.replace(".py::", "::").removesuffix(".py").rstrip("/"))
    ends = [index for index, letter in enumerate(test) if letter in "/:["] + [len(test)]
    return any(wanted.fullmatch(test[:end]) for end in ends)
