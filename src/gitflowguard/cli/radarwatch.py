"""`radar --watch`: the picture again whenever refs have changed, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable

from gitflowguard.cli import exits
from gitflowguard.repo.git import GitError
from gitflowguard.report.escape import terminal

SECONDS = 1.0
# The whole screen empty, and the cursor at its beginning (ECMA-48, 8.3.39 and 8.3.21).
CLEAR = "\x1b[2J\x1b[H"


def watch(
    draw: Callable[[], str],
    mark: Callable[[], object],
    show: Callable[[str], bool],
    clears: bool,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Draws, waits until the mark is another one, and draws again; returns the exit code.

    mark: what refs look like. show: writes; False if nobody reads any more. clears: whether a new picture takes
    the place of the old one. The first picture may raise; later a problem is shown, and passes with the next change.
    """
    first = True
    try:
        while True:
            seen = mark()
            try:
                text = draw()
            except GitError as problem:
                if first:
                    raise
                text = f"couldn't check: {terminal(str(problem))}\n"
            end = "Watching; Ctrl-C ends.\n" if clears else ""
            if not show(f"{CLEAR if clears else '' if first else chr(10)}{text}{end}"):
                return exits.CLEAN
            first = False
            while mark() == seen:
                pause(SECONDS)
    except KeyboardInterrupt:
        return exits.INTERRUPTED
