"""retrain.yml: before GitHub's own reader, zizmor and the schema, and run step by step with bash."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitflowguard.app.ci.files import RETRAIN, inspect
from gitflowguard.cli.main import main
from gitflowguard.model.flow import Flow
from gitflowguard.policy.errors import PolicyError
from gitflowguard.policy.parse import parse
from gitflowguard.quality.catalogue import NAMES as TOOLS
from gitflowguard.repo.files import SetupError
from gitflowguard.repo.git import Git
from gitflowguard.rules.registry import CODES, NAMES
from tests.ci import judge
from tests.ci.runner import Ran, Runner, stand_in_python
from tests.ci.test_workflow import run
from tests.conftest import executable
from tests.install.place import git
from tests.provenance.spam import POLICY, Team, release, team

POLICIES = {
    "plain": POLICY,
    "renamed": POLICY + "kinds: {main: {name: 'prod!'}}\n",
    "environment": POLICY + '  environment: training "ä"\n  python: "3.10"\n',
    "many lines": POLICY.replace(
        "[python train.py]", "[\"echo '\\\"$HOME\\\"'\", 'x: y # z', python train.py]"
    ),
}


def flow_of(policy: str) -> Flow:
    """The flow of a policy text."""
    return parse(policy.encode(), "policy", NAMES, CODES, tools=TOOLS).flow


@pytest.fixture(name="spam")
def a_team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A project that pip installs, on main after a merge."""
    found = team(tmp_path)
    monkeypatch.chdir(found.top)
    return found


def written(spam: Team, policy: str = POLICY) -> str:
    """The workflow."""
    return inspect(Git(str(spam.top)), str(spam.top), flow_of(policy), RETRAIN).wanted.decode()


def test_zizmor_the_schema_and_githubs_own_parser_accept_it(spam: Team, tmp_path: Path) -> None:
    """For each policy."""
    folder = tmp_path / "made/.github/workflows"
    folder.mkdir(parents=True)
    texts = {name: written(spam, policy) for name, policy in POLICIES.items()}
    for number, text in enumerate(texts.values()):
        (folder / f"{number}.yml").write_text(text)
    done = run("zizmor", "--offline", "--no-progress", "--quiet", folder)
    assert done.returncode == 0 and done.stdout.startswith("No findings to report."), done.stdout
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *sorted(folder.iterdir()))
    assert done.returncode == 0, done.stdout + done.stderr
    if not judge.missing():
        answer = judge.ask({"workflows": texts, "events": {}, "actions": {}})["workflows"]
        assert {name: one["errors"] for name, one in answer.items()} == dict.fromkeys(texts, [])
        branches = {name: one["triggers"] for name, one in answer.items()}
        assert branches["plain"] == {"push": {"branches": ["main"]}}
        assert branches["renamed"] == {"push": {"branches": ["prod\\!"]}}


@pytest.mark.parametrize("name", POLICIES)
def test_what_it_may_do_and_what_starts_it(spam: Team, name: str) -> None:
    """A push and nothing else; the job that runs the project's code can't sign, the job that signs runs none."""
    made: dict[Any, Any] = yaml.safe_load(written(spam, POLICIES[name]))
    assert set(made[True]) == {"push"} and set(made[True]["push"]) == {
        "branches"
    }  # YAML 1.1 reads on as True
    jobs = made["jobs"]
    assert made["permissions"] == {} and list(jobs) == ["start", "train", "verify"]
    assert jobs["start"]["permissions"] == jobs["train"]["permissions"] == {"contents": "read"}
    assert jobs["verify"]["permissions"] == {
        "contents": "read",
        "id-token": "write",
        "attestations": "write",
    }
    lines = flow_of(POLICIES[name]).training.run
    (train,) = [step for step in jobs["train"]["steps"] if step.get("name") == "Train"]
    assert train["run"].splitlines() == list(lines)
    for job in ("start", "verify"):
        scripts = "\n".join(step.get("run", "") for step in jobs[job]["steps"])
        assert "train.py" not in scripts and "pip install -r" not in scripts
    assert jobs["train"]["if"] == "needs.start.outputs.start == 'true'" and jobs["verify"]["needs"] == [
        "train"
    ]
    assert jobs["train"].get("environment") == ('training "ä"' if name == "environment" else None)
    assert made["concurrency"] == {"group": "retrain", "cancel-in-progress": False}


class Place:
    """GitHub around the workflow: one store of artefacts, a fresh runner and a fresh checkout for each job."""

    def __init__(self, spam: Team, folder: Path, text: str) -> None:
        self.spam, self.folder, self.text = spam, folder, text
        self.store = folder / "store"
        self.attested: list[str] = []

    def run(self, job: str, after: str = "", before: str = "", **steps: str) -> Ran:
        """Runs one job. steps: what stands in the script of a step in place of its own."""
        home = self.folder / f"{job}{len(list(self.folder.iterdir()))}"
        workspace = home / "workspace"
        workspace.mkdir(parents=True)
        event = {
            "ref": "refs/heads/main",
            "before": before or self.spam.before,
            "after": after or self.spam.after,
            "forced": False,
        }
        program = executable(
            home / "gitflowguard", f'#!/bin/sh\nexec "{sys.executable}" -P -m gitflowguard "$@"\n'
        )
        tools = home / "bin"
        tools.mkdir()
        stand_in_python(tools, program)
        executable(
            tools / "python",
            f'#!/bin/sh\n[ "$1 $2" = "-m pip" ] || exec "{sys.executable}" -B "$@"\n',
        )
        path = f"{tools}:{os.environ['PATH']}"
        runner = Runner(home / "runner", workspace, "push", event, env={"PATH": path})
        uses = {
            "actions/checkout": self._checkout,
            "actions/setup-python": lambda workspace, given: None,
            "actions/upload-artifact": lambda workspace, given: self._upload(given),
            "actions/download-artifact": lambda workspace, given: self._download(given),
            "actions/attest": lambda workspace, given: self._attest(given),
        }
        text = self.text
        for old, new in steps.items():
            assert old in text
            text = text.replace(old, new)
        return runner.job(text, uses, job)

    def _checkout(self, workspace: Path, given: dict[str, str]) -> None:
        depth = ("--depth", "1") if given.get("fetch-depth") != "0" else ()
        git(workspace, "clone", "-q", *depth, f"file://{self.spam.top}", ".")
        if not depth:
            git(workspace, "checkout", "-q", "--detach", given["ref"])

    def _upload(self, given: dict[str, str]) -> None:
        assert given["if-no-files-found"] == "error" and any(Path(given["path"]).iterdir())
        shutil.copytree(given["path"], self.store)

    def _download(self, given: dict[str, str]) -> None:
        shutil.copytree(self.store, given["path"])

    def _attest(self, given: dict[str, str]) -> None:
        folder = Path(given["subject-path"].removesuffix("/**"))
        self.attested = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.slow
def test_a_merge_trains_records_verifies_and_signs(spam: Team, tmp_path: Path) -> None:
    """Each step as bash runs it there."""
    place = Place(spam, tmp_path / "github", written(spam))
    place.folder.mkdir()
    started = place.run("start")
    assert (started.code, started.outputs) == (0, {"start": "true"}), started.log
    trained = place.run("train")
    assert trained.code == 0, trained.log
    record = json.loads((place.store / "models/spam.json.provenance.json").read_text())
    assert record["commit"] == spam.after and record["clean"] is True
    verified = place.run("verify")
    assert verified.code == 0, verified.log
    assert place.attested == ["models/spam.json", "models/spam.json.provenance.json"]
    # One byte on the way, and nothing is signed.
    place.attested = []
    model = place.store / "models/spam.json"
    model.write_bytes(model.read_bytes()[:-1] + b"]")
    verified = place.run("verify")
    assert verified.code == 1 and "GFG010" in verified.log and place.attested == []


@pytest.mark.slow
def test_what_starts_nothing_is_no_failure_and_what_cant_be_judged_is(spam: Team, tmp_path: Path) -> None:
    """The trainer's own merge, a direct push; a branch that was just made; a training that changes code."""
    place = Place(spam, tmp_path / "github", written(spam))
    place.folder.mkdir()
    assert place.run("start", before="0" * 40).code == 3
    after = release(spam.top, "1.0.1", **{"models/spam.json": "{}"})
    started = place.run("start", before=spam.after, after=after)
    assert (started.code, started.outputs) == (0, {"start": "false"}), started.log
    git(spam.top, "commit", "-q", "--allow-empty", "-m", "Quick")
    started = place.run("start", before=after, after=git(spam.top, "rev-parse", "HEAD"))
    assert (started.code, started.outputs) == (0, {"start": "false"}) and "legal merge" in started.log
    git(spam.top, "reset", "-q", "--hard", after)
    changing = {"          python train.py": "          python train.py\n          echo >>train.py"}
    assert place.run("train", after=after, **changing).code == 0
    verified = place.run("verify", after=after)
    assert verified.code == 1 and "GFG009" in verified.log and place.attested == []


def test_without_a_training_in_the_policy_nothing_is_written(
    spam: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what is missing."""
    (spam.top / ".gitflowguard.yaml").write_text("preset: gitflow\ntraining: {run: [make]}\n")
    assert main(["ci", "--retrain"]) == 2
    assert "the policy doesn't have training.writes" in capsys.readouterr().err
    assert main(["ci", "--retrain", "--for", "gitlab"]) == 2
    with pytest.raises(SetupError, match="training.run"):
        written(spam, "preset: gitflow\n")


def test_it_is_written_once_and_a_hand_edit_stays(spam: Team, capsys: pytest.CaptureFixture[str]) -> None:
    """As the other files of `ci`."""
    path = spam.top / ".github/workflows/retrain.yml"
    assert main(["ci", "--retrain"]) == 0
    text = path.read_text()
    assert main(["ci", "--retrain"]) == main(["ci", "--retrain", "--check"]) == 0
    assert path.read_text() == text
    path.write_text(text.replace("timeout-minutes: 360", "timeout-minutes: 60"))
    assert main(["ci", "--retrain", "--check"]) == 1
    assert main(["ci", "--retrain"]) == 2
    assert "timeout-minutes: 60" in path.read_text()
    capsys.readouterr()


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("run: ['echo ${{ github.event.head_commit.message }}']", "an expression of GitHub's"),
        ('run: ["a\\nb"]', "isn't one line"),
        ("writes: [/etc/x]", "isn't a path from the top"),
        ("writes: [../x]", "isn't a path from the top"),
        ("data: ['a\\b']", "isn't a path from the top"),
        ("lock: '*.lock'", "isn't the path of one file"),
        ("python: 'three'", "isn't a version of Python"),
        ("environment: 'a${{ b }}'", "isn't the name of an environment"),
    ],
)
def test_what_must_not_reach_a_workflow_is_a_mistake_in_the_policy(section: str, says: str) -> None:
    """With its line."""
    with pytest.raises(PolicyError, match=says):
        flow_of(f"training: {{{section}}}\n")
