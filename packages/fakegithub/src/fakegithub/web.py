"""What a handler is given and what it gives back, and the register of handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from fakegithub.people import Org, Token
from fakegithub.repos import Repo
from fakegithub.rules import Actor
from fakegithub.state import State

DOCS = "https://docs.github.com/rest"
PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."
T = TypeVar("T")


class Refused(Exception):
    """An answer that ends the handling of a request."""

    def __init__(self, status: int, message: str, *, errors: list[Any] | None = None, **headers: str) -> None:
        """``headers``: with underscores for dashes."""
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "documentation_url": DOCS, "status": str(status)}
        if errors is not None:
            self.body["errors"] = errors
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def not_found() -> Refused:
    """What is not there, or may not be seen."""
    return Refused(404, "Not Found")


def invalid(*errors: Any) -> Refused:
    """Validation failed."""
    return Refused(422, "Validation Failed", errors=list(errors))


@dataclass
class Answer:
    """Status, body (None for none) and further headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Ask:
    """A request that has passed the door: known operation, allowed token, conforming body."""

    state: State
    base: str
    verb: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    token: Token | None
    version: str
    links: dict[str, str] = field(default_factory=dict)
    found: Repo | None = None
    limit: int = 5000
    window: float = 3600.0

    @property
    def repo(self) -> Repo:
        """The repository in the path."""
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def org(self) -> Org:
        """The organisation in the path."""
        org = self.state.orgs.get(self.params["org"])
        if org is None:
            raise not_found()
        return org

    @property
    def actor(self) -> Actor:
        """Who asks, as rules see them."""
        token = self.token
        if token is None:
            return Actor("", "none")
        if token.kind in ("app", "actions"):
            return Actor(f"{token.login}[bot]", "write", app=token.app)
        return Actor(token.login, self.state.role(token, self.repo), org_admin=token.org_admin)

    def may(self, scope: str, level: str) -> bool:
        """Whether the token has a permission on the repository."""
        from fakegithub.door import lacking

        return lacking(self.state, self.token, self.repo, scope, level) is None

    def url(self, *parts: object) -> str:
        """An address under this server."""
        return "/".join([self.base, *map(str, parts)])

    def page(self, items: list[T]) -> list[T]:
        """The page asked for; the Link header is set where there are more."""
        size = min(int(self.query.get("per_page", 30)), 100)
        number = int(self.query.get("page", 1))
        last = max(1, -(-len(items) // size))
        rest = "".join(f"&{key}={value}" for key, value in self.query.items() if key not in ("page",))
        wanted = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
        if number >= last:
            del wanted["next"], wanted["last"]
        if number <= 1:
            del wanted["prev"], wanted["first"]
        if wanted:
            self.links["Link"] = ", ".join(
                f'<{self.base}{self.path}?page={value}{rest}>; rel="{name}"' for name, value in wanted.items()
            )
        return items[(number - 1) * size : number * size]


class Serves(NamedTuple):
    """A handler, the permission that it asks for, and whether lacking it looks like 404 to a person's token."""

    run: Callable[[Ask], Answer]
    scope: str | None
    level: str
    hidden: bool
    plan: bool


HANDLERS: dict[str, Serves] = {}


def serves(
    verb: str,
    template: str,
    scope: str | None = "metadata",
    level: str = "",
    *,
    hidden: bool = False,
    plan: bool = False,
) -> Callable[[Callable[[Ask], Answer]], Callable[[Ask], Answer]]:
    """Registers a handler. ``scope`` None: nobody is asked for permission; ``plan``: only where there are rules."""

    def register(run: Callable[[Ask], Answer]) -> Callable[[Ask], Answer]:
        HANDLERS[f"{verb} {template}"] = Serves(
            run, scope, level or ("read" if verb == "GET" else "write"), hidden, plan
        )
        return run

    return register
