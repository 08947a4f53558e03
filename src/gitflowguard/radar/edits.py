"""An edit that is about to be made, and who else works on the same file: values only."""

from __future__ import annotations

from gitflowguard.model.finding import WARNING
from gitflowguard.model.record import Record

Span = tuple[int, int]

EDITS, ADDS, DELETES = "edits", "adds", "deletes"
MEETS, NEAR, CLEAR, UNKNOWN = "meets", "near", "clear", "unknown"
# The worst first.
VERDICTS = (MEETS, UNKNOWN, NEAR, CLEAR)


class PlannedEdit(Record):
    """An edit that is about to be made. path: from the top. lines: (first, last) of the file as it lies; None for
    anywhere in it. text: what it will hold, where that is known.
    """

    path: str
    lines: tuple[Span, ...] | None = None
    text: bytes | None = None


class OtherWork(Record):
    """What somebody else does to the file. worktree: where it lies uncommitted, "" for what is committed. change: what
    happens to the file. lines: of the file as it lies here; None where they can't be determined. touches: whether
    the edit meets these lines, None where that can't be determined or no lines were given. moved: whether the
    branch has moved since the look. path: the file, where a folder was asked for.
    """

    branch: str
    worktree: str
    target: str
    author: str
    when: int
    change: str
    lines: tuple[Span, ...] | None
    touches: bool | None
    moved: bool = False
    path: str = ""


class CheckedPath(Record):
    """A file and who else works on it."""

    path: str
    others: tuple[OtherWork, ...]


class CheckResult(Record):
    """verdict: MEETS, NEAR (the same file, other lines), CLEAR or UNKNOWN. as_of: seconds since 1970 of the oldest
    look, 0 for none. fresh: whether no ref has moved since. beside: branches that weren't compared. paths: as asked.
    severity: of the rule conflicts-with-branch by the policy, for an edit that meets work or may meet some.
    elsewhere: the work tree whose radar has to look, "" for the one that the question is asked in.
    """

    verdict: str
    paths: tuple[CheckedPath, ...]
    as_of: int
    fresh: bool
    beside: tuple[str, ...] = ()
    severity: str = WARNING
    elsewhere: str = ""
