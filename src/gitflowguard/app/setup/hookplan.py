"""Which hook files `init` writes: ours where git looks, the user's own kept and run behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from gitflowguard.model.names import shell
from gitflowguard.repo.environment import passing
from gitflowguard.repo.files import FileState, SetupError
from gitflowguard.repo.hookfiles import (
    Hook,
    HooksPath,
    chained,
    husky_scripts,
    look,
    place_of,
)
from gitflowguard.repo.install import FileWrite
from gitflowguard.repo.journal import CHAIN, HOOK
from gitflowguard.repo.shim import STAGES, STRICT, shim

MODE = 0o755


def script() -> str:
    """The absolute path of what a shim starts."""
    import gitflowguard

    return os.path.join(os.path.dirname(os.path.abspath(gitflowguard.__file__)), "hookmain.py")


def shim_bytes(stage: str, baked: bool = True) -> bytes:
    """Our hook for a stage, for this interpreter, or for the program on PATH.

    An environment that a cache may drop at any time is not baked in.
    """
    paths = (sys.executable, script()) if baked and not passing(sys.prefix) else ()
    return shim(stage, *paths).encode("utf-8", "surrogateescape")


def hook_steps(hooks: HooksPath, strict: bool, called: frozenset[str] = frozenset()) -> tuple[FileWrite, ...]:
    """What to write; raises SetupError, one line a problem, where that is not safe.

    called: the stages that lefthook's file gives to us; where its hook is installed, ours is not put before it.
    """
    # husky rewrites its own directory (its index.js); ours stands in the scripts above it (app.setup.husky).
    if hooks.owner == "husky":
        if strict:
            raise SetupError(
                f"husky does not run {STRICT}, so --strict doesn't work with it; nothing was written"
            )
        return ()
    if hooks.owner == "outside":
        own = shell(("git", "config", "--local", "core.hooksPath", hooks.default))
        raise SetupError(
            f"core.hooksPath ({hooks.scope} setting) leads to {hooks.directory}, outside this repository and shared "
            f"with others, so nothing was written; give this repository its own hooks with: {own}, "
            "or leave hooks out with: gitflowguard init --no-hooks"
        )
    steps: list[FileWrite] = []
    problems: list[str] = []
    for stage in wanted(hooks, strict):
        try:
            hook = place_of(hooks.directory, stage)
            if hook.maker != "lefthook" or stage not in called:
                steps.extend(_steps(hook, stage))
        except SetupError as problem:
            problems.append(str(problem))
    if problems:
        raise SetupError("\n".join(problems))
    return tuple(steps)


def wanted(hooks: HooksPath, strict: bool) -> tuple[str, ...]:
    """The stages, with the strict one where it is asked for or there already."""
    there = place_of(hooks.directory, STRICT).maker == "ours"
    return (*STAGES, STRICT) if strict or there else STAGES


def _steps(hook: Hook, stage: str) -> Iterator[FileWrite]:
    ours = shim_bytes(stage)
    before = FileState(hook.data if hook.maker else None, hook.mode)
    if hook.maker == "ours":
        # A hooks directory that the team shares may hold the form without paths.
        if hook.fault or hook.data not in (ours, shim_bytes(stage, baked=False)):
            yield FileWrite(hook.path, HOOK, ours, before, MODE)
        return
    if hook.maker:
        if hook.runs:
            return
        yield from _keep(hook)
    yield FileWrite(hook.path, HOOK, ours, before, MODE)


def _keep(hook: Hook) -> Iterator[FileWrite]:
    """The user's hook under the name by which ours runs it."""
    if hook.fault:
        raise SetupError(
            f"{hook.path} is {hook.fault}, so it cannot be run behind ours; it was kept and nothing was written: "
            f"make it a plain executable file or move it away, then run this again"
        )
    kept = chained(hook)
    if not kept.maker:
        yield FileWrite(kept.path, CHAIN, hook.data, FileState(None), hook.mode)
    elif (kept.data, kept.mode) != (hook.data, hook.mode):
        raise SetupError(
            f"{hook.path} and {kept.path} are both there and differ; both were kept and nothing was written: "
            f"put what you need into one and remove the other, such as: {shell(('rm', kept.path))}"
        )


def husky_file(hooks: HooksPath, stage: str) -> Hook:
    """The user's file that husky runs for a stage; `.husky/_` is husky's own."""
    return look(os.path.join(husky_scripts(hooks), stage))
