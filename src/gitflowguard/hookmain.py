"""What the installed shims start: ``python -I -S hookmain.py STAGE --hook FILE -- ARGS``.

A script has no compiled form on disk, so this one is as short as can be and
hookfront, which has one, does the work. Collection of garbage and the
interpreter's tidying at its end are left out: together with the compiling they
took a quarter of a hook's time.
"""

from __future__ import annotations

import os
import sys

if not __package__:
    # Run as a script under -I -S: nothing but the standard library is on the path.
    # Appended, so that nothing beside us can shadow the standard library.
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Stages whose every verdict begins with the branches.
_ASK_REFS = ("pre-commit", "pre-merge-commit", "prepare-commit-msg", "pre-push", "pre-rebase")

# Where passes of tools are kept (app.quality): if it is there, tools are likely to look at what is staged.
_TOOLS = os.path.join(".git", "gitflowguard", "passed")


def main() -> int:
    """The entry point ``gitflowguard-hook``; returns the exit code."""
    if not sys.flags.isolated:  # started as a console script
        from gitflowguard.tooling.importpath import settle

        settle()
    from gitflowguard.repo.git import REFS, STAGED, Git

    git = Git()
    stage = sys.argv[1] if len(sys.argv) > 1 else ""
    # git works on its answers while we load the rest.
    if stage in _ASK_REFS:
        git.ahead(*REFS)
    if stage in _ASK_REFS[:2] and os.path.isdir(_TOOLS):
        git.ahead(*STAGED)
    from gitflowguard.hookfront import main as front

    return front(git=git)


if __name__ == "__main__":
    import _signal  # type: ignore[import-not-found]  # the C module; `signal` loads enum for 3 ms
    import gc

    gc.disable()
    # Ctrl-C ends a hook at once. It has nothing to undo, and Python's own way, an
    # exception at any line, could come out as something else.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # nobody reads it any more
    os._exit(status)
