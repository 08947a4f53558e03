"""The exit codes of every hook and command (docs/hooks.md, docs/cli.md); one table for both front ends."""

from __future__ import annotations

CLEAN = 0
VIOLATIONS = 1
USAGE = 2
BLIND = 3
BUG = 4
PARTLY = 5
INTERRUPTED = 130

MEANINGS: dict[int, str] = {
    CLEAN: "clean; warnings do not fail",
    VIOLATIONS: "violations",
    USAGE: "usage or configuration",
    BLIND: "couldn't check",
    BUG: "our bug",
    PARTLY: "partly applied",
    INTERRUPTED: "interrupted",
}
