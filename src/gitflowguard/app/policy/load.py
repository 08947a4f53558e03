"""The policy for a moment: which text counts. Light, because every hook does this; app.policy.cache has its flow."""

from __future__ import annotations

import os
import zlib

from gitflowguard.app.policy.cache import KEPT, START, folder
from gitflowguard.app.policy.file import Source, choose, find, locked
from gitflowguard.cachefile import CacheFiles, put
from gitflowguard.model.adoptionfiles import LOCK_FILE, POLICY_FILES, POLICY_TOML, POLICY_YAML
from gitflowguard.model.names import HEADS, REMOTES, short
from gitflowguard.policy.errors import PolicyError, refuse
from gitflowguard.policy.limits import MAX_LOCK, MAX_TOML, MAX_YAML
from gitflowguard.policy.presets import DEVELOP_NAMES, MAIN_NAMES, preset_flow
from gitflowguard.repo.git import GitError, text
from gitflowguard.repo.place import only_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitflowguard.model.event import Update
    from gitflowguard.model.facts import Refs
    from gitflowguard.model.flow import Flow
    from gitflowguard.repo.git import Git, Place

LINES = "lines"
# What is remembered of the tips of lines.
_AT_TIPS = CacheFiles("policy-at 3", 32 << 20, START, KEPT)
# This many states of a line's policy are tried where the newest can't be read.
_FORMER = 6
GUESSED = (*DEVELOP_NAMES, *MAIN_NAMES)


class NotHere(GitError):
    """A partial clone lacks a file at the tip of a line; we never let git fetch by itself.

    line: the branch, as in ``origin/develop``.
    """

    def __init__(self, spec: str) -> None:
        name = spec.removeprefix(REMOTES).removeprefix(HEADS)
        self.spec = spec
        self.line = line_of(Source(spec, b""))
        super().__init__(
            f"the policy on {self.line} is not in this partial clone; to get it: git cat-file -t {name}"
        )

    def objects(self, git: Git) -> tuple[str, ...]:
        """What would have to be fetched: the tree of the line, or the policy itself. Raises GitError."""
        tree, _, _ = self.spec.rpartition(":")
        root = text(
            git.call("log", "--max-count=1", "--format=%T", "--end-of-options", tree, "--").out
        ).strip()
        try:
            return tuple(oid for _, oid, _ in entries_in(git, root).values())
        except GitError:
            return (root,)


class UnreadablePolicy(PolicyError):
    """The policy in a tree can't be used. tree: which one, a commit or a ref."""

    def __init__(self, problem: PolicyError, tree: str) -> None:
        super().__init__(problem.problems)
        self.tree = tree


def line_of(source: Source) -> str:
    """The branch whose tip holds the policy, as in ``origin/develop``; "" for a file of the work tree."""
    return source.path.removeprefix(REMOTES).removeprefix(HEADS).rpartition(":")[0]


def lines_of(flow: Flow) -> tuple[str, ...]:
    """The integration and the production branch of a policy, as far as they have one name each."""
    return tuple(dict.fromkeys(name for name in (flow.integration, flow.production) if name))


def keep_lines(place: Place, refs: Refs, source: Source, flow: Flow) -> None:
    """Remembers what the team calls its lines, for a work tree that has no policy to tell.

    A policy of the work tree came with the branch that is checked out, which may be a stranger's: it counts only in a
    repository without a remote, whose branches are all its user's.
    """
    if (line_of(source) or not refs.remotes) and lines_of(flow) != kept_lines(place):
        text = "".join(name + "\n" for name in lines_of(flow))
        put(os.path.join(folder(place), LINES), text.encode("utf-8", "surrogateescape"))


def kept_lines(place: Place) -> tuple[str, ...]:
    """The lines of the team's policy that was used last in this clone; empty if there was none yet."""
    return tuple(_read(os.path.join(folder(place), LINES)).split("\n")[:-1])


def _read(path: str) -> str:
    try:
        with open(path, "rb", opener=only_file) as file:
            return file.read().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def here(git: Git, place: Place, refs: Refs) -> Source | None:
    """The policy of the work tree, else of the lines: an old branch may not have the file yet."""
    source = find(place.top) if place.top else None
    if source is not None:
        return source
    return _first(git, branches(place, refs, (), HEADS, f"{REMOTES}{refs.upstream}/"))


def on_remote(
    git: Git, place: Place, refs: Refs, remote: str, own: tuple[str, ...], read: Callable[[Source], Flow]
) -> tuple[Source | None, str]:
    """(the policy on the remote's lines, remembered by the commits that these stand at; what is odd about it).

    The lines are those that the policy on the remote's default branch names; a policy that came with another branch
    could call that branch a line. Only where the default branch has no policy, the usual names count, and after them
    own, the names by the work tree's policy. A commit's id fixes its files, so what was read at these tips once holds
    until one of them moves; a push then needs no git process for it. read: a policy's text to its flow.

    A policy that can't be read gives way to the one before it on its line (`_former`). Where there is none, there is
    a note and no policy. Raises NotHere in a partial clone that lacks the file.
    """
    prefix = f"{REMOTES}{remote}/"
    root = root_of(place, prefix, lambda name: (remote, name) in refs.remotes)
    note = ""
    first: Source | None = None
    if root:
        ref, sha = prefix + root, refs.remotes[remote, root]
        first, note = _readable(git, read, lambda: at_tip(git, place, ref, sha))
    if first is not None:
        names = lines_of(read(first))
    else:
        names = GUESSED if note else (*GUESSED, *own, *kept_lines(place))
    there = [name for name in dict.fromkeys(names) if (remote, name) in refs.remotes]
    if not there or (first is not None and there[0] == root):
        return first, note
    tips = [f"{name} {refs.remotes[remote, name]}" for name in there]
    asked = [(prefix, name) for name in there]
    found, other = _readable(
        git, read, lambda: _remembered(place, (prefix, *tips), lambda: _first(git, asked))
    )
    return (found, other) if found is not None or other else (first, note)


def _readable(
    git: Git, read: Callable[[Source], Flow], look: Callable[[], Source | None]
) -> tuple[Source | None, str]:
    """(the policy that `look` finds, "") if it can be read; else the one before it on its line, and a note."""
    source: Source | None = None
    try:
        source = look()
        if source is not None:
            read(source)
        return source, ""
    except UnreadablePolicy as odd:
        return _former(git, odd.tree, read, odd, odd.problems[0].where)
    except PolicyError as odd:
        # The same text may stand on two lines, and the error then names the first.
        where = source.path if source is not None else odd.problems[0].where
        return _former(git, where.rpartition(":")[0], read, odd, where)


def _former(
    git: Git, ref: str, read: Callable[[Source], Flow], problem: PolicyError, where: str
) -> tuple[Source | None, str]:
    """(the newest policy on a line that can be read, None if none of the last few can; a note)."""
    first = problem.problems[0]
    place = f":{first.line}" if first.line else ""
    what = f"the policy {where.removeprefix(REMOTES)}{place} can't be read ({first.says})"
    sha, source = former(git, ref, read, ref)
    if source is not None:
        return source, f"{what}, so the one before it, of {short(sha)}, was used"
    return None, f"{what}, and the line has none before it that can, so the preset gitflow was used"


def former(git: Git, tip: str, read: Callable[[Source], Flow], about: str = "") -> tuple[str, Source | None]:
    """(commit, the newest policy of a line that can be read) before that at its tip; ("", None) if none of a few can.

    Whoever pushes, or opens a pull request, couldn't write there, which isn't so for the policy that they bring. What
    repairs the line is judged by the policy that the team had before. about: what to call the line before the path.
    """
    argv = (
        "rev-list", "--first-parent", f"--max-count={_FORMER}", "--end-of-options", tip, "--", *POLICY_FILES,
    )  # fmt: skip
    for sha in git.lines(*argv)[1:]:
        try:
            source = policy_in(git, sha, about)
            if source is not None:
                read(source)
                return sha, source
        except PolicyError:
            continue
    return "", None


def at_target(
    git: Git,
    place: Place,
    refs: Refs,
    updates: tuple[Update, ...],
    own: tuple[str, ...],
    searched: Iterable[str],
) -> Source | None:
    """The policy on a line that is pushed to, where the remote itself says that it stands (githooks(5), pre-push).

    For a clone that knows no line of the remote: it was never fetched, or its remote-tracking branches are gone.
    own: the lines by the work tree's policy. A line is one by its usual names or one of these. searched: remotes whose
    lines hold none (`on_remote`), so that where they stand nobody looks again.
    """
    names = (*GUESSED, *own, *kept_lines(place))
    remotes = tuple(searched)
    for update in updates:
        name = update.remote.removeprefix(HEADS)
        if any(refs.remotes.get((remote, name)) == update.old for remote in remotes):
            continue
        if update.old and name in names and git.commit_of(update.old) == update.old:
            found = policy_in(git, update.old, name)
            if found is not None:
                return found
    return None


def root_of(place: Place, prefix: str, exists: Callable[[str], bool]) -> str:
    """The remote's default branch as git noted it (git-remote(1), set-head), else the first of the usual names.

    prefix: of the remote's refs. exists: whether the remote has a branch of this name. "" where it has none of them.
    """
    text = _read(os.path.join(place.common, prefix, "HEAD")).rstrip("\n")
    names = (text.removeprefix(f"ref: {prefix}"), *MAIN_NAMES, *DEVELOP_NAMES)
    return next((name for name in names if exists(name)), "")


def at_tip(git: Git, place: Place, ref: str, sha: str) -> Source | None:
    """The policy at the tip of one branch, remembered by its commit. Raises NotHere, PolicyError and GitError."""
    return _remembered(place, ("tip", ref, sha), lambda: policy_in(git, sha, ref))


def _remembered(place: Place, key: tuple[str, ...], look: Callable[[], Source | None]) -> Source | None:
    """What was found under the key once, else what is found now."""
    word = "\n".join(key).encode("utf-8", "surrogateescape")
    path = os.path.join(folder(place), f"{START}at-{zlib.crc32(word):08x}")
    kept = _AT_TIPS.load(path, key, lambda row: Source(*row))
    if kept is not None:
        return kept if kept.data or kept.path else None
    found = look()
    _AT_TIPS.save(path, key, ("", b"", "") if found is None else tuple(found))
    return found


def branches(place: Place, refs: Refs, own: tuple[str, ...], *prefixes: str) -> list[tuple[str, str]]:
    """(prefix, name) of the long-lived branches that may hold the policy, integration first.

    Guessed names count only where no line that the team has named exists: a
    leftover main must not overrule the team's own stable.
    """
    for names in (own, kept_lines(place), (*_defaults(place, prefixes), *GUESSED)):
        there = [(prefix, name) for prefix in prefixes for name in names if _exists(refs, prefix, name)]
        if there:
            return there
    return []


def _defaults(place: Place, prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """What the remotes call their default branch, where nobody would guess it."""
    words = ((f"ref: {prefix}", _read(os.path.join(place.common, prefix, "HEAD"))) for prefix in prefixes)
    names = (text.removeprefix(start).rstrip("\n") for start, text in words if text.startswith(start))
    return tuple(name for name in names if name not in GUESSED)


def _first(git: Git, there: list[tuple[str, str]]) -> Source | None:
    """The policy of the first of the branches that has one; raises NotHere and PolicyError.

    One process says which of them have a file of either name at all; usually none has, or the first.
    """
    trees = [prefix + name for prefix, name in there]
    specs = "".join(f"{tree}:{name}\n" for tree in trees for name in (POLICY_YAML, POLICY_TOML))
    try:
        out = git.call("cat-file", "--batch-check", stdin=specs.encode("utf-8", "surrogateescape")).out
    except GitError:  # a partial clone, which lacks the content of one of them
        having = trees
    else:
        held = [not row.endswith(b" missing") for row in out.split(b"\n")]
        having = [tree for index, tree in enumerate(trees) if any(held[2 * index : 2 * index + 2])]
    return next((found for tree in having if (found := policy_in(git, tree)) is not None), None)


def policy_in(git: Git, tree: str, about: str = "") -> Source | None:
    """The policy in a tree: a commit or a ref. Raises NotHere and PolicyError, as `policyfile.find` does for a disk.

    A second file that is odd, or that this partial clone lacks, matters only where the first one is not there.
    about: what to call the tree before the path.
    """
    entries = entries_in(git, tree)
    try:
        own = file_in(git, tree, POLICY_YAML, entries, about)
        try:
            shared = file_in(git, tree, POLICY_TOML, entries, about)
        except (NotHere, PolicyError):
            if own is None:
                raise
            shared = None
        return locked(choose(own, shared), lambda: file_in(git, tree, LOCK_FILE, entries, about))
    except PolicyError as odd:
        raise UnreadablePolicy(odd, about or tree) from None


def entries_in(git: Git, tree: str) -> dict[str, tuple[str, str, str]]:
    """Path -> (mode, object, size) of what a tree has under the three names; the size is unknown in a partial clone."""
    words = ("--full-tree", "-z")
    ends = ("--end-of-options", tree, "--", *POLICY_FILES)
    try:
        out = git.call("ls-tree", "--long", *words, *ends).out
    except GitError:
        if not _partial(git):
            raise
        try:
            out = git.call("ls-tree", *words, *ends).out
        except GitError:
            raise NotHere(f"{tree}:{POLICY_YAML}") from None
    rows = (row.partition("\t") for row in out.decode("utf-8", "surrogateescape").split("\0") if row)
    found = ((path, [*head.split(), ""]) for head, _, path in rows)
    return {path: (words[0], words[2], words[3]) for path, words in found}


def file_in(
    git: Git, tree: str, name: str, entries: dict[str, tuple[str, str, str]], about: str = ""
) -> Source | None:
    """One of the files, None if the tree has none; raises PolicyError for what isn't a plain file of usual size.

    about: what to call the tree before the path.
    """
    if name not in entries:
        return None
    mode, sha, size = entries[name]
    spec = f"{about or tree}:{name}"
    shown = spec.removeprefix(REMOTES).removeprefix(HEADS)
    if mode == "120000":
        raise refuse(shown, "this is a symbolic link; put the file itself here")
    if not mode.startswith("100"):
        raise refuse(shown, "this is not a plain file; put a text file here")
    limit = {POLICY_YAML: MAX_YAML, LOCK_FILE: MAX_LOCK}.get(name, MAX_TOML)
    if size.isdigit() and int(size) > limit:
        raise refuse(shown, f"the file is larger than {limit // 1024} kB, which no policy needs")
    try:
        data = git.blobs((sha,))[0]
    except GitError:
        data = None
        if not _partial(git):
            raise
    if data is None:
        raise NotHere(f"{tree}:{name}")
    return Source(spec, data)


def _partial(git: Git) -> bool:
    return bool(git.config_all(r"remote\..*\.promisor$"))


def _exists(refs: Refs, prefix: str, name: str) -> bool:
    if prefix == HEADS:
        return name in refs.heads
    return (prefix[len(REMOTES) :].rstrip("/"), name) in refs.remotes


def assumed(refs: Refs) -> Flow:
    """The preset, under the names that this repository uses, where no policy file is to be found."""
    branches = set(refs.branches())
    main = next((name for name in MAIN_NAMES if name in branches), "main")
    develop = next((name for name in DEVELOP_NAMES if name in branches), "develop")
    return preset_flow("gitflow", main, develop)
