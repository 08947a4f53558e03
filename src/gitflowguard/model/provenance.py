"""What rules on provenance judge: an artefact, and what its record says that it was made from."""

from __future__ import annotations

from gitflowguard.model.finding import Unknown
from gitflowguard.model.record import Record

# Where the recorded commit stands. merged: it merged something into the production branch. unmerged: the branch stood
# at it, but it isn't a merge. inside: the branch holds it as part of what was merged. elsewhere: it doesn't hold it.
MERGED, UNMERGED, INSIDE, ELSEWHERE = STANDINGS = ("merged", "unmerged", "inside", "elsewhere")


class Provenance(Record):
    """One artefact beside its record.

    about: the production branch, ``main``. path: the artefact. record: the path of its record.
    flaw: why there is no record that can be read, "" if there is one; then nothing below counts.
    commit: the recorded commit, a full id. standing: one of STANDINGS.
    clean: whether the work tree was that commit while the artefact was made; None if nobody knows.
    changes: paths that were changed then, as far as they were recorded.
    other: paths that the record names, whose bytes at the commit aren't those that were recorded.
    altered: (file, what is wrong with it) for each file that isn't what was recorded.
    """

    about: str
    path: str
    record: str
    flaw: str = ""
    commit: str = ""
    standing: str | Unknown = MERGED
    clean: bool | None = True
    changes: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    altered: tuple[tuple[str, str], ...] | Unknown = ()
