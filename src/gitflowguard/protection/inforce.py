"""Whether what was sent is in force: the rules that GitHub names for a branch against those that were wanted for it."""

from __future__ import annotations

from collections.abc import Iterable

from gitflowguard.model.flow import Flow
from gitflowguard.model.protection import Clause, Ruleset
from gitflowguard.protection.effective import covers_name
from gitflowguard.protection.strength import covers

# A name that no policy knows: what it may not do is what `gitflow: other names` forbids.
STRANGER = "of-no-kind-that-the-policy-knows"


def samples(flow: Flow) -> tuple[str, ...]:
    """A branch of each kind, and one of none."""
    found = (template.example(flow) for kind in flow.kinds for template in kind.names[:1])
    return tuple(dict.fromkeys((*found, STRANGER)))


def wanted_on(rulesets: Iterable[Ruleset], branch: str, default_branch: str) -> tuple[Clause, ...]:
    """Every rule that the rulesets have for a branch."""
    return tuple(
        clause
        for ruleset in rulesets
        if ruleset.enforcement == "active" and covers_name(ruleset, branch, default_branch)
        for clause in ruleset.clauses
    )


def lacking(wanted: Iterable[Clause], found: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The wanted rules that no rule found is as strong as."""
    return tuple(want for want in wanted if not any(_as_strong(have, want) for have in found))


def _as_strong(have: Clause, want: Clause) -> bool:
    return have.type == want.type and covers(_alone(have), _alone(want))


def _alone(clause: Clause) -> Ruleset:
    """A ruleset of this one rule, so that two rules can be compared."""
    return Ruleset("", "branch", ("~ALL",), (), (clause,))
