"""A small team with a model: main, develop, a policy with `training`, and a release that was merged into main."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from tests import basis
from tests.install.place import git

POLICY = """\
preset: gitflow
training:
  run: [python train.py]
  writes: ["models/*.json", reports/metrics.json]
  data: ["data/*.csv"]
  lock: requirements.txt
"""
TRAIN = """\
import json, pathlib

rows = pathlib.Path("data/reviews.csv").read_text().splitlines()
pathlib.Path("models").mkdir(exist_ok=True)
pathlib.Path("models/spam.json").write_text(json.dumps({"rows": len(rows), "maxIter": 10}))
"""


class Team(NamedTuple):
    """top: the work tree, on main. before, after: main's commits around the merge of the release."""

    top: Path
    before: str
    after: str

    def event(self, **other: object) -> Path:
        """A file with the push event of that merge. other: what is different in it."""
        event = {"ref": "refs/heads/main", "before": self.before, "after": self.after, "forced": False}
        path = self.top.parent / "push.json"
        path.write_text(json.dumps({**event, **other}))
        return path

    def train(self) -> Path:
        """The model, written as the training writes it."""
        model = self.top / "models/spam.json"
        model.parent.mkdir(exist_ok=True)
        model.write_text('{"maxIter": 10, "rows": 2}')
        return model


def team(folder: Path) -> Team:
    """A copy of the team."""
    basis.copied(("spam",), folder / "work", _build)
    top = folder / "work"
    return Team(top, git(top, "rev-parse", "main^1"), git(top, "rev-parse", "main"))


def merge(top: Path, source: str, into: str) -> None:
    """A merge commit."""
    git(top, "switch", "-q", into)
    git(top, "merge", "-q", "--no-ff", "--no-edit", source)


def release(top: Path, version: str, **files: str) -> str:
    """A feature with these files, a release and its merge into main; gives main's new commit."""
    git(top, "switch", "-q", "-c", f"feature/for-{version}", "develop")
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", f"Work for {version}")
    merge(top, f"feature/for-{version}", "develop")
    git(top, "switch", "-q", "-c", f"release/{version}", "develop")
    merge(top, f"release/{version}", "main")
    return git(top, "rev-parse", "main")


def _build(top: Path) -> None:
    top.mkdir(parents=True, exist_ok=True)
    git(top, "init", "-q", "-b", "main")
    (top / ".gitflowguard.yaml").write_text(POLICY)
    (top / "requirements.txt").write_text("")
    (top / "data").mkdir()
    (top / "data/reviews.csv").write_text("good,0\nbuy,1\n")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "Start")
    git(top, "branch", "develop")
    release(top, "1.0.0", **{"train.py": TRAIN})
