"""Rulesets and classic protection: GitHub's JSON to model types, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.names import NameDirectory
from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import Classic, Clause, Ruleset

Document = dict[str, Any]
HIDDEN = Unknown("who may bypass is shown only to those who may change the ruleset")
_CHECKS = "required_status_checks"


def ruleset_of(data: Mapping[str, Any], names: NameDirectory, owner: str) -> Ruleset:
    """A ruleset as GET gives it. owner: whose teams its bypass list speaks of. Raises ForgeError for another shape."""
    try:
        ref = (data.get("conditions") or {}).get("ref_name") or {}
        rows = data.get("bypass_actors")
        return Ruleset(
            name=str(data["name"]),
            target=str(data.get("target", "branch")),
            include=tuple(map(str, ref.get("include", ()))),
            exclude=tuple(map(str, ref.get("exclude", ()))),
            clauses=tuple(clause_of(rule, names, owner) for rule in data.get("rules", ())),
            bypass=HIDDEN if rows is None else tuple(names.actor(owner, row) for row in rows),
            enforcement=str(data["enforcement"]),
            id=int(data["id"]),
            source=str(data.get("source", "")),
            properties=_properties(data),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ForgeError(
            errors.GARBLED, "GitHub describes a ruleset in a way that was not expected"
        ) from None


def _properties(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Which repositories a ruleset of an organisation is for: (property, value)."""
    found = (data.get("conditions") or {}).get("repository_property") or {}
    return tuple(
        (str(row["name"]), str(value)) for row in found.get("include", ()) for value in row["property_values"]
    )


def clause_of(rule: Mapping[str, Any], names: NameDirectory, owner: str) -> Clause:
    """One rule. The id of the App behind a required check becomes its name; what we do not know stays as it is."""
    parameters: Document = dict(rule.get("parameters") or {})
    if rule["type"] == _CHECKS and isinstance(parameters.get(_CHECKS), list):
        parameters[_CHECKS] = [_check_of(row, names, owner) for row in parameters[_CHECKS]]
    return Clause(str(rule["type"]), parameters)


def _check_of(row: Mapping[str, Any], names: NameDirectory, owner: str) -> Document:
    number = row.get("integration_id", row.get("app_id"))
    found = {key: value for key, value in row.items() if key not in ("integration_id", "app_id")}
    # -1 and null both say "anybody's" (docs.github.com, "Update branch protection").
    if isinstance(number, int) and number > 0:
        found["app"] = names.name_of(owner, "Integration", number).removeprefix("app:")
    return found


def body_of(ruleset: Ruleset, names: NameDirectory, owner: str) -> Document:
    """A ruleset as POST and PUT take it: whole, but for a bypass list that we were not shown."""
    conditions: Document = {"ref_name": {"include": list(ruleset.include), "exclude": list(ruleset.exclude)}}
    if ruleset.properties:
        rows = [
            {"name": name, "source": "custom", "property_values": [value]}
            for name, value in ruleset.properties
        ]
        conditions["repository_property"] = {"include": rows, "exclude": []}
    body: Document = {
        "name": ruleset.name,
        "target": ruleset.target,
        "enforcement": ruleset.enforcement,
        "conditions": conditions,
        "rules": [_rule(clause, names, owner) for clause in ruleset.clauses],
    }
    if not isinstance(ruleset.bypass, Unknown):
        body["bypass_actors"] = [names.row(owner, actor) for actor in ruleset.bypass]
    return body


def _rule(clause: Clause, names: NameDirectory, owner: str) -> Document:
    if not clause.parameters:
        return {"type": clause.type}
    parameters = dict(clause.parameters)
    if clause.type == _CHECKS:
        parameters[_CHECKS] = [_row(row, names, owner, "integration_id") for row in parameters[_CHECKS]]
    return {"type": clause.type, "parameters": parameters}


def _row(row: Mapping[str, Any], names: NameDirectory, owner: str, key: str) -> Document:
    found = {name: value for name, value in row.items() if name != "app"}
    if row.get("app"):
        found[key] = names.id_of(owner, f"app:{row['app']}")
    return found


def classic_of(branch: str, data: Mapping[str, Any], names: NameDirectory, owner: str) -> Classic:
    """Classic protection as GET gives it, as the whole document that a PUT takes."""
    try:
        return Classic(branch, _classic(data, names, owner), _on(data, "required_signatures"))
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ForgeError(
            errors.GARBLED, "GitHub describes a protection in a way that was not expected"
        ) from None


def _on(data: Mapping[str, Any], key: str) -> bool:
    return bool((data.get(key) or {}).get("enabled"))


def _classic(data: Mapping[str, Any], names: NameDirectory, owner: str) -> Document:
    checks, reviews = data.get("required_status_checks"), data.get("required_pull_request_reviews")
    return {
        "required_status_checks": (
            None
            if checks is None
            else {
                "strict": bool(checks.get("strict")),
                "checks": [_check_of(row, names, owner) for row in checks.get("checks") or ()],
            }
        ),
        "enforce_admins": _on(data, "enforce_admins"),
        "required_pull_request_reviews": None if reviews is None else _reviews(reviews),
        "restrictions": _people(data.get("restrictions")),
        "required_linear_history": _on(data, "required_linear_history"),
        "allow_force_pushes": _on(data, "allow_force_pushes"),
        "allow_deletions": _on(data, "allow_deletions"),
        "block_creations": _on(data, "block_creations"),
        "required_conversation_resolution": _on(data, "required_conversation_resolution"),
        "lock_branch": _on(data, "lock_branch"),
        "allow_fork_syncing": _on(data, "allow_fork_syncing"),
    }


def _reviews(data: Mapping[str, Any]) -> Document:
    found: Document = {
        "required_approving_review_count": int(data.get("required_approving_review_count") or 0),
        "dismiss_stale_reviews": bool(data.get("dismiss_stale_reviews")),
        "require_code_owner_reviews": bool(data.get("require_code_owner_reviews")),
        "require_last_push_approval": bool(data.get("require_last_push_approval")),
    }
    for key in ("dismissal_restrictions", "bypass_pull_request_allowances"):
        if data.get(key):
            found[key] = _people(data[key])
    return found


def _people(data: Mapping[str, Any] | None) -> Document | None:
    """Users by login, teams and apps by slug: what a PUT takes for what a GET gives in full."""
    if data is None:
        return None
    return {
        "users": [str(one["login"]) for one in data.get("users") or ()],
        "teams": [str(one["slug"]) for one in data.get("teams") or ()],
        "apps": [str(one["slug"]) for one in data.get("apps") or ()],
    }


def classic_body(classic: Classic, names: NameDirectory, owner: str) -> Document:
    """The whole document with ids for names. GitHub answers 422 to contexts and checks together: checks alone are sent
    (terraform-provider-github#3420, PyGithub#2157).
    """
    body = dict(classic.document)
    checks = body.get("required_status_checks")
    if checks is not None:
        rows = [{"app_id": -1, **_row(row, names, owner, "app_id")} for row in checks["checks"]]
        body["required_status_checks"] = {"strict": checks["strict"], "checks": rows}
    for key in ("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"):
        body.setdefault(key, None)
    return body


__all__ = ["HIDDEN", "body_of", "classic_body", "classic_of", "clause_of", "ruleset_of"]
