"""The door: which token this is, what it may see and do, and with which words it is turned away."""

from __future__ import annotations

import base64
import binascii
import json

from fakegithub.contract import NEW, OLD
from fakegithub.people import Token, at_least, needed_role
from fakegithub.repos import Repo
from fakegithub.state import State
from fakegithub.web import PLAN, Ask, Refused, Serves, not_found

VERSIONS = (OLD, NEW)
LEVELS = ("none", "read", "write", "admin")


def token_of(state: State, header: str | None) -> Token | None:
    """The token of an Authorization header; None for no header.

    Raises:
        Refused: 401, nobody has this token.
    """
    if header is None:
        return None
    value = header.split(" ", 1)[-1].strip()
    if value in state.tokens:
        return state.tokens[value]
    app = app_of(value)
    if app in state.apps:
        return Token(value, "jwt", state.apps[app].slug, app=app)
    raise Refused(401, "Bad credentials")


def app_of(value: str) -> int:
    """The App that issued a JSON Web Token, or 0. Its signature is not looked at."""
    parts = value.split(".")
    if len(parts) != 3:
        return 0
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return int(payload["iss"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return 0


def single_sign_on(token: Token | None) -> None:
    """Turns away a token that the organisation's single sign-on does not know."""
    if token is not None and token.sso:
        raise Refused(
            403,
            "Resource protected by organization SAML enforcement. You must grant your Personal Access token access "
            "to this organization.",
            X_GitHub_SSO="required; url=https://github.com/orgs/acme/sso?authorization_request=AB12",
        )


def find_repo(ask: Ask) -> Repo | None:
    """The repository in the path, None where the path has none.

    Raises:
        Refused: 404, or 301 and 307 for one that has another name now.
    """
    params = ask.params
    if "repository_id" in params:
        repo = ask.state.by_id(int(params["repository_id"]))
    elif "repo" in params and "owner" in params:
        name = f"{params['owner']}/{params['repo']}"
        repo = ask.state.find(name)
        if repo is None and name.lower() in ask.state.moved:
            raise moved(ask, ask.state.moved[name.lower()])
    else:
        return None
    if repo is None:
        raise not_found()
    return repo


def moved(ask: Ask, number: int) -> Refused:
    """A redirect to the repository's id; not for those who may not see where it went."""
    repo = ask.state.by_id(number)
    if repo is None or lacking(ask.state, ask.token, repo, "metadata", "read"):
        return not_found()
    rest = ask.path.split("/", 4)[4:]
    url = "/".join([ask.base, "repositories", str(number), *rest])
    refused = Refused(301 if ask.verb == "GET" else 307, "Moved Permanently", Location=url)
    refused.body["url"] = url
    return refused


def lacking(state: State, token: Token | None, repo: Repo, scope: str, level: str) -> str | None:
    """What a token lacks: "sight", "login", "scope" or "role"; None if it may."""
    if token is not None and token.kind == "jwt":
        return "sight"
    machine = token is not None and token.kind in ("app", "actions")
    role = state.role(token, repo)
    if token is not None and machine:
        app = state.apps.get(token.app)
        role = "none" if app is not None and repo.owner not in app.installed and repo.private else "admin"
        if app is not None and repo.owner not in app.installed and level != "read":
            return "scope"
    if role == "none":
        return "sight"
    if token is None:
        return "login" if level == "write" or scope == "administration" else None
    if not at_least(role, needed_role(scope, level)):
        return "role"
    if scope == "checks" and level == "write" and not machine:
        return "app"
    if token.scopes is not None and scope != "metadata":
        open_to_all = not repo.private and level == "read" and scope != "administration"
        if not open_to_all and LEVELS.index(token.scopes.get(scope, "none")) < LEVELS.index(level):
            return "scope"
    return None


def admit(ask: Ask, how: Serves) -> None:
    """Lets a request in.

    Raises:
        Refused: in GitHub's words for what the token lacks, or for what the plan lacks.
    """
    single_sign_on(ask.token)
    if ask.version and ask.version not in VERSIONS:
        raise Refused(400, f"The API version {ask.version} is not supported.")
    ask.found = find_repo(ask)
    if how.scope is None or ask.found is None:
        if ask.found is None and how.scope == "org":
            admit_org(ask, how)
        return
    if lacking(ask.state, ask.token, ask.found, "metadata", "read") is not None:
        raise not_found()
    lack = lacking(ask.state, ask.token, ask.found, how.scope, how.level)
    if lack is not None and how.scope == "issues":
        # Every conversation here is a pull request's: either permission will do (docs: "Create an issue comment").
        lack = lacking(ask.state, ask.token, ask.found, "pull_requests", how.level)
    if lack is not None:
        raise words(ask.token, lack, how)
    if how.plan and not ask.found.has_rules():
        raise Refused(403, PLAN)
    if ask.verb != "GET" and ask.found.settings["archived"] and not unarchives(ask):
        raise Refused(403, "Repository was archived so is read-only.")


def unarchives(ask: Ask) -> bool:
    """The one change that an archived repository takes."""
    return ask.verb == "PATCH" and isinstance(ask.body, dict) and ask.body.get("archived") is False


def admit_org(ask: Ask, how: Serves) -> None:
    """Lets a request about an organisation's own matters in."""
    token, org = ask.token, ask.org
    if token is None:
        raise Refused(401, "Requires authentication")
    if token.scopes is not None:
        have = LEVELS.index(token.scopes.get("organization_administration", "none"))
        if have < LEVELS.index(how.level):
            raise words(token, "scope", how)
    elif not (token.org_admin or token.login in org.owners):
        raise not_found()
    if how.plan and not org.has_org_rulesets():
        wanted = "Team" if org.plan == "free" else "Enterprise"
        raise Refused(403, f"Upgrade to GitHub {wanted} to enable this feature.")


def words(token: Token | None, lack: str, how: Serves) -> Refused:
    """How GitHub says that something is lacking."""
    if lack == "login":
        return Refused(401, "Requires authentication")
    if lack == "app":
        return Refused(403, "You must authenticate via a GitHub App.")
    if lack == "scope" and token is not None:
        who = "personal access token" if token.kind == "fine" else "integration"
        return Refused(
            403,
            f"Resource not accessible by {who}",
            X_Accepted_GitHub_Permissions=f"{how.scope}={how.level}",
        )
    if how.hidden:
        return not_found()
    return Refused(
        403, "Must have admin rights to Repository." if how.scope == "administration" else "Forbidden"
    )
