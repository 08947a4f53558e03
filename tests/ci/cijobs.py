"""The jobs that `gitflowguard ci` writes, run step by step with bash on a real project.

`uses:` steps are stand-ins that do what the action does as far as a step can see: a Python, uv or an environment in
front of PATH. Every `run:` step is executed as it stands in the file, in the shell that the job names, one that has
``if: !cancelled()`` after a failure too. GitLab's `script:` is executed line by line in one bash.

micromamba itself is used where it is installed and reaches its channels. No index of Python, npm or Debian packages has
it, so elsewhere a stand-in of that name reads the environment file, and makes a virtual environment with what the file
names under `pip`. It ends with 2 for whatever it doesn't know.
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
# How the runner starts a step (docs.github.com, "defaults.run.shell").
SHELLS = {
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    "bash -leo pipefail {0}": ("bash", "-leo", "pipefail"),
}
# What pip, uv and Poetry need to reach the index of this machine.
_PASSED = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy", "POETRY_")


_MICROMAMBA = """\
#!@PYTHON@ -I
import os, subprocess, sys, yaml

root, words = "@ROOT@", sys.argv[1:]
if words == ["shell", "hook", "--shell", "bash"]:
    print("micromamba() {")
    print('  if [ "$1" = activate ] && [ -d "@ROOT@/envs/$2" ]; then')
    print('    export CONDA_PREFIX="@ROOT@/envs/$2" PATH="@ROOT@/envs/$2/bin:$PATH"')
    print('  else command "@ROOT@/shims/micromamba" "$@"; fi')
    print("}")
    sys.exit()
if words[:3] != ["create", "--yes", "--name"] or words[4:5] != ["--file"] or words[6:] != ["python=@HERE@"]:
    sys.exit(f"stand-in: {words}")
with open(words[5]) as file:
    wanted = yaml.safe_load(file)["dependencies"]
pip = [name for row in wanted if isinstance(row, dict) for name in row["pip"]]
odd = [row for row in wanted if isinstance(row, str) and row not in ("python=@HERE@", "pip")]
if odd:
    sys.exit(f"stand-in: no channel has {odd}")
place = os.path.join(root, "envs", words[3])
subprocess.run((sys.executable, "-m", "venv", "--clear", place), check=True)
if pip:
    subprocess.run((f"{place}/bin/python", "-m", "pip", "install", "-q", *pip), check=True)
"""


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
        self.real = shutil.which("micromamba") or ""
        if not self.real:
            text = _MICROMAMBA.replace("@PYTHON@", sys.executable).replace("@ROOT@", str(root))
            executable(self.shims / "micromamba", text.replace("@HERE@", HERE))

    def venv(self, name: str) -> Path:
        """An environment, made once; its programs come first on PATH from then on."""
        folder = self.root / name
        if not folder.exists():
            subprocess.run((sys.executable, "-m", "venv", folder), check=True)
        self.env["PATH"] = f"{folder}/bin:{self.env['PATH']}"
        return folder

    def _environment(self, settings: dict[str, str], workspace: Path) -> None:
        """What mamba-org/setup-micromamba does: an environment, which the profile of a login shell activates."""
        program = self.real or str(self.shims / "micromamba")
        name = settings["environment-name"]
        words = ("create", "--yes", "--name", name, "--file", settings["environment-file"])
        more = settings["create-args"].replace(MATRIX, HERE).split()
        subprocess.run((program, *words, *more), cwd=workspace, env=self.env, check=True)
        assert settings["init-shell"] == "bash"
        hook = f'eval "$("{program}" shell hook --shell bash)"\nmicromamba activate {name}\n'
        (self.home / ".bash_profile").write_text(hook)

    def act(self, step: dict[str, Any], workspace: Path = Path(".")) -> None:
        """What an action leaves behind. workspace: the checkout."""
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
            self._environment(step["with"], workspace)
        else:
            assert action in ("actions/checkout", "actions/upload-artifact"), action

    def run(self, text: str, job: str, workspace: Path) -> tuple[Done, ...]:
        """The job's steps up to the first failure, and those after it that always run."""
        data = yaml.safe_load(text)["jobs"][job]
        defaults = data.get("defaults", {}).get("run", {})
        where = workspace / defaults.get("working-directory", ".")
        shell = SHELLS[defaults.get("shell", "bash")]
        done: list[Done] = []
        for step in data["steps"]:
            failed = any(one.code for one in done)
            assert step.get("if", NOT_CANCELLED) == NOT_CANCELLED
            if failed and "if" not in step:
                continue
            if "uses" in step:
                self.act(step, workspace)
                continue
            script = self.temp / "step.sh"
            script.write_text(step["run"])
            env = {**self.env, **step.get("env", {})}
            ended = subprocess.run(
                (*shell, script),
                cwd=where, env=env, capture_output=True, text=True, check=False, timeout=400,
            )  # fmt: skip
            done.append(Done(step["name"], ended.returncode, ended.stdout + ended.stderr))
        return tuple(done)

    def script(self, text: str, job: str, workspace: Path) -> Done:
        """A job of GitLab's: all lines of its script in one bash, in its image's Python."""
        data = yaml.safe_load(text)[job]
        if "python:" in data["image"]:
            self.venv("python")
        script = self.temp / "script.sh"
        script.write_text("\n".join(data["script"]))
        ended = subprocess.run(
            (*SHELLS["bash"], script), cwd=workspace, env={**self.env, "PYTHON_VERSION": HERE},
            capture_output=True, text=True, check=False, timeout=400,
        )  # fmt: skip
        return Done(job, ended.returncode, ended.stdout + ended.stderr)

    def clean(self, workspace: Path) -> None:
        """As a fresh checkout: the reports of the last run are gone."""
        for folder in workspace.rglob("reports"):
            shutil.rmtree(folder)


def failed(steps: tuple[Done, ...]) -> list[str]:
    """The names of steps that failed."""
    return [step.name for step in steps if step.code]
