"""The lint job: the policy's tools, else the two flake8 runs of GitHub's starter workflow, on what git tracks.

The tools get their files from git. Of a virtual environment, under whatever name, git tracks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.check import LINT, Tool
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import shell
from gitflowguard.model.project import Project
from gitflowguard.model.record import Record
from gitflowguard.quality.catalogue import BROKEN, agreed, known
from gitflowguard.quality.requirements import requirements

# The oldest Python that the pinned versions of the tools were tested with.
OLDEST = 11
_FULL = ("--max-complexity=10", "--max-line-length=127")
_STOPS = ("--count", f"--select={','.join(BROKEN)}", "--show-source", "--statistics")
# What a job runs on whole files. The others need the project's environment, or a team's own reading of their answer:
# the check on pull requests runs them.
_RUN = ("flake8", "ruff", "black", "ruff-format", "isort", "bandit", "nbstripout")
_LOOK = {
    "ruff": ("check",),
    "black": ("--check", "--diff", "--quiet"),
    "ruff-format": ("format", "--check", "--diff"),
    "isort": ("--check-only", "--diff", "--filter-files"),
    "nbstripout": ("--verify",),
}
_TITLES = {
    "black": "Format",
    "ruff-format": "Format",
    "isort": "Imports",
    "bandit": "Security",
    "ruff": "Lint",
}


class CiStep(Record):
    """name: for people. run: shell lines. always: whether it also runs after a step that failed."""

    name: str
    run: tuple[str, ...]
    always: bool = False


def lint_tools(flow: Flow) -> tuple[Tool, ...]:
    """The tools of the job: those of the policy that it can run, with flake8 where they hold no linter."""
    own = tuple(tool for tool in flow.tools if tool.name in _RUN and not tool.run)
    linters = [tool for tool in own if known(tool).family == LINT and tool.name != "nbstripout"]
    tools = own if linters else (Tool("flake8"), *own)
    return tuple(sorted(agreed(tools), key=lambda tool: _RUN.index(tool.name)))


def lint_python(project: Project) -> str:
    """The oldest Python of the project that the tools support: syntax that it lacks is an error there."""
    oldest = min(int(one.partition(".")[2]) for one in project.pythons)
    return f"3.{max(oldest, OLDEST)}"


def lint_requirements(flow: Flow) -> tuple[str, ...]:
    """``flake8==7.5.0`` and the like, with what the policy puts beside a tool."""
    return requirements(lint_tools(flow))


def lint_steps(flow: Flow, project: Project, folder: str) -> Iterator[CiStep]:
    """folder: of the tools' virtual environment, in double quotes of the shell."""
    later = False
    for tool in lint_tools(flow):
        for name, argv in _runs(tool, project):
            line = f'{_files(tool)} | xargs -0 -r "{folder}/bin/{known(tool).program}" {shell(argv)} --'
            only = flow.quality.new_only and name != _STOPPING
            # Old findings are the team's to keep: the check on pull requests judges the new lines.
            tail = (
                f" || echo '{tool.name}: shown only, because the policy asks for new findings'"
                if only
                else ""
            )
            yield CiStep(name, (line + tail,), later)
            later = True


_STOPPING = "What stops a build"


def _runs(tool: Tool, project: Project) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, arguments) of each call."""
    if tool.name == "flake8":
        yield _STOPPING, _STOPS
        args = tool.args or _FULL
        yield "What is shown only", ("--count", "--exit-zero", *args, "--statistics")
        return
    title = _TITLES.get(tool.name, "Notebooks")
    yield f"{title}: {tool.name}", (*_LOOK.get(tool.name, ()), *_more(tool, project), *tool.args)


def _more(tool: Tool, project: Project) -> tuple[str, ...]:
    """Arguments that go by the project's settings."""
    config = dict(project.configs).get(tool.name, "")
    if tool.name == "isort" and tool.leader and not config and not tool.args:
        return ("--profile=black",)
    if tool.name != "bandit":
        return ()
    up = "../" * (project.directory.count("/") + 1) if project.directory else ""
    own = ("--ini" if config == ".bandit" else "--configfile", up + config) if config else ()
    # Below it are hints such as B101, which every test file would give.
    level = (
        ()
        if any("severity" in one or one.startswith("-l") for one in tool.args)
        else ("--severity-level=medium",)
    )
    return ("--quiet", *own, *level)


def _files(tool: Tool) -> str:
    """The call that lists what the tool looks at, each name ended by a zero byte."""
    spec = [_pathspec(one) for one in known(tool).files]
    spec += [_pathspec(one, "exclude") for one in tool.exclude]
    return shell(("git", "ls-files", "-z", "--", *spec))


def _pathspec(pattern: str, *words: str) -> str:
    """A pattern of the policy as git reads it (gitglossary(7), pathspec)."""
    if "/" in pattern:
        return f":({','.join(('top', *words, 'glob'))}){pattern}"
    if pattern[:1] == "*" and not words:
        return pattern
    return f":({','.join((*words, 'glob'))})**/{pattern}"
