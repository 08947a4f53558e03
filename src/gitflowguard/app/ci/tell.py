"""What `gitflowguard ci` and `doctor` say of a file: a sentence, and the command that helps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitflowguard.app.ci.files import (
    CURRENT,
    EDITED,
    FOREIGN,
    MISSING,
    OUTDATED,
    CiFileState,
    CiForm,
    existing,
    inspect,
)
from gitflowguard.app.ci.require import unrequired
from gitflowguard.model.names import listed
from gitflowguard.model.project import CONDA, PIP
from gitflowguard.repo.files import SetupError, read
from gitflowguard.repo.git import Git, GitError
from gitflowguard.report.ci.mark import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitflowguard.model.finding import Argv
    from gitflowguard.model.flow import Flow
    from gitflowguard.model.project import Project

    # (name, status, what it says, the command that repairs it)
    Row = tuple[str, str, str, Argv]

_SAYS = {
    MISSING: "{path} isn't there",
    CURRENT: "{path} is up to date",
    OUTDATED: "{path} is outdated: the project, the policy or gitflowguard has changed since it was written",
    EDITED: "{path} was edited by hand, so it no longer follows the project and the policy",
    FOREIGN: "{path} wasn't written by gitflowguard",
}


def command_of(form: CiForm, *more: str) -> Argv:
    """The command that writes the file."""
    return ("gitflowguard", "ci", *form.options, *more)


def sentence(found: CiFileState) -> str:
    """What is so, without a full stop."""
    return _SAYS[found.state].format(path=found.form.path)


def replacing(found: CiFileState) -> Argv:
    """The command that keeps a file that isn't ours, or that was edited, under a name that no CI service reads."""
    return ("mv", "-n", found.form.path, f"{found.form.path}.old")


def project_lines(project: Project) -> Iterator[tuple[str, str]]:
    """(what, value) of what was found."""
    files = listed(project.files, "and") or "the project itself"
    where = f", in {project.directory}" if project.directory else ""
    yield "installed by", f"{project.manager} ({files}{where})"
    why = project.evidence or "found in no file; --python sets it"
    yield "Python", f"{', '.join(project.pythons)} ({why})"
    if project.manager == PIP and not (project.hashed or project.sources):
        yield "lock file", "none that pip can verify; only the installed packages are checked against each other"
    if project.manager == CONDA:
        yield "lock file", f"none: {project.files[0]} is solved anew in each run"
    if not project.needs.tested:
        yield "pytest", "not found among the project's dependencies; the job adds it"


def check_ci(git: Git, top: str, flow: Flow) -> Iterator[Row]:
    """doctor's lines for the files that are there."""
    for form in existing(top):
        try:
            found = inspect(git, top, flow, form)
        except (SetupError, GitError) as problem:
            if _is_ours(top, form):
                yield "ci", "warning", f"couldn't check {form.path}: {problem}", ()
            continue
        if found.state == FOREIGN:
            yield "ci", "ok", sentence(found), ()
            continue
        mend = (
            command_of(form, *(("--check",) if found.state == EDITED else ()))
            if found.state != CURRENT
            else ()
        )
        yield "ci", "warning" if mend else "ok", sentence(found), mend
        if form.id == "github":
            yield from _required(flow)


def _is_ours(top: str, form: CiForm) -> bool:
    try:
        return is_ours(read(os.path.join(top, form.path)).data or b"")
    except (SetupError, OSError):
        return False


def _required(flow: Flow) -> Iterator[Row]:
    kinds = unrequired(flow)
    if kinds:
        says = (
            f"the policy doesn't require the check ci on {listed(kinds, 'and')}, so GitHub merges without it"
        )
        yield "ci required", "warning", says, ("gitflowguard", "ci", "--check")
