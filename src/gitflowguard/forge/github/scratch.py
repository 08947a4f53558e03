"""A repository made to be tried out and thrown away: what a self-test sends, one request a method.

Every method that changes something returns what became of it, blocked or not; only what can't be judged raises
ForgeError.
"""

from __future__ import annotations

import base64
from typing import Any

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.forge.github.transport import Transport, joined
from gitflowguard.protection.nouns.trial import Attempt

# In the description of the repository: without it nothing is touched.
MARKER = "gitflowguard selftest: a scratch repository, safe to delete"
# How GitHub says no to a request that it has understood.
_NO = (403, 404, 405, 409, 422)


class ScratchRepository:
    """The repository ``owner/name``. sequence: what makes each commit another one."""

    def __init__(self, transport: Transport, name: str) -> None:
        self.transport = transport
        self.name = name
        self._count = 0
        self._tree = ""

    def found(self) -> dict[str, Any] | None:
        """The repository as GitHub describes it; None where there is none."""
        try:
            data: dict[str, Any] = self.transport.get(joined("repos", self.name))
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            return None
        return data

    def empty(self) -> bool:
        """Whether it has no branch."""
        return not self.transport.get(self._path("branches"))

    def make(self, private: bool) -> dict[str, Any]:
        """Makes it: of the person who asks, else of the organization. Raises ForgeError."""
        owner, _, name = self.name.partition("/")
        body = {"name": name, "description": MARKER, "private": private}
        try:
            return dict(self.transport.write("POST", joined("orgs", owner, "repos"), body, (201,)))
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
        made: dict[str, Any] = self.transport.write("POST", "/user/repos", body, (201,))
        if str(made["full_name"]).lower() != self.name.lower():
            says = f"{owner} is neither an organization that this token may use nor its own account"
            wrong = ScratchRepository(self.transport, str(made["full_name"]))
            end = "is deleted again" if wrong.delete().ok else "was made and has to be deleted"
            raise ForgeError(errors.NAME, f"{says}; {wrong.name} {end}")
        return made

    def first(self) -> str:
        """The first commit, on the default branch; its id."""
        text = base64.b64encode(f"# {MARKER}\n".encode()).decode()
        path, body = self._path("contents", "README.md"), {"message": "Start", "content": text}
        data = self.transport.write("PUT", path, body, (201,))
        self._tree = str(data["commit"]["tree"]["sha"])
        return str(data["commit"]["sha"])

    def me(self) -> str:
        """Whose token this is; "" for an App's."""
        try:
            return str(self.transport.get("/user")["login"])
        except (ForgeError, KeyError, TypeError):
            return ""

    def writes(self, login: str) -> bool:
        """Whether somebody may push to it. Nobody may whose right isn't shown: GitHub has no such person here."""
        try:
            data = self.transport.get(self._path("collaborators", login, "permission"))
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            return False
        return str(data["permission"]) in ("admin", "write")

    def login(self, sha: str) -> str:
        """Who made a commit."""
        data = self.transport.get(self._path("commits", sha))
        return str((data.get("author") or {}).get("login") or "")

    def commit(self, *parents: str) -> str:
        """A commit with one new file, on no branch yet; its id."""
        self._count += 1
        row = {
            "path": f"change-{self._count}.txt",
            "mode": "100644",
            "type": "blob",
            "content": f"{self._count}\n",
        }
        tree = self.transport.write(
            "POST", self._path("git", "trees"), {"base_tree": self._tree, "tree": [row]}, (201,)
        )
        body = {
            "message": f"change {self._count}",
            "tree": str(tree["sha"]),
            "parents": list(parents),
        }
        return str(self.transport.write("POST", self._path("git", "commits"), body, (201,))["sha"])

    def tip(self, ref: str) -> str:
        """The commit that ``heads/x`` or ``tags/x`` names, "" if there is none."""
        try:
            return str(self.transport.get(self._path("git", "ref", ref))["object"]["sha"])
        except ForgeError as problem:
            if problem.kind != errors.ABSENT:
                raise
            return ""

    def create(self, ref: str, sha: str) -> Attempt:
        """Makes a branch or tag."""
        return self._try("POST", self._path("git", "refs"), {"ref": f"refs/{ref}", "sha": sha}, 201)

    def move(self, ref: str, sha: str, force: bool = False) -> Attempt:
        """Pushes to a branch, or moves a tag."""
        return self._try("PATCH", self._path("git", "refs", ref), {"sha": sha, "force": force}, 200)

    def remove(self, ref: str) -> Attempt:
        """Deletes a branch or tag."""
        return self._try("DELETE", self._path("git", "refs", ref), None, 204)

    def pull(self, head: str, base: str, draft: bool = False) -> Attempt:
        """Opens a pull request; ``number`` is its number."""
        body = {"title": f"{head} into {base}", "head": head, "base": base, "draft": draft}
        return self._try("POST", self._path("pulls"), body, 201)

    def merge(self, number: int, method: str) -> Attempt:
        """The merge button."""
        path = self._path("pulls", str(number), "merge")
        return self._try("PUT", path, {"merge_method": method}, 200)

    def report(self, sha: str, context: str) -> Attempt:
        """A green commit status."""
        return self._try("POST", self._path("statuses", sha), {"state": "success", "context": context}, 201)

    def rulesets(self) -> list[dict[str, Any]]:
        """The list of its rulesets."""
        return list(self.transport.get(self._path("rulesets")))

    def ruleset(self, number: int) -> dict[str, Any]:
        """One of them in all detail."""
        return dict(self.transport.get(self._path("rulesets", str(number))))

    def put_ruleset(self, body: dict[str, Any], number: int = 0) -> Attempt:
        """Makes a ruleset, or changes the one of that number."""
        if number:
            return self._try("PUT", self._path("rulesets", str(number)), body, 200)
        return self._try("POST", self._path("rulesets"), body, 201)

    def drop_ruleset(self, number: int) -> Attempt:
        """Removes a ruleset."""
        return self._try("DELETE", self._path("rulesets", str(number)), None, 204)

    def rules(self, branch: str) -> list[str]:
        """The types of the rules in force for a branch."""
        return [str(row["type"]) for row in self.transport.get(self._path("rules", "branches", branch))]

    def owners(self) -> int:
        """The status that the question about CODEOWNERS is answered with."""
        try:
            self.transport.get(self._path("codeowners", "errors"))
        except ForgeError as problem:
            if problem.status not in _NO:
                raise
            return problem.status
        return 200

    def settings(self, body: dict[str, Any]) -> Attempt:
        """Changes settings of the repository."""
        return self._try("PATCH", joined("repos", self.name), body, 200)

    def delete(self) -> Attempt:
        """Deletes the repository itself."""
        return self._try("DELETE", joined("repos", self.name), None, 204)

    def _path(self, *parts: str) -> str:
        return joined("repos", self.name, *parts)

    def _try(self, verb: str, path: str, body: dict[str, Any] | None, wanted: int) -> Attempt:
        """Sends a write whose no is an answer, too. Raises ForgeError where it isn't known what became of it."""
        try:
            data = self.transport.write(verb, path, body, (wanted,))
        except ForgeError as problem:
            if problem.status not in _NO or problem.uncertain or problem.kind == errors.CREDENTIALS:
                raise
            return Attempt(False, problem.status, str(problem))
        said = data if isinstance(data, dict) else {}
        return Attempt(True, wanted, "", int(said.get("number") or said.get("id") or 0))
