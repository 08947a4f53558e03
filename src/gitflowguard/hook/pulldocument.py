"""GitHub's document of a pull request, which an event holds and the API answers with. The one reader of both.

Everything in it is foreign text: names and commits are checked, nothing is guessed. What an event may lack, or has for
reviews alone in a shorter form, is left as if nothing were said; who needs it asks for it (forge.github.pulldocuments).

https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request,
https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
"""

from __future__ import annotations

from typing import Any

from gitflowguard.model.names import HEADS, is_null, is_object_id
from gitflowguard.model.proposal import PullRequest
from gitflowguard.model.source import is_robot

# As GitHub shows an account that is gone.
GHOST = "ghost"
_NEVER = " ~^:?*[\\\x7f"


class DocumentError(ValueError):
    """A document of another form; the text says what is wrong, as in "base isn't an object"."""


def read_pull(document: dict[str, Any]) -> PullRequest:
    """The pull request of a document. author: "" where the document names none. Raises DocumentError."""
    base, head, user = member(document, "base"), member(document, "head"), _dict(document.get("user"))
    author, repo, mergeable = _text(user, "login"), _dict(head.get("repo")), document.get("mergeable")
    into, name = branch(base, "ref"), branch(head, "ref")
    return PullRequest(
        number=_count(document, "number"),
        open=document.get("state") == "open",
        draft=document.get("draft") is True,
        author=author,
        head=name,
        base=into,
        base_sha=commit(base, "sha"),
        head_sha=commit(head, "sha"),
        fork=_is_fork(base, head),
        mergeable=mergeable if isinstance(mergeable, bool) else None,
        files=_count(document, "changed_files"),
        commits=_count(document, "commits"),
        comments=_count(document, "comments"),
        robot=bool(user) and is_robot(author, user.get("type")),
        title=_text(document, "title"),
        owner=(_text(_dict(repo.get("owner")), "login") or GHOST) if repo else "",
    )


def member(of: dict[str, Any], key: str) -> dict[str, Any]:
    """An object inside of one; raises DocumentError."""
    found = of.get(key)
    if not isinstance(found, dict):
        raise DocumentError(f"{key} isn't an object")
    return found


def branch(of: dict[str, Any], key: str) -> str:
    """The name of a branch, maybe as a full ref; raises DocumentError."""
    found = of.get(key)
    if not isinstance(found, str) or not valid(found.removeprefix(HEADS)):
        raise DocumentError(f"{key} isn't the name of a branch")
    return found


def commit(of: dict[str, Any], key: str) -> str:
    """A commit's id in lower case; raises DocumentError."""
    found = of.get(key)
    if not isinstance(found, str) or not is_object_id(found) or is_null(found):
        raise DocumentError(f"{key} isn't a commit")
    return found.lower()


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


def _is_fork(base: dict[str, Any], head: dict[str, Any]) -> bool:
    """Whether the ends lie in two repositories.

    ``repo`` is null where a fork is gone (docs.github.com, "Get a pull request"); that one counts as foreign.
    """
    mine, theirs = (_dict(end.get("repo")).get("id") for end in (base, head))
    return not mine == theirs is not None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(of: dict[str, Any], key: str) -> str:
    return str(of.get(key) or "")


def _count(of: dict[str, Any], key: str) -> int:
    found = of.get(key)
    return int(found) if isinstance(found, int) else 0
