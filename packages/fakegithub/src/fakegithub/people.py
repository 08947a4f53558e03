"""Who there is: users, organisations with teams, apps, and the tokens that they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
SELF = (
    "pull_requests",
    "issues",
    "contents",
    "metadata",
    "statuses",
    "checks",
    "administration",
    "workflows",
)
PLANS = ("free", "pro", "team", "enterprise")
# Who is in every organisation unless a test says otherwise: enough people for two approvals.
STAFF = ("frances", "hedy", "mary")


@dataclass
class User:
    """A person."""

    login: str
    id: int
    plan: str = "free"


@dataclass
class Team:
    """A team of an organisation."""

    slug: str
    id: int
    members: set[str] = field(default_factory=set)
    description: str = ""


@dataclass
class App:
    """A GitHub App; 15368 is GitHub Actions."""

    slug: str
    id: int
    owner: str = "github"
    installed: set[str] = field(default_factory=set)
    installation: int = 0
    permissions: dict[str, str] = field(default_factory=dict)


@dataclass
class Org:
    """An organisation. ``org_rulesets`` None means: as its plan says.

    ``staff`` are its members, who have the role ``base`` on every repository (docs.github.com, "Setting base
    permissions for an organization").
    """

    login: str
    id: int
    plan: str = "team"
    teams: dict[str, Team] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    staff: set[str] = field(default_factory=lambda: set(STAFF))
    base: str = "write"
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    org_rulesets: bool | None = None

    def has_org_rulesets(self) -> bool:
        """Whether the plan lets the organisation have rulesets of its own.

        Team has had them in 2026 (mitodl/ol-infrastructure#5415), not in 2023 (safe-settings#553).
        """
        return self.plan in ("team", "enterprise") if self.org_rulesets is None else self.org_rulesets


@dataclass
class Token:
    """What a token may do.

    ``kind``: ``classic`` and ``fine`` (personal), ``app`` (installation), ``actions`` (GITHUB_TOKEN), ``jwt`` (an
    App itself). ``scopes`` None means everything that the user's role allows; else name → read | write.
    """

    value: str
    kind: str
    login: str
    role: str | None = None
    roles: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, str] | None = None
    sso: bool = False
    app: int = 0
    org_admin: bool = False
    used: int = 0
    window: float = 0.0

    @property
    def shown(self) -> str:
        """How a recording names it; never its value."""
        return f"{self.kind}:{self.login}"


def at_least(role: str, wanted: str) -> bool:
    """Whether a role includes another."""
    return ROLES.index(role) >= ROLES.index(wanted)


def needed_role(scope: str, level: str) -> str:
    """The role on a repository that a user needs for a permission."""
    if level == "read":
        return "admin" if scope == "administration" else "read"
    return {"administration": "admin", "issues": "read", "pull_requests": "read"}.get(scope, "write")
