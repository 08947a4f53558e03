"""action.yml: read by GitHub's own reader, zizmor and the schema; its steps run as they stand in the file."""

from __future__ import annotations

import base64
import json
import re
import shlex
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitflowguard import __version__
from gitflowguard.app.setup import precommit
from gitflowguard.model.distribution import GITHUB, requirement
from gitflowguard.report.actions import CHECKOUT
from gitflowguard.report.workflow import workflow
from tests.ci import judge
from tests.ci.flows import GITFLOW
from tests.ci.runner import (
    Ran,
    Runner,
    Unsupported,
    evaluate,
    read_outputs,
    stand_in_python,
)
from tests.ci.test_workflow import RECORDED, run
from gitflowguard.report.gate.picture import LEGEND
from tests.conftest import executable
from tests.gate.scenes import GOOD, JUNIT, POLICY, Fishery
from tests.docs.pages import ROOT, codes
from tests.install.place import git, repository

ACTION = judge.ACTION
# What `pr check` is to do here: say what it was given, and where its file goes.
STUB = """\
#!/bin/sh
[ "$1" != config ] || { echo "$*" >"$RUNNER_TEMP/config"; exit 0; }
echo "argv: $*"
echo "token: $GITHUB_TOKEN"
echo "head: $(git rev-parse refs/gitflowguard/head)"
echo "# summary" >>"$GITHUB_STEP_SUMMARY"
printf 'verdict=violated\\nfindings=2\\nreport<<w\\n%s\\nw\\n' "$6" >>"$GITHUB_OUTPUT"
exit ${STUB_CODE:-0}
"""


class Place:
    """A bare origin with a pull request from a fork, a clone of its base, and a stub in place of the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = repository(folder / "origin", "main", "develop")
        git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(self.origin, "checkout", "-q", "--detach", "develop")
        git(self.origin, "commit", "-q", "--allow-empty", "-m", "from a fork")
        self.head = git(self.origin, "rev-parse", "HEAD")
        git(self.origin, "update-ref", "refs/pull/7/head", self.head)
        git(self.origin, "checkout", "-q", "main")
        self.clone = folder / "clone"
        git(folder, "clone", "-q", f"file://{self.origin}", str(self.clone))
        self.python = stand_in_python(folder / "python", executable(folder / "stub", STUB))
        self.event: dict[str, Any] = {
            "pull_request": {
                "number": 7,
                "base": {"ref": "develop", "sha": git(self.origin, "rev-parse", "develop")},
                "head": {"ref": "$(touch ${IFS}x)", "sha": self.head},
            },
            "repository": {"full_name": "o/r"},
        }

    def runner(self, name: str = "runner", **env: str) -> Runner:
        """A job for the event."""
        return Runner(self.folder / name, self.clone, "pull_request", self.event, "s3cret", env)

    def action(self, runner: Runner, **inputs: str) -> Ran:
        """The action's steps, with the stand-in for python3."""
        return runner.action(ACTION, {"python": str(self.python), **inputs})


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """See Place."""
    return Place(tmp_path)


def test_the_readers_have_nothing_to_say_of_it() -> None:
    """GitHub's by what is recorded, zizmor and the schema by their own word."""
    assert RECORDED["actions"] == {"action.yml": []}
    done = run("zizmor", "--offline", "--no-progress", "--quiet", ACTION)
    assert (done.returncode, done.stdout.strip()) == (0, "No findings to report. Good job!"), done.stdout
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_face() -> None:
    """What GitHub Marketplace and a workflow see of it; no input reaches a script but through the environment."""
    data = yaml.safe_load(ACTION.read_text("utf-8"))
    assert set(data["branding"]) == {"icon", "color"} and data["runs"]["using"] == "composite"
    assert set(data["outputs"]) == {"verdict", "findings", "report"}
    for step in data["runs"]["steps"]:
        assert step["shell"] == "bash" and "${{" not in step["run"] and "secrets" not in json.dumps(step)


def test_its_steps_install_fetch_the_forks_head_and_check(place: Place) -> None:
    """In that order, each as it stands in the file; outputs and summary come out."""
    ran = place.action(place.runner())
    assert (ran.code, [step.name for step in ran.steps]) == (
        0,
        ["Install gitflowguard", "Fetch the head", "Install the tools of the policy", "Check"],
    ), ran.log
    temp = place.folder / "runner/temp"
    base = place.event["pull_request"]["base"]["sha"]
    assert (temp / "config").read_text() == f"config tools --requirements --at {base}\n"
    report = str(temp / "gitflowguard-report")
    assert ran.steps[3].out.splitlines() == [
        f"argv: pr check --output-format json --output-file {report}",
        "token: s3cret",
        f"head: {place.head}",
    ]
    assert ran.outputs == {"verdict": "violated", "findings": "2", "report": report}
    assert ran.summary == "# summary\n"
    (asked,) = (place.folder / "python/pip").read_text().splitlines()
    assert asked.endswith(f"--only-binary :all: {ACTION.parent}[github]")


def test_the_reports_on_the_model_reach_the_check_and_its_summary(tmp_path: Path, place: Place) -> None:
    """The real program behind the action's steps: the base's policy, and reports that an earlier job left."""
    git(place.origin, "checkout", "-q", "develop")
    fishery = Fishery(place.origin)
    fishery.write(".gitflowguard.yaml", POLICY + "rules: {missing-approval: ignore}\n")
    fishery.metrics()
    place.event["pull_request"]["base"]["sha"] = fishery.commit("Adopt the gate")
    git(place.origin, "checkout", "-q", "--detach", "develop")
    fishery.write("train.py", "print('less')\n")
    place.event["pull_request"]["head"] = {"ref": "feature/less", "sha": fishery.commit("Iterate less")}
    git(place.clone, "fetch", "-q", "origin")
    judged = Fishery(place.clone / "judged here")
    judged.write("metrics.json", json.dumps({**GOOD, "True": {**GOOD["True"], "f1-score": 0.85}}))
    judged.write("junit.xml", JUNIT)
    program = (
        f'#!/bin/sh\n[ "$1" != config ] || exit 0\nexec {sys.executable} -m gitflowguard "$@" --ci github\n'
    )
    python = stand_in_python(tmp_path / "real", executable(tmp_path / "program", program))
    ran = place.runner("model").action(ACTION, {"python": str(python), "reports": "judged here", "token": ""})
    assert ran.code == 1 and ran.outputs["verdict"] == "violated", ran.log
    row, picture = (
        line for line in ran.summary.replace("`", "").splitlines() if re.match(r"(\| )?True\.f1-score ", line)
    )
    assert row == "| True.f1-score | 0.93 | 0.85 | -0.08 | min 0.80, drop 0.02 | 12 | **worse** |"
    assert "*" in picture and picture.endswith("o..") and LEGEND in ran.summary
    report = json.loads(Path(ran.outputs["report"]).read_text("utf-8"))
    assert {one["code"] for one in report["findings"]} == {"GFG003"}
    without = place.runner("no reports").action(ACTION, {"python": str(python), "token": ""})
    assert without.code == 3 and "no reports were given" in without.log
    nowhere = place.runner("nowhere").action(
        ACTION, {"python": str(python), "reports": "$(date)", "token": ""}
    )
    assert nowhere.code == 2 and "'$(date)' does not exist" in nowhere.log


def test_the_work_tree_stays_the_bases(place: Place) -> None:
    """Nothing of the head is put where it could run, and no branch or remote branch is made."""
    before = git(place.clone, "for-each-ref"), git(place.clone, "status", "--porcelain=v1", "--branch")
    assert place.action(place.runner()).code == 0
    for end in ("head", "base"):
        git(place.clone, "update-ref", "-d", f"refs/gitflowguard/{end}")
    assert (
        git(place.clone, "for-each-ref"),
        git(place.clone, "status", "--porcelain=v1", "--branch"),
    ) == before


def test_inputs_are_data(place: Place) -> None:
    """A format with a command in it, a token that looks like an option: neither is run, both arrive whole."""
    ran = place.action(place.runner(), **{"report-format": "$(touch x); echo `id`", "token": "--help '$x'"})
    argv, token, _ = ran.steps[3].out.splitlines()
    assert argv.startswith("argv: pr check --output-format $(touch x); echo `id` --output-file")
    assert token == "token: --help '$x'" and not (place.clone / "x").exists()


def test_the_verdict_is_the_exit_code(place: Place) -> None:
    """And outputs are there all the same."""
    ran = place.action(place.runner(STUB_CODE="1"))
    assert ran.code == 1 and ran.outputs["verdict"] == "violated"


def test_a_head_that_cannot_be_had_ends_it_before_the_check(place: Place) -> None:
    """Never a check of something else."""
    place.event["pull_request"]["head"]["sha"] = "1" * 40
    ran = place.action(place.runner())
    assert ran.code and [step.name for step in ran.steps] == ["Install gitflowguard", "Fetch the head"]


def test_another_event_is_refused_in_a_sentence(place: Place) -> None:
    """A push has no head to fetch."""
    ran = Runner(place.folder / "runner", place.clone, "push", {"ref": "refs/heads/main"}).action(
        ACTION, {"python": str(place.python)}
    )
    assert ran.code == 2
    says = "There is no pull request in a push event. Run on pull_request and merge_group only."
    assert ran.steps[-1].out == f"::error title=gitflowguard::{says}\n"
    assert ran.steps[-1].err == f"gitflowguard: {says}\n"


def test_the_token_reaches_git_as_a_header_and_no_argument(place: Place, tmp_path: Path) -> None:
    """A git that writes down what it is given."""
    seen = tmp_path / "seen"
    git_itself = shutil.which("git")
    fake = f'#!/bin/sh\n[ "$1" = fetch ] || exec {git_itself} "$@"\n'
    fake += f'{{ echo "$*"; env | grep ^GIT_CONFIG; }} >>{shlex.quote(str(seen))}\nexec {git_itself} "$@"\n'
    executable(tmp_path / "bin/git", fake)
    runner = place.runner()
    runner.env["PATH"] = f"{tmp_path / 'bin'}:{runner.env['PATH']}"
    assert place.action(runner, token="t" * 90).code == 0
    argv, *settings = seen.read_text().splitlines()[:6]
    header = base64.b64encode(b"x-access-token:" + b"t" * 90).decode()
    assert argv == (
        "fetch --quiet --prune --tags --force origin +refs/heads/*:refs/remotes/origin/* "
        f"+{place.head}:refs/gitflowguard/head "
        f"+{place.event['pull_request']['base']['sha']}:refs/gitflowguard/base"
    )
    assert sorted(settings) == [
        "GIT_CONFIG_COUNT=2",
        "GIT_CONFIG_KEY_0=http.https://github.com/.extraheader",
        "GIT_CONFIG_KEY_1=http.https://github.com/.extraheader",
        "GIT_CONFIG_VALUE_0=",
        f"GIT_CONFIG_VALUE_1=AUTHORIZATION: basic {header}",
    ]


def test_the_workflows_steps_do_the_same(place: Place) -> None:
    """Installed before anything of the repository is there; the base is checked out; then the head, then the check."""
    asked: list[dict[str, str]] = []

    def checkout(workspace: Path, words: dict[str, str]) -> None:
        assert (place.folder / "runner/temp/gitflowguard/bin/gitflowguard").exists()
        assert not (workspace / ".git").exists()
        git(place.folder, "clone", "-q", f"file://{place.origin}", str(workspace))
        git(workspace, "checkout", "-q", "--detach", words["ref"])
        asked.append(words)

    place.clone = place.folder / "workspace"
    place.clone.mkdir()
    runner = place.runner()
    runner.env["PATH"] = f"{place.python.parent}:{runner.env['PATH']}"
    ran = runner.job(workflow(GITFLOW, "1.2.3"), {"actions/checkout": checkout})
    assert ran.code == 0, ran.log
    assert asked == [
        {
            "ref": place.event["pull_request"]["base"]["sha"],
            "fetch-depth": "0",
            "persist-credentials": "false",
        }
    ]
    assert ran.steps[-1].out.splitlines() == ["argv: pr check", "token: s3cret", f"head: {place.head}"]
    assert (
        (place.folder / "python/pip")
        .read_text()
        .endswith(f"--only-binary :all: {requirement('1.2.3', (GITHUB,))}\n")
    )


def test_what_the_checked_out_tree_holds_is_not_imported_to_install(place: Place) -> None:
    """A venv.py and a pip.py in the work tree: without -I, Python would run them.

    The environment gets the pip of this one: to install a pip of its own takes Python's ensurepip five seconds.
    """
    for name in ("venv.py", "pip.py", "gitflowguard.py"):
        (place.clone / name).write_text("open('ran', 'w').close()\nraise SystemExit(9)\n")
    site = sysconfig.get_paths()["purelib"]
    script = (
        f'#!/bin/sh\n{shlex.quote(sys.executable)} "$@" --without-pip || exit\n'
        f'for last; do :; done\nln -s {shlex.quote(site)}/pip "$last"/lib/python3*/site-packages/\n'
    )
    python = executable(place.folder / "without pip", script)
    ran = place.runner(PIP_NO_INDEX="1").action(ACTION, {"python": str(python)})
    assert "No matching distribution" in ran.log, ran.log
    assert not (place.clone / "ran").exists() and len(ran.steps) == 1


def test_the_page_shows_the_action_as_it_is() -> None:
    """Its steps are the workflow's checkout and the action; each input and output has its row, and no other."""
    page = ROOT / "docs/pull-requests.md"
    (shown,) = (code.text for code in codes(page) if code.info == "yaml steps")
    checkout, action = yaml.safe_load(shown)
    (job,) = yaml.safe_load(workflow(GITFLOW, "1"))["jobs"].values()
    (ours,) = (step for step in job["steps"] if "uses" in step)
    assert {**checkout, "name": ours["name"]} == ours and CHECKOUT.uses in shown
    assert (
        action["uses"] == f"{precommit.URL.removeprefix('https://github.com/')}@v{__version__.split('.')[0]}"
    )
    data = yaml.safe_load(ACTION.read_text("utf-8"))
    _, _, tables = page.read_text("utf-8").partition("## The action\n")
    rows = re.findall(r"^\| `([a-z-]+)` \|", tables, re.M)
    assert rows == [*data["inputs"], *data["outputs"]]


def test_the_lock_file_names_no_registry() -> None:
    """npm takes the one that it is set up with; what it gets is held to the hashes."""
    lock = json.loads((judge.NODE / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((judge.NODE / "package.json").read_text("utf-8"))["dependencies"]
    assert all("resolved" not in one and ("integrity" in one or not path) for path, one in lock.items())
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert {name: wanted[name] for name in RECORDED["from"]} == RECORDED["from"]


def test_the_runner_refuses_what_it_does_not_know(tmp_path: Path, place: Place) -> None:
    """Else a test could pass on steps that were never run."""
    data = yaml.safe_load(ACTION.read_text("utf-8"))
    step = data["runs"]["steps"][0]
    for change in (
        {"if": "always()"},
        {"shell": "pwsh"},
        {"run": "echo ${{ inputs.token }}"},
        {"working-directory": "x"},
    ):
        other = tmp_path / "other.yml"
        other.write_text(
            yaml.safe_dump({**data, "runs": {"using": "composite", "steps": [{**step, **change}]}})
        )
        with pytest.raises(Unsupported):
            place.runner(name=f"r{len(change)}{next(iter(change))}{change!s:.9}").action(other)
    with pytest.raises(Unsupported):
        place.runner(name="odd").action(ACTION, {"nonsense": "1"})
    for text in ("a<<w\nb\n", "no mark"):
        with pytest.raises(Unsupported):
            read_outputs(text)
    with pytest.raises(Unsupported):
        evaluate("${{ github.token && 'x' }}", {"github": {"token": "t"}})


def test_the_runners_reading_of_outputs_and_expressions() -> None:
    """By the documented forms."""
    assert read_outputs("a=1\nb<<w\nx=2\n\ny\nw\nc=<<\n") == {"a": "1", "b": "x=2\n\ny", "c": "<<"}
    context = {"github": {"event": {"a": {"b": ""}, "c": {"d": "x"}}}, "inputs": {"n": True}}
    assert (
        evaluate("-${{ github.event.a.b || github.event.c.d }}-${{ inputs.n }}${{ github.q.r }}", context)
        == "-x-true"
    )
