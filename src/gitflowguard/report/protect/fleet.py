"""A fleet as a table or as JSON."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import plural
from gitflowguard.protection.nouns.fleet import Fleet, FleetRow
from gitflowguard.report.data import dump
from gitflowguard.report.escape import terminal
from gitflowguard.report.json import head

_HEADS = ("repository", "policy", "check", "hooks", "protection", "required")
_UNKNOWN = "?"


def render(name: str, fleet: Fleet, version: str) -> str:
    """The fleet in the named format, text or json; ends in a newline."""
    return _json(fleet, version) if name == "json" else _text(fleet)


def _json(fleet: Fleet, version: str) -> str:
    rows = [
        {
            "repository": row.name,
            "guarded": None if isinstance(row.policy, Unknown) else row.guarded,
            "policy": _value(row.policy),
            "digest": row.digest or None,
            "extends": row.extends or None,
            "locked": row.locked or None,
            "problem": row.problem or None,
            "workflow": _value(row.workflow),
            "hooks": _value(row.hooks),
            "steps": _value(row.steps),
            "required": _value(row.required),
            "differs": list(row.differs),
        }
        for row in fleet.rows
    ]
    left = {"archived": fleet.archived, "forks": fleet.forks}
    return dump({**head(version), "summary": summary(fleet), "repositories": rows, "left_out": left})


def _value(value: str | int | bool | Unknown) -> object:
    """The value, null for none, or why it isn't known."""
    if isinstance(value, Unknown):
        return {"unknown": value.reason}
    return None if value == "" else value


def _text(fleet: Fleet) -> str:
    """A table, then a line for each repository that differs or couldn't be read, then the numbers."""
    table = [_HEADS, *(_cells(row) for row in fleet.rows)] if fleet.rows else []
    widths = [max(map(len, column)) for column in zip(*table)]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip() for row in table]
    told = [
        f"{terminal(row.name)}: {terminal('; '.join((*row.differs, *(f'unknown: {why}' for why in row.unknown))))}"
        for row in fleet.rows
        if row.differs or row.unknown
    ]
    return (
        "\n".join([*lines, *([""] if lines else []), *told, *([""] if told else []), summary(fleet)]) + "\n"
    )


def _cells(row: FleetRow) -> tuple[str, ...]:
    """One row of the table; a repository without a policy has nothing else."""
    if isinstance(row.policy, Unknown):
        return (terminal(row.name), *(_UNKNOWN for _ in _HEADS[1:]))
    if not row.guarded:
        return (terminal(row.name), "broken" if row.problem else "none", *("-" for _ in _HEADS[2:]))
    policy = f"{terminal(row.extends)} + {row.digest}" if row.extends else row.digest
    steps = row.steps if isinstance(row.steps, Unknown) else f"{row.steps} to do" if row.steps else "in sync"
    required = row.required if isinstance(row.required, Unknown) else "yes" if row.required else "no"
    cells = (policy, row.workflow, row.hooks, steps, required)
    return (
        terminal(row.name),
        *(_UNKNOWN if isinstance(one, Unknown) else terminal(one) or "-" for one in cells),
    )


def summary(fleet: Fleet) -> str:
    """``12 repositories: 9 guarded, 2 not, 1 unknown; 3 differ. Left out: 4 archived, 1 fork.``"""
    unknown = sum(isinstance(row.policy, Unknown) for row in fleet.rows)
    guarded = sum(row.guarded for row in fleet.rows)
    counts = [f"{guarded} guarded", f"{len(fleet.rows) - guarded - unknown} not"]
    counts += [f"{unknown} unknown"] if unknown else []
    differ = sum(row.guarded and bool(row.differs) for row in fleet.rows)
    said = f"{_repositories(len(fleet.rows))}: {', '.join(counts)}"
    said += f"; {differ} of the guarded {'differs' if differ == 1 else 'differ'}." if differ else "."
    left = [f"{fleet.archived} archived"] if fleet.archived else []
    left += [plural(fleet.forks, "fork")] if fleet.forks else []
    return f"{said} Left out: {', '.join(left)}." if left else said


def _repositories(count: int) -> str:
    return f"{count} {'repository' if count == 1 else 'repositories'}"
