"""GitHub's documents about pull requests, read strictly into the model's types."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError
from gitflowguard.hook.pulldocument import GHOST, read_pull
from gitflowguard.model.proposal import (
    Annotation,
    CheckRun,
    Comment,
    Compared,
    Opinion,
    PullRequest,
)

T = TypeVar("T")
# docs.github.com, "Compare two commits": at most 300 files, all on the first page.
COMPARED_FILES = 300
# What the parts of a pull request are in an answer, if they are there.
_NOTHING = type(None)
_FORM: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("user", "repo"), (dict, _NOTHING)),
    **dict.fromkeys(("changed_files", "commits", "comments"), (int, _NOTHING)),
}


def read(reader: Callable[[Any], T], data: Any, written: bool = False) -> T:
    """What an answer says; raises ForgeError for one of another shape. written: whether a write may have been done."""
    try:
        return reader(data)
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        says = "GitHub answers in a way that was not expected"
        raise ForgeError(errors.GARBLED, says, uncertain=written) from None


def proposed(row: dict[str, Any]) -> PullRequest:
    """A pull request from GitHub's answer, which has more than an event has to have."""
    one = read_pull(row)
    parts = (*row.items(), *(("repo", row[end].get("repo")) for end in ("base", "head")))
    odd = [key for key, part in parts if not isinstance(part, _FORM.get(key, object))]
    if odd or not one.number or "state" not in row:
        raise ValueError(f"no pull request of the API: {odd}")
    return one._replace(author=one.author or GHOST)


def compared(data: Mapping[str, Any]) -> Compared:
    """A comparison of two commits."""
    rows = data.get("files") or []
    files = tuple(path for row in rows for path in paths(row))
    return Compared(
        str(data["base_commit"]["sha"]), int(data["behind_by"]), files, len(rows) < COMPARED_FILES
    )


def paths(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of a changed file: also the one that it had."""
    before = row.get("previous_filename")
    return (str(row["filename"]), str(before)) if before else (str(row["filename"]),)


def review(row: Mapping[str, Any]) -> Opinion:
    """A review. A deleted account's is a ghost's."""
    owner = row.get("author_association") == "OWNER"
    return Opinion(login(row.get("user")), str(row["state"]).lower(), str(row.get("commit_id") or ""), owner)


def comment(row: Mapping[str, Any]) -> Comment:
    """A comment on the conversation."""
    who = row.get("user") or {}
    return Comment(int(row["id"]), login(who), who.get("type") == "Bot", str(row.get("body") or ""))


def login(who: Mapping[str, Any] | None) -> str:
    """A login; ``ghost`` for an account that is gone, as GitHub shows it."""
    return str(who["login"]) if who and who.get("login") else GHOST


def number(row: Mapping[str, Any]) -> int:
    """The id of what was made."""
    return int(row["id"])


def permission(data: Mapping[str, Any]) -> str:
    """The old word for a person's role: admin, write, read or none."""
    return str(data["permission"])


def text(data: Mapping[str, Any]) -> str:
    """A file's text; one above 1 MB comes without (docs.github.com, "Get repository content") and is refused."""
    if data["encoding"] != "base64":
        raise ValueError("no content")
    return base64.b64decode(data["content"]).decode("utf-8", "surrogateescape")


def output(run: CheckRun, marks: tuple[Annotation, ...]) -> dict[str, Any]:
    """What a check run shows, with some of its annotations."""
    rows = [
        {
            "path": mark.path,
            "start_line": mark.line,
            "end_line": mark.line,
            "annotation_level": mark.level,
            "title": mark.title,
            "message": mark.message,
        }
        for mark in marks
    ]
    return {"title": run.title, "summary": run.summary, **({"annotations": rows} if rows else {})}
