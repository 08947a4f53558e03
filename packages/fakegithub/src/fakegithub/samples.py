"""Rulesets to begin a test with."""

from __future__ import annotations

from typing import Any

PULL = {
    "required_approving_review_count": 1,
    "dismiss_stale_reviews_on_push": False,
    "require_code_owner_review": False,
    "require_last_push_approval": False,
    "required_review_thread_resolution": False,
}


def ruleset(name: str = "one", include: str = "refs/heads/main", **more: Any) -> dict[str, Any]:
    """A ruleset that forbids deletion."""
    conditions = {"ref_name": {"include": [include], "exclude": []}}
    return {
        "name": name,
        "enforcement": "active",
        "conditions": conditions,
        "rules": [{"type": "deletion"}],
        **more,
    }
