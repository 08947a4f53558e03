"""Pull requests: what they are, what they change, who reviewed them, merging, comments."""

from __future__ import annotations

from typing import Any

from fakegithub.contract import NEW
from fakegithub.gate import commits_of, merge_refusal
from fakegithub.on_git import change, commit_body
from fakegithub.on_repos import repo_body
from fakegithub.people import at_least
from fakegithub.repos import Pull, Repo
from fakegithub.rules import Actor, refusal
from fakegithub.shapes import node_id, person, shape
from fakegithub.web import Answer, Ask, Refused, not_found, serves

REPO = "/repos/{owner}/{repo}"
PULL = f"{REPO}/pulls/{{pull_number}}"
MOST_COMMITS = 250
MOST_FILES = 3000
LONGEST = 65536


def pull_of(ask: Ask) -> Pull:
    """The pull request in the path."""
    pull = ask.repo.pulls.get(int(ask.params["pull_number"]))
    if pull is None:
        raise not_found()
    return pull


def end(ask: Ask, repo: Repo | None, owner: str, ref: str, sha: str) -> dict[str, Any]:
    """The head or base of a pull request; ``repo`` is null for a fork that was deleted."""
    return {
        "label": f"{owner}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": person(ask, owner),
        "repo": repo_body(ask, repo, "repository") if repo is not None else None,
    }


def association(repo: Repo, login: str) -> str:
    """How somebody stands to the repository."""
    if login == repo.owner:
        return "OWNER"
    return "COLLABORATOR" if at_least(repo.role_of(login), "write") else "NONE"


def pull_body(ask: Ask, pull: Pull, whole: bool = True) -> dict[str, Any]:
    """A pull request. With version 2026-03-10 ``merge_commit_sha`` and ``assignee`` are gone."""
    repo = ask.repo
    head = repo if not pull.forked else ask.state.find(pull.fork) if pull.fork else None
    owner = head.owner if head is not None else pull.login
    place = ask.url("repos", repo.full_name, "pulls", pull.number)
    issue = ask.url("repos", repo.full_name, "issues", pull.number)
    html = f"https://github.com/{repo.full_name}/pull/{pull.number}"
    statuses = ask.url("repos", repo.full_name, "statuses", pull.head_sha)
    links = {
        "self": place,
        "html": html,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{place}/comments",
        "review_comment": f"{place}/comments{{/number}}",
        "commits": f"{place}/commits",
        "statuses": statuses,
    }
    base_sha = repo.resolve(pull.base) if pull.state == "open" else pull.base_sha
    said = shape(
        "pull-request" if whole else "pull-request-simple",
        id=pull.id,
        node_id=node_id("PR", pull.id),
        number=pull.number,
        url=place,
        html_url=html,
        issue_url=issue,
        commits_url=links["commits"],
        comments_url=links["comments"],
        review_comments_url=links["review_comments"],
        review_comment_url=links["review_comment"],
        statuses_url=statuses,
        _links={name: {"href": value} for name, value in links.items()},
        state=pull.state,
        locked=False,
        draft=pull.draft,
        title=pull.title,
        body=pull.body,
        user=person(ask, pull.login),
        labels=[
            shape("label", id=1, node_id="LA_1", name=name, description="", color="ededed", default=False)
            for name in pull.labels
        ],
        created_at=pull.at,
        updated_at=pull.at,
        closed_at=None if pull.state == "open" else pull.at,
        merged_at=pull.at if pull.merged_sha else None,
        merge_commit_sha=pull.merged_sha,
        assignees=[],
        requested_reviewers=[],
        requested_teams=[],
        author_association=association(repo, pull.login),
        auto_merge=None,
        head=end(ask, head, owner, pull.head, pull.head_sha),
        base=end(ask, repo, repo.owner, pull.base, base_sha or pull.base_sha),
    )
    if ask.version == NEW:
        said.pop("merge_commit_sha")
        said.pop("assignee", None)
    if whole:
        commits = commits_of(repo, pull)
        files = files_of(ask, pull)
        waits = pull.pending > 0
        pull.pending -= waits
        mergeable = None if waits or pull.state != "open" else pull.mergeable
        said.update(
            merged=pull.merged_sha is not None,
            mergeable=mergeable,
            rebaseable=mergeable,
            mergeable_state=mergeable_state(repo, pull, mergeable),
            merged_by=person(ask, pull.merged_by) if pull.merged_by else None,
            maintainer_can_modify=pull.forked,
            commits=len(commits),
            changed_files=len(files),
            additions=sum(one["additions"] for one in files),
            deletions=0,
            comments=sum(1 for one in repo.comments.values() if one["issue"] == pull.number),
            review_comments=0,
        )
    return said


def mergeable_state(repo: Repo, pull: Pull, mergeable: bool | None) -> str:
    """GitHub's own word for whether the button would work."""
    if mergeable is None:
        return "unknown"
    if mergeable is False:
        return "dirty"
    if pull.draft:
        return "draft"
    return "blocked" if merge_refusal(repo, pull) else "clean"


def files_of(ask: Ask, pull: Pull) -> list[dict[str, Any]]:
    """The changed files: those that a test set, else those of the commits."""
    if pull.files is not None:
        return [{**change(ask, ask.repo, one["filename"], "x\n"), **one} for one in pull.files]
    changed: dict[str, str] = {}
    for sha in commits_of(ask.repo, pull):
        if len(ask.repo.commits[sha].parents) < 2:
            changed.update(ask.repo.commits[sha].changed)
    return [change(ask, ask.repo, path, text) for path, text in changed.items()]


@serves("GET", f"{REPO}/pulls", "pull_requests")
def list_pulls(ask: Ask) -> Answer:
    """Pull requests, newest first; open ones unless told."""
    wanted = ask.query.get("state", "open")
    found = [one for one in reversed(ask.repo.pulls.values()) if wanted in ("all", one.state)]
    if "base" in ask.query:
        found = [one for one in found if one.base == ask.query["base"]]
    if "head" in ask.query:
        owner, _, ref = ask.query["head"].partition(":")
        owners = {one.number: (one.fork or ask.repo.full_name).split("/")[0] for one in found}
        found = [one for one in found if one.head == ref and owners[one.number] == owner]
    return Answer(200, [pull_body(ask, one, whole=False) for one in ask.page(found)])


@serves("GET", f"{REPO}/commits/{{commit_sha}}/pulls", "pull_requests")
def pulls_of_commit(ask: Ask) -> Answer:
    """The pull requests that bring a commit."""
    sha = ask.repo.resolve(ask.params["commit_sha"])
    found = [
        one for one in ask.repo.pulls.values() if sha == one.head_sha or sha in commits_of(ask.repo, one)
    ]
    return Answer(200, [pull_body(ask, one, whole=False) for one in ask.page(found)])


@serves("GET", PULL, "pull_requests")
def get_pull(ask: Ask) -> Answer:
    """One pull request."""
    return Answer(200, pull_body(ask, pull_of(ask)))


@serves("GET", f"{PULL}/files", "pull_requests")
def get_files(ask: Ask) -> Answer:
    """Its files, 3,000 at most."""
    return Answer(200, ask.page(files_of(ask, pull_of(ask))[:MOST_FILES]))


@serves("GET", f"{PULL}/commits", "pull_requests")
def get_commits(ask: Ask) -> Answer:
    """Its commits, 250 at most, oldest first."""
    repo = ask.repo
    found = commits_of(repo, pull_of(ask))[:MOST_COMMITS]
    return Answer(200, [commit_body(ask, repo, repo.commits[sha]) for sha in ask.page(found)])


@serves("GET", f"{PULL}/reviews", "pull_requests")
def get_reviews(ask: Ask) -> Answer:
    """Its reviews, oldest first."""
    pull = pull_of(ask)
    place = ask.url("repos", ask.repo.full_name, "pulls", pull.number)
    return Answer(
        200,
        [
            shape(
                "pull-request-review",
                id=one.id,
                node_id=node_id("PRR", one.id),
                user=person(ask, one.login),
                body="",
                state=one.state,
                commit_id=one.commit,
                submitted_at=one.at,
                html_url=f"https://github.com/{ask.repo.full_name}/pull/{pull.number}",
                pull_request_url=place,
                _links={"html": {"href": place}, "pull_request": {"href": place}},
                author_association=association(ask.repo, one.login),
            )
            for one in ask.page(pull.reviews)
        ],
    )


@serves("PUT", f"{PULL}/merge", "contents")
def put_merge(ask: Ask) -> Answer:
    """The merge button; the head branch is deleted where the setting says so and no rule keeps it."""
    pull, repo, said = pull_of(ask), ask.repo, ask.body or {}
    if said.get("sha") not in (None, pull.head_sha):
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    method = said.get("merge_method", "merge")
    refused = merge_refusal(repo, pull, method, ask.actor)
    if refused is not None:
        raise Refused(405, refused)
    return Answer(200, {"sha": merge(repo, pull, method, actor=ask.actor), "merged": True, "message": MERGED})


MERGED = "Pull Request successfully merged"


def merge(
    repo: Repo, pull: Pull, method: str = "merge", login: str = "octocat", actor: Actor | None = None
) -> str:
    """Merges without asking any rule, then deletes the head as the setting says; returns the new commit.

    A ``deletion`` rule that binds the one who merges keeps the branch (WordPress-Coding-Standards#2751).
    """
    actor = actor or Actor(login)
    login = actor.login
    pull.base_sha = repo.resolve(pull.base) or pull.base_sha
    with_head = (pull.head_sha,) if method == "merge" else ()
    files = repo.commits[pull.head_sha].tree
    title = f"Merge pull request #{pull.number} from {pull.head}"
    pull.merged_sha = repo.commit(
        pull.base, files, message=title if with_head else pull.title, merge=with_head, login=login
    )
    pull.state, pull.merged_by, pull.at = "closed", login, repo.state.now()
    ref = f"refs/heads/{pull.head}"
    if repo.settings["delete_branch_on_merge"] and not pull.forked and pull.head != repo.default:
        if refusal(repo, "delete", ref, actor) is None:
            repo.refs.pop(ref, None)
    return pull.merged_sha


def comment_body(ask: Ask, one: dict[str, Any]) -> dict[str, Any]:
    """A comment."""
    return shape(
        "issue-comment",
        id=one["id"],
        node_id=node_id("IC", one["id"]),
        url=ask.url("repos", ask.repo.full_name, "issues/comments", one["id"]),
        html_url=f"https://github.com/{ask.repo.full_name}/pull/{one['issue']}#issuecomment-{one['id']}",
        issue_url=ask.url("repos", ask.repo.full_name, "issues", one["issue"]),
        body=one["body"],
        user=person(ask, one["login"]),
        created_at=one["at"],
        updated_at=one["at"],
        author_association="NONE",
        performed_via_github_app=None,
    )


@serves("GET", f"{REPO}/issues/{{issue_number}}/comments", "issues")
def list_comments(ask: Ask) -> Answer:
    """The comments of a pull request, oldest first."""
    number = int(ask.params["issue_number"])
    if number not in ask.repo.pulls:
        raise not_found()
    found = [one for one in ask.repo.comments.values() if one["issue"] == number]
    return Answer(200, [comment_body(ask, one) for one in ask.page(found)])


def add_comment(repo: Repo, number: int, body: str, login: str = "octocat") -> dict[str, Any]:
    """A comment; returns it as it is kept."""
    made: dict[str, Any] = {
        "id": repo.state.next(),
        "issue": number,
        "body": body,
        "login": login,
        "at": repo.state.tick(),
    }
    repo.comments[made["id"]] = made
    return made


def sized(body: str) -> str:
    """A body that is neither empty nor too long.

    Raises:
        Refused: 422.
    """
    if not body.strip() or len(body) > LONGEST:
        why = "body is too long (maximum is 65536 characters)" if body.strip() else "body can't be blank"
        error = {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": why}
        raise Refused(422, "Validation Failed", errors=[error])
    return body


@serves("POST", f"{REPO}/issues/{{issue_number}}/comments", "issues")
def create_comment(ask: Ask) -> Answer:
    """A new comment."""
    number = int(ask.params["issue_number"])
    if number not in ask.repo.pulls:
        raise not_found()
    return Answer(
        201, comment_body(ask, add_comment(ask.repo, number, sized(ask.body["body"]), ask.actor.login))
    )


def comment_of(ask: Ask) -> dict[str, Any]:
    """The comment in the path."""
    found = ask.repo.comments.get(int(ask.params["comment_id"]))
    if found is None:
        raise not_found()
    return found


def own_comment(ask: Ask) -> dict[str, Any]:
    """The comment in the path, if the token may change it: its author, or who may write.

    Raises:
        Refused: 403.
    """
    found = comment_of(ask)
    if found["login"] != ask.actor.login and not at_least(ask.actor.role, "write"):
        raise Refused(403, "Must have admin rights to Repository.")
    return found


@serves("GET", f"{REPO}/issues/comments/{{comment_id}}", "issues")
def get_comment(ask: Ask) -> Answer:
    """One comment."""
    return Answer(200, comment_body(ask, comment_of(ask)))


@serves("PATCH", f"{REPO}/issues/comments/{{comment_id}}", "issues")
def update_comment(ask: Ask) -> Answer:
    """Edits a comment."""
    found = own_comment(ask)
    found["body"], found["at"] = sized(ask.body["body"]), ask.state.tick()
    return Answer(200, comment_body(ask, found))


@serves("DELETE", f"{REPO}/issues/comments/{{comment_id}}", "issues")
def delete_comment(ask: Ask) -> Answer:
    """Removes a comment."""
    del ask.repo.comments[own_comment(ask)["id"]]
    return Answer(204)
