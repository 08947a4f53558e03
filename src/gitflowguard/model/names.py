"""Names as types: parsed once at the edge, compared and ordered here.

Git hands out bytes; everything in the core is ``str`` decoded as UTF-8 with
``surrogateescape``, so that a name that is not UTF-8 survives unchanged and is
made visible by the report's escapers, never here.
"""

from __future__ import annotations

from gitflowguard.model.record import Record

HEADS = "refs/heads/"
REMOTES = "refs/remotes/"
TAGS = "refs/tags/"

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@+,%")
_HEX = frozenset("0123456789abcdef")
_DIGITS = frozenset("0123456789")


def quote(word: str) -> str:
    """One shell word, as POSIX sh reads it: plain when safe, else in single quotes."""
    if word and not word.startswith("~") and all(letter in _SAFE for letter in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def shell(argv: tuple[str, ...]) -> str:
    """The command line that a person may paste."""
    return " ".join(quote(word) for word in argv)


def is_object_id(text: str) -> bool:
    """Whether git would read the name as a full object id (SHA-1 or SHA-256)."""
    return len(text) in (40, 64) and all(letter in _HEX for letter in text.lower())


def is_null(sha: str) -> bool:
    """Whether this is git's "no object" (githooks(5): all zeros), or empty."""
    return not sha.strip("0")


def short(sha: str) -> str:
    """Seven characters, enough for a person."""
    return sha[:7]


def plural(count: int, noun: str) -> str:
    """``1 commit``, ``3 commits``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(words: tuple[str, ...], last: str = "or") -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def slug(text: str, keep: bool = False) -> str:
    """A branch-name part made from any text: letters, digits, ``.``, ``_``, ``-``.

    keep: whether capitals stay; else all letters are lower-case.
    Returns ``my-change`` where nothing of the text survives.
    """
    out = ""
    for letter in text.strip() if keep else text.strip().lower():
        if letter.isascii() and (letter.isalnum() or letter in "._"):
            out += letter
        elif out and not out.endswith("-"):
            out += "-"
    out = out.strip("-._")
    while ".." in out:
        out = out.replace("..", ".")
    if out.endswith(".lock"):
        out = out[: -len(".lock")]
    return out[:60].rstrip("-._") or "my-change"


# PEP 440's two that do not sort among pre-releases; "~" stands in no semver identifier.
_STAGES = {"~dev": 0, "~post": 3}


class Version(Record):
    """A release number that can be ordered.

    numbers: two to four, padded with zeros for comparison.
    pre: pre-release identifiers, empty for a final release (a final release is
        above its own pre-releases, semver.org section 11).
    """

    numbers: tuple[int, ...]
    pre: tuple[str, ...] = ()

    def rank(self) -> tuple[object, ...]:
        """The sort key: numbers first, then development, pre-release, final and post-release, then the parts."""
        padded = self.numbers + (0,) * (4 - len(self.numbers))
        stage = _STAGES.get(self.pre[0], 1) if self.pre else 2
        # Numbers by length and letters: Python reads no more than 4,300 digits (docs.python.org, "Integer string
        # conversion length limitation").
        plain = ((p, p.lstrip("0")) for p in self.pre)
        parts = tuple((0, len(number), number) if p.isdigit() else (1, 0, p) for p, number in plain)
        return (padded, stage, parts)


def parse_version(text: str, scheme: str = "semver") -> Version | None:
    """Reads a version, or None if the text is not one under the scheme.

    scheme ``semver``: ``1.2``, ``1.2.3`` or ``1.2.3.4``, then optionally
    ``-rc.1`` (semver.org section 9). scheme ``pep440``: the same numbers, then
    optionally ``a1``, ``b1``, ``rc1``, ``.dev1`` or ``.post1`` (PEP 440). scheme
    ``calver``: numbers with leading zeros and with ``.`` or ``-`` between them, as in
    ``2026-11`` and ``26.06.1`` (calver.org), then optionally ``-rc.1``.
    Otherwise a number has no leading zero and at most nine digits, so ``2026.11`` is one.
    """
    if scheme == "calver":
        return _parse_calver(text)
    core, tail = text, ""
    for index, letter in enumerate(text):
        if letter not in _DIGITS and letter != ".":
            core, tail = text[:index], text[index:]
            break
    if scheme == "pep440" and core.endswith("."):
        core, tail = core[:-1], "." + tail
    numbers = core.split(".")
    if not 2 <= len(numbers) <= 4:
        return None
    for number in numbers:
        if not number or len(number) > 9 or (len(number) > 1 and number[0] == "0"):
            return None
    pre = _parse_tail(tail, scheme)
    return None if pre is None else Version(tuple(int(n) for n in numbers), pre)


def _parse_calver(text: str) -> Version | None:
    """A date as a version: the parts that are digits, up to the first that isn't."""
    parts = text.replace("-", ".").split(".")
    count = next((i for i, part in enumerate(parts) if not part or not set(part) <= _DIGITS), len(parts))
    if not 2 <= count <= 4 or any(len(part) > 9 for part in parts[:count]):
        return None
    core = sum(len(part) + 1 for part in parts[:count]) - 1
    pre = _parse_tail(text[core:], "semver")
    return None if pre is None else Version(tuple(map(int, parts[:count])), pre)


def _parse_tail(tail: str, scheme: str) -> tuple[str, ...] | None:
    """The pre-release identifiers behind the numbers; None if malformed."""
    if not tail:
        return ()
    if scheme == "pep440":
        for label in ("a", "b", "rc", ".dev", ".post"):
            digits = tail[len(label) :]
            if tail.startswith(label) and digits and all(d in _DIGITS for d in digits):
                return label.replace(".", "~"), digits
        return None
    if not tail.startswith("-"):
        return None
    parts = tuple(tail[1:].split("."))
    for part in parts:
        if not part or not all(x.isascii() and (x.isalnum() or x == "-") for x in part):
            return None
    return parts
