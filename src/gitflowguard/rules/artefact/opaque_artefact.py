"""A model, archive or notebook that can't be read to its end.

What it checks

A content that is a pickle, an archive, an array or a notebook by its bytes or its
name, and that can't be read whole: cut off, damaged, encrypted, a wrong checksum, two
names for one file, a format that isn't known, or larger than what is read. The rule
never says that such a file is good or bad: the result can't be determined.

Why it matters

Loaders run a pickle up to the place where it breaks, and torch takes no notice of a
wrong checksum. What a check can't read, somebody's program may still load.

Example

    git add model.pkl             (the upload broke off halfway)
    git commit

How to fix it

Write the file again, or keep it outside of git with Git LFS or DVC. A file that
somebody has reviewed can be recorded by its bytes: gitflowguard artefacts trust PATH.
"""

from __future__ import annotations

from gitflowguard.model.blob import Blob
from gitflowguard.model.blobwords import unread, unstage
from gitflowguard.model.finding import IGNORE, Unknown
from gitflowguard.model.moment import CONTENTS, PROOF
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

NAME = "opaque-artefact"


def check(blob: Blob, view: View) -> Iterator[Unknown]:
    """Passes on why the file couldn't be read."""
    if blob.unknown is not None:
        yield blob.unknown
    elif blob.opaque and NAME not in blob.trusted:
        yield unread(blob, blob.opaque, unstage(blob))


RULE = Rule(
    code="GFG812", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS, PROOF)
)
