"""`radar --run COMMAND`: a command of the user's own, tried on merges that git makes without a conflict.

The command runs code of the branches. So it runs only when it is asked for, in a private directory that holds
the merge's files and nothing else, and what it started is killed with it. It is tried once on all that can land
together. Where it fails, halves are tried until it is known which branch it fails with, and with which one before
it (`Search`); a branch, or the target, on which it fails alone is not blamed on a merge.
"""

from __future__ import annotations

import time

from gitflowguard.app.radar.landing import Landings, batches
from gitflowguard.app.radar.merges import Breaks
from gitflowguard.model.record import Record
from gitflowguard.process import ProcessError, run_apart
from gitflowguard.radar.bisect import first_red
from gitflowguard.radar.nouns import Broken
from gitflowguard.repo.checkout import lay_out
from gitflowguard.tooling.interrupt import interruptible
from gitflowguard.tooling.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitflowguard.app.radar.aims import Open
    from gitflowguard.app.radar.merges import Merges
    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.objectreader import ObjectReader

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
        self.ran = 0
        self._known: dict[str, Tried | None] = {}
        self._alone: dict[str, str] = {}

    @property
    def shown(self) -> str:
        """The command as a person would type it."""
        import shlex

        return shlex.join(self.words)

    def look(self, merges: Merges, known: Sequence[Broken] = ()) -> Breaks:
        """The merges of a target on which the command fails, and on neither side alone.

        known: merges of which it is known already that they don't work.
        """
        self._alone.clear()
        self.ran = 0
        opens = [one.open for one in reversed(merges.singles) if _code(one.brings)]
        meets = {one.open.tip for one in merges.singles if _code(one.meets)}
        groups = [
            part for part in batches(opens, merges.verdicts, known) if len(part) > 1 or part[0].tip in meets
        ]
        landings = Landings(merges.context, merges.verdicts)
        found: list[Broken] = []
        whole, unlanded = True, 0
        with interruptible():
            for part in groups:
                if whole and merges.target.name not in self._alone:
                    search = Search(self, merges, landings, list(part))
                    found += search.run()
                    unlanded += search.unlanded
                    whole = not search.untold
        name = merges.target.name
        blind = bool(unlanded) or not whole or name in self._alone
        return Breaks(tuple(found), self._notes(name, groups, whole, unlanded), blind)

    def _notes(
        self, target: str, groups: Sequence[Sequence[Open]], whole: bool, unlanded: int
    ) -> tuple[str, ...]:
        if not groups:
            return (f"no merge on {target} needed `{self.shown}`",)
        count = sum(map(len, groups))
        together = f"{count} branch{'' if count == 1 else 'es'} landed on {target}"
        if len(groups) > 1:
            together += f", in {len(groups)} groups that don't conflict; branches of two groups were not tried together"
        ran = f"ran {_times(self.ran)}"
        if not self.ran and whole and not unlanded:
            ran = "has run on the same files already, so it didn't run again"
        notes = [f"`{self.shown}` {ran} for {together}"]
        notes += [f"`{self.shown}` fails on {name} alone, too ({why})" for name, why in self._alone.items()]
        if unlanded:
            group = "the branches" if len(groups) == 1 else f"{unlanded} of {len(groups)} groups"
            notes.append(
                f"can't determine all merges on {target}: {group} can't be landed one after the other here"
            )
        if target in self._alone:
            notes.append(f"so on {target} it says nothing of merges")
        elif not whole:
            limit = (
                f"the {self.most} runs of --run-most were used up"
                if self.left <= 0
                else f"the {self.seconds:g} s of --run-seconds ran out"
            )
            notes.append(f"can't determine all merges on {target}: {limit}")
        return tuple(notes)

    def red(self, reader: ObjectReader, tree: str) -> bool | None:
        """Whether the command fails on a tree; None where there is no time, or no run, left."""
        outcome = self.on(reader, tree)
        return None if outcome is None else not outcome.fine

    def alone(self, name: str, outcome: Tried) -> None:
        """Notes that the command fails on something that nobody merged."""
        self._alone[name] = f"{outcome.code}: {outcome.says}" if outcome.says else outcome.code

    def broken(self, target: str, branches: tuple[str, ...], outcome: Tried) -> Broken:
        """What is said of a merge on which it fails."""
        says = f"`{self.shown}`: {outcome.says}" if outcome.says else f"`{self.shown}`"
        return Broken(target=target, branches=branches, path="", line=0, code=outcome.code, says=says)

    def on(self, reader: ObjectReader, tree: str) -> Tried | None:
        """The command on a tree, once; None where there is no time, or no run, left."""
        if tree not in self._known:
            left = self.end - self.clock()
            if left <= 0 or self.left <= 0:
                return None
            self.left -= 1
            self.ran += 1
            self._known[tree] = self._run(reader, tree, left)
        return self._known[tree]

    def _run(self, reader: ObjectReader, tree: str, left: float) -> Tried | None:
        with Tree(self.environ) as place:
            lay_out(reader, tree, place.root, place.write)
            try:
                done = run_apart(place.root, self.words, self.environ, left)
            except ProcessError as problem:
                return Tried(False, "not started", str(problem).partition(": ")[2] or str(problem))
        if done is None:
            return None
        code = f"exit {done.code}" if done.code >= 0 else f"signal {-done.code}"
        return Tried(done.code == 0, code, _last(done.out))


class Search:
    """Looks for what fails in branches that land together: all at once, and half of them with each run where it fails.

    unlanded: whether these branches can't all be landed one after the other. untold: whether it ended before all was
    known. For n branches that is one run where nothing fails; else one more
    for the target, and for each branch that is found at most 2 * ceil(log2(n)): half to find it, half to find whom
    it fails with. Then what is left is tried without it.
    """

    def __init__(self, command: Command, merges: Merges, landings: Landings, left: list[Open]) -> None:
        self.command, self.merges, self.landings, self.left = command, merges, landings, left
        self.reader = merges.context.reader
        self.untold = False
        self.unlanded = not landings.tree(left)

    def run(self) -> list[Broken]:
        """What was found."""
        found: list[Broken] = []
        green = 0
        while self.left:
            whole = self._red(self.left)
            if not whole:
                self.untold = whole is None
                break
            if self._stops():
                break
            end = first_red(lambda count: self._red(self.left[:count]), green, len(self.left))
            blamed = None if end is None else self._blamed(self.left[: end - 1], self.left[end - 1])
            if end is None or blamed is None:
                self.untold = True
                break
            found += blamed
            del self.left[end - 1]
            green = end - 1
        return found

    def _red(self, branches: Sequence[Open]) -> bool | None:
        """Whether it fails once these have landed; what can't be landed is not tried and counts as not failing."""
        tree = self.landings.tree(branches)
        return self.command.red(self.reader, tree) if tree else False

    def _stops(self) -> bool:
        """Whether it fails on the target as it is, or that isn't known: then nothing can be said of merges."""
        target = self.command.on(self.reader, self.merges.main)
        if target is None:
            self.untold = True
        elif not target.fine:
            self.command.alone(self.merges.target.name, target)
        return target is None or not target.fine

    def _blamed(self, before: list[Open], one: Open) -> list[Broken] | None:
        """With whom of those before it a branch fails; nothing where it fails alone, None where it isn't known."""
        place = first_red(lambda count: self._red([*before[:count], one]), -1, len(before))
        if place is None:
            return None
        outcome = self.command.on(self.reader, self.landings.tree([*before[:place], one]))
        if place == 0:
            mine = self.command.on(self.reader, self.merges.verdicts.stands[one.tip].trees[1])
            if mine is None:
                return None
            if not mine.fine:
                self.command.alone(one.name, mine)
                return []
        names = (before[place - 1].name, one.name) if place else (one.name,)
        return [self.command.broken(self.merges.target.name, names, outcome)] if outcome is not None else None


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _code(changes: Changes) -> bool:
    """Whether something else than prose and pictures changed."""
    return any(not path.lower().endswith(_PROSE) for path in changes)


def _last(out: bytes) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in out.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:_SHOWN] if lines else ""
