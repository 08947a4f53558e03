"""The bench."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakegithub.fake import Fake
from tests.pr.surfaces.bench import Bench


@pytest.fixture
def bench(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A pull request on the fake; at the end no file of ours may hold a token."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # as in tests/protect/bench.py
    made = Bench(github, tmp_path)
    yield made
    made.clean()
