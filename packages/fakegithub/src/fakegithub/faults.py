"""Scripted faults: which requests they meet, and what is answered or done to the wire instead of the truth."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from fakegithub.web import DOCS, PLAN

SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID AB12:3CD4."
)
PRIMARY = "API rate limit exceeded for user ID 1001."
HTML = "<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body><h1>{}</h1></body></html>\n"


class Fault(NamedTuple):
    """An answer that is not the truth.

    ``effect``: none, before (the request takes effect, then the answer is this one), or pretended (the true answer,
    without any effect). ``wire``: what is done to the answer: "", cut, slow, reset. ``text`` replaces a JSON body.
    """

    status: int = 0
    message: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    effect: str = "none"
    wire: str = ""
    text: str | None = None

    def body(self) -> bytes:
        """The body as bytes."""
        if self.text is not None:
            return self.text.encode()
        if not self.message:
            return b""
        said: dict[str, Any] = {
            "message": self.message,
            "documentation_url": DOCS,
            "status": str(self.status),
        }
        return json.dumps(said).encode()


SPENT = (("X-RateLimit-Remaining", "0"),)
SSO = (("X-GitHub-SSO", "required; url=https://github.com/orgs/acme/sso?authorization_request=AB12"),)
ANSWERS: dict[str, Fault] = {
    "401": Fault(401, "Bad credentials"),
    "403-plan": Fault(403, PLAN),
    "403-permission": Fault(403, "Resource not accessible by integration"),
    "403-sso": Fault(403, "Resource protected by organization SAML enforcement.", SSO),
    "403-secondary": Fault(403, SECONDARY, (("Retry-After", "1"),)),
    "403-secondary-bare": Fault(403, SECONDARY),
    "403-primary": Fault(403, PRIMARY, SPENT),
    "404": Fault(404, "Not Found"),
    "409": Fault(409, "Conflict"),
    "422": Fault(422, "Validation Failed"),
    "429": Fault(429, SECONDARY, (("Retry-After", "1"),)),
    "429-bare": Fault(429, SECONDARY),
    "500": Fault(500, "Server Error"),
    "502": Fault(502, "Server Error"),
    "502-after": Fault(502, "Server Error", effect="before"),
    "200-ignored": Fault(effect="pretended"),
    "html-200": Fault(200, text=HTML.format("Please sign in"), headers=(("Content-Type", "text/html"),)),
    "html-502": Fault(502, text=HTML.format("502"), headers=(("Content-Type", "text/html"),)),
    "cut": Fault(effect="before", wire="cut"),
    "slow": Fault(effect="before", wire="slow"),
    "slow-before": Fault(wire="slow"),
    "reset": Fault(wire="reset"),
    "reset-after": Fault(effect="before", wire="reset"),
}
WRITES_ONLY = ("502-after", "200-ignored", "reset-after")
Match = int | str | Callable[["Any"], bool]


@dataclass
class Script:
    """A fault or a callback that waits for the requests that it matches."""

    match: Match
    times: int
    fault: Fault | None = None
    call: Callable[[Any], None] | None = None
    start: int = 0
    met: int = 0
    skip: int = 0
    name: str = ""

    def meets(self, request: Any) -> bool:
        """Whether it is for this request; counts it if so."""
        if self.met >= self.times or not matches(self.match, request, self.start):
            return False
        self.met += 1
        return True


def matches(match: Match, request: Any, start: int) -> bool:
    """Whether a request is meant.

    A number counts requests from when the script was written, from 1. A text is "VERB /path" or "/path", with ``*`` for
    anything, or "write" and "read". Else a function of the request.
    """
    if isinstance(match, int):
        return bool(request.number - start == match)
    if callable(match):
        return match(request)
    if match in ("write", "read"):
        return bool((request.method in ("GET", "HEAD")) == (match == "read"))
    if match == "*":
        return True
    verb, _, path = match.rpartition(" ")
    return verb in ("", "*", request.method) and fnmatchcase(request.path, re.sub(r"\[", "[[]", path))
