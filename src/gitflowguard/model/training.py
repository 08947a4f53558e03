"""How a team trains its model, as the policy has it (`training:`)."""

from __future__ import annotations

from gitflowguard.model.record import Record

# The file beside an artefact that says what it was made from.
SUFFIX = ".provenance.json"


class Training(Record):
    """One training.

    run: lines of a shell script, in order. reads: patterns of the paths that a model is made from (model.check.Tool
        says how patterns are read); () is everything that training doesn't write.
    writes: patterns of the artefacts. data: patterns of the files whose digests a record holds.
    lock: the file that fixes the environment, "" for none.
    python: the version that a job sets up, "" for the newest that the project supports.
    environment: the GitHub environment whose secrets the training may use, "" for none.
    """

    run: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    lock: str = ""
    python: str = ""
    environment: str = ""
