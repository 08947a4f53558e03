"""The command line for the tests of this folder."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.install.place import Shell


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """`gitflowguard`, as typed; the signal handler that it sets is taken back."""
    before = signal.getsignal(signal.SIGTERM)
    yield Shell(monkeypatch, capfd)
    signal.signal(signal.SIGTERM, before)
