"""What rules on protection judge: one difference between what the policy wants refused and what GitHub refuses."""

from __future__ import annotations

from gitflowguard.model.finding import Finding, Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.finding import Argv

MISSING, WEAKER, UNSEEN, UNREACHABLE, LOCKED = TOPICS = (
    "missing",
    "weaker",
    "unseen",
    "unreachable",
    "locked",
)


class Guarded(Record):
    """One difference, or one that could not be looked at.

    about: a branch, ``release branches``, ``version tags``, ``the repository`` or ``the policy``.
    topic: what kind of difference: one of TOPICS, a rule for each.
    says: one sentence without a full stop. mend: argvs that fix it.
    advice: True where it is only shown as a warning, whatever the policy makes of the rule.
    unknown: why it could not be looked at, else None.
    path, line: where in CODEOWNERS. stops: True where no plan of ours can end it, so that nothing is to be sent.
    """

    about: str
    topic: str
    says: str = ""
    mend: tuple[Argv, ...] = ()
    advice: bool = False
    unknown: Unknown | None = None
    path: str = ""
    line: int = 0
    stops: bool = False


def finding_of(guarded: Guarded, topic: str) -> Iterator[Finding | Unknown]:
    """What the rule for one topic says of a fact: nothing where it is about another."""
    if guarded.topic != topic:
        return
    if guarded.unknown is not None:
        yield guarded.unknown
    else:
        yield Finding(
            guarded.says,
            guarded.mend,
            # "release branches" isn't a ref.
            ref="" if " " in guarded.about else guarded.about,
            path=guarded.path,
            line=guarded.line,
            advice=guarded.advice,
        )
