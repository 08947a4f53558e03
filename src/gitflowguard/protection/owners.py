"""CODEOWNERS: who owns a file. Source: docs.github.com, "About code owners".

The last pattern that matches decides, and one without owners takes them away. Patterns are gitignore's without ``!``,
``[ ]`` and ``\\#``, and they tell letters of either case apart. A line that cannot be read is skipped, as GitHub does.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitflowguard.model.record import Record

# A larger file is not loaded, so that nobody owns anything (docs.github.com, "About code owners").
LARGEST = 3 << 20
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_DEEP = "**"


class Owned(Record):
    """One line. parts: the pattern between its slashes, from the root, ``**`` for any number of directories.

    owners: ``@ada``, ``@acme/release`` or an address, as written; () takes owners away. line: from 1.
    """

    parts: tuple[str, ...]
    owners: tuple[str, ...]
    line: int


def read(text: str) -> tuple[Owned, ...]:
    """Every line that says something, in order."""
    if len(text.encode("utf-8", "surrogateescape")) > LARGEST:
        return ()
    return tuple(_lines(text))


def owners_of(lines: tuple[Owned, ...], path: str) -> tuple[str, ...]:
    """Who owns a file of the repository, by its path from the root; () is nobody."""
    names = tuple(path.split("/"))
    for line in reversed(lines):
        if _matches(line.parts, names):
            return line.owners
    return ()


def owner_like(word: str) -> bool:
    """Whether it can be a user or a team: ``@ada``, ``@acme/maintainers``."""
    name = word.removeprefix("@")
    parts = name.split("/")
    letters = all(part and all(x.isalnum() and x.isascii() or x in "-_" for x in part) for part in parts)
    return word.startswith("@") and len(parts) <= 2 and letters


def _lines(text: str) -> Iterator[Owned]:
    for number, line in enumerate(text.split("\n"), 1):
        words = _words(line.rstrip("\r"))
        if not words or words[0].startswith("#"):
            continue
        pattern, owners = words[0], tuple(words[1:])
        parts = _parts(pattern)
        if parts and all(_is_owner(owner) for owner in owners):
            yield Owned(parts, owners, number)


def _words(line: str) -> list[str]:
    """The words before a comment. A backslash keeps the letter after it, so that a path may hold a space."""
    words: list[str] = []
    word, escaped = "", False
    for letter in line:
        if escaped:
            word, escaped = word + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == "#" and not word:
            break
        elif letter in " \t":
            words, word = [*words, word] if word else words, ""
        else:
            word += letter
    return [*words, word] if word else words


def _is_owner(word: str) -> bool:
    """``@name``, ``@organisation/team`` or an address."""
    name, at, rest = word.partition("@")
    return bool(at and rest) and (not name or "@" not in rest)


def _parts(pattern: str) -> tuple[str, ...]:
    """The pattern from the root; () for one that GitHub does not take or that nothing can match."""
    if pattern.startswith("!") or "[" in pattern or "]" in pattern or "***" in pattern:
        return ()
    inner = pattern.strip("/")
    if not inner:
        return ()
    parts = inner.split("/")
    # Without a slash before its end a pattern holds at any depth (gitignore(5), "Pattern format").
    if len(parts) == 1 and not pattern.startswith("/"):
        parts = [_DEEP, *parts]
    # A directory means all that is in it.
    if pattern.endswith("/"):
        parts = [*parts, _DEEP]
    return tuple(parts)


def _matches(parts: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Whether a path matches: a row of answers for each part, so that no pattern takes long.

    reached[n]: whether the parts so far can match the first n names.
    """
    reached = [True] + [False] * len(names)
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        following = [False] * (len(names) + 1)
        if part == _DEEP:
            # At the end it needs something below; elsewhere it may be no directory at all.
            first = next((n for n, held in enumerate(reached) if held), len(names) + 1)
            for n in range(first + (last and len(parts) > 1), len(names) + 1):
                following[n] = True
        else:
            for n, name in enumerate(names):
                following[n + 1] = reached[n] and _name_matches(part, name)
        reached = following
    if reached[len(names)]:
        return True
    # A name at the end may be a directory's, which then means all in it; but ``docs/*`` is only what lies in docs
    # (docs.github.com, "About code owners").
    return parts[-1] not in ("*", _DEEP) and any(reached[1:])


def _name_matches(pattern: str, name: str) -> bool:
    """``*`` is any letters, ``?`` one; the last star is the only one to come back to."""
    p = n = 0
    star, held = -1, 0
    while n < len(name):
        if p < len(pattern) and pattern[p] == "*":
            star, held = p, n
            p += 1
        elif p < len(pattern) and pattern[p] in ("?", name[n]):
            p, n = p + 1, n + 1
        elif star >= 0:
            held += 1
            p, n = star + 1, held
        else:
            return False
    return all(letter == "*" for letter in pattern[p:])
