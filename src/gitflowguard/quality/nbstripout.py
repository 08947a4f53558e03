"""nbstripout --verify: notebooks whose outputs are still in them."""

from __future__ import annotations

import re

from gitflowguard.model.check import LINT
from gitflowguard.quality.adapter import GarbledOutput, Prepared, Remark, ToolAnswer
from gitflowguard.quality.catalogue import ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="nbstripout",
    family=LINT,
    files=("*.ipynb",),
    program="nbstripout",
    dist="nbstripout",
    oldest="0.6",
    pinned="0.9.1",
    single=True,
    fixes=True,
)
_DIRTY = re.compile(r"^Dry run: would have stripped (.*)$", re.MULTILINE)
# A Python warning, such as of a cell without an id, and the line of code below it (docs.python.org,
# "warnings.formatwarning").
_WARNING = re.compile(r"^\S.*:\d+: \w+Warning: .*\n(?:  .*\n)?", re.MULTILINE)


def has_section(name: str, data: bytes) -> bool:
    """Its settings lie in git's own configuration, which is not read here."""
    return False


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """Looks only, and at every file: without --force it skips names of another kind and says nothing."""
    return Prepared(("--verify", "--force", *tool.args))


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 all stripped, 1 something to strip, in files that it names."""
    said = _WARNING.sub("", (ended.out + b"\n" + ended.err).decode("utf-8", "surrogateescape"))
    dirty = set(_DIRTY.findall(said))
    odd = [line for line in said.splitlines() if line.strip() and not _DIRTY.match(line)]
    if ended.code == 0 and not dirty and not odd:
        return ToolAnswer()
    named = [path for path in files if path in dirty]
    if odd or ended.code != 1 or not named or len(named) != len(dirty):
        raise GarbledOutput(f"nbstripout ended with exit code {ended.code}: {_why(said)[:200]}")
    says = "would strip outputs, counts or metadata of this notebook"
    return ToolAnswer(tuple(Remark(path, "", says) for path in named))


def _why(said: str) -> str:
    """The line of an error, not one of the traceback around it."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith((" ", "Traceback"))]
    errors = [line for line in lines if "Error" in line.partition(":")[0]]
    return (errors[-1:] or lines[-1:] or ["it gave no reason"])[0].strip()
