"""A small runner for the steps of action.yml and of our workflow: they are read from the file itself, never copied.

It does what GitHub's runner does with the few things that we use, and refuses the rest (`Unsupported`), so that a step
is either run as it would be there or not at all:

- `shell: bash` as ``bash --noprofile --norc -eo pipefail FILE``, a new file for each of GITHUB_OUTPUT, GITHUB_ENV,
  GITHUB_PATH and GITHUB_STEP_SUMMARY a step, the first failing step ends the job;
- ``${{ a.b || c.d }}`` over inputs, github and steps, in `env`, `with`, `outputs` and defaults. An expression in a
  `run:` is refused: it would be text in a script;
- `uses:` only by a function that the test gives.

For a whole action: ``Runner(folder, workspace, event_name, event, token).action(ROOT / "action.yml", inputs)``. For a
workflow's only job: ``.job(text, uses={"actions/checkout": function})``. Both give a `Ran`. `stand_in_python` is a
python3 whose virtual environment holds a program of the test's choice, so that nothing is downloaded; with
``input python`` or in front of PATH, all steps run as they are.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.conftest import executable

FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
Uses = Callable[[Path, dict[str, str]], None]
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_REFERENCE = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)+")
_KNOWN = {"id", "name", "shell", "env", "run", "uses", "with"}


class Unsupported(Exception):
    """Something in the file that this runner does not know."""


class Step(NamedTuple):
    """One step that was run. env: what it was given beside the runner's own."""

    name: str
    code: int
    out: str
    err: str
    env: dict[str, str]


class Ran(NamedTuple):
    """code: of the step that failed, else 0. outputs: the action's. summary: Markdown of all steps."""

    code: int
    steps: tuple[Step, ...]
    outputs: dict[str, str]
    summary: str

    @property
    def log(self) -> str:
        """What all steps said."""
        return "".join(step.out + step.err for step in self.steps)


class Runner:
    """One job's place: ``folder`` for the runner's own files, ``workspace`` where the steps start.

    event: the payload. token: what github.token is. env: more for every step, stronger than the runner's own.
    """

    def __init__(
        self,
        folder: Path,
        workspace: Path,
        event_name: str,
        event: Mapping[str, Any],
        token: str = "no-token",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.workspace = workspace
        self.temp = folder / "temp"
        self.temp.mkdir(parents=True)
        (folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
        pull = event.get("pull_request") or {}
        self.github = {
            "event": dict(event),
            "event_name": event_name,
            "token": token,
            "sha": event.get("after", ""),
        }
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event_name,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_BASE_REF": (pull.get("base") or {}).get("ref", ""),
            "GITHUB_HEAD_REF": (pull.get("head") or {}).get("ref", ""),
            "GITHUB_REPOSITORY": (event.get("repository") or {}).get("full_name", "o/r"),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_API_URL": "https://api.github.com",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_RUN_ID": "1",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
            **(env or {}),
        }

    def action(self, path: Path, inputs: Mapping[str, str] | None = None) -> Ran:
        """Runs a composite action; inputs that it does not declare are refused."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        if data["runs"]["using"] != "composite":
            raise Unsupported(f"runs.using: {data['runs']['using']}")
        declared = data.get("inputs") or {}
        strange = set(inputs or {}) - set(declared)
        if strange:
            raise Unsupported(f"the action has no input {sorted(strange)}")
        context: dict[str, Any] = {"github": self.github, "steps": {}, "inputs": {}}
        for name, one in declared.items():
            default = evaluate(str(one.get("default", "")), context)
            context["inputs"][name] = (inputs or {}).get(name, default)
        steps, summary = self._run(
            data["runs"]["steps"], context, {}, {"GITHUB_ACTION_PATH": str(path.parent)}
        )
        outputs = {name: evaluate(one["value"], context) for name, one in (data.get("outputs") or {}).items()}
        return Ran(_code(steps), steps, outputs, summary)

    def job(self, text: str, uses: Mapping[str, Uses], name: str = "") -> Ran:
        """Runs a job of a workflow. uses: action -> what it does to (workspace, its `with`). name: "" for the only one.

        Whether the job runs at all (`needs`, `if`) is the test's to say.
        """
        jobs = yaml.safe_load(text)["jobs"]
        (job,) = (jobs[name],) if name else jobs.values()
        shell = ((job.get("defaults") or {}).get("run") or {}).get("shell", "")
        context: dict[str, Any] = {
            "github": self.github,
            "runner": {"temp": str(self.temp)},
            "steps": {},
        }
        listed = [{"shell": shell, **step} if "run" in step else step for step in job["steps"]]
        steps, summary = self._run(listed, context, uses, {})
        outputs = {key: evaluate(value, context) for key, value in (job.get("outputs") or {}).items()}
        return Ran(_code(steps), steps, outputs, summary)

    def _run(
        self,
        listed: list[dict[str, Any]],
        context: dict[str, Any],
        uses: Mapping[str, Uses],
        own: dict[str, str],
    ) -> tuple[tuple[Step, ...], str]:
        done: list[Step] = []
        summary = ""
        for number, step in enumerate(listed):
            if set(step) - _KNOWN:
                raise Unsupported(f"a step has {sorted(set(step) - _KNOWN)}")
            if "uses" in step:
                words = {
                    key: evaluate(_text(value), context) for key, value in (step.get("with") or {}).items()
                }
                uses[step["uses"].partition("@")[0]](self.workspace, words)
                continue
            ran, files = self._script(number, step, context, own)
            done.append(ran)
            summary += files["GITHUB_STEP_SUMMARY"]
            if files["GITHUB_ENV"] or files["GITHUB_PATH"]:
                raise Unsupported(f"{ran.name} writes to GITHUB_ENV or GITHUB_PATH")
            if "id" in step:
                context["steps"][step["id"]] = {"outputs": read_outputs(files["GITHUB_OUTPUT"])}
            if ran.code:
                break
        return tuple(done), summary

    def _script(
        self, number: int, step: dict[str, Any], context: dict[str, Any], own: dict[str, str]
    ) -> tuple[Step, dict[str, str]]:
        """One `run:`; the step and what it left in its files."""
        if step.get("shell") != "bash" or "${{" in step["run"]:
            raise Unsupported("a script that is not bash's, or has an expression in it")
        script = self.folder / f"step{number}.sh"
        script.write_text(step["run"], encoding="utf-8")
        places = {name: self.folder / f"step{number}.{name}" for name in FILES}
        for place in places.values():
            place.write_text("")
        given = {key: evaluate(_text(value), context) for key, value in (step.get("env") or {}).items()}
        done = subprocess.run(
            ("bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)),
            cwd=self.workspace,
            env={**self.env, **own, **{name: str(place) for name, place in places.items()}, **given},
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        ran = Step(step.get("name", ""), done.returncode, done.stdout, done.stderr, given)
        return ran, {name: place.read_text(encoding="utf-8") for name, place in places.items()}


def evaluate(text: str, context: Mapping[str, Any]) -> str:
    """The text with its expressions replaced: references, and ``||`` between them; what is not there is empty."""

    def one(match: re.Match[str]) -> str:
        for word in (part.strip() for part in match[1].split("||")):
            if not _REFERENCE.fullmatch(word):
                raise Unsupported(f"the expression {match[1].strip()}")
            found: Any = context
            for key in word.split("."):
                found = found.get(key) if isinstance(found, Mapping) else None
            if found not in (None, "", False, 0):
                return _text(found)
        return ""

    return _EXPRESSION.sub(one, text)


def read_outputs(text: str) -> dict[str, str]:
    """``name=value`` lines and ``name<<WORD`` blocks (docs.github.com, Workflow commands); anything else is refused."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        name, mark, word = line.partition("<<")
        if mark and "=" not in name:
            block: list[str] = []
            for inner in lines:
                if inner == word:
                    break
                block.append(inner)
            else:
                raise Unsupported(f"GITHUB_OUTPUT: {name} does not end")
            found[name] = "\n".join(block)
        elif line:
            name, mark, value = line.partition("=")
            if not mark:
                raise Unsupported(f"GITHUB_OUTPUT: {line!r}")
            found[name] = value
    return found


def stand_in_python(folder: Path, program: Path) -> Path:
    """A python3 that knows three things: to make a virtual environment, there to install nothing but `program`, and
    to start it as the module of its name.

    What pip was asked for goes to ``folder/pip`` a line. Anything else fails with 64, as it would be no step of ours.
    """
    inner = executable(
        folder / "inner-python",
        f"""#!/bin/sh
case "$*" in
  "-I -m gitflowguard "*) shift 3; exec "$(dirname "$0")/gitflowguard" "$@" ;;
  "-I -m pip install "*) echo "$*" >>{shlex.quote(str(folder / "pip"))} ;;
  *) echo "stand-in: $*" >&2; exit 64 ;;
esac
ln -s {shlex.quote(str(program))} "$(dirname "$0")/gitflowguard"
""",
    )
    return executable(
        folder / "python3",
        f"""#!/bin/sh
[ "$1 $2 $3" = "-I -m venv" ] && [ $# = 4 ] || {{ echo "stand-in: $*" >&2; exit 64; }}
mkdir -p "$4/bin" && ln -s {shlex.quote(str(inner))} "$4/bin/python"
""",
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _code(steps: tuple[Step, ...]) -> int:
    return steps[-1].code if steps else 0
