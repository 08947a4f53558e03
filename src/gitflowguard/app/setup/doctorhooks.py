"""Whether each hook truly comes to us: the file where git looks, and what it starts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from gitflowguard import __version__
from gitflowguard.app.setup import lefthook, precommit
from gitflowguard.app.setup.hookplan import husky_file
from gitflowguard.model.distribution import newest
from gitflowguard.model.finding import Argv
from gitflowguard.model.moment import moment_at
from gitflowguard.model.names import listed
from gitflowguard.repo.hookfiles import (
    ASIDE,
    COMMAND,
    LEGACY,
    MIGRATING,
    Hook,
    HooksPath,
    baked,
    look,
    place_of,
)
from gitflowguard.repo.shim import ADVICE, STAGES, STRICT

Row = tuple[str, str, str, Argv]
_INIT = ("gitflowguard", "init", "--yes")
_HUSKY = ("npx", "husky")
_INSTALL = ("pipx", "install", newest())
_NOWHERE = f"the hooks look for {COMMAND} on PATH, where it is not"


def check_hooks(hooks: HooksPath, top: str) -> Iterator[Row]:
    """(name, status, says, the fix) for each stage."""
    ids, called = _ids(top), lefthook.called(top)
    for stage in STAGES:
        if hooks.owner == "husky":
            good, says, mend = _husky(hooks, stage)
        else:
            good, says, mend = _stage(os.path.join(hooks.directory, stage), stage, ids, called)
        bad = "warning" if stage in ADVICE else "bad"
        yield stage, "ok" if good else bad, says, () if good else mend


def _ids(top: str) -> tuple[str, ...]:
    try:
        with open(os.path.join(top, precommit.FILE), encoding="utf-8") as file:
            return precommit.ids_in(file.read())
    except (OSError, UnicodeDecodeError):
        return ()


def _husky(hooks: HooksPath, stage: str) -> tuple[bool, str, Argv]:
    """git starts husky's own hook, which starts the script; a clone where husky never ran lacks the first one."""
    script = husky_file(hooks, stage)
    if not script.calls:
        return False, f".husky/{stage} does not call {COMMAND}", _INIT
    front = look(os.path.join(hooks.directory, stage))
    if not front.maker:
        return False, f"husky has not made its hooks here, so git does not run .husky/{stage}", _HUSKY
    if front.fault:
        return False, f"{front.path} is {front.fault}, so git leaves it out", ("chmod", "+x", front.path)
    return True, f"husky runs ours (.husky/{stage})", ()


def _stage(path: str, stage: str, ids: tuple[str, ...], called: frozenset[str]) -> tuple[bool, str, Argv]:
    """Whether the stage comes to us, why, and what fixes it."""
    front = look(path)
    if front.maker == "lefthook" and not front.fault and stage in called:
        return True, "active: lefthook runs ours", ()
    if front.maker in MIGRATING and not front.fault:
        return _behind(front, stage, ids)
    if front.runs:
        return True, "active" if front.maker == "ours" else "active: your own hook calls ours", ()
    if not front.maker:
        return False, "there is no such hook", _INIT
    if front.maker == "ours" or front.calls:
        return False, f"{path} is {front.fault}, so git leaves it out", ("chmod", "+x", path)
    if look(path + ASIDE).maker == "ours":
        who = "somebody" if front.maker == "other" else front.maker
        return False, f"{who} has put ours aside as {stage}{ASIDE}, which nobody runs", _INIT
    return False, f"{path} is {_whose(front)} and does not run ours", _INIT


def _whose(hook: Hook) -> str:
    return "somebody else's" if hook.maker == "other" else f"{hook.maker}'s"


def _behind(front: Hook, stage: str, ids: tuple[str, ...]) -> tuple[bool, str, Argv]:
    """Behind pre-commit or prek: they run the hook that they found, with all of its input."""
    legacy = look(front.path + LEGACY)
    if legacy.runs:
        return True, f"active: {front.maker} runs ours ({stage}{LEGACY})", ()
    if legacy.maker == "ours":
        says = f"{legacy.path} is {legacy.fault}, so {front.maker} leaves it out"
        return False, says, ("chmod", "+x", legacy.path)
    if precommit.PREFIX + stage not in ids:
        return False, f"{front.maker} has this hook and does not run ours", _INIT
    if moment_at(stage).stdin:
        return False, f"only {front.maker} runs ours: it sees one ref of a push and misses deletions", _INIT
    return True, f"active: {front.maker} runs ours ({precommit.FILE})", ()


def check_starts(hooks: HooksPath) -> Iterator[Row]:
    """What our shims start: the interpreter, the script, its version. One row a fault, or one that all is well."""
    shims = [
        hook
        for hook in (place_of(hooks.directory, stage) for stage in (*STAGES, STRICT))
        if hook.maker == "ours"
    ]
    faults: dict[str, None] = {}
    for hook in shims:
        fault = _fault(*baked(hook.data))
        if fault:
            faults[fault] = None
    for fault in faults:
        yield "program", "bad", fault, _INSTALL if fault == _NOWHERE else _INIT
    if not faults and (shims or hooks.owner == "husky"):
        starts = tuple(dict.fromkeys(baked(hook.data)[0] or COMMAND for hook in shims)) or (COMMAND,)
        yield "program", "ok", f"hooks start {listed(starts, 'and')}, version {__version__}", ()


def _fault(python: str, script: str) -> str:
    """What is wrong with the program that a shim names; without one it looks on PATH."""
    if not python or not script:
        return "" if shutil.which(COMMAND) else _NOWHERE
    if not os.access(python, os.X_OK):
        return f"the Python that the hooks start is gone: {python}"
    if not os.path.isfile(script):
        return f"the program that the hooks start is gone: {script}"
    version = _version_beside(script)
    return (
        ""
        if version == __version__
        else f"the hooks start version {version or 'unknown'}, and this is {__version__}"
    )


def _version_beside(script: str) -> str:
    """The version in the package's own text; nothing of it is run."""
    try:
        with open(os.path.join(os.path.dirname(script), "__init__.py"), encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("__version__ = ")]
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[0].split("=", 1)[1].strip().strip('"') if lines else ""
