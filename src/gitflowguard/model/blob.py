"""One content of the repository and what its bytes are: what the artefact rules read."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

# What a content was sniffed as, where that matters.
PICKLE, NOTEBOOK, ARCHIVE, POINTER, DATA, TEXT, OTHER, LARGE = (
    "pickle", "notebook", "archive", "pointer", "data", "text", "other", "large",
)  # fmt: skip


class PickleImport(Record):
    """A name that a pickle would look up and that isn't audited.

    at: the byte of the opcode in the unpacked pickle. how: "" it is looked up; ``computed``: made while loading;
    ``indirect``: called without being looked up; ``changed``: its attributes would be set; ``argument``: called with
    arguments that were not audited; ``keras``: a layer of a Keras model that runs code; ``graph``: an operation that
    does; ``outside``: a file elsewhere that would be read; ``template``: a name in a template; ``pickled``: a pickle
    in a table; ``held``: a pickle among other bytes, which only some program's reader loads.
    """

    module: str
    name: str
    at: int = 0
    how: str = ""


class Blob(Record):
    """One new content, one fact for each path that it came to.

    about: the branch. path: from the root. oid: its id in git. size: bytes. commit: the one that brought it, "" while
    it is only staged. gone: whether the end of the range no longer has it.
    kind: what it was sniffed as, one of the words above. digest: SHA-256 of its bytes, "" where nothing asks for it.
    imports: names outside of the audited ones. opaque: why it can't be read to its end, "" if it can.
    versions: (package, version) that the file says it was made with. pins: the same of the lock files.
    outputs: (what a notebook keeps, number of the cell from 1, 0 for all of it, whether a keep_output mark is on it).
    secrets: (form, line). data: what makes it data, "" if nothing does. pointer: ``lfs``, ``dvc``, ``annex`` or "".
    lost: the pointed-at content is known to be missing (the words say where); Unknown where that can't be determined.
    trusted: names of the rules that a reviewed exception switches off for these bytes.
    unknown: why the content couldn't be read at all.
    """

    about: str
    path: str
    oid: str = ""
    size: int = 0
    commit: str = ""
    gone: bool = False
    kind: str = OTHER
    digest: str = ""
    imports: tuple[PickleImport, ...] = ()
    opaque: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    pins: tuple[tuple[str, str, str], ...] = ()
    outputs: tuple[tuple[str, int, bool], ...] = ()
    secrets: tuple[tuple[str, int], ...] = ()
    data: str = ""
    pointer: str = ""
    lost: str | Unknown = ""
    trusted: tuple[str, ...] = ()
    unknown: Unknown | None = None
