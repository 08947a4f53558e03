"""Which repository a remote's address names, and at which server."""

from __future__ import annotations

import re

from gitflowguard.model.record import Record

# scp-like: [user@]host:path (git-fetch(1), "Git URLs").
_SCP = re.compile(r"^(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]+):(?P<path>[^\s]+)$")
_URL = re.compile(
    r"^(?:https?|ssh|git)://(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9.-]+)(?::\d+)?/(?P<path>[^\s?#]+)$"
)
# GitHub's own: ssh over the port of https (docs.github.com, "Using SSH over the HTTPS port").
_PUBLIC = ("github.com", "www.github.com", "ssh.github.com")
# Letters of GitHub's names; "." and ".." would be another path.
_NAME = re.compile(r"^(?!-)[A-Za-z0-9-_]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$")
_OWNER = re.compile(r"^(?!-)[A-Za-z0-9-_]{1,100}$")


class Address(Record):
    """host: ``github.com`` for the public one. name: ``owner/name``."""

    host: str
    name: str


def address_of(url: str) -> Address | None:
    """The repository behind a remote's address; None for a path, a file or another kind of address."""
    found = _URL.match(url) or (_SCP.match(url) if "://" not in url else None)
    if found is None:
        return None
    name = found["path"].strip("/").removesuffix(".git")
    host = found["host"].lower()
    return Address("github.com" if host in _PUBLIC else host, name) if is_name(name) else None


def is_name(text: str) -> bool:
    """Whether it can be ``owner/name``."""
    return _NAME.match(text) is not None


def is_owner(text: str) -> bool:
    """Whether it can be a user's or an organisation's name."""
    return _OWNER.match(text) is not None
