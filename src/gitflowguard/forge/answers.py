"""Reads GitHub's refusals: the same status has several meanings, distinguished by text and headers.

Sources: docs.github.com/rest/using-the-rest-api ("Troubleshooting the REST API", "Rate limits for the REST API",
"Best practices"), and the texts that users of other tools report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from gitflowguard.forge import errors
from gitflowguard.forge.errors import ForgeError

# What looks like a secret: GitHub's own tokens of every kind (docs.github.com, "About authentication to GitHub",
# "GitHub's token formats"), and a password in a URL.
_SECRET = re.compile(r"\b(?:gh[pousr]_|github_pat_)\w+|(?<=://)[^/@\s]+@")
_PLAN = (
    "upgrade to github",
    "make this repository public",
    "not available for your plan",
    "not available on your plan",
    "not available for this plan",
    "your current plan",
    "only available for organizations on",
)
_RATE = ("rate limit", "abuse detection", "abuse-rate-limits", "retry your request again later")
_SSO = ("saml", "single sign-on")
_PERMISSION = "x-accepted-github-permissions"
_LONGEST = 300
_DIGITS = 12
_MOVED = (301, 302, 307, 308)
_UNSEEN = "; it does not exist, or this token may not see it"
# status -> (kind, what helps)
_MEANINGS = {
    400: (errors.INVALID, ""),
    401: (errors.CREDENTIALS, "; the token is wrong or has expired"),
    404: (errors.ABSENT, _UNSEEN),
    405: (errors.INVALID, ""),  # where a rule stops a merge (docs.github.com, "Merge a pull request")
    409: (errors.CONFLICT, ""),
    410: (errors.ABSENT, _UNSEEN),
    413: (errors.INVALID, ""),
    422: (errors.INVALID, ""),
    451: (errors.ABSENT, _UNSEEN),
}


def redacted(text: str) -> str:
    """The text without anything that looks like a secret."""
    return _SECRET.sub("[secret]", text)


def decoded(text: str) -> Any:
    """The JSON of a text; raises ValueError for all else, brackets nested too deep to be read included."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("brackets nested too deep") from None


def number(text: str) -> int | None:
    """A header's count of seconds or requests; None for what is not one, or is beyond all sense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def parsed(text: str) -> Any:
    """The JSON of an answer; raises ForgeError for anything else (a proxy's page, a cut answer)."""
    if not text:
        return None
    try:
        return decoded(text)
    except ValueError:
        start = redacted(" ".join(text.split())[:60])
        says = f"the answer isn't JSON but begins with {start!r}; is there a proxy in between?"
        raise ForgeError(errors.GARBLED, says) from None


def limited(status: int, headers: Mapping[str, str], text: str) -> bool:
    """Whether the answer says "not now": then nothing was done, and the same request may be sent again."""
    if status not in (403, 429):
        return False
    words = text.lower()
    return (
        status == 429
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or any(word in words for word in _RATE)
    )


def pause(headers: Mapping[str, str], now: float, attempt: int) -> float:
    """How many seconds GitHub wants us to wait: by its header, else to its reset, else a minute, doubling.

    attempt: from 0. Source: docs.github.com, "Rate limits for the REST API", "Exceeding the rate limit".
    """
    after = headers.get("retry-after", "")
    seconds = number(after)
    if seconds is not None:
        return float(seconds)
    reset = number(headers.get("x-ratelimit-reset", ""))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return max(0.0, reset - now) + 1
    return 60.0 * float(2**attempt)


def refusal(verb: str, path: str, status: int, headers: Mapping[str, str], text: str) -> ForgeError:
    """What an answer other than the wanted one means."""
    said = _said(text)
    what = f"GitHub answers {status} to {verb} {path}"
    told = f"{what}: {said}" if said else what
    if limited(status, headers, text):
        return ForgeError(errors.RATE, f"{told}; wait, or allow more time with --wait", status)
    if status in (403, 404, 422) and any(word in said.lower() for word in _PLAN):
        return ForgeError(errors.PLAN, told, status)
    if status == 403:
        return _forbidden(told, headers)
    if status in _MOVED:
        says = f"{what}: the repository has been renamed or moved; use its new name"
        return ForgeError(errors.MOVED, says, status)
    if status in _MEANINGS:
        kind, hint = _MEANINGS[status]
        return ForgeError(kind, told + hint, status)
    if status >= 500:
        return ForgeError(errors.SERVER, f"{what}: a fault of the server", status, verb != "GET")
    return ForgeError(errors.GARBLED, f"{what}, which was not expected", status, verb != "GET")


def _forbidden(told: str, headers: Mapping[str, str]) -> ForgeError:
    """The kinds of 403 that are about who asks."""
    words = told.lower()
    if "x-github-sso" in headers or any(word in words for word in _SSO):
        hint = "authorise the token for the organisation's single sign-on (Settings, Tokens, Configure SSO)"
        return ForgeError(errors.SSO, f"{told}; {hint}", 403)
    if "archived" in words:
        return ForgeError(errors.ARCHIVED, told, 403)
    needs = headers.get(_PERMISSION, "")
    hint = f"it needs the permission {needs}" if needs else "this token may not do that"
    return ForgeError(errors.PERMISSION, f"{told}; {hint}", 403)


def _said(text: str) -> str:
    """GitHub's own sentence and the list of what is wrong, in one line and without secrets."""
    try:
        data = decoded(text)
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    parts = [str(data.get("message", "")).strip()]
    found = data.get("errors")
    for one in found if isinstance(found, list) else ():
        parts.append(_fault(one))
    line = " ".join("; ".join(part for part in parts if part).split())
    return redacted(line)[:_LONGEST]


def _fault(one: object) -> str:
    """One entry of ``errors``: a sentence, or a record of resource, field and code."""
    if isinstance(one, str):
        return one
    if isinstance(one, dict):
        if one.get("message"):
            return str(one["message"])
        return " ".join(str(one[key]) for key in ("resource", "field", "code") if one.get(key))
    return ""
