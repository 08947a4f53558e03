"""The bench."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakegithub.fake import Fake
from tests.protect.bench import Bench, canary_free


@pytest.fixture
def bench(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A repository on the fake; at the end no file of ours may hold the token."""
    made = Bench(github, tmp_path, monkeypatch)
    yield made
    canary_free(tmp_path, made.token)
