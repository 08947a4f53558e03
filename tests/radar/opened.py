"""A repository with open pull requests: on a GitHub on the loopback, and in a clone of the same commits."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from fakegithub.fake import Fake
from fakegithub.mirror import mirror
from fakegithub.repos import Pull

from gitflowguard.forge import pacing
from tests.install.place import git, repository
from tests.protect.bench import Clock

NAME = "acme/web"


class PullDesk:
    """origin, what GitHub has of it, and a clone. The clone has no commit of a fork until it fetches one."""

    def __init__(self, github: Fake, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.github, self.folder, self.patch = github, folder, patch
        github.org("acme", plan="team")
        self.web = github.repo(NAME, private=True)
        for login in ("ada", "ben", "zoe"):
            github.user(login)
        self.origin = repository(folder / "origin", "main", "develop")
        self.commit("develop", "app.py", "one\ntwo\nthree\n")
        self.clone = folder / "clone"
        patch.setattr(pacing, "Pace", Clock)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("GITHUB_TOKEN", github.token("read"))

    def commit(self, branch: str, path: str, text: str, start: str = "") -> str:
        """A commit on a branch there, which is made at ``start`` where it is new; its id."""
        git(self.origin, "checkout", "-q", *(("-b", branch, start) if start else (branch,)))
        (self.origin / path).parent.mkdir(parents=True, exist_ok=True)
        (self.origin / path).write_text(text)
        git(self.origin, "add", "-A")
        git(self.origin, "commit", "-q", "-m", f"Change {path} on {branch}")
        sha = git(self.origin, "rev-parse", "HEAD")
        git(self.origin, "checkout", "-q", "main")
        return sha

    def opened(self, head: str, base: str, path: str, text: str, start: str = "develop", **more: Any) -> Pull:
        """A branch with one commit, and a pull request of it."""
        self.commit(head, path, text, start)
        mirror(self.web, self.origin)
        return self.web.pull(head, base, **{"login": "ada", "title": f"Change {path}", **more})

    def forked(self, head: str, base: str, path: str, text: str, start: str = "develop", **more: Any) -> Pull:
        """A pull request from zoe's fork: GitHub has its commit, and no branch here."""
        sha = self.commit(f"zoe-{head}", path, text, start)
        if self.github.state.find("zoe/web") is None:
            self.github.repo("zoe/web")
        mirror(self.web, self.origin)
        made = self.web.pull(
            head, base, **{"login": "zoe", "fork": "zoe/web", "head_sha": sha, "title": "From a fork", **more}
        )
        git(self.origin, "update-ref", f"refs/pull/{made.number}/head", sha)
        git(self.origin, "branch", "-q", "-D", f"zoe-{head}")
        return made

    def cloned(self, *words: str) -> Path:
        """A clone as it is now."""
        git(self.folder, "clone", "-q", *words, f"file://{self.origin}", str(self.clone))
        git(self.clone, "checkout", "-q", "develop")
        return self.clone


def pasted(where: Path, lines: list[str]) -> subprocess.CompletedProcess[str]:
    """What a shell does with the printed lines."""
    return subprocess.run(
        ["sh", "-ec", "\n".join(lines)], cwd=where, capture_output=True, text=True, check=False
    )
