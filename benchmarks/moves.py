"""What everything else costs that a person types many times a day: a rebase, a switch, an amend, a cherry-pick.

Here the measure is git without any hook: a hook that has nothing to judge should not be felt.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from benchmarks.cache import OURS
from benchmarks.cache import Cache
from benchmarks.common import Lane
from benchmarks.common import Runs
from benchmarks.common import Sample
from benchmarks.common import quartiles
from benchmarks.contenders import POLICY
from benchmarks.gates import Figure
from benchmarks.sandbox import LINES
from benchmarks.sandbox import WORK
from benchmarks.sandbox import Sandbox
from benchmarks.tables import Table
from benchmarks.worlds import SMALL
from benchmarks.worlds import World

NONE, NATIVE, STRICT, FLOOR, USUAL_FLOOR = (
    "no hooks",
    "gitflowguard",
    "gitflowguard --strict",
    "hooks of one line, all of them",
    "hooks of one line, without --strict's",
)
WAYS = (NONE, NATIVE, USUAL_FLOOR, STRICT, FLOOR)
PICKS = 50
ONTO, LONG, PICKED = "feature/onto", "feature/long", "feature/picked"
# What `init --strict` installs; the floor is what any program pays whose hooks are only `exit 0`.
HOOKS = (
    "pre-commit", "pre-merge-commit", "prepare-commit-msg", "commit-msg", "pre-push", "pre-rebase", "post-checkout",
    "reference-transaction",
)  # fmt: skip


@dataclass(frozen=True)
class Move:
    """One command. scene: before each round, free of charge.

    times: at most so many times git's own CPU; added: at most so many CPU ms more, None where nothing is required.
    strict: at most so many times under `init --strict`.
    """

    name: str
    argv: tuple[str, ...]
    scene: Callable[[Sandbox, int], object]
    times: float | None = None
    added: float | None = None
    strict: float | None = None
    env: Mapping[str, str] = field(default_factory=dict)


def _on(branch: str) -> Callable[[Sandbox, int], object]:
    return lambda box, number: box.git("switch", "--quiet", "--force", branch)


def _edited(box: Sandbox, number: int) -> None:
    (box.repo / "src/module_0.py").write_text(f"{LINES}CHANGE = {number}\n")


def _at(branch: str) -> Callable[[Sandbox, int], object]:
    """On a branch, where it was at first."""

    def scene(box: Sandbox, number: int) -> None:
        box.git("switch", "--quiet", "--force", branch)
        box.git("reset", "--quiet", "--hard", f"refs/start/{branch}")

    return scene


def _staged(box: Sandbox, number: int) -> None:
    _at(WORK)(box, number)
    box.stage(number)


MOVES = (
    Move(f"rebase of {PICKS} commits", ("rebase", "--quiet", ONTO), _at(LONG), times=1.6, strict=2.5),
    Move(
        f"rebase -i of {PICKS} commits",
        ("rebase", "--quiet", "--interactive", ONTO),
        _at(LONG),
        times=1.6,
        env={"GIT_SEQUENCE_EDITOR": "true"},
    ),
    Move("switch to an existing branch", ("switch", "--quiet", "develop"), _on(WORK), added=6),
    Move("checkout of a file", ("checkout", "--quiet", "--", "src/module_0.py"), _edited, added=6),
    Move("commit --amend", ("commit", "--quiet", "--amend", "--no-edit"), _staged, added=20),
    Move("cherry-pick", ("cherry-pick", PICKED), _at(WORK), added=20),
)


def moves_in(world: World) -> tuple[Move, ...]:
    """All of them in the small repository; elsewhere a rebase, whose cost grows with the repository."""
    return MOVES if world.name == SMALL else tuple(move for move in MOVES if move.times is not None)


class Ways:
    """One repository, and a folder of hooks for each way, of which one lies where git looks.

    A way with a repository of its own would be measured together with that repository's place on the disk: in the same
    round git took up to three times as long to make a file in one folder as in another, and it makes many for a pick.
    """

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self._hooks = box.repo / ".git/hooks"
        self._now = NONE

    def put(self, way: str) -> None:
        """From now on git finds the hooks of this way."""
        if way != self._now:
            self._hooks.rename(self._folder(self._now))
            self._folder(way).rename(self._hooks)
            self._now = way

    def add(self, way: str) -> None:
        """A way without hooks as yet, and from now on git finds its folder."""
        self._folder(way).mkdir()
        self.put(way)

    def _folder(self, way: str) -> Path:
        return self._hooks.with_name(f"hooks-{WAYS.index(way)}")


def ways(cache: Cache, root: Path, world: World) -> Ways:
    """A repository of this world with the branches that the moves need, and the hooks of every way."""
    found = Ways(world.sandbox(root, {".gitflowguard.yaml": POLICY}))
    for way in WAYS[1:]:
        found.add(way)
        if way in (NATIVE, STRICT):
            strict = ["--strict"] if way == STRICT else []
            found.box.run(cache.script(OURS, OURS), "init", "--yes", *strict)
        for hook in {FLOOR: HOOKS, USUAL_FLOOR: HOOKS[:-1]}.get(way, ()):
            found.box.hook(hook, "exit 0")
    _branches(found.box)
    return found


def _branches(box: Sandbox) -> None:
    for name, files in ((ONTO, ["onto"]), (PICKED, ["picked"]), (LONG, [f"long{n}" for n in range(PICKS)])):
        box.git("switch", "--quiet", "--create", name, "develop")
        for file in files:
            (box.repo / file).write_text(f"{file}\n")
            box.git("add", file)
            box.git("commit", "--quiet", "-m", f"feat: {file}")
        box.git("update-ref", f"refs/start/{name}", name)
    box.git("update-ref", f"refs/start/{WORK}", WORK)
    box.git("switch", "--quiet", WORK)


def lanes(move: Move, found: Ways) -> list[Lane]:
    """The move in every way."""
    return [Lane(way, _act(found.box, move), _prepare(found, move, way)) for way in WAYS]


def _act(box: Sandbox, move: Move) -> Callable[[], Sample]:
    return lambda: box.measure("git", *move.argv, env=move.env)


def _prepare(found: Ways, move: Move, way: str) -> Callable[[int], object]:
    def prepare(number: int) -> None:
        move.scene(found.box, number)
        found.put(way)

    return prepare


def figures(move: Move, runs: Runs, world: World) -> list[Figure]:
    """What is required of one move in one world."""
    what = move.name if world.name == SMALL else f"{move.name}, {world.name} repository"
    found = []
    for way, times in ((NATIVE, move.times), (STRICT, move.strict)):
        if times is not None:
            found.append(Figure(f"{way}, {what}, CPU against no hooks", _times(runs, way), times))
    if move.added is not None:
        value = runs.extra(NATIVE, NONE) if _measured(runs, NATIVE) else None
        found.append(Figure(f"{NATIVE}, {what}, CPU above no hooks", value, move.added, unit=" ms"))
    return found


def _measured(runs: Runs, way: str) -> bool:
    return way in runs.samples and NONE in runs.samples


def _times(runs: Runs, way: str) -> float | None:
    return quartiles(runs.ratios(way, NONE, "cpu"))[1] if _measured(runs, way) else None


def moves_table(all_runs: Mapping[str, Runs], world: World) -> Table:
    """One row a move and way."""
    about = (
        f"In {world.about}. CPU × is against git without any hook in the same repository, paired. `{FLOOR}` are sh "
        "scripts that only say `exit 0`: what git itself pays to start them. It starts reference-transaction about "
        "ten times for a commit that a rebase picks."
    )
    title = "Everything else" if world.name == SMALL else f"Rebase ({world.name})"
    table = Table(title, about, ("command", "hooks", "CPU ms", "CPU ×", "added CPU ms"))
    for name, runs in all_runs.items():
        for way in WAYS:
            times = _times(runs, way)
            if times is None:
                table.rows.append((name, f"{way}: not measured: {runs.reasons.get(way, '')}", "", "", ""))
                continue
            table.rows.append(
                (name, way, f"{runs.cpu(way):.1f}", f"{times:.2f}", f"{runs.extra(way, NONE):.1f}")
            )
    return table
