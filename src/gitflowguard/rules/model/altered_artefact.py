"""A model whose bytes aren't those that were recorded.

What it checks

The SHA-256 of each recorded file is computed again and compared. For a file that Git
LFS keeps, the digest in its pointer is compared. In a recorded directory, a file that
is missing and a file that was added are reported, too.

Why it matters

Somebody may have replaced the model after it was trained, or a transfer may have
damaged it. Its record then vouches for something else than what is deployed.

Example

    printf '\\0' | dd of=models/spam.json bs=1 seek=7 conv=notrunc

How to fix it

Take the artefact again from where the training left it: the workflow run, the release
or the commit. If the change was meant, train again from the production branch.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import RECORDS
from gitflowguard.model.provenance import Provenance
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(artefact: Provenance, view: View) -> Iterator[Finding | Unknown]:
    """Speaks of each file that isn't what was recorded."""
    if artefact.flaw:
        return
    if isinstance(artefact.altered, Unknown):
        yield artefact.altered
        return
    for path, why in artefact.altered:
        yield Finding(f"{path} {why}", ref=artefact.about, commit=artefact.commit, path=path)


RULE = Rule(
    code="GFG010",
    name="altered-artefact",
    reads=Provenance,
    check=check,
    doc=__doc__,
    needs=(RECORDS,),
    default=ERROR,
)
