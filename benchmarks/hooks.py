"""How much a commit and a push cost with our hooks, side by side with the peers, in one run.

    python benchmarks/hooks.py [--rounds 15] [--markdown] [--into FILE] [--only commit|push|floors|moves] [--cache DIR]
        [--world small|team|large] [--large PATH]

Exits 1 when a required figure is missed or could not be measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(
    0, str(Path(__file__).resolve().parent.parent)
)  # started as a script, it must still find its siblings

from benchmarks.cache import OURS  # noqa: E402  (after the line above)
from benchmarks.cache import Cache  # noqa: E402
from benchmarks.common import Lane  # noqa: E402
from benchmarks.common import NotMeasured  # noqa: E402
from benchmarks.common import adopt_orphans  # noqa: E402
from benchmarks.common import interleave  # noqa: E402
from benchmarks.contenders import BASE  # noqa: E402
from benchmarks.contenders import NATIVE  # noqa: E402
from benchmarks.contenders import makers  # noqa: E402
from benchmarks.deeds import Commit  # noqa: E402
from benchmarks.deeds import Deed  # noqa: E402
from benchmarks.deeds import Push  # noqa: E402
from benchmarks.floors import BARE  # noqa: E402
from benchmarks.floors import EDITED  # noqa: E402
from benchmarks.floors import FRAMEWORKS  # noqa: E402
from benchmarks.floors import bare  # noqa: E402
from benchmarks.floors import edited  # noqa: E402
from benchmarks.floors import entry  # noqa: E402
from benchmarks.floors import entry_name  # noqa: E402
from benchmarks.floors import stages  # noqa: E402
from benchmarks.gates import USUAL  # noqa: E402
from benchmarks.gates import Figure  # noqa: E402
from benchmarks.gates import deed_figures  # noqa: E402
from benchmarks.gates import floor_figures  # noqa: E402
from benchmarks.gates import gate_figure  # noqa: E402
from benchmarks.moves import figures as move_figures  # noqa: E402
from benchmarks.moves import lanes as move_lanes  # noqa: E402
from benchmarks.moves import moves_in  # noqa: E402
from benchmarks.moves import moves_table  # noqa: E402
from benchmarks.moves import ways  # noqa: E402
from benchmarks.sandbox import Sandbox  # noqa: E402
from benchmarks.tables import Table  # noqa: E402
from benchmarks.tables import deed_table  # noqa: E402
from benchmarks.tables import floor_table  # noqa: E402
from benchmarks.tables import render  # noqa: E402
from benchmarks.tables import setting  # noqa: E402
from benchmarks.tables import splice  # noqa: E402
from benchmarks.worlds import LARGE  # noqa: E402
from benchmarks.worlds import SMALL  # noqa: E402
from benchmarks.worlds import TEAM  # noqa: E402
from benchmarks.worlds import World  # noqa: E402

NONE = "no hooks"
BEGIN = "<!-- begin: python benchmarks/hooks.py -->"
END = "<!-- end: python benchmarks/hooks.py -->"


def tell(text: str) -> None:
    """Progress, for a person at a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def measure_deed(
    deed: Deed, cache: Cache, root: Path, rounds: int, world: World
) -> tuple[Table, list[Figure]]:
    """Equip, prove and time every contender at one deed in one world."""
    world.prepare(root.parent / f"template-{world.name}")
    lanes, hooks, reasons = [], {}, {}
    for number, (name, make) in enumerate(makers(deed).items()):
        tell(f"{deed.name}: proving {name}")
        try:
            contender = make(cache)
            lanes.append(_lane(name, deed, contender.ready(_new(root, number), deed, world)))
            hooks[name] = contender.hooks
        except NotMeasured as problem:
            reasons[name] = str(problem)
    lanes += _optional(lambda: bare(cache, _new(root, BARE))[:1], BARE, reasons)
    runs = interleave(lanes, rounds, lambda text: tell(f"{deed.name}: {text}"))
    runs.reasons.update(reasons)
    about = f"{deed.about}, in {world.about}. Ratios are against {BASE} with {hooks.get(BASE, USUAL)}."
    title = f"One {deed.name}" if world.name == SMALL else f"One {deed.name} ({world.name})"
    return deed_table(title, about, runs, hooks, BASE, NONE), deed_figures(deed.name, runs, world.name)


def _lane(name: str, deed: Deed, box: Sandbox) -> Lane:
    return Lane(name, lambda: deed.act(box), lambda number: deed.prepare(box, number))


def measure_floors(cache: Cache, root: Path, rounds: int) -> tuple[Table, list[Figure]]:
    """The single starts, all in the same rounds."""
    reasons: dict[str, str] = {}
    counts: dict[str, int] = {}
    lanes = _optional(lambda: bare(cache, _new(root, "bare")), "gitflowguard --version", reasons)
    lanes += _optional(lambda: _stages(cache, _new(root, "stages"), counts), "stages", reasons)
    lanes += _optional(lambda: [edited(cache, _new(root, "edited"))], EDITED, reasons)
    for runner in FRAMEWORKS:
        for whose in (USUAL, OURS):
            make = _entry(cache, root, runner, whose)
            lanes += _optional(make, entry_name(runner, whose), reasons)
    runs = interleave(lanes, rounds, lambda text: tell(f"floors: {text}"))
    runs.reasons.update(reasons)
    return floor_table(runs, counts, BARE), floor_figures(runs, counts)


def measure_moves(cache: Cache, root: Path, rounds: int, world: World) -> tuple[Table, list[Figure]]:
    """Rebase, switch, checkout, amend and cherry-pick, with our hooks and without any."""
    world.prepare(root.parent / f"template-{world.name}")
    found = ways(cache, root, world)
    runs = {}
    for move in moves_in(world):
        runs[move.name] = interleave(
            move_lanes(move, found), rounds, lambda text: tell(f"{move.name}: {text}")
        )
    figures = [figure for move in moves_in(world) for figure in move_figures(move, runs[move.name], world)]
    return moves_table(runs, world), figures


def gate(cache: Cache, root: Path, rounds: int) -> list[Figure]:
    """A commit and a push against pre-commit alone, with room for a busy machine: has something become slow?"""
    found = []
    world = World(SMALL)
    world.prepare(root / "template")
    for deed in (Commit(), Push()):
        lanes = []
        for name in (BASE, NATIVE):
            place = _new(root, f"{deed.name}-{name}")
            lanes.append(_lane(name, deed, makers(deed)[name](cache).ready(place, deed, world)))
        found.append(gate_figure(deed.name, interleave(lanes, rounds, tell)))
    return found


def run_gate(cache: Cache, rounds: int) -> int:
    """Prints the verdict; 0 if it holds, or if the peer can't be installed here, which is said."""
    try:
        with tempfile.TemporaryDirectory(prefix="gate-") as place:
            figures = gate(cache, Path(place).resolve(), rounds)
    except NotMeasured as problem:
        print(f"note: the gate of speed was not tried: {problem}")
        return 0
    print("\n".join(figure.line() for figure in figures))
    return 0 if all(figure.holds for figure in figures) else 1


def _entry(cache: Cache, root: Path, runner: str, whose: str) -> Callable[[], list[Lane]]:
    return lambda: [entry(cache, root / "entries", runner, whose)]


def _stages(cache: Cache, root: Path, counts: dict[str, int]) -> list[Lane]:
    found = stages(cache, root)
    for stage in found:
        counts[stage.name] = stage.git_processes()
    return [stage.lane() for stage in found]


def _optional(make: Callable[[], list[Lane]], name: str, reasons: dict[str, str]) -> list[Lane]:
    try:
        return make()
    except NotMeasured as problem:
        reasons[name] = str(problem)
        return []


def _new(root: Path, name: object) -> Path:
    place = root / str(name).replace(" ", "-")
    place.mkdir(parents=True)
    return place


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Our hooks and the peers', timed side by side.")
    parser.add_argument("--rounds", type=int, default=15, help="timed rounds after one to warm up (15)")
    parser.add_argument(
        "--gate", action="store_true", help="a commit and a push against pre-commit alone, for CI"
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="also put the Markdown between FILE's markers"
    )
    parser.add_argument(
        "--world", choices=(SMALL, TEAM, LARGE), help="commit, push and the other commands in one world only"
    )
    parser.add_argument("--large", default="", metavar="PATH", help="a real repository for the large world")
    parser.add_argument("--only", choices=("commit", "push", "floors", "moves"), help="measure one part")
    cache = Path(__file__).resolve().parent / ".cache"
    parser.add_argument(
        "--cache", type=Path, default=cache, metavar="DIR", help="where installed programs are kept"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run what was asked for; 0 if every required figure holds, else 1."""
    options = parse(argv)
    adopt_orphans()
    cache = Cache(options.cache.resolve(), tell)
    if options.gate:
        return run_gate(cache, options.rounds)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        root = Path(place).resolve()
        about = setting(Sandbox(_new(root, "about"), {}), options.rounds)
        parts: dict[str, Callable[[], tuple[Table, list[Figure]]]] = {
            "floors": lambda: measure_floors(cache, _new(root, "floors"), options.rounds),
        }
        for world in worlds(options):
            parts[f"moves {world.name}"] = _moves(cache, root, options.rounds, world)
            for deed in (Commit(), Push()):
                parts[f"{deed.name} {world.name}"] = _part(deed, cache, root, options.rounds, world)
        done = [part() for name, part in parts.items() if options.only in (None, name.partition(" ")[0])]
    tell("")
    return report(about, done, options, place)


def _part(
    deed: Deed, cache: Cache, root: Path, rounds: int, world: World
) -> Callable[[], tuple[Table, list[Figure]]]:
    return lambda: measure_deed(deed, cache, _new(root, f"{deed.name}-{world.name}"), rounds, world)


def _moves(cache: Cache, root: Path, rounds: int, world: World) -> Callable[[], tuple[Table, list[Figure]]]:
    return lambda: measure_moves(cache, _new(root, f"moves-{world.name}"), rounds, world)


def worlds(options: argparse.Namespace) -> list[World]:
    """The worlds that were asked for; the large one only where its repository is given."""
    names = [options.world] if options.world else [SMALL, TEAM, *([LARGE] if options.large else [])]
    return [World(name, options.large) for name in names]


def report(
    about: str, done: list[tuple[Table, list[Figure]]], options: argparse.Namespace, place: str
) -> int:
    """Print the tables and the verdict, and put them into the document if asked; `place` is in no reader's interest."""
    figures = [figure for _, some in done for figure in some]
    verdict = [figure.line() for figure in figures]

    def text(markdown: bool) -> str:
        tables = [render(table, markdown) for table, _ in done]
        lines = [f"- {line}" if markdown else line for line in verdict]
        head = "### Required figures\n" if markdown else "Required figures:"
        return "\n".join([about, "", *tables, head, *lines]).replace(place, "…")

    print(text(options.markdown))
    if options.into:
        splice(options.into, text(True), BEGIN, END)
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
