"""Branches, refs, commits, comparisons and files."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from fakegithub.on_classic import body_of
from fakegithub.repos import Commit, Repo
from fakegithub.rules import active, classic_of, refusal
from fakegithub.shapes import node_id, person, shape
from fakegithub.web import Answer, Ask, Refused, not_found, serves

REPO = "/repos/{owner}/{repo}"
MOST_FILES = 300


def commit_of(ask: Ask, name: str) -> Commit:
    """The commit that a name stands for.

    Raises:
        Refused: 422, as GitHub says it of a name that is none.
    """
    sha = ask.repo.resolve(name)
    if sha is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return ask.repo.commits[sha]


def change(ask: Ask, repo: Repo, path: str, text: str, status: str = "modified") -> dict[str, Any]:
    """A file of a diff."""
    lines = len(text.splitlines())
    sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return {
        "sha": sha,
        "filename": path,
        "status": status,
        "additions": lines,
        "deletions": 0,
        "changes": lines,
        "blob_url": f"https://github.com/{repo.full_name}/blob/{sha}/file",
        "raw_url": f"https://github.com/{repo.full_name}/raw/{sha}/file",
        "contents_url": ask.url("repos", repo.full_name, "contents", "file"),
        "patch": "@@ -0,0 +1 @@",
    }


def commit_body(ask: Ask, repo: Repo, one: Commit, whole: bool = False) -> dict[str, Any]:
    """A commit; whole ones list their files."""
    who = {
        "name": one.login or "Nobody",
        "email": f"{one.login or 'nobody'}@example.invalid",
        "date": one.date,
    }
    url = ask.url("repos", repo.full_name, "commits", one.sha)
    said = shape(
        "commit",
        sha=one.sha,
        node_id=node_id("C", 1),
        url=url,
        html_url=f"https://github.com/{repo.full_name}/commit/{one.sha}",
        comments_url=f"{url}/comments",
        commit={
            "author": who,
            "committer": who,
            "message": one.message,
            "comment_count": 0,
            "tree": {"sha": one.sha, "url": ask.url("repos", repo.full_name, "git/trees", one.sha)},
            "url": ask.url("repos", repo.full_name, "git/commits", one.sha),
            "verification": {
                "verified": one.verified,
                "reason": "valid" if one.verified else "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        },
        author=person(ask, one.login) if one.login else None,
        committer=person(ask, one.login) if one.login else None,
        parents=[
            {
                "sha": sha,
                "url": ask.url("repos", repo.full_name, "commits", sha),
                "html_url": "https://github.com",
            }
            for sha in one.parents
        ],
    )
    if whole:
        files = [change(ask, repo, path, text) for path, text in one.changed.items()]
        total = sum(item["changes"] for item in files)
        said["stats"] = {"additions": total, "deletions": 0, "total": total}
        said["files"] = files[:MOST_FILES]
    return said


def branch_protected(repo: Repo, name: str) -> bool:
    """Whether GitHub shows a branch as protected: by classic protection or by any active rule."""
    return classic_of(repo, name) is not None or bool(active(repo, f"refs/heads/{name}"))


@serves("GET", f"{REPO}/branches", "contents")
def list_branches(ask: Ask) -> Answer:
    """Branches by name, or the protected ones only."""
    repo = ask.repo
    names = sorted(ref.removeprefix("refs/heads/") for ref in repo.refs if ref.startswith("refs/heads/"))
    found = [(name, branch_protected(repo, name)) for name in names]
    if "protected" in ask.query:
        found = [one for one in found if one[1] == (ask.query["protected"] == "true")]
    return Answer(
        200,
        [
            {
                "name": name,
                "commit": {
                    "sha": repo.refs[f"refs/heads/{name}"],
                    "url": ask.url("repos", repo.full_name, "commits", repo.refs[f"refs/heads/{name}"]),
                },
                "protected": is_protected,
            }
            for name, is_protected in ask.page(found)
        ],
    )


@serves("GET", f"{REPO}/branches/{{branch}}", "contents")
def get_branch(ask: Ask) -> Answer:
    """One branch."""
    repo, name = ask.repo, ask.params["branch"]
    if f"refs/heads/{name}" not in repo.refs:
        raise Refused(404, "Branch not found")
    place = ask.url("repos", repo.full_name, "branches", name)
    doc = classic_of(repo, name)
    protection: dict[str, Any] = {"enabled": doc is not None}
    if doc is not None and (checks := body_of(ask, name, doc).get("required_status_checks")) is not None:
        protection["required_status_checks"] = {
            "enforcement_level": "everyone" if doc["enforce_admins"] else "non_admins",
            "contexts": checks["contexts"],
            "checks": checks["checks"],
        }
    return Answer(
        200,
        {
            "name": name,
            "commit": commit_body(ask, repo, repo.commits[repo.refs[f"refs/heads/{name}"]]),
            "_links": {"self": place, "html": f"https://github.com/{repo.full_name}/tree/branch"},
            "protected": branch_protected(repo, name),
            "protection": protection,
            "protection_url": f"{place}/protection",
        },
    )


def ref_body(ask: Ask, ref: str) -> dict[str, Any]:
    """A ref."""
    sha = ask.repo.refs[ref]
    return {
        "ref": ref,
        "node_id": node_id("REF", 1),
        "url": ask.url("repos", ask.repo.full_name, "git", ref),
        "object": {
            "sha": sha,
            "type": "commit",
            "url": ask.url("repos", ask.repo.full_name, "git/commits", sha),
        },
    }


@serves("GET", f"{REPO}/git/ref/{{ref}}", "contents")
def get_ref(ask: Ask) -> Answer:
    """One ref, by ``heads/x`` or ``tags/x``."""
    ref = f"refs/{ask.params['ref']}"
    if ref not in ask.repo.refs:
        raise not_found()
    return Answer(200, ref_body(ask, ref))


@serves("GET", f"{REPO}/git/matching-refs/{{ref}}", "contents")
def matching_refs(ask: Ask) -> Answer:
    """Refs that begin with a text."""
    found = sorted(ref for ref in ask.repo.refs if ref.startswith(f"refs/{ask.params['ref']}"))
    return Answer(200, [ref_body(ask, ref) for ref in found])


def allow(ask: Ask, action: str, ref: str) -> None:
    """Lets rules judge a write to a ref.

    Raises:
        Refused: 422, as GitHub says it of rules.
    """
    said = refusal(ask.repo, action, ref, ask.actor)
    if said is not None:
        raise Refused(422, f"Repository rule violations found\n\n{said}\n\n")


@serves("POST", f"{REPO}/git/refs", "contents")
def create_ref(ask: Ask) -> Answer:
    """Makes a branch or tag."""
    ref, sha = ask.body["ref"], ask.body["sha"]
    if not ref.startswith("refs/") or ref.count("/") < 2:
        raise Refused(422, "Reference name must start with 'refs/' and have at least two slashes.")
    if ref in ask.repo.refs:
        raise Refused(422, "Reference already exists")
    if sha not in ask.repo.commits:
        raise Refused(422, "Object does not exist")
    allow(ask, "create", ref)
    ask.repo.refs[ref] = sha
    return Answer(201, ref_body(ask, ref))


@serves("PATCH", f"{REPO}/git/refs/{{ref}}", "contents")
def update_ref(ask: Ask) -> Answer:
    """Moves a branch or tag; without ``force`` only forward."""
    ref, sha = f"refs/{ask.params['ref']}", ask.body["sha"]
    if ref not in ask.repo.refs:
        raise Refused(422, "Reference does not exist")
    if sha not in ask.repo.commits:
        raise Refused(422, "Object does not exist")
    forward = ask.repo.refs[ref] in ask.repo.ancestors(sha)
    if not forward and not ask.body.get("force"):
        raise Refused(422, "Update is not a fast forward")
    allow(ask, "push" if forward else "force", ref)
    ask.repo.refs[ref] = sha
    return Answer(200, ref_body(ask, ref))


@serves("DELETE", f"{REPO}/git/refs/{{ref}}", "contents")
def delete_ref(ask: Ask) -> Answer:
    """Removes a branch or tag."""
    ref = f"refs/{ask.params['ref']}"
    if ref not in ask.repo.refs:
        raise Refused(422, "Reference does not exist")
    if ref == f"refs/heads/{ask.repo.default}":
        raise Refused(422, "Cannot delete the default branch")
    allow(ask, "delete", ref)
    del ask.repo.refs[ref]
    return Answer(204)


@serves("GET", f"{REPO}/commits", "contents")
def list_commits(ask: Ask) -> Answer:
    """The history of a branch, newest first."""
    repo = ask.repo
    start = repo.resolve(ask.query.get("sha", repo.default))
    if start is None:
        raise not_found()
    seen = repo.ancestors(start)
    found = [repo.commits[sha] for sha in reversed(list(repo.commits)) if sha in seen]
    return Answer(200, [commit_body(ask, repo, one) for one in ask.page(found)])


@serves("GET", f"{REPO}/commits/{{ref}}", "contents")
def get_commit(ask: Ask) -> Answer:
    """One commit with its files."""
    return Answer(200, commit_body(ask, ask.repo, commit_of(ask, ask.params["ref"]), whole=True))


@serves("GET", f"{REPO}/compare/{{basehead}}", "contents")
def compare(ask: Ask) -> Answer:
    """Two commits: who is ahead, by which commits and files. Three dots, no other repositories."""
    repo = ask.repo
    left, dots, right = ask.params["basehead"].partition("...")
    base, head = repo.resolve(left), repo.resolve(right)
    if not dots or base is None or head is None:
        raise not_found()
    ahead, behind = repo.between(base, head), repo.between(head, base)
    common = [sha for sha in repo.commits if sha in repo.ancestors(base) & repo.ancestors(head)]
    if not common:
        raise Refused(404, f"No common ancestor between {left} and {right}.")
    url = ask.url("repos", repo.full_name, "compare", "base...head")
    status = ("diverged" if behind else "ahead") if ahead else ("behind" if behind else "identical")
    changed = {path: text for sha in ahead for path, text in repo.commits[sha].changed.items()}
    return Answer(
        200,
        shape(
            "commit-comparison",
            url=url,
            status=status,
            ahead_by=len(ahead),
            behind_by=len(behind),
            total_commits=len(ahead),
            base_commit=commit_body(ask, repo, repo.commits[base]),
            merge_base_commit=commit_body(ask, repo, repo.commits[common[-1]]),
            commits=[commit_body(ask, repo, repo.commits[sha]) for sha in ask.page(ahead)],
            files=[change(ask, repo, path, text) for path, text in changed.items()][:MOST_FILES],
        ),
    )


@serves("GET", f"{REPO}/contents/{{path}}", "contents")
def get_contents(ask: Ask) -> Answer:
    """A file, or the names in a directory."""
    repo, path, ref = ask.repo, ask.params["path"].strip("/"), ask.query.get("ref", ask.repo.default)
    sha = repo.resolve(ref)
    if sha is None:
        raise Refused(404, f"No commit found for the ref {ref}")
    tree = repo.commits[sha].tree
    if path in tree:
        return Answer(200, file_body(ask, path, tree[path]))
    inside = sorted({name[len(path) + 1 :].split("/")[0] for name in tree if name.startswith(f"{path}/")})
    if not inside:
        raise not_found()
    return Answer(200, [entry(ask, path, name, tree) for name in inside])


def entry(ask: Ask, path: str, name: str, tree: dict[str, str]) -> dict[str, Any]:
    """A name in a directory."""
    whole = f"{path}/{name}"
    said = file_body(ask, whole, tree.get(whole, ""))
    said["type"] = "file" if whole in tree else "dir"
    del said["content"], said["encoding"]
    return said


def file_body(ask: Ask, path: str, text: str) -> dict[str, Any]:
    """A file, in base64 with line breaks as GitHub sends it."""
    url = ask.url("repos", ask.repo.full_name, "contents", "file")
    data = text.encode(errors="surrogateescape")
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(data),
        "name": path.rpartition("/")[2],
        "path": path,
        "content": base64.encodebytes(data).decode(),
        "sha": hashlib.sha1(b"blob %d\0%s" % (len(data), data), usedforsecurity=False).hexdigest(),
        "url": url,
        "git_url": url,
        "html_url": url,
        "download_url": url,
        "_links": {"self": url, "git": url, "html": url},
    }
