"""GitHub's REST API as a forge (forge.port.Forge)."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from typing import Any

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.documents import (
    body_of,
    classic_body,
    classic_of,
    clause_of,
    ruleset_of,
)
from gitflowguard.forge.github.files import RemoteFiles
from gitflowguard.forge.github.names import NameDirectory
from gitflowguard.forge.github.pulldocuments import proposed
from gitflowguard.forge.github.transport import Transport, joined
from gitflowguard.forge.kept import ResponseCache
from gitflowguard.model.finding import Unknown
from gitflowguard.model.protection import (
    PLAN_LACKS,
    PREFIX,
    SETTINGS,
    Classic,
    Clause,
    Live,
    Owners,
    People,
    Person,
    PullHead,
    Repository,
    RequiredCheck,
    Ruleset,
    SilentPull,
)
from gitflowguard.model.proposal import PullRequest
from gitflowguard.model.skipwords import silences
from gitflowguard.model.source import ANYBODY
from gitflowguard.protection.nouns.fleet import FleetRepository

# Commit or branch -> what has reported there, in one look.
Reported = dict[str, tuple[RequiredCheck, ...]]
# The App whose checks are those of workflows.
ACTIONS = "github-actions"
_PARENTS = {"includes_parents": "true"}
# What a failed look at one thing leaves unknown; any other failure ends the look at the repository.
_TOLD = (errors.PLAN, errors.PERMISSION, errors.ABSENT)
_NOT_PROTECTED = "branch not protected"
_OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
# Checks of a pull request hang on its head, so the newest ones into a branch tell what reports there.
_PULLS = 3
# The largest page that GitHub gives (docs.github.com, "List pull requests", per_page).
_PAGE = 100
_HIDDEN = Unknown("it is shown only to those who may change the repository's settings")


class GitHub(RemoteFiles):
    """A GitHub server. cache: the folder for what is remembered between runs, "" for nowhere."""

    def __init__(self, transport: Transport, cache: str = "") -> None:
        self.transport = transport
        self._cache = cache
        path = os.path.join(cache, "names-" + _word(transport.api_url) + ".json") if cache else ""
        self.names = NameDirectory(transport, path)

    def look(self, name: str, lines: tuple[str, ...], known: tuple[str, ...], full: bool) -> Live:
        """See the port. An unchanged repository costs two requests, both answered 304."""
        kept = ResponseCache(self._cache, self.transport.api_url, name)
        data = self.transport.get(joined("repos", name), None, kept)
        repository = _repository(data)
        owner = repository.name.partition("/")[0]
        self.names.know(owner if repository.organisation else "", known)
        hidden: list[tuple[str, Unknown]] = []
        rulesets = self._rulesets(repository.name, owner, full, kept, hidden)
        found = Live(repository, rulesets, server=self.transport.server, hidden=tuple(hidden))
        if full:
            told: Reported = {}
            found = found._replace(
                classic=self._classic(repository.name, owner, lines, kept),
                checks=self._checks(repository.name, lines, kept, told),
                silent=self._silent(repository.name, kept, told),
                owners=self._owners(repository.name, kept),
                branches=self._branches(repository.name, lines, kept),
                people=self._people(repository.name, kept),
            )
        kept.save()
        return found

    def organisation(self, name: str, known: tuple[str, ...], property_name: str) -> Live:
        """See the port."""
        schema = joined("orgs", name, "properties", "schema", property_name)
        try:
            self.transport.get(schema)
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            says = f"{name} has no custom property {property_name}, by which its rulesets choose repositories"
            hint = "make one of the type true/false in the organisation's settings (Repository, Custom properties)"
            raise ForgeError(errors.NAME, f"{says}; {hint}", problem.status) from None
        found = Repository(
            name=name,
            id=0,
            organisation=True,
            private=False,
            archived=False,
            default_branch="",
            settings={},
            admin=True,
        )
        return Live(found, self.rulesets(name, known), server=self.transport.server)

    def file(self, name: str, path: str) -> str | None:
        """See the port."""
        kept = ResponseCache(self._cache, self.transport.api_url, name)
        try:
            data = self.transport.get(joined("repos", name, "contents", path), None, kept)
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            return None
        kept.save()
        return _text(data)

    def repository(self, name: str) -> Repository:
        """See the port."""
        return _repository(self.transport.get(joined("repos", name)))

    def ruleset(self, place: str, number: int) -> Ruleset | None:
        """See the port."""
        try:
            data = self.transport.get(f"{_base(place)}/{number}")
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            return None
        return ruleset_of(data, self.names, place.partition("/")[0])

    def called(self, place: str, name: str) -> Ruleset | None:
        """See the port."""
        for page in self.transport.pages(_base(place), _own(place)):
            for row in page.data:
                if row.get("name") == name:
                    return self.ruleset(place, int(row["id"]))
        return None

    def classic(self, name: str, branch: str) -> Classic | None:
        """See the port."""
        path = joined("repos", name, "branches", branch, "protection")
        try:
            return classic_of(branch, self.transport.get(path), self.names, name.partition("/")[0])
        except ForgeError as problem:
            if not _bare(problem):
                raise
            return None

    def pause(self, seconds: float) -> None:
        """See the port."""
        self.transport.pace.sleep(seconds)

    def rulesets(self, place: str, known: tuple[str, ...]) -> tuple[Ruleset, ...]:
        """See the port."""
        owner = place.partition("/")[0]
        self.names.know(owner, known)
        base = _base(place)
        found = []
        for page in self.transport.pages(base, _own(place)):
            for row in page.data:
                if str(row.get("name", "")).startswith(PREFIX):
                    found.append(ruleset_of(self.transport.get(f"{base}/{row['id']}"), self.names, owner))
        return tuple(found)

    def create(self, place: str, ruleset: Ruleset) -> Ruleset:
        """See the port."""
        return self._put("POST", _base(place), place, ruleset, 201)

    def replace(self, place: str, ruleset: Ruleset) -> Ruleset:
        """See the port."""
        return self._put("PUT", f"{_base(place)}/{ruleset.id}", place, ruleset, 200)

    def _put(self, verb: str, path: str, place: str, ruleset: Ruleset, wanted: int) -> Ruleset:
        owner = place.partition("/")[0]
        body = body_of(ruleset, self.names, owner)
        data = self.transport.write(verb, path, body, (wanted,))
        if not isinstance(data, dict):
            raise ForgeError(errors.GARBLED, f"GitHub answers {verb} {path} with nothing", wanted, True)
        return ruleset_of(data, self.names, owner)

    def remove(self, place: str, ruleset: int) -> None:
        """See the port."""
        try:
            self.transport.write("DELETE", f"{_base(place)}/{ruleset}", None, (204,))
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise

    def settings(self, name: str, settings: tuple[tuple[str, bool | str], ...]) -> None:
        """See the port."""
        self.transport.write("PATCH", joined("repos", name), dict(settings), (200,))

    def protect(self, name: str, classic: Classic) -> Classic:
        """See the port."""
        owner = name.partition("/")[0]
        path = joined("repos", name, "branches", classic.branch, "protection")
        data = self.transport.write("PUT", path, classic_body(classic, self.names, owner), (200,))
        signed = self._signed(path)
        if signed != classic.signatures:
            verb, wanted = ("POST", 200) if classic.signatures else ("DELETE", 204)
            self.transport.write(verb, f"{path}/required_signatures", None, (wanted,))
        # Signatures are read back with everything else: the answer to the document says nothing of them.
        return classic_of(classic.branch, data, self.names, owner)._replace(signatures=classic.signatures)

    def _signed(self, path: str) -> bool:
        """Whether signed commits are demanded; GitHub keeps that apart from the document."""
        return bool((self.transport.get(path).get("required_signatures") or {}).get("enabled"))

    def unprotect(self, name: str, branch: str) -> None:
        """See the port."""
        try:
            self.transport.write(
                "DELETE", joined("repos", name, "branches", branch, "protection"), None, (204,)
            )
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise

    def rules_on(self, name: str, branch: str) -> tuple[Clause, ...]:
        """See the port. docs.github.com, "Get rules for a branch", knows names of branches that do not exist."""
        owner = name.partition("/")[0]
        path = joined("repos", name, "rules", "branches", branch)
        return tuple(
            clause_of(row, self.names, owner) for page in self.transport.pages(path) for row in page.data
        )

    def heads(self, name: str, count: int) -> tuple[PullHead, ...]:
        """See the port. A hundred pull requests are one page, and a hundred branches another."""
        kept = ResponseCache(self._cache, self.transport.api_url, name)
        found = dict.fromkeys(self._pulls(name, count, kept)) if count else {}
        heads = {one.name for one in found if not one.fork}
        for page in self.transport.pages(joined("repos", name, "branches"), {"per_page": str(_PAGE)}, kept):
            names = (str(row["name"]) for row in page.data)
            found.update(dict.fromkeys(PullHead(one) for one in names if one not in heads))
        kept.save()
        return tuple(found)

    def _pulls(self, name: str, count: int, kept: ResponseCache) -> Iterator[PullHead]:
        """The heads of the newest pull requests."""
        asked = {"state": "all", "sort": "created", "direction": "desc", "per_page": str(min(count, _PAGE))}
        for page in self.transport.pages(joined("repos", name, "pulls"), asked, kept):
            yield from map(_head, page.data[:count])
            count -= len(page.data)
            if count <= 0:
                return

    def repositories(self, organisation: str, topics: tuple[str, ...]) -> Iterator[str]:
        """See the port."""
        yield from (one.name for one in self.listed(organisation, topics) if not one.archived)

    def listed(self, organisation: str, topics: tuple[str, ...]) -> Iterator[FleetRepository]:
        """See the port."""
        for page in self.transport.pages(joined("orgs", organisation, "repos"), {"sort": "full_name"}):
            for row in page.data:
                if not topics or set(topics) & set(row.get("topics") or ()):
                    yield FleetRepository(
                        str(row["full_name"]), bool(row.get("archived")), bool(row.get("fork"))
                    )

    def strangers(self, organisation: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """See the port."""
        found = []
        for name in names:
            if name.startswith("team:") and not organisation:
                continue  # a personal repository has none: the plan says so, with the place in the policy
            try:
                self.names.id_of(organisation, name)
            except ForgeError as problem:
                if problem.kind != errors.NAME:
                    raise
                found.append(str(problem))
        return tuple(found)

    def _rulesets(
        self,
        name: str,
        owner: str,
        full: bool,
        kept: ResponseCache,
        hidden: list[tuple[str, Unknown]],
    ) -> tuple[Ruleset, ...] | Unknown:
        """Ours in all detail; in a full look everybody's. Where the list has not changed since the last look, which it
        tells by the time of each one's last change, what was had then is used. An organisation's ruleset that is
        listed and not shown is added to ``hidden``.
        """
        base = _base(name)
        try:
            pages = list(self.transport.pages(base, _PARENTS, kept))
        except ForgeError as problem:
            return _unknown(problem, "rulesets", kept)
        unchanged = all(page.status == 304 for page in pages) and not full
        found = []
        for row in (row for page in pages for row in page.data):
            # Also those of ours that an organisation has for many repositories: they stand in for a repository's own.
            if full or str(row.get("name", "")).startswith(PREFIX):
                try:
                    found.append(self._ruleset(f"{base}/{row['id']}", owner, unchanged, kept))
                except ForgeError as problem:
                    if row.get("source_type") in (None, "Repository") or problem.kind not in _TOLD:
                        raise
                    hidden.append((str(row.get("name", "")), Unknown(str(problem))))
        return tuple(found)

    def _ruleset(self, path: str, owner: str, unchanged: bool, kept: ResponseCache) -> Ruleset:
        known = kept.get(f"{path}?includes_parents=true") if unchanged else None
        if known is not None and "bypass_actors" in known.data:
            return ruleset_of(known.data, self.names, owner)
        return ruleset_of(self.transport.get(path, _PARENTS, kept), self.names, owner)

    def _classic(
        self, name: str, owner: str, lines: tuple[str, ...], kept: ResponseCache
    ) -> tuple[Classic, ...] | Unknown:
        found = []
        for branch in lines:
            path = joined("repos", name, "branches", branch, "protection")
            try:
                found.append(classic_of(branch, self.transport.get(path, None, kept), self.names, owner))
            except ForgeError as problem:
                if _bare(problem):
                    continue
                return _unknown(problem, "classic protection", kept)
        return tuple(found)

    def _branches(self, name: str, lines: tuple[str, ...], kept: ResponseCache) -> tuple[str, ...] | Unknown:
        """Those of the lines that are there."""
        found = []
        for branch in lines:
            try:
                self.transport.get(joined("repos", name, "branches", branch), None, kept)
                found.append(branch)
            except ForgeError as problem:
                if problem.kind != errors.ABSENT:
                    return _unknown(problem, "branches", kept)
        return tuple(found)

    def _checks(
        self, name: str, lines: tuple[str, ...], kept: ResponseCache, told: Reported
    ) -> tuple[RequiredCheck, ...] | Unknown:
        """Whatever has reported on the lines' tips and on the newest pull requests into them."""
        seen: dict[RequiredCheck, None] = {}
        try:
            for branch in lines:
                asked = {
                    "base": branch,
                    "state": "all",
                    "sort": "updated",
                    "direction": "desc",
                    "per_page": str(_PULLS),
                }
                pulls = self.transport.get(joined("repos", name, "pulls"), asked, kept)
                for sha in dict.fromkeys((*(_proposed(pull).head_sha for pull in pulls), branch)):
                    seen.update(dict.fromkeys(self._said(name, sha, kept, told)))
        except ForgeError as problem:
            return _unknown(problem, "checks", kept)
        return tuple(seen)

    def _said(self, name: str, ref: str, kept: ResponseCache, told: Reported) -> tuple[RequiredCheck, ...]:
        """What has reported on a commit; each is asked about once in a look."""
        if ref not in told:
            told[ref] = tuple(self._reported(name, ref, kept))
        return told[ref]

    def _silent(self, name: str, kept: ResponseCache, told: Reported) -> tuple[SilentPull, ...] | Unknown:
        """Open pull requests on which no workflow reports, with the reason: the newest, and those by workflows.

        Where nothing tells why there is no report (a conflict with the base, a workflow that waits), none is named.
        """
        asked = {"state": "open", "sort": "created", "direction": "desc", "per_page": str(_PAGE)}
        try:
            found = [
                _proposed(row) for row in self.transport.get(joined("repos", name, "pulls"), asked, kept)
            ]
            robots = [one for one in found if one.author == ANYBODY]
            newest = dict.fromkeys((*found[:_PULLS], *robots[:_PULLS]))
            rows = [self._started(name, one, kept, told) for one in newest]
        except ForgeError as problem:
            return _unknown(problem, "which open pull requests start no workflow", kept)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ForgeError(
                errors.GARBLED, "GitHub describes a pull request in a way that was not expected"
            ) from None
        return tuple(one for one in rows if one is not None)

    def _started(self, name: str, one: PullRequest, kept: ResponseCache, told: Reported) -> SilentPull | None:
        """Why no workflow reports on a pull request; None where one does, and where nothing tells."""
        if any(check.app == ACTIONS for check in self._said(name, one.head_sha, kept, told)):
            return None
        if one.author == ANYBODY:
            return SilentPull(one.number, one.base)
        try:
            data = self.transport.get(joined("repos", name, "commits", one.head_sha), None, kept)
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            return None
        word = silences(str(data["commit"]["message"]).strip())
        return SilentPull(one.number, one.base, word) if word else None

    def _reported(self, name: str, ref: str, kept: ResponseCache) -> Iterator[RequiredCheck]:
        path = joined("repos", name, "commits", ref)
        try:
            for page in self.transport.pages(f"{path}/check-runs", {"filter": "latest"}, kept, "check_runs"):
                for row in page.data:
                    yield RequiredCheck(str(row["name"]), str((row.get("app") or {}).get("slug") or ""))
            # Not the combined status: only this list has who reported (docs.github.com, "List commit statuses for a
            # reference"), and an App's robot stands for its App.
            for page in self.transport.pages(f"{path}/statuses", None, kept):
                for row in page.data:
                    yield RequiredCheck(str(row["context"]), _app_of(row.get("creator") or {}))
        except ForgeError as problem:
            # A branch that is not there yet, or a head that was deleted with its fork.
            if problem.status not in (404, 409, 422) or problem.kind == errors.PLAN:
                raise

    def _owners(self, name: str, kept: ResponseCache) -> Owners | Unknown:
        try:
            data = self.transport.get(joined("repos", name, "codeowners", "errors"), None, kept)
        except ForgeError as problem:
            if problem.kind == errors.ABSENT:
                return Owners("")
            return _unknown(problem, "CODEOWNERS", kept)
        rows = data.get("errors") or ()
        told = tuple(
            (int(row.get("line") or 0), str(row.get("message") or row.get("kind") or "")) for row in rows
        )
        path = next((str(row["path"]) for row in rows if row.get("path")), "")
        found, text = self._owners_file(name, (path,) if path else _OWNERS, kept)
        return Owners(found, told, text)

    def _owners_file(self, name: str, paths: tuple[str, ...], kept: ResponseCache) -> tuple[str, str | None]:
        """Where it lies, and its text: the first of the places that has one (docs.github.com, "About code owners")."""
        for path in paths:
            try:
                return path, _text(self.transport.get(joined("repos", name, "contents", path), None, kept))
            except ForgeError as problem:
                if problem.kind != errors.ABSENT:
                    break
        return paths[0], None

    def _people(self, name: str, kept: ResponseCache) -> People | Unknown:
        """Those with write access, however they got it; one page is more than any number of approvals asks for.

        docs.github.com, "List repository collaborators": outside collaborators, members of the organization by its
        base permission or by a team, and owners. Push access is required to see it.
        """
        asked = {"affiliation": "all", "permission": "push", "per_page": str(_PAGE)}
        path = joined("repos", name, "collaborators")
        try:
            reply = self.transport.reply(path, asked, kept)
        except ForgeError as problem:
            return _unknown(problem, "who has write access", kept)
        try:
            # Older servers know no `permission` and list readers as well.
            rows = [row for row in reply.data if row["type"] == "User" and _pushes(row)]
            found = tuple(Person(str(row["login"]), _role(row)) for row in rows)
        except (KeyError, TypeError, AttributeError):
            raise ForgeError(
                errors.GARBLED, f"GitHub answers GET {path} in a way that was not expected"
            ) from None
        return People(found, 'rel="next"' not in reply.link)


def _head(row: Any) -> PullHead:
    """The head of a pull request as a list has it. Raises ForgeError."""
    one = _proposed(row)
    return PullHead(one.head, one.base, one.fork)


def _proposed(row: Any) -> PullRequest:
    """A pull request of a list. Raises ForgeError."""
    try:
        return proposed(row)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ForgeError(
            errors.GARBLED, "GitHub describes a pull request in a way that was not expected"
        ) from None


def _text(data: Any) -> str | None:
    """The text of a file as GET contents gives it; None where that holds none (larger than 1 MB, a folder)."""
    try:
        if data["encoding"] != "base64":
            return None
        return base64.b64decode(data["content"]).decode("utf-8", "replace")
    except (KeyError, TypeError, ValueError):
        return None


def _app_of(creator: Mapping[str, Any]) -> str:
    """The App whose robot reported a status, "" for a person.

    GitHub counts it as the App's (apache/infrastructure-asfyaml#64).
    """
    login = str(creator.get("login") or "")
    return login.removesuffix("[bot]") if login.endswith("[bot]") else ""


def _pushes(row: Mapping[str, Any]) -> bool:
    """Whether a collaborator has write access."""
    return bool((row.get("permissions") or {"push": True}).get("push"))


def _role(row: Mapping[str, Any]) -> str:
    """The most that a collaborator may do; a role of the organization's own goes by what it allows."""
    allowed = row.get("permissions") or {}
    return "admin" if allowed.get("admin") else "maintain" if allowed.get("maintain") else "write"


def _base(place: str) -> str:
    return joined("repos", place, "rulesets") if "/" in place else joined("orgs", place, "rulesets")


def _own(place: str) -> dict[str, str] | None:
    """What keeps an organisation's rulesets out of a repository's list."""
    return {"includes_parents": "false"} if "/" in place else None


def _bare(problem: ForgeError) -> bool:
    """Whether GitHub says that a branch is there and has no protection, or is not there."""
    words = str(problem).lower()
    return problem.status == 404 and (_NOT_PROTECTED in words or "branch not found" in words)


def _word(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text)


def _unknown(problem: ForgeError, what: str, kept: ResponseCache) -> Unknown:
    """What one thing that could not be had means; raises the error again where the whole look is in vain."""
    if problem.kind not in _TOLD:
        kept.save()
        raise problem
    if problem.kind == errors.PLAN:
        return Unknown(f"{PLAN_LACKS}{what}: {problem}")
    return Unknown(f"{what} cannot be seen with this token: {problem}")


def _repository(data: Mapping[str, Any]) -> Repository:
    """A repository as GET gives it; settings that this token is not shown are Unknown, never off."""
    try:
        allowed = data.get("permissions") or {}
        settings = {key: data[key] if data.get(key) is not None else _HIDDEN for key in SETTINGS}
        return Repository(
            name=str(data["full_name"]),
            id=int(data["id"]),
            organisation=str(data["owner"]["type"]) == "Organization",
            private=bool(data["private"]),
            archived=bool(data.get("archived")),
            default_branch=str(data["default_branch"]),
            settings=settings,
            admin=bool(allowed.get("admin")),
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ForgeError(
            errors.GARBLED, "GitHub describes a repository in a way that was not expected"
        ) from None
