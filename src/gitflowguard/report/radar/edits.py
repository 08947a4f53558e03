"""Who else works on a file: for a person, for a program, and in the forms that coding assistants' hooks read."""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, IGNORE
from gitflowguard.model.names import plural, shell
from gitflowguard.model.status import age
from gitflowguard.radar.edits import ADDS, CLEAR, DELETES, MEETS, UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitflowguard.model.finding import Argv
    from gitflowguard.radar.edits import CheckedPath, CheckResult, OtherWork, Span

SCHEMA_VERSION = 1
# What fills the store.
FILL = ("gitflowguard", "radar")
_SHOWN = 5
# What happens to a file in a folder that was asked for.
_VERBS = {ADDS: "adds", DELETES: "deletes"}


def lines(result: CheckResult, now: int, absent: Sequence[str] = ()) -> list[str]:
    """For a person: a line for each file and each that works on it, as compilers write them, and notes.

    absent: paths that were asked for and aren't here: a new file's, or mistyped.
    """
    found = [line for path in result.paths for line in _by_person(path, path.others)]
    if not found and result.verdict == CLEAR:
        found = [
            f"Nobody else works on {_paths(result.paths)}." if result.paths else "There is no edit to check."
        ]
    mistyped = [f"{path} isn't here; unless it is a new file, check its name" for path in absent]
    return [*found, *(f"note: {note}" for note in (*mistyped, *notes(result, now)))]


def notes(result: CheckResult, now: int) -> list[str]:
    """What the answer rests on, where that is less than everything."""
    if not result.as_of:
        return [
            f"can't determine what others have committed: no look has been kept; {shell(_fill(result))} looks now"
        ]
    found = []
    if result.beside:
        names = ", ".join(result.beside[:_SHOWN]) + (", …" if len(result.beside) > _SHOWN else "")
        found.append(f"not compared: {names}; {shell(_fill(result))} says why")
    if not result.fresh:
        found.append(f"as of {age(now - result.as_of)} ago; branches have changed since")
    return found


def _fill(result: CheckResult) -> Argv:
    """The command that fills the store of the repository that was asked."""
    return (FILL[0], "-C", result.elsewhere, *FILL[1:]) if result.elsewhere else FILL


def _text(result: CheckResult, now: int) -> str:
    """What an assistant reads: what the edit meets or may meet, and what isn't known; "" for nothing, and where the
    policy ignores such conflicts."""
    if result.severity == IGNORE:
        return ""
    rows = [
        line
        for path in result.paths
        for line in _by_person(path, [other for other in path.others if other.touches is not False])
    ]
    if not rows and result.verdict != UNKNOWN:
        return ""
    return "\n".join((*rows, *notes(result, now)))


def document(result: CheckResult, now: int, version: str) -> dict[str, object]:
    """For a program; docs/reference/json describes it."""
    mend = [_fill(result)] if result.verdict == UNKNOWN or not result.fresh else []
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "gitflowguard", "version": version},
        "verdict": result.verdict,
        "paths": [
            {"path": path.path, "others": [_other(other) for other in path.others]} for path in result.paths
        ],
        "looked": result.as_of or None,
        "seconds": now - result.as_of if result.as_of else None,
        "fresh": result.fresh,
        "not_compared": result.beside,
        "severity": result.severity,
        "notes": notes(result, now),
        "mend": mend,
        "mend_shell": [shell(argv) for argv in mend],
    }


def _other(other: OtherWork) -> dict[str, object]:
    return {
        "branch": other.branch or None,
        "worktree": other.worktree or None,
        "target": other.target or None,
        "author": other.author or None,
        "committed": other.when or None,
        "change": other.change,
        "lines": None if other.lines is None else [list(span) for span in other.lines],
        "touches": other.touches,
        "moved": other.moved,
    }


def pre_tool_use(result: CheckResult, now: int, asks: bool) -> dict[str, object]:
    """Claude Code's answer to PreToolUse: context for the assistant; or a question to the person, if that is wanted, or
    the policy makes such a conflict an error."""
    text = _text(result, now)
    if not text:
        return {}
    inner: dict[str, object] = {"hookEventName": "PreToolUse", "additionalContext": text}
    if _stops(result, asks):
        inner |= {"permissionDecision": "ask", "permissionDecisionReason": text}
    return {"hookSpecificOutput": inner}


def before_tool(result: CheckResult, now: int, asks: bool) -> dict[str, object]:
    """Gemini CLI's answer to BeforeTool: a message to the person; or the tool call is turned down with the reason, if
    that is wanted, or the policy makes such a conflict an error."""
    text = _text(result, now)
    if not text:
        return {}
    return {"decision": "deny", "reason": text} if _stops(result, asks) else {"systemMessage": text}


def _stops(result: CheckResult, asks: bool) -> bool:
    return (asks or result.severity == ERROR) and result.verdict == MEETS


def _paths(paths: Sequence[CheckedPath]) -> str:
    return paths[0].path or "this repository" if len(paths) == 1 else f"these {plural(len(paths), 'file')}"


def _by_person(path: CheckedPath, others: Sequence[OtherWork]) -> Iterator[str]:
    """A line for each that works on a file; of a folder, where one has a hand in many files, their number."""
    by_person: dict[str, list[OtherWork]] = {}
    for other in others:
        by_person.setdefault(_who(other), []).append(other)
    for who, works in by_person.items():
        if len(works) == 1:
            yield _line(path, works[0])
        else:
            yield f"{path.path or '.'}: {who} changes {len(works)} files in it{_since(works[0])}"


def _line(path: CheckedPath, other: OtherWork) -> str:
    """``app.py:10-14: feature/x (Ben) changes these lines, too``."""
    spans = ",".join(_spans(other.lines or ()))
    where = f"{path.path}:{spans}" if spans else path.path or "."
    return f"{where}: {_who(other)} {_does(other)}{_since(other)}"


def _spans(spans: Sequence[Span]) -> Iterator[str]:
    apart = _apart(spans)
    for first, last in apart[:_SHOWN]:
        yield str(first) if last <= first else f"{first}-{last}"
    if len(apart) > _SHOWN:
        yield "…"


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The same lines with each named once, in order. An insertion, which ends before it begins, is its first line."""
    apart: list[Span] = []
    for first, last in sorted((first, max(first, last)) for first, last in spans):
        if apart and first <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(last, apart[-1][1]))
        else:
            apart.append((first, last))
    return apart


def _who(other: OtherWork) -> str:
    if other.worktree:
        on = f" on {other.branch}" if other.branch else ""
        return f"uncommitted work in {other.worktree}{on}"
    return f"{other.branch} ({other.author})" if other.author else other.branch


def _does(other: OtherWork) -> str:
    if other.path:
        return f"{_VERBS.get(other.change, 'changes')} {other.path}"
    if other.change == ADDS:
        return "adds this file, too"
    if other.change == DELETES:
        return "deletes this file"
    if other.touches:
        return "changes these lines, too" if other.lines else "changes this file, too"
    if other.touches is False:
        return "changes other lines"
    return "changes these lines" if other.lines else "changes this file"


def _since(other: OtherWork) -> str:
    return "; it has moved since" if other.moved else ""
