"""Which branches are the team's lines, by what happens on them; a name alone decides only where nothing else does."""

from __future__ import annotations

from collections.abc import Mapping

from gitflowguard.model.names import plural
from gitflowguard.model.record import Record
from gitflowguard.policy.habits import shape_of
from gitflowguard.policy.presets import DEVELOP_NAMES, MAIN_NAMES
from gitflowguard.policy.traffic import Traffic

PRODUCTION_NAMES = (*MAIN_NAMES, "stable", "prod", "live", "release", "releases", "deploy", "mainline")
# Believed only where merges show it: many teams have a `next` or a `staging` that means something else.
LATER_NAMES = ("next", "unstable", "edge", "staging", "stage", "rc", "preprod", "work", "integrate")
LINE_NAMES = (*PRODUCTION_NAMES, *DEVELOP_NAMES, *LATER_NAMES)
# A line that has lain still for half a year beside one that moves is a leftover.
STILL = 180 * 86400
_USUAL = 2
_TAGS = 10


class Lines(Record):
    """The two lines and how they were found, for a person; "" where there is none."""

    main: str = ""
    main_why: str = ""
    develop: str = ""
    develop_why: str = ""


class LineEvidence(Record):
    """What there is to go by.

    traffic: branch -> what came into it, for those that may be lines. tips: branch -> commit.
    default: the branch to begin with, the remote's default one if that is known. why: how it was found.
    tagged: commits of the newest version tags.
    """

    traffic: Mapping[str, Traffic]
    tips: Mapping[str, str]
    default: str = ""
    why: str = ""
    tagged: tuple[str, ...] = ()

    def feeds(self, source: str, target: str) -> int:
        """How often source was merged into target; 1 where target only follows it by fast-forwards."""
        into, out = self.traffic.get(target), self.traffic.get(source)
        if into is None or out is None or source == target:
            return 0
        follows = self.tips.get(target, "") in out.shas[1:]
        return into.merges_of(source) or int(follows)

    def tags_on(self, branch: str) -> int:
        """How many of the newest version tags were made on the branch itself."""
        found = self.traffic.get(branch)
        on = frozenset(found.shas) if found else frozenset()
        return sum(sha in on for sha in self.tagged[:_TAGS])

    def alive(self, branch: str, beside: str) -> bool:
        """Whether the branch has moved within half a year of the other's newest commit."""
        one, other = self.traffic.get(branch), self.traffic.get(beside)
        return one is None or other is None or one.newest >= other.newest - STILL


def find_lines(seen: LineEvidence) -> Lines:
    """Production and integration, as far as what was seen tells; a name is "" where it does not."""
    main, develop = _pair(seen)
    if main and not develop:
        develop = _integration(seen, main)
    if not main:
        return Lines()
    return Lines(main, _main_why(seen, main, develop), develop, _develop_why(seen, develop))


def candidates(seen: LineEvidence) -> tuple[str, ...]:
    """What may be production, the likeliest first: where version tags are, then the busiest, then the newest."""
    known = seen.traffic
    return tuple(
        sorted(known, key=lambda b: (-seen.tags_on(b), -len(known[b].arrivals), -known[b].newest, b))
    )


def _pair(seen: LineEvidence) -> tuple[str, str]:
    """(production, integration) where the default branch and what it feeds say so."""
    first = seen.default
    if first not in seen.traffic:
        return "", ""
    fed = [
        name for name in seen.traffic if name != first and seen.feeds(first, name) and seen.alive(name, first)
    ]
    fed = [
        name for name in fed if name in PRODUCTION_NAMES or (first in DEVELOP_NAMES and seen.tags_on(name))
    ]
    if fed:
        return _likeliest(seen, fed), first
    if first not in DEVELOP_NAMES:
        return first, ""
    others = [name for name in seen.traffic if name in PRODUCTION_NAMES and name != first]
    return (_likeliest(seen, others), first) if others else ("", "")


def _likeliest(seen: LineEvidence, names: list[str]) -> str:
    """The one with the version tags, else the usual name."""
    order = {name: index for index, name in enumerate(PRODUCTION_NAMES)}
    return min(names, key=lambda name: (-seen.tags_on(name), order.get(name, len(order)), name))


def _integration(seen: LineEvidence, main: str) -> str:
    """A branch that collects work for production: by a usual name if it lives, by merges under any other."""
    for name in DEVELOP_NAMES:
        if name in seen.traffic and name != main and seen.alive(name, main):
            return name
    others = [
        name
        for name, found in seen.traffic.items()
        if name != main
        and seen.feeds(name, main) >= _USUAL
        and len(found.arrivals) >= _USUAL
        and seen.alive(name, main)
        and shape_of(name) is None
    ]
    return max(others, key=lambda name: (seen.feeds(name, main), name), default="")


def _main_why(seen: LineEvidence, main: str, develop: str) -> str:
    """In what production differs from the other branches."""
    why = [seen.why] if main == seen.default and seen.why else []
    fed = seen.feeds(develop, main) if develop else 0
    found = seen.traffic.get(main)
    if fed and found and found.merges_of(develop):
        why.append(f"{develop} was merged into it {_times(fed)}")
    elif fed:
        why.append(f"it follows {develop}")
    elif seen.tags_on(main):
        why.append("version tags are on it")
    if not why:
        why.append("by its name")
    return ", ".join(why)


def _develop_why(seen: LineEvidence, develop: str) -> str:
    """In what integration differs."""
    if not develop:
        return ""
    why = seen.why if develop == seen.default else "by its name" if develop in DEVELOP_NAMES else ""
    found = seen.traffic.get(develop)
    work = (
        f"{len(found.arrivals)} of its last {plural(found.commits, 'commit')} are merged work"
        if found
        else ""
    )
    return ", ".join(filter(None, (why, work if found and len(found.arrivals) >= _USUAL else "")))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
