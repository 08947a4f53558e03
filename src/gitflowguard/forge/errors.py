"""What a forge could not or would not do, sorted by what a person can do about it."""

from __future__ import annotations

# kind -> whether asking again later may help
PLAN = "plan"  # the owner's plan does not have it
PERMISSION = "permission"  # this token may not
SSO = "single sign-on"
RATE = "rate limit"
CREDENTIALS = "credentials"
# Or no right to see it: GitHub does not tell these apart (docs.github.com, "Troubleshooting the REST API").
ABSENT = "not found"
ARCHIVED = "archived"
MOVED = "moved"
CONFLICT = "conflict"
INVALID = "invalid"  # GitHub refuses what it was sent
SERVER = "server"
UNREACHABLE = "unreachable"
GARBLED = "garbled"  # an answer that is none of GitHub's
NAME = "unknown name"  # the policy names somebody who does not exist


class ForgeError(Exception):
    """A request that failed; the text says what, why and what helps, and never holds a secret.

    kind: one of the words above. status: of HTTP, 0 without an answer.
    uncertain: whether what was asked for may have been done anyway: the connection broke, or the server
    failed, after the request was sent. Only a look at the present state can tell.
    """

    def __init__(self, kind: str, says: str, status: int = 0, uncertain: bool = False) -> None:
        super().__init__(says)
        self.kind = kind
        self.status = status
        self.uncertain = uncertain
