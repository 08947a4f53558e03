"""Reviewed exceptions: which bytes somebody has looked at, and which rules don't speak of them any more.

One line a content, sorted by path: its SHA-256, the rules, who recorded it, the path, the reason. Only checksum and
rules count; the rest is for who reads the file. It is read where the author of a change can't write: at the base.
"""

from __future__ import annotations

from collections.abc import Container

from gitflowguard.model.adoptionfiles import TRUST_FILE
from gitflowguard.model.record import Record

NAME = TRUST_FILE
HEAD = """\
# Artefacts that somebody has reviewed, by their bytes: the rules named here don't report them.
# Written by: gitflowguard artefacts trust PATH
"""
_HEX = "0123456789abcdef"


class Entry(Record):
    """One reviewed content. digest: SHA-256 in hex. rules: names. who, path, reason: for people."""

    digest: str
    rules: tuple[str, ...]
    who: str = ""
    path: str = ""
    reason: str = ""


def read(data: bytes, names: Container[str]) -> tuple[Entry, ...]:
    """The entries; a line that isn't one trusts nothing. names: of the rules that can be excepted from."""
    found = []
    for line in data.decode("utf-8", "replace").split("\n"):
        words = line.split("\t")
        if line.startswith("#") or len(words) < 2 or len(words[0]) != 64 or words[0].strip(_HEX):
            continue
        rules = tuple(rule for rule in words[1].split(",") if rule in names)
        if rules:
            found.append(Entry(words[0], rules, *words[2:5]))
    return tuple(found)


def rules_of(entries: tuple[Entry, ...], digest: str) -> tuple[str, ...]:
    """The rules that don't speak of these bytes."""
    return tuple(dict.fromkeys(rule for one in entries if one.digest == digest for rule in one.rules))


def write(entries: tuple[Entry, ...]) -> bytes:
    """The file's content, each checksum once, the last entry's word for it."""
    last = {one.digest: one for one in entries}
    rows = sorted(last.values(), key=lambda one: (one.path, one.digest))
    lines = (
        "\t".join(
            (one.digest, ",".join(one.rules), _flat(one.who), _flat(one.path), _flat(one.reason))
        ).rstrip("\t")
        for one in rows
    )
    return (HEAD + "".join(f"{line}\n" for line in lines)).encode("utf-8", "replace")


def _flat(text: str) -> str:
    """A word on one line, without what a terminal obeys."""
    return "".join(one if one.isprintable() else "?" for one in text)
