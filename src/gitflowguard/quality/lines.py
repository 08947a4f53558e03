"""A program of the team's own that prints ``path:line:col: text`` or ``path:line: text``, one finding a line."""

from __future__ import annotations

import re

from gitflowguard.quality.adapter import GarbledOutput, Prepared, Remark, ToolAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

_PLACE = re.compile(r":(\d+)(?::(\d+))?:? +(.*)")
_CODE = re.compile(r"\[?([A-Z]+[-_]?\d+)\]?:? +")
MOST = 127  # from here on an exit code is a signal or a shell's own (POSIX sh, "Exit Status for Commands")


def has_section(name: str, data: bytes) -> bool:
    """It reads what it reads; nothing of it is known here."""
    return False


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Only what the policy says."""
    return Prepared(tool.args)


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """0 is clean; any other code needs findings to show for it, in lines that name files that it was given."""
    remarks = []
    for line in ended.out.decode("utf-8", "surrogateescape").split("\n"):
        remark = _remark(line, files)
        if remark is not None:
            remarks.append(remark)
    if not ended.code:
        return ToolAnswer(tuple(remarks))
    if not remarks or ended.code < 0 or ended.code >= MOST:
        last = ended.err.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it gave no reason"]
        raise GarbledOutput(f"it ended with exit code {ended.code} and no finding: {last[0][:200]}")
    return ToolAnswer(tuple(remarks))


def _remark(line: str, files: tuple[str, ...]) -> Remark | None:
    for path in files:
        for name in (path, "./" + path, _whole(line, path)):
            match = _PLACE.fullmatch(line[len(name) :].rstrip("\r")) if line.startswith(name + ":") else None
            if match and name:
                code = _CODE.match(match[3])
                says = match[3][code.end() :] if code else match[3]
                return Remark(path, code[1] if code else "", says, int(match[1]), int(match[2] or "0"))
    return None


def _whole(line: str, path: str) -> str:
    """The path as a program prints it that makes paths absolute, "" where this line does not begin so."""
    end = f"/{path.removeprefix('./')}:"
    return line[: line.index(end) + len(end) - 1] if line.startswith("/") and end in line else ""
