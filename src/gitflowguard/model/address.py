"""What a remote's address says of the place where it is (git-fetch(1), "GIT URLS")."""

from __future__ import annotations

import re

from gitflowguard.model.giturl import split
from gitflowguard.model.record import Record

PUBLIC = "github.com"
# Also GitHub's ssh over the port of https (docs.github.com, "Using SSH over the HTTPS port").
_HOSTS = (PUBLIC, "www.github.com", "ssh.github.com")
_SCHEMES = ("", "http", "https", "ssh", "git")
# Letters of GitHub's names; "." and ".." would be another path.
_NAME = re.compile(r"^(?!-)[A-Za-z0-9-_]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$")
_OWNER = re.compile(r"^(?!-)[A-Za-z0-9-_]{1,100}$")


class Address(Record):
    """host: ``github.com`` for the public one. name: ``owner/name``."""

    host: str
    name: str


def host_of(url: str) -> str:
    """The host that a URL names, in small letters; "" for a path on this machine.

    ``https://host:443/o/r``, ``ssh://git@host/o/r`` and ``git@host:o/r``; an IPv6 address comes without brackets.
    """
    return split(url)[1]


def on_github(url: str) -> bool:
    """Whether the remote is on github.com."""
    return host_of(url) in _HOSTS


def address_of(url: str) -> Address | None:
    """The repository behind a remote's address; None for a path, a file or another kind of address."""
    scheme, host, path = split(url)
    name = path.strip("/").removesuffix(".git")
    if not host or scheme not in _SCHEMES or not is_name(name):
        return None
    return Address(PUBLIC if host in _HOSTS else host, name)


def is_name(text: str) -> bool:
    """Whether it can be ``owner/name``."""
    return _NAME.match(text) is not None


def is_owner(text: str) -> bool:
    """Whether it can be a user's or an organisation's name."""
    return _OWNER.match(text) is not None
