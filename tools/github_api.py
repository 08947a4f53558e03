"""Refreshes what packages/fakegithub keeps of GitHub's own descriptions and recordings.

Three packages of the project Octokit (MIT) are fetched with ``npm pack`` into a directory that is thrown
away. Kept are: of ``@octokit/openapi`` the operations and webhooks named below and every schema that they
reach; of ``@octokit/fixtures`` the recorded traffic of the scenarios named below; of
``@octokit/webhooks-examples`` the payloads of four events. Words for readers (descriptions, examples) are left
out. Run it as ``python tools/github_api.py``; it needs npm and the network, and nothing else ever does.
"""

from __future__ import annotations

import gzip
import json
import subprocess  # nosec B404
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "packages/fakegithub/src/fakegithub/data"
SPEC = "package/generated/api.github.com.json"
REPO = "/repos/{owner}/{repo}"
OPERATIONS = {
    "/user/repos": "post",
    REPO: "get patch delete",
    f"{REPO}/rulesets": "get post",
    f"{REPO}/rulesets/{{ruleset_id}}": "get put delete",
    f"{REPO}/rules/branches/{{branch}}": "get",
    f"{REPO}/properties/values": "get patch",
    f"{REPO}/branches": "get",
    f"{REPO}/branches/{{branch}}": "get",
    f"{REPO}/branches/{{branch}}/protection": "get put delete",
    f"{REPO}/branches/{{branch}}/protection/required_signatures": "get post delete",
    f"{REPO}/codeowners/errors": "get",
    f"{REPO}/contents/{{path}}": "get put",
    f"{REPO}/git/commits": "post",
    f"{REPO}/git/trees": "post",
    f"{REPO}/git/ref/{{ref}}": "get",
    f"{REPO}/git/matching-refs/{{ref}}": "get",
    f"{REPO}/git/refs": "post",
    f"{REPO}/git/refs/{{ref}}": "patch delete",
    f"{REPO}/commits": "get",
    f"{REPO}/commits/{{ref}}": "get",
    f"{REPO}/compare/{{basehead}}": "get",
    f"{REPO}/check-runs": "post",
    f"{REPO}/check-runs/{{check_run_id}}": "get patch",
    f"{REPO}/check-runs/{{check_run_id}}/annotations": "get",
    f"{REPO}/commits/{{ref}}/check-runs": "get",
    f"{REPO}/commits/{{ref}}/check-suites": "get",
    f"{REPO}/commits/{{ref}}/status": "get",
    f"{REPO}/commits/{{ref}}/statuses": "get",
    f"{REPO}/statuses/{{sha}}": "post",
    f"{REPO}/pulls": "get post",
    f"{REPO}/pulls/{{pull_number}}": "get",
    f"{REPO}/pulls/{{pull_number}}/files": "get",
    f"{REPO}/pulls/{{pull_number}}/commits": "get",
    f"{REPO}/pulls/{{pull_number}}/reviews": "get post",
    f"{REPO}/pulls/{{pull_number}}/merge": "put",
    f"{REPO}/commits/{{commit_sha}}/pulls": "get",
    f"{REPO}/collaborators": "get",
    f"{REPO}/collaborators/{{username}}/permission": "get",
    f"{REPO}/issues/{{issue_number}}/comments": "get post",
    f"{REPO}/issues/comments/{{comment_id}}": "get patch delete",
    f"{REPO}/installation": "get",
    f"{REPO}/teams": "get",
    "/orgs/{org}": "get",
    "/orgs/{org}/repos": "get post",
    "/orgs/{org}/rulesets": "get post",
    "/orgs/{org}/rulesets/{ruleset_id}": "get put delete",
    "/orgs/{org}/properties/schema": "get",
    "/orgs/{org}/properties/schema/{custom_property_name}": "get put",
    "/orgs/{org}/properties/values": "get patch",
    "/orgs/{org}/teams": "get",
    "/orgs/{org}/teams/{team_slug}": "get",
    "/orgs/{org}/teams/{team_slug}/members": "get",
    "/orgs/{org}/teams/{team_slug}/memberships/{username}": "get",
    "/orgs/{org}/installation": "get",
    "/teams/{team_id}": "get",
    "/users/{username}": "get",
    "/user/{account_id}": "get",
    "/user": "get",
    "/apps/{app_slug}": "get",
    "/app": "get",
    "/app/installations/{installation_id}/access_tokens": "post",
    "/rate_limit": "get",
}
WEBHOOKS = ("pull-request", "merge-group", "push")
PAYLOADS = ("pull_request", "merge_group", "push", "pull_request_review")
SCENARIOS = (
    "branch-protection",
    "create-status",
    "rename-repository",
    "git-refs",
    "errors",
    "get-repository",
    "get-organization",
)
HEADERS = ("location", "link", "content-type")
KEPT = ("x-multi-segment", "x-github-breaking-changes")
WORDS = ("description", "title", "summary", "example", "examples", "externalDocs", "deprecated", "tags")


def fetched(package: str, into: Path) -> tarfile.TarFile:
    """The newest tarball of an npm package, opened."""
    done = subprocess.run(  # nosec B603 B607
        ["npm", "pack", "--silent", package], cwd=into, capture_output=True, text=True, check=True
    )
    return tarfile.open(into / done.stdout.split()[-1])


def member(tar: tarfile.TarFile, name: str) -> bytes:
    """One file of a package.

    Raises:
        FileNotFoundError: it is not there.
    """
    found = tar.extractfile(name)
    if found is None:
        raise FileNotFoundError(name)
    return found.read()


def bare(node: Any, names: bool = False) -> Any:
    """A schema without the words meant for readers; ``names`` says that the keys are names of properties."""
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {}
    for key, value in node.items():
        if names:
            kept[key] = bare(value)
        elif key in ("enum", "required", "const", "default"):
            kept[key] = value
        elif key not in WORDS and not (key.startswith("x-") and key not in KEPT):
            kept[key] = bare(value, names=key == "properties")
    return kept


def resolved(node: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """A parameter or response, whether it stands there itself or by reference."""
    if "$ref" in node:
        part, name = node["$ref"].split("/")[-2:]
        found: dict[str, Any] = spec["components"][part][name]
        return found
    return node


def content(node: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a body, in the only media type that is spoken here."""
    kinds = node.get("content", {})
    return (
        {"content": {"application/json": {"schema": bare(kinds["application/json"]["schema"])}}}
        if ("application/json" in kinds)
        else {}
    )


def operation(node: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """What is needed to judge a request and its answer."""
    kept: dict[str, Any] = {
        "operationId": node["operationId"],
        "parameters": [
            bare({key: value for key, value in resolved(item, spec).items()})
            for item in node.get("parameters", [])
        ],
        "responses": {
            code: content(resolved(item, spec)) for code, item in node.get("responses", {}).items()
        },
    }
    if "requestBody" in node:
        body = node["requestBody"]
        kept["requestBody"] = {"required": body.get("required", False), **content(body)}
    return kept


def references(node: Any) -> Iterator[str]:
    """Names of the schemas that a node points at."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[-1]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from references(item)


def pruned_paths(spec: dict[str, Any]) -> dict[str, Any]:
    """Our operations, in the description's own form."""
    return {
        path: {verb: operation(spec["paths"][path][verb], spec) for verb in verbs.split()}
        for path, verbs in OPERATIONS.items()
    }


def pruned_hooks(spec: dict[str, Any]) -> dict[str, Any]:
    """Our webhooks, in the description's own form."""
    return {
        name: {"post": {"requestBody": content(resolved(node["post"]["requestBody"], spec))}}
        for name, node in spec["x-webhooks"].items()
        if name.startswith(WEBHOOKS)
    }


def with_schemas(part: dict[str, Any], spec: dict[str, Any], version: str) -> dict[str, Any]:
    """A part of the description with every schema that it reaches, and nothing else."""
    schemas: dict[str, Any] = {}
    waiting = sorted(set(references(part)))
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = bare(spec["components"]["schemas"][name])
            waiting.extend(references(schemas[name]))
    return {
        "openapi": spec["openapi"],
        "info": {"title": "pruned from @octokit/openapi", "version": version},
        **part,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def write(name: str, data: Any) -> None:
    """Writes packed JSON whose bytes hang on the data alone."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    (TARGET / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{name}: {len(text)} characters, {(TARGET / name).stat().st_size} bytes packed")


def recordings(tar: tarfile.TarFile) -> dict[str, Any]:
    """The recorded requests and answers of our scenarios."""
    kept = {}
    for scenario in SCENARIOS:
        steps = json.loads(
            member(tar, f"package/scenarios/api.github.com/{scenario}/normalized-fixture.json")
        )
        kept[scenario] = [
            {
                "method": step["method"],
                "path": step["path"],
                "body": step["body"],
                "status": step["status"],
                "response": step["response"],
                "headers": {key: value for key, value in step["headers"].items() if key in HEADERS},
            }
            for step in steps
        ]
    return kept


def main() -> int:
    """Fetches, prunes, writes. Exit code 0; what fails is told by a traceback."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with fetched("@octokit/openapi", place) as tar:
            version = json.loads(member(tar, "package/package.json"))["version"]
            spec = json.loads(member(tar, SPEC))
            write("api.json.gz", with_schemas({"paths": pruned_paths(spec)}, spec, version))
            write("hooks.json.gz", with_schemas({"x-webhooks": pruned_hooks(spec)}, spec, version))
        with fetched("@octokit/fixtures", place) as tar:
            write("recordings.json.gz", recordings(tar))
        with fetched("@octokit/webhooks-examples", place) as tar:
            listed = json.loads(member(tar, "package/api.github.com/index.json"))
            write(
                "payloads.json.gz",
                {item["name"]: item["examples"] for item in listed if item["name"] in PAYLOADS},
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
