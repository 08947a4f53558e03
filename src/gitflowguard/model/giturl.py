"""The parts of a remote's address (git-fetch(1), "GIT URLS"). Light: the hook of a push uses this."""

from __future__ import annotations


def split(url: str) -> tuple[str, str, str]:
    """Scheme, host in small letters, and path; "" for a part that isn't there.

    A place on this machine has no host, and its path is as written. An IPv6 address comes without brackets.
    """
    scheme, mark, rest = url.partition("://")
    if mark:
        place, slash, path = rest.partition("/")
        if scheme.lower() == "file":
            return "file", "", slash + path
    else:
        # As git decides: a colon before the first slash makes it a host (git-clone(1), "Git URLs").
        scheme, (place, colon, path) = "", url.partition(":")
        if not colon or "/" in place:
            return "", "", url
    place = place.rpartition("@")[2]
    host = place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
    return scheme.lower(), host.lower(), path
