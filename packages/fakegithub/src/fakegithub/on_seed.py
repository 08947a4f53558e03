"""What makes a repository from nothing: itself, its first commit, trees and commits, pull requests, reviews."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from fakegithub.on_git import REPO, allow, commit_body, file_body
from fakegithub.on_pulls import PULL, pull_body, pull_of
from fakegithub.on_pulls import association
from fakegithub.on_repos import repo_body
from fakegithub.repos import Commit, Repo
from fakegithub.shapes import node_id, person, shape
from fakegithub.web import Answer, Ask, Refused, invalid, not_found, serves


def made(ask: Ask, owner: str) -> Answer:
    """An empty repository of this owner."""
    said = ask.body
    if ask.state.find(f"{owner}/{said['name']}") is not None:
        words = "name already exists on this account"
        raise invalid({"resource": "Repository", "field": "name", "code": "custom", "message": words})
    private = bool(said.get("private"))
    repo = ask.state.repo(f"{owner}/{said['name']}", private=private, empty=True)
    repo.settings["description"] = said.get("description")
    if ask.token is not None:
        repo.roles[ask.token.login] = "admin"
    return Answer(201, repo_body(ask, repo))


@serves("POST", "/user/repos", None)
def create_own(ask: Ask) -> Answer:
    """A repository of whoever asks."""
    if ask.token is None:
        raise Refused(401, "Requires authentication")
    return made(ask, ask.token.login)


@serves("POST", "/orgs/{org}/repos", None)
def create_of_org(ask: Ask) -> Answer:
    """A repository of an organisation."""
    org = ask.org
    if ask.token is None or not ask.token.org_admin:
        raise Refused(403, "You need admin access to the organization before adding a repository to it.")
    return made(ask, org.login)


@serves("DELETE", REPO, "administration")
def delete_repo(ask: Ask) -> Answer:
    """The repository with all that is in it."""
    del ask.state.repos[ask.repo.full_name]
    return Answer(204)


@serves("PUT", f"{REPO}/contents/{{path}}", "contents")
def put_contents(ask: Ask) -> Answer:
    """One file as a commit on a branch; in an empty repository the first one."""
    repo, said, path = ask.repo, ask.body, ask.params["path"].strip("/")
    branch = said.get("branch") or repo.default
    ref = f"refs/heads/{branch}"
    if repo.refs and ref not in repo.refs:
        raise Refused(404, f"Branch {branch} not found")
    if ref in repo.refs:
        allow(ask, "push", ref)
    text = base64.b64decode(said["content"]).decode()
    login = ask.token.login if ask.token else None
    sha = repo.commit(branch, {path: text}, message=said["message"], login=login)
    content = file_body(ask, path, text)
    return Answer(201, {"content": content, "commit": git_commit(ask, repo, repo.commits[sha])})


def git_commit(ask: Ask, repo: Repo, one: Commit) -> dict[str, Any]:
    """A commit as the git data interface has it."""
    url = ask.url("repos", repo.full_name, "git/commits", one.sha)
    page = f"https://github.com/{repo.full_name}/commit/{one.sha}"
    inner = commit_body(ask, repo, one)
    parents = [{"sha": sha, "url": url, "html_url": page} for sha in one.parents]
    whole = {key: inner["commit"][key] for key in ("author", "committer", "message", "tree", "verification")}
    return {
        **shape("git-commit", sha=one.sha, node_id=node_id("C", 1), url=url, html_url=page),
        **whole,
        "parents": parents,
    }


TREES: dict[str, dict[str, str]] = {}


@serves("POST", f"{REPO}/git/trees", "contents")
def create_tree(ask: Ask) -> Answer:
    """A tree; of the one below it every file that isn't named stays."""
    repo, said = ask.repo, ask.body
    below = said.get("base_tree")
    if not repo.commits:
        raise Refused(409, "Git Repository is empty.")
    files = dict(tree_of(repo, below)) if below else {}
    files.update({row["path"]: row.get("content", "") for row in said["tree"]})
    sha = hashlib.sha1(repr(sorted(files.items())).encode(), usedforsecurity=False).hexdigest()
    TREES[sha] = files
    url = ask.url("repos", repo.full_name, "git/trees", sha)
    return Answer(201, {"sha": sha, "url": url, "truncated": False, "tree": []})


def tree_of(repo: Repo, sha: str) -> dict[str, str]:
    """The files of a tree; a commit's tree goes by the commit's id here (on_git.commit_body)."""
    if sha in TREES:
        return TREES[sha]
    if sha in repo.commits:
        return repo.commits[sha].tree
    raise not_found()


@serves("POST", f"{REPO}/git/commits", "contents")
def create_commit(ask: Ask) -> Answer:
    """A commit that no branch holds yet."""
    repo, said = ask.repo, ask.body
    parents = tuple(said.get("parents", ()))
    if any(parent not in repo.commits for parent in parents):
        raise Refused(422, "Parent does not exist or is not a commit object")
    tree = tree_of(repo, said["tree"])
    before = repo.commits[parents[0]].tree if parents else {}
    changed = {path: text for path, text in tree.items() if before.get(path) != text}
    words = f"{repo.id} {repo.state.next()} {said['message']}"
    sha = hashlib.sha1(words.encode(), usedforsecurity=False).hexdigest()
    login = ask.token.login if ask.token else None
    repo.commits[sha] = Commit(sha, parents, said["message"], login, repo.state.tick(), tree, changed)
    return Answer(201, git_commit(ask, repo, repo.commits[sha]))


@serves("POST", f"{REPO}/pulls", "pull_requests")
def create_pull(ask: Ask) -> Answer:
    """A pull request of two branches of the repository."""
    repo, said = ask.repo, ask.body
    head, base = said["head"].rpartition(":")[2], said["base"]
    field = next((key for key in ("head", "base") if f"refs/heads/{said[key]}" not in repo.refs), "")
    if field:
        raise invalid({"resource": "PullRequest", "field": field, "code": "invalid"})
    mine, theirs = repo.refs[f"refs/heads/{head}"], repo.refs[f"refs/heads/{base}"]
    if not repo.between(theirs, mine):
        words = f"No commits between {base} and {head}"
        raise invalid({"resource": "PullRequest", "code": "custom", "message": words})
    if any(one.head == head and one.base == base and one.state == "open" for one in repo.pulls.values()):
        words = f"A pull request already exists for {repo.owner}:{head}."
        raise invalid({"resource": "PullRequest", "code": "custom", "message": words})
    login = ask.token.login if ask.token else "octocat"
    pull = repo.pull(head, base, login=login, title=said["title"], draft=bool(said.get("draft")))
    return Answer(201, pull_body(ask, pull))


@serves("POST", f"{PULL}/reviews", "pull_requests")
def create_review(ask: Ask) -> Answer:
    """A review by whoever asks; nobody approves a pull request of their own."""
    pull, said = pull_of(ask), ask.body or {}
    login = ask.token.login if ask.token else ""
    if said.get("event") == "APPROVE" and login == pull.login:
        raise Refused(422, "Unprocessable Entity", errors=["Can not approve your own pull request"])
    state = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}.get(
        str(said.get("event")), "COMMENTED"
    )
    one = ask.repo.review(pull.number, login, state)
    place = ask.url("repos", ask.repo.full_name, "pulls", pull.number)
    body = shape(
        "pull-request-review",
        id=one.id,
        node_id=node_id("PRR", one.id),
        user=person(ask, login),
        body=said.get("body", ""),
        state=state,
        commit_id=one.commit,
        submitted_at=one.at,
        html_url=f"https://github.com/{ask.repo.full_name}/pull/{pull.number}",
        pull_request_url=place,
        _links={"html": {"href": place}, "pull_request": {"href": place}},
        author_association=association(ask.repo, login),
    )
    return Answer(200, body)
