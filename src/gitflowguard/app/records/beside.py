"""A record beside its artefact: where its commit stands, what it names, and which bytes differ."""

from __future__ import annotations

from gitflowguard.model.facts import Refs
from gitflowguard.model.finding import IGNORE, Unknown
from gitflowguard.model.flow import Flow
from gitflowguard.model.history import SHALLOW
from gitflowguard.model.names import listed
from gitflowguard.model.provenance import ELSEWHERE, INSIDE, MERGED, UNMERGED, Provenance
from gitflowguard.provenance.record import TrainingRecord
from gitflowguard.repo.digests import of_commit
from gitflowguard.repo.git import Git, Place
from gitflowguard.repo.read import GitHistory


def beside(git: Git, lines: ProductionLines, fact: Provenance, record: TrainingRecord) -> Provenance:
    """What a record says, filled into its artefact's fact; the artefact's bytes are left to the caller."""
    if git.commit_of(record.commit) and _tree(git, record.commit) != record.tree:
        return fact._replace(flaw=f"{fact.record}: its tree isn't the tree of its commit")
    return fact._replace(
        commit=record.commit,
        standing=lines.standing(record.commit),
        clean=record.clean,
        changes=record.changes,
        other=_other(git, record),
    )


def altered(now: dict[str, str], wanted: dict[str, str], path: str) -> tuple[tuple[str, str], ...]:
    """The files that aren't what was recorded, with their paths from the top.

    now, wanted: path from the record's folder -> digest. path: the artefact, from the top.
    """
    folder = path[: len(path) - len(path.rpartition("/")[2])]
    found = []
    for name in sorted({*now, *wanted}):
        if name not in now:
            found.append((folder + name, f"is in the record of {path}, and missing"))
        elif name not in wanted:
            found.append((folder + name, f"isn't in the record of {path}"))
        elif now[name] != wanted[name]:
            found.append(
                (
                    folder + name,
                    f"isn't what was recorded: its SHA-256 begins with {now[name][:12]}, "
                    f"the recorded one with {wanted[name][:12]}",
                )
            )
    return tuple(found)


def _tree(git: Git, commit: str) -> str:
    return git.lines("rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}")[0]


def _other(git: Git, record: TrainingRecord) -> tuple[str, ...]:
    """The inputs that the recorded commit holds with other bytes.

    What the commit doesn't hold at all is data from elsewhere: its digest stands in the record, and there is nothing
    here to compare it with. A commit that isn't here is a matter of where it stands.
    """
    if not git.commit_of(record.commit):
        return ()
    held = of_commit(git, record.commit, tuple(path for path, _ in record.inputs))
    return tuple(path for path, digest in record.inputs if held.get(path, digest) != digest)


class ProductionLines:
    """The production branch as it went from merge to merge; read once, and only if a record asks."""

    def __init__(
        self,
        git: Git,
        place: Place,
        refs: Refs,
        flow: Flow,
        names: tuple[str, ...],
        tips: tuple[str, ...] | None = None,
    ) -> None:
        """names: of the branches. tips: their commits, None for what this clone knows."""
        self._git, self._place, self._refs, self._flow = git, place, refs, flow
        self.about = listed(names, "and") if names else flow.production or "main"
        known = (sha for name in names for sha in refs.tips(name))
        self._tips = tuple(dict.fromkeys(known if tips is None else tips))
        self._chain: dict[str, int] = {}

    def standing(self, commit: str) -> str | Unknown:
        """Where a commit stands: one of model.provenance.STANDINGS."""
        if not self._tips:
            return Unknown(f"this clone has no {self.about}, so whether it holds the commit isn't known")
        self._read()
        if commit in self._chain:
            return MERGED if self._chain[commit] > 1 or self._free() else UNMERGED
        shallow = GitHistory(self._git, self._place, self._refs).shallow
        if shallow:
            return SHALLOW
        here = self._git.commit_of(commit) == commit
        held = here and any(self._git.is_ancestor(commit, tip) for tip in self._tips)
        return INSIDE if held else ELSEWHERE

    def _free(self) -> bool:
        """Whether the team merges without merge commits: the policy doesn't mind squashes there."""
        from gitflowguard.rules.merge.squashed_merge import RULE

        return self._flow.severity(RULE.name, RULE.default, self.about) == IGNORE

    def _read(self) -> None:
        """Commit -> how many parents it has, of every state that the branch went through."""
        if not self._chain:
            stdin = "".join(f"{sha}\n" for sha in self._tips).encode()
            rows = self._git.lines("rev-list", "--first-parent", "--parents", "--stdin", stdin=stdin)
            self._chain = {words[0]: len(words) - 1 for words in (row.split() for row in rows)}
