"""Webhook payloads, as a workflow finds them at GITHUB_EVENT_PATH.

`examples` are those of npm ``@octokit/webhooks-examples``; they are old, so six keys that GitHub sends today are added
(`modern`). They are all of one repository, from no fork, never edited: what they lack is made from the first of them,
and `complaints` judges every one by GitHub's own description of its webhooks.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from fakegithub.contract import body_schema, hooks, packed, validator
from fakegithub.contract import complaints as said
from fakegithub.repos import Pull, Repo

TODAY: dict[str, Any] = {
    "allow_forking": True,
    "has_discussions": False,
    "is_template": False,
    "topics": [],
    "visibility": "public",
    "web_commit_signoff_required": False,
}
PULL_TODAY: dict[str, Any] = {"active_lock_reason": None, "auto_merge": None, "draft": False}
Payload = dict[str, Any]
EXAMPLE, EXAMPLE_OWNER, EXAMPLE_NAME = "Codertocat/Hello-World", "Codertocat", "Hello-World"


def complaints(event: str, payload: Payload) -> list[str]:
    """What does not conform in a payload of an event (``pull_request``, ``merge_group``, ``push``, …)."""
    name = event.replace("_", "-")
    if "action" in payload:
        name += "-" + payload["action"].replace("_", "-")
    return said(judge(name), payload)


@cache
def judge(name: str) -> Any:
    """The validator of a webhook."""
    return validator(body_schema(hooks()["x-webhooks"][name]["post"]["requestBody"]), webhook=True)


def modern(payload: Payload) -> Payload:
    """A payload with the keys that have come since it was recorded."""
    made = copy.deepcopy(payload)
    repos = [made.get("repository")]
    if "pull_request" in made:
        pull = made["pull_request"]
        made["pull_request"] = {**PULL_TODAY, **pull}
        repos += [pull["head"]["repo"], pull["base"]["repo"]]
    for repo in repos:
        if repo is not None:
            repo.update({**TODAY, **repo})
    return made


@cache
def recorded() -> dict[str, list[Payload]]:
    """The payloads of the package, by event."""
    return {event: [modern(one) for one in many] for event, many in packed("payloads.json.gz").items()}


def examples() -> list[tuple[str, Payload]]:
    """Every payload of the package with its event."""
    return [(event, copy.deepcopy(one)) for event, many in recorded().items() for one in many]


def pull_request(repo: Repo, pull: Pull, action: str = "opened", **more: Any) -> Payload:
    """The event of a pull request of the fake as it is now. ``more``: keys such as ``changes`` or ``reason``."""
    text = json.dumps(recorded()["pull_request"][0]).replace(EXAMPLE, repo.full_name)
    made: Payload = json.loads(text.replace("/2", f"/{pull.number}"))
    made.update(action=action, number=pull.number, **more)
    fork = repo.state.find(pull.fork) if pull.fork else None
    told = made["pull_request"]
    told.update(
        number=pull.number,
        id=pull.id,
        title=pull.title,
        body=pull.body,
        draft=pull.draft,
        state=pull.state,
        merged=pull.merged_sha is not None,
        merge_commit_sha=pull.merged_sha,
        labels=[],
    )
    owner = repo.owner if not pull.forked else fork.owner if fork else pull.login
    told["head"] = end(told["head"], None if pull.forked and fork is None else fork or repo, owner)
    told["base"] = end(told["base"], repo, repo.owner)
    told["head"].update(label=f"{owner}:{pull.head}", ref=pull.head, sha=pull.head_sha)
    base = repo.resolve(pull.base) or pull.base_sha
    told["base"].update(label=f"{repo.owner}:{pull.base}", ref=pull.base, sha=base)
    told["user"] = as_user(told["user"], repo, pull.login)
    made["sender"] = as_user(made["sender"], repo, pull.login)
    made["repository"] = as_repo(made["repository"], repo)
    for key, value in (("commits", pull.commits), ("changed_files", pull.files)):
        if value is not None:
            told[key] = len(value)
    return made


def end(one: Payload, repo: Repo | None, owner: str) -> Payload:
    """The head or base with its repository; null for a fork that was deleted."""
    made = copy.deepcopy(one)
    made["user"]["login"] = owner
    made["repo"] = as_repo(made["repo"], repo) if repo is not None else None
    return made


def as_repo(one: Payload, repo: Repo) -> Payload:
    """A repository of a payload with the names of one of the fake's."""
    made = copy.deepcopy(one)
    made.update(
        id=repo.id,
        name=repo.name,
        full_name=repo.full_name,
        private=repo.private,
        visibility="private" if repo.private else "public",
        fork=repo.parent is not None,
        default_branch=repo.default,
    )
    made["owner"]["login"] = repo.owner
    return made


def as_user(one: Payload, repo: Repo, login: str) -> Payload:
    """A person of a payload with the name of one of the fake's."""
    user = repo.state.users.get(login)
    return {**one, "login": login, "id": user.id if user else one["id"]}


def synchronized(repo: Repo, pull: Pull, before: str) -> Payload:
    """New commits on the head."""
    return pull_request(repo, pull, "synchronize", before=before, after=pull.head_sha)


def retargeted(repo: Repo, pull: Pull, base: str) -> Payload:
    """The pull request gets another base; the same head was judged for the old one.

    A base branch that was renamed looks the same: GitHub edits every open pull request.
    """
    old, old_sha, pull.base = pull.base, repo.resolve(pull.base) or pull.base_sha, base
    changes = {"base": {"ref": {"from": old}, "sha": {"from": old_sha}}}
    return pull_request(repo, pull, "edited", changes=changes)


def retitled(repo: Repo, pull: Pull, title: str, body: str | None = None) -> Payload:
    """The title is edited, and the body where one is given."""
    changes: dict[str, Any] = {"title": {"from": pull.title}}
    pull.title = title
    if body is not None:
        changes["body"] = {"from": pull.body or ""}
        pull.body = body
    return pull_request(repo, pull, "edited", changes=changes)


def enqueued(repo: Repo, pull: Pull) -> Payload:
    """It entered the merge queue."""
    return pull_request(repo, pull, "enqueued")


def dequeued(repo: Repo, pull: Pull, reason: str = "CI_FAILURE") -> Payload:
    """It left the merge queue."""
    return pull_request(repo, pull, "dequeued", reason=reason)


def base_renamed(repo: Repo, pull: Pull, name: str) -> Payload:
    """The base branch was renamed in the repository."""
    sha = repo.refs.pop(f"refs/heads/{pull.base}")
    repo.refs[f"refs/heads/{name}"] = sha
    if repo.default == pull.base:
        repo.settings["default_branch"] = name
    old, pull.base = pull.base, name
    return pull_request(repo, pull, "edited", changes={"base": {"ref": {"from": old}, "sha": {"from": sha}}})


def large(repo: Repo, base: str = "develop", *, commits: int = 250, files: int = 3000) -> Pull:
    """A pull request of as many commits and files as GitHub lists."""
    repo.branch("feature/large", base)
    ids = [repo.commit("feature/large", message=f"Change {number}") for number in range(commits)]
    listed = [{"filename": f"src/file{number}.txt", "status": "added"} for number in range(files)]
    return repo.pull("feature/large", base, commits=ids, files=listed)


def merge_group(repo: Repo, pull: Pull) -> Payload:
    """The queue asks for checks on the merge that it has made."""
    made = copy.deepcopy(recorded()["merge_group"][0])
    base = repo.resolve(pull.base) or pull.base_sha
    made["merge_group"].update(
        base_ref=f"refs/heads/{pull.base}",
        base_sha=base,
        head_sha=pull.head_sha,
        head_ref=f"refs/heads/gh-readonly-queue/{pull.base}/pr-{pull.number}-{base}",
    )
    made["repository"] = as_repo(made["repository"], repo)
    return made


def push(repo: Repo, branch: str, before: str) -> Payload:
    """A branch was pushed."""
    made = copy.deepcopy(recorded()["push"][0])
    made.update(ref=f"refs/heads/{branch}", before=before, after=repo.refs[f"refs/heads/{branch}"])
    made["repository"] = as_repo(made["repository"], repo)
    return made


def derived(repo: Repo) -> dict[str, Payload]:
    """What the package lacks, by name, each from a pull request of its own in ``repo`` (of a fake)."""
    state = repo.state
    state.user("mallory")
    fork = state.repo(f"mallory/{repo.name}", parent=repo.full_name)
    opened = repo.pull("release/9.9", "main", login="mallory", fork=fork.full_name)
    gone = repo.pull("release/9.8", "main", login="mallory", fork=None)
    plain = [repo.pull(f"feature/{number}", "develop") for number in range(5)]
    repo.branch("release/1.0", "develop")
    big = large(repo)
    return {
        "fork opened": pull_request(repo, opened),
        "deleted fork": pull_request(repo, gone, "reopened"),
        "retargeted": retargeted(repo, plain[0], "main"),
        "retitled": retitled(repo, plain[1], "::error::no", "<!-- @everyone -->"),
        "enqueued": enqueued(repo, plain[2]),
        "dequeued": dequeued(repo, plain[3]),
        "base renamed": base_renamed(repo, repo.pull("bugfix/1", "release/1.0"), "release/1.1"),
        "large": pull_request(repo, big),
        "synchronized": synchronized(repo, plain[4], "0" * 40),
        "merge group": merge_group(repo, plain[2]),
        "push": push(repo, "develop", "0" * 40),
    }
