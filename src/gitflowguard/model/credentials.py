"""Addresses of repositories without what lets somebody in. Light: the hook of a push uses this."""

from __future__ import annotations

# What ends an address in a sentence, a command or a document; and what ends its host.
_ENDS = frozenset(' \t\r\n"<>`')
_HOST_ENDS = _ENDS | frozenset("/?#")
# Parameters whose value lets somebody in: the first anywhere in the name, the second as the whole name.
_SECRET_PARTS = ("token", "secret", "passw", "signature", "credential", "apikey", "api_key", "api-key")
_SECRET_NAMES = ("key", "auth", "sig", "pass", "pwd")
_BARE_ENDS = _ENDS | frozenset("'(=,;")
_SCHEME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."


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


def without_credentials(text: str) -> str:
    """A text of any length with every address in it as `anonymous` shows it, and with secret parameters as ``***``.

    Knows ``scheme://user:password@host``, ``user:password@host.name/path`` and ``?access_token=…``.
    """
    if "://" not in text:
        return _bare(text) if "@" in text else text
    out: list[str] = []
    rest = text
    while True:
        before, found, behind = rest.partition("://")
        if not found:
            return "".join((*out, _bare(rest) if "@" in rest else rest))
        at = _until(behind, _HOST_ENDS)
        end = at + _until(behind[at:], _ENDS)
        scheme = before[len(before.rstrip(_SCHEME)) :]
        left = before[: len(before) - len(scheme)]
        out += (_bare(left), anonymous(f"{scheme}://{behind[:at]}"), _parameters(behind[at:end]))
        rest = behind[end:]


def _until(text: str, ends: frozenset[str]) -> int:
    """Where the first of these letters stands, else the text's length."""
    return next((at for at, letter in enumerate(text) if letter in ends), len(text))


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
    out = ""
    while True:
        before, found, behind = text.partition("@")
        if not found:
            return out + text
        start = len(before) - _until(before[::-1], _BARE_ENDS)
        user, colon, word = before[start:].partition(":")
        host = behind[: _until(behind, _HOST_ENDS | frozenset(":"))]
        path = behind[len(host) : len(host) + 1]
        if user and colon and word and "." in host and path in ("/", ":") and "/" not in before[start:]:
            out += before[:start]
        else:
            out += before + found
        text = behind
