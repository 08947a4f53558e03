"""`pr check` on the command line, with a GitHub on the loopback and a real git repository of the same commits."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.cli.main import main
from gitflowguard.forge import pacing
from gitflowguard.model.extends import Upstream
from gitflowguard.policy.extends import write_lock
from fakegithub import events
from fakegithub.fake import Fake
from fakegithub.mirror import mirror
from tests.install.place import git, repository
from tests.protect.bench import Clock

NAME = "acme/web"
POLICY = "rules: {missing-approval: error}\nprotection:\n  kinds: {develop: {code-owners: false}}\n"


class Desk:
    """A repository on GitHub with a pull request, a clone of it, and the command."""

    def __init__(self, github: Fake, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.github, self.folder, self.patch = github, folder, patch
        github.org("acme", plan="team")
        self.web = github.repo(NAME, private=True)
        for login in ("ada", "ben", "cleo"):
            github.user(login)
            self.web.roles[login] = "write"
        self.origin = repository(folder / "origin", "main", "develop")
        git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.commit("develop", ".gitflowguard.yaml", POLICY)
        git(self.origin, "branch", "feature/login", "develop")
        self.commit("feature/login", "login.py", "x = 1\n")
        self.pull = self.web.pull("feature/login", "develop", login="ada")
        self.tokens: list[str] = []
        patch.setattr(pacing, "Pace", Clock)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        git(folder, "clone", "-q", f"file://{self.origin}", str(folder / "clone"))

    def commit(self, branch: str, path: str, text: str) -> None:
        """A commit by ada, there and on GitHub."""
        git(self.origin, "checkout", "-q", branch)
        (self.origin / path).write_text(text)
        git(self.origin, "add", "-A")
        git(self.origin, "-c", "user.name=ada", "commit", "-q", "-m", f"Change {path}")
        git(self.origin, "checkout", "-q", "main")
        mirror(self.web, self.origin)

    def clone(self) -> Path:
        """The commits as they are now, as the workflow leaves them."""
        where = self.folder / "clone"
        git(where, "fetch", "-q", "origin")
        git(where, "checkout", "-q", "--detach", "origin/develop")
        return where

    def actions(self, payload: Any, scopes: dict[str, str] | None = None) -> None:
        """The environment of a job for an event. scopes: of its token; None is no token."""
        file = self.folder / "event.json"
        file.write_text(json.dumps(payload))
        values = {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(file), "GITHUB_REPOSITORY": NAME,
            "GITHUB_API_URL": self.github.url, "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_OUTPUT": str(self.folder / "output"), "GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "1",
        }  # fmt: skip
        for name, value in values.items():
            self.patch.setenv(name, value)
        if scopes is not None:
            self.tokens.append(self.github.token(kind="actions", scopes=scopes))
            self.patch.setenv("GITHUB_TOKEN", self.tokens[-1])

    def check(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr; neither they nor a file holds a token."""
        self.patch.chdir(self.clone())
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["pr", "check", "--no-quality", *words])
        for token in self.tokens:
            assert token not in out.getvalue() + err.getvalue()
            for path in self.folder.rglob("*"):
                assert not path.is_file() or token.encode() not in path.read_bytes(), path
        return code, out.getvalue(), err.getvalue()


READS = {"contents": "read", "pull_requests": "read", "metadata": "read"}
ALL = {**READS, "pull_requests": "write", "checks": "write", "issues": "write", "statuses": "write"}


@pytest.fixture
def desk(github: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    yield Desk(github, tmp_path, monkeypatch)


def test_a_job_with_a_token_that_reads(desk: Desk) -> None:
    """What it may not do is one line and no failure; annotations, summary and outputs are there."""
    desk.actions(events.pull_request(desk.web, desk.pull), READS)
    code, out, err = desk.check("--no-radar")
    assert code == 1 and "missing-approval" in out, out + err
    assert "::error title=GFG503 missing-approval::" in err
    assert err.count("left out, because this token may not") == 1
    assert (desk.folder / "summary").read_text().startswith("## gitflowguard: violated")
    assert "verdict<<" in (desk.folder / "output").read_text()
    assert not desk.web.comments and not [one for one in desk.web.check_runs if "gitflow" in one["name"]]
    desk.github.take_violations()


def test_approved_it_is_clean(desk: Desk) -> None:
    desk.web.review(desk.pull.number, "ben")
    desk.actions(
        events.pull_request(desk.web, desk.pull, "synchronize", before="0" * 40, after=desk.pull.head_sha),
        ALL,
    )
    code, out, err = desk.check("--no-radar")
    assert code == 0, out + err
    (run,) = [one for one in desk.web.check_runs if one["name"] == "gitflowguard (develop)"]
    assert (run["conclusion"], run["head_sha"]) == ("success", desk.pull.head_sha)
    assert not desk.web.comments  # there never was anything to say


def test_one_comment_that_is_resolved(desk: Desk) -> None:
    desk.actions(events.pull_request(desk.web, desk.pull), ALL)
    assert desk.check("--no-radar")[0] == 1
    (comment,) = desk.web.comments.values()
    assert "missing-approval" in comment["body"]
    desk.web.review(desk.pull.number, "ben")
    desk.patch.setenv("GITHUB_RUN_ID", "8")
    assert desk.check("--no-radar")[0] == 0
    (comment,) = desk.web.comments.values()
    assert "esolved" in comment["body"] and "missing-approval" not in comment["body"]


def test_without_a_token_the_branches_alone_are_judged(desk: Desk) -> None:
    """Where the policy wants approvals as an error, what is not known is no pass."""
    desk.actions(events.pull_request(desk.web, desk.pull))
    code, out, _ = desk.check("--no-radar")
    assert code == 3 and "can't determine" in out and not desk.github.requests


def test_a_policy_that_has_changed_since_it_was_locked_is_a_note(desk: Desk) -> None:
    """Three requests more at most; a token that can't see the policies repository says nothing of it."""
    team = desk.github.repo("acme/policies", private=True)
    was = team.commit("main", {".gitflowguard.yaml": "stale-days: 30\n"})
    desk.commit("develop", ".gitflowguard.yaml", f"extends: github:acme/policies\n{POLICY}")
    lock = write_lock(Upstream("acme/policies"), desk.github.url, was, b"stale-days: 30\n").decode()
    desk.commit("develop", ".gitflowguard.lock", lock)
    words = ("--number", str(desk.pull.number), "--repo", NAME, "--api-url", desk.github.url, "--no-radar")
    desk.patch.setenv("GITHUB_TOKEN", desk.github.token("write"))
    code, out, err = desk.check(*words)
    before = len(desk.github.requests)
    assert code == 1 and "was locked" not in out and not err, out + err
    now = team.commit("main", {".gitflowguard.yaml": "stale-days: 60\n"})
    desk.github.forget()
    code, out, err = desk.check(*words)
    assert code == 1 and f"{was[:7]} is locked, {now[:7]} is the newest" in out, out + err
    assert len(desk.github.requests) <= before + 1
    team.roles["eve"] = "none"
    desk.patch.setenv("GITHUB_TOKEN", desk.github.token(user="eve", roles={NAME: "write"}))
    code, out, err = desk.check(*words)
    assert code == 1 and "was locked" not in out and "acme/policies" not in err, out + err


def test_by_its_number(desk: Desk) -> None:
    desk.patch.setenv("GITHUB_TOKEN", desk.github.token("write"))
    words = ("--number", str(desk.pull.number), "--repo", NAME, "--api-url", desk.github.url, "--no-radar")
    code, out, err = desk.check(*words)
    assert code == 1 and "missing-approval" in out and not err, out + err
    desk.web.review(desk.pull.number, "cleo")
    assert desk.check(*words)[0] == 0
    # Who may only read is not told who may write: no pass, and no violation either.
    desk.patch.setenv("GITHUB_TOKEN", desk.github.token("read"))
    code, out, _ = desk.check(*words)
    assert code == 3 and "can't determine" in out
    assert not desk.github.writes


def test_a_number_that_is_none(desk: Desk) -> None:
    desk.patch.setenv("GITHUB_TOKEN", desk.github.token("read"))
    code, _, err = desk.check("--number", "99", "--repo", NAME, "--api-url", desk.github.url)
    assert code == 3 and "404" in err and "Traceback" not in err
    assert desk.check("--number", "1", "--head", "x", "--base", "y")[0] == 2
    assert desk.check("--repo", NAME, "--head", "x", "--base", "y")[0] == 2
    assert desk.check("--number", "1", "--repo", "web")[0] == 2


def test_an_event_that_cannot_be_judged_has_outputs_that_are_no_pass(desk: Desk) -> None:
    payload = events.pull_request(desk.web, desk.pull)
    payload["pull_request"]["head"]["sha"] = "1" * 40
    desk.actions(payload, READS)
    code, _, err = desk.check()
    assert code == 3 and "git fetch" in err
    assert "unknown" in (desk.folder / "output").read_text()


def test_a_head_that_moved_is_not_judged_silently(desk: Desk) -> None:
    payload = events.pull_request(desk.web, desk.pull)
    desk.clone()
    desk.commit("feature/login", "login.py", "x = 2\n")
    desk.actions(payload, READS)
    code, out, _ = desk.check("--no-radar")
    assert code == 1 and "has moved on to" in out and "this verdict is for" in out


def test_github_is_down(desk: Desk) -> None:
    """The verdict of what git knows stands; what only GitHub knows is no pass."""
    desk.actions(events.pull_request(desk.web, desk.pull), ALL)
    desk.github.fail("*", "500", times=999)
    code, out, err = desk.check("--no-radar")
    assert code == 3 and "couldn't ask GitHub" in out and "Traceback" not in err
    assert "left out" in err


def test_a_review_event(desk: Desk) -> None:
    """The same, started by an approval."""
    desk.web.review(desk.pull.number, "ben")
    payload = next(one for name, one in events.examples() if name == "pull_request_review")
    own = events.pull_request(desk.web, desk.pull)
    payload["pull_request"], payload["repository"] = own["pull_request"], own["repository"]
    desk.actions(payload, READS)
    assert desk.check("--no-radar")[0] == 0


def test_a_closed_one_is_judged_like_any_other(desk: Desk) -> None:
    """Its check is the commit's, and would count for every other pull request of the same commit."""
    desk.pull.state = "closed"
    payload = events.pull_request(desk.web, desk.pull, "edited", changes={"title": {"from": "x"}})
    payload["pull_request"]["state"] = "closed"
    desk.actions(payload, READS)
    assert desk.check("--no-radar")[0] == 1


def test_an_event_of_another_repository(desk: Desk) -> None:
    payload = events.pull_request(desk.web, desk.pull)
    payload["repository"]["full_name"] = "evil/web"
    desk.actions(payload, READS)
    code, _, err = desk.check("--no-radar")
    assert code == 2 and "another repository" in err and not desk.github.requests


def test_a_draft_gets_the_verdict_that_it_would_get_when_it_is_ready(desk: Desk) -> None:
    """Whether an event or GitHub says that it is one; the desk's pull request has an error."""
    payload = events.pull_request(desk.web, desk.pull)
    payload["pull_request"]["draft"] = True
    desk.actions(payload, READS)
    desk.github.fail("*", "500", times=999)
    assert desk.check("--no-radar")[0] == 3
    desk.github.scripts.clear()
    desk.pull.draft = True
    assert desk.check("--no-radar")[0] == 1
