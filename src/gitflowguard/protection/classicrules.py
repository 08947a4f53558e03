"""Classic protection of a branch, read as a ruleset: so one engine judges both.

GitHub's description of branch protection ("Update branch protection") is the source of each line of the table below.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.jsonvalue import Document
from gitflowguard.model.names import HEADS
from gitflowguard.model.protection import Actor, Classic, Clause, Ruleset

# Key of the document -> the rule that blocks the same. Force pushes and deletions are blocked unless allowed
# (docs.github.com, "About protected branches").
_SWITCHES = (
    ("lock_branch", "update"),
    ("required_linear_history", "required_linear_history"),
    ("block_creations", "creation"),
)
_ALLOWED = (("allow_force_pushes", "non_fast_forward"), ("allow_deletions", "deletion"))
_WORDS = {"users": "user", "teams": "team", "apps": "app"}


def name_of(branch: str) -> str:
    """How a report calls it."""
    return f"the classic protection of {branch}"


def as_rulesets(classic: Classic) -> tuple[Ruleset, ...]:
    """The rulesets that block the same; administrators are free of them unless the document says otherwise.

    Whoever may merge without reviews is only free of the reviews, so these have a ruleset of their own. What the
    document blocks for everybody, administrators too, is the third.
    """
    document = classic.document
    free = () if document.get("enforce_admins") else (Actor("role:admin"),)
    fixed = tuple(Clause(rule) for key, rule in _ALLOWED if not document.get(key))
    parts = (
        (tuple(_clauses(classic)), free),
        (tuple(_reviews(document)), (*free, *_named(_allowances(document)))),
        (tuple(_restricted(document)), (*free, *_named(document.get("restrictions") or {}))),
        (fixed, ()),
    )
    return tuple(_ruleset(classic.branch, clauses, bypass) for clauses, bypass in parts if clauses)


def _ruleset(branch: str, clauses: tuple[Clause, ...], bypass: tuple[Actor, ...]) -> Ruleset:
    return Ruleset(
        name=name_of(branch),
        target="branch",
        include=(HEADS + branch,),
        exclude=(),
        clauses=clauses,
        bypass=bypass,
    )


def _clauses(classic: Classic) -> Iterator[Clause]:
    """What has no list of people of its own."""
    for key, rule in _SWITCHES:
        if classic.document.get(key):
            yield Clause(rule)
    checks = classic.document.get("required_status_checks")
    if checks and checks.get("checks"):
        yield Clause(
            "required_status_checks",
            {
                "strict_required_status_checks_policy": bool(checks.get("strict")),
                "do_not_enforce_on_create": True,
                "required_status_checks": checks["checks"],
            },
        )
    if classic.signatures:
        yield Clause("required_signatures")


def _reviews(document: Document) -> Iterator[Clause]:
    reviews = document.get("required_pull_request_reviews")
    if reviews:
        yield Clause(
            "pull_request",
            {
                "required_approving_review_count": reviews.get("required_approving_review_count"),
                "require_code_owner_review": reviews.get("require_code_owner_reviews"),
                "require_last_push_approval": reviews.get("require_last_push_approval"),
                "required_review_thread_resolution": document.get("required_conversation_resolution"),
            },
        )


def _restricted(document: Document) -> Iterator[Clause]:
    """Only the people, teams and Apps of the list may push or merge."""
    if document.get("restrictions") is not None:
        yield Clause("update")


def _allowances(document: Document) -> Document:
    reviews: Document = document.get("required_pull_request_reviews") or {}
    found: Document = reviews.get("bypass_pull_request_allowances") or {}
    return found


def _named(lists: Document) -> tuple[Actor, ...]:
    """Those of a document's lists of people, teams and Apps."""
    return tuple(Actor(f"{word}:{name}") for key, word in _WORDS.items() for name in lists.get(key) or ())
