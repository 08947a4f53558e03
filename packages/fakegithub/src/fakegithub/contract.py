"""GitHub's own description as a judge: which operation a request is, and whether it and its answer conform.

The description (OpenAPI 3.0) is pruned by tools/github_api.py. Where it is wrong, errata.json says so, each
entry with its evidence. It lets unknown keys pass; for requests we do not (`closed`): a key that GitHub would
silently ignore is a mistake of ours.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs

HERE = Path(__file__).parent
DATA = HERE / "data"
MANY = ("branch", "ref", "path", "sha", "basehead")
BODY_VERBS = ("POST", "PUT", "PATCH")


class Route(NamedTuple):
    """One operation of the description."""

    verb: str
    template: str
    pattern: re.Pattern[str]
    node: dict[str, Any]

    @property
    def name(self) -> str:
        """As coverage counts it."""
        return f"{self.verb} {self.template}"


class Violation(NamedTuple):
    """What did not conform: on which side, in which operation, and how."""

    side: str
    operation: str
    message: str


def packed(name: str) -> Any:
    """One of the vendored files, unpacked."""
    return json.loads(gzip.decompress((DATA / name).read_bytes()))


@cache
def errata() -> dict[str, Any]:
    """Where the description differs from GitHub, with evidence."""
    return dict(json.loads((HERE / "errata.json").read_text(encoding="utf-8")))


def amended(document: dict[str, Any], fixes: list[dict[str, Any]]) -> dict[str, Any]:
    """The document with each erratum applied; an erratum that no longer fits is an error.

    Raises:
        KeyError: the place that an erratum names is gone; the erratum is stale.
    """
    for fix in fixes:
        *way, last = fix["at"]
        node = document
        for step in way:
            node = node[step]
        if "drop" in fix:
            node[last] = [item for item in node[last] if item not in fix["drop"]]
        elif "merge" in fix:
            node[last] = {**node[last], **fix["merge"]}
        else:
            node[last] = fix["set"]
    return document


OLD, NEW = "2022-11-28", "2026-03-10"


@cache
def description(version: str = OLD) -> dict[str, Any]:
    """Our operations and the schemas that they reach, in a version of the API.

    The description is that of the older version; what the newer one breaks stands beside each schema.
    """
    document = amended(packed("api.json.gz"), errata()["schemas"])
    for schema in document["components"]["schemas"].values():
        for one in schema.pop("x-github-breaking-changes", ()):
            if version == NEW and one["version"] == NEW and isinstance(one["patch"], dict):
                merge_patch(schema, one["patch"])
    return document


def merge_patch(node: dict[str, Any], patch: dict[str, Any]) -> None:
    """Applies a JSON merge patch (RFC 7396); of ``required``, which the patches give whole, only what they drop."""
    for key, value in patch.items():
        if value is None:
            node.pop(key, None)
        elif isinstance(value, dict):
            merge_patch(node.setdefault(key, {}), value)
        elif key == "required":
            node[key] = [name for name in node[key] if name in value]
        else:
            node[key] = value


@cache
def hooks() -> dict[str, Any]:
    """Our webhooks and the schemas that they reach."""
    return amended(packed("hooks.json.gz"), errata()["webhooks"])


@cache
def routes() -> tuple[Route, ...]:
    """All operations, the most exact template first."""
    found = []
    for template, verbs in {**description()["paths"], **aliases()}.items():
        many = {
            item["name"]
            for node in verbs.values()
            for item in node["parameters"]
            if item["in"] == "path" and item.get("x-multi-segment")
        }
        text = ""
        for piece in re.split(r"(\{[^}]+\})", template):
            name = piece[1:-1]
            if piece.startswith("{"):
                text += f"(?P<{name}>.+)" if name in many or name in MANY else f"(?P<{name}>[^/]+)"
            else:
                text += re.escape(piece)
        found += [Route(verb.upper(), template, re.compile(f"{text}$"), node) for verb, node in verbs.items()]
    return tuple(sorted(found, key=lambda one: -len(re.sub(r"\{[^}]+\}", "", one.template))))


def aliases() -> dict[str, Any]:
    """Paths that GitHub serves and does not describe, as the operations that they mean."""
    paths = description()["paths"]
    return {item["path"]: paths[item["as"]] for item in errata()["paths"] if "path" in item}


def route(verb: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The operation of a request and the values in its path, or None if we do not know it."""
    by_id = re.match(r"/repositories/(\d+)", path)
    if by_id:
        found = route(verb, f"/repos/-/-{path[by_id.end():]}")
        return found and (found[0], {**found[1], "repository_id": by_id[1]})
    for one in routes():
        if one.verb == verb and (match := one.pattern.match(path)):
            return one, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def draft4(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema draft 4; 71 nullable enums of the description lack null."""
    if isinstance(node, list):
        return [draft4(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: draft4(value) for key, value in node.items()}
    if made.pop("nullable", False) is not True:
        return made
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    return {"anyOf": [made, {"type": "null"}]}


def closed(node: Any, schemas: dict[str, Any]) -> Any:
    """The schema with every object closed and every reference followed: an unknown key no longer passes."""
    if isinstance(node, list):
        return [closed(item, schemas) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return closed(schemas[node["$ref"].rsplit("/", 1)[-1]], schemas)
    if "allOf" in node:
        node = joined(node, schemas)
    made = {
        key: (
            {name: closed(part, schemas) for name, part in value.items()}
            if key == "properties"
            else closed(value, schemas)
        )
        for key, value in node.items()
    }
    if "properties" in made and not {"anyOf", "oneOf"} & set(made):
        made.setdefault("additionalProperties", False)
    return made


def joined(node: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """``allOf`` of plain objects as one object, so that it can be closed."""
    made: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for part in [*node["allOf"], {key: value for key, value in node.items() if key != "allOf"}]:
        while "$ref" in part:
            part = schemas[part["$ref"].rsplit("/", 1)[-1]]
        made["properties"].update(part.get("properties", {}))
        made["required"] += part.get("required", [])
    return made if made["required"] else {key: made[key] for key in ("type", "properties")}


@cache
def reach(webhook: bool = False) -> dict[str, tuple[str, ...]]:
    """Which schemas each schema points at."""
    schemas = (hooks() if webhook else description())["components"]["schemas"]
    return {
        name: tuple(set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(node))))
        for name, node in schemas.items()
    }


def validator(schema: Any, webhook: bool = False, version: str = OLD) -> jsonschema_rs.Draft4Validator:
    """A validator that carries just the schemas that it needs."""
    every = (hooks() if webhook else description(version))["components"]["schemas"]
    links = reach(webhook)
    needed: set[str] = set()
    waiting = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema))
    while waiting:
        if (name := waiting.pop()) not in needed:
            needed.add(name)
            waiting.extend(links[name])
    parts = {name: draft4(every[name]) for name in sorted(needed)}
    return jsonschema_rs.Draft4Validator({**draft4(schema), "components": {"schemas": parts}})


def body_schema(node: dict[str, Any]) -> Any:
    """The JSON schema of a body, or None where it has none."""
    return node.get("content", {}).get("application/json", {}).get("schema")


@cache
def request_validators(
    name: str,
) -> tuple[jsonschema_rs.Draft4Validator, jsonschema_rs.Draft4Validator] | None:
    """For an operation with a body: as GitHub describes it, and with closed objects."""
    node = next(one for one in routes() if one.name == name).node
    schema = body_schema(node.get("requestBody", {}))
    if schema is None:
        return None
    strict = closed(schema, description()["components"]["schemas"])
    for rule in errata()["overlay"]:
        if rule["operation"] == name:
            strict = {"allOf": [strict, rule["schema"]]}
    return validator(schema), validator(strict)


@cache
def response_validator(
    name: str, status: int, version: str = OLD
) -> jsonschema_rs.Draft4Validator | None | bool:
    """For an answer: its validator, None if it has no body, False if the status is not described."""
    found = next(one for one in routes() if one.name == name).node["responses"].get(str(status))
    if found is None:
        known = errata()["statuses"].get(str(status))
        if known is None or (known["verbs"] and name.split()[0] not in known["verbs"]):
            return False
        return validator(known["schema"]) if known["schema"] else None
    schema = body_schema(found)
    if schema is None and status >= 400:  # described in words only
        schema = errata()["statuses"]["404"]["schema"]
    return validator(schema, version=version) if schema is not None else None


def complaints(judge: jsonschema_rs.Draft4Validator, body: Any) -> list[str]:
    """What a validator says, each with its place."""
    return [
        f"/{'/'.join(map(str, one.instance_path))}: {one.message}"[:400] for one in judge.iter_errors(body)
    ]


def check_query(found: Route, query: dict[str, str]) -> list[str]:
    """Unknown or wrongly typed parameters of a query."""
    known = {item["name"]: item["schema"] for item in found.node["parameters"] if item["in"] == "query"}
    said = []
    for name, value in query.items():
        if name not in known:
            said.append(f"?{name}: not a parameter of this operation")
            continue
        kind = known[name].get("type")
        if kind == "integer" and not value.isdigit():
            said.append(f"?{name}: {value!r} is not a number")
        elif kind == "boolean" and value not in ("true", "false"):
            said.append(f"?{name}: {value!r} is not true or false")
        elif "enum" in known[name] and value not in known[name]["enum"]:
            said.append(f"?{name}: {value!r} is none of {known[name]['enum']}")
        elif name == "per_page" and not 1 <= int(value) <= 100:
            said.append(f"?per_page: {value} is not in 1 to 100")
    return said
