"""The workflow that `init` writes, so that pull requests are checked where nobody can skip it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard import __version__
from gitflowguard.model.adoptionfiles import WORKFLOW
from gitflowguard.model.checkname import check_names
from gitflowguard.model.flow import Flow
from gitflowguard.model.names import listed
from gitflowguard.quality.requirements import installed_for, requirements
from gitflowguard.repo.detect import Detected
from gitflowguard.repo.files import SetupError, folders_to, read
from gitflowguard.repo.install import FileWrite
from gitflowguard.report.workflow import FILE, MARK, workflow

ASKED = "github"
DECLINED = "none"
MISSING = "missing"
CURRENT = "as this policy and version ask"
OUTDATED = "not as this policy and version ask"
FOREIGN = "not ours"


def workflow_steps(found: Detected, flow: Flow, ci: str, first: bool) -> Iterator[FileWrite]:
    """The file, where it is asked for, or where the policy is written for the first time and the remote is on GitHub.

    ci: ASKED, DECLINED or "" for neither. Raises SetupError where something else lies in its place.
    """
    if ci == DECLINED or (ci != ASKED and not (first and found.github)):
        return
    path = os.path.join(found.place.top, FILE)
    before = read(path)
    if _same(before.data, flow) or (before.data is not None and ci != ASKED):
        return
    if before.data is not None and not _ours(before.data):
        raise SetupError(f"{FILE} is there already and not from gitflowguard; rename it, then run this again")
    blocked = next((folder for folder in folders_to(path) if os.path.lexists(folder)), "")
    if blocked:
        raise SetupError(f"{blocked} is not a directory; move it away, then run this again, or say --ci none")
    mode = before.mode if before.data is not None else None
    yield FileWrite(path, WORKFLOW, _text(flow).encode(), before, mode)


def workflow_notes(found: Detected, flow: Flow, ci: str, written: bool) -> Iterator[str]:
    """What a person should know of it: that it must be required, that it is missing, or that it is out of date."""
    if written:
        names = listed(check_names(flow)[:-1], "and")
        yield f"a check only informs until GitHub requires it on its branches: {names}"
        return
    state = workflow_state(found.place.top, flow)
    if ci == DECLINED or not found.github:
        return
    if state == MISSING:
        yield "pull requests are not checked; to have that: gitflowguard init --ci github"
    elif state == OUTDATED:
        yield f"{FILE} is {OUTDATED}; to see: gitflowguard init --ci github --dry-run"


def workflow_state(top: str, flow: Flow) -> str:
    """MISSING, CURRENT, OUTDATED, or FOREIGN for a file that is not ours or cannot be read as one."""
    try:
        data = read(os.path.join(top, FILE)).data
    except (SetupError, OSError):
        return FOREIGN
    if data is None:
        return MISSING
    if not _ours(data):
        return FOREIGN
    return CURRENT if _same(data, flow) else OUTDATED


def _text(flow: Flow) -> str:
    return workflow(flow, __version__, requirements(installed_for(flow)))


def _ours(data: bytes) -> bool:
    return data.startswith(MARK.encode())


def _same(data: bytes | None, flow: Flow) -> bool:
    """Line ends may be the user's (gitattributes(5), eol)."""
    return data is not None and data.replace(b"\r\n", b"\n") == _text(flow).encode()
