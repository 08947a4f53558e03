"""Who acts on a broken merge, and with which commands: the same as for a conflict, and git stops by itself."""

from __future__ import annotations

from gitflowguard.radar.breakage import causes, common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gitflowguard.app.radar.aims import Open
    from gitflowguard.model.finding import Argv
    from gitflowguard.radar.nouns import Broken

    # A branch -> the commands that bring its target in, or land it.
    Mend = Callable[[Open], tuple[Argv, ...]]


def entries(
    found: Iterable[Broken], branches: Iterable[Open], places: Mapping[str, int], mend: Mend
) -> tuple[Broken, ...]:
    """One entry a cause, with who moves. places: of the branches in the order of landing; who is later moves."""
    by_name = {one.name: one for one in branches}
    out = []
    for one in causes(found):
        merges = tuple(tuple(sorted(names, key=lambda name: places.get(name, 0))) for names in one.merges)
        mover = by_name.get(common(merges))
        if mover is not None:
            one = one._replace(moves=mover.name, author=mover.author, mend=stopping(mend(mover)))
        out.append(one._replace(branches=merges[0], merges=merges))
    return tuple(out)


def stopping(commands: tuple[Argv, ...]) -> tuple[Argv, ...]:
    """The commands with merges that stop before they commit, so that the result can be put right in the same commit."""
    return tuple(
        (
            (*argv[:2], "--no-commit", *argv[2:])
            if argv[:2] == ("git", "merge") and "--ff-only" not in argv
            else argv
        )
        for argv in commands
    )


def edges(found: Iterable[Broken]) -> tuple[set[tuple[str, str]], set[str]]:
    """(pairs of branches that can't land after each other, branches that can't land on the target alone)."""
    pairs: set[tuple[str, str]] = set()
    alone: set[str] = set()
    for one in found:
        if len(one.branches) == 1:
            alone.add(one.branches[0])
        else:
            pairs |= {(a, b) for a in one.branches for b in one.branches if a != b}
    return pairs, alone
