"""The project's own workflows: before GitHub's reader, zizmor and the schema, and what a release asks for."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci import judge
from tests.ci.test_workflow import run
from tools.release import problems

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github/workflows"
FILES = sorted(FOLDER.glob("*.yml"))


def test_there_are_three() -> None:
    """Tests, our own check, the release."""
    assert [path.name for path in FILES] == ["gitflow.yml", "release.yml", "tests.yml"]


def test_zizmor_and_the_schema_accept_them() -> None:
    """Offline; the same calls as for the workflow that `init` writes, which prove that both would speak."""
    done = run("zizmor", "--offline", "--no-progress", "--quiet", FOLDER)
    assert done.returncode == 0 and done.stdout.startswith("No findings to report."), done.stdout
    done = run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FILES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_githubs_own_parser_accepts_them() -> None:
    """GitHub's code itself, where node and its packages are here."""
    if missing := judge.missing():
        pytest.skip(missing)
    texts = {path.name: path.read_text("utf-8") for path in FILES}
    answer = judge.ask({"workflows": texts, "events": {}, "actions": {}})
    assert {name: one["errors"] for name, one in answer["workflows"].items()} == dict.fromkeys(texts, [])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_action_is_pinned_with_its_version_beside(path: Path) -> None:
    """A commit id, and the tag for people; our own action is the one that was checked out."""
    used = re.findall(r"uses: (\S+)(?: # (\S+))?", path.read_text("utf-8"))
    assert used
    for name, version in used:
        assert (
            name == "./" or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name) and re.fullmatch(r"v[\d.]+", version)
        )


def test_the_tests_run_on_each_python_that_the_package_supports() -> None:
    """The matrix holds every minor version from requires-python to the newest classifier."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = [one.rpartition(" ")[2] for one in project["classifiers"] if re.search(r":: 3\.\d+$", one)]
    matrix = yaml.safe_load((FOLDER / "tests.yml").read_text("utf-8"))["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == said and f">={said[0]}" == project["requires-python"]


def jobs(name: str) -> dict[str, Any]:
    """The jobs of one of our workflows."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))["jobs"]
    return found


def test_the_tests_run_on_linux_and_on_macos() -> None:
    """Both are in the matrix, and the one required name waits for all of it."""
    found = jobs("tests.yml")
    matrix = found["test"]["strategy"]["matrix"]
    systems = {*matrix["os"], *(one["os"] for one in matrix["include"])}
    assert {system.partition("-")[0] for system in systems} == {"ubuntu", "macos"}
    assert found["test"]["runs-on"] == "${{ matrix.os }}"
    assert found["tests"]["needs"] == ["test"] and found["tests"]["if"] == "always()"


def test_our_own_action_judges_our_pull_requests() -> None:
    """Checked out at the base: a pull request doesn't judge itself."""
    checkout, *_, last = jobs("gitflow.yml")["check"]["steps"]
    assert last == {"uses": "./"}
    assert checkout["with"]["ref"].startswith("${{ github.event.pull_request.base.sha ")
    # YAML 1.1 reads the key `on` as true.
    assert "pull_request" in yaml.safe_load((FOLDER / "gitflow.yml").read_text("utf-8"))[True]


def test_a_release_is_published_by_trust_and_attested_before() -> None:
    """PyPI trusts the workflow in its environment: no secret is read, and only the publishing job has rights."""
    text = (FOLDER / "release.yml").read_text("utf-8")
    found = jobs("release.yml")
    build, publish = found["build"], found["publish"]
    assert "secrets." not in text and "password" not in text and "UV_PUBLISH_TOKEN" not in text
    assert build["permissions"] == {"contents": "read"} and publish["needs"] == ["build"]
    assert publish["permissions"] == {"id-token": "write", "attestations": "write", "contents": "read"}
    assert publish["environment"] == "pypi"
    steps = [str(one.get("uses", one.get("run"))).partition("@")[0] for one in publish["steps"]]
    attest, send = steps.index("actions/attest"), steps.index("uv publish --trusted-publishing always dist/*")
    assert attest < send == len(steps) - 1
    assert publish["steps"][attest]["with"] == {"subject-path": "dist/*"}
    runs = [str(one.get("run", "")) for one in build["steps"]]
    checked = next(n for n, run_ in enumerate(runs) if run_.startswith("python tools/release.py --check"))
    assert checked < runs.index(".ci/run") < next(n for n, run_ in enumerate(runs) if "-m build" in run_)


def write(root: Path, changelog: str) -> Path:
    """A project of version 1.2.0 with this changelog."""
    (root / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (root / "CHANGELOG.md").write_text(changelog)
    return root


def test_a_release_is_ready_or_says_what_is_missing(tmp_path: Path) -> None:
    """The tag, the dated entry, nothing left above it."""
    ready = write(tmp_path, "## [Unreleased]\n\n## [1.2.0] - 2026-01-02\n\n- A change.\n")
    assert problems(ready) == [] == problems(ready, "v1.2.0")
    assert problems(ready, "v1.3.0") == ["The tag is v1.3.0, but pyproject.toml says version 1.2.0."]
    left = write(tmp_path, "## [Unreleased]\n\n- Another.\n\n## [1.2.0] - 2026-01-02\n")
    assert len(problems(left)) == 1 and "[Unreleased]" in problems(left)[0]
    undated = write(tmp_path, "## [1.2.0]\n")
    assert problems(undated) == ["CHANGELOG.md has no entry '## [1.2.0] - DATE'."]


def test_the_command_says_it_and_fails() -> None:
    """With a tag that no version has."""
    argv = (sys.executable, str(ROOT / "tools/release.py"), "--check", "v0.0.0-none")
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "The tag is v0.0.0-none" in done.stderr
