"""A model that was trained with something else than its commit holds.

What it checks

The record says whether the work tree was the recorded commit while the model was
trained; git was asked, untracked files count, and the training's own output doesn't.
The digests of the policy, the data and the lock file in the record are compared with
the same files at the recorded commit. A record that doesn't say is a violation, too.

Why it matters

The commit is all that can be checked out later. A change that was never committed is
gone by then, and the model can't be made again or explained.

Example

    sed -i s/0.001/0.1/ pipeline.py          (and no commit)
    python pipeline.py
    gitflowguard model record models/spam.json

How to fix it

Commit the change, merge it, and train again from the merge. Output that a training
leaves beside the model belongs under training.writes in the policy.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.moment import RECORDS
from gitflowguard.model.names import listed, plural, short
from gitflowguard.model.provenance import Provenance
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

_SHOWN = 3


def check(artefact: Provenance, view: View) -> Iterator[Finding]:
    """Speaks where the record doesn't vouch for a clean tree, and of each input with other bytes."""
    if artefact.flaw:
        return
    says = []
    if artefact.clean is None:
        says.append(
            f"the record of {artefact.path} doesn't say whether the work tree was clean when it was trained"
        )
    elif not artefact.clean:
        says.append(f"{artefact.path} was trained with {_changes(artefact.changes)}")
    for path in artefact.other:
        says.append(
            f"{artefact.path} was trained with other bytes of {path} than {short(artefact.commit)} holds"
        )
    for one in says:
        yield Finding(one, ref=artefact.about, commit=artefact.commit, path=artefact.path)


def _changes(paths: tuple[str, ...]) -> str:
    """What was changed, in words."""
    if not paths:
        return "uncommitted changes"
    more = len(paths) - _SHOWN
    shown = (*paths[:_SHOWN], *((f"{more} more",) if more > 0 else ()))
    return f"{plural(len(paths), 'uncommitted change')}: {listed(shown, 'and')}"


RULE = Rule(
    code="GFG009",
    name="dirty-artefact",
    reads=Provenance,
    check=check,
    doc=__doc__,
    needs=(RECORDS,),
    default=ERROR,
)
