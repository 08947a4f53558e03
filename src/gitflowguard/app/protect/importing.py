"""The policy's section `protection` from what GitHub has."""

from __future__ import annotations

from gitflowguard.app.protect.scope import ProtectScope
from gitflowguard.protection.importing import imported


def section(scope: ProtectScope, name: str) -> str:
    """YAML text; raises ForgeError."""
    return imported(scope.flow, scope.forge.look(name, scope.lines, scope.known, True))
