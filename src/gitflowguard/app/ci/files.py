"""The files that `gitflowguard ci` writes: one row each, in a table that the command, `--check` and `doctor` go by.

A further file, such as another workflow, is a row here and a function in report/ci that makes its text.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from gitflowguard.app.ci.detect import CiOptions, detect_project
from gitflowguard.model.adoptionfiles import CI, CI_FILE, GITLAB_FILE, RETRAIN_FILE
from gitflowguard.model.flow import Flow
from gitflowguard.model.project import MANAGERS, Project
from gitflowguard.model.record import Record
from gitflowguard.repo.files import SetupError, folders_to, read
from gitflowguard.repo.git import Git
from gitflowguard.repo.install import FileWrite
from gitflowguard.report.ci import forms, mark
from gitflowguard.report.ci.retrain import NoTraining, retrain

MISSING, CURRENT, OUTDATED, EDITED, FOREIGN = "missing", "current", "outdated", "edited", "foreign"


class CiForm(Record):
    """One file.

    id: the value of `--for`, or the option that asks for it. path: from the top of the work tree.
    options: the words that ask for it, beside those of CiOptions. text: flow and project to the text below the mark.
    role: as in the journal of what was installed.
    """

    id: str
    path: str
    options: tuple[str, ...]
    text: Callable[[Flow, Project], str]
    role: str = CI


GITHUB = CiForm("github", CI_FILE, (), forms.github)
GITLAB = CiForm("gitlab", GITLAB_FILE, ("--for", "gitlab"), forms.gitlab)
RETRAIN = CiForm("retrain", RETRAIN_FILE, ("--retrain",), retrain)
FORMS = (GITHUB, GITLAB, RETRAIN)
BY_ID = {form.id: form for form in (GITHUB, GITLAB)}


class CiFileState(Record):
    """A file as it is and as it would be.

    state: MISSING, CURRENT, OUTDATED, EDITED (ours, changed by hand) or FOREIGN. project: what it is made for.
    before: what is there, None for nothing. wanted: what would be. step: what writes it, None where that isn't due.
    """

    form: CiForm
    state: str
    project: Project
    before: bytes | None
    wanted: bytes
    step: FileWrite | None = None


def inspect(git: Git, top: str, flow: Flow, form: CiForm, asked: CiOptions | None = None) -> CiFileState:
    """Compares the file with what the options, the project and the policy ask for; writes nothing.

    asked: None repeats the options that the file was written with. Raises SetupError where the project can't be read,
    or where something that isn't a file lies in the file's place.
    """
    path = os.path.join(top, form.path)
    before = read(path)
    ours = before.data is not None and mark.is_ours(before.data)
    if asked is None or asked == CiOptions():
        asked = recorded(before.data) if ours and before.data else CiOptions()
    project = detect_project(git, top, asked)
    try:
        body = form.text(flow, project)
    except NoTraining as problem:
        raise SetupError(str(problem)) from None
    wanted = mark.signed((*form.options, *asked.words()), body).encode()
    state = _state(before.data, wanted)
    if state == MISSING:
        blocked = next((folder for folder in folders_to(path) if os.path.lexists(folder)), "")
        if blocked:
            raise SetupError(f"{blocked} isn't a directory; move it away, then run this again")
    mode = before.mode if before.data is not None else None
    step = FileWrite(path, form.role, wanted, before, mode) if state in (MISSING, OUTDATED) else None
    return CiFileState(form=form, state=state, project=project, before=before.data, wanted=wanted, step=step)


def _state(data: bytes | None, wanted: bytes) -> str:
    """Line ends may be the user's (gitattributes(5), eol)."""
    if data is None:
        return MISSING
    if not mark.is_ours(data):
        return FOREIGN
    if data.replace(b"\r\n", b"\n") == wanted:
        return CURRENT
    return EDITED if mark.is_edited(data) else OUTDATED


def recorded(data: bytes) -> CiOptions:
    """The options that a file of ours was written with; what can't be read is left to the project's files."""
    words = list(mark.options_of(data))
    pairs = list(zip(words, words[1:]))
    said = {name: value for name, value in pairs if name in ("--tool", "--directory")}
    manager = said.get("--tool", "")
    return CiOptions(
        manager if manager in MANAGERS else "",
        tuple(value for name, value in pairs if name == "--python"),
        said.get("--directory", ""),
    )


def existing(top: str) -> tuple[CiForm, ...]:
    """The forms whose file is there, whoever wrote it."""
    return tuple(form for form in FORMS if os.path.lexists(os.path.join(top, form.path)))
