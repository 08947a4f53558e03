"""What `git merge-tree --stdin` says: one answer a merge, read strictly, because a wrong reading is a wrong verdict.

The stream (git-merge-tree(1), "OUTPUT"), all separated by NUL: status ``1`` clean or ``0`` conflicted,
the tree, and for a conflict ``mode oid stage TAB path`` entries and, unless they are switched off, an empty
field and messages: a count of paths, the paths, the kind of message, the message. An empty field ends it.
Before git 2.45 a submodule conflict puts advice in the place of the empty field that ends an answer
(merge-ort.c, print_submodule_conflict_suggestion); that one form is known. Whatever else does not fit is Garbled,
and asked for again without messages.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

# git runs in the locale C here, so it is not translated.
_ADVICE = "Recursive merging with submodules currently only supports trivial cases.\n"
_HEX = frozenset("0123456789abcdef")


class GarbledMerge(Exception):
    """An answer that is not in the form of the manual."""


class StageEntry(Record):
    """One higher-stage entry of a conflicted merge. stage: 1 base, 2 ours, 3 theirs."""

    mode: str
    oid: str
    stage: int
    path: str


class MergeMessage(Record):
    """kind: git's stable word for it, such as ``CONFLICT (contents)``; paths: those that it is about."""

    kind: str
    paths: tuple[str, ...]


class MergeAnswer(Record):
    """One trial merge. tree: the result, with conflict markers where it is not clean."""

    clean: bool
    tree: str
    entries: tuple[StageEntry, ...] = ()
    messages: tuple[MergeMessage, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The conflicted paths, sorted; may be empty although the merge is not clean."""
        return tuple(sorted({entry.path for entry in self.entries}))


class ConflictedMerge(Record):
    """A trial merge that git left with conflicts. sides: the commits, who was there first in front."""

    sides: tuple[str, str]
    answer: MergeAnswer


def read(out: bytes, messages: bool) -> list[MergeAnswer]:
    """All answers of one stream; raises Garbled. messages: whether they were asked for.

    A stream that ends in the middle of an answer (git died) gives the whole answers before it.
    """
    fields = out.decode("utf-8", "surrogateescape").split("\0")[:-1]  # what no NUL ends isn't a field
    found: list[MergeAnswer] = []
    at = 0
    while at < len(fields):
        try:
            answer, at = _one(fields, at, messages)
        except IndexError:
            break
        found.append(answer)
    return found


def _one(fields: list[str], at: int, messages: bool) -> tuple[MergeAnswer, int]:
    """The answer that begins at a field, and where the next begins."""
    status, tree = fields[at], fields[at + 1]
    if status not in ("0", "1") or not _is_oid(tree):
        raise GarbledMerge(f"not an answer of merge-tree: {status[:40]!r}")
    at += 2
    if status == "1":
        return MergeAnswer(True, tree), _end(fields, at)
    entries = []
    while fields[at]:
        entries.append(_entry(fields[at]))
        at += 1
    said: list[MergeMessage] = []
    if messages:
        at += 1
        while fields[at] and not fields[at].startswith(_ADVICE):
            if not fields[at].isdigit():
                raise GarbledMerge(f"no number of paths: {fields[at][:40]!r}")
            count = int(fields[at])
            kind = fields[at + count + 1]
            said.append(MergeMessage(kind, tuple(fields[at + 1 : at + 1 + count])))
            at += count + 3
    return MergeAnswer(False, tree, tuple(entries), tuple(said)), _end(fields, at)


def _end(fields: list[str], at: int) -> int:
    """Over the empty field that ends an answer, or the advice in its place."""
    if fields[at] and not fields[at].startswith(_ADVICE):
        raise GarbledMerge(f"an answer does not end: {fields[at][:40]!r}")
    return at + 1


def _entry(field: str) -> StageEntry:
    head, tab, path = field.partition("\t")
    words = head.split(" ")
    if not tab or len(words) != 3 or words[2] not in ("1", "2", "3") or not _is_oid(words[1]):
        raise GarbledMerge(f"no entry of merge-tree: {field[:60]!r}")
    return StageEntry(words[0], words[1], int(words[2]), path)


def _is_oid(word: str) -> bool:
    return len(word) in (40, 64) and _HEX.issuperset(word)
