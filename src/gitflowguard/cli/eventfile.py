"""An event of GitHub's, as a file: foreign text of a bounded size."""

from __future__ import annotations

import json
import os

from gitflowguard.hook.payload import EventError

# GitHub's own limit for a payload (docs.github.com, "Webhook events and payloads").
MOST = 25 * 1024 * 1024


def of_this(event: object) -> None:
    """In a job, the event has to be about the job's own repository: what is asked of GitHub is asked there."""
    here = os.environ.get("GITHUB_REPOSITORY", "")
    of = event.get("repository") if isinstance(event, dict) else None
    name = of.get("full_name") if isinstance(of, dict) else None
    if here and isinstance(name, str) and name.lower() != here.lower():
        raise EventError("the event is about another repository than this job's")


def payload(path: str) -> object:
    """The JSON of an event's file; raises EventError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST + 1)
    except OSError as problem:
        raise EventError(f"the event cannot be read: {problem.strerror}") from None
    if len(data) > MOST:
        raise EventError("the event is larger than any that GitHub sends")
    try:
        found: object = json.loads(data)
    except (ValueError, RecursionError):
        raise EventError("the event isn't JSON") from None
    return found
