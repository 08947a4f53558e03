"""What came into a branch lately: who was merged, by what road, and when; read from commits along first parents."""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.merging import merge_names
from gitflowguard.model.record import Record


class TrafficStep(Record):
    """One commit of a branch, as `git log --first-parent` gives it. date: seconds since 1970."""

    sha: str
    date: int
    parents: int
    subject: str


class Arrival(Record):
    """A branch that a commit's subject says was merged.

    source: its name, "" where the subject keeps the number of the pull request alone, as a squash does.
    owner: GitHub's name of whose repository it came from, "" if not said. pull: whether by a pull request.
    target: the branch that it was merged into, as the subject says, "" if not said.
    """

    source: str
    owner: str = ""
    pull: bool = False
    target: str = ""


class Traffic(Record):
    """The newest commits of one branch.

    commits: how many were read. pulls: how many of them a pull request brought.
    arrivals: merged branches, the newest first. shas: the commits. newest: the date of the first, 0 if none.
    """

    branch: str
    commits: int = 0
    pulls: int = 0
    arrivals: tuple[Arrival, ...] = ()
    shas: tuple[str, ...] = ()
    newest: int = 0

    def merges_of(self, source: str) -> int:
        """How often a branch of this name was merged."""
        return sum(arrival.source == source for arrival in self.arrivals)


def traffic(branch: str, steps: Iterable[TrafficStep]) -> Traffic:
    """What the commits say, the newest first."""
    known = tuple(steps)
    arrivals = [found for step in known if (found := arrival(step.subject, step.parents > 1)) is not None]
    return Traffic(
        branch=branch,
        commits=len(known),
        pulls=sum(found.pull for found in arrivals),
        arrivals=tuple(arrivals),
        shas=tuple(step.sha for step in known),
        newest=known[0].date if known else 0,
    )


def arrival(subject: str, merge: bool) -> Arrival | None:
    """What the subject says was merged; None for a commit like any other.

    The forms: git-fmt-merge-msg(1); GitHub's and Bitbucket Server's "Merge pull request #12"; Bitbucket's "Merged
    in feature/x (pull request #12)"; Azure DevOps' "Merged PR 12: title"; GitLab's "Merge branch 'x' into 'main'";
    and the number that GitHub, GitLab and Gitea write behind a squashed title.
    """
    if subject.startswith("Merged in "):
        source, _, rest = subject[len("Merged in ") :].partition(" (pull request #")
        return Arrival(source.strip(), pull=True) if rest else None
    if subject.startswith("Merged PR "):
        return Arrival("", pull=True) if subject[len("Merged PR ") :].split(":")[0].isdigit() else None
    if not merge:
        return Arrival("", pull=True) if _numbered(subject) else None
    if subject.startswith("Merge tag "):
        return Arrival("")
    sources, target = merge_names(subject)
    pull = subject.startswith("Merge pull request #")
    owner = subject.partition(" from ")[2].partition("/")[0] if pull and " in " not in subject else ""
    if not sources or not sources[0]:
        return None
    return Arrival(sources[0], owner, pull or "' into '" in subject, target)


def _numbered(subject: str) -> bool:
    """Whether the subject ends like a squashed pull request: ``(#12)``, ``(!12)``."""
    head, mark, tail = subject.rstrip().rpartition("(")
    return bool(head and mark) and tail[:1] in "#!" and tail[1:-1].isdigit() and tail.endswith(")")


def home(lines: Iterable[Traffic], owner: str = "") -> str:
    """The team's name on GitHub. owner: as its remote's address says; "" to take whose pull requests are the most."""
    if owner:
        return owner
    counts: dict[str, int] = {}
    for line in lines:
        for found in line.arrivals:
            if found.owner:
                counts[found.owner] = counts.get(found.owner, 0) + 1
    return min(counts, key=lambda owner: (-counts[owner], owner), default="")
