"""Data, or what a tool leaves behind, in the repository.

What it checks

Tracking stores (mlruns, mlflow.db, wandb), checkpoints of notebooks, caches, files of
an operating system, paths that the policy calls data (artefacts.data), and tables and
databases by their content (CSV, Parquet, Arrow, SQLite, HDF5, …) above
artefacts.data-kb, 100 kB unless the policy says otherwise.

Why it matters

Data in git can't be corrected or deleted any more, which may be what a law asks for,
and two people who run the same program conflict in its store.

Example

    git add .                     (with mlruns/ and train.csv in it)
    git commit

How to fix it

Add the path to .gitignore, and keep data where it can be versioned (DVC, Git LFS) or
deleted. Small samples for tests are fine.
"""

from __future__ import annotations

from gitflowguard.artefacts.data import by_path
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

NAME = "committed-data"


def check(blob: Blob, view: View) -> Iterator[Finding]:
    """Speaks where the path, the policy or the content says that it is data."""
    own = view.flow.artefacts
    if NAME in blob.trusted or blob.pointer or any_matches(own.exclude, blob.path):
        return
    what = by_path(blob.path)
    if what:
        yield finding(blob, f"this is {what}")
    elif any_matches(own.data, blob.path):
        yield finding(blob, "the policy calls this path data (artefacts.data)")
    elif blob.data and blob.size > own.data_kb * 1024:
        yield finding(blob, f"this is {blob.data} of {blob.size // 1024} kB")


RULE = Rule(code="GFG816", name=NAME, reads=Blob, check=check, doc=__doc__, default=IGNORE, needs=(CONTENTS,))
