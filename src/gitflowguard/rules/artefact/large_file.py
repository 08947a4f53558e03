"""A file that is too large for git.

What it checks

The size of every new content of a commit or of a whole range, also of one that a
later commit removes again. The limit is artefacts.size-kb, 500 kB unless the policy
says otherwise. A pointer of Git LFS, DVC or git-annex is small, whatever it stands for.

Why it matters

git keeps every version of every file for ever, and every clone and every build
downloads all of them. Taking one out again means rewriting everybody's history.

Example

    git add weights.bin           (20 MB)
    git commit

How to fix it

Keep the file elsewhere and its pointer in git: git lfs track, or dvc add. A file that
a later commit removed is still in the history: take it out of the commit that added
it (git rebase -i) before the branch is merged.
"""

from __future__ import annotations

from gitflowguard.model.blob import Blob
from gitflowguard.model.blobwords import finding
from gitflowguard.model.finding import IGNORE, Finding
from gitflowguard.model.moment import CONTENTS
from gitflowguard.model.paths import any_matches
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

NAME = "large-file"


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks where a content is larger than the policy allows."""
    own = view.flow.artefacts
    if (
        blob.size <= own.size_kb * 1024
        or blob.pointer
        or NAME in blob.trusted
        or any_matches(own.exclude, blob.path)
    ):
        return
    yield finding(
        blob,
        f"this file has {_size(blob.size)}, more than the {own.size_kb} kB that artefacts.size-kb allows",
    )


def _size(size: int) -> str:
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{size / 1024:.0f} kB"


RULE = Rule(code="GFG815", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
