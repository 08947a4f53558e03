"""GitHub's own reader of workflows and expressions, run by node; what it said is recorded beside this file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from gitflowguard.report.workflow import workflow
from tests.ci.flows import FLOWS, events

HERE = Path(__file__).parent
NODE = HERE / "node"
VECTORS = HERE / "vectors.json"
ACTION = HERE.parents[1] / "action.yml"
# The version is not the subject here, and a release need not record anything anew.
VERSION = "0.0.0"


def missing() -> str:
    """What is missing to ask GitHub's code itself, "" if nothing is."""
    if not shutil.which("node"):
        return "node is not here; the recorded answers were compared"
    if not (NODE / "node_modules/@actions/workflow-parser").is_dir():
        return "node's packages are not here (npm ci in tests/ci/node); the recorded answers were compared"
    return ""


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """tests/ci/node/judge.mjs says what goes in and what comes out."""
    done = subprocess.run(
        ("node", "--no-warnings", str(NODE / "judge.mjs")),
        input=json.dumps(question),
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def job_name(text: str) -> str:
    """The job's name as it stands in a workflow, folded."""
    jobs = yaml.safe_load(text)["jobs"]
    (job,) = jobs.values()
    return str(job["name"])


def record() -> dict[str, Any]:
    """The whole recording, asked for anew: for each policy the name's expression and what it gives."""
    texts = {name: workflow(flow, VERSION) for name, flow in FLOWS.items()}
    answer = ask(
        {"workflows": texts, "events": events(), "actions": {"action.yml": ACTION.read_text("utf-8")}}
    )
    packages = json.loads((NODE / "package-lock.json").read_text("utf-8"))["packages"]
    return {
        "from": {
            path.removeprefix("node_modules/"): one["version"]
            for path, one in packages.items()
            if "@actions" in path
        },
        "workflows": {
            name: {"name": job_name(texts[name]), **said, "names": _only(said["names"])}
            for name, said in answer["workflows"].items()
        },
        "actions": answer["actions"],
    }


def _only(names: dict[str, list[str]]) -> dict[str, str]:
    """Event -> the name of the one job."""
    return {event: name for event, (name,) in names.items()}


def dump(recording: dict[str, Any]) -> str:
    """As the file has it."""
    return json.dumps(recording, indent=1, ensure_ascii=True) + "\n"
