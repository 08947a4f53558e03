"""A pointer whose content nobody can get.

What it checks

Pointers of Git LFS, DVC and git-annex that stand for nothing: their checksum is
malformed, or the content is neither in this clone nor where the remote keeps it, as
far as that can be looked up without a network. Where it can't, nothing is said.

Why it matters

The pointer is pushed, the content isn't, and the next clone fails in the middle of
a build with an object that exists nowhere.

Example

    git add model.pkl             (a pointer that was copied from another repository)
    git push

How to fix it

Fetch the content where it still is (git lfs pull, dvc pull), or add the file again
from its source.
"""

from __future__ import annotations

from gitflowguard.model.blob import Blob
from gitflowguard.model.blobwords import finding
from gitflowguard.model.finding import IGNORE, Finding, Unknown
from gitflowguard.model.moment import CONTENTS
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

NAME = "missing-content"
_TOOLS = {"lfs": "Git LFS", "dvc": "DVC", "annex": "git-annex"}


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks where it is known that the content is missing; what can't be looked up is left alone."""
    if blob.pointer and blob.lost and not isinstance(blob.lost, Unknown) and NAME not in blob.trusted:
        yield finding(
            blob,
            f"this {_TOOLS.get(blob.pointer, blob.pointer)} pointer has no content behind it: {blob.lost}",
        )


RULE = Rule(code="GFG818", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
