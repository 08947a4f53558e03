"""The CI configuration of a project, for GitHub and for GitLab: policy and project in, text out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitflowguard.model.checkname import base_kinds
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import quote
from gitflowguard.model.project import CONDA, POETRY, UV, Project
from gitflowguard.report.ci.commands import (
    JUNIT,
    POETRY_VERSION,
    UV_VERSION,
    install_steps,
    pytest_steps,
)
from gitflowguard.report.ci.lint import lint_python, lint_requirements, lint_steps
from gitflowguard.report.ci.render import filled, literal

# The one check to require: its name stays when the Pythons change.
CHECK = "ci"


def github(flow: Flow, project: Project) -> str:
    """`.github/workflows/ci.yml` without its first lines."""
    return _render(
        "github.yml.j2",
        flow,
        project,
        folder="$RUNNER_TEMP/lint",
        branches=[f"{literal(fixed)}{'' if whole else '**'}" for fixed, whole in _pushed(flow)],
    )


def gitlab(flow: Flow, project: Project) -> str:
    """`.gitlab-ci.yml` without its first lines."""
    names = [re.escape(fixed).replace("/", r"\/") + ("" if whole else ".*") for fixed, whole in _pushed(flow)]
    folder = "/tmp/lint"  # of the job's own container  # nosec B108
    return _render("gitlab.yml.j2", flow, project, folder=folder, branches=f"/^({'|'.join(names)})$/")


def _pushed(flow: Flow) -> Iterator[tuple[str, bool]]:
    """(text, whether it is the whole name) of branches whose pushes are tested: what work is merged into."""
    bases = base_kinds(flow)
    for kind in flow.kinds:
        for name in kind.names if kind.id in bases else ():
            if name.literal or name.prefix:
                yield (name.text, True) if name.literal else (name.prefix, False)


def _render(template: str, flow: Flow, project: Project, **more: object) -> str:
    folder = str(more["folder"])
    return filled(
        template,
        check=CHECK,
        project=project,
        install=tuple(install_steps(project)),
        tests=tuple(pytest_steps(project)),
        lint=tuple(lint_steps(flow, project, folder)),
        lint_python=lint_python(project),
        lint_tools=" ".join(quote(one) for one in lint_requirements(flow)),
        uv=UV_VERSION if project.manager == UV else "",
        poetry=POETRY_VERSION if project.manager == POETRY else "",
        conda=project.manager == CONDA,
        junit=f"{project.directory}/{JUNIT}" if project.directory else JUNIT,
        **more,
    )
