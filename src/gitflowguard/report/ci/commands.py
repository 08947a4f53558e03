"""The shell lines that install and test a project, for each manager; the same on every CI service."""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.names import shell
from gitflowguard.model.project import CONDA, POETRY, UV, Project
from gitflowguard.report.ci.lint import CiStep

# Versions that this release was tested with (tests/ci/test_ci_projects.py runs them).
UV_VERSION = "0.13.9"
POETRY_VERSION = "2.5.1"
_PYTEST = "pytest==9.2.0"
# The last that runs on Python 3.8 and 3.9 (docs.pytest.org, "Changelog", 9.0).
_OLD_PYTEST = "pytest>=8,<9"
JUNIT = "reports/junit.xml"
# pytest ends with 5 where it collects nothing (docs.pytest.org, "Exit codes"), but with 0 where every test is skipped.
_COUNT = f"""\
python3 -I - <<'EOF'
import xml.etree.ElementTree as ET

suites = ET.parse("{JUNIT}").getroot().iter("testsuite")
ran = sum(int(one.get("tests", 0)) - int(one.get("skipped", 0)) for one in suites)
raise SystemExit(0 if ran > 0 else "No test ran: every test was skipped.")
EOF"""
_PIP = ("python", "-m", "pip", "install", "--disable-pip-version-check")


def pytest_requirement(project: Project) -> str:
    """What to install where the project's own dependencies don't bring pytest."""
    old = any(int(one.partition(".")[2]) < 10 for one in project.pythons)
    return _OLD_PYTEST if old else _PYTEST


def install_steps(project: Project) -> Iterator[CiStep]:
    """Installs, and fails where a lock no longer fits what it was made from."""
    if project.manager == UV:
        yield CiStep("Install", (shell(("uv", "sync", "--locked", *_named(project))),))
        return
    if project.manager == POETRY:
        names = _named(project, "--extras", "--with")
        yield CiStep("Check the lock file", ("poetry check --lock",))
        lines = [shell(("poetry", "install", "--no-interaction", *names))]
        yield CiStep("Install", (*lines, *_pytest(project, ("poetry", "run"))))
        return
    if project.manager == CONDA:
        lines = list(_pytest(project))
        yield from (CiStep("Install pytest", tuple(lines)),) if lines else ()
        yield CiStep("Check the environment", ("python -m pip check",))
        return
    yield CiStep("Install", (*_pip_lines(project), *_pytest(project)))
    locked = bool(project.sources or project.package and project.files)
    # Offline: what a source names and the lock didn't bring is an error.
    offline = ("python", "-m", "pip", "install", "--disable-pip-version-check", "--no-index")
    lines = [shell((*offline, *_all(project.sources)))] if project.sources else []
    yield CiStep(
        "Check the lock file" if locked else "Check the environment", (*lines, "python -m pip check")
    )


def pytest_steps(project: Project) -> Iterator[CiStep]:
    """Runs the tests; no test is a failure."""
    front: tuple[str, ...] = ()
    if project.manager == UV:
        extra = () if project.needs.tested else ("--with", pytest_requirement(project))
        front = ("uv", "run", "--no-sync", *extra)
    elif project.manager == POETRY:
        front = ("poetry", "run")
    yield CiStep("Tests", (shell((*front, "python", "-m", "pytest", f"--junitxml={JUNIT}")),))
    yield CiStep("At least one test ran", tuple(_COUNT.splitlines()))


def _pip_lines(project: Project) -> Iterator[str]:
    hashes = ("--require-hashes",) if project.hashed else ()
    if project.files:
        yield shell((*_PIP, *hashes, *_all(project.files)))
    if project.package and project.files:
        # What it needs is in the requirements; `pip check` fails where that isn't so (pip.pypa.io, "pip check").
        yield shell((*_PIP, "--no-deps", "--editable", "."))
    elif project.package:
        needs = project.needs
        target = f".[{','.join(needs.extras)}]" if needs.extras else "."
        groups = [word for one in needs.groups for word in ("--group", one)]
        yield shell((*_PIP, "--editable", target, *groups))


def _all(files: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for one in files for word in ("-r", one))


def _pytest(project: Project, front: tuple[str, ...] = ()) -> Iterator[str]:
    """The line that adds pytest, where nothing else brings it."""
    if not _brought(project):
        yield shell((*front, *_PIP, pytest_requirement(project)))


def _brought(project: Project) -> bool:
    """With requirements files, pip is not asked for the extras or groups of pyproject.toml."""
    needs = project.needs
    named = bool(needs.extras or needs.groups)
    return needs.tested and not (named and project.manager not in (UV, POETRY) and project.files)


def _named(project: Project, extra: str = "--extra", group: str = "--group") -> tuple[str, ...]:
    """The options for the extras and groups that bring pytest."""
    needs = project.needs
    found = [word for one in needs.extras for word in (extra, one)]
    return (*found, *(word for one in needs.groups for word in (group, one)))
