"""A model without a record of what it was made from.

What it checks

Every artefact that the policy names (training.writes), and every one that
`model verify` is given, needs a record beside it: models/spam.json is recorded in
models/spam.json.provenance.json. A record that can't be read, or that belongs to
another file, counts as none. At a pull request into the production branch, and after
a push to it, every such artefact that the change brings is looked at.

Why it matters

Without a record nobody can say which code, data and environment made a model, so
nobody can say whether it may be deployed.

Example

    scp ana@laptop:spam.json models/spam.json

How to fix it

Train the model from the production branch, and let the same job record it
(`gitflowguard model record`). A record that is written afterwards by hand vouches
for nothing.
"""

from __future__ import annotations

from gitflowguard.model.finding import ERROR, Finding
from gitflowguard.model.moment import RECORDS
from gitflowguard.model.provenance import Provenance
from gitflowguard.model.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.facts import View


def check(artefact: Provenance, view: View) -> Iterator[Finding]:
    """Speaks where there is no record that can be read."""
    if artefact.flaw:
        yield Finding(
            f"{artefact.path} has no record of its training: {artefact.flaw}",
            ref=artefact.about,
            path=artefact.path,
        )


RULE = Rule(
    code="GFG011",
    name="unrecorded-artefact",
    reads=Provenance,
    check=check,
    doc=__doc__,
    needs=(RECORDS,),
    default=ERROR,
)
