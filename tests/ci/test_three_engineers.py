"""The example's three engineers, end to end: a git server on the loopback, and the steps of action.yml as they stand.

A cuts feature/spark and writes a line of pipeline.py; B cuts feature/config from A's branch and changes the same line
while A goes on; C works elsewhere. Each tries main. Then each proposes a pull request into develop, in each order of
merging; the server merges what the check lets pass, as GitHub's button would.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.ci import judge
from tests.ci.runner import Ran, Runner, stand_in_python
from tests.conftest import executable
from tests.install.place import git, repository

PIPELINE = "from spark import LogisticRegression\n\n\ndef model():\n    {line}\n    return lr\n"
PLAIN = "lr = LogisticRegression(maxIter=10, regParam=0.001)"
READ = 'lr = LogisticRegression(maxIter=model_config["maxIter"], regParam=model_config["regParam"])'
LATER = "lr = LogisticRegression(maxIter=20, regParam=0.001)"
BRANCHES = {"A": "feature/spark", "B": "feature/config", "C": "feature/report"}
MARKERS = ("<<<<<<<", "=======", ">>>>>>>")


def free() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Team:
    """The server's repository, a work place to build in, and one clone for the jobs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = repository(folder / "desk", "main", "develop")
        self.write("develop", ".gitflowguard.yaml", "preset: gitflow\n")
        git(self.desk, "branch", BRANCHES["A"], "develop")
        self.write(BRANCHES["A"], "pipeline.py", PIPELINE.format(line=PLAIN))
        git(self.desk, "branch", BRANCHES["B"], BRANCHES["A"])
        self.write(BRANCHES["B"], "pipeline.py", PIPELINE.format(line=READ))
        self.write(BRANCHES["A"], "pipeline.py", PIPELINE.format(line=LATER))
        git(self.desk, "branch", BRANCHES["C"], "develop")
        self.write(BRANCHES["C"], "report.py", "print('done')\n")
        bare = folder / "served" / "web.git"
        bare.parent.mkdir()
        git(folder, "clone", "-q", "--bare", str(self.desk), str(bare))
        for key in ("uploadpack.allowAnySHA1InWant", "daemon.receivepack"):
            git(bare, "config", key, "true")
        self.bare, self.port = bare, free()
        self.daemon = subprocess.Popen(
            ["git", "daemon", "--reuseaddr", f"--port={self.port}", "--listen=127.0.0.1", "--export-all",
             f"--base-path={bare.parent}", str(bare.parent)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.url = f"git://127.0.0.1:{self.port}/web.git"
        self.clone = folder / "clone"
        for _ in range(200):
            if (
                subprocess.run(["git", "ls-remote", self.url], capture_output=True, check=False).returncode
                == 0
            ):
                break
            time.sleep(0.02)
        git(folder, "clone", "-q", self.url, str(self.clone))
        git(self.desk, "remote", "add", "server", self.url)
        program = f'#!/bin/sh\nexec {sys.executable} -m gitflowguard "$@"\n'
        self.python = stand_in_python(folder / "python", executable(folder / "program", program))
        self.number = 0

    def write(self, branch: str, path: str, text: str) -> None:
        """A commit."""
        git(self.desk, "checkout", "-q", branch)
        (self.desk / path).write_text(text)
        git(self.desk, "add", path)
        git(self.desk, "commit", "-q", "-m", f"Write {path}")
        git(self.desk, "checkout", "-q", "main")

    def pull(self, head: str, base: str) -> tuple[Ran, dict[str, Any]]:
        """The job for a pull request, and the report that it left."""
        self.number += 1
        tips = {name: git(self.bare, "rev-parse", name) for name in (head, base)}
        mine = {"id": 1, "full_name": "acme/web"}
        event = {
            "action": "opened", "number": self.number, "repository": mine,
            "pull_request": {
                "number": self.number, "state": "open", "draft": False, "user": {"login": "ada"}, "mergeable": None,
                "title": f"Merge {head}", "base": {"ref": base, "sha": tips[base], "repo": mine},
                "head": {"ref": head, "sha": tips[head], "repo": mine},
            },
        }  # fmt: skip
        git(self.clone, "fetch", "-q", "--prune", "origin")
        git(self.clone, "checkout", "-q", "--detach", tips[base])
        place = self.folder / f"job{self.number}"
        ran = Runner(place, self.clone, "pull_request", event, "", {}).action(
            judge.ACTION, {"python": str(self.python), "token": ""}
        )
        report = json.loads(Path(ran.outputs["report"]).read_text()) if ran.outputs.get("report") else {}
        return ran, report

    def merge(self, head: str, base: str) -> bool:
        """The server's merge commit; False where git cannot make it without a person."""
        git(self.desk, "fetch", "-q", "server")
        git(self.desk, "checkout", "-q", "--detach", f"server/{base}")
        words = [
            "git",
            "-C",
            str(self.desk),
            "merge",
            "-q",
            "--no-ff",
            "-m",
            f"Merge branch '{head}' into {base}",
        ]
        done = subprocess.run([*words, f"server/{head}"], capture_output=True, check=False)
        if done.returncode:
            git(self.desk, "merge", "--abort")
            return False
        git(self.desk, "push", "-q", "server", f"HEAD:refs/heads/{base}")
        return True


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A server that ends with the test."""
    if not shutil.which("bash"):
        pytest.skip("bash is missing, in which the action's steps are written")
    made = Team(tmp_path)
    yield made
    os.killpg(made.daemon.pid, signal.SIGKILL)  # git, and the git-daemon that it has started
    made.daemon.wait()


def codes(report: dict[str, Any]) -> set[str]:
    return {one["code"] for one in report["findings"]}


@pytest.mark.slow
@pytest.mark.parametrize("order", ["".join(order) for order in permutations("ABC")])
def test_in_each_order_of_merging(team: Team, order: str) -> None:
    """Nobody reaches main, every conflict is told before the merge, and develop never holds a marker.

    Slow. Quick: the example's own day in tests/e2e/test_demo.py, the steps of the action on this server below, and who
    of two branches has to move, and after which of them, in tests/e2e/test_remedies.py.
    """
    for who in order:
        ran, report = team.pull(BRANCHES[who], "main")
        assert ran.code == 1 and ran.outputs["verdict"] == "violated", ran.log
        assert "GFG501" in codes(report), report
    merged = []
    for who in order:
        ran, report = team.pull(BRANCHES[who], "develop")
        assert ran.code == 0 and ran.outputs["verdict"] == "clean", ran.log
        assert ran.summary.startswith("## gitflowguard"), ran.summary
        foreseen = "GFG701" in codes(report)
        if team.merge(BRANCHES[who], "develop"):
            merged.append(who)
            assert not foreseen, (who, report["findings"])
        else:
            assert foreseen, (who, report["findings"])
        text = git(team.bare, "grep", "-h", "", "develop")
        assert not any(line.startswith(MARKERS) for line in text.splitlines())
    # A and B have changed one line: whoever of them comes second is told.
    first = min(order.index("A"), order.index("B"))
    assert merged == [who for who in order if who == "C" or order.index(who) == first]
    assert git(team.bare, "rev-list", "--count", "main") == "1"


def test_what_b_hears_before_anybody_has_merged(team: Team) -> None:
    """B will conflict with what A has done since, while both are still open."""
    _, report = team.pull(BRANCHES["B"], "develop")
    assert codes(report) == {"GFG702"}, report["findings"]
    said = json.dumps(report["findings"])
    assert BRANCHES["A"] in said
