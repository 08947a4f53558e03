"""The head is fetched with one Authorization header, whatever a checkout before it has left in git's settings.

GitHub answers 400 `Duplicate header: "Authorization"` to two (actions/checkout#2299). The settings below are those that
the releases named leave with their default `persist-credentials: true`, as read after running each of them.
"""

from __future__ import annotations

import base64
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gitflowguard.report.workflow import fetch_head
from tests.ci import judge
from tests.ci.runner import Runner
from tests.install.place import git, repository

pytestmark = pytest.mark.hostile("token canary")

LEFT = "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46dDBrZW4="
OURS = "basic " + base64.b64encode(b"x-access-token:s3cret").decode()


class Server(http.server.ThreadingHTTPServer):
    """Notes the Authorization headers of each request, and has no repository."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[list[str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    """404 for everything."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.seen.append(self.headers.get_all("Authorization") or [])
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def nothing(clone: Path, url: str) -> None:
    """persist-credentials: false, as our own workflow has it."""


def checkout_v2_to_v5(clone: Path, url: str) -> None:
    """Releases v2.7, v3.6, v4.3 and v5.0: in the repository's own configuration."""
    git(clone, "config", f"http.{url}/.extraheader", LEFT)


def checkout_v6_and_v7(clone: Path, url: str) -> None:
    """Releases v6.0.3, v6.1.0 and v7.0.1: in a file beside the runner's others, included for this repository."""
    file = clone.parent / "git-credentials-6aa2fc3b.config"
    file.write_text(f'[http "{url}/"]\n\textraheader = {LEFT}\n')
    for place in (f"{clone}/.git", f"{clone}/.git/worktrees/*", "/github/workspace/.git"):
        git(clone, "config", f"includeIf.gitdir:{place}.path", str(file))


def for_every_server(clone: Path, url: str) -> None:
    """A header of a runner's own, for no server by name."""
    git(clone, "config", "http.extraheader", LEFT)


def twice(clone: Path, url: str) -> None:
    """Two checkouts of two releases in one job."""
    checkout_v2_to_v5(clone, url)
    checkout_v6_and_v7(clone, url)


BEFORE = (nothing, checkout_v2_to_v5, checkout_v6_and_v7, for_every_server, twice)


# Each checkout before the action, and the newest ones before the workflow, which has the same script (test_workflow).
@pytest.mark.parametrize(
    ("where", "before"),
    [
        pytest.param(where, before, marks=pytest.mark.slow if where == "workflow" and at != 2 else ())
        for where in ("action", "workflow")
        for at, before in enumerate(BEFORE)
    ],
)
def test_one_header_and_it_is_the_jobs_own(
    tmp_path: Path, server: Server, before: object, where: str
) -> None:
    """Of the action and of the workflow that init writes."""
    assert callable(before)
    clone = repository(tmp_path / "clone", "main")
    git(clone, "remote", "add", "origin", f"{server.url}/acme/web")
    before(clone, server.url)
    event = {"pull_request": {"number": 7, "head": {"sha": "1" * 40, "ref": "x"}, "base": {"ref": "main"}}}
    runner = Runner(
        tmp_path / "job", clone, "pull_request", event, "s3cret", {"GITHUB_SERVER_URL": server.url}
    )
    step = {
        "name": "Fetch the head", "shell": "bash", "run": fetch_head(),
        "env": {"GITHUB_TOKEN": "${{ github.token }}", "HEAD_SHA": "${{ github.event.pull_request.head.sha }}"},
    }  # fmt: skip
    if where == "action":
        steps = yaml.safe_load(judge.ACTION.read_text("utf-8"))["runs"]["steps"]
        (step,) = (one for one in steps if one["name"] == "Fetch the head")
        step["env"]["GITHUB_TOKEN"] = "${{ github.token }}"
    path = tmp_path / "action.yml"
    path.write_text(yaml.safe_dump({"runs": {"using": "composite", "steps": [step]}}))
    ran = runner.action(path)
    assert ran.code == 3 and "::error title=gitflowguard::git could not fetch" in ran.log, ran.log
    assert server.seen and all(one == [OURS] for one in server.seen), server.seen


def test_the_two_scripts_are_one() -> None:
    """What is mended in one is mended in both."""
    steps = yaml.safe_load(judge.ACTION.read_text("utf-8"))["runs"]["steps"]
    (step,) = (one for one in steps if one["name"] == "Fetch the head")
    assert step["run"] == fetch_head()
    assert len(re.findall(r"GIT_CONFIG_VALUE_0=\"\"", fetch_head())) == 1
