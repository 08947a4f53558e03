"""All handlers, registered by being imported."""

from __future__ import annotations

from fakegithub import (
    on_checks,
    on_classic,
    on_git,
    on_orgs,
    on_pulls,
    on_repos,
    on_rulesets,
    on_seed,
)
from fakegithub.web import HANDLERS

MODULES = (on_checks, on_classic, on_git, on_orgs, on_pulls, on_repos, on_rulesets, on_seed)

__all__ = ["HANDLERS", "MODULES"]
