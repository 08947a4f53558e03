"""The words of many files in little room: sorted checksums, four bytes a word.

Two words may have one checksum. So it can be wrong in one way: it may say that a word is there that isn't, which costs
a look at a merge that nothing is wrong with.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from zlib import crc32


def packed(words: Iterable[str]) -> bytes:
    """The words of one file, for a store."""
    return array("I", sorted({_sum(word) for word in words})).tobytes()


class Vocabulary:
    """The words of some files together. parts: `packed` of each."""

    def __init__(self, parts: Iterable[bytes] = ()) -> None:
        self._parts = [array("I", part) for part in parts if part]

    def has(self, word: str) -> bool:
        """Whether one of the files mentions a word."""
        wanted = _sum(word)
        for part in self._parts:
            place = bisect_left(part, wanted)
            if place < len(part) and part[place] == wanted:
                return True
        return False

    def of(self, words: Iterable[str]) -> frozenset[str]:
        """Those of the words that are mentioned."""
        return frozenset(word for word in words if self.has(word))


def _sum(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))
