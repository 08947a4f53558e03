"""A model that was trained from a commit that isn't a merge into the production branch.

What it checks

The record beside an artefact names the commit that it was trained from. The rule
looks for that commit on the production branch: it has to be a state that the branch
itself went through, and a merge. A commit of a feature branch, a test merge of a
pull request, and a commit that a squash or rebase replaced are none of these.

Why it matters

A model outlives the branch that it came from. When its commit isn't a state of the
production branch, nobody can check out the code that made it, review never saw that
code as it was, and the next training gives another model.

Example

    on: pull_request: {types: [closed]}      (GITHUB_SHA is then a test merge)
    gitflowguard model record models/spam.json

How to fix it

Merge first, then train from the merge: `gitflowguard ci --retrain` writes a workflow
that does. Where the commit is new, fetch the production branch and verify again.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.moment import RECORDS
from gitflowguard.model.names import short
from gitflowguard.model.provenance import ELSEWHERE, INSIDE, UNMERGED, Provenance
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View

_WHY = {
    ELSEWHERE: "a commit that {branch} doesn't hold",
    INSIDE: "a commit of a branch that was merged into {branch}, not the merge itself",
    UNMERGED: "a commit on {branch} that isn't a merge",
}


def check(artefact: Provenance, view: View) -> Iterator[Finding | Unknown]:
    """Speaks where the recorded commit isn't a merge on the production branch."""
    if artefact.flaw:
        return
    if isinstance(artefact.standing, Unknown):
        yield artefact.standing
    elif artefact.standing in _WHY:
        why = _WHY[artefact.standing].format(branch=artefact.about)
        yield Finding(
            f"{artefact.path} was trained from {short(artefact.commit)}, {why}",
            ref=artefact.about,
            commit=artefact.commit,
            path=artefact.path,
        )


RULE = Rule(
    code="GFG008",
    name="foreign-artefact",
    reads=Provenance,
    check=check,
    doc=__doc__,
    needs=(RECORDS,),
    default=ERROR,
)
