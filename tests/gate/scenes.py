"""A repository with a model's reports on develop and a feature branch, and the commands run in this process."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from gitflowguard.cli.main import main

from tests import oracle

POLICY = """\
preset: ml
model:
  metrics: reports/metrics.json
  gate:
    - {metric: True.f1-score, min: 0.80, drop: 0.02, rows: 10}
    - {metric: False.precision, min: 0.90}
  tests: {junit: reports/junit.xml, need: ["tests/model/*"]}
"""
GOOD: dict[str, Any] = {
    "True": {"precision": 0.92, "recall": 0.94, "f1-score": 0.93, "support": 12.0},
    "False": {"precision": 0.97, "recall": 0.96, "f1-score": 0.96, "support": 33.0},
    "accuracy": 0.95,
}
JUNIT = (
    '<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" tests="1">'
    '<testcase classname="tests.model.test_wine" name="test_f1"/></testsuite></testsuites>'
)


class Fishery:
    """main, develop and feature/tune, each with the policy and good reports; feature/tune is checked out."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def git(self, *words: str) -> str:
        """git's answer; raises where it fails."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.top,
            executable=oracle.direct(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """A file of the work tree."""
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, message: str = "Tune") -> str:
        """A commit of the whole work tree; its id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def metrics(self, **classes: Any) -> None:
        """The good report with these values in place of its own."""
        self.write("reports/metrics.json", json.dumps({**GOOD, **classes}))


def _build(top: Path, policy: str) -> None:
    fishery = Fishery(top)
    top.mkdir(parents=True, exist_ok=True)
    fishery.git("init", "-q", "-b", "main")
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        fishery.git("config", key, value)
    fishery.write(".gitflowguard.yaml", policy)
    fishery.write("train.py", "print('train')\n")
    fishery.metrics()
    fishery.write("reports/junit.xml", JUNIT)
    fishery.commit("Start")
    fishery.git("branch", "develop")
    fishery.git("switch", "-q", "-c", "feature/tune")


def fishery_in(tmp_path: Path, policy: str = POLICY) -> Fishery:
    """A fresh copy of the repository under the policy."""
    top = tmp_path / "fishery"
    _build(top, policy)
    return Fishery(top)


def model(*words: str) -> int:
    """`gitflowguard model check`."""
    return main(["model", "check", *words])


def pull(*words: str) -> int:
    """`gitflowguard pr check` of the feature branch into develop, without the radar and the tools."""
    ends = ("--head", "feature/tune", "--base", "develop", "--ci", "none")
    return main(["pr", "check", "--no-radar", "--no-quality", *ends, *words])
