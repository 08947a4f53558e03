"""The parts of a remote's address."""

from __future__ import annotations

import pytest

from gitflowguard.model.giturl import split


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://ada:x@Host:443/o/r.git", ("https", "host", "o/r.git")),
        ("git@host:o/r", ("", "host", "o/r")),
        ("host:/o/r", ("", "host", "/o/r")),
        ("SSH://git@[::1]:22/o/r", ("ssh", "::1", "o/r")),
        ("/srv/o:r", ("", "", "/srv/o:r")),
        ("../r", ("", "", "../r")),
        ("file:///srv/r", ("file", "", "/srv/r")),
        ("origin", ("", "", "origin")),
    ],
)
def test_parts(url: str, parts: tuple[str, str, str]) -> None:
    assert split(url) == parts
