"""The jobs that `gitflowguard ci` writes, run step by step with bash on a real project.

`uses:` steps are stand-ins that do what the action does as far as a step can see: a Python, uv or an environment in
front of PATH. Every `run:` step is executed as it stands in the file, one that has ``if: !cancelled()`` after a failure
too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.conftest import executable

MATRIX = "${{ matrix.python-version }}"
NOT_CANCELLED = "${{ !cancelled() }}"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
# What pip, uv and Poetry need to reach the index of this machine.
_PASSED = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy", "POETRY_")


class Done(NamedTuple):
    """A step that was run."""

    name: str
    code: int
    out: str


class Machine:
    """A runner's disk. root: its own files, apart from the project's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.temp = root / "temp"
        self.home = root / "home"
        self.shims = root / "shims"
        for folder in (self.temp, self.home, self.shims):
            folder.mkdir(parents=True)
        executable(
            self.shims / "pipx",
            f'#!/bin/sh\n[ "$1" = install ] || exit 2\n'
            f'"{sys.executable}" -m venv "{root}/pipx" && "{root}/pipx/bin/python" -m pip install -q "$2" || exit 1\n'
            f'ln -sf "{root}/pipx/bin/poetry" "{self.shims}/poetry"\n',
        )
        self.env = {
            **{name: value for name, value in os.environ.items() if name.startswith(_PASSED)},
            # Poetry reads this one alone.
            **({"REQUESTS_CA_BUNDLE": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}),
            "HOME": str(self.home),
            "RUNNER_TEMP": str(self.temp),
            "PATH": f"{self.shims}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }

    def venv(self, name: str) -> Path:
        """An environment, made once; its programs come first on PATH from then on."""
        folder = self.root / name
        if not folder.exists():
            subprocess.run((sys.executable, "-m", "venv", folder), check=True)
        self.env["PATH"] = f"{folder}/bin:{self.env['PATH']}"
        return folder

    def act(self, step: dict[str, Any]) -> None:
        """What an action leaves behind."""
        action = step["uses"].partition("@")[0]
        if action == "astral-sh/setup-uv":
            folder = self.venv("uv")
            if not (folder / "bin/uv").exists():
                wanted = f"uv=={step['with']['version']}"
                subprocess.run((folder / "bin/python", "-m", "pip", "install", "-q", wanted), check=True)
            self.env["UV_PYTHON"] = sys.executable
        elif action == "actions/setup-python":
            self.venv("python")
        elif action == "mamba-org/setup-micromamba":
            self.venv("conda")
        else:
            assert action in ("actions/checkout", "actions/upload-artifact"), action

    def run(self, text: str, job: str, workspace: Path) -> tuple[Done, ...]:
        """The job's steps up to the first failure, and those after it that always run."""
        data = yaml.safe_load(text)["jobs"][job]
        where = workspace / data.get("defaults", {}).get("run", {}).get("working-directory", ".")
        done: list[Done] = []
        for step in data["steps"]:
            failed = any(one.code for one in done)
            assert step.get("if", NOT_CANCELLED) == NOT_CANCELLED
            if failed and "if" not in step:
                continue
            if "uses" in step:
                self.act(step)
                continue
            script = self.temp / "step.sh"
            script.write_text(step["run"])
            env = {**self.env, **step.get("env", {})}
            ended = subprocess.run(
                ("bash", "--noprofile", "--norc", "-eo", "pipefail", script),
                cwd=where, env=env, capture_output=True, text=True, check=False, timeout=400,
            )  # fmt: skip
            done.append(Done(step["name"], ended.returncode, ended.stdout + ended.stderr))
        return tuple(done)

    def clean(self, workspace: Path) -> None:
        """As a fresh checkout: the reports of the last run are gone."""
        for folder in workspace.rglob("reports"):
            shutil.rmtree(folder)


def failed(steps: tuple[Done, ...]) -> list[str]:
    """The names of steps that failed."""
    return [step.name for step in steps if step.code]
