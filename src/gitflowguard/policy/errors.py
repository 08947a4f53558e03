"""What is wrong with a policy, each with its place. Light: the hook path imports it."""

from __future__ import annotations

from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 60


class Problem(Record):
    """One mistake.

    where: the file, as the user knows it. line, column: from 1; line 0 is the
    whole file. says: what is wrong, why, and how to fix it, on one line.
    """

    where: str
    line: int
    column: int
    says: str

    @property
    def text(self) -> str:
        """``file:line:column: says``."""
        place = f"{self.where}:{self.line}:{self.column}" if self.line else self.where
        return f"{place}: {self.says}"


class PolicyError(Exception):
    """The policy cannot be used; ``problems`` holds every reason, sorted by place. Exit code 2."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(problem.text for problem in self.problems))


def refuse(where: str, says: str, line: int = 0, column: int = 1) -> PolicyError:
    """The error for a single mistake."""
    return PolicyError((Problem(where, line, column, says),))


def shown(value: object) -> str:
    """A foreign value for a message: in quotes, cut to 60 letters, invisible letters as escapes."""
    if not isinstance(value, str):
        return visible(str(value))
    return f'"{visible(value)}"'


def visible(text: str) -> str:
    """The text on one line, without a letter that a terminal would obey or hide."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(x if x.isprintable() else x.encode("unicode_escape", "replace").decode() for x in cut)
