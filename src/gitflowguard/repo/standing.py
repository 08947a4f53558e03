"""Whose branch it is, and how old: read from git, and only where a finding depends on it."""

from __future__ import annotations

from gitflowguard.model.adoption import NAME, ORIGIN
from gitflowguard.model.finding import ERROR
from gitflowguard.model.lineage import tips_of, trunks
from gitflowguard.model.names import HEADS
from gitflowguard.repo.remotes import PARENT, addresses, alike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.model.facts import View
    from gitflowguard.model.finding import Violation
    from gitflowguard.model.history import History
    from gitflowguard.model.standing import Subject
    from gitflowguard.repo.git import Git


class GitStanding:
    """Answers from one clone.

    naming: whether a branch of this clone may be another's; not where it is pushed to the team's.
    """

    def __init__(self, git: Git, history: History, view: View, naming: bool = True) -> None:
        self.git = git
        self.history = history
        self.view = view
        self.naming = naming
        self._foreign: dict[str, bool] = {}

    def excuses(self, subject: Subject, found: Violation) -> bool:
        """Whether the branch is another repository's and goes where everyday work of any name may go."""
        return self.view.flow.welcomes(subject.target) and self._guest(subject)

    def _guest(self, subject: Subject) -> bool:
        """Whether the branch's upstream lies in another repository, or it is only there."""
        if not self.naming and not subject.target:
            return False
        refs, name = self.view.refs, subject.branch
        if name in refs.heads:
            return self._tracks_another(name)
        homes = {remote for remote, branch in refs.remotes if branch == name}
        if not homes and subject.tip and not subject.target:
            # `git switch -c x contributor/x` under --strict: the ref is made before its upstream is noted (branch.c,
            # create_branch).
            homes = {remote for (remote, _), sha in refs.remotes.items() if sha == subject.tip}
        return bool(homes) and all(self._another(remote) for remote in homes)

    def older(self, subject: Subject, day: str) -> bool:
        """Whether a commit that only this branch has was authored before the day.

        What it shares with a branch of the record is that one's: a new branch may be cut from an old one.
        """
        refs, name = self.view.refs, subject.branch
        tip = subject.tip or next(iter(refs.tips(name)), "")
        if not tip or self.history.shallow:
            return False
        known = (subject.base,) if subject.base else tips_of(refs, trunks(self.view, name))
        listed = tips_of(refs, self.view.flow.adoption.among(refs.branches()))
        own = tuple(self.history.own(tip, tuple(dict.fromkeys((*known, *listed)))))
        return any(when < day for when in self.git.authored(own))

    def _tracks_another(self, branch: str) -> bool:
        """By branch.<name>.remote and .merge (git-config(1)); a pull request's own ref is nobody's branch here."""
        remote = self.git.config(f"branch.{branch}.remote")
        if not remote or remote == ".":
            return False
        if remote == self.view.flow.remote:
            merge = self.git.config(f"branch.{branch}.merge")
            return merge.startswith("refs/") and not merge.startswith(HEADS)
        return self._another(remote)

    def _another(self, remote: str) -> bool:
        if remote not in self._foreign:
            self._foreign[remote] = elsewhere(self.git, self.view.flow.remote, remote)
        return self._foreign[remote]


class PullStanding(GitStanding):
    """Answers for a pull request: its forge says where the head lies, and no setting of a clone does."""

    def __init__(self, git: Git, history: History, view: View, fork: str) -> None:
        """fork: what findings call the head where it lies in another repository, else ""."""
        super().__init__(git, history, view)
        self.fork = fork

    def excuses(self, subject: Subject, found: Violation) -> bool:
        """Whether it is about a fork's head and a matter of its owner's: its name, or advice on where it was cut.

        What would block a branch of the team's blocks the same commits from a fork.
        """
        if not self.fork or subject.branch != self.fork:
            return False
        return found.topic == NAME or (found.topic == ORIGIN and found.severity != ERROR)


def elsewhere(git: Git, home: str, remote: str, known: Mapping[str, tuple[str, ...]] | None = None) -> bool:
    """Whether a remote, given by its name or its address, is surely another repository than the team's.

    False where that isn't sure: there is no such remote, the team's has no address, or only the host differs.
    known: the remotes' addresses, if read before.
    """
    if remote in (home, PARENT):
        return False
    known = addresses(git) if known is None else known
    ours = [url for name in (home, PARENT) for url in known.get(name, ())]
    theirs = known.get(remote, (remote,) if "/" in remote or ":" in remote else ())
    return (
        home in known and bool(theirs) and not any(alike(url, own, git.cwd) for url in theirs for own in ours)
    )
