"""CI services whose variables name the pull request that a job runs for: one module a service.

GitHub Actions is not among them: it hands over an event, which says more (hook.payload).
"""

from __future__ import annotations

from gitflowguard.hook.ci import azure, bitbucket, gitlab, jenkins
from gitflowguard.hook.ci.service import Named, Reader, Service
from gitflowguard.hook.payload import EventError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gitflowguard.hook.ci.service import Environ

__all__ = ["AUTO", "SERVICES", "Named", "Service", "named"]

AUTO = "auto"
SERVICES: tuple[Service, ...] = (azure.SERVICE, bitbucket.SERVICE, gitlab.SERVICE, jenkins.SERVICE)


def named(environ: Environ, wanted: str = AUTO) -> Named | None:
    """What the variables name, None where no service speaks of a pull request.

    wanted: the only service that is asked. Raises EventError where variables contradict each other, and where one
    that decides is missing.
    """
    asked = tuple(one for one in SERVICES if wanted in (AUTO, one.id))
    there = tuple(one for one in asked if any(environ.get(name) for name in one.signs))
    if len(there) > 1:
        who = " and ".join(one.label for one in there)
        which = " or ".join(f"--ci {one.id}" for one in there)
        raise EventError(f"the variables of {who} all name a pull request; choose one: {which}")
    if not there and wanted != AUTO:
        signs = " and ".join(asked[0].signs[:1])
        raise EventError(f"{asked[0].label} isn't running this job for a pull request: {signs} is not set")
    return there[0].read(Reader(there[0], environ)) if there else None
