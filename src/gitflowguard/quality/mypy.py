"""mypy: errors across all files together; its notes belong to them and are left out."""

from __future__ import annotations

import re

from gitflowguard.quality.adapter import Answer, Garbled, Prepared, Remark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import Ended

_LINE = re.compile(r"^(.*?):(\d+)(?::(\d+))?: (error|note): (.*?)(?:  \[([a-z0-9-]+)\])?$")
_SECTION = {"pyproject.toml": rb"^\s*\[tool\.mypy\b", "setup.cfg": rb"^\s*\[mypy\b"}


def has_section(name: str, data: bytes) -> bool:
    """mypy.ini is mypy's alone; the others need a section for it."""
    pattern = _SECTION.get(name, rb"^\s*\[mypy\b")
    return re.search(pattern, data, re.MULTILINE) is not None


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """No cache on disk, places with columns, and a configuration that we name."""
    args = (
        "--no-error-summary",
        "--show-column-numbers",
        "--show-error-codes",
        "--no-pretty",
        "--no-color-output",
    )
    own = ("--config-file", config[0] if config else "")
    return Prepared(
        (*args, "--hide-error-context", "--no-incremental", "--cache-dir=/dev/null", *own, *tool.args)
    )


def read(ended: Ended, files: tuple[str, ...]) -> Answer:
    """Exit code 0 without, 1 with errors, 2 for what it cannot go on from: a syntax error is one with a place."""
    if ended.code not in (0, 1, 2):
        raise Garbled(f"mypy ended with exit code {ended.code}")
    remarks, other = [], ""
    for line in ended.out.decode("utf-8", "surrogateescape").splitlines():
        match = _LINE.match(line)
        if match is None:
            other = other or line.strip()
        elif match[4] == "error" and match[1] in files:
            remarks.append(Remark(match[1], match[6] or "", match[5], int(match[2]), int(match[3] or "0")))
    if ended.code == 0 and remarks or ended.code == 1 and not remarks:
        raise Garbled(f"mypy's words and its exit code {ended.code} do not go together: {other[:200]}")
    if ended.code == 2 and not (remarks and all(one.code == "syntax" for one in remarks)):
        last = (ended.err.decode("utf-8", "replace").strip() or other).splitlines()[-1:] or [
            "it gave no reason"
        ]
        raise Garbled(f"mypy could not go on: {last[0][:200]}")
    return Answer(tuple(remarks))
