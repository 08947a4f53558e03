"""A GitHub event -> what is asked of us. Everything in it is foreign text; names are checked, nothing is guessed.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from typing import Any

from gitflowguard.model.forgeref import GITHUB_QUEUE
from gitflowguard.model.names import HEADS, is_null, is_object_id
from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record
from gitflowguard.model.source import is_fork, is_robot

_NEVER = " ~^:?*[\\\x7f"


class EventError(Exception):
    """An event that cannot be judged; the text says what is wrong with it."""


class EventRequest(Record):
    """What an event asks. pull: the pull request, None where there is nothing to judge (nothing says why).

    group: whether it is a merge group, of which only base and commits are known.
    """

    pull: Pull | None
    nothing: str = ""
    group: bool = False


def read(event: Any) -> EventRequest:
    """Reads a pull_request, pull_request_review or merge_group payload; raises EventError.

    Of any other event a pass would be a green check of this name on a commit that nobody judged, so each is an error.
    """
    if not isinstance(event, dict):
        raise EventError("the event isn't a JSON object")
    if "merge_group" in event:
        return _group(_dict(event, "merge_group"), str(event.get("action") or ""))
    if "pull_request" in event:
        return _pull(_dict(event, "pull_request"))
    raise EventError(_other(event))


def _other(event: dict[str, Any]) -> str:
    """Why an event isn't judged, and what judges it."""
    if "ref" in event and "after" in event:
        return (
            "a push isn't a pull request; run this job on pull_request and merge_group only, and judge a push with: "
            "gitflowguard check --event"
        )
    issue = event.get("issue")
    number = issue.get("number") if isinstance(issue, dict) and "pull_request" in issue else None
    which = number if isinstance(number, int) else "NUMBER"
    return (
        "the event doesn't name the commits of a pull request (pull_request, pull_request_review and merge_group do); "
        f"name it: gitflowguard pr check --number {which}"
    )


class Pushed(Record):
    """What a push event says happened. branch: "" for a tag. before, after: commits, "" for none."""

    branch: str
    ref: str
    before: str
    after: str
    forced: bool


def read_push(event: Any) -> Pushed:
    """Reads a push payload; raises EventError.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
    """
    if not isinstance(event, dict) or not {"ref", "before", "after"} <= set(event):
        raise EventError("the event isn't a push: ref, before and after belong to one")
    ref = event["ref"]
    if not isinstance(ref, str) or not valid(ref):
        raise EventError("the event's ref isn't the name of a ref")
    branch = ref.removeprefix(HEADS) if ref.startswith(HEADS) else ""
    ends = []
    for key in ("before", "after"):
        sha = event[key]
        if not isinstance(sha, str) or not is_object_id(sha):
            raise EventError(f"the event's {key} isn't a commit")
        ends.append("" if is_null(sha) else sha.lower())
    return Pushed(branch, ref, ends[0], ends[1], event.get("forced") is True)


def valid(name: str) -> bool:
    """Whether git could have a branch of this name (git-check-ref-format(1)): it will stand in paths and refs."""
    parts = name.split("/")
    return (
        bool(name)
        and not name.startswith("-")
        and not any(letter < " " or letter in _NEVER for letter in name)
        and ".." not in name
        and "@{" not in name
        and name != "@"
        and not name.endswith(".")
        and all(part and not part.startswith(".") and not part.endswith(".lock") for part in parts)
    )


def _group(group: dict[str, Any], action: str) -> EventRequest:
    if action == "destroyed":
        return EventRequest(None, "the merge group is gone; nothing to check")
    base, head = (_name(group, key).removeprefix(HEADS) for key in ("base_ref", "head_ref"))
    name = head
    if head.startswith(f"{GITHUB_QUEUE}{base}/"):
        name = head[len(GITHUB_QUEUE) + len(base) + 1 :].rpartition("-")[0] or head  # pr-104
    number = name.removeprefix("pr-")
    pull = Pull(base, name, _sha(group, "base_sha"), _sha(group, "head_sha"))
    return EventRequest(pull._replace(number=int(number) if number.isdecimal() else 0), group=True)


def _pull(said: dict[str, Any]) -> EventRequest:
    # A closed one is judged like any other: its check would count for every other pull request of the same commit.
    base, head = _dict(said, "base"), _dict(said, "head")
    user, number = said.get("user"), said.get("number")
    author = str(user.get("login") or "") if isinstance(user, dict) else ""
    robot = isinstance(user, dict) and is_robot(author, user.get("type"))
    return EventRequest(
        Pull(
            _name(base, "ref"),
            _name(head, "ref"),
            _sha(base, "sha"),
            _sha(head, "sha"),
            fork=is_fork(base, head),
            draft=said.get("draft") is True,
            author=author,
            robot=robot,
            number=number if isinstance(number, int) else 0,
            mergeable=False if said.get("mergeable") is False else None,
        )
    )


def _dict(of: dict[str, Any], key: str) -> dict[str, Any]:
    found = of.get(key)
    if not isinstance(found, dict):
        raise EventError(f"the event's {key} isn't an object")
    return found


def _name(of: dict[str, Any], key: str) -> str:
    found = of.get(key)
    if not isinstance(found, str) or not valid(found.removeprefix(HEADS)):
        raise EventError(f"the event's {key} isn't the name of a branch")
    return found


def _sha(of: dict[str, Any], key: str) -> str:
    found = of.get(key)
    if not isinstance(found, str) or not is_object_id(found) or is_null(found):
        raise EventError(f"the event's {key} isn't a commit")
    return found.lower()
