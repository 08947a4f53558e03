"""`radar --run COMMAND`: a command of the user's own, tried on merges that git makes without a conflict.

The command runs code of the branches. So it runs only when it is asked for, in a private directory that holds
the merge's files and nothing else, and what it started is killed with it. Where it fails, it is tried on each
side alone before the merge is blamed.
"""

from __future__ import annotations

import time

from gitflowguard.app.radar.merges import Breaks
from gitflowguard.model.record import Record
from gitflowguard.process import ProcessError, run_apart
from gitflowguard.radar.nouns import Broken
from gitflowguard.repo.checkout import lay_out
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gitflowguard.app.radar.merges import Merged, Merges
    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.sounding import ObjectReader

# What nobody runs: a change of these alone breaks no command.
_PROSE = (".md", ".rst", ".adoc", ".png", ".jpg", ".jpeg", ".gif", ".svg")
_SHOWN = 200


# What our launcher took away, so that nothing of it is imported into us; the person's own command may need it.
_SAVED = "GITFLOWGUARD_PYTHONPATH"


class Tried(Record):
    """What a run came to. fine: exit code 0. code: ``exit 1``, ``signal 9``. says: its last line."""

    fine: bool
    code: str = ""
    says: str = ""


class Command:
    """A command and what is left of its time. words: the program and its arguments. clock: seconds."""

    def __init__(
        self,
        words: tuple[str, ...],
        seconds: float,
        most: int,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.words, self.most, self.clock = words, most, clock
        self.environ = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
        if _SAVED in self.environ:
            self.environ["PYTHONPATH"] = self.environ.pop(_SAVED)
        self.end = clock() + seconds
        self.seconds = seconds
        self.left = most
        self._known: dict[str, Tried | None] = {}
        self._alone: dict[str, str] = {}

    @property
    def shown(self) -> str:
        """The command as a person would type it."""
        import shlex

        return shlex.join(self.words)

    def look(self, merges: Merges) -> Breaks:
        """The merges of a target on which the command fails, and on neither side alone."""
        self._alone.clear()
        found: list[Broken] = []
        target = merges.target.name
        singles = [one.merged for one in merges.singles if _code(one.meets) and _code(one.brings)]
        couples = merges.couples(lambda *two: all(_code(merges.singles[place].brings) for place in two))
        tried = untold = 0
        with interruptible():
            for merged in _merges(merges, singles, couples):
                if self.left <= 0 or self.clock() >= self.end or target in self._alone:
                    break
                self.left -= 1
                tried += 1
                outcome = self._judged(merges.bench.sounding, merged)
                untold += outcome is None
                if outcome is not None and not outcome.fine:
                    says = f"`{self.shown}`: {outcome.says}" if outcome.says else f"`{self.shown}`"
                    found.append(
                        Broken(
                            target=target,
                            branches=merged.branches,
                            path="",
                            line=0,
                            code=outcome.code,
                            says=says,
                        )
                    )
        left = len(singles) + len(couples) - tried
        return Breaks(tuple(found), self._notes(target, tried, untold, left))

    def _notes(self, target: str, tried: int, untold: int, left: int) -> tuple[str, ...]:
        notes = [f"`{self.shown}` was tried on {_merges_of(tried)} on {target}"]
        notes += [f"`{self.shown}` fails on {name} alone, too ({why})" for name, why in self._alone.items()]
        if untold:
            notes.append(
                f"can't determine {_merges_of(untold)}: the {self.seconds:g} s of --run-seconds ran out"
            )
        if left > 0 and target in self._alone:
            notes.append(f"so on {target} it says nothing of merges; {left} more were left out")
        elif left > 0:
            why = "--run-most" if self.left <= 0 else "--run-seconds"
            notes.append(f"up to {left} older merges on {target} were left out by {why}")
        return tuple(notes)

    def _judged(self, sounding: ObjectReader, merged: Merged) -> Tried | None:
        """What the command says of a merge; fine where a side alone is to blame, None where the time was up."""
        outcome = self._on(sounding, merged.tree)
        if outcome is None or outcome.fine:
            return outcome
        for side in (merged.one, merged.other):
            alone = self._on(sounding, side.tree)
            if alone is None:
                return None
            if not alone.fine:
                self._alone[side.name] = f"{alone.code}: {alone.says}" if alone.says else alone.code
                return Tried(True)
        return outcome

    def _on(self, sounding: ObjectReader, tree: str) -> Tried | None:
        """The command on a tree, once; None where the time is up."""
        if tree not in self._known:
            left = self.end - self.clock()
            self._known[tree] = self._run(sounding, tree, left) if left > 0 else None
        return self._known[tree]

    def _run(self, sounding: ObjectReader, tree: str, left: float) -> Tried | None:
        with Tree(self.environ) as place:
            lay_out(sounding, tree, place.root, place.write)
            try:
                done = run_apart(place.root, self.words, self.environ, left)
            except ProcessError as problem:
                return Tried(False, "not started", str(problem))
        if done is None:
            return None
        code = f"exit {done.code}" if done.code >= 0 else f"signal {-done.code}"
        return Tried(done.code == 0, code, _last(done.out))


def _merges(merges: Merges, singles: list[Merged], couples: list[tuple[int, int]]) -> Iterator[Merged]:
    """Each branch on the target, then each two; a merge of two is made when it is its turn."""
    yield from singles
    for couple in couples:
        yield from merges.pairs([couple])


def _merges_of(number: int) -> str:
    return f"{number} merge{'' if number == 1 else 's'}"


def _code(changes: Changes) -> bool:
    """Whether something else than prose and pictures changed."""
    return any(not path.lower().endswith(_PROSE) for path in changes)


def _last(out: bytes) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in out.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:_SHOWN] if lines else ""
