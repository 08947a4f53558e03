"""What `gitflowguard ci` writes, for many policies and projects: before GitHub's own reader, zizmor and the schemas."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import yaml

from gitflowguard.model.flow import Flow
from gitflowguard.model.project import CONDA, MANAGERS, PIP, POETRY, UV, Project, DevNeeds
from gitflowguard.report.ci import forms, mark
from gitflowguard.report.ci.commands import install_steps, pytest_steps
from gitflowguard.report.ci.lint import lint_python, lint_steps, lint_tools
from tests.ci import judge
from tests.ci.flows import FLOWS, GITFLOW
from tests.ci.test_workflow import run
from tests.policy.helpers import flow

PROJECTS = {
    "pip": Project(PIP, pythons=("3.9", "3.10"), files=("requirements.txt",)),
    "pip, hashed and locked": Project(
        manager=PIP,
        directory="Chapter02/it's",
        pythons=("3.12",),
        files=("requirements.txt", "requirements-dev.txt"),
        sources=("requirements.in",),
        hashed=True,
        package=True,
        needs=DevNeeds(True),
    ),
    "pip, by pyproject.toml": Project(PIP, pythons=("3.13",), package=True, needs=DevNeeds(True, ("test",))),
    "uv": Project(UV, pythons=("3.11", "3.12"), needs=DevNeeds(True, (), ("test",))),
    "poetry": Project(POETRY, directory="a b", pythons=("3.12",)),
    "conda": Project(CONDA, directory="env", pythons=("3.12",), files=("environment.yml",)),
}
TOOLS = {
    "all tools": "preset: gitflow\ntools: {black: true, ruff: true, ruff-format: true, isort: true, bandit: true, "
    "nbstripout: true, mypy: true}\n",
    "patterns": 'preset: ml\ntools: {flake8: {files: ["src/**/*.py", "*.py"], exclude: ["gen/**", "it\'s.py"]}}\n',
    "only what is new": "preset: gitflow\nquality: {new-only: true}\ntools: {black: true}\n",
}
POLICIES = {**FLOWS, **{name: flow(text) for name, text in TOOLS.items()}}
GITHUB = {
    f"{policy}, {name}": mark.signed((), forms.github(POLICIES[policy], project))
    for policy, (name, project) in product(POLICIES, PROJECTS.items())
    if name == "pip" or policy in ("ml", *TOOLS)
}
GITLAB = {
    f"{policy}, {name}": mark.signed(("--for", "gitlab"), forms.gitlab(POLICIES[policy], project))
    for policy, (name, project) in product(POLICIES, PROJECTS.items())
    if name == "pip" or policy in ("ml", *TOOLS)
}


def written(folder: Path, texts: dict[str, str]) -> list[Path]:
    """The texts as files."""
    folder.mkdir(parents=True)
    paths = [folder / f"{number}.yml" for number in range(len(texts))]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_zizmor_has_nothing_to_say_and_the_schema_is_kept(tmp_path: Path) -> None:
    """Every form, offline; test_workflow proves that both would speak."""
    paths = written(tmp_path / ".github/workflows", GITHUB)
    done = run("zizmor", "--offline", "--no-progress", "--quiet", tmp_path / ".github/workflows")
    assert done.returncode == 0 and done.stdout.startswith("No findings to report."), done.stdout
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *paths)
    assert done.returncode == 0, done.stdout + done.stderr


def test_gitlabs_published_schema_is_kept(tmp_path: Path) -> None:
    """And would speak of a job without a script."""
    paths = written(tmp_path / "made", GITLAB)
    schema = ("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci")
    done = run(*schema, *paths)
    assert done.returncode == 0, done.stdout + done.stderr
    paths[0].write_text(paths[0].read_text().replace("  script:", "  scripts:"))
    assert run(*schema, paths[0]).returncode == 1


def test_githubs_own_parser_accepts_them() -> None:
    """GitHub's code itself, where node and its packages are here."""
    if lacks := judge.missing():
        pytest.skip(lacks)
    answer = judge.ask({"workflows": GITHUB, "events": {}})["workflows"]
    assert {name: one["errors"] for name, one in answer.items()} == dict.fromkeys(GITHUB, [])
    assert set(answer["ml, uv"]["triggers"]) == {"push", "pull_request", "merge_group"}


@pytest.mark.parametrize("name", GITHUB)
def test_what_a_required_workflow_must_have(name: str) -> None:
    """Least rights, pinned actions with their versions, no expression in a script, a last job that nothing skips."""
    text = GITHUB[name]
    data = yaml.load(text, yaml.BaseLoader)
    assert data["permissions"] == {} and data["on"]["pull_request"] == data["on"]["merge_group"] == ""
    assert set(data["jobs"]) == {"lint", "test", "ci"}
    gate = data["jobs"]["ci"]
    assert "name" not in gate and gate["if"] == "${{ always() }}" and gate["needs"] == ["lint", "test"]
    assert gate["permissions"] == {}
    for job in ("lint", "test"):
        assert data["jobs"][job]["permissions"] == {"contents": "read"} and "if" not in data["jobs"][job]
    for job in data["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "") and "continue-on-error" not in step
    uses = re.findall(r"uses: (\S+) # (\S+)$", text, re.MULTILINE)
    assert len(uses) == text.count("uses: ")
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", used) and tag[0] == "v" for used, tag in uses)


def test_gitlabs_script_enters_a_directory_with_a_space() -> None:
    """The shell's quotes stand inside of YAML's, not in a scalar that keeps both."""
    data = yaml.safe_load(GITLAB["ml, poetry"])
    assert data["test"]["script"][0] == data["lint"]["script"][0] == "cd 'a b'"
    odd = PROJECTS["conda"]._replace(files=("my env: #1.yml",))
    lines = yaml.safe_load(forms.gitlab(GITFLOW, odd))["test"]["script"]
    assert lines[1] == "micromamba create --yes --name ci --file 'my env: #1.yml' \"python=$PYTHON_VERSION\""


def test_pythons_are_text() -> None:
    """3.10 is not 3.1 (actions/setup-python#198)."""
    data = yaml.safe_load(GITHUB["gitflow, pip"])
    assert data["jobs"]["test"]["strategy"]["matrix"]["python-version"] == ["3.9", "3.10"]
    matrix = yaml.safe_load(GITLAB["gitflow, pip"])["test"]["parallel"]["matrix"]
    assert matrix == [{"PYTHON_VERSION": ["3.9", "3.10"]}]


@pytest.mark.parametrize(
    ("name", "branches", "expression"),
    [
        (
            "gitflow",
            ["main", "develop", "release/**", "support/**"],
            r"/^(main|develop|release\/.*|support\/.*)$/",
        ),
        (
            "renamed",
            ["master", "dev", "release/**", "support/**"],
            r"/^(master|dev|release\/.*|support\/.*)$/",
        ),
    ],
)
def test_pushes_are_tested_on_what_work_is_merged_into(
    name: str, branches: list[str], expression: str
) -> None:
    """By the policy's kinds and their names."""
    assert yaml.load(GITHUB[f"{name}, pip"], yaml.BaseLoader)["on"]["push"]["branches"] == branches
    rules = yaml.safe_load(GITLAB[f"{name}, pip"])["workflow"]["rules"]
    assert rules[1]["if"] == f"$CI_COMMIT_BRANCH =~ {expression}"


def test_letters_with_a_meaning_in_filters_are_escaped() -> None:
    """A branch may be called so, and no other may match."""
    odd = GITFLOW._replace(
        kinds=(GITFLOW.kinds[0]._replace(names=(_template("main+!"),)), *GITFLOW.kinds[1:])
    )
    data = yaml.load(forms.github(odd, PROJECTS["pip"]), yaml.BaseLoader)
    assert data["on"]["push"]["branches"][0] == r"main\+\!"
    rule = yaml.safe_load(forms.gitlab(odd, PROJECTS["pip"]))["workflow"]["rules"][1]["if"]
    assert rule.startswith(r"$CI_COMMIT_BRANCH =~ /^(main\+!|")


def _template(text: str):  # type: ignore[no-untyped-def]
    from gitflowguard.model.template import Template

    return Template(text)


def test_the_chapters_two_runs_are_the_default() -> None:
    """What stops, then all of it with exit code 0, complexity 10 and 127 columns."""
    steps = tuple(lint_steps(GITFLOW, PROJECTS["pip"], "$T"))
    assert [step.name for step in steps] == ["What stops a build", "What is shown only"]
    first, second = (step.run[0] for step in steps)
    assert "--select=E9,F63,F7,F82 --show-source" in first and "--exit-zero" not in first
    assert "--exit-zero --max-complexity=10 --max-line-length=127" in second
    assert not steps[0].always and steps[1].always


def names(policy: Flow) -> list[str]:
    """The tools of the lint job."""
    return [tool.name for tool in lint_tools(policy)]


def test_the_policys_tools_go_before_the_default() -> None:
    """Another linter stands for flake8; what needs the project's environment is left to the check on pull requests."""
    assert names(POLICIES["all tools"]) == ["ruff", "black", "ruff-format", "isort", "bandit", "nbstripout"]
    assert names(flow("tools: {black: true, bandit: true}\n")) == ["flake8", "black", "bandit"]
    assert names(flow("tools: {own: {run: [x], package: x==1}}\n")) == ["flake8"]


def test_patterns_of_the_policy_are_pathspecs() -> None:
    """What the policy leaves out, the job leaves out."""
    first, _ = lint_steps(POLICIES["patterns"], PROJECTS["pip"], "$T")
    assert first.run[0].startswith(
        "git ls-files -z -- ':(top,glob)src/**/*.py' '*.py' ':(top,exclude,glob)gen/**' "
        "':(exclude,glob)**/it'\"'\"'s.py' | xargs"
    )


def test_old_findings_are_shown_and_do_not_fail() -> None:
    """The policy asks for new ones only, and a job that reads whole files can't say which are new."""
    first, _, black = lint_steps(POLICIES["only what is new"], PROJECTS["pip"], "$T")
    assert "|| echo" in black.run[0] and "|| echo" not in first.run[0]


def lines(project: Project) -> list[str]:
    """All lines that install and test, without the count of tests."""
    steps = (*install_steps(project), *pytest_steps(project))
    return [
        line for step in steps for line in step.run if "python" in line or "poetry" in line or "uv " in line
    ][:-1]


def test_what_each_manager_runs() -> None:
    """The lock is verified, and pytest is added only where the project doesn't bring it."""
    pip = "python -m pip install --disable-pip-version-check"
    junit = "python -m pytest --junitxml=reports/junit.xml"
    assert lines(PROJECTS["pip"]) == [
        f"{pip} -r requirements.txt",
        f"{pip} 'pytest>=8,<9'",
        "python -m pip check",
        junit,
    ]
    assert lines(PROJECTS["pip, hashed and locked"]) == [
        f"{pip} --require-hashes -r requirements.txt -r requirements-dev.txt",
        f"{pip} --no-deps --editable .",
        f"{pip} --no-index -r requirements.in",
        "python -m pip check",
        junit,
    ]
    assert lines(PROJECTS["pip, by pyproject.toml"]) == [
        f"{pip} --editable '.[test]'",
        "python -m pip check",
        junit,
    ]
    assert lines(PROJECTS["uv"]) == ["uv sync --locked --group test", f"uv run --no-sync {junit}"]
    assert lines(PROJECTS["poetry"]) == [
        "poetry check --lock",
        "poetry install --no-interaction",
        f"poetry run {pip} pytest==9.2.0",
        f"poetry run {junit}",
    ]
    assert lines(PROJECTS["conda"]) == [f"{pip} pytest==9.2.0", "python -m pip check", junit]


def test_the_tools_run_on_the_oldest_python_that_they_support() -> None:
    """Syntax that it lacks stops there."""
    assert lint_python(Project(PIP, pythons=("3.9", "3.10"))) == "3.11"
    assert lint_python(Project(PIP, pythons=("3.12", "3.13"))) == "3.12"


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_file_is_ours_until_somebody_edits_it(manager: str) -> None:
    """The first lines say with which options it was written; line ends don't count."""
    text = mark.signed(("--tool", manager, "--directory", "a b"), "name: ci\n").encode()
    assert mark.is_ours(text) and not mark.is_edited(text)
    assert mark.options_of(text) == ("--tool", manager, "--directory", "a b")
    assert not mark.is_edited(text.replace(b"\n", b"\r\n"))
    assert mark.is_edited(text + b"\n") and mark.is_edited(text.replace(b"name: ci", b"name: cd"))
    assert not mark.is_ours(b"name: ci\n")
