"""`gitflowguard message`: one message in a file, judged as commit-msg judges it."""

from __future__ import annotations

from collections.abc import Mapping

from gitflowguard.app.hooks.judge import HookResult, judge
from gitflowguard.app.policy.cache import NeedsCompiling
from gitflowguard.app.policy.opening import flow_of
from gitflowguard.model.event import Event
from gitflowguard.model.flow import Flow
from gitflowguard.model.moment import COMMIT_MSG
from gitflowguard.policy.errors import PolicyError
from gitflowguard.repo.git import Git
from gitflowguard.repo.rewording import repair
from gitflowguard.repo.state import find_place

FIXES = ("spaces", "period", "case")


def judge_file(path: str, fixes: bool, silenced: Mapping[str, str]) -> tuple[HookResult, str, str]:
    """(what the rules find, subject before and after the repair, "" for none). Raises PolicyError, GitError, OSError.

    fixes: whether every mechanical slip is repaired first; what the policy lets the hook repair always is.
    """
    git = Git()
    was, now = repair(git, path, FIXES) if fixes else ("", "")
    compiled: dict[bytes, Flow | PolicyError] = {}
    event = Event(COMMIT_MSG, (path,))
    try:
        return judge(event, silenced, git, compiled), was, now
    except NeedsCompiling as miss:
        compiled[miss.source.data] = flow_of(find_place(git), miss.source)
    return judge(event, silenced, git, compiled), was, now
