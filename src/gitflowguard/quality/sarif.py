"""A program of the team's own that prints SARIF 2.1.0 on its standard output."""

from __future__ import annotations

import json

from gitflowguard.quality.adapter import GarbledOutput, Prepared, Remark, ToolAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

_TELLING = ("error", "warning", "note")


def has_section(name: str, data: bytes) -> bool:
    """It reads what it reads; nothing of it is known here."""
    return False


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Only what the policy says."""
    return Prepared(tool.args)


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """All results of all runs; a run that says that it failed has looked at nothing."""
    try:
        runs = json.loads(ended.out)["runs"]
        remarks = [_remark(one, files) for run in runs for one in run.get("results") or () if _tells(one)]
        failed = any(
            one.get("executionSuccessful") is False for run in runs for one in run.get("invocations") or ()
        )
    except (RecursionError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise GarbledOutput(f"it printed SARIF that can't be read: {type(problem).__name__}") from None
    if failed or not runs or ended.code < 0 or (ended.code and not remarks):
        raise GarbledOutput(
            f"it says itself that it failed, or ended with exit code {ended.code} and no finding"
        )
    return ToolAnswer(tuple(remarks))


def _tells(one: dict[str, Any]) -> bool:
    """Whether it is a finding: not suppressed, and not a note that something passed."""
    return (
        not one.get("suppressions")
        and one.get("kind", "fail") == "fail"
        and one.get("level", "warning") in _TELLING
    )


def _remark(one: dict[str, Any], files: tuple[str, ...]) -> Remark:
    place = one["locations"][0]["physicalLocation"]
    uri = str(place["artifactLocation"]["uri"]).removeprefix("file://")
    ends = [name for name in files if uri == name or uri.endswith("/" + name.removeprefix("./"))]
    if not ends:
        raise ValueError("a file that was not given")
    region = place.get("region") or {}
    code = one.get("ruleId") or (one.get("rule") or {}).get("id") or ""
    first = int(region.get("startLine") or 0)
    return Remark(
        path=max(ends, key=len),
        code=str(code),
        says=str(one["message"]["text"]),
        line=first,
        column=int(region.get("startColumn") or 0),
        end=int(region.get("endLine") or first),
    )
