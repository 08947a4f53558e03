"""What a partial clone lacks of the files that merges need (git-clone(1), --filter).

Nothing is fetched here: what is needed is noted (ObjectReader.missing), so that one command can fetch it in one go.
"""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import plural
from gitflowguard.repo.git import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gitflowguard.model.finding import Argv
    from gitflowguard.radar.changes import Changes
    from gitflowguard.repo.objectreader import ObjectReader

    # The trees of a merge: of the merge base, and of the two sides.
    Three = tuple[str, str, str]

# What git says where it can't read an object (merge-ort.c, object-file.c, tree.c).
_SAYS = ("unable to read", "ould not read")


def unread(why: Unknown) -> tuple[str, ...]:
    """The object that git names where it couldn't make a merge for want of it."""
    words = why.reason.split()
    return tuple(
        word for word in words[-1:] if len(word) in (40, 64) and any(one in why.reason for one in _SAYS)
    )


def lacking(reader: ObjectReader, merge: Sequence[Three], why: Unknown, fetch: tuple[Argv, ...]) -> Unknown:
    """Why a merge couldn't be made: for want of files, if it is so. merge: its trees, for each merge base.

    fetch: the command that fetches what is missing, none where the clone isn't a partial one.
    """
    if not unread(why):
        return why
    needed = dict.fromkeys(unread(why))
    for three in merge:
        needed |= dict.fromkeys(_blobs(reader, three))
    lost = reader.absent(needed)
    return short_of(len(lost), fetch) if lost else why


def short_of(count: int, fetch: tuple[Argv, ...]) -> Unknown:
    """Why something is unknown for want of files. count: 0 where the folders are missing, too."""
    if not fetch:
        return Unknown("some of the commits or files are not in this clone")
    if not count:
        return Unknown("its folders are not in this partial clone", fetch)
    return Unknown(
        f"{plural(count, 'file')} that it needs {'is' if count == 1 else 'are'} not in this partial clone",
        fetch,
    )


def _blobs(reader: ObjectReader, three: Three) -> Iterator[str]:
    """The files that git reads for a merge: those that both sides changed, and those that may have been renamed.

    A path that one side lost is looked for among what that side added, if the other side changed it or put
    something into its folder (merge-ort.c, relevant_sources).
    """
    base, ours, theirs = three
    try:
        mine, its = reader.differences([(base, ours), (base, theirs)])
    except GitError:
        reader.absent_trees("--no-walk", stdin="".join(f"{tree}\n" for tree in three).encode())
        return
    for path in mine.keys() & its.keys():
        for change in (mine[path], its[path]):
            yield from _files((change.mode, change.oid), (change.new_mode, change.new_oid))
    yield from _renamed(mine, its)
    yield from _renamed(its, mine)


def _renamed(changes: Changes, other: Changes) -> Iterator[str]:
    """What git compares to find a side's renames that matter to the other side."""
    folders = {path.rpartition("/")[0] for path, change in other.items() if change.added}
    gone = [path for path, change in changes.items() if change.gone]
    sources = [path for path in gone if path in other or _within(path, folders)]
    if not sources:
        return
    for path in sources:
        yield from _files((changes[path].mode, changes[path].oid))
    for change in changes.values():
        if change.added:
            yield from _files((change.new_mode, change.new_oid))


def _within(path: str, folders: Collection[str]) -> bool:
    above = path.rpartition("/")[0]
    return any(folder == above or folder.startswith(f"{above}/") for folder in folders)


def _files(*sides: tuple[str, str]) -> Iterator[str]:
    """The objects of regular files and links."""
    return (oid for mode, oid in sides if mode[:3] in ("100", "120"))


def note_trees(reader: ObjectReader, commits: Collection[str], walk: str = "--no-walk") -> None:
    """Notes what a partial clone lacks of the trees of commits and of their parents. Raises GitError where that is
    nothing, so that something else is wrong. walk: which commits beside these, for `git rev-list`."""
    asked = "".join(f"{sha}\n" for sha in commits).encode()
    walked = reader.ask("rev-list", "--parents", walk, "--stdin", stdin=asked).split()
    reader.absent_trees("--no-walk", stdin=b"".join(sha + b"\n" for sha in dict.fromkeys(walked)))
    if not reader.missing:
        raise GitError("git could not read commits")
