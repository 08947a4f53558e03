"""Addresses of repositories without what lets somebody in. Light: the hook of a push uses this."""

from __future__ import annotations

# What ends an address in a sentence, a command or a document; and what ends its host.
_ENDS = frozenset(' \t\r\n"<>`')
_HOST_ENDS = _ENDS | frozenset("/?#")
# Parameters whose value lets somebody in: the first anywhere in the name, the second as the whole name.
_SECRET_PARTS = ("token", "secret", "passw", "signature", "credential", "apikey", "api_key", "api-key")
_SECRET_NAMES = ("key", "auth", "sig", "pass", "pwd")
_BARE_ENDS = _ENDS | frozenset("'(=,;")
_BARE_HOST_ENDS = _HOST_ENDS | frozenset(":@")
_SCHEME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
# No user's name with a password is longer; a bound keeps a page of one word from being read again and again.
_LONGEST = 1000


def anonymous(address: str) -> str:
    """The address without user and password, as git itself shows it (transport.c, transport_anonymize_url).

    Stricter than git in two places: all up to the last ``@`` before the first slash goes, so that a password may
    hold an ``@``, and the prefix of a remote helper (``helper::https://…``) hides nothing. Laxer in one: the plain
    user of an SSH address stays, for it isn't a secret and a command that we print works with it alone. A path or a
    remote's name stays as it is.
    """
    start = _behind_helpers(address)
    prefix, rest = address[:start], address[start:]
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


def _behind_helpers(address: str) -> int:
    """Where the address begins behind the names of remote helpers (gitremote-helpers(7), "<transport>::<address>").

    An IPv6 host and a path may hold ``::`` too, and name no helper.
    """
    start, end = 0, address.find("::")
    while end > start and _SCHEME.issuperset(address[start:end]):
        start = end + 2
        end = address.find("::", start)
    return start


def without_credentials(text: str) -> str:
    """A text of any length with every address in it as `anonymous` shows it, and with secret parameters as ``***``.

    Knows ``scheme://user:password@host``, ``user:password@host.name/path`` and ``?access_token=…``. Linear in the
    text: a report of many megabytes goes through here, too.
    """
    out: list[str] = []
    done, found = 0, text.find("://")
    while found >= 0:
        start = _back(text, found, done, _SCHEME, True)
        host = _end(text, found + 3, _HOST_ENDS)
        end = _end(text, host, _ENDS)
        out += (_bare(text[done:start]), anonymous(text[start:host]), _parameters(text[host:end]))
        done, found = end, text.find("://", end)
    return "".join((*out, _bare(text[done:])))


def _end(text: str, start: int, ends: frozenset[str]) -> int:
    """Where the first of these letters stands, else the text's length."""
    while start < len(text) and text[start] not in ends:
        start += 1
    return start


def _back(text: str, start: int, least: int, letters: frozenset[str], among: bool) -> int:
    """Where the word that ends at start begins. among: whether it is made of these letters or ends at them."""
    least = max(least, start - _LONGEST)
    while start > least and (text[start - 1] in letters) is among:
        start -= 1
    return start


def _parameters(path: str) -> str:
    """The path and the query of an address, with the values of secret parameters hidden."""
    head, found, query = path.partition("?")
    if not found:
        return path
    return head + found + "&".join(_parameter(one) for one in query.split("&"))


def _parameter(one: str) -> str:
    name, found, _ = one.partition("=")
    key = name.lower().removeprefix("amp;")
    secret = key in _SECRET_NAMES or any(part in key for part in _SECRET_PARTS)
    return f"{name}=***" if found and secret else one


def _bare(text: str) -> str:
    """The same for ``user:password@host.name/path``, which some programs take without a scheme."""
    out: list[str] = []
    done, found = 0, text.find("@")
    while found >= 0:
        end = _end(text, found + 1, _BARE_HOST_ENDS)
        if (
            text[end : end + 1] in ("/", ":") and "." in text[found + 1 : end]
        ):  # an address, by what stands behind it
            start = _back(text, found, done, _BARE_ENDS, False)
            user, colon, word = text[start:found].partition(":")
            if user and colon and word and "/" not in user + word:
                out.append(text[done:start])
                done = found + 1
        found = text.find("@", found + 1)
    return "".join((*out, text[done:]))
