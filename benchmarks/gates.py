"""The figures that must hold, and the ones aimed at."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.cache import OURS
from benchmarks.common import Runs
from benchmarks.common import quartiles
from benchmarks.contenders import BASE
from benchmarks.contenders import NATIVE
from benchmarks.floors import FRAMEWORKS
from benchmarks.floors import SCENES
from benchmarks.floors import VERSION
from benchmarks.floors import entry_name
from benchmarks.worlds import LARGE
from benchmarks.worlds import SMALL
from benchmarks.worlds import TEAM

# Of pre-commit's CPU time, in each world.
RATIOS = {
    "commit": {SMALL: 0.09, TEAM: 0.12, LARGE: 0.12},
    "push": {SMALL: 0.12, TEAM: 0.15, LARGE: 0.16},
}
# prek's own hook looks at the branch's name alone; a push has to be quicker anyway.
QUICKER = {"push": "prek built-in"}
STAGE_CPU_MS = 40.0
STAGE_GITS = 6
VERSION_CPU_MS = 60.0
ENTRY_EXTRA_MS = 20.0
USUAL = "no-commit-to-branch"


@dataclass(frozen=True)
class Figure:
    """One required figure: what was measured, None where it was not, and the most it may be."""

    what: str
    value: float | None
    limit: float
    aim: float | None = None
    unit: str = ""
    reason: str = ""

    @property
    def holds(self) -> bool:
        """A figure that was not measured does not hold."""
        return self.value is not None and self.value <= self.limit

    def line(self) -> str:
        """For people: mark, what, value, limit, aim."""
        if self.value is None:
            return f"✗ {self.what}: not measured ({self.reason})"
        aim = "" if self.aim is None else f", aim {self.aim:g}{' reached' if self.value <= self.aim else ''}"
        mark = "✓" if self.holds else "✗"
        return f"{mark} {self.what}: {self.value:.3g}{self.unit} (at most {self.limit:g}{self.unit}{aim})"


def deed_figures(deed: str, runs: Runs, world: str = SMALL) -> list[Figure]:
    """The native ratio of one deed in one world, and that against the peer that it has to beat."""
    where = "" if world == SMALL else f", {world} repository"
    figures = [_ratio(f"native {deed}{where}", runs, BASE, RATIOS[deed][world])]
    if deed in QUICKER:
        figures.append(_ratio(f"native {deed}{where}", runs, QUICKER[deed], 1.0))
    return figures


def _ratio(name: str, runs: Runs, base: str, limit: float) -> Figure:
    what = f"{name}, CPU against {base}'s"
    if NATIVE not in runs.samples or base not in runs.samples:
        return Figure(what, None, limit, reason=runs.reasons.get(NATIVE) or runs.reasons.get(base, ""))
    return Figure(what, quartiles(runs.ratios(NATIVE, base, "cpu"))[1], limit)


def floor_figures(runs: Runs, counts: dict[str, int]) -> list[Figure]:
    """`--version`, each stage, each framework entry."""
    return [_version(runs), *_stages(runs, counts), *[_entry(runs, runner) for runner in FRAMEWORKS]]


def _version(runs: Runs) -> Figure:
    value = runs.cpu(VERSION) if VERSION in runs.samples else None
    return Figure(VERSION, value, VERSION_CPU_MS, None, " ms", runs.reasons.get(VERSION, ""))


def _stages(runs: Runs, counts: dict[str, int]) -> list[Figure]:
    figures = []
    for stage in [stage for stage in SCENES if stage in runs.samples]:
        figures.append(Figure(f"stage {stage}, CPU", runs.cpu(stage), STAGE_CPU_MS, None, " ms"))
        figures.append(Figure(f"stage {stage}, git processes", counts.get(stage), STAGE_GITS))
    missing = {name: reason for name, reason in runs.reasons.items() if name in SCENES or name == "stages"}
    return figures + [
        Figure(f"stage {name}", None, STAGE_CPU_MS, reason=reason) for name, reason in missing.items()
    ]


def _entry(runs: Runs, runner: str) -> Figure:
    one, other = entry_name(runner, OURS), entry_name(runner, USUAL)
    what = f"our entry through {runner}, CPU above {USUAL}'s"
    if one not in runs.samples or other not in runs.samples:
        return Figure(what, None, ENTRY_EXTRA_MS, reason=runs.reasons.get(one) or runs.reasons.get(other, ""))
    return Figure(what, runs.extra(one, other), ENTRY_EXTRA_MS, None, " ms")
