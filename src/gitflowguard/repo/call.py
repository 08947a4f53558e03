"""The line of sh that calls us from a file that a team commits: husky's scripts, lefthook's commands.

Everybody who clones gets that file, with or without our program. What happens without it has to stand in the
line itself, for nobody could read the policy then.
"""

from __future__ import annotations

from gitflowguard.model.distribution import newest
from gitflowguard.model.moment import ADVICE, STAGES, moment_at
from gitflowguard.repo.hookfiles import COMMAND

WARN = "warn"
BLOCK = "block"
# One commit or merge starts several hooks; where it is let through, one of them says so.
_SPEAK = tuple(one for one in STAGES if moment_at(one).once and not moment_at(one).only)
_GONE = f"gitflowguard is not installed, so this was not checked. To install it: pipx install {newest()}"


def call(stage: str, arguments: str, missing: str, feed: str = "") -> str:
    """One line of sh without single quotes, so that YAML can hold it in a pair of them.

    arguments: what follows the stage. missing: WARN or BLOCK, for a clone without the program. feed: what goes
    before the call, such as ``printf … |``.
    """
    says = f'echo "{_GONE}" >&2'
    without = ""
    if missing == BLOCK and stage not in ADVICE:
        without = f" else {says}; exit 1;"
    elif stage in _SPEAK:
        without = f" else {says};"
    found = f"command -v {COMMAND} >/dev/null 2>&1"
    return f"if {found}; then {feed}{COMMAND} {stage}{' ' if arguments else ''}{arguments} || exit $?;{without} fi"


def other(missing: str) -> str:
    """The other choice."""
    return WARN if missing == BLOCK else BLOCK
