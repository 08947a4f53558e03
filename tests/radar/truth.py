"""The truth about a history: `git merge` in a clone, one branch into the target, and then every other on top."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

from tests import oracle

# What the two sides of a merge are called in paths that git makes up (``new~HEAD``), so that they compare.
OURS, THEIRS = "~OURS", "~THEIRS"
LANDED, STALE, CLEAN, UNTOLD = "landed", "stale", "clean", "untold"
# Some merges git cannot make: it ends at an assertion of its own (merge-ort.c, handle_content_merge, to 2.55 at least).
CRASHED = frozenset(("git crashed",))


@dataclass
class Verdicts:
    """contacts: branch -> (state, conflicted paths). pairs: (first, second) -> conflicted paths, where both are
    clean on the target and ``second`` conflicts after ``first`` has landed. said: git's words, by (branch, "")
    and by pair. apart: branches that git refuses to merge, because they share no history with the target."""

    contacts: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    pairs: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    said: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)
    apart: set[str] = field(default_factory=set, compare=False)


def suffixed(path: str, ours: str, theirs: str) -> str:
    """A path under common names of the sides."""
    for label, common in ((ours, OURS), (theirs, THEIRS)):
        head, found, tail = path.rpartition(f"~{label.replace('/', '_')}")
        if found and (not tail or tail[0] in "/_"):
            return head + common + tail
    return path


class Clone:
    """A clone with a work tree; ``git merge`` as a person types it."""

    def __init__(self, source: Path, where: Path, config: tuple[tuple[str, str], ...]) -> None:
        self.top = where
        self.git_dir = where / ".git"
        words = [word for key, value in config for word in ("-c", f"{key}={value}")]
        self.git = ("git", "-C", str(where), *words, "-c", "core.fsync=none")
        subprocess.run(
            ["git", "clone", "-q", "--no-checkout", "--shared", str(source), str(where)], check=True
        )
        refs = (source / ".git" / "packed-refs").read_text()
        (self.git_dir / "packed-refs").write_text(refs)

    def run(self, *args: str, codes: tuple[int, ...] = (0,), stdin: str = "") -> str:
        """git, whose outcome is known."""
        done = subprocess.run(
            (*self.git, *args),
            input=stdin.encode(),
            capture_output=True,
            env=oracle.unrecorded(),
            check=False,
        )
        assert done.returncode in codes, (args, done)
        return done.stdout.decode("utf-8", "surrogateescape")

    def stand(self, commit: str) -> None:
        """A fresh work tree at a commit."""
        for entry in os.scandir(self.top):
            if entry.name != ".git":
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                else:
                    os.unlink(entry.path)
        for name in ("index", "index.lock", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "AUTO_MERGE"):
            (self.git_dir / name).unlink(missing_ok=True)
        (self.git_dir / "HEAD").write_text(commit + "\n")
        self.run("read-tree", "-u", "--reset", "HEAD")

    def merge(self, name: str) -> tuple[int, frozenset[str], str]:
        """(exit code, conflicted paths, words) of ``git merge name``."""
        done = subprocess.run(
            (*self.git, "merge", "--no-edit", name), capture_output=True, env=oracle.unrecorded(), check=False
        )
        said = (done.stdout + done.stderr).decode("utf-8", "surrogateescape")
        if done.returncode == 0:
            return 0, frozenset(), said
        rows = self.run("ls-files", "-u", "-z").split("\0")[:-1]
        paths = {suffixed(row.partition("\t")[2], "HEAD", name) for row in rows}
        return done.returncode, frozenset(paths), said

    def head(self, what: str = "HEAD") -> str:
        """A revision's id."""
        return self.run("rev-parse", what).strip()


def real(clone: Clone, target: str, branches: dict[str, str]) -> Verdicts:
    """What `git merge` says of every branch, and of every two that are clean, both ways round."""
    found = Verdicts()
    stands: dict[str, str] = {}
    clone.stand(target)
    tree = clone.head("HEAD^{tree}")
    for name in branches:
        clone.stand(target)
        code, paths, said = clone.merge(name)
        if code == 0:
            state = LANDED if clone.head("HEAD^{tree}") == tree else CLEAN
            stands[name] = clone.head()
            found.contacts[name] = state, frozenset()
        elif code == 1:
            found.contacts[name], found.said[name, ""] = (STALE, paths), said
        else:
            assert "unrelated histories" in said or code < 0, (name, code, said)
            if code > 0:
                found.apart.add(name)
            found.contacts[name] = UNTOLD, frozenset()
    clean = [name for name, (state, _) in found.contacts.items() if state == CLEAN]
    for first in clean:
        for second in clean:
            if branches[first] == branches[second]:
                continue
            clone.stand(stands[first])
            code, paths, said = clone.merge(second)
            if code:
                assert code == 1 or code < 0, (first, second, code, said)
                paths = paths if code == 1 else CRASHED
                found.pairs[first, second], found.said[first, second] = paths, said
    return found


def whole(clone: Clone, target: str, branches: dict[str, str], known: Verdicts) -> Verdicts:
    """The same from `git merge-tree` of true commits, every pair, in the work tree that each merge stands in."""
    found = Verdicts()
    mergeable = [name for name, (state, _) in known.contacts.items() if state != UNTOLD]
    clone.stand(target)
    landed: dict[str, str] = {}
    tree = clone.head("HEAD^{tree}")
    for name, (paths, merged) in zip(
        mergeable, _tried(clone, target, [branches[name] for name in mergeable])
    ):
        state = STALE if paths is not None else LANDED if merged == tree else CLEAN
        found.contacts[name] = state, paths or frozenset()
        if state == CLEAN:
            parents = ("-p", target, "-p", branches[name])
            landed[name] = clone.run("commit-tree", merged, *parents, "-m", "landed").strip()
    found.contacts |= {name: row for name, row in known.contacts.items() if name not in found.contacts}
    for first, commit in landed.items():
        clone.stand(commit)
        others = [name for name in landed if branches[name] != branches[first]]
        for second, (paths, _) in zip(others, _tried(clone, commit, [branches[name] for name in others])):
            if paths is not None:
                found.pairs[first, second] = paths
    return found


def chained(clone: Clone, target: str, names: list[str]) -> list[bool]:
    """Whether each merges, one after the other; one that conflicts is left out, and the rest goes on."""
    clone.stand(target)
    found = []
    for name in names:
        before = clone.head()
        code, _, _ = clone.merge(name)
        found.append(code == 0)
        if code:
            clone.stand(before)
    return found


def twins(
    clone: Clone, target: str, branches: dict[str, str]
) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """Pairs of commits with one `git patch-id --stable`, each on a branch that does not hold the other: all, and those
    that are about a path which both branches still bring to the target."""
    own = {name: set(clone.run("rev-list", sha, f"^{target}").split()) for name, sha in branches.items()}
    clone.stand(target)
    brought = {name: _brought(clone, target, sha) for name, sha in branches.items()}
    ids: dict[str, str] = {}
    paths: dict[str, set[str]] = {}
    for sha in {sha for shas in own.values() for sha in shas}:
        patch = clone.run("diff-tree", "-p", "--no-renames", sha)
        said = clone.run("patch-id", "--stable", stdin=patch).split()
        if said:
            ids[sha] = said[0]
            names = clone.run("diff-tree", "-r", "-z", "--name-only", "--no-commit-id", "--no-renames", sha)
            paths[sha] = set(names.split("\0")) - {""}
    every, due = set[frozenset[str]](), set[frozenset[str]]()
    for here, there in permutations(own, 2):
        for one in own[here] - own[there]:
            for other in own[there] - own[here]:
                if one in ids and ids[one] == ids.get(other):
                    every.add(frozenset((one, other)))
                    if paths[one] & brought[here] & brought[there]:
                        due.add(frozenset((one, other)))
    return every, due


def _brought(clone: Clone, target: str, tip: str) -> set[str]:
    """What differs once a branch has landed cleanly."""
    tree = clone.run("merge-tree", "--write-tree", target, tip).strip()
    names = clone.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", target, tree)
    return set(names.split("\0")) - {""}


def _tried(clone: Clone, ours: str, tips: list[str]) -> list[tuple[frozenset[str] | None, str]]:
    """(conflicted paths or None, tree) of each merge into a commit."""
    stdin = "".join(f"{ours} {tip}\n" for tip in tips)
    argv = (*clone.git, "merge-tree", "--write-tree", "--stdin", "--no-messages")
    done = subprocess.run(
        argv, input=stdin.encode(), capture_output=True, env=oracle.unrecorded(), check=False
    )
    if done.returncode < 0:
        return (
            [(CRASHED, "")] if len(tips) == 1 else [row for tip in tips for row in _tried(clone, ours, [tip])]
        )
    assert done.returncode == 0, done
    fields = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    found: list[tuple[frozenset[str] | None, str]] = []
    at = 0
    for tip in tips:
        status, tree = fields[at : at + 2]
        end = fields.index("", at + 2)
        paths = frozenset(suffixed(row.partition("\t")[2], ours, tip) for row in fields[at + 2 : end])
        assert status in ("0", "1") and (status == "0" or not paths)
        found.append((paths if status == "0" else None, tree))
        at = end + 1
    assert fields[at:] == [""]
    return found
