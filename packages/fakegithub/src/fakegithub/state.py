"""Everything that this GitHub knows, and the builders that tests fill it with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fakegithub.people import App, Org, Team, Token, User
from fakegithub.repos import Repo

START = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CANARY = "canary"


@dataclass
class State:
    """The whole state; deep-copied for answers that pretend to have had an effect."""

    users: dict[str, User] = field(default_factory=dict)
    orgs: dict[str, Org] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    repos: dict[str, Repo] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    counter: int = 1000
    ticks: int = 0
    # The version of a GitHub Enterprise Server, "" for github.com.
    server: str = ""

    def next(self) -> int:
        """A number that was never given before."""
        self.counter += 1
        return self.counter

    def tick(self) -> str:
        """The time, one second later than when it was last asked."""
        self.ticks += 1
        return self.now()

    def now(self) -> str:
        """The time, as GitHub writes it."""
        return (START + timedelta(seconds=self.ticks)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def user(self, login: str, plan: str = "free") -> User:
        """A person, made where missing."""
        return self.users.setdefault(login, User(login, self.next(), plan))

    def org(self, login: str, plan: str = "team", **more: Any) -> Org:
        """An organisation, made where missing. ``more``: owners, org_rulesets, staff, base."""
        if login not in self.orgs:
            self.orgs[login] = made = Org(login, self.next(), plan, **more)
            for number, name in enumerate(sorted(made.staff), 1):
                self.users.setdefault(name, User(name, number))
        return self.orgs[login]

    def team(self, org: str, slug: str, *members: str) -> Team:
        """A team of an organisation, made where missing."""
        for login in members:
            self.user(login)
        team = self.org(org).teams.setdefault(slug, Team(slug, self.next()))
        team.members.update(members)
        return team

    def app(
        self, slug: str, *installed: str, id: int | None = None, permissions: dict[str, str] | None = None
    ) -> App:
        """A GitHub App, installed for the owners named."""
        found = next((one for one in self.apps.values() if one.slug == slug), None)
        made = found or App(slug, id or self.next(), "github", set(), self.next(), permissions or {})
        made.installed.update(installed)
        self.apps[made.id] = made
        return made

    def repo(self, full_name: str, *, private: bool = False, plan: str | None = None, **more: Any) -> Repo:
        """A repository with main and develop.

        Its owner is an organisation if there is one of that name, else a person (made where missing). ``more``:
        ``empty`` for no branches, fields of Repo (topics, parent, roles), or settings (delete_branch_on_merge, …).
        """
        if (found := self.find(full_name)) is not None:
            return found
        owner, name = full_name.split("/")
        if owner not in self.orgs:
            self.user(owner)
        empty = more.pop("empty", False)
        made = Repo(self, owner, name, self.next(), private, plan)
        for key, value in more.items():
            if key in made.settings:
                made.settings[key] = value
            else:
                setattr(made, key, value)
        for login in made.roles:
            self.user(login)
        self.repos[full_name] = made
        if not empty:
            made.branch("main")
            made.branch("develop", "main")
        return made

    def find(self, full_name: str) -> Repo | None:
        """A repository by its present name; names differ in more than case."""
        if full_name in self.repos:
            return self.repos[full_name]
        low = full_name.lower()
        return next((repo for name, repo in self.repos.items() if name.lower() == low), None)

    def by_id(self, number: int) -> Repo | None:
        """A repository by its id, whatever it is called now."""
        return next((repo for repo in self.repos.values() if repo.id == number), None)

    def rename(self, full_name: str, name: str) -> Repo:
        """Renames a repository; the old name redirects from now on."""
        repo = self.repos.pop(full_name)
        self.moved[full_name.lower()] = repo.id
        owner, _, short = name.rpartition("/")
        repo.owner, repo.name = owner or repo.owner, short
        self.repos[repo.full_name] = repo
        self.moved.pop(repo.full_name.lower(), None)
        return repo

    def token(self, role: str | None = None, **more: Any) -> str:
        """A token; returns its value, which no output, log, argument or file may ever hold.

        ``role`` is its role on every repository ("admin", "write", "read", …), None for the roles of its user.
        ``more``: user, kind, scopes ({"checks": "write"}), roles ({"acme/web": "admin"}), sso, app, org_admin.
        """
        kind = more.pop("kind", "fine" if "scopes" in more else "classic")
        login = more.pop("user", role or "octocat")
        self.user(login)
        prefix = {"classic": "ghp_", "fine": "github_pat_", "app": "ghs_", "actions": "ghs_", "jwt": "eyJ"}[
            kind
        ]
        value = f"{prefix}{CANARY}{self.next():08d}ThisMustNeverBeSeen"
        org_admin = more.pop("org_admin", role == "admin")
        self.tokens[value] = Token(value, kind, login, role, org_admin=org_admin, **more)
        return value

    def role(self, token: Token | None, repo: Repo) -> str:
        """The role that a token has on a repository."""
        if token is None:
            return "none" if repo.private else "read"
        if repo.full_name in token.roles:
            return token.roles[repo.full_name]
        return token.role or repo.role_of(token.login)
