"""GITFLOWGUARD_SKIP, as a command reads it: a mistake in it is a matter of usage."""

from __future__ import annotations

import os

import click

from gitflowguard.model.event import SkipError, parse_skip
from gitflowguard.rules import registry


def skips() -> dict[str, str]:
    """Rule -> the reason to skip it."""
    try:
        return parse_skip(os.environ.get("GITFLOWGUARD_SKIP", ""), registry.NAMES, registry.CODES)
    except SkipError as problem:
        raise click.UsageError(str(problem)) from None
