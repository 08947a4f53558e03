"""The command line for the tests of this folder."""

from __future__ import annotations

from tests.install.conftest import guard

__all__ = ["guard"]
