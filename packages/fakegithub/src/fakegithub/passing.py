"""Whether a required check has passed on a commit."""

from __future__ import annotations

from fakegithub.repos import Repo

PASSING = ("success", "neutral", "skipped")


def check_passed(repo: Repo, sha: str, name: str, app: int | None) -> bool:
    """Whether the newest run and the newest status of a name, where there are any, pass. Any app if ``app`` is None."""
    runs = [
        one
        for one in repo.check_runs
        if one["head_sha"] == sha and one["name"] == name and app in (None, one["app"])
    ]
    states = [
        one
        for one in repo.statuses
        if one["sha"] == sha and one["context"] == name and app in (None, one["app"])
    ]
    if not runs and not states:
        return False
    return (not runs or runs[-1]["conclusion"] in PASSING) and (
        not states or states[-1]["state"] == "success"
    )
