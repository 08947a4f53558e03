"""How long each rule of the team's own took, written down whenever one ran: what `doctor --timings` shows."""

from __future__ import annotations

import os

from gitflowguard.app.policy.opening import open_repository
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.repo.git import Git, Place

# The newest bytes are kept up to this many, a thousand runs or about that.
MOST = 1 << 16
_NAME = "rule-times"


class RuleTime(Record):
    """A rule at a moment. runs: how many are known. last, median, slowest: milliseconds."""

    rule: str
    moment: str
    runs: int
    last: int
    median: int
    slowest: int


class SilentRule(Record):
    """A rule of the policy that has not run here."""

    rule: str


class RuleTimes(Record):
    """rows: what is known, the slowest first. silent: rules of the policy that have not run here."""

    rows: tuple[RuleTime, ...] = ()
    silent: tuple[SilentRule, ...] = ()


def timed(git: Git) -> RuleTimes:
    """What is known of this clone. Raises GitError, PolicyError."""
    opened = open_repository(git)
    rows = times(opened.place)
    ran = {row.rule for row in rows}
    return RuleTimes(rows, tuple(SilentRule(one.name) for one in opened.flow.own if one.name not in ran))


def note(place: Place, moment: str, took: Iterable[tuple[str, float]]) -> None:
    """Writes down (rule, seconds) pairs; where that can't be written, nothing is lost but a figure."""
    lines = "".join(f"{moment} {rule} {round(seconds * 1000)}\n" for rule, seconds in took)
    path = _path(place)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path) and os.path.getsize(path) > MOST:
            _shorten(path)
        with open(path, "a", encoding="ascii") as file:
            file.write(lines)
    except OSError:
        return


def times(place: Place) -> tuple[RuleTime, ...]:
    """What is known, the slowest first."""
    found: dict[tuple[str, str], list[int]] = {}
    for words in _rows(_path(place)):
        found.setdefault((words[1], words[0]), []).append(int(words[2]))
    rows = [
        RuleTime(
            rule=rule,
            moment=moment,
            runs=len(took),
            last=took[-1],
            median=sorted(took)[len(took) // 2],
            slowest=max(took),
        )
        for (rule, moment), took in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.median))


def _rows(path: str) -> list[list[str]]:
    """The lines that are whole; another process may be writing one."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            rows = [line.split() for line in file]
    except OSError:
        return []
    return [words for words in rows if len(words) == 3 and words[2].isdigit()]


def _path(place: Place) -> str:
    return os.path.join(place.common, "gitflowguard", _NAME)


def _shorten(path: str) -> None:
    """Leaves the newer half."""
    from gitflowguard.cachefile import put  # hardly any run gets here

    with open(path, "rb") as file:
        data = file.read()
    put(path, data[len(data) // 2 :].partition(b"\n")[2])
