"""The flows that need no policy file. Light: a hook imports it where the branch has none."""

from __future__ import annotations

from gitflowguard.model.check import WARN, Tool
from gitflowguard.model.finding import ERROR, WARNING
from gitflowguard.model.flow import DEVELOP, MAIN, Flow, Kind
from gitflowguard.model.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PRESETS = ("gitflow", "ml")
# What teams call their two lines, the commonest first (git-flow AVH guesses in this order too).
MAIN_NAMES = ("main", "master", "production", "trunk")
DEVELOP_NAMES = ("develop", "dev", "development", "int", "integration")
_BOTS = ("dependabot/**", "renovate/**", "pre-commit-ci-update-config", "snyk-*")
_VERSION = Template("{version}")
# Kinds on which `ml` only warns of what does not stop a build: the source's second flake8 run has --exit-zero.
_MILD = ("develop", "feature", "bugfix", "bot", "experiment")


def kinds_of(preset: str) -> tuple[Kind, ...]:
    """The kinds of a preset, in the order in which a person thinks of them."""
    gitflow = (
        Kind(MAIN, _names("main"), (), (DEVELOP, "release", "support"), protected=True),
        Kind(DEVELOP, _names("develop"), (MAIN,), (), protected=True),
        Kind("feature", _names("feature/{slug}"), (DEVELOP,), (DEVELOP,)),
        Kind("bugfix", _names("bugfix/{slug}"), (DEVELOP, "release"), (DEVELOP, "release")),
        Kind(
            "release", _names("release/{version}"), (DEVELOP,), (MAIN, DEVELOP), tag=_VERSION, parallel=False
        ),
        Kind(
            "hotfix",
            _names("hotfix/{version}"),
            (MAIN, "support"),
            (MAIN, DEVELOP, "release", "support"),
            tag=_VERSION,
        ),
        Kind("support", _names("support/{slug}"), (MAIN,), (), protected=True),
        Kind("bot", _names(*_BOTS), (DEVELOP, MAIN), (DEVELOP, MAIN)),
    )
    if preset == "ml":
        every = (*gitflow, Kind("experiment", _names("experiment/{slug}"), (DEVELOP,), ()))
        return tuple(kind._replace(quality=WARN) if kind.id in _MILD else kind for kind in every)
    return gitflow


def tools_of(preset: str) -> tuple[Tool, ...]:
    """The tools of a preset; `ml` has the source's flake8 run, complexity 10 and lines of 127."""
    return (Tool("flake8", ("--max-complexity=10", "--max-line-length=127")),) if preset == "ml" else ()


def severities_of(preset: str) -> tuple[tuple[str, str], ...]:
    """(rule, severity) where the preset differs from the rules' own defaults."""
    return (("stacked-branch", ERROR), ("wrong-origin", ERROR)) if preset == "ml" else ()


def exceptions_of(preset: str) -> tuple[tuple[str, str, str], ...]:
    """(kind, rule, severity) where the preset is milder or stricter with one kind."""
    if preset == "ml":
        return ()
    return (("bugfix", "wrong-origin", WARNING), ("feature", "wrong-origin", WARNING))


def preset_flow(name: str, main: str = "main", develop: str | None = "develop") -> Flow:
    """The whole flow of a preset, under the team's own names for its two lines.

    develop None: trunk-based; what would start from or go to develop does so with main.
    """
    kinds = {kind.id: kind for kind in kinds_of(name)}
    kinds[MAIN] = kinds[MAIN]._replace(names=_names(main))
    kinds[DEVELOP] = kinds[DEVELOP]._replace(names=_names(develop or ""))
    dropped = () if develop else (DEVELOP,)
    kept = tuple(without(kind, dropped) for kind in kinds.values() if kind.id not in dropped)
    return Flow(ordered(kept), severities_of(name), exceptions_of(name), preset=name, tools=tools_of(name))


def without(kind: Kind, dropped: Iterable[str]) -> Kind:
    """The kind in a team that does without some kinds: develop's part falls to main, others vanish."""
    gone = set(dropped)
    return kind._replace(
        parents=_fewer(kind.parents, gone, kind.id if kind.id == MAIN else ""),
        targets=_fewer(kind.targets, gone, kind.id if kind.id == MAIN else ""),
    )


def _fewer(ids: tuple[str, ...], gone: set[str], own: str) -> tuple[str, ...]:
    """The ids that are left, each once; main takes develop's place, but not in its own lists."""
    left = (MAIN if name == DEVELOP and DEVELOP in gone else name for name in ids)
    return tuple(name for name in dict.fromkeys(left) if name not in gone and name != own)


def ordered(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """The kinds as given, save that a more exact template stands before one that would swallow it.

    ``feature/docs-{slug}`` before ``feature/{slug}``, a plain name before any template.
    """
    out: list[Kind] = []
    for kind in kinds:
        index = next((i for i, other in enumerate(out) if _swallows(other, kind)), len(out))
        out.insert(index, kind)
    return tuple(out)


def _swallows(wide: Kind, exact: Kind) -> bool:
    """Whether the wide kind's fixed beginning is a shorter beginning of the exact kind's."""
    for name in exact.names:
        for other in wide.names:
            if not other.literal and name.prefix.startswith(other.prefix) and name.text != other.text:
                if len(other.prefix) < len(name.prefix) or name.literal:
                    return True
    return False


def _names(*texts: str) -> tuple[Template, ...]:
    return tuple(Template(text) for text in texts)
