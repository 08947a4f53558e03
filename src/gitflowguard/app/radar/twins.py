"""The same change on two branches: commits of equal patch id (git-patch-id(1)) that are not the same commit."""

from __future__ import annotations

from _blake2 import blake2b

from gitflowguard.app.radar.known import Patches
from gitflowguard.app.radar.lacking import note_trees
from gitflowguard.radar.nouns import DuplicatedChange
from gitflowguard.repo.git import GitError, rows, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gitflowguard.app.radar.aims import Open
    from gitflowguard.app.radar.context import MergeContext
    from gitflowguard.app.radar.verdicts import TargetVerdicts


def twins_of(
    context: MergeContext, verdicts: TargetVerdicts, clean: Sequence[Open], known: Patches = Patches()
) -> tuple[tuple[DuplicatedChange, ...], Patches]:
    """Pairs of clean branches with equal changes, and what is to be remembered. Only commits that touch the
    same paths can be equal, and only those of different branches matter, so patches are made of these alone.
    """
    owners: dict[str, list[Open]] = {}
    for one in _sharing(verdicts, clean):
        for sha in verdicts.stands[one.tip].own:
            owners.setdefault(sha, []).append(one)
    touched = {sha: known.touched[sha] for sha in owners if sha in known.touched}
    touched |= _touched(context, [sha for sha in owners if sha not in touched])
    alike = _several(touched, {sha: frozenset(one.name for one in those) for sha, those in owners.items()})
    ids = {sha: known.ids[sha] for sha in alike if sha in known.ids}
    ids |= _ids(context, [sha for sha in alike if sha not in ids])
    found: dict[tuple[str, str], dict[tuple[str, str, str], None]] = {}
    for commits in _groups({sha: patch for sha, (patch, _) in ids.items()}):
        for place, sha in enumerate(commits):
            for other in commits[place + 1 :]:
                for left, right, row in _between(sha, other, ids[sha][1], owners):
                    found.setdefault((left, right), {})[row] = None
    twins = tuple(DuplicatedChange(one, other, tuple(rows)) for (one, other), rows in sorted(found.items()))
    return twins, Patches(touched, ids)


def _sharing(verdicts: TargetVerdicts, clean: Sequence[Open]) -> list[Open]:
    """The branches that change a path which another one changes, too."""
    paths: dict[str, int] = {}
    for one in clean:
        facts = verdicts.stands[one.tip].facts
        for path in facts.landed if facts is not None else ():
            paths[path] = paths.get(path, 0) + 1
    return [
        one
        for one in clean
        if (facts := verdicts.stands[one.tip].facts) is not None
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


def _touched(context: MergeContext, commits: Collection[str]) -> dict[str, str]:
    """Commit -> digest of the paths that it touches; "" for a merge, which diff-tree leaves out."""
    if not commits:
        return {}
    try:
        out = context.reader.ask(
            "diff-tree", "--stdin", "-r", "-z", "--name-only", "--no-renames", stdin=_lines(commits)
        )
    except GitError:
        note_trees(context.reader, commits)
        return {}
    names: dict[str, list[str]] = {sha: [] for sha in commits}
    current: list[str] = []
    for field in text(out).split("\0"):
        if field in names:
            current = names[field]
        else:
            current.append(field)
    return {sha: _digest(paths) if any(paths) else "" for sha, paths in names.items()}


def _digest(paths: Sequence[str]) -> str:
    whole = "\0".join(path for path in paths if path)
    return blake2b(whole.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _several(touched: Mapping[str, str], owners: Mapping[str, frozenset[str]]) -> list[str]:
    """Commits that touch what another touches, where neither is on every branch that has the other (`_between`):
    the many commits of one branch to one file need no patch."""
    found = []
    for several in _groups(touched):
        sets = {owners[sha] for sha in several}
        found += [
            sha for sha in several if any(owners[sha] - other and other - owners[sha] for other in sets)
        ]
    return found


def _groups(found: Mapping[str, str]) -> list[list[str]]:
    """Commits that have the same word, sorted; only where there are several."""
    by_word: dict[str, list[str]] = {}
    for sha, word in found.items():
        if word:
            by_word.setdefault(word, []).append(sha)
    return [sorted(shas) for shas in by_word.values() if len(shas) > 1]


def _ids(context: MergeContext, commits: Collection[str]) -> dict[str, tuple[str, str]]:
    """Commit -> (its patch id, its subject)."""
    if not commits:
        return {}
    words = (
        "diff-tree",
        "--stdin",
        "-r",
        "-p",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
    )
    try:
        patches = context.reader.ask(*words, stdin=_lines(commits))
    except GitError:
        _note_files(context, commits)
        return {}
    ids = {}
    for line in rows(text(context.reader.ask("patch-id", "--stable", stdin=patches))):
        patch, _, sha = line.partition(" ")
        ids[sha] = patch
    out = text(
        context.reader.ask(
            "log", "--no-walk=unsorted", "-z", "--format=%H %s", "--stdin", stdin=_lines(commits)
        )
    )
    subjects = {sha: said for sha, _, said in (entry.partition(" ") for entry in out.split("\0") if entry)}
    return {sha: (ids.get(sha, ""), subjects.get(sha, "")) for sha in commits}


def _note_files(context: MergeContext, commits: Collection[str]) -> None:
    """Notes what a partial clone lacks of the commits' files. Raises GitError where it lacks nothing."""
    out = context.reader.ask(
        "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", stdin=_lines(commits)
    )
    heads = [field.split(" ") for field in text(out).split("\0") if field[:1] == ":"]
    oids = [
        oid
        for words in heads
        for mode, oid in ((words[0][1:], words[2]), (words[1], words[3]))
        if mode[:2] != "16"
    ]
    if not context.reader.absent(oids):
        raise GitError("git could not compare commits")


def _lines(commits: Collection[str]) -> bytes:
    return "".join(f"{sha}\n" for sha in commits).encode()
