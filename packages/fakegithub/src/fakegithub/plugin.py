"""The fixture ``github``: a started fake whose traffic must conform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fakegithub.fake import Fake


@pytest.fixture
def github() -> Iterator[Fake]:
    """A GitHub of this test's own. Traffic that does not conform fails the test at its end."""
    from fakegithub.fake import Fake

    fake = Fake().start()
    try:
        yield fake
    finally:
        fake.stop()
    assert not fake.violations, "\n".join(
        f"{one.side} {one.operation}: {one.message}" for one in fake.violations
    )
