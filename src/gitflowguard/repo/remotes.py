"""What a remote's URL says of the place where it is."""

from __future__ import annotations

_HOSTS = ("github.com", "www.github.com", "ssh.github.com")


def host_of(url: str) -> str:
    """The host that a URL names, in small letters; "" for a path on this machine (git-fetch(1), GIT URLS).

    ``https://host:443/o/r``, ``ssh://git@host/o/r`` and ``git@host:o/r``; an IPv6 address comes without brackets.
    """
    scheme, mark, rest = url.partition("://")
    if mark:
        place = "" if scheme.lower() == "file" else rest.partition("/")[0]
    else:
        place, colon, _ = url.partition(":")
        # As git decides: a colon before the first slash makes it a host.
        place = place if colon and "/" not in place else ""
    place = place.rpartition("@")[2]
    if place.startswith("["):
        return place[1:].partition("]")[0].lower()
    return place.partition(":")[0].lower()


def on_github(url: str) -> bool:
    """Whether the remote is on github.com."""
    return host_of(url) in _HOSTS
