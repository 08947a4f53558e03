"""GitHub's patterns for refs, written a second time so that the product's matcher is judged by another one.

docs.github.com, "Creating rulesets": Ruby's ``File.fnmatch`` with ``File::FNM_PATHNAME``. What that means was read from
answers of Ruby 3.1; vectors of them stand in test_patterns.py, which asks Ruby itself where it is installed.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Token(NamedTuple):
    """One thing of a pattern: ``star``, ``any``, ``never``, ``char``, or ``set`` of ranges."""

    kind: str
    ranges: tuple[tuple[str, str], ...] = ()
    negative: bool = False


Segment = tuple[Token, ...]
DEEP: Segment = (Token("deep"),)
STAR, ANY, NEVER = Token("star"), Token("any"), Token("never")


@cache
def parsed(pattern: str) -> tuple[Segment, ...]:
    """The pieces between slashes; ``DEEP`` is ``**/``: any number of directories that do not begin with a dot."""
    segments: list[Segment] = []
    tokens: list[Token] = []
    at = 0
    while at < len(pattern):
        if not tokens and pattern.startswith("**/", at):
            segments.append(DEEP)
            at += 3
            while pattern.startswith("**/", at):
                at += 3
            continue
        sign = pattern[at]
        if sign == "\\":
            at += 1
            sign = pattern[at : at + 1]
            if not sign:  # the last sign of all: Ruby drops it
                break
            if sign != "/":
                tokens.append(Token("char", ((sign, sign),)))
                at += 1
                continue
        if sign == "/":
            segments.append(tuple(tokens))
            tokens = []
        elif sign == "[":
            token, at = bracket(pattern, at + 1)
            tokens.append(token)
            continue
        else:
            tokens.append({"*": STAR, "?": ANY}.get(sign) or Token("char", ((sign, sign),)))
        at += 1
    return (*segments, tuple(tokens))


def bracket(pattern: str, at: int) -> tuple[Token, int]:
    """A set and where it ends; one that is never closed matches nothing. ``]`` ends a set even as its first sign."""
    negative = pattern[at : at + 1] in ("!", "^") and at < len(pattern)
    at += negative
    ranges = []
    while at < len(pattern) and pattern[at] != "]":
        low, at = sign_at(pattern, at)
        high = low
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("]", ""):
            high, at = sign_at(pattern, at + 1)
        ranges.append((low, high))
    if at >= len(pattern):
        return NEVER, at
    return Token("set", tuple(ranges), negative), at + 1


def sign_at(pattern: str, at: int) -> tuple[str, int]:
    """A sign inside a set, escaped or not, and the place after it."""
    at += pattern[at] == "\\" and at + 1 < len(pattern)
    return pattern[at], at + 1


def fits(token: Token, sign: str) -> bool:
    """Whether a token takes a sign."""
    if token.kind in ("char", "set"):
        hit = any(low <= sign <= high or sign in (low, high) for low, high in token.ranges)
        return hit != token.negative
    return token.kind == "any"


def segment_fits(tokens: Segment, text: str) -> bool:
    """Whether a piece of a pattern takes a piece of a name; a leading dot must be written out."""
    if text.startswith(".") and (not tokens or tokens[0] != Token("char", ((".", "."),))):
        return False
    reached = {0}
    for token in tokens:
        if token.kind == "star":
            reached = set(range(min(reached), len(text) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(text) and fits(token, text[at])}
        if not reached:
            return False
    return len(text) in reached


def fnmatch(pattern: str, ref: str) -> bool:
    """Whether ``File.fnmatch(pattern, ref, File::FNM_PATHNAME)``."""
    return pieces_fit(parsed(pattern), tuple(ref.split("/")))


def pieces_fit(segments: tuple[Segment, ...], parts: tuple[str, ...]) -> bool:
    """Whether all pieces of a pattern take all pieces of a name."""
    if not segments or not parts:
        return not segments and not parts
    if segments[0] != DEEP:
        return segment_fits(segments[0], parts[0]) and pieces_fit(segments[1:], parts[1:])
    for start in range(len(parts)):
        if pieces_fit(segments[1:], parts[start:]):
            return True
        if parts[start].startswith("."):
            return False
    return False


def ref_matches(pattern: str, ref: str, default: str) -> bool:
    """Whether a condition of a ruleset names a full ref, ``~ALL`` and ``~DEFAULT_BRANCH`` included."""
    if pattern == "~ALL":
        return True
    if pattern == "~DEFAULT_BRANCH":
        return ref == f"refs/heads/{default}"
    return fnmatch(pattern, ref)
