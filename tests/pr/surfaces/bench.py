"""A pull request on the fake GitHub, and what asks about it and tells of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from gitflowguard.app.pull import tell as prtell
from gitflowguard.app.pull.remote import PullDetails, fill
from gitflowguard.forge.github.pulls import GitHubPulls
from gitflowguard.forge.github.transport import Transport
from gitflowguard.forge.token import Secret
from gitflowguard.model.finding import Finding, Report, Violation
from gitflowguard.model.pull import Pull
from gitflowguard.policy.presets import preset_flow
from gitflowguard.report.about import About
from fakegithub.fake import Fake
from fakegithub.repos import Repo
from tests.protect.bench import Clock

NAME = "acme/web"
ABOUT = About("0.1.0")
FLOW = preset_flow("gitflow")
BAD = Violation(
    "GFG501",
    "forbidden-pull",
    "error",
    Finding("feature/login goes into develop, not into main", (("git", "switch", "develop"),), ref="main"),
)
HERE = Violation(
    "GFG802", "lint", "warning", Finding("unused", path="app.py", line=3, tool="flake8", rule="F401")
)
WORSE = Report((BAD, HERE), judged=4)
CLEAN = Report(judged=4)
ALL = {
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "statuses": "write",
}


class Bench:
    """feature/login into develop, by octocat; ada and bob may write, eve may not."""

    def __init__(self, github: Fake, folder: Path) -> None:
        self.github = github
        self.folder = folder
        github.slow = 1.2
        github.org("acme", plan="team")
        for login in ("ada", "bob", "eve", "octocat"):
            github.user(login)
        self.web: Repo = github.repo(NAME, private=True)
        self.web.roles.update(ada="write", bob="maintain", eve="read", octocat="write")
        self.pull = self.opened("feature/login", "develop")
        self.tokens: list[str] = []
        self.token(ALL)
        Clock.slept = []
        self.summary, self.output = folder / "summary.md", folder / "output"

    def opened(self, head: str, base: str, **more: Any) -> Any:
        """A pull request with one commit."""
        self.web.branch(head, base)
        self.web.commit(head, more.pop("changes", {"app.py": "x\n"}))
        return self.web.pull(head, base, **more)

    def token(self, scopes: dict[str, str] | None) -> None:
        """Signs in as GitHub Actions with these permissions; None: as an owner with a personal token."""
        if scopes is None:
            made = self.github.token("admin")
        else:
            made = self.github.token(kind="actions", user="github-actions", scopes=scopes)
        self.tokens.append(made)
        self.forge = self.forged(made)

    def forged(self, token: str) -> GitHubPulls:
        """A forge of a run of its own; answers are kept between runs."""
        transport = Transport(self.github.url, Secret(token, "test"), None, Clock(), 60.0, None, 1)
        return GitHubPulls(transport, str(self.folder / "cache"))

    def again(self) -> None:
        """The next run, in a process of its own."""
        self.forge = self.forged(self.tokens[-1])

    def asked(self, **more: Any) -> Pull:
        """The pull request as an event names it."""
        pull = self.pull
        base = self.web.resolve(pull.base) or ""
        about = {"head_sha": pull.head_sha, "base_sha": base, "author": pull.login, "number": pull.number}
        return Pull(pull.base, pull.head, **{**about, **more})

    def filler(self) -> PullDetails:
        """What fills it in."""
        return fill(self.forge, NAME)

    def filled(self, **more: Any) -> Pull:
        """The pull request with all that GitHub says of it."""
        return self.filler()(self.asked(**more), FLOW)

    def environ(self, run: int = 1) -> dict[str, str]:
        """The environment of a step in GitHub Actions."""
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": "1",
        }

    def tell(self, report: Report, run: int = 1, environ: dict[str, str] | None = None, **more: Any) -> str:
        """Tells a report; returns the lines. They never hold the token."""
        pull, insert = self.asked(fork=False, draft=more.pop("draft", False)), more.pop("insert", "")
        about = {"sha": self.pull.head_sha, "report_path": str(self.folder / "report.json"), **more}
        telling = prtell.Delivery(report, pull, NAME, "gitflow (develop)", **about)
        where = self.environ(run) if environ is None else environ
        lines = "\n".join(prtell.tell(self.forge, telling, where, ABOUT._replace(insert=insert)))
        self.clean(lines)
        return lines

    def comments(self) -> list[str]:
        """The bodies of the comments, oldest first."""
        return [one["body"] for one in self.web.comments.values()]

    def clean(self, text: str = "") -> None:
        """Neither a text nor a file of ours holds a token."""
        for token in self.tokens:
            assert token not in text
            for folder, _, names in os.walk(self.folder):
                for name in names:
                    assert token.encode() not in (Path(folder) / name).read_bytes(), name
