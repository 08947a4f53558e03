"""GitHub's patterns of refs: Ruby's ``File.fnmatch`` with ``FNM_PATHNAME`` and nothing else.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository says so of branch
protection and of rulesets; https://docs.ruby-lang.org/en/master/File.html#method-c-fnmatch has the language.
``*`` and ``?`` stop at a slash; ``**/`` is any number of directories, also none; nothing but a written dot matches
a dot at the beginning of a part; ``{a,b}`` is five letters. Python's fnmatch answers differently on most of them.
"""

from __future__ import annotations

from functools import lru_cache

from gitflowguard.model.record import Record

ALL = "~ALL"
DEFAULT_BRANCH = "~DEFAULT_BRANCH"
_HEADS = "refs/heads/"
_STARS = "**"


class Token(Record):
    """One step of a part. kind: ``letter``, ``one`` (?), ``star``, ``set`` or ``never`` (a set without its end).

    ranges: of a set, (first, last) letters. negated: whether the set takes all others.
    """

    kind: str
    letter: str = ""
    ranges: tuple[tuple[str, str], ...] = ()
    negated: bool = False


Part = tuple[Token, ...]


def matches(pattern: str, ref: str, default_branch: str = "") -> bool:
    """Whether GitHub would say that the pattern covers the full ref (``refs/heads/main``).

    default_branch: the short name that ``~DEFAULT_BRANCH`` stands for.
    """
    if pattern == ALL:
        return True
    if pattern == DEFAULT_BRANCH:
        return bool(default_branch) and ref == _HEADS + default_branch
    return fnmatch(pattern, ref)


@lru_cache(
    maxsize=10_000
)  # a plan is played through once for each person: the same refs under the same patterns
def fnmatch(pattern: str, text: str) -> bool:
    """``File.fnmatch(pattern, text, File::FNM_PATHNAME)``. The cost is the product of the lengths, squared at worst."""
    parts = _parts(pattern)
    names = text.split("/")
    at, name = 0, 0
    retry: tuple[int, int] | None = None
    while True:
        while at < len(parts) - 1 and parts[at] is None:
            at += 1
            retry = (at, name)
        tokens = parts[at]
        if tokens is not None and _part_matches(tokens, names[name]):
            more, left = at + 1 < len(parts), name + 1 < len(names)
            if more and left:
                at, name = at + 1, name + 1
                continue
            if not more and not left:
                return True
        # The last `**/` takes one directory more, if it may: it never takes a hidden one.
        if retry is None or names[retry[1]].startswith(".") or retry[1] + 1 >= len(names):
            return False
        retry = (retry[0], retry[1] + 1)
        at, name = retry


@lru_cache(maxsize=1000)  # the same few patterns are asked for thousands of refs
def _parts(pattern: str) -> tuple[Part | None, ...]:
    """The pattern cut at its slashes; None for ``**`` before a slash. A slash inside of a set cuts nothing."""
    out: list[Part | None] = []
    tokens: list[Token] = []
    index, start = 0, 0
    while index < len(pattern):
        letter = pattern[index]
        if letter == "/" or pattern.startswith("\\/", index):
            out.append(None if pattern[start:index] == _STARS and letter == "/" else tuple(tokens))
            tokens = []
            index += 1 if letter == "/" else 2
            start = index
            continue
        if letter == "\\" and index + 1 == len(pattern):
            break  # a backslash with nothing behind it is nothing
        token, index = _token(pattern, index)
        tokens.append(token)
    out.append(tuple(tokens))
    return tuple(out)


def _token(pattern: str, index: int) -> tuple[Token, int]:
    """The token at the index, and where the next one starts."""
    letter = pattern[index]
    if letter == "*":
        return Token("star"), index + 1
    if letter == "?":
        return Token("one"), index + 1
    if letter == "[":
        return _set(pattern, index + 1)
    if letter == "\\":
        return Token("letter", pattern[index + 1]), index + 2
    return Token("letter", letter), index + 1


def _set(pattern: str, index: int) -> tuple[Token, int]:
    """The set whose ``[`` stands before the index. Without an end it never matches, and takes all that is left."""
    negated = pattern[index : index + 1] in ("!", "^")
    index += negated
    ranges: list[tuple[str, str]] = []
    never = Token("never"), len(pattern)
    while index < len(pattern):
        if pattern[index] == "]":
            return Token("set", "", tuple(ranges), negated), index + 1
        first, index = _member(pattern, index)
        if index >= len(pattern):
            return never
        last = first
        if pattern[index] == "-" and pattern[index + 1 : index + 2] != "]":
            last, index = _member(pattern, index + 1)
        if not first or not last:
            return never
        ranges.append((first, last))
    return never


def _member(pattern: str, index: int) -> tuple[str, int]:
    """One letter of a set, perhaps behind a backslash; "" where the pattern ends."""
    if pattern[index : index + 1] == "\\":
        index += 1
    return pattern[index : index + 1], index + 1


def _part_matches(tokens: Part, name: str) -> bool:
    """One part of the pattern against one part of the name, going back to the last star only."""
    if name.startswith(".") and not (tokens and tokens[0] == Token("letter", ".")):
        return False
    at, index = 0, 0
    star, taken = -1, 0
    while index < len(name):
        token = tokens[at] if at < len(tokens) else None
        if token is not None and token.kind == "star":
            star, taken = at, index
            at += 1
        elif token is not None and _takes(token, name[index]):
            at, index = at + 1, index + 1
        elif star >= 0:
            taken += 1
            at, index = star + 1, taken
        else:
            return False
    return all(token.kind == "star" for token in tokens[at:])


def _takes(token: Token, letter: str) -> bool:
    """Whether the token stands for the letter."""
    if token.kind == "letter":
        return token.letter == letter
    if token.kind == "set":
        inside = any(letter in (first, last) or first <= letter <= last for first, last in token.ranges)
        return inside != token.negated
    return token.kind == "one"
