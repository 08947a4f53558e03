"""The same change on two branches: commits of equal patch id (git-patch-id(1)) that are not the same commit."""

from __future__ import annotations

from gitflowguard.model.radar import Twin
from gitflowguard.repo.git import rows, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gitflowguard.app.radaraims import Open
    from gitflowguard.app.radarlook import Bench, Looked


def twins_of(bench: Bench, looked: Looked, clean: Sequence[Open]) -> tuple[Twin, ...]:
    """Pairs of clean branches with equal changes. Only commits that touch the same paths can be equal, so
    patches are made of these alone."""
    owners: dict[str, list[Open]] = {}
    for one in _sharing(looked, clean):
        for sha in looked.stands[one.tip].own:
            owners.setdefault(sha, []).append(one)
    found: dict[tuple[str, str], dict[tuple[str, str, str], None]] = {}
    for commits in _equal(bench, _alike(bench, owners)):
        for place, (sha, subject) in enumerate(commits):
            for other, _ in commits[place + 1 :]:
                for left, right, row in _between(sha, other, subject, owners):
                    found.setdefault((left, right), {})[row] = None
    return tuple(Twin(one, other, tuple(rows)) for (one, other), rows in sorted(found.items()))


def _sharing(looked: Looked, clean: Sequence[Open]) -> list[Open]:
    """The branches that change a path which another one changes, too."""
    paths: dict[str, int] = {}
    for one in clean:
        facts = looked.stands[one.tip].facts
        for path in facts.landed if facts is not None else ():
            paths[path] = paths.get(path, 0) + 1
    return [
        one
        for one in clean
        if (facts := looked.stands[one.tip].facts) is not None
        and any(paths[path] > 1 for path in facts.landed)
    ]


def _between(
    sha: str, other: str, subject: str, owners: dict[str, list[Open]]
) -> Iterator[tuple[str, str, tuple[str, str, str]]]:
    """(branch, branch, row) for two equal commits; a branch that holds both has nothing twice that matters here."""
    for one in owners[sha]:
        for two in owners[other]:
            if one not in owners[other] and two not in owners[sha]:
                if one.name < two.name:
                    yield one.name, two.name, (sha, other, subject)
                else:
                    yield two.name, one.name, (other, sha, subject)


def _alike(bench: Bench, commits: Collection[str]) -> list[str]:
    """Commits that touch the same set of paths as another one; no merges, which diff-tree leaves out."""
    if not commits:
        return []
    out = bench.sounding.ask(
        "diff-tree", "--stdin", "-r", "-z", "--name-only", "--no-renames", stdin=_lines(commits)
    )
    touched: dict[str, list[str]] = {}
    current: list[str] = []
    for field in text(out).split("\0"):
        if field in commits and field not in touched:
            current = touched[field] = []
        else:
            current.append(field)
    by_paths: dict[tuple[str, ...], list[str]] = {}
    for sha, names in touched.items():
        by_paths.setdefault(tuple(names), []).append(sha)
    return sorted(sha for several in by_paths.values() if len(several) > 1 for sha in several)


def _equal(bench: Bench, commits: Collection[str]) -> list[list[tuple[str, str]]]:
    """Groups of commits with one patch id, each commit with its subject."""
    if not commits:
        return []
    patches = bench.sounding.ask(
        "diff-tree", "--stdin", "-r", "-p", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
        stdin=_lines(commits),
    )  # fmt: skip
    by_id: dict[str, list[str]] = {}
    for line in rows(text(bench.sounding.ask("patch-id", "--stable", stdin=patches))):
        patch, _, sha = line.partition(" ")
        by_id.setdefault(patch, []).append(sha)
    groups = [sorted(shas) for shas in by_id.values() if len(shas) > 1]
    told = [sha for shas in groups for sha in shas]
    if not told:
        return []
    out = text(
        bench.sounding.ask("log", "--no-walk=unsorted", "-z", "--format=%H %s", "--stdin", stdin=_lines(told))
    )
    subjects = {sha: said for sha, _, said in (entry.partition(" ") for entry in out.split("\0") if entry)}
    return [[(sha, subjects.get(sha, "")) for sha in shas] for shas in groups]


def _lines(commits: Collection[str]) -> bytes:
    return "".join(f"{sha}\n" for sha in commits).encode()
