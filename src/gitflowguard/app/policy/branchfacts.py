"""Every branch of the team as facts: what `check --all` judges, and what `init` judges before it writes anything."""

from __future__ import annotations

from gitflowguard.model import lineage
from gitflowguard.model.facts import Branch, Refs, View
from gitflowguard.model.record import Record
from gitflowguard.repo.git import Git
from gitflowguard.repo.graph import AllGit, GraphHistory
from gitflowguard.repo.read import homed, read_refs
from gitflowguard.repo.remotes import addresses
from gitflowguard.repo.standing import elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.facts import Fact
    from gitflowguard.repo.git import Place

DAY = 86400


class All(Record):
    """All branches, read by a number of git processes that doesn't grow with them."""

    git: AllGit
    refs: Refs
    history: GraphHistory


def read_all(git: Git, place: Place, remote: str) -> All:
    """The repository's names and its graph. remote: the one that the team shares."""
    every = AllGit(git.cwd)
    refs = homed(read_refs(every, remote, place), remote)
    return All(every, refs, GraphHistory(every, place, refs))


def team(refs: Refs, strangers: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The team's branches, here and on its remote, sorted; those of other remotes are somebody else's.

    strangers: local branches that follow another repository.
    """
    there = {name for remote, name in refs.remotes if remote == refs.upstream}
    return tuple(sorted(there | {name for name in refs.heads if name not in strangers or name in there}))


def strangers(git: Git, remote: str) -> tuple[str, ...]:
    """Local branches that follow another repository than the team's (git-config(1), branch.<name>.remote)."""
    pairs = [
        (key, value) for key, value in git.config_all(r"branch\..*\.remote$") if key.startswith("branch.")
    ]
    others = {value for _, value in pairs} - {remote, "."}
    known = addresses(git) if others else {}
    foreign = {other for other in others if elsewhere(git, remote, other, known)}
    return tuple(key[len("branch.") : -len(".remote")] for key, value in pairs if value in foreign)


def facts_of(seen: All, view: View, names: tuple[str, ...], now: float) -> tuple[list[Fact], frozenset[str]]:
    """The facts about these branches, and the names of those that are on the remote only.

    now: seconds since the epoch, for the age of branches. Of a branch that is only on the remote nobody here
    knows whether it is still wanted: its age and what has become of it are left out.
    """
    facts: list[Fact] = []
    far = frozenset(name for name in names if name not in seen.refs.heads)
    for name in names:
        tip = seen.refs.heads.get(name) or seen.refs.remotes.get((seen.refs.upstream, name), "")
        fact = lineage.branch(seen.history, view, name, tip)
        facts.append(_remote(fact) if name in far else fact._replace(idle_days=_idle(seen, tip, now)))
        version = lineage.release(seen.history, view, name, tip)
        facts += [version] if version is not None else []
    return facts, far


def _idle(seen: All, tip: str, now: float) -> int:
    date = seen.git.dated.get(tip)
    return max(0, int((now - date) // DAY)) if date is not None else 0


def _remote(fact: Branch) -> Branch:
    return fact._replace(idle_days=0, merged=(), stacks=())
