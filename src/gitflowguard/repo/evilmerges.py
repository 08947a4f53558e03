"""Evil merges of the policy: what a merge commit has there that merging its parents doesn't give (gitglossary(7)).

A line changes by merges, and a merge can hold anything. In code nobody can separate what it resolves from what it adds.
In the policy one can, as it is a few files of which each state has an owner: the line itself, which the merge may leave
as it is, or what a merge of the parents gives. Where that conflicts, the policy of either side may stay.

The usual merge costs one git process for all merges of a push; only one that changes the line's policy is looked into,
and only where both sides changed it git merges them again, in a directory of ours (repo.mergeagain).
"""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import POLICY_FILES, POLICY_TOML, has_table, table_of
from gitflowguard.model.finding import Unknown
from gitflowguard.model.names import short
from gitflowguard.repo.git import Git, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitflowguard.repo.place import Place

    # Path -> (mode, object id).
    Entries = Mapping[str, tuple[str, str]]
    # What each of POLICY_FILES means; None where it isn't there, or is a pyproject.toml without our table.
    Meaning = tuple[object, ...]

# A pyproject.toml above this can't be a policy (policy.limits); it is compared by its id.
_LARGEST = 1 << 20
_DIFF = ("-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv")


class _Conflict:
    """Both sides changed a part of the policy, each in its own way."""


CONFLICT = _Conflict()


def changing(git: Git, merges: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the merges in which a policy file differs from the first parent's. merges: commit -> first parent."""
    if not merges:
        return ()
    # "If more than one commit is given, the following ones are used as if they were parents" (git-diff-tree(1)).
    stdin = "".join(f"{sha} {parent}\n" for sha, parent in merges.items()).encode()
    fields = text(git.call("diff-tree", "--stdin", *_DIFF, "--", *POLICY_FILES, stdin=stdin).out).split("\0")
    return tuple(dict.fromkeys(field for field in fields if field in merges))


def altered(git: Git, place: Place, parents: tuple[str, ...], merge: str) -> tuple[str, ...] | Unknown:
    """The policy files that a merge commit changes by itself; Unknown where git can't make the merge again.

    Where no parent has a policy, whoever brings one is free, as with a commit.
    """
    reader = _PolicyReader(git)
    line, now = reader.of(parents[0]), reader.of(merge)
    others = [reader.of(parent) for parent in parents[1:]]
    if now == line or not any(map(_is_policy, (line, *others))):
        return ()
    bases = [[reader.of(base) for base in _bases(git, parents[0], parent)] for parent in parents[1:]]
    expected = line
    for theirs, below in zip(others, bases):
        expected = tuple(
            _merged(*parts) for parts in zip(expected, theirs, zip(*below) if below else ((None,),) * 3)
        )
    if len(others) == 1 and CONFLICT in expected:
        # Unrelated histories share nothing that git could merge them by.
        made = _again(git, place, parents[0], parents[1]) if bases[0] else (line, frozenset(POLICY_FILES))
        if isinstance(made, Unknown):
            return made
        if now in _resolved(expected, line, others[0], *made):
            return ()
    elif now == expected:
        return ()
    rows = [
        (name, says == wanted)
        for name, was, says, wanted in zip(POLICY_FILES, line, now, expected)
        if was != says
    ]
    return tuple(name for name, fits in rows if not fits) or tuple(name for name, _ in rows)


def _is_policy(meaning: Meaning) -> bool:
    """Whether it is a policy in any form; a lock alone is none."""
    return meaning[0] is not None or meaning[1] is not None


def _merged(ours: object, theirs: object, bases: Iterable[object]) -> object:
    """One part of the policy as a merge leaves it: changed by one side only, by both alike, or a conflict."""
    if ours == theirs:
        return ours
    if all(base == ours for base in bases):
        return theirs
    return ours if all(base == theirs for base in bases) else CONFLICT


def _resolved(
    expected: Meaning, ours: Meaning, theirs: Meaning, made: Meaning, conflicts: frozenset[str]
) -> list[Meaning]:
    """Every policy that the merge may have: git's own where it had one, else either side's."""
    found: list[Meaning] = [()]
    for name, part, one, other, merged in zip(POLICY_FILES, expected, ours, theirs, made):
        parts = [part] if part is not CONFLICT else [one, other] if name in conflicts else [merged]
        found = [(*before, part) for before in found for part in parts]
    return found


def _bases(git: Git, one: str, other: str) -> tuple[str, ...]:
    """The merge bases; none of two unrelated histories."""
    done = git.call("merge-base", "--all", one, other, codes=(0, 1))
    return tuple(text(done.out).split())


class _PolicyReader:
    """Policies at trees of one repository; each tree and each file is read once."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._known: dict[str, Meaning] = {}
        self._tables: dict[str, object] = {}

    def of(self, tree: str) -> Meaning:
        """What the three files mean in a tree."""
        if tree not in self._known:
            entries = self._entries(tree)
            self._known[tree] = tuple(self._part(name, entries.get(name)) for name in POLICY_FILES)
        return self._known[tree]

    def _entries(self, tree: str) -> Entries:
        out = self._git.call(
            "ls-tree", "--full-tree", "-z", "--end-of-options", tree, "--", *POLICY_FILES
        ).out
        rows = (row.partition("\t") for row in text(out).split("\0") if row)
        return {path: (head.split(" ")[0], head.split(" ")[2]) for head, _, path in rows}

    def _part(self, name: str, entry: tuple[str, str] | None) -> object:
        """A file as far as it is the policy: of pyproject.toml our table, of a link or a submodule that it is one."""
        if entry is None:
            return None
        mode, oid = entry
        if not mode.startswith("100"):
            return entry
        if name != POLICY_TOML:
            return oid
        if oid not in self._tables:
            self._tables[oid] = self._table(oid)
        return self._tables[oid]

    def _table(self, oid: str) -> object:
        from gitflowguard.repo import contents

        data = contents.texts(self._git, None, (oid,), _LARGEST)[oid]
        if isinstance(data, Unknown):
            return oid
        return table_of(data) if has_table(data) else None


def _again(git: Git, place: Place, one: str, other: str) -> tuple[Meaning, frozenset[str]] | Unknown:
    """Git's own merge of two commits: the policy in it, and the paths that conflict."""
    from gitflowguard.repo.mergeagain import merged

    with merged(git, place, one, other) as made:
        if isinstance(made, Unknown):
            return Unknown(f"merge {short(one)} with {short(other)} can't be made again: {made.reason}")
        return _PolicyReader(made.git).of(made.tree), made.conflicts
