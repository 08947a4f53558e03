"""Behind a push: looks what the pushed branches would meet, and keeps it for the next push and for `status`.

A process of its own, started by app.hooks.radar. Nobody waits for it or hears it: it runs at the lowest priority,
one at a time in a clone, ends by itself, and writes only what the radar keeps in the git directory.
"""

from __future__ import annotations

import os
import time

from gitflowguard.app.hooks.judge import pushed_flow
from gitflowguard.app.policy.load import NeedsCompiling, folder
from gitflowguard.app.radar.push import row
from gitflowguard.app.radar.pushed import PushedBranch, plain, save, world
from gitflowguard.policy.errors import PolicyError
from gitflowguard.process import ProcessError
from gitflowguard.repo import deadline
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.state import find_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.repo.git import Place

SECONDS = 60.0
_NICE = 19
_LOCK = "filling.lock"


def fill(words: tuple[str, ...]) -> None:
    """Looks at what was pushed. words: the remote, then each branch and its commit."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    remote, pairs = words[0], words[1:]
    try:
        place = find_place(Git())
        lock = _alone(place)
        if lock is None:
            return
        deadline.start(SECONDS)
        _fill(place, remote, dict(zip(pairs[0::2], pairs[1::2])))
    except (deadline.TimeUp, GitError, ProcessError, PolicyError, NeedsCompiling, OSError):
        pass  # the next push tries again
    finally:
        deadline.stop()


def _fill(place: Place, remote: str, pushed: Mapping[str, str]) -> None:
    git = Git()
    try:
        view = pushed_flow(git, place, remote)
        found = row(git, place, view.flow, remote, pushed, int(time.time()), SECONDS)
    finally:
        git.settle()
    refs, now = view.refs, world(view.refs, pushed)
    lines = (view.flow.integration, view.flow.production)
    rows = []
    for name, tip in pushed.items():
        own = tuple(one for one in found if name in (one.about, one.other))
        names = {one for fact in own for one in (fact.target, fact.about, fact.other)} | set(lines)
        stands = tuple((one, refs.tips(one)) for one in sorted(names - {name}) if one)
        rows.append(
            PushedBranch(
                name=name,
                tip=tip,
                remote=remote,
                world=now,
                stands=stands,
                found=tuple(plain(one) for one in own),
            )
        )
    save(place, rows)


def _alone(place: Place) -> int | None:
    """The lock that is ours as long as we live (flock(2)); None where another process has it, or there is none."""
    try:
        import fcntl

        os.makedirs(folder(place), exist_ok=True)
        handle = os.open(os.path.join(folder(place), _LOCK), os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return None
    return handle
