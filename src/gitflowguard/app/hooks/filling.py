"""Behind a push or `status`: looks for conflicts, and keeps what it finds for the next of them.

A process of its own, started by app.radar.behind. Nobody waits for it or hears it: it runs at the lowest priority,
one at a time in a clone, ends by itself, and writes only what the radar keeps in the git directory.
"""

from __future__ import annotations

import os
import time

from gitflowguard.app.hooks.judge import pushed_flow
from gitflowguard.app.policy.cache import NeedsCompiling, folder
from gitflowguard.app.policy.opening import flow_of, open_repository
from gitflowguard.app.policy.trust import vouched
from gitflowguard.app.radar.aims import RadarSelection, aims
from gitflowguard.app.radar.portions import known_tips, portion
from gitflowguard.app.radar.push import row
from gitflowguard.app.radar.pushed import PushedBranch, plain, save, world
from gitflowguard.app.radar.survey import RadarRequest, RadarSession
from gitflowguard.policy.errors import PolicyError
from gitflowguard.process import ProcessError
from gitflowguard.repo import deadline
from gitflowguard.repo.git import Git, GitError
from gitflowguard.repo.state import find_place
from gitflowguard.tooling.tree import Tree, in_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitflowguard.repo.git import Place

SECONDS = 60.0
_NICE = 19
_PORTION = 5  # new branches at once
_LOCK = "filling.lock"


def fill(words: tuple[str, ...]) -> None:
    """Looks at what was pushed. words: the remote, then each branch and its commit; none for all open branches."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    if hasattr(os, "setsid") and os.getpgrp() != os.getpid():
        os.setsid()  # a shell has started us: the end of the terminal is none of our business
    remote, pairs = "".join(words[:1]), words[1:]
    lock = None
    try:
        place = find_place(Git())
        lock = _alone(place)
        if lock is None:
            return
        deadline.start(SECONDS)
        if remote:
            _fill(place, remote, dict(zip(pairs[0::2], pairs[1::2])))
        else:
            _survey(place)
    except (deadline.TimeUp, GitError, ProcessError, PolicyError, NeedsCompiling, OSError):
        pass  # the next push tries again
    finally:
        deadline.stop()
        if lock is not None:
            os.close(lock)


def _fill(place: Place, remote: str, pushed: Mapping[str, str]) -> None:
    git = Git()
    try:
        view = pushed_flow(git, place, remote)
        found = row(git, place, view, remote, pushed, int(time.time()), SECONDS)
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


def _survey(place: Place) -> None:
    """Every open branch, a few at a time: what was found before the time is up is kept."""
    git = Git()
    opened = open_repository(git)
    flow = vouched(git, place, opened.refs, opened.flow, flow_of)
    found = aims(git, flow, RadarSelection(), int(time.time()))
    with Tree(in_memory(os.environ)) as tree:
        sha256 = any(len(aim.target.tip) == 64 for aim in found.aims)
        request = RadarRequest(cores=1, seconds=SECONDS)
        table = RadarSession(git, place, flow, tree.root, request, sha256=sha256)
        for aim in found.aims:
            part = portion(aim, (), 0)
            while part != aim:
                known = known_tips(table, aim)
                before, part = part, portion(aim, known, _PORTION)
                if part == before and part != aim:
                    break  # what can't be determined stays unknown
                table.judge(part)


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
