"""The journal of `init`: what every touched file was, written before the first of them is touched.

It lies in the git common directory, so that all work trees share it. Paths are
kept relative to that directory: a repository that was moved can still be restored.
"""

from __future__ import annotations

import os
from urllib.parse import quote_from_bytes, unquote_to_bytes

import msgspec

from gitflowguard.repo.files import FileState, SetupError, folders_to, put, read

FOLDER = "gitflowguard"
SCHEMA = 1

HOOK = "hook"
CHAIN = "chained"


class JournalEntry(msgspec.Struct, frozen=True):
    """One touched file.

    path: relative to the common directory, in percent-encoding. role: HOOK, CHAIN, or one of
    model.adoptionfiles. data, mode: what was there; None for nothing. wrote: the digest of each
    version that we put there. inserted: what we added, where the rest is the user's.
    """

    path: str
    role: str
    data: bytes | None
    mode: int
    wrote: tuple[str, ...]
    inserted: tuple[str, ...] = ()

    @property
    def before(self) -> FileState:
        """What the file was before our first write."""
        return FileState(self.data, self.mode)


class SetupJournal(msgspec.Struct, frozen=True):
    """files: in the order of writing. folders: made by us, paths as in Entry. branches: made by us."""

    files: tuple[JournalEntry, ...] = ()
    folders: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    schema: int = SCHEMA

    def entry(self, path: str) -> JournalEntry | None:
        """The entry for a path as the journal writes it."""
        return next((entry for entry in self.files if entry.path == path), None)

    def added(self, new: JournalEntry) -> SetupJournal:
        """With one more write. What a file was before our first one stays."""
        old = self.entry(new.path)
        if old is None:
            return msgspec.structs.replace(self, files=(*self.files, new))
        wrote = tuple(dict.fromkeys((*old.wrote, *new.wrote)))
        merged = msgspec.structs.replace(old, wrote=wrote, inserted=new.inserted or old.inserted)
        return msgspec.structs.replace(self, files=tuple(merged if e is old else e for e in self.files))


def journal_path(common: str) -> str:
    """Where the journal of a repository lies."""
    return os.path.join(common, FOLDER, "install.json")


def load(common: str) -> SetupJournal | None:
    """The journal, None if there is none; raises SetupError if it cannot be read."""
    path = journal_path(common)
    data = read(path).data
    if data is None:
        return None
    try:
        journal = msgspec.json.decode(data, type=SetupJournal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise SetupError(f"{path} is damaged; move it away, then run this again") from None
    if journal.schema != SCHEMA:
        raise SetupError(f"{path} was written by another version of gitflowguard; use that one")
    return journal


def save(common: str, journal: SetupJournal) -> None:
    """Puts the journal in place, whole."""
    path = journal_path(common)
    for folder in folders_to(path):
        os.mkdir(folder)
    put(path, encoded(journal))


def encoded(journal: SetupJournal) -> bytes:
    """The journal as it lies in its file."""
    return msgspec.json.format(msgspec.json.encode(journal), indent=1) + b"\n"


def written(common: str, path: str) -> str:
    """An absolute path as the journal writes it."""
    return quote_from_bytes(os.fsencode(os.path.relpath(path, common)))


def absolute(common: str, path: str) -> str:
    """The path that an entry means, in the repository as it lies now."""
    return os.path.normpath(os.path.join(common, os.fsdecode(unquote_to_bytes(path))))
