"""What a rule is: a function from a fact and a view to findings, and its manual."""

from __future__ import annotations

from gitflowguard.model.facts import View
from gitflowguard.model.finding import ERROR, Finding, Unknown
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class Rule(Record):
    """One rule, written in one file.

    code: ``GFG`` + family digit + two digits, stable for ever.
    name: the problem in kebab-case, never the cure.
    reads: the fact class that it judges; the engine calls it once per such fact.
    check: pure; yields findings, or an Unknown where the fact could not be had.
    doc: the manual: a headline, then "What it checks", "Why it matters",
        "Example" and "How to fix it".
    default: severity under the preset ``gitflow``.
    needs: what it needs beside the fact (model.moment.NEEDS); a fact's fields behind a need that isn't declared
        are not read where nobody else asks for them.
    moments: where it may speak (model.moment.MOMENTS); () is every moment that has what it reads and needs.
    topic: what its findings are about, "" where a branch's age or owner changes nothing (model.adoption).
    """

    code: str
    name: str
    reads: type[Any]
    check: Callable[[Any, View], Iterator[Finding | Unknown]]
    doc: str
    default: str = ERROR
    needs: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    topic: str = ""

    @property
    def headline(self) -> str:
        """The first line of the manual, without its full stop."""
        return self.doc.strip().splitlines()[0].rstrip(".")

    @property
    def family(self) -> int:
        """The first digit of the code."""
        return int(self.code[3])
