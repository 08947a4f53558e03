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


def boxes(cache: Cache, root: Path) -> dict[str, Sandbox]:
    """A repository a way, each with the branches that the moves need."""
    found = {}
    for number, way in enumerate(WAYS):
        place = root / str(number)
        place.mkdir(parents=True)
        box = Sandbox(place, {".gitflowguard.yaml": POLICY})
        if way in (NATIVE, STRICT):
            box.run(cache.script(OURS, OURS), "init", "--yes", *(["--strict"] if way == STRICT else []))
        for hook in {FLOOR: HOOKS, USUAL_FLOOR: HOOKS[:-1]}.get(way, ()):
            box.hook(hook, "exit 0")
        _branches(box)
        found[way] = box
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


def lanes(move: Move, found: Mapping[str, Sandbox]) -> list[Lane]:
    """The move in every way."""
    return [Lane(way, _act(box, move), _prepare(box, move)) for way, box in found.items()]


def _act(box: Sandbox, move: Move) -> Callable[[], Sample]:
    return lambda: box.measure("git", *move.argv, env=move.env)


def _prepare(box: Sandbox, move: Move) -> Callable[[int], object]:
    return lambda number: move.scene(box, number)


def figures(move: Move, runs: Runs) -> list[Figure]:
    """What is required of one move."""
    found = []
    for way, times in ((NATIVE, move.times), (STRICT, move.strict)):
        if times is not None:
            found.append(Figure(f"{way}, {move.name}, CPU against no hooks", _times(runs, way), times))
    if move.added is not None:
        value = runs.extra(NATIVE, NONE) if _measured(runs, NATIVE) else None
        found.append(Figure(f"{NATIVE}, {move.name}, CPU above no hooks", value, move.added, unit=" ms"))
    return found


def _measured(runs: Runs, way: str) -> bool:
    return way in runs.samples and NONE in runs.samples


def _times(runs: Runs, way: str) -> float | None:
    return quartiles(runs.ratios(way, NONE, "cpu"))[1] if _measured(runs, way) else None


def moves_table(all_runs: Mapping[str, Runs]) -> Table:
    """One row a move and way."""
    about = (
        f"CPU × is against git without any hook, paired. `{FLOOR}` are sh scripts that only say `exit 0`: what git "
        "itself pays to start them. It starts reference-transaction about ten times for a commit that a rebase picks."
    )
    table = Table("Everything else", about, ("command", "hooks", "CPU ms", "CPU ×", "added CPU ms"))
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
