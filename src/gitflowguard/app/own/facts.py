"""Facts as a rule's program reads them: JSON, one object a fact, with the field terms of git and GitHub.

docs/own-rules.md and docs/reference/json/rule-facts.schema.json describe it. A field that can't be determined is null,
and `unknown` says why.
"""

from __future__ import annotations

import os

from gitflowguard.model.finding import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from gitflowguard.model.facts import View
    from gitflowguard.model.moment import Moment
    from gitflowguard.model.ownrule import OwnRule
    from gitflowguard.repo.git import Place

SCHEMA = 1
# By what a rule reads: the field's name, and where it stands in our fact. A name stays as it is while SCHEMA does.
FIELDS = {
    "branch": (
        *(("branch", "about"), ("tip", "tip"), ("idle_days", "idle_days"), ("merged", "merged")),
        *(("origin", "origin"), ("stacked_on", "stacks")),
    ),
    "commit": (
        *(("branch", "about"), ("sha", "sha"), ("parents", "parents"), ("operation", "operation")),
        *(("message", "message"), ("made_here", "here")),
    ),
    "identity": (("branch", "about"), ("author", "author"), ("committer", "committer"), ("commits", "shas")),
    "merge": (
        *(("branch", "about"), ("sources", "sources"), ("tip", "tip"), ("sha", "sha")),
        *(("fast_forward", "fast_forward"), ("squashed", "squashed")),
    ),
    "push": (
        *(("branch", "about"), ("local", "local"), ("remote", "remote"), ("old", "old"), ("new", "new")),
        *(("to", "url"), ("fast_forward", "keeps")),
    ),
    "pull": (
        *(("base", "about"), ("head", "head"), ("base_sha", "base_sha"), ("head_sha", "head_sha")),
        *(
            ("fork", "fork"),
            ("draft", "draft"),
            ("author", "author"),
            ("number", "number"),
            ("behind", "behind"),
        ),
    ),
    "release": (("branch", "about"), ("version", "version"), ("last", "last"), ("finished", "finished")),
}


def document(rule: OwnRule, facts: Iterable[Any], view: View, at: Moment, place: Place) -> dict[str, Any]:
    """What one program reads at one moment."""
    flow = view.flow
    return {
        "schema": SCHEMA,
        "rule": rule.name,
        "moment": at.name,
        "repository": {"top": place.top, "git_dir": os.path.abspath(place.git_dir)},
        "policy": {"production": flow.production, "integration": flow.integration, "remote": flow.remote},
        "facts": [_row(rule.reads, fact, view) for fact in facts],
    }


def _row(kind: str, fact: Any, view: View) -> dict[str, Any]:
    """One fact."""
    row: dict[str, Any] = {"kind": kind}
    unknown: dict[str, str] = {}
    for name, attribute in FIELDS[kind]:
        value = getattr(fact, attribute)
        if isinstance(value, Unknown):
            unknown[name] = value.reason
        row[name] = None if isinstance(value, Unknown) else plain(value)
    branch = view.flow.kind_of(fact.about)
    row["branch_type"] = branch.id if branch is not None else None
    row["protected"] = view.flow.protected(fact.about)
    row["unknown"] = unknown
    return row


def plain(value: Any) -> Any:
    """A value as JSON has it; a record is an object."""
    if hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
