"""A GitHub event -> what is asked of us. Everything in it is foreign text; names are checked, nothing is guessed.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from typing import Any

from gitflowguard.hook.pulldocument import DocumentError, branch, commit, member, read_pull, valid
from gitflowguard.model.forgeref import GITHUB_QUEUE
from gitflowguard.model.names import HEADS, is_null, is_object_id
from gitflowguard.model.proposal import as_fact
from gitflowguard.model.pull import Pull
from gitflowguard.model.record import Record


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
    try:
        if "merge_group" in event:
            return _group(member(event, "merge_group"), str(event.get("action") or ""))
        if "pull_request" in event:
            return _pull(member(event, "pull_request"))
    except DocumentError as problem:
        raise EventError(f"the event's {problem}") from None
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
    name = ref.removeprefix(HEADS) if ref.startswith(HEADS) else ""
    ends = []
    for key in ("before", "after"):
        sha = event[key]
        if not isinstance(sha, str) or not is_object_id(sha):
            raise EventError(f"the event's {key} isn't a commit")
        ends.append("" if is_null(sha) else sha.lower())
    return Pushed(name, ref, ends[0], ends[1], event.get("forced") is True)


def _group(group: dict[str, Any], action: str) -> EventRequest:
    if action == "destroyed":
        return EventRequest(None, "the merge group is gone; nothing to check")
    base, head = (branch(group, key).removeprefix(HEADS) for key in ("base_ref", "head_ref"))
    name = head
    if head.startswith(f"{GITHUB_QUEUE}{base}/"):
        name = head[len(GITHUB_QUEUE) + len(base) + 1 :].rpartition("-")[0] or head  # pr-104
    number = name.removeprefix("pr-")
    pull = Pull(base, name, commit(group, "base_sha"), commit(group, "head_sha"))
    return EventRequest(pull._replace(number=int(number) if number.isdecimal() else 0), group=True)


def _pull(said: dict[str, Any]) -> EventRequest:
    # A closed one is judged like any other: its check would count for every other pull request of the same commit.
    found = read_pull(said)
    # An event's yes may be old by now; its no is repeated until GitHub says otherwise.
    return EventRequest(as_fact(found)._replace(mergeable=False if found.mergeable is False else None))
