"""The verdict on a branch, kept for as long as nothing that it depends on has changed.

Most commits and pushes go to a branch that was judged a minute ago. What was read then is kept byte by byte in
``<git directory>/gitflowguard/kept``: every ref but the branch itself, the policy, the repository's configuration, the
line of the reflog that says where the branch was cut, our version. A hook compares; one byte of difference, and
all is judged anew. docs/architecture.md, "A kept verdict", argues what follows about the branch from an equal world.

The file is what pre-push's shim makes again in sh (repo.preamble), so the order of its parts is fixed:

    gitflowguard kept 1          the form
    <remote>                     as git names it to pre-push; of a commit the team's remote
    <address>                    likewise; of a commit empty
    <ref>                        the branch
    <commit>                     where it was judged
    <1 or 0>                     whether the radar looks behind a push
    <1 or 0>                     whether messages are judged
    <the reflog's first line>
    <names> then <contents>      of the files above, HEAD in front of each that isn't a ref
    +                            and the commits that were judged since, as `git log -z` prints them

Beside it lie ``kept-tip``, nine short lines for the shims, ``kept-chain``, which they don't read, and
``kept-message``, the newest message that was judged in this world, byte by byte as commit-msg got it. ``kept-tip``:

    <commit>                     where it was judged
    <1 or 0>, <1 or 0>           as above
    <remote>, <address>          as above
    <number>                     the bytes before the commits that were judged since; empty where there are none
    <commits>                    the first few of the branch's own on its first-parent chain
    <commits>                    where the remote's branch may stand; empty where nothing was pushed
    <number>                     of the commits that were judged since; empty where there are none
"""

from __future__ import annotations

import os
import stat
import sys
import zlib

from gitflowguard.model.adoptionfiles import POLICY_FILES
from gitflowguard.model.event import KEPT, KEPT_CHAIN, KEPT_MESSAGE, KEPT_TIP
from gitflowguard.model.names import HEADS, REMOTES, is_null, is_object_id
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader

    from gitflowguard.repo.place import Place

FORM = "gitflowguard kept 1"
# In the git directory: another layout, or another history than the objects' own. Then nothing is kept.
ODD = (
    "commondir",
    "config.worktree",
    "info/grafts",
    "objects/info/alternates",
    "refs/replace",
    "reftable",
    "shallow",
)
# What would make git, or us, read another repository, other settings, another history.
VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
    "GITFLOWGUARD_SKIP",
    "PRE_COMMIT",
)
# Read by the shim in this order, with HEAD in front of each.
PLAIN = (".git/config", ".git/packed-refs", *POLICY_FILES)
FOLDERS = ("refs/heads", "refs/remotes", "refs/tags")
# The configuration, which is copied, may hold a password.
_MODE = 0o600
MOST_LOOSE = 500
_MOST_BYTES = 32 << 20
# A shell reads these one letter at a time.
_MOST_OLDS = 12
_MOST_TOP = 4
MOST_COMMITS = 50
_MOST_CHAIN = 200
_MOST_MESSAGE = 1 << 16


class Snapshot(Record):
    """What the verdict on a branch depends on, besides the branch. data: from the reflog's line to the contents."""

    branch: str
    remote: str
    data: bytes


class KeptVerdict(Record):
    """A verdict that is kept.

    branch, tip: what was judged. remote, url: where it was pushed to; url is "" after a commit.
    chain: the branch's own commits on its first-parent chain, newest first. olds: where the remote's branch may stand
    so that nothing is pushed that wasn't judged. fill: whether the radar looks behind such a push.
    worded: whether messages are judged. start, end: where the snapshot lies in the file.
    commits: (parent, where its entry begins) of the commits that were judged since.
    """

    branch: str
    tip: str
    remote: str
    chain: tuple[str, ...]
    url: str = ""
    olds: tuple[str, ...] = ()
    fill: bool = False
    worded: bool = True
    start: int = 0
    end: int = 0
    commits: tuple[tuple[str, int], ...] = ()


def snapshot(place: Place, branch: str, remote: str) -> Snapshot | None:
    """What is read of this repository, for a branch and the remote that the team shares; None where it is unusual."""
    if place.git_dir != os.path.join(place.top, ".git") or place.common != place.git_dir:
        return None
    if any(os.environ.get(name) for name in VARIABLES) or any(
        os.path.lexists(os.path.join(place.git_dir, name)) for name in ODD
    ):
        return None
    try:
        return Snapshot(branch, remote, _all(place, branch, remote))
    except (OSError, ValueError):
        return None


def _all(place: Place, branch: str, remote: str) -> bytes:
    """The bytes of a snapshot. Raises ValueError where there is too much of it, or something odd."""
    top = os.fsencode(place.top)
    with open(os.path.join(top, b".git/logs", os.fsencode(HEADS + branch)), "rb") as log:
        first = log.readline(4096)
    head = _read(os.path.join(top, b".git/HEAD"))
    names, parts = [], [first]
    version = os.fsencode(os.path.join(os.path.dirname(sys.argv[0]), "__init__.py"))
    for name in (*map(os.fsencode, PLAIN), version):
        path = os.path.join(top, name)
        if os.path.isfile(path):
            names += [b".git/HEAD", name]
            parts += [head, _read(path)]
    own = {os.fsencode(f"{HEADS}{branch}"), os.fsencode(f"{REMOTES}{remote}/{branch}")}
    loose: list[bytes] = []
    for folder in FOLDERS:
        _walk(os.path.join(top, b".git"), os.fsencode(folder), own, loose)
    names += [b".git/" + name for name in loose]
    parts += [_ref(os.path.join(top, b".git", name)) for name in loose]
    if not first.endswith(b"\n") or sum(map(len, parts)) > _MOST_BYTES:
        raise ValueError
    return parts[0] + b"".join(name + b"\n" for name in names) + b"".join(parts[1:])


def _walk(root: bytes, folder: bytes, own: set[bytes], found: list[bytes]) -> None:
    """The loose refs below a folder, in the order in which a shell in the locale C sees them."""
    path = os.path.join(root, folder)
    if not os.path.isdir(path):
        return
    for entry in sorted(os.listdir(path)):
        name = folder + b"/" + entry
        if entry.startswith(b"."):
            continue
        if os.path.isdir(os.path.join(root, name)):
            _walk(root, name, own, found)
        elif os.path.isfile(os.path.join(root, name)) and name not in own:
            found.append(name)
            if len(found) > MOST_LOOSE or entry.split() != [entry]:
                raise ValueError


def _open(path: bytes) -> BufferedReader:
    """Raises ValueError for what isn't a file: of a pipe, the reader would wait for somebody who writes."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise ValueError
    return os.fdopen(fd, "rb")


def _read(path: bytes) -> bytes:
    """Raises ValueError for a file of a size that none of these has."""
    with _open(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError
    return data


def _ref(path: bytes) -> bytes:
    """A loose ref's content, which has one form."""
    data = _read(path)
    if not data.startswith(b"ref: refs/") and not is_object_id(os.fsdecode(data.removesuffix(b"\n"))):
        raise ValueError
    return data


def tip_of(place: Place, branch: str) -> str:
    """Where a branch stands, if its ref is loose; "" else."""
    try:
        data = _read(os.path.join(os.fsencode(place.git_dir), os.fsencode(HEADS + branch)))
    except (OSError, ValueError):
        return ""
    text = os.fsdecode(data.removesuffix(b"\n"))
    return text if is_object_id(text) and not is_null(text) else ""


def write(place: Place, seen: Snapshot, kept: KeptVerdict) -> None:
    """Keeps a verdict; where that can't be done nothing is kept."""
    from gitflowguard.atomic import put  # hardly any hook writes

    words = (FORM, kept.remote, kept.url, HEADS + kept.branch, kept.tip, *_flags(kept))
    head = os.fsencode("".join(word + "\n" for word in words))
    kept = kept._replace(start=len(head), end=len(head) + len(seen.data), commits=())
    try:
        os.makedirs(os.path.join(place.git_dir, os.path.dirname(KEPT)), exist_ok=True)
        forget(place)
        put(os.path.join(place.git_dir, KEPT), head + seen.data, mode=_MODE)
        _describe(place, kept)
    except OSError:
        pass


def _flags(kept: KeptVerdict) -> tuple[str, str]:
    return ("1" if kept.fill else "0", "1" if kept.worded else "0")


def _describe(place: Place, kept: KeptVerdict) -> None:
    """The two small files. The shims' comes last."""
    from gitflowguard.atomic import put

    rows = [kept.branch, kept.tip, kept.remote, kept.url, " ".join(kept.olds), *_flags(kept)]
    rows += [f"{kept.start} {kept.end}", " ".join(kept.chain), *(f"{sha} {at}" for sha, at in kept.commits)]
    put(os.path.join(place.git_dir, KEPT_CHAIN), os.fsencode("".join(row + "\n" for row in rows)), mode=_MODE)
    olds = (*kept.olds, *(sha for sha, _ in kept.commits)) if kept.url else ()
    words = (
        kept.tip,
        *_flags(kept),
        kept.remote,
        kept.url,
        str(kept.end) if kept.commits else "",
        " ".join(kept.chain[:_MOST_TOP]),
        " ".join(dict.fromkeys(olds)),
        str(len(kept.commits) or ""),
    )
    put(
        os.path.join(place.git_dir, KEPT_TIP), os.fsencode("".join(word + "\n" for word in words)), mode=_MODE
    )


def forget(place: Place) -> None:
    """Takes away what is kept."""
    for name in (KEPT_TIP, KEPT_MESSAGE, KEPT_CHAIN, KEPT):
        try:
            os.unlink(os.path.join(place.git_dir, name))
        except OSError:
            pass  # there is none


def read(place: Place, seen: Snapshot) -> KeptVerdict | None:
    """What is kept of the branch of a snapshot, if it was judged in exactly this world."""
    try:
        kept = _parsed(_read(os.path.join(os.fsencode(place.git_dir), os.fsencode(KEPT_CHAIN))))
        if (kept.branch, kept.remote) != (seen.branch, seen.remote):
            return None
        if kept.end - kept.start != len(seen.data):
            return None
        with _open(os.path.join(os.fsencode(place.git_dir), os.fsencode(KEPT))) as file:
            file.seek(kept.start)
            same = file.read(len(seen.data)) == seen.data
    except (OSError, ValueError):
        return None
    return kept if same else None


def _parsed(data: bytes) -> KeptVerdict:
    """Raises ValueError for anything that isn't what `_describe` writes."""
    branch, tip, remote, url, olds, fill, worded, places, chain, *rows = os.fsdecode(data).split("\n")[:-1]
    start, end = places.split(" ")
    pairs = [row.split(" ") for row in rows]
    return KeptVerdict(
        branch=branch,
        tip=tip,
        remote=remote,
        chain=tuple(chain.split()),
        url=url,
        olds=tuple(olds.split()),
        fill=fill == "1",
        worded=worded == "1",
        start=int(start),
        end=int(end),
        commits=tuple((sha, int(at)) for sha, at in pairs),
    )


def descends(place: Place, tip: str, chain: tuple[str, ...]) -> bool:
    """Whether commits with one parent each lead from a tip down to a commit of the chain, all of them made lately.

    Read from the loose objects, which is where git puts what is committed here; a pack isn't looked into.
    """
    for _ in range(MOST_COMMITS):
        if tip in chain:
            return True
        parents = _parents(place, tip)
        if len(parents) != 1:
            return False
        tip = parents[0]
    return False


def _parents(place: Place, sha: str) -> tuple[str, ...]:
    """The parents of a commit in a loose object (git's loose format: deflated, "commit <size>", NUL, header lines)."""
    if not is_object_id(sha):
        return ()
    try:
        data = _read(os.path.join(os.fsencode(place.git_dir), os.fsencode(f"objects/{sha[:2]}/{sha[2:]}")))
        text = zlib.decompressobj().decompress(data, _MOST_MESSAGE)
    except (OSError, ValueError, zlib.error):
        return ()
    kind, _, body = text.partition(b"\0")
    if not kind.startswith(b"commit "):
        return ()
    rows = body.partition(b"\n\n")[0].split(b"\n")
    return tuple(os.fsdecode(row[len(b"parent ") :]) for row in rows if row.startswith(b"parent "))


def conflict_noted(place: Place) -> bool:
    """Whether the index remembers a resolved conflict (gitformat-index(5), "Resolve undo"), or can't be read."""
    try:
        return any(b"REUC" in _read(os.fsencode(path)) for path in _indexes(place))
    except (OSError, ValueError):
        return True


def _indexes(place: Place) -> tuple[str, ...]:
    """The index that is committed, and the work tree's."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    return tuple(dict.fromkeys(path for path in (named, os.path.join(place.git_dir, "index")) if path))


def staged_tree(place: Place, width: int) -> str:
    """The tree that the index will be committed as, where git has noted it there (gitformat-index(5), "Cache tree").

    width: letters of an object id. "" where git hasn't.
    """
    try:
        data = _read(os.fsencode(_indexes(place)[0]))
    except (OSError, ValueError):
        return ""
    at = data.rfind(b"TREE")
    while at > 0:
        body = data[at + 8 : at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")]
        counts, _, rest = body.partition(b"\n")
        words = counts[1:].split(b" ")
        if counts[:1] == b"\0" and len(words) == 2 and all(word.isdigit() for word in words):
            return rest[: width // 2].hex() if len(rest) >= width // 2 else ""
        at = data.rfind(b"TREE", 0, at)  # these letters stand in a name
    return ""


def add(place: Place, kept: KeptVerdict, parent: str, tree: str, message: str) -> None:
    """Notes a commit that was judged on top of a push that was: the next push need not judge it again.

    It counts only if the pushed commits are, in turn, exactly those that were noted.
    """
    if not kept.url or not tree or len(kept.commits) >= MOST_COMMITS:
        return
    parents = [sha for sha, _ in kept.commits]
    commits = kept.commits
    if parent in kept.chain:
        commits = ()
    elif parent in parents:
        commits = kept.commits[: parents.index(parent)]
    elif not parents:
        return
    words = f"{tree} {parent}\n{message}\n" if kept.worded else f"{tree} {parent}"
    data = os.fsencode(words)
    if len(data) > _MOST_MESSAGE or "\0" in words:
        return
    path = os.path.join(place.git_dir, KEPT)
    try:
        with open(path, "r+b") as file:
            places = [kept.end, *(at for _, at in kept.commits[1:])]
            at = file.seek(places[len(commits)]) if len(commits) < len(places) else file.seek(0, os.SEEK_END)
            file.write((b"" if commits else b"+\n") + data + b"\0")
            file.truncate()
        _describe(place, kept._replace(commits=(*commits, (parent, at))))
    except OSError:
        forget(place)


def note_message(place: Place, raw: bytes) -> None:
    """Notes a message that was judged in the world that is kept, as commit-msg got it, for its shim."""
    path = os.path.join(place.git_dir, KEPT_MESSAGE)
    try:
        if len(raw) > _MOST_MESSAGE or (os.path.isfile(path) and _read(os.fsencode(path)) == raw):
            return
        from gitflowguard.atomic import put

        put(path, raw, mode=_MODE)
    except (OSError, ValueError):
        pass  # it is judged again


def olds_of(chain: tuple[str, ...], tip: str, old: str) -> tuple[str, ...]:
    """Where the remote's branch may stand at a later push so that nothing goes there that wasn't judged.

    chain: of the branch at this tip. old: where the remote's branch stood when the tip was judged, "" for nowhere:
    the messages of what it holds were not read then.
    """
    first = old or "0" * len(tip)
    judged = chain[: chain.index(old) + 1] if old in chain else () if old else chain
    return tuple(dict.fromkeys((first, tip, *judged)))[:_MOST_OLDS]


def chain_of(own: dict[str, tuple[str, ...]], tip: str) -> tuple[str, ...]:
    """The branch's own commits on its first-parent chain, newest first."""
    chain: list[str] = []
    while tip in own and len(chain) < _MOST_CHAIN:
        chain.append(tip)
        tip = own[tip][0] if own[tip] else ""
    return tuple(chain)
