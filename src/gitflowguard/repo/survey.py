"""What a repository's branches, tags and merges show of its habits: read for `init`, by a fixed number of processes."""

from __future__ import annotations

from gitflowguard.model.facts import Refs
from gitflowguard.model.names import Version, parse_version
from gitflowguard.model.record import Record
from gitflowguard.policy.lines import LINE_NAMES, LineEvidence, Lines, find_lines
from gitflowguard.policy.traffic import Traffic, TrafficStep, home, traffic
from gitflowguard.repo.detect import Detected, DetectedLine
from gitflowguard.repo.git import Git

# Commits along first parents of each branch that may be a line; the last hundred merges are among them.
_COMMITS = 300
_LINES = 6
_WALK = ("log", "--first-parent", f"--max-count={_COMMITS}", "--format=%H%x00%ct%x00%P%x00%s")


class Survey(Record):
    """What was seen.

    seen: what came into the branches that may be lines. lines: which are, as far as that tells.
    names: the team's branches, here and on its remote.
    merged: names of merged branches of the team's own, each once.
    tag: the newest version tag, "" if there is none.
    """

    seen: LineEvidence
    lines: Lines
    names: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    tag: str = ""


def survey(git: Git, found: Detected, names: tuple[str, ...]) -> Survey:
    """Reads the repository that `detect` found. names: the team's branches."""
    tags = _versions(found.refs, found.tag_prefix)
    default = found.default or found.main.name
    why = f"{found.remote}'s default branch" if found.default else found.main.why
    seen = LineEvidence(
        _traffic(git, found, default, names), _tips(found, names), default, why, _commits(found, tags)
    )
    lines = find_lines(seen) if default else Lines()
    return Survey(seen, lines, names, _merged(seen, found), tags[0] if tags else "")


def with_lines(found: Detected, survey: Survey) -> Detected:
    """The repository with its lines by evidence; a git-flow program's settings are stronger."""
    if found.keys.main and found.main.name == found.keys.main or not survey.lines.main:
        return found
    lines = survey.lines
    develop = DetectedLine(lines.develop, lines.develop_why)
    if found.keys.develop and found.develop.name != lines.main:
        develop = found.develop
    return found._replace(main=DetectedLine(lines.main, lines.main_why), develop=develop)


def _tips(found: Detected, names: tuple[str, ...]) -> dict[str, str]:
    """Where each branch stands: on the remote, where it is there; a clone's own copy may lie far behind."""
    refs = found.refs
    return {name: refs.remotes.get((found.remote, name)) or refs.heads[name] for name in names}


def _versions(refs: Refs, prefix: str) -> tuple[str, ...]:
    """The version tags, the highest first."""
    found: list[tuple[Version, str]] = []
    for tag in refs.tags:
        if tag.startswith(prefix):
            text = tag[len(prefix) :]
            version = parse_version(text) or parse_version(text, "pep440")
            if version is not None:
                found.append((version, tag))
    return tuple(tag for _, tag in sorted(found, key=lambda pair: pair[0].rank(), reverse=True))


def _commits(found: Detected, tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found.refs.tags[tag] for tag in tags)


def _traffic(git: Git, found: Detected, default: str, names: tuple[str, ...]) -> dict[str, Traffic]:
    """What came into the branches that may be lines: the default one, those with a line's name, and what feeds them."""
    tips = _tips(found, names)
    wanted = [name for name in dict.fromkeys((default, found.main.name, found.develop.name, *LINE_NAMES))]
    read: dict[str, Traffic] = {}
    for name in wanted:
        if name in tips and len(read) < _LINES - 1:
            read[name] = _read(git, name, tips[name])
    for name in _feeders(read, tips):
        if len(read) < _LINES:
            read[name] = _read(git, name, tips[name])
    return read


def _feeders(read: dict[str, Traffic], tips: dict[str, str]) -> tuple[str, ...]:
    """Branches that are still there and were merged more than once, the most often merged first."""
    counts: dict[str, int] = {}
    for found in read.values():
        for arrival in found.arrivals:
            if arrival.source in tips and arrival.source not in read:
                counts[arrival.source] = counts.get(arrival.source, 0) + 1
    return tuple(
        sorted((name for name in counts if counts[name] > 1), key=lambda name: (-counts[name], name))
    )


def _read(git: Git, branch: str, tip: str) -> Traffic:
    return traffic(branch, map(_step, git.lines(*_WALK, "--end-of-options", tip, "--")))


def _step(line: str) -> TrafficStep:
    sha, date, parents, subject = line.split("\0", 3)
    return TrafficStep(sha, int(date or 0), len(parents.split()), subject)


def _merged(seen: LineEvidence, found: Detected) -> tuple[str, ...]:
    """Names of merged branches, but a fork's: whoever sends those can't know the team's names. Tags are merged, too."""
    own = home(seen.traffic.values(), found.owner).lower()
    arrivals = (arrival for line in seen.traffic.values() for arrival in line.arrivals)
    names = {one.source for one in arrivals if one.source and one.owner.lower() in ("", own)}
    return tuple(sorted(names - found.refs.tags.keys()))
