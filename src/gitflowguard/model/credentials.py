"""Addresses of repositories without what lets somebody in. Light: the hook of a push uses this."""

from __future__ import annotations


def anonymous(address: str) -> str:
    """The address without user and password, as git itself shows it (transport.c, transport_anonymize_url).

    Stricter than git in two places: all up to the last ``@`` before the first slash goes, so that a password may
    hold an ``@``, and the prefix of a remote helper (``helper::https://…``) hides nothing. Laxer in one: the plain
    user of an SSH address stays, for it isn't a secret and a command that we print works with it alone. A path or a
    remote's name stays as it is.
    """
    helper, found, rest = address.rpartition("::")
    prefix = helper + found
    scheme, found, behind = rest.partition("://")
    if found:
        place, slash, path = behind.partition("/")
        who, at, host = place.rpartition("@")
        if not at:
            return address
        kept = f"{who}@" if "ssh" in scheme.lower() and ":" not in who else ""
        return f"{prefix}{scheme}://{kept}{host}{slash}{path}"
    who, at, host = rest.partition("@")
    if not at or ":" not in who + host or "/" in who:
        return address  # a path, or a name
    return f"{prefix}{host}" if ":" in who else address
