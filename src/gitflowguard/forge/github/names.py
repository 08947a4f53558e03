"""Names for ids, and the way back: a policy speaks of ``team:release``, GitHub of ``Team 4711``."""

from __future__ import annotations

import threading
from typing import Any

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.transport import Transport, joined
from gitflowguard.forge.kept import load, save
from gitflowguard.forge.token import PUBLIC
from gitflowguard.model.protection import Actor

# Ids of GitHub's base roles; GitHub's documentation lists none (registry.terraform.io, "github_repository_ruleset").
ROLES = {"maintain": 2, "write": 4, "admin": 5}
# GitHub Actions' own App on github.com (terraform-provider-github#2474). Other servers number their Apps themselves:
# the published webhook examples have it as 29310, too.
KNOWN_APPS = {"github-actions": 15368}
TYPES = {"team": "Team", "app": "Integration", "role": "RepositoryRole", "user": "User"}
BARE = {"deploy-key": "DeployKey", "org-admin": "OrganizationAdmin"}
_WORDS = {github: ours for ours, github in (*TYPES.items(), *BARE.items())}
_ROLE_NAMES = {number: name for name, number in ROLES.items()}


class NameDirectory:
    """Who is who at one server, asked once and remembered, also on disk.

    path: where the memory lies between runs, "" for nowhere.
    """

    def __init__(self, transport: Transport, path: str = "") -> None:
        self._transport = transport
        self._path = path
        self._lock = threading.RLock()
        self._ids: dict[str, int] = load(path, _read)
        self._listed: set[str] = set()
        if transport.api_url == PUBLIC:
            for slug, number in KNOWN_APPS.items():
                self._ids.setdefault(f"app:{slug}", number)

    def id_of(self, organisation: str, name: str) -> int | None:
        """The id behind ``team:release`` and its like; None for those that have none.

        organisation: the owner that a team belongs to. Raises ForgeError where nobody is called so.
        """
        kind, _, word = name.partition(":")
        if name in BARE:
            return None
        if kind == "role" and word in ROLES:
            return ROLES[word]
        if word.startswith("#") and word[1:].isdigit():
            return int(word[1:])
        if kind == "team" and not organisation:
            raise ForgeError(errors.NAME, f"a personal repository has no teams; correct {name} in the policy")
        if kind == "role":
            says = f"role:{word} is none of GitHub's roles that may bypass: {', '.join(ROLES)}"
            raise ForgeError(errors.NAME, f"{says}; write role:#<id> for a role of your organization's own")
        key = f"team:{organisation}/{word}" if kind == "team" else name
        with self._lock:
            if key not in self._ids:
                self._ids[key] = self._ask(organisation, kind, word)
                self._save()
            return self._ids[key]

    def name_of(self, organisation: str, github: str, number: int | None) -> str:
        """``team:release`` for GitHub's type and id; ``team:#4711`` for one that nobody here knows by name."""
        word = _WORDS.get(github, github)
        if word in BARE or number is None:
            return word
        if word == "role" and number in _ROLE_NAMES:
            return f"role:{_ROLE_NAMES[number]}"
        with self._lock:
            found = self._known(organisation, word, number)
            if not found and word == "team" and organisation and organisation not in self._listed:
                self._list_teams(organisation)
                found = self._known(organisation, word, number)
            if not found and word == "user":
                found = self._login(number)
        return f"{word}:{found or f'#{number}'}"

    def know(self, organisation: str, names: tuple[str, ...]) -> None:
        """Learns the ids of the policy's names, to recognize them; a wrong one is reported when it is sent."""
        for name in names:
            try:
                self.id_of(organisation, name)
            except ForgeError as problem:
                if problem.kind != errors.NAME:
                    raise

    def actor(self, organisation: str, row: dict[str, Any]) -> Actor:
        """An entry of a bypass list as GitHub has it."""
        number = row.get("actor_id")
        name = self.name_of(
            organisation, str(row.get("actor_type")), number if isinstance(number, int) else None
        )
        # Left out, it is "always" (docs.github.com, "Create a repository ruleset").
        return Actor(name, str(row.get("bypass_mode") or "always"))

    def row(self, organisation: str, actor: Actor) -> dict[str, Any]:
        """An entry of a bypass list as GitHub takes it."""
        kind = actor.name.partition(":")[0]
        github = BARE.get(actor.name) or TYPES.get(kind, kind)
        number = self.id_of(organisation, actor.name)
        if actor.name == "org-admin":
            number = 1  # it is ignored (docs.github.com, "Create a repository ruleset")
        return {"actor_id": number, "actor_type": github, "bypass_mode": actor.mode}

    def _known(self, organisation: str, word: str, number: int) -> str:
        beginning = f"team:{organisation}/" if word == "team" else f"{word}:"
        for key, value in self._ids.items():
            if value == number and key.startswith(beginning):
                return key.removeprefix(beginning)
        return ""

    def _ask(self, organisation: str, kind: str, word: str) -> int:
        paths = {
            "team": joined("orgs", organisation, "teams", word),
            "app": joined("apps", word),
            "user": joined("users", word),
        }
        if kind not in paths:
            raise ForgeError(errors.NAME, f"{kind}:{word} isn't known to GitHub")
        try:
            return int(self._transport.get(paths[kind])["id"])
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            place = f" in {organisation}" if kind == "team" else ""
            called = {"team": "team", "app": "GitHub App", "user": "user"}[kind]
            says = f"there is no {called} {word}{place} on GitHub, or this token may not see it"
            raise ForgeError(
                errors.NAME, f"{says}; correct {kind}:{word} in the policy", problem.status
            ) from None

    def _list_teams(self, organisation: str) -> None:
        """Every team of an organisation, once; without the right to see them their ids stay numbers."""
        self._listed.add(organisation)
        try:
            for page in self._transport.pages(joined("orgs", organisation, "teams")):
                for team in page.data:
                    self._ids[f"team:{organisation}/{team['slug']}"] = int(team["id"])
        except ForgeError as problem:
            if problem.kind not in (errors.ABSENT, errors.PERMISSION):
                raise
        self._save()

    def _login(self, number: int) -> str:
        try:
            login = str(self._transport.get(f"/user/{number}")["login"])
        except ForgeError as problem:
            if problem.kind not in (errors.ABSENT, errors.PERMISSION):
                raise
            return ""
        self._ids[f"user:{login}"] = number
        return login

    def _save(self) -> None:
        if self._path:
            save(self._path, self._ids)


def _read(data: Any) -> dict[str, int]:
    return {str(key): int(value) for key, value in data.items()}
