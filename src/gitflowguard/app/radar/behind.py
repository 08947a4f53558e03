"""Starts the process that goes on looking when we are gone (app.hooks.filling). Light: a push asks this."""

from __future__ import annotations

import os
import sys

from gitflowguard.model.event import BACKGROUND, FILL


def may_start() -> bool:
    """Whether a process may be left behind: not where a person says no, nor in a CI job, which ends before it does."""
    return os.environ.get(BACKGROUND) != "off" and not os.environ.get("CI")


def start(*words: str) -> None:
    """Starts it, where that is wanted and can be done. words: what it looks at; none for all open branches."""
    if not may_start():
        return
    import gitflowguard
    from gitflowguard.process import detach

    script = os.path.join(os.path.dirname(os.path.abspath(gitflowguard.__file__)), "hookmain.py")
    detach((sys.executable, "-I", "-S", script, FILL, *words), os.environ)
