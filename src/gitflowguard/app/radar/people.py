"""Whose a branch is: who made most of its own commits, as the target's .mailmap calls them; robots last.

The author of the newest commit may be whoever pressed "Update branch", so merges don't count.
"""

from __future__ import annotations

from gitflowguard.app.radar.detail import mailmap
from gitflowguard.repo.git import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gitflowguard.repo.objectreader import ObjectReader

# Of a branch's own commits the newest are read, this many.
MOST = 200
# Services that commit under a name of their own; those of GitHub's Apps end with ``[bot]``.
_ROBOTS = frozenset(
    (
        "dependabot", "renovate", "renovate bot", "github actions", "github-actions", "pre-commit-ci", "imgbot",
        "greenkeeper", "snyk-bot", "allcontributors", "weblate", "mergify", "codecov", "semantic-release-bot",
    )
)  # fmt: skip


def robot(name: str, email: str) -> bool:
    """Whether a program is known to commit so."""
    low = name.lower()
    return low.endswith(("[bot]", "-bot", " bot")) or low in _ROBOTS or "[bot]@" in email.lower()


def people(
    reader: ObjectReader, target: str, own: Mapping[str, Collection[str]], known: Mapping[str, str]
) -> dict[str, str]:
    """Tip -> who made most of its own commits, of several the one of the newest; "" where there are merges alone.

    own: tip -> its commits, children first. known: what an earlier run found.
    """
    found = {tip: known[tip] for tip in own if tip in known}
    asked = {tip: list(commits)[:MOST] for tip, commits in own.items() if tip not in found}
    authors = _authors(reader, target, sorted({sha for commits in asked.values() for sha in commits}))
    for tip, commits in asked.items():
        found[tip] = _most([authors[sha] for sha in commits if sha in authors])
    return found


def _most(authors: Sequence[tuple[str, str]]) -> str:
    """The name that is there most often, of people before that of a robot."""
    count: dict[tuple[bool, str], int] = {}
    for name, email in authors:
        key = (robot(name, email), name)
        count[key] = count.get(key, 0) + 1
    return min(count, key=lambda one: (one[0], -count[one]))[1] if count else ""


def _authors(reader: ObjectReader, target: str, commits: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Commit -> (name, address) of its author; merges are left out."""
    if not commits:
        return {}
    stdin = "".join(f"{sha}\n" for sha in commits)
    how = (
        "log",
        "--no-walk=unsorted",
        "--no-merges",
        "-z",
        "--format=%H%x01%aN%x01%aE",
        "--no-show-signature",
    )
    rows = text(reader.ask(*mailmap(target), *how, "--stdin", stdin=stdin.encode())).split("\0")
    fields = (row.split("\x01") for row in rows if row)
    return {row[0]: (row[1], row[2]) for row in fields if len(row) == 3}
