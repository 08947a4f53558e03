"""The workflow that trains after a merge into the production branch: policy and project in, text out.

Its trigger is the push. A closed pull request would be the other one: there GITHUB_SHA is the test merge, a commit that
the production branch never holds (docs.github.com, "Events that trigger workflows", pull_request). There is no path
filter: GitHub looks at no more than 300 changed files (docs.github.com, "Workflow syntax"), so a large merge would
start nothing, and nobody would hear of it. `model start` reads all of them.
"""

from __future__ import annotations

from gitflowguard import __version__
from gitflowguard.model.distribution import requirement
from gitflowguard.model.flow import MAIN, Flow
from gitflowguard.model.project import CONDA, POETRY, UV, Project
from gitflowguard.model.training import SUFFIX
from gitflowguard.report.ci.commands import POETRY_VERSION, UV_VERSION, install_steps
from gitflowguard.report.ci.render import filled, literal


class NoTraining(Exception):
    """The policy doesn't say how a model is trained; the text says what is missing."""


def retrain(flow: Flow, project: Project) -> str:
    """`.github/workflows/retrain.yml` without its first lines. Raises NoTraining."""
    training = flow.training
    if not training.run or not training.writes:
        lacks = "run" if not training.run else "writes"
        raise NoTraining(
            f"the policy doesn't have training.{lacks}, so there is nothing to run after a merge"
        )
    kind = flow.kind(MAIN)
    branches = [literal(name.text) for name in (kind.names if kind is not None else ()) if name.literal]
    if not branches:
        raise NoTraining(
            "the policy has no production branch with a name of its own, so no push can be named"
        )
    return filled(
        "retrain.yml.j2",
        branches=branches,
        python=training.python or project.pythons[-1],
        run=training.run,
        record=SUFFIX,
        environment=training.environment,
        install=tuple(install_steps(project)),
        project=project,
        uv=UV_VERSION if project.manager == UV else "",
        poetry=POETRY_VERSION if project.manager == POETRY else "",
        conda=project.manager == CONDA,
        ours=requirement(__version__),
    )
