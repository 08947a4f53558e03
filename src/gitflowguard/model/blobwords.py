"""What the artefact rules have in common: where a content came from, and how it leaves the index again."""

from __future__ import annotations

from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.names import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.model.blob import Blob
    from gitflowguard.model.finding import Argv

# What the readers of contents find, as a number: a pass that an older one gave doesn't count.
READERS = "4"


def origin(blob: Blob) -> str:
    """`` (added in 1a2b3c4)``, with a word on what is gone again: git keeps it for ever; "" while it is staged."""
    if not blob.commit:
        return ""
    return (
        f" (added in {short(blob.commit)}{', removed later but still in the history' if blob.gone else ''})"
    )


def unstage(blob: Blob) -> tuple[Argv, ...]:
    """Takes a staged file out of the index again; the file itself stays. Nothing for what is committed."""
    return () if blob.commit else (("git", "restore", "--staged", "--", blob.path),)


def finding(
    blob: Blob, says: str, line: int = 0, advice: bool = False, mend: tuple[Argv, ...] = ()
) -> Finding:
    """The finding at its file. mend: what repairs a staged file; without, it leaves the index."""
    commands = unstage(blob) and mend or unstage(blob)
    return Finding(
        f"{says}{origin(blob)}", commands, commit=blob.commit, path=blob.path, line=line, advice=advice
    )


def unread(blob: Blob, why: str, mend: tuple[Argv, ...] = ()) -> Unknown:
    """The gap at its file."""
    return Unknown(f"{blob.path} couldn't be checked: {why}{origin(blob)}", mend)
