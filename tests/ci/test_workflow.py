"""The workflow for many policies, before GitHub's own reader, zizmor and the schema; and what it must never hold."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema.cli import main as check_jsonschema  # type: ignore[import-untyped]
from click.testing import CliRunner

from gitflowguard.model.checkname import (
    base_kinds,
    check_name,
    check_names,
    job_name,
    named,
    rest,
)
from gitflowguard.model.distribution import GITHUB, requirement
from gitflowguard.model.flow import Flow, Kind
from gitflowguard.model.template import Template
from gitflowguard.report.workflow import fetch_head, job_expression, workflow
from tests.ci import judge
from tests.ci.flows import FLOWS, GITFLOW, base_of, events

BIN = Path(sys.executable).parent
RECORDED: dict[str, Any] = json.loads(judge.VECTORS.read_text("utf-8"))
DANGEROUS = """\
on: pull_request_target
permissions: write-all
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{ github.event.pull_request.title }}"
"""


def run(*argv: object) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment. The schemas are asked in this process: a start costs ten times a check."""
    words = [str(BIN / str(argv[0])), *map(str, argv[1:])]
    if argv[0] == "check-jsonschema":
        asked = CliRunner().invoke(check_jsonschema, words[1:])
        return subprocess.CompletedProcess(words, asked.exit_code, asked.stdout, asked.stderr)
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of workflows, one a policy."""
    folder = tmp_path_factory.mktemp("made") / ".github/workflows"
    folder.mkdir(parents=True)
    for number, flow in enumerate(FLOWS.values()):
        (folder / f"{number}.yml").write_text(workflow(flow, judge.VERSION), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", FLOWS)
def test_githubs_answers_are_to_the_workflow_that_we_write(name: str) -> None:
    """Else what is recorded says nothing; python tools/workflow_vectors.py records anew."""
    recorded, flow = RECORDED["workflows"][name], FLOWS[name]
    assert recorded["name"] == judge.job_name(workflow(flow, judge.VERSION))
    assert recorded["errors"] == [] and set(recorded["names"]) == set(events())
    assert recorded["triggers"] == {
        "pull_request": {"types": ["opened", "synchronize", "reopened", "edited", "ready_for_review"]},
        "merge_group": {},
    }


@pytest.mark.parametrize("name", FLOWS)
def test_github_calls_the_job_as_we_say_for_every_base_and_event(name: str) -> None:
    """A pull request has a short base, a merge group a full one; the case does not count there, and does here."""
    flow = FLOWS[name]
    for event, said in RECORDED["workflows"][name]["names"].items():
        base = base_of(event)
        assert said == (job_name(flow, base) if base else named(rest(flow))), event
        assert said in check_names(flow), event
        if said != check_name(flow, base):
            assert check_name(flow, base) == named(rest(flow)), event


def test_what_the_events_are_is_known_by_heart() -> None:
    """A few, written out: the rest is compared with code of ours."""
    names = RECORDED["workflows"]["gitflow"]["names"]
    assert {event: names[event] for event in list(names) if "release" in event or " main" in event} == {
        "pull_request main": "gitflow (main)",
        "merge_group main": "gitflow (main)",
        "merge_group main develop": "gitflow (main)",
        "pull_request release/1.4.0": "gitflow (release)",
        "merge_group release/1.4.0": "gitflow (release)",
        "merge_group release/1.4.0 develop": "gitflow (release)",
        "pull_request release/odd": "gitflow (release)",
        "merge_group release/odd": "gitflow (release)",
        "merge_group release/odd develop": "gitflow (release)",
        "pull_request release": "gitflow (other)",
        "merge_group release": "gitflow (other)",
        "merge_group release develop": "gitflow (other)",
        "pull_request main/x": "gitflow (other)",
        "merge_group main/x": "gitflow (other)",
        "merge_group main/x develop": "gitflow (other)",
        "pull_request release/rc-1.0": "gitflow (release)",
        "merge_group release/rc-1.0": "gitflow (release)",
        "merge_group release/rc-1.0 develop": "gitflow (release)",
        "pull_request release/notes": "gitflow (release)",
        "merge_group release/notes": "gitflow (release)",
        "merge_group release/notes develop": "gitflow (release)",
    }
    assert names["pull_request Main"] == names["pull_request MAIN"] == "gitflow (main)"
    assert names["pull_request refs/heads/main"] == names["neither"] == "gitflow (other)"
    assert RECORDED["workflows"]["renamed"]["names"]["pull_request main"] == "gitflow (other)"
    assert RECORDED["workflows"]["eighty kinds"]["names"]["merge_group k70/x"] == "gitflow (k70)"
    assert (
        RECORDED["workflows"]["quotes and accents"]["names"]["pull_request DÉVELOPPEMENT"]
        == "gitflow (develop)"
    )


def test_the_recorded_answers_are_githubs() -> None:
    """Asked for anew, where node and GitHub's packages are here."""
    lacks = judge.missing()
    if lacks:
        pytest.skip(lacks)
    assert judge.record() == RECORDED


@pytest.mark.slow
def test_names_of_random_policies_are_what_github_makes_of_them() -> None:
    """Nasty letters, shared beginnings, twins in another case; one question for all of them.

    Slow. Quick, for policies that were chosen: test_github_calls_the_job_as_we_say_for_every_base_and_event.
    """
    lacks = judge.missing()
    if lacks:
        pytest.skip(lacks)
    for number, (flow, bases) in enumerate(_random_flows(60)):
        asked = {base: {"event": {}, "base_ref": base} for base in bases}
        if number == 0:
            texts, questions, flows = {}, dict[str, Any](), {}
        texts[str(number)], flows[str(number)] = workflow(flow, judge.VERSION), flow
        questions |= asked
    answer = judge.ask({"workflows": texts, "events": questions})["workflows"]
    seen = set()
    for number_, said in answer.items():
        assert said["errors"] == []
        for base in questions:
            assert said["names"][base] == [job_name(flows[number_], base)], (flows[number_], base)
            seen.add(said["names"][base][0])
    assert len(seen) > 5


def _random_flows(count: int) -> list[tuple[Flow, list[str]]]:
    """Flows with names of few letters, and bases that come near them."""
    dice = random.Random(20261122)
    found = []
    for _ in range(count):
        kinds = [Kind("main", (Template(_word(dice)),), protected=True)]
        for number in range(dice.randint(1, 6)):
            text = _word(dice) + dice.choice(("", "/{slug}", "{version}", "/**"))
            targets = dice.choice(((), ("main",), ("k0",)))
            kinds.append(Kind(f"k{number}", (Template(text),), (), targets, dice.random() < 0.5))
        bases = [dice.choice((kind.names[0].prefix, _word(dice))) + dice.choice(("", "/x")) for kind in kinds]
        found.append((Flow(tuple(kinds)), [dice.choice((base, base.upper())) for base in bases]))
    return found


def _word(dice: random.Random) -> str:
    """At most one single quote (tests.ci.flows.ODD)."""
    word = "".join(dice.choice('abA/}$"#`&|é-') for _ in range(dice.randint(1, 4)))
    return word + dice.choice(("", "", "'"))


def test_zizmor_has_nothing_to_say(written: Path) -> None:
    """Offline; and it does say something of a workflow that is dangerous."""
    done = run("zizmor", "--offline", "--no-progress", "--quiet", written)
    # What only its pedantic persona says is counted as suppressed: we want no concurrency group, and the file says why.
    assert done.returncode == 0 and done.stdout.startswith("No findings to report."), done.stdout
    assert len(list(written.iterdir())) == len(FLOWS)


def test_zizmor_would_speak(tmp_path: Path) -> None:
    """The same call, for a file with four well-known mistakes."""
    path = tmp_path / ".github/workflows/x.yml"
    path.parent.mkdir(parents=True)
    path.write_text(DANGEROUS)
    done = run("zizmor", "--offline", "--no-progress", "--quiet", path)
    assert done.returncode != 0
    for audit in ("template-injection", "dangerous-triggers", "unpinned-uses", "artipacked"):
        assert audit in done.stdout


def test_the_schema_of_workflows_is_kept(written: Path, tmp_path: Path) -> None:
    """With the schema that check-jsonschema carries; a permission that does not exist would be found."""
    schema = ("check-jsonschema", "--builtin-schema", "vendor.github-workflows")
    done = run(*schema, *written.iterdir())
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(workflow(GITFLOW, judge.VERSION).replace("contents: read", "administration: write"))
    assert run(*schema, wrong).returncode == 1


def test_what_a_required_check_must_not_have() -> None:
    """Each of these would let a pull request pass unchecked, wait for ever, or run what it brought."""
    for flow in FLOWS.values():
        data = yaml.load(workflow(flow, judge.VERSION), yaml.BaseLoader)
        assert set(data) == {"name", "on", "permissions", "jobs"} and data["permissions"] == {}
        assert set(data["on"]) == {"pull_request", "merge_group"} and set(data["on"]["pull_request"]) == {
            "types"
        }
        (job,) = data["jobs"].values()
        assert set(job) == {"name", "runs-on", "timeout-minutes", "permissions", "defaults", "steps"}
        assert job["permissions"] == {"contents": "read", "pull-requests": "read"}
        for step in job["steps"]:
            assert "if" not in step and "continue-on-error" not in step and "${{" not in step.get("run", "")
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
                assert step["with"]["persist-credentials"] == "false" and "head" not in step["with"]["ref"]


def test_an_action_is_pinned_with_its_version_beside_it() -> None:
    """Dependabot and people read it there."""
    uses = [line for line in workflow(GITFLOW, "1").splitlines() if line.strip().startswith("uses:")]
    assert uses and all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in uses)


def test_the_version_is_pinned() -> None:
    """What is installed tomorrow is what was reviewed today."""
    asked = requirement("1.2.3", (GITHUB,))
    assert f"--only-binary :all: '{asked}'\n" in workflow(GITFLOW, "1.2.3")


def test_every_class_and_no_other_stands_in_the_name() -> None:
    """In the policy's words."""
    for flow in FLOWS.values():
        said = re.findall(r"'([^']*)'(?= \|\||  *\}\}| \}\})", job_expression(flow).replace("''", ""))
        assert set(base_kinds(flow)) | {rest(flow)} >= set(said) and rest(flow) in said


def test_the_head_is_fetched_by_one_script_in_the_workflow_and_in_the_action() -> None:
    """What is true of the one is true of the other."""
    (job,) = yaml.safe_load(workflow(GITFLOW, "1"))["jobs"].values()
    action = yaml.safe_load(judge.ACTION.read_text("utf-8"))["runs"]["steps"]
    for steps in (job["steps"], action):
        (fetch,) = (step for step in steps if step["name"] == "Fetch the head")
        assert fetch["run"] == fetch_head()
        assert fetch["env"]["HEAD_SHA"] == (
            "${{ github.event.pull_request.head.sha || github.event.merge_group.head_sha }}"
        )
