"""When each branch's newest commit was made, and by whom; a commit that was read once isn't read again."""

from __future__ import annotations

from gitflowguard.repo.git import rows, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitflowguard.app.radar.kept import RadarCache
    from gitflowguard.repo.git import Git

    # Commit, full ref, what a symbolic one names, date and author of the commit ("" for what isn't one).
    DatedRef = tuple[str, str, str, str, str]

_PLAIN = "%(objectname)%00%(refname)%00%(symref)"
_DATED = _PLAIN + "%00%(committerdate:unix)%00%(authorname)"
_KIND = "tips"
# More refs than these don't go on a command line.
_FEW = 32


class TipCache:
    """What is remembered of commits: (date, author) as git prints them."""

    def __init__(self, shelf: RadarCache) -> None:
        self._shelf = shelf

    def load(self) -> dict[str, tuple[str, str]]:
        """Commit -> (date, author)."""
        found = self._shelf.part(_KIND, "")
        return found if isinstance(found, dict) else {}

    def keep(self, found: dict[str, tuple[str, str]]) -> None:
        """In place of what was remembered."""
        self._shelf.keep_part(_KIND, "", found)


def dated_refs(git: Git, spaces: Sequence[str], tips: TipCache | None) -> list[DatedRef]:
    """The refs of some name spaces, as git sorts them. tips: who remembers, None for nobody. Raises GitError."""
    known = tips.load() if tips is not None else {}
    found = _again(git, spaces, known) if known else None
    if found is None:
        found = [(one[0], one[1], one[2], one[3], one[4]) for one in _listed(git, _DATED, spaces)]
    now = {sha: (date, author) for sha, _, _, date, author in found}
    if tips is not None and not now.keys() <= known.keys():
        tips.keep(now)
    return found


def _again(git: Git, spaces: Sequence[str], known: dict[str, tuple[str, str]]) -> list[DatedRef] | None:
    """The same with what is remembered; None where too little is."""
    plain = _listed(git, _PLAIN, spaces)
    fresh = [ref for sha, ref, _ in plain if sha not in known]
    if len(fresh) > _FEW:
        return None
    read = {one[0]: (one[3], one[4]) for one in _listed(git, _DATED, fresh)} if fresh else {}
    every = known | read
    if not all(sha in every for sha, _, _ in plain):
        return None  # a branch moved in between
    return [(sha, ref, symref, *every[sha]) for sha, ref, symref in plain]


def _listed(git: Git, form: str, names: Iterable[str]) -> list[list[str]]:
    return [line.split("\0") for line in rows(text(git.call("for-each-ref", f"--format={form}", *names).out))]
