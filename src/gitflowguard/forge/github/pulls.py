"""Pull requests on GitHub's REST API (forge.pullport.PullForge)."""

from __future__ import annotations

from typing import Any

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github import pulldocuments as documents
from gitflowguard.forge.github.files import RemoteFiles
from gitflowguard.forge.github.pulldocuments import read
from gitflowguard.forge.github.transport import Transport, joined
from gitflowguard.forge.kept import ResponseCache
from gitflowguard.model.finding import Unknown
from gitflowguard.model.proposal import (
    CheckRun,
    Comment,
    Compared,
    OpenPulls,
    Opinion,
    PullRequest,
)

# docs.github.com, "Create a check run": at most 50 annotations a request.
MARKS = 50
_WRITERS = ("admin", "write")


class GitHubPulls(RemoteFiles):
    """A GitHub server. cache: the folder for answers that are kept between runs, "" for nowhere."""

    def __init__(self, transport: Transport, cache: str = "") -> None:
        self.transport = transport
        self._cache = cache
        self._stores: dict[str, ResponseCache] = {}

    def pull(self, name: str, number: int) -> PullRequest:
        """See the port."""
        kept = self._kept(name, number)
        return read(
            documents.proposed, self.transport.get(joined("repos", name, "pulls", str(number)), None, kept)
        )

    def open_pulls(self, name: str, most: int) -> OpenPulls:
        """See the port. They are not kept: people's words do not belong into a cache.

        One that changes while the pages are read may be on two of them.
        """
        asked = {"state": "open", "sort": "updated", "direction": "desc"}
        found: dict[int, PullRequest] = {}
        whole = True
        for page in self.transport.pages(joined("repos", name, "pulls"), asked):
            for row in page.data:
                one = read(documents.proposed, row)
                found.setdefault(one.number, one)
            whole = 'rel="next"' not in page.link
            if len(found) >= most:
                break
        pulls = tuple(found.values())
        return OpenPulls(pulls[:most], whole and len(pulls) <= most)

    def compared(self, name: str, base: str, head: str) -> Compared:
        """See the port."""
        path = joined("repos", name, "compare", f"{base}...{head}")
        # Nothing of the commits themselves is needed, but a page holds at least one.
        return read(documents.compared, self.transport.get(path, {"per_page": "1"}, self._kept(name)))

    def files(self, name: str, number: int) -> tuple[str, ...]:
        """See the port."""
        rows = self._rows(name, number, "files")
        return tuple(path for row in rows for path in read(documents.paths, row))

    def reviews(self, name: str, number: int) -> tuple[Opinion, ...]:
        """See the port."""
        return tuple(read(documents.review, row) for row in self._rows(name, number, "reviews"))

    def _rows(self, name: str, number: int, what: str) -> list[Any]:
        path = joined("repos", name, "pulls", str(number), what)
        return [
            row for page in self.transport.pages(path, None, self._kept(name, number)) for row in page.data
        ]

    def may_write(self, name: str, login: str) -> bool | Unknown:
        """See the port. ``maintain`` and roles that an organisation has made are reported as the nearest old word."""
        path = joined("repos", name, "collaborators", login, "permission")
        try:
            return read(documents.permission, self.transport.get(path, None, self._kept(name))) in _WRITERS
        except ForgeError as problem:
            if problem.kind == errors.ABSENT:
                return Unknown(f"GitHub doesn't show what {login} may do")
            return Unknown(f"couldn't check whether {login} has write access: {problem}")

    def in_team(self, team: str, login: str) -> bool | Unknown:
        """See the port. A 404 is a no only where the token sees the team."""
        organisation, _, slug = team.partition("/")
        base = joined("orgs", organisation, "teams", slug)
        try:
            said = self.transport.get(base + joined("memberships", login))
            return isinstance(said, dict) and said.get("state") == "active"
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                return Unknown(f"couldn't check whether {login} is in the team {team}: {problem}")
        try:
            self.transport.get(base)
            return False
        except ForgeError as problem:
            return Unknown(f"couldn't read who is in the team {team}: {problem}")

    def content(self, name: str, path: str, ref: str) -> str | None:
        """See the port."""
        try:
            data = self.transport.get(joined("repos", name, "contents", path), {"ref": ref}, self._kept(name))
        except ForgeError as problem:
            if problem.kind == errors.ABSENT:
                return None
            raise
        return None if isinstance(data, list) else read(documents.text, data)

    def me(self) -> str:
        """See the port."""
        try:
            return str(read(documents.login, self.transport.get("/user")))
        except ForgeError:
            return ""

    def comments(self, name: str, number: int) -> tuple[Comment, ...]:
        """See the port. They are not kept: people's words do not belong into a cache."""
        pages = self.transport.pages(joined("repos", name, "issues", str(number), "comments"))
        return tuple(read(documents.comment, row) for page in pages for row in page.data)

    def comment(self, name: str, number: int, body: str) -> Comment:
        """See the port."""
        path = joined("repos", name, "issues", str(number), "comments")
        return read(
            documents.comment, self.transport.write("POST", path, {"body": body}, (201,)), written=True
        )

    def edit(self, name: str, comment: int, body: str) -> None:
        """See the port."""
        path = joined("repos", name, "issues", "comments", str(comment))
        self.transport.write("PATCH", path, {"body": body}, (200,))

    def erase(self, name: str, comment: int) -> None:
        """See the port."""
        try:
            self.transport.write(
                "DELETE", joined("repos", name, "issues", "comments", str(comment)), None, (204,)
            )
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise

    def check(self, name: str, run: CheckRun) -> None:
        """See the port. A run that was made although no answer came is found by its reference, not made twice."""
        path = joined("repos", name, "check-runs")
        body = {
            "name": run.name,
            "head_sha": run.sha,
            "status": "completed",
            "conclusion": run.conclusion,
            "external_id": run.reference,
            "output": documents.output(run, run.marks[:MARKS]),
        }
        try:
            number = read(documents.number, self.transport.write("POST", path, body, (201,)), written=True)
        except ForgeError as problem:
            found = self._made(name, run) if problem.uncertain else None
            if found is None:
                raise
            number = found
        for start in range(MARKS, len(run.marks), MARKS):
            more = {"output": documents.output(run, run.marks[start : start + MARKS])}
            self.transport.write("PATCH", f"{path}/{number}", more, (200,))

    def _made(self, name: str, run: CheckRun) -> int | None:
        """The number of the run after all, if GitHub has it."""
        path = joined("repos", name, "commits", run.sha, "check-runs")
        try:
            for page in self.transport.pages(path, {"check_name": run.name}, inside="check_runs"):
                for row in page.data:
                    if row.get("external_id") == run.reference:
                        return read(documents.number, row)
        except ForgeError:
            return None
        return None

    def status(self, name: str, sha: str, context: str, state: str, says: str) -> None:
        """See the port."""
        body = {"state": state, "context": context, "description": says}
        self.transport.write("POST", joined("repos", name, "statuses", sha), body, (201,))

    def pause(self, seconds: float) -> None:
        """See the port."""
        self.transport.pace.sleep(seconds)

    def save(self) -> None:
        """See the port."""
        for kept in self._stores.values():
            kept.save()

    def _kept(self, name: str, number: int = 0) -> ResponseCache:
        """One store for what a pull request has of its own, one for all else: no store grows with their number."""
        key = f"{name}#{number}" if number else f"{name}#"
        if key not in self._stores:
            self._stores[key] = ResponseCache(self._cache, self.transport.api_url, key)
        return self._stores[key]
