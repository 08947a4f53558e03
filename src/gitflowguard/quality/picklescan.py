"""picklescan: files that would run code when loaded. A tripwire: what it does not know, it does not find."""

from __future__ import annotations

import re

from gitflowguard.model.check import SECURITY
from gitflowguard.quality.adapter import GarbledOutput, Prepared, Remark, ToolAnswer
from gitflowguard.quality.catalogue import ToolSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Tool
    from gitflowguard.quality.adapter import ToolExit

TOOL = ToolSpec(
    name="picklescan",
    family=SECURITY,
    files=("*.pkl", "*.pickle", "*.joblib", "*.pt", "*.pth", "*.bin", "*.ckpt", "*.dill", "*.npy", "*.npz"),
    program="picklescan",
    dist="picklescan",
    oldest="0.0.16",
    pinned="1.0.5",
    hard=("",),
    single=True,
)
_FOUND = re.compile(r"^(.*?): (dangerous import '.*') FOUND(?: \(promoted by --strict\))?$", re.MULTILINE)
# What went wrong stands in a line of its log; the last lines are the summary's.
_ERROR = re.compile(r"^ERROR: (.*)$", re.MULTILINE)
_BROKEN = re.compile(r"(could not parse .*)$", re.MULTILINE)
_COUNT = re.compile(r"^Scanned files: (\d+)$", re.MULTILINE)


def has_section(name: str, data: bytes) -> bool:
    """It has no configuration."""
    return False


def prepare(config: tuple[str, bytes] | None, tool: Tool, refuse: bool) -> Prepared:
    """One file a call: it takes one path."""
    return Prepared((*tool.args, "--path"))


def read(ended: ToolExit, files: tuple[str, ...]) -> ToolAnswer:
    """Exit code 0 nothing, 1 something dangerous, 2 an error; a file that isn't a pickle counts as not scanned."""
    said = ended.out.decode("utf-8", "surrogateescape")
    found = _FOUND.findall(said)
    count = _COUNT.search(said)
    if ended.code not in (0, 1) or count is None or bool(found) is not bool(ended.code):
        raise GarbledOutput(f"picklescan ended with exit code {ended.code}: {_why(ended, files)[:200]}")
    path = files[0]
    broken = _BROKEN.search(said + ended.err.decode("utf-8", "surrogateescape"))
    if broken and not found:
        return ToolAnswer((), ((path, f"picklescan cannot read it: {broken[1]}"),))
    if int(count[1]) == 0:
        return ToolAnswer((), ((path, "picklescan does not read this kind of file"),))
    return ToolAnswer(tuple(Remark(path, "dangerous-import", says) for _, says in found))


def _why(ended: ToolExit, files: tuple[str, ...]) -> str:
    """The tool's own reason, without the directory that the file was laid out in."""
    text = (ended.err + b"\n" + ended.out).decode("utf-8", "replace")
    error = _ERROR.search(text)
    lines = [error[1]] if error else text.strip().splitlines()[-1:] or ["it gave no reason"]
    return re.sub(r"\S*/(?=" + re.escape(files[0].rpartition("/")[2]) + r"\b)", "", lines[0])
