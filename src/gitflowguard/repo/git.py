"""One typed function per question to git. Plumbing only, `-z` or NUL where names are read.

Nothing here writes. Every foreign string stands behind ``--end-of-options`` or is
a full object id or full ref name that git itself gave us. Settings that would
start a program named in a repository's configuration are switched off.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.process import (
    Completed,
    ProcessError,
    begin,
    drop,
    finish,
    run,
    scrubbed,
)
from gitflowguard.repo.place import Place as Place
from gitflowguard.repo.place import text as text
from gitflowguard.repo.shape import odd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitflowguard.process import Begun

# What would run a program that a repository's settings name (git-config(1)); and what would change an answer: the
# letters of messages, what counts as binary, how files are merged (tests/safety/test_settings.py).
_QUIET = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "core.hooksPath=" + os.devnull,
    "-c",
    "i18n.logOutputEncoding=UTF-8",
    "-c",
    "core.bigFileThreshold=512m",
    "-c",
    "core.attributesFile=" + os.devnull,
    "-c",
    "merge.default=text",
)
_FIXED = frozenset(word.lower() for word in _QUIET[1::2])
_LITERAL = "--literal-pathspecs"
# No field that makes git open an object (`%(*objectname)`, which only tags need) or compare each name (`%(HEAD)`):
# of 100,000 refs they take 2.5 s.
REFS = (
    "for-each-ref",
    "--format=%(objectname)%00%(refname)%00%(symref)",
    "refs/heads",
    "refs/remotes",
    "refs/tags",
)
# The index against HEAD; what counts of it is for repo.contents to say.
STAGED = (
    "diff-index",
    "--cached",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--ita-invisible-in-index",
    "HEAD",
    "--",
)
# Beside "there is none", 128 also means that git reads nothing of this repository at all (setup.c, config.c).
_BROKEN = (
    b"detected dubious ownership",
    b"fatal: bad config",
    b"fatal: bad numeric",
    b"fatal: bad boolean",
    b"unknown repository extension",
    b"Expected git repo version",
)
_OWN = ("rev-list", "--parents", "--topo-order", "--ignore-missing", "--stdin")

_CHAINS = ("rev-list", "--parents", "--first-parent", "--topo-order", "--ignore-missing", "--stdin")
_ABOVE = ("rev-list", "--ancestry-path", "--ignore-missing", "--stdin")


class GitError(Exception):
    """git could not answer. The text is one line for a person; a caller maps it to exit 3."""


class RefColumns(Record):
    """Every ref, as columns of one length, sorted by name.

    ids: objects. names: full refs. symrefs: what a symbolic ref points to, "" for others.
    """

    ids: list[str]
    names: list[str]
    symrefs: list[str]


def rows(data: str) -> list[str]:
    """Lines as git ends them: by LF alone. str.splitlines also splits at U+0085 and U+2028, which a ref may hold."""
    return data.removesuffix("\n").split("\n") if data else []


def reason(err: bytes) -> str:
    """Why git failed, on one line of visible letters: its first fatal line, else its first error, else its first line.

    Hints and warnings stand before and behind it. What git says to do about a
    repository of another user is part of the reason: in a container nothing works without it.
    """
    lines = [line for line in text(err).split("\n") if line.strip()]
    other = [line for line in lines if not line.startswith(("hint:", "warning:"))]
    start = ("fatal:", "error:", "")
    said = next((line for word in start for line in other if line.startswith(word)), "")
    what = [
        line.strip() for line in lines if line.strip().startswith("git config --global --add safe.directory ")
    ]
    if what and "dubious ownership" in said:
        said = f"{said}; if you trust it: {what[0]}"
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in said.strip())


def _strange(name: str, out: bytes) -> str:
    """What to say of an answer that isn't one of this command."""
    return f"git {name} gave an answer that can't be read: {ascii(text(out[:40]))[1:-1]}"


def _walk(tip: str, known: tuple[str, ...]) -> bytes:
    """What a walk of the graph reads: where to start, and where to stop."""
    return ("\n".join((tip, *("^" + sha for sha in known))) + "\n").encode()


class Git:
    """git, asked in one directory. cwd "" is the current one."""

    def __init__(self, cwd: str = "") -> None:
        self.cwd = cwd
        self._environ: dict[str, str] = {}
        self._begun: dict[tuple[tuple[str, ...], bytes], Begun] = {}

    def ahead(self, *args: str, stdin: bytes = b"", magic: bool = False) -> None:
        """Lets git work on a question that `call` will put in the same words in a moment.

        Only for what does not change until then. `settle` ends what nobody has asked.
        """
        argv = self._argv(args, magic)
        try:
            begun = None if (argv, stdin) in self._begun else begin(argv, stdin, self._env())
        except ProcessError:
            return  # the question itself will tell
        if begun is not None:
            self._begun[argv, stdin] = begun

    def settle(self) -> None:
        """Ends what was begun and never asked."""
        while self._begun:
            drop(self._begun.popitem()[1])

    def _env(self) -> dict[str, str]:
        """The environment of the first call, for all of them: it takes as long to scrub as a file to read."""
        self._environ = self._environ or scrubbed()
        return self._environ

    def _argv(self, args: tuple[str, ...], magic: bool) -> tuple[str, ...]:
        where = ("-C", self.cwd) if self.cwd else ()
        return ("git", *where, *_QUIET, *(() if magic else (_LITERAL,)), *args)

    def call(
        self, *args: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,), magic: bool = False
    ) -> Completed:
        """Runs ``git args``; raises GitError for an exit code that has no meaning here.

        magic: paths are pathspecs of ours such as ``:(top,glob)**/x``; else every character is itself.
        """
        argv = self._argv(args, magic)
        begun = self._begun.pop((argv, stdin), None)
        try:
            done = run(argv, stdin, self._env()) if begun is None else finish(begun)
        except ProcessError as problem:
            raise GitError(str(problem)) from None
        if done.code not in codes or done.code == 128 and any(word in done.err for word in _BROKEN):
            raise GitError(f"git {args[0]} failed: {reason(done.err) or f'exit code {done.code}'}")
        if done.code == 0 and odd(args, done.out):
            raise GitError(_strange(args[0], done.out))
        return done

    def lines(self, *args: str, stdin: bytes = b"") -> list[str]:
        """The output's lines, without the empty last one."""
        return rows(text(self.call(*args, stdin=stdin).out))

    def place(self) -> Place:
        """The repository's directories; raises GitError outside of one."""
        done = self.call("rev-parse", "--absolute-git-dir", "--path-format=absolute", "--git-common-dir")
        paths = rows(text(done.out))
        if len(paths) != 2:  # a directory's name holds a line's end: each is asked for alone
            asked = (("--absolute-git-dir",), ("--path-format=absolute", "--git-common-dir"))
            paths = [text(self.call("rev-parse", *one).out).removesuffix("\n") for one in asked]
        if len(paths) != 2 or not all(path[:1] == "/" or path[1:2] == ":" for path in paths):
            raise GitError(_strange("rev-parse", done.out))
        git_dir, common = paths
        top = self.call("rev-parse", "--show-toplevel", codes=(0, 128))
        return Place(text(top.out).removesuffix("\n") if top.code == 0 else "", git_dir, common)

    def version(self) -> str:
        """``git version 2.39.5``."""
        return text(self.call("version").out).strip()

    def refs(self) -> RefColumns:
        """Every branch and tag. A tag's object may be a tag object; see `peeled`."""
        fields = text(self.call(*REFS).out).replace("\n", "\0").split("\0")
        return RefColumns(fields[0:-1:3], fields[1::3], fields[2::3])

    def peeled(self) -> dict[str, str]:
        """Tag -> the object that it stands for in the end; git opens each tag object for it."""
        form = "--format=%(objectname)%00%(*objectname)%00%(refname:strip=2)"
        rows = (line.split("\0") for line in self.lines("for-each-ref", form, "refs/tags"))
        return {name: peeled or sha for sha, peeled, name in rows}

    def head(self) -> str:
        """The full ref that HEAD names, also when it is unborn; "" if detached."""
        return text(self.call("symbolic-ref", "--quiet", "HEAD", codes=(0, 1)).out).strip()

    def commit_of(self, revision: str) -> str:
        """The commit that a revision means, "" if it means none."""
        done = self.call(
            "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", codes=(0, 1, 128)
        )
        return text(done.out).strip() if done.code == 0 else ""

    def own(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Commit -> parents of all that tip has and none of known has; children first."""
        out = self.lines(*_OWN, stdin=_walk(tip, known))
        return {words[0]: tuple(words[1:]) for words in (line.split() for line in out)}

    def own_ahead(self, tip: str, known: tuple[str, ...]) -> None:
        """Lets git begin with what `own` will be asked."""
        self.ahead(*_OWN, stdin=_walk(tip, known))

    def own_with_messages(self, tip: str, known: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], str]]:
        """As `own`, with each commit's whole message beside its parents: one walk where two are wanted."""
        out = self.call(
            "log",
            "-z",
            "--topo-order",
            "--ignore-missing",
            "--format=%H %P%n%B",
            "--stdin",
            stdin=_walk(tip, known),
        ).out
        found = {}
        for entry in text(out).split("\0"):
            line, _, message = entry.partition("\n")
            words = line.split()
            if words:
                found[words[0]] = (tuple(words[1:]), message)
        return found

    def containing(self, commit: str, tips: Iterable[str]) -> set[str]:
        """Those of the tips, other than the commit itself, whose history holds it.

        By one walk that reads the tips from its input: as arguments, 70,000 of them are too many for execve(2), and
        `for-each-ref --contains` walks once for each.
        """
        wanted = set(tips) - {commit}
        if not wanted:
            return set()
        stdin = "".join(f"{sha}\n" for sha in (*sorted(wanted), "^" + commit))
        return wanted.intersection(self.lines(*_ABOVE, stdin=stdin.encode()))

    def above(self, commit: str, tips: Iterable[str]) -> set[str]:
        """The commits whose first-parent chain leads to the commit, as far as one of the tips has them; it is one."""
        wanted = sorted(set(tips) - {commit})
        found = {commit}
        rows = self.lines(*_CHAINS, stdin=_walk("\n".join(wanted), (commit,))) if wanted else []
        for line in reversed(rows):  # parents before children
            words = line.split()
            if words[1:] and words[1] in found:
                found.add(words[0])
        return found

    def tags_in(self, commit: str) -> list[str]:
        """The short names of the tags in the commit's history."""
        return self.lines("for-each-ref", "--format=%(refname:strip=2)", f"--merged={commit}", "refs/tags")

    def messages(self, commits: tuple[str, ...], whole: bool = False) -> dict[str, str]:
        """Commit -> its subject, or its whole message."""
        if not commits:
            return {}
        form = "%B" if whole else "%s"
        out = self.call(
            "log",
            "--no-walk=unsorted",
            "-z",
            f"--format=%H %{form[1:]}",
            "--stdin",
            stdin="\n".join(commits).encode(),
        ).out
        pairs = (entry.partition(" ") for entry in text(out).split("\0") if entry)
        return {sha: message for sha, _, message in pairs}

    def parents(self, commit: str) -> int:
        """How many parents a commit has."""
        return len(self.parent_ids(commit))

    def parent_ids(self, commit: str) -> tuple[str, ...]:
        """The parents of a commit, the first one first."""
        out = self.lines("rev-list", "--parents", "--max-count=1", "--stdin", stdin=commit.encode())
        return tuple(out[0].split()[1:]) if out else ()

    def authored(self, commits: tuple[str, ...]) -> list[str]:
        """The days on which the commits were authored, ``2026-11-29``, as their authors' clocks had it."""
        if not commits:
            return []
        stdin = "\n".join(commits).encode()
        return self.lines("log", "--no-walk=unsorted", "--format=%as", "--stdin", stdin=stdin)

    def is_ancestor(self, older: str, newer: str) -> bool | None:
        """Whether newer holds older; None if git does not have one of them."""
        done = self.call("merge-base", "--is-ancestor", older, newer, codes=(0, 1, 128))
        return None if done.code == 128 else done.code == 0

    def config(self, key: str) -> str:
        """One setting, "" if it is not set."""
        done = self.call("config", "--get", key, codes=(0, 1))
        return text(done.out).rstrip("\n")

    def config_all(self, pattern: str) -> list[tuple[str, str]]:
        """(key, value) of every setting whose key matches; our own literal patterns only.

        What we fix on git's command line ourselves isn't a setting of anybody's: the radar merges as theirs say.
        """
        done = self.call("config", "-z", "--show-scope", "--get-regexp", pattern, codes=(0, 1))
        fields = text(done.out).split("\0")
        found = []
        for scope, entry in zip(fields[0::2], fields[1::2]):
            key, _, value = entry.partition("\n")
            if scope != "command" or f"{key}={value}" not in _FIXED:
                found.append((key, value))
        return found

    def reflog(self, full_ref: str) -> list[tuple[str, str]]:
        """(commit moved to, what moved it), newest first; empty if there is no reflog."""
        done = self.call(
            "log", "-g", "-z", "--format=%H %gs", "--end-of-options", full_ref, "--", codes=(0, 128)
        )
        pairs = (entry.partition(" ") for entry in text(done.out).split("\0") if entry)
        return [(sha, subject) for sha, _, subject in pairs]

    def staged(self, *extra: str) -> list[tuple[str, str]]:
        """(status letter, path) of the index against HEAD; extra: options such as ``-G…``."""
        out = self.call(
            "diff-index", "--cached", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", *extra,
            "HEAD", "--",
        ).out  # fmt: skip
        fields = text(out).split("\0")
        return list(zip(fields[0::2], fields[1::2]))

    def changed(self, commit: str) -> list[tuple[str, str]]:
        """(status letter, path) of a commit against its first parent."""
        out = self.call(
            "diff-tree", "--no-commit-id", "--name-status", "-r", "-z", "--no-renames", "--no-ext-diff",
            "--no-textconv", "-m", "--first-parent", "--end-of-options", commit,
        ).out  # fmt: skip
        fields = text(out).split("\0")
        return list(zip(fields[0::2], fields[1::2]))

    def blobs(self, specs: tuple[str, ...]) -> list[bytes | None]:
        """The content of each ``tree:path`` or object, None where there is none."""
        if not specs:
            return []
        stdin = "".join(spec + "\n" for spec in specs).encode("utf-8", "surrogateescape")
        # All questions are there at once: without --buffer git flushes each answer (git-cat-file(1)), a read of ours
        # for every object.
        data = self.call("cat-file", "--batch", "--buffer", stdin=stdin).out
        found: list[bytes | None] = []
        at = 0
        while at < len(data):
            end = data.find(b"\n", at)
            if end < 0:
                raise GitError(_strange("cat-file", data[at:]))
            words = data[at:end].rsplit(b" ", 2)
            at = end + 1
            # "<spec> missing" ends in no number (git-cat-file(1), "Batch output"); a path may hold the word "blob"
            # itself.
            if len(words) == 3 and words[2].isdigit():
                size = int(words[2])
                found.append(data[at : at + size] if words[1] == b"blob" else None)
                at += size + 1
            else:
                found.append(None)
        if len(found) != len(specs) or at > len(data):
            raise GitError(f"git cat-file answered {len(found)} of {len(specs)} questions")
        return found
