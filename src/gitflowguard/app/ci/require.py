"""Whether the policy has GitHub require the check `ci`, and the lines that add it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gitflowguard.model.adoptionfiles import CI_FILE
from gitflowguard.model.flow import Flow
from gitflowguard.protection.compile import is_base
from gitflowguard.repo.files import SetupError, read
from gitflowguard.report.ci.forms import CHECK
from gitflowguard.report.ci.mark import is_ours

APP = "github-actions"


def unrequired(flow: Flow) -> tuple[str, ...]:
    """Ids of the kinds that pull requests go into and that don't require the check."""
    bases = (kind.id for kind in flow.kinds if kind.protected or is_base(kind, flow))
    guards = ((kind, flow.protection.guard(kind)) for kind in bases)
    return tuple(
        kind
        for kind, guard in guards
        if guard.pull_request is not False and all(check.context != CHECK for check in guard.checks)
    )


def policy_lines(kinds: tuple[str, ...]) -> Iterator[str]:
    """The part of a policy file that requires the check on these kinds."""
    yield "protection:"
    yield "  kinds:"
    for kind in kinds:
        yield f"    {kind}:"
        yield f"      checks: [{{name: {CHECK}, app: {APP}}}]"


def required_part(top: str, flow: Flow) -> bytes:
    """What a new policy says of the check, where the workflow that reports it is in the work tree."""
    try:
        data = read(os.path.join(top, CI_FILE)).data
    except (SetupError, OSError):
        return b""
    kinds = unrequired(flow)
    if data is None or not is_ours(data) or not kinds:
        return b""
    head = f"\n# {CI_FILE} reports the check `{CHECK}`.\n"
    return (head + "".join(f"{line}\n" for line in policy_lines(kinds))).encode()
