"""Rulesets of repositories and organisations, and the rules in force for a branch."""

from __future__ import annotations

from typing import Any

from fakegithub import able
from fakegithub.repos import Repo
from fakegithub.rules import all_rulesets, bypasses, detailed
from fakegithub.shapes import node_id
from fakegithub.web import Answer, Ask, Refused, not_found, serves

REPO = "/repos/{owner}/{repo}"
ORG = "/orgs/{org}"
ENTERPRISE = {
    "commit_message_pattern", "commit_author_email_pattern", "committer_email_pattern",
    "branch_name_pattern", "tag_name_pattern",
}  # fmt: skip
PUSH = {"file_path_restriction", "max_file_path_length", "file_extension_restriction", "max_file_size"}
MOST = 75
NOT_FOR = {  # eclipse-csi/otterdog#490 has the words
    "tag": {
        "pull_request",
        "merge_queue",
        "branch_name_pattern",
        "code_scanning",
        "copilot_code_review",
        *PUSH,
    },
    "branch": {"tag_name_pattern", *PUSH},
}


def problem(message: str) -> Refused:
    """Validation failed, as rulesets say it."""
    return Refused(422, "Validation Failed", errors=[message])


def stored(
    ask: Ask, body: dict[str, Any], before: dict[str, Any] | None, repo: Repo | None
) -> dict[str, Any]:
    """A ruleset as it is kept: what was left out of an update stays, arrays are replaced whole.

    Raises:
        Refused: 422, in GitHub's words.
    """
    source = repo.full_name if repo else ask.org.login
    shelf = repo.rulesets if repo else ask.org.rulesets
    now = ask.state.tick()
    made: dict[str, Any] = {
        "id": ask.state.next() if before is None else before["id"],
        "name": "",
        "target": "branch",
        "source_type": "Repository" if repo else "Organization",
        "source": source,
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [], "exclude": []}},
        "rules": [],
        "bypass_actors": [],
        "created_at": now,
        **(before or {}),
        **body,
        "updated_at": now,
    }
    if any(one["name"] == made["name"] and one["id"] != made["id"] for one in shelf.values()):
        raise problem("Name must be unique")
    if before is None and len(shelf) >= MOST:
        raise problem(f"The maximum number of rulesets ({MOST}) was reached")
    refuse_plan(ask, made, repo)
    made["bypass_actors"] = [checked_actor(ask, one, repo, made["target"]) for one in made["bypass_actors"]]
    made["rules"] = [checked_rule(ask, one, repo) for one in made["rules"]]
    kinds = [one["type"] for one in made["rules"]]
    if len(kinds) != len(set(kinds)) and not set(kinds) & ENTERPRISE:
        raise problem("Rules must be unique by type")
    names = (made["conditions"] or {}).get("ref_name")
    if names is not None:
        names.setdefault("include", [])
        names.setdefault("exclude", [])
    return made


def refuse_plan(ask: Ask, made: dict[str, Any], repo: Repo | None) -> None:
    """What only some plans and targets have.

    ``evaluate`` is taken on every plan and is inert on most (mitodl/ol-infrastructure#5415).
    """
    plan = repo.plan_name() if repo else ask.org.plan
    kinds = {one["type"] for one in made["rules"]}
    if wrong := kinds & NOT_FOR.get(made["target"], set()):
        raise problem(f"Invalid rule '{sorted(wrong)[0]}': ")
    if kinds & ENTERPRISE and plan != "enterprise":
        raise problem(f"Invalid rule '{sorted(kinds & ENTERPRISE)[0]}': not available on this plan")
    if "merge_queue" in kinds and (
        repo is None or repo.owner not in ask.state.orgs or (repo.private and plan != "enterprise")
    ):
        raise problem("Invalid rule 'merge_queue': merge queue is not available for this repository")
    if made["target"] == "push" and (repo is None or not repo.private or plan not in ("team", "enterprise")):
        raise problem("Push rulesets are not available for this repository")


def checked_actor(ask: Ask, actor: dict[str, Any], repo: Repo | None, target: str) -> dict[str, Any]:
    """A bypass actor as it is kept.

    An organisation's admins have the id 1, deploy keys none. What no server takes is refused by the table (able).
    """
    kind, number = actor["actor_type"], actor.get("actor_id")
    owner = repo.owner if repo else ask.org.login
    app_of = ask.state.apps.get(number or 0) if kind == "Integration" else None
    asked = able.Entry(
        actor=(kind, app_of.slug if app_of is not None else ""),
        mode=actor.get("bypass_mode", "always"),
        target=target,
        owner="Organization" if owner in ask.state.orgs else "User",
        server=ask.state.server,
    )
    if (fact := able.refusal(asked)) is not None:
        raise problem(able.words(fact, asked))
    if kind == "Integration":
        app = ask.state.apps.get(number or 0)
        if app is None or owner not in app.installed:
            name = app.slug if app else number
            raise problem(
                f"Actor {name} integration must be part of the ruleset source or owner organization"
            )
    org = ask.state.orgs.get(owner)
    if kind == "Team" and (org is None or all(one.id != number for one in org.teams.values())):
        raise problem(f"Actor Team {number} must be part of the ruleset source or owner organization")
    if kind == "User" and all(one.id != number for one in ask.state.users.values()):
        raise problem(f"Actor User {number} was not found")
    if kind == "OrganizationAdmin":
        number = 1
    if kind == "DeployKey":
        number = None
    if kind == "RepositoryRole" and number not in (1, 2, 3, 4, 5):
        raise problem(f"Actor RepositoryRole {number} was not found")
    return {"actor_id": number, "actor_type": kind, "bypass_mode": actor.get("bypass_mode", "always")}


def checked_rule(ask: Ask, rule: dict[str, Any], repo: Repo | None) -> dict[str, Any]:
    """A rule as it is kept: what GitHub adds by itself is added."""
    made = {key: dict(value) if key == "parameters" else value for key, value in rule.items()}
    options = made.get("parameters")
    if rule["type"] == "pull_request":
        if options is None:
            raise problem("Invalid rule 'pull_request': parameters are required")
        options.setdefault("allowed_merge_methods", ["merge", "squash", "rebase"])
        options.setdefault("required_reviewers", [])
        options.setdefault("automatic_copilot_code_review_enabled", False)
        if not options["allowed_merge_methods"]:
            raise problem("Invalid rule 'pull_request': allowed_merge_methods must not be empty")
        refuse_reviewers(ask, options["required_reviewers"], repo)
    if rule["type"] == "required_status_checks":
        if options is None:
            raise problem("Invalid rule 'required_status_checks': parameters are required")
        options.setdefault("do_not_enforce_on_create", False)
        ids = [one.get("integration_id") for one in options["required_status_checks"]]
        known = repo.apps if repo else set(ask.state.apps)
        if repo is not None:
            known = known | {one.id for one in ask.state.apps.values() if repo.owner in one.installed}
        if any(one is not None and one not in known for one in ids):
            raise problem("Invalid rule 'required_status_checks': Invalid integration ids")
    return made


def refuse_reviewers(ask: Ask, wanted: list[dict[str, Any]], repo: Repo | None) -> None:
    """Required reviewers are teams of the organisation."""
    org = ask.state.orgs.get(repo.owner if repo else ask.org.login)
    teams = {one.id for one in org.teams.values()} if org else set()
    if any(one["reviewer"]["id"] not in teams for one in wanted):
        raise problem("Invalid rule 'pull_request': required reviewer team was not found")


def shown(ask: Ask, one: dict[str, Any], *, whole: bool = True) -> dict[str, Any]:
    """A ruleset as this token sees it: a summary, or whole; who may bypass only for those who may change it."""
    said = dict(one)
    ours = one["source_type"] == "Repository"
    place = ask.url("repos" if ours else "orgs", one["source"], "rulesets", one["id"])
    page = one["source"] if ours else f"organizations/{one['source']}/settings"
    html = f"https://github.com/{page}/rules/{one['id']}"
    said["node_id"] = node_id("RRS", one["id"])
    said["_links"] = {"self": {"href": place}, "html": {"href": html}}
    if not whole:
        for key in ("conditions", "rules", "bypass_actors"):
            said.pop(key)
        return said
    repo = ask.found
    may = ask.may("administration", "write") if repo is not None and ours else may_org(ask)
    if not may:
        said.pop("bypass_actors")
    if repo is not None:
        said["current_user_can_bypass"] = "always" if bypasses(one, repo, ask.actor, False) else "never"
    return said


def may_org(ask: Ask) -> bool:
    """Whether the token may change the organisation's rulesets."""
    token = ask.token
    if token is None:
        return False
    if token.scopes is not None:
        return token.scopes.get("organization_administration") == "write"
    return token.org_admin


@serves("GET", f"{REPO}/rulesets", plan=True)
def list_rulesets(ask: Ask) -> Answer:
    """Summaries; those of the organisation too, unless told not to."""
    found = all_rulesets(ask.repo)
    if ask.query.get("includes_parents") == "false":
        found = list(ask.repo.rulesets.values())
    if "targets" in ask.query:
        found = [one for one in found if one["target"] in ask.query["targets"].split(",")]
    return Answer(200, [shown(ask, one, whole=False) for one in ask.page(found)])


@serves("POST", f"{REPO}/rulesets", "administration", hidden=True, plan=True)
def create_ruleset(ask: Ask) -> Answer:
    """A new ruleset."""
    made = stored(ask, ask.body, None, ask.repo)
    ask.repo.rulesets[made["id"]] = made
    return Answer(201, shown(ask, made))


def own(ask: Ask, parents: bool = False) -> dict[str, Any]:
    """The ruleset in the path."""
    number = int(ask.params["ruleset_id"])
    shelf = {one["id"]: one for one in all_rulesets(ask.repo)} if parents else ask.repo.rulesets
    if number not in shelf:
        raise not_found()
    return shelf[number]


@serves("GET", f"{REPO}/rulesets/{{ruleset_id}}", plan=True)
def get_ruleset(ask: Ask) -> Answer:
    """One ruleset, of the repository or above it."""
    return Answer(200, shown(ask, own(ask, ask.query.get("includes_parents") != "false")))


@serves("PUT", f"{REPO}/rulesets/{{ruleset_id}}", "administration", hidden=True, plan=True)
def update_ruleset(ask: Ask) -> Answer:
    """Changes a ruleset: keys that are left out stay, arrays are replaced."""
    made = stored(ask, ask.body, own(ask), ask.repo)
    ask.repo.rulesets[made["id"]] = made
    return Answer(200, shown(ask, made))


@serves("DELETE", f"{REPO}/rulesets/{{ruleset_id}}", "administration", hidden=True, plan=True)
def delete_ruleset(ask: Ask) -> Answer:
    """Removes a ruleset."""
    del ask.repo.rulesets[own(ask)["id"]]
    return Answer(204)


@serves("GET", f"{REPO}/rules/branches/{{branch}}", plan=True)
def get_rules(ask: Ask) -> Answer:
    """The rules in force for a branch, whether it exists or not."""
    return Answer(200, ask.page(detailed(ask.repo, ask.params["branch"])))


@serves("GET", f"{ORG}/rulesets", "org", plan=True)
def list_org_rulesets(ask: Ask) -> Answer:
    """Summaries of an organisation's rulesets."""
    return Answer(200, [shown(ask, one, whole=False) for one in ask.page(list(ask.org.rulesets.values()))])


@serves("POST", f"{ORG}/rulesets", "org", plan=True)
def create_org_ruleset(ask: Ask) -> Answer:
    """A new ruleset of an organisation."""
    made = stored(ask, ask.body, None, None)
    ask.org.rulesets[made["id"]] = made
    return Answer(201, shown(ask, made))


def of_org(ask: Ask) -> dict[str, Any]:
    """The organisation's ruleset in the path."""
    number = int(ask.params["ruleset_id"])
    if number not in ask.org.rulesets:
        raise not_found()
    return ask.org.rulesets[number]


@serves("GET", f"{ORG}/rulesets/{{ruleset_id}}", "org", plan=True)
def get_org_ruleset(ask: Ask) -> Answer:
    """One ruleset of an organisation."""
    return Answer(200, shown(ask, of_org(ask)))


@serves("PUT", f"{ORG}/rulesets/{{ruleset_id}}", "org", plan=True)
def update_org_ruleset(ask: Ask) -> Answer:
    """Changes a ruleset of an organisation."""
    made = stored(ask, ask.body, of_org(ask), None)
    ask.org.rulesets[made["id"]] = made
    return Answer(200, shown(ask, made))


@serves("DELETE", f"{ORG}/rulesets/{{ruleset_id}}", "org", plan=True)
def delete_org_ruleset(ask: Ask) -> Answer:
    """Removes a ruleset of an organisation."""
    del ask.org.rulesets[of_org(ask)["id"]]
    return Answer(204)
