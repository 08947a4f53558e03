"""The policy's JSON Schema as editors get it: in draft-07, which all of them know, by SchemaStore's conventions.

Our own reader uses the form that the types give (draft 2020-12). SchemaStore's contributing guide asks for draft-07,
because editors support it best, and for what Ajv's strict mode accepts: no unknown keyword, a type beside each keyword
that needs one. In draft-07 a validator ignores whatever stands beside ``$ref`` (section 8.3 of its core document).
"""

from __future__ import annotations

from typing import Any

from gitflowguard.model.adoptionfiles import POLICY_YAML
from gitflowguard.model.distribution import SCHEMA

_DRAFT = "http://json-schema.org/draft-07/schema#"


def published(made: dict[str, Any]) -> dict[str, Any]:
    """The schema of draft 2020-12 in draft-07, with the address that it is published at."""
    rest = {name: value for name, value in made.items() if name not in ("$schema", "$defs")}
    own = {name: _older(value) for name, value in made["$defs"].items()}
    return {"$schema": _DRAFT, "$id": SCHEMA, **_older(rest), "definitions": own}


def entry() -> dict[str, Any]:
    """The entry for SchemaStore's catalog.json: which files an editor checks by the schema, and where that is."""
    return {
        "name": "gitflowguard",
        "description": "Policy of gitflowguard: how a team uses Gitflow",
        "fileMatch": [POLICY_YAML],
        "url": SCHEMA,
    }


def _older(node: Any) -> Any:
    """A part of the schema in draft-07."""
    if isinstance(node, list):
        return [_older(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {name: _older(value) for name, value in node.items()}
    if "$ref" not in found:
        return found
    reference = {"$ref": str(found.pop("$ref")).replace("#/$defs/", "#/definitions/")}
    # All definitions are objects; without the type, strict readers reject `required` beside the reference (ajv.js.org,
    # "Strict mode", strictTypes).
    return {"type": "object", **found, "allOf": [reference]} if found else reference
