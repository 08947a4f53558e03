"""A repository: settings, commits, branches, rulesets, protection, pull requests, checks, statuses, comments."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakegithub import able
from fakegithub.people import ROLES

if TYPE_CHECKING:
    from fakegithub.state import State

SETTINGS: dict[str, Any] = {
    "description": None,
    "homepage": None,
    "default_branch": "main",
    "has_issues": True,
    "has_projects": True,
    "has_wiki": True,
    "has_discussions": False,
    "is_template": False,
    "archived": False,
    "allow_forking": True,
    "web_commit_signoff_required": False,
}
MERGE_SETTINGS: dict[str, Any] = {
    "allow_squash_merge": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "delete_branch_on_merge": False,
    "allow_update_branch": False,
    "use_squash_pr_title_as_default": False,
    "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
    "squash_merge_commit_message": "COMMIT_MESSAGES",
    "merge_commit_title": "MERGE_MESSAGE",
    "merge_commit_message": "PR_TITLE",
}


@dataclass
class Commit:
    """A commit with the whole tree that it leaves, path → text."""

    sha: str
    parents: tuple[str, ...]
    message: str
    login: str | None
    date: str
    tree: dict[str, str]
    changed: dict[str, str]
    verified: bool = False


@dataclass
class Review:
    """A review of a pull request."""

    id: int
    login: str
    state: str
    commit: str
    at: str


@dataclass
class Pull:
    """A pull request.

    ``pending`` reads answer ``mergeable: null`` first; ``forked`` with ``fork`` None is a fork that was deleted.
    """

    number: int
    id: int
    head: str
    base: str
    head_sha: str
    base_sha: str
    login: str
    title: str = "A change"
    body: str | None = None
    draft: bool = False
    state: str = "open"
    fork: str | None = None
    forked: bool = False
    mergeable: bool | None = True
    pending: int = 0
    reviews: list[Review] = field(default_factory=list)
    pusher: str = ""
    owners: tuple[str, ...] = ()
    unresolved: int = 0
    commits: list[str] | None = None
    files: list[dict[str, Any]] | None = None
    merged_sha: str | None = None
    merged_by: str | None = None
    labels: tuple[str, ...] = ()
    at: str = ""


@dataclass
class Repo:
    """A repository and everything in it."""

    state: State
    owner: str
    name: str
    id: int
    private: bool = False
    plan: str | None = None
    parent: str | None = None
    topics: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=lambda: {**SETTINGS, **MERGE_SETTINGS})
    roles: dict[str, str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    protection: dict[str, dict[str, Any]] = field(default_factory=dict)
    signatures: set[str] = field(default_factory=set)
    properties: dict[str, Any] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    check_runs: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    codeowners_errors: list[dict[str, Any]] = field(default_factory=list)
    apps: set[int] = field(default_factory=lambda: {15368})

    @property
    def full_name(self) -> str:
        """As GitHub writes it: owner/name."""
        return f"{self.owner}/{self.name}"

    @property
    def default(self) -> str:
        """The default branch."""
        return str(self.settings["default_branch"])

    def commit(
        self,
        branch: str,
        files: dict[str, str] | None = None,
        *,
        message: str = "A change",
        login: str | None = "octocat",
        merge: tuple[str, ...] = (),
        sha: str | None = None,
        verified: bool = False,
        force: bool = False,
    ) -> str:
        """Makes a commit on a branch (made where it is missing) and returns its id.

        ``merge`` names branches or ids that become further parents; ``force`` starts without the branch's history.
        """
        ref = f"refs/heads/{branch}"
        first = [self.refs[ref]] if ref in self.refs and not force else []
        parents = (*first, *(self.resolve(name) or name for name in merge))
        tree: dict[str, str] = {}
        for parent in reversed(parents):
            tree.update(self.commits[parent].tree)
        tree.update(files or {})
        number = self.state.next()
        sha = sha or hashlib.sha1(f"{self.id} {number}".encode(), usedforsecurity=False).hexdigest()
        date = self.state.tick()
        self.commits[sha] = Commit(sha, parents, message, login, date, tree, dict(files or {}), verified)
        self.refs[ref] = sha
        for pull in self.pulls.values():
            if pull.state == "open" and pull.head == branch and not pull.forked:
                pull.head_sha, pull.pusher = sha, login or pull.pusher
        return sha

    def branch(self, name: str, at: str | None = None) -> str:
        """Makes or moves a branch to a commit or branch (else to a new first commit); returns the id."""
        if at is None:
            return self.refs.get(f"refs/heads/{name}") or self.commit(name, {"README.md": f"# {self.name}\n"})
        sha = self.resolve(at)
        if sha is None:
            sha = at
            self.commits[sha] = Commit(sha, (), "Start", "octocat", self.state.tick(), {}, {})
        self.refs[f"refs/heads/{name}"] = sha
        return sha

    def tag(self, name: str, at: str) -> str:
        """Makes a tag; returns the id."""
        sha = self.resolve(at) or at
        self.refs[f"refs/tags/{name}"] = sha
        return sha

    def resolve(self, name: str) -> str | None:
        """The commit that a branch, tag, full ref or id names; HEAD is the default branch."""
        name = self.default if name == "HEAD" else name
        for ref in (name, f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}"):
            if ref in self.refs:
                return self.refs[ref]
        if name in self.commits:
            return name
        found = [sha for sha in self.commits if len(name) >= 7 and sha.startswith(name)]
        return found[0] if len(found) == 1 else None

    def ancestors(self, sha: str) -> set[str]:
        """The commit and everything before it."""
        seen: set[str] = set()
        waiting = [sha]
        while waiting:
            if (one := waiting.pop()) not in seen and one in self.commits:
                seen.add(one)
                waiting.extend(self.commits[one].parents)
        return seen

    def between(self, base: str, head: str) -> list[str]:
        """Commits of head that base lacks, oldest first."""
        mine = self.ancestors(head) - self.ancestors(base)
        return [sha for sha in self.commits if sha in mine]

    def pull(
        self, head: str, base: str, *, login: str = "octocat", fork: str | None = "", **more: Any
    ) -> Pull:
        """Opens a pull request.

        ``fork`` is the full name of another repository, or None for one that was deleted. ``more`` are fields of Pull
        (draft, title, body, mergeable, pending, owners, commits, files, head_sha, …).
        """
        head_sha = more.pop("head_sha", None) or self.resolve(head)
        if head_sha is None:
            head_sha = self.commit(head, {f"{head}.txt": "new\n"}, merge=(base,))
            if fork != "":
                del self.refs[f"refs/heads/{head}"]
        number = max(self.pulls, default=0) + 1
        made = Pull(
            number,
            self.state.next(),
            head,
            base,
            head_sha,
            self.resolve(base) or "",
            login,
            fork=fork or None,
            forked=fork != "",
            pusher=login,
            at=self.state.tick(),
            **more,
        )
        self.pulls[number] = made
        self.refs[f"refs/pull/{number}/head"] = head_sha
        return made

    def review(
        self, number: int, login: str, state: str = "APPROVED", *, commit: str | None = None
    ) -> Review:
        """Adds a review; its commit is the present head unless told."""
        pull = self.pulls[number]
        made = Review(self.state.next(), login, state, commit or pull.head_sha, self.state.tick())
        pull.reviews.append(made)
        return made

    def role_of(self, login: str) -> str:
        """The role of a user: as an owner, else their own or their organisation's, else a reader of what is public."""
        org = self.state.orgs.get(self.owner)
        if login == self.owner or (org and login in org.owners):
            return "admin"
        own = self.roles.get(login, "none" if self.private else "read")
        base = org.base if org and login in org.staff else "none"
        return max(own, base, key=ROLES.index)

    def guarded(self) -> dict[str, Any]:
        """What protects the repository, as plain data to be compared: settings, rulesets by name, protection."""
        server = ("id", "created_at", "updated_at")
        rulesets = {
            one["name"]: {key: value for key, value in one.items() if key not in server}
            for one in self.rulesets.values()
        }
        return copy.deepcopy(
            {
                "settings": self.settings,
                "rulesets": rulesets,
                "protection": self.protection,
                "signatures": self.signatures,
            }
        )

    def plan_name(self) -> str:
        """The plan that this repository is on: its own if set, else its owner's."""
        if self.plan:
            return self.plan
        org = self.state.orgs.get(self.owner)
        return org.plan if org else self.state.users[self.owner].plan

    def has_rules(self) -> bool:
        """Whether the plan has rulesets and protected branches for this repository."""
        return able.has(self.plan_name(), self.private, "rulesets")
