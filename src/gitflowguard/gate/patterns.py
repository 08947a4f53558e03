"""Patterns of tests: those of paths (model.paths), up to any place where a test's name may end."""

from __future__ import annotations

from gitflowguard.model.paths import fits


def matches_test(pattern: str, test: str) -> bool:
    """Whether a pattern means a test, or the module, class or folder that it is in.

    ``tests/model/*``, ``tests/model/test_wine.py``, ``tests/model/test_wine.py::test_f1``.
    """
    wanted = pattern.replace(".py::", "::").removesuffix(".py").rstrip("/")
    ends = [index for index, letter in enumerate(test) if letter in "/:["] + [len(test)]
    return any(fits(wanted, test[:end]) for end in ends)
