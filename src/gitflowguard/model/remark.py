"""How what a tool said of a file becomes a finding: the same for every rule that passes it on."""

from __future__ import annotations

from gitflowguard.model.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.check import Check

# A tool that prints without end fills no screen.
LONGEST = 1_000


def label(tool: str, code: str) -> str:
    """``flake8 F401``; the tool alone where it has no code of its own."""
    return f"{tool} {code}" if code else tool


def sentence(said: Check) -> str:
    """``flake8 F401: 'os' imported but unused``, in the tool's own words, without their full stop.

    The place goes before it in every report, so it doesn't name the file again.
    """
    words = said.says.strip()
    if words.endswith(".") and not words.endswith(".."):
        words = words[:-1]
    if len(words) > LONGEST:
        words = words[: LONGEST - 1] + "…"
    if not words:
        return f"{label(said.tool, said.code)} reports this file"
    if words.startswith("would "):
        return f"{label(said.tool, said.code)} {words}"
    return f"{label(said.tool, said.code)}: {words}"


def finding(said: Check, says: str = "") -> Finding:
    """The finding at its file, line and column, with the tool's own code; ``says`` goes before the tool's words.

    It names no branch: what two branches bring in the same words is reported once.
    """
    return Finding(
        says or sentence(said),
        said.mend,
        path=said.path,
        line=said.line,
        column=said.column,
        advice=said.advice,
        tool=said.tool,
        rule=said.code,
    )
