"""Check runs and commit statuses."""

from __future__ import annotations

from typing import Any

from fakegithub.on_repos import repo_body
from fakegithub.repos import Repo
from fakegithub.shapes import app_body, node_id, person, shape
from fakegithub.web import Answer, Ask, Refused, not_found, serves

REPO = "/repos/{owner}/{repo}"
RUNS = f"{REPO}/check-runs"
MOST_STATUSES = 1000


def ran(
    repo: Repo, sha: str, name: str, conclusion: str | None = "success", app: int = 15368
) -> dict[str, Any]:
    """A check run that somebody else reports, from a test; returns it as it is kept."""
    made = {
        "id": repo.state.next(),
        "name": name,
        "head_sha": repo.resolve(sha) or sha,
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "app": app,
        "output": {},
        "annotations": [],
        "details_url": None,
        "external_id": "",
        "started_at": repo.state.tick(),
        "completed_at": repo.state.tick() if conclusion else None,
    }
    repo.check_runs.append(made)
    return made


def run_body(ask: Ask, one: dict[str, Any]) -> dict[str, Any]:
    """A check run."""
    place = ask.url("repos", ask.repo.full_name, "check-runs", one["id"])
    output = one["output"]
    app = ask.state.apps.get(one["app"])
    return shape(
        "check-run",
        id=one["id"],
        node_id=node_id("CR", one["id"]),
        name=one["name"],
        head_sha=one["head_sha"],
        status=one["status"],
        conclusion=one["conclusion"],
        url=place,
        html_url=f"https://github.com/{ask.repo.full_name}/runs/{one['id']}",
        details_url=one["details_url"] or f"https://github.com/{ask.repo.full_name}/runs/{one['id']}",
        external_id=one["external_id"],
        started_at=one["started_at"],
        completed_at=one["completed_at"],
        output={
            "title": output.get("title"),
            "summary": output.get("summary"),
            "text": output.get("text"),
            "annotations_count": len(one["annotations"]),
            "annotations_url": f"{place}/annotations",
        },
        check_suite={"id": suite_id(one)},
        app=app_body(ask, app) if app else None,
        pull_requests=[],
    )


def suite_id(one: dict[str, Any]) -> int:
    """The suite of a run: one for each app and commit."""
    return int(one["head_sha"][:6], 16) + int(one["app"])


def apply(ask: Ask, one: dict[str, Any], said: dict[str, Any]) -> None:
    """Takes over what a request says of a run; annotations are added to those that are there.

    Raises:
        Refused: 422 for a completed run without a conclusion.
    """
    if said.get("status") == "completed" and not said.get("conclusion"):
        raise Refused(422, "Invalid request.\n\nMissing conclusion for a completed check run.")
    for key in ("name", "status", "conclusion", "details_url", "external_id", "started_at", "completed_at"):
        if key in said:
            one[key] = said[key]
    if said.get("conclusion"):
        one["status"] = "completed"
        one["completed_at"] = said.get("completed_at") or ask.state.tick()
    output = dict(said.get("output", {}))
    one["annotations"] += output.pop("annotations", [])
    one["output"].update(output)


@serves("POST", RUNS, "checks")
def create_run(ask: Ask) -> Answer:
    """A new check run; of the token's App."""
    sha = ask.body["head_sha"]
    if sha not in ask.repo.commits:
        raise Refused(422, f"No commit found for SHA: {sha}")
    app = ask.token.app if ask.token is not None and ask.token.app else 15368
    one = ran(ask.repo, sha, ask.body["name"], None, app)
    one["status"] = "queued"
    apply(ask, one, ask.body)
    return Answer(201, run_body(ask, one))


def run_of(ask: Ask) -> dict[str, Any]:
    """The run in the path."""
    number = int(ask.params["check_run_id"])
    for one in ask.repo.check_runs:
        if one["id"] == number:
            return one
    raise not_found()


@serves("GET", f"{RUNS}/{{check_run_id}}", "checks")
def get_run(ask: Ask) -> Answer:
    """One check run."""
    return Answer(200, run_body(ask, run_of(ask)))


@serves("PATCH", f"{RUNS}/{{check_run_id}}", "checks")
def update_run(ask: Ask) -> Answer:
    """Changes a check run; only its own App may."""
    one = run_of(ask)
    if ask.token is not None and ask.token.app and ask.token.app != one["app"]:
        raise Refused(
            403,
            f"Invalid app_id `{one['app']}` - check run can only be modified by the GitHub App that created it.",
        )
    apply(ask, one, ask.body)
    return Answer(200, run_body(ask, one))


@serves("GET", f"{RUNS}/{{check_run_id}}/annotations", "checks")
def get_annotations(ask: Ask) -> Answer:
    """The annotations of a run."""
    keys = ("start_column", "end_column", "title", "raw_details")
    said = [
        {**dict.fromkeys(keys), "blob_href": ask.url("blob"), **one}
        for one in ask.page(run_of(ask)["annotations"])
    ]
    return Answer(200, said)


def at(ask: Ask) -> str:
    """The commit in the path.

    Raises:
        Refused: 422, as GitHub says it.
    """
    sha = ask.repo.resolve(ask.params["ref"])
    if sha is None:
        raise Refused(
            404 if ask.path.endswith("status") else 422, f"No commit found for SHA: {ask.params['ref']}"
        )
    return sha


@serves("GET", f"{REPO}/commits/{{ref}}/check-runs", "checks")
def list_runs(ask: Ask) -> Answer:
    """The runs of a commit; the newest of each name and App unless all are asked for."""
    sha = at(ask)
    found = [one for one in ask.repo.check_runs if one["head_sha"] == sha]
    if ask.query.get("filter", "latest") == "latest":
        found = list({(one["name"], one["app"]): one for one in found}.values())
    for key, name in (("name", "check_name"), ("status", "status"), ("app", "app_id")):
        if name in ask.query:
            found = [one for one in found if str(one[key]) == ask.query[name]]
    return Answer(
        200, {"total_count": len(found), "check_runs": [run_body(ask, one) for one in ask.page(found)]}
    )


@serves("GET", f"{REPO}/commits/{{ref}}/check-suites", "checks")
def list_suites(ask: Ask) -> Answer:
    """The suites of a commit: one for each App that reported."""
    sha = at(ask)
    groups: dict[int, list[dict[str, Any]]] = {}
    for one in ask.repo.check_runs:
        if one["head_sha"] == sha:
            groups.setdefault(one["app"], []).append(one)
    said = []
    for number, runs in groups.items():
        app = ask.state.apps.get(number)
        done = all(one["status"] == "completed" for one in runs)
        said.append(
            shape(
                "check-suite",
                id=suite_id(runs[0]),
                node_id=node_id("CS", suite_id(runs[0])),
                head_branch=None,
                head_sha=sha,
                status="completed" if done else "in_progress",
                conclusion=runs[-1]["conclusion"] if done else None,
                app=app_body(ask, app) if app else None,
                repository=repo_body(ask, ask.repo, "minimal-repository"),
                latest_check_runs_count=len(runs),
            )
        )
    return Answer(200, {"total_count": len(said), "check_suites": ask.page(said)})


@serves("POST", f"{REPO}/statuses/{{sha}}", "statuses")
def create_status(ask: Ask) -> Answer:
    """A new status of a commit; a thousand of one name at most."""
    sha = ask.params["sha"]
    if sha not in ask.repo.commits:
        raise Refused(422, f"No commit found for SHA: {sha}")
    said = ask.body
    context = said.get("context", "default")
    if len(said.get("description") or "") > 140:
        raise Refused(
            422, "Validation Failed", errors=["description is too long (maximum is 140 characters)"]
        )
    same = [one for one in ask.repo.statuses if one["sha"] == sha and one["context"] == context]
    if len(same) >= MOST_STATUSES:
        raise Refused(422, "This SHA and context has reached the maximum number of statuses.")
    made = {
        "id": ask.state.next(),
        "sha": sha,
        "context": context,
        "state": said["state"],
        "description": said.get("description"),
        "target_url": said.get("target_url"),
        "login": ask.actor.login,
        "app": ask.actor.app,
        "at": ask.state.tick(),
    }
    ask.repo.statuses.append(made)
    return Answer(201, status_body(ask, made, whole=True))


def status_body(ask: Ask, one: dict[str, Any], whole: bool = False) -> dict[str, Any]:
    """A status, with who made it where it is told alone."""
    said = {
        "url": ask.url("repos", ask.repo.full_name, "statuses", one["sha"]),
        "avatar_url": "https://avatars.githubusercontent.com/u/1",
        "id": one["id"],
        "node_id": node_id("SC", one["id"]),
        "state": one["state"],
        "description": one["description"],
        "target_url": one["target_url"],
        "context": one["context"],
        "created_at": one["at"],
        "updated_at": one["at"],
    }
    if whole:
        said["creator"] = person(ask, one["login"])
    return said


@serves("GET", f"{REPO}/commits/{{ref}}/statuses", "statuses")
def list_statuses(ask: Ask) -> Answer:
    """Every status of a commit, newest first."""
    sha = at(ask)
    found = [one for one in reversed(ask.repo.statuses) if one["sha"] == sha]
    return Answer(200, [status_body(ask, one, whole=True) for one in ask.page(found)])


@serves("GET", f"{REPO}/commits/{{ref}}/status", "statuses")
def combined(ask: Ask) -> Answer:
    """The newest status of each context, and what they come to."""
    sha = at(ask)
    latest = {one["context"]: one for one in ask.repo.statuses if one["sha"] == sha}
    states = {one["state"] for one in latest.values()}
    state = "failure" if states & {"error", "failure"} else "success" if states == {"success"} else "pending"
    place = ask.url("repos", ask.repo.full_name, "commits", sha)
    return Answer(
        200,
        {
            "state": state,
            "sha": sha,
            "total_count": len(latest),
            "statuses": [status_body(ask, one) for one in ask.page(list(latest.values()))],
            "repository": repo_body(ask, ask.repo, "minimal-repository"),
            "commit_url": place,
            "url": f"{place}/status",
        },
    )
