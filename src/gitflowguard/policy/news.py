"""What became of a policy that another one extends, since it was locked."""

from __future__ import annotations

from gitflowguard.model.adoptionfiles import LOCK_FILE
from gitflowguard.model.extends import PolicyLock
from gitflowguard.model.guarded import LOCKED, Guarded
from gitflowguard.model.names import short
from gitflowguard.policy.extends import UPDATE, digest

_MEND = (tuple(UPDATE.split(" ")),)
_ABOUT = "the policy"


def news(lock: PolicyLock, then: bytes, newest: str, now: bytes) -> Guarded | None:
    """What to report of a lock; None where it holds what is there.

    then: the file at the locked commit. newest: the commit at which the branch or tag stands. now: the file there.
    """
    text, was = lock.upstream.text, short(lock.commit)
    if digest(then) != lock.sha256:
        says = f"{LOCK_FILE} doesn't hold what {text} has at {was}: it was written by hand"
        return Guarded(_ABOUT, LOCKED, says, _MEND)
    if digest(now) != lock.sha256:
        says = f"{text} has changed since it was locked: {was} is locked, {short(newest)} is the newest"
        return Guarded(_ABOUT, LOCKED, says, _MEND, advice=True)
    return None
