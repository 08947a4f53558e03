"""What the radar asks of git beside merges: trees, differences, edit scripts, who is ahead of the target.

Every question goes through a scratch directory (repo.scratch), many at a time in one process.
"""

from __future__ import annotations

import os

from gitflowguard.model.names import is_object_id
from gitflowguard.process import Dialogue, ProcessError, can_peer, run
from gitflowguard.radar import changes
from gitflowguard.radar.ancestry import Ancestry, independent, lines, newest
from gitflowguard.repo.batch import contents_of
from gitflowguard.repo.deadline import left
from gitflowguard.repo.git import GitError, reason, rows, text
from gitflowguard.repo.shared import held_by_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gitflowguard.radar.changes import Changes, Edit
    from gitflowguard.radar.screen import Key
    from gitflowguard.repo.scratch import Scratch

TIMEOUT = 300.0
# How far what many commits share is looked for; beyond, all of their history is read.
MOST_ROWS = 50_000
# Seconds that a clock may have been wrong; a month.
_SKEW = 30 * 86400
# Above this many a process of its own costs less than to wait for each answer.
_FEW = 200


class ObjectReader:
    """Questions to one repository through a scratch directory. Raises GitError where git cannot answer."""

    def __init__(self, scratch: Scratch, timeout: float = TIMEOUT) -> None:
        self.scratch = scratch
        self.timeout = timeout
        self.until = 0.0  # time.monotonic(); set by whoever can't wait
        # Objects of the repository that were needed and aren't in this clone, which may be a partial one.
        self.missing: dict[str, None] = {}
        self._stays = False
        self._talk: Dialogue | None = None

    def stay(self) -> None:
        """Lets one git answer all small questions about objects; `end` has to follow."""
        self._stays = can_peer()

    def end(self) -> None:
        """Ends the git that stayed."""
        self._stays = False
        if self._talk is not None:
            self._talk.end()
            self._talk = None

    def ask(self, *args: str, stdin: bytes = b"", codes: tuple[int, ...] = (0,), folder: str = "") -> bytes:
        """What git says in a work tree of ours; raises GitError for an exit code that has no meaning here."""
        try:
            done = run(
                self.scratch.argv(folder, *args), stdin, self.scratch.env, left(self.timeout, self.until)
            )
        except ProcessError as problem:
            raise GitError(str(problem)) from None
        if done.code not in codes:
            raise GitError(f"git {args[0]} failed: {reason(done.err) or f'exit code {done.code}'}")
        return done.out

    def types(self, specs: Sequence[str]) -> list[tuple[str, str]]:
        """(object id, type) of each revision or ``tree:path``; ("", "") where there is none."""
        if not specs:
            return []
        out = self._cat("info", "--batch-check", specs)
        found = []
        for line in _answers(out, specs):
            words = line.split(" ")
            known = len(words) == 3 and words[2].isdigit() and len(words[0]) in (40, 64)
            found.append((words[0], words[1]) if known else ("", ""))
        return found

    def blobs(self, specs: Sequence[str], wanted: bytes = b"blob") -> list[bytes | None]:
        """The content of each object or ``tree:path``, None where there is no file. wanted: another type."""
        found = self._batch(specs) if specs else []
        self.missing |= dict.fromkeys(
            spec for spec, (_, kind, _) in zip(specs, found) if not kind and is_object_id(spec)
        )
        return [data if kind == text(wanted) else None for _, kind, data in found]

    def _batch(self, specs: Sequence[str]) -> list[tuple[str, str, bytes]]:
        """(object id, type, content) of each; ("", "", b"") where there is none."""
        return contents_of(self._cat("contents", "--batch", specs), specs)

    def _cat(self, word: str, option: str, specs: Sequence[str]) -> bytes:
        """What `git cat-file` says of each. word: what it is asked by, where it stays; option: where it doesn't."""
        if self._stays and len(specs) <= _FEW and (out := self._from_waiting(word, specs)) is not None:
            return out
        stdin = "".join(spec + "\0" for spec in specs).encode("utf-8", "surrogateescape")
        return self.ask("cat-file", option, "-z", stdin=stdin)

    def _from_waiting(self, word: str, specs: Sequence[str]) -> bytes | None:
        """The answer of the git that stays; None where it has none."""
        mark = f"end={os.urandom(12).hex()}"
        text = "".join(f"{word} {spec}\0" for spec in specs) + f"info {mark}\0"
        last = f"{mark} missing\n".encode()
        try:
            if self._talk is None:
                argv = self.scratch.argv("", "cat-file", "--batch-command", "-z")
                self._talk = Dialogue(argv, self.scratch.env)
            data = text.encode("utf-8", "surrogateescape")
            limit = left(self.timeout, self.until)
            out = self._talk.ask(data, lambda said: said.endswith(last), limit)
        except ProcessError:
            out = None
        if out is None:
            self.end()
            return None
        return out[: -len(last)]

    def trees(self, commits: Iterable[str]) -> dict[str, str]:
        """Commit -> its tree, for those that this clone has."""
        wanted = list(dict.fromkeys(commits))
        found = self.types([sha + "^{tree}" for sha in wanted])
        there = {sha: oid for sha, (oid, kind) in zip(wanted, found) if kind == "tree"}
        self.missing |= dict.fromkeys(self._trees_of([sha for sha in wanted if sha not in there]))
        return there

    def _trees_of(self, commits: Sequence[str]) -> list[str]:
        """The trees of commits that are here without them (git-clone(1), --filter=tree)."""
        out = self._batch(commits) if commits else []
        heads = [data.partition(b"\n")[0] for _, kind, data in out if kind == "commit"]
        return [text(head.removeprefix(b"tree ")) for head in heads]

    def absent(self, oids: Iterable[str]) -> list[str]:
        """Those of the objects that aren't in this clone; they count as needed."""
        wanted = [oid for oid in dict.fromkeys(oids) if oid.strip("0")]
        found = [oid for oid, (there, _) in zip(wanted, self.types(wanted)) if not there]
        self.missing |= dict.fromkeys(found)
        return found

    def absent_trees(self, *how: str, stdin: bytes) -> None:
        """Notes the trees below commits that aren't in this clone. how: which commits, for `git rev-list`."""
        words = ("rev-list", "--objects", "--missing=print", "--filter=blob:none", *how, "--stdin")
        out = self.ask(*words, stdin=stdin, codes=(0, 128))
        self.missing |= dict.fromkeys(row[1:] for row in rows(text(out)) if row.startswith("?"))

    def differences(self, pairs: Sequence[tuple[str, str]], trees: set[str] | None = None) -> list[Changes]:
        """What changed from the first tree of each pair to the second. trees: takes the new directories' ids."""
        if not pairs:
            return []
        stdin = "".join(f"{one} {other}\n" for one, other in pairs).encode()
        out = self.ask(
            "diff-tree", "--stdin", "-r", "-t", "--raw", "-z", "--no-renames", "--no-abbrev", stdin=stdin
        )
        try:
            return changes.read(out, len(pairs), trees)
        except ValueError as problem:
            raise GitError(str(problem)) from None

    def scripts(self, keys: Collection[Key]) -> dict[Key, tuple[Edit, ...] | None]:
        """(blob, blob) -> the edit script that merge-ort works with; None for content that has no lines.

        One diff of two made-up trees, whose files are these blobs under numbers for names. The histogram
        algorithm without the indent heuristic is merge-ort's own; one line of context, because without any
        git takes a common end off both sides first, which merge-ort does not.
        """
        if not keys:
            return {}
        try:
            return self._scripts(keys)
        except GitError:
            lost = set(self.absent(oid for key in keys for oid in key))
            here = [key for key in keys if lost.isdisjoint(key)]
            if not lost:
                raise
            found = self._scripts(here) if here else {}
            return {**dict.fromkeys(keys), **found}

    def _scripts(self, keys: Collection[Key]) -> dict[Key, tuple[Edit, ...] | None]:
        """The scripts of blobs that are all in this clone."""
        order = sorted(keys)
        mode = "100644"
        old = self.scratch.tree({str(n): (mode, key[0]) for n, key in enumerate(order)})
        new = self.scratch.tree({str(n): (mode, key[1]) for n, key in enumerate(order)})
        out = self.ask(
            "diff-tree", "-r", "-p", "-U1", "--histogram", "--no-indent-heuristic", "--no-renames", "--no-ext-diff",
            "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", old, new,
        )  # fmt: skip
        found: dict[Key, tuple[Edit, ...] | None] = dict.fromkeys(order)
        for name, patch in _patches(out):
            found[order[name]] = changes.edits(patch) if patch else None
        return found

    def alike(self, sources: Collection[str], contents: Collection[str]) -> set[str]:
        """Those of the contents that git may take for a renamed one of the sources: by half of it, as in a merge.

        Source: git-diff(1), --find-renames.
        One diff of two made-up trees that finds copies, for then each of them is compared with every source.
        """
        if not sources or not contents:
            return set()
        olds, news = sorted(set(sources)), sorted(set(contents))
        old = self.scratch.tree({f"old{n}": ("100644", oid) for n, oid in enumerate(olds)})
        new = self.scratch.tree({f"new{n}": ("100644", oid) for n, oid in enumerate(news)})
        how = ("-r", "-z", "--find-copies", "-l0", "--name-status", "--no-ext-diff", "--no-textconv")
        fields = text(self.ask("diff-tree", *how, old, new)).split("\0")[:-1]
        found, at = set(), 0
        while at < len(fields):
            two = fields[at][:1] in ("R", "C")  # git-diff-tree(1): these bear both paths
            if two:
                found.add(news[int(fields[at + 2].removeprefix("new"))])
            at += 3 if two else 2
        return found

    def lines(
        self, target: str, tips: Sequence[str], places: dict[str, int] | None = None
    ) -> dict[str, Ancestry]:
        """Each tip against the target; ``edge`` is reduced to the merge bases.

        places: remembered between calls for one target: commit -> its place on the target's first-parent
        chain, -1 for one beside it. New ones are added.
        """
        stdin = "".join(f"{tip}\n" for tip in tips) + f"^{target}\n"
        out = self.ask("rev-list", "--topo-order", "--parents", "--stdin", stdin=stdin.encode())
        walked = [(words[0], tuple(words[1:])) for words in (line.split(" ") for line in rows(out.decode()))]
        found = lines(walked, tips)
        several = {tip: line for tip, line in found.items() if len(line.edge) > 1}
        if several:
            found.update(self._reduced(target, several, {} if places is None else places))
        return found

    def _reduced(
        self, target: str, several: Mapping[str, Ancestry], places: dict[str, int]
    ) -> dict[str, Ancestry]:
        """Without edge commits that another one holds: first by the target's own chain, then by the graph.

        The chain is read as far back as these commits are old. Where dates are wrong, one of them may be taken for a
        commit beside it, and then the graph says what the chain would have.
        """
        wanted = {sha for line in several.values() for sha in line.edge}
        if not wanted <= places.keys():
            since = f"--max-age={max(0, self._oldest(sorted(wanted)) - _SKEW)}"
            chain = rows(self.ask("rev-list", "--first-parent", since, target).decode())
            on = {sha: place for place, sha in enumerate(chain)}
            places.update((sha, on.get(sha, -1)) for sha in wanted)
        found = {tip: line._replace(edge=newest(line.edge, places)) for tip, line in several.items()}
        left = sorted({sha for line in found.values() if len(line.edge) > 1 for sha in line.edge})
        if not left:
            return found
        walked = self._between(left)
        return {
            tip: line._replace(edge=independent(line.edge, walked)) if len(line.edge) > 1 else line
            for tip, line in found.items()
        }

    def _oldest(self, commits: Sequence[str]) -> int:
        """The earliest date of commits, 0 where that isn't known: no reason to read the target's chain any further."""
        dates = []
        for *_, data in self._batch(commits):
            head = data.partition(b"\n\n")[0]
            line = next((row for row in head.split(b"\n") if row.startswith(b"committer ")), b"")
            words = line.rsplit(b" ", 2)
            dates.append(int(words[1]) if len(words) == 3 and words[1].isdigit() else 0)
        return min(dates, default=0)

    def _between(self, commits: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        """(commit, parents) of all that these do not all share, children first, and what they share newest."""

        def ask(count: int, tips: bytes) -> list[str]:
            return rows(
                self.ask("rev-list", "--parents", f"--max-count={count}", "--stdin", stdin=tips).decode()
            )

        shared = held_by_all(ask, commits, MOST_ROWS)
        below = dict.fromkeys(parent for above in shared.values() for parent in above)
        stdin = "".join(f"{sha}\n" for sha in commits) + "".join(f"^{sha}\n" for sha in below)
        out = self.ask("rev-list", "--topo-order", "--parents", "--stdin", stdin=stdin.encode())
        return [(words[0], tuple(words[1:])) for words in (line.split(" ") for line in rows(out.decode()))]


def _answers(out: bytes, specs: Sequence[str]) -> list[str]:
    """One line for each question. ``<question> missing`` repeats a question that may hold a line break."""
    lines = text(out).split("\n")
    found = []
    at = 0
    for spec in specs:
        at += spec.count("\n") if lines[at].split(" ")[0] == spec.split("\n")[0].split(" ")[0] else 0
        found.append(lines[at])
        at += 1
    return found


def _patches(out: bytes) -> list[tuple[int, list[bytes]]]:
    """(number that is the file's name, lines of its hunks); no lines for a binary file."""
    found: list[tuple[int, list[bytes]]] = []
    # In a hunk each line begins with a sign of its own (git-diff-tree(1), "Generating patch text with -p"), so these
    # two begin lines of git's alone.
    for one in (b"\n" + out).split(b"\ndiff --git ")[1:]:
        head, begins, rest = one.partition(b"\n@@ ")
        name = int(head.partition(b"\n")[0].rpartition(b"/")[2])
        found.append((name, [line for line in (b"@@ " + rest).split(b"\n") if line] if begins else []))
    return found
