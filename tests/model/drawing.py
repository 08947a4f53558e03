"""A history drawn by hand: commits by name, and the `History` that answers from them."""

from __future__ import annotations

from gitflowguard.model.facts import Refs, View
from gitflowguard.model.history import Cut
from gitflowguard.policy.presets import preset_flow


class Drawn:
    """parents: commit -> its parents, each drawn before its children. tips: branch -> commit.

    A branch ``origin/x`` is a remote's. cuts: branch -> where it was cut.
    """

    def __init__(
        self,
        parents: dict[str, str],
        tips: dict[str, str],
        tags: dict[str, str] | None = None,
        cuts: dict[str, Cut] | None = None,
        logs: dict[str, tuple[tuple[str, str], ...]] | None = None,
        says: dict[str, str] | None = None,
        shallow: bool = False,
    ) -> None:
        self.parents = {commit: tuple(above.split()) for commit, above in parents.items()}
        self.cuts = cuts or {}
        self.logs = logs or {}
        self.says = says or {}
        self.shallow = shallow
        heads = {name: tip for name, tip in tips.items() if not name.startswith("origin/")}
        remotes = {
            ("origin", n.removeprefix("origin/")): t for n, t in tips.items() if n.startswith("origin/")
        }
        self.refs = Refs(heads, remotes, tags or {})

    def view(self, preset: str = "gitflow") -> View:
        """The preset's flow over these refs."""
        return View(preset_flow(preset), self.refs)

    def reach(self, tip: str) -> set[str]:
        """The commit and all below it."""
        found: set[str] = set()
        todo = [tip]
        while todo:
            commit = todo.pop()
            if commit in self.parents and commit not in found:
                found.add(commit)
                todo.extend(self.parents[commit])
        return found

    def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """See `History`."""
        mine = self.reach(tip) - {commit for other in known for commit in self.reach(other)}
        return {commit: self.parents[commit] for commit in reversed(self.parents) if commit in mine}

    def holders(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        """See `History`."""
        return tuple(b for b in branches if any(commit in self.reach(tip) for tip in self.refs.tips(b)))

    def cut(self, branch: str) -> Cut | None:
        """See `History`."""
        return self.cuts.get(branch)

    def moves(self, branch: str) -> tuple[tuple[str, str], ...]:
        """See `History`."""
        return self.logs.get(branch, ())

    def subjects(self, commits: tuple[str, ...]) -> dict[str, str]:
        """See `History`."""
        return {commit: self.says.get(commit, commit) for commit in commits}

    def continuing(self, commit: str, branches: tuple[str, ...]) -> tuple[str, ...]:
        """See `History`."""
        return tuple(b for b in branches if any(commit in self.chain(tip) for tip in self.refs.tips(b)))

    def chain(self, tip: str) -> list[str]:
        """The first-parent chain, newest first."""
        found = [tip]
        while self.parents.get(found[-1]):
            found.append(self.parents[found[-1]][0])
        return found

    def messages(self, commits: tuple[str, ...]) -> dict[str, str]:
        """Commit -> its whole message, as `repo.read.GitHistory` has it."""
        return self.subjects(commits)

    def merged_tags(self, tip: str) -> tuple[str, ...]:
        """See `History`."""
        return tuple(tag for tag, commit in self.refs.tags.items() if commit in self.reach(tip))
