"""Name templates: ``feature/{ticket}-{slug}``, ``release/{version}``, ``dependabot/**``.

Described, not programmed: there is no regular expression that a policy file
could make us run (a nested one takes longer than a person waits on 28 letters).
Matching keeps the set of positions that the name may have been read to, so its
cost is the product of the two lengths at worst.
"""

from __future__ import annotations

from gitflowguard.model.names import parse_version
from gitflowguard.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Scheme(Protocol):
        """What a template asks its policy: how versions and tickets look."""

        @property
        def version_scheme(self) -> str: ...

        @property
        def ticket(self) -> Template: ...


SLOTS = ("slug", "ticket", "version", "number", "any")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
WORD = frozenset("abcdefghijklmnopqrstuvwxyz") | _UPPER | _DIGITS
JOINTS = "-_./"
MAX_NAME = 255


class Template(Record):
    """A template as its source text; parts are read from it when needed.

    Slots: ``{slug}`` words of letters and digits joined by ``- _ . /``; ``{ticket}`` the
    policy's ticket form, by default a key such as ``ABC-123``; ``{version}``;
    ``{number}``; ``{any}`` or ``**`` anything; ``*`` anything without ``/``.
    """

    text: str

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """(kind, text) pairs; kind is ``lit`` or the slot's name."""
        out: list[tuple[str, str]] = []
        rest = self.text
        while rest:
            if rest.startswith("**"):
                out.append(("any", ""))
                rest = rest[2:]
            elif rest.startswith("*"):
                out.append(("segment", ""))
                rest = rest[1:]
            elif rest.startswith("{") and "}" in rest:
                name, rest = rest[1:].split("}", 1)
                out.append((name, ""))
            else:
                end = min((i for i in (rest.find("{", 1), rest.find("*", 1)) if i > 0), default=len(rest))
                out.append(("lit", rest[:end]))
                rest = rest[end:]
        return tuple(out)

    @property
    def literal(self) -> bool:
        """Whether exactly one name matches."""
        return "{" not in self.text and "*" not in self.text

    @property
    def prefix(self) -> str:
        """The fixed text before the first slot."""
        return self.text.partition("{")[0].partition("*")[0]

    @property
    def label(self) -> str:
        """For a person: ``feature/<slug>``."""
        return self.text.replace("{", "<").replace("}", ">")

    def example(self, scheme: Scheme) -> str:
        """A name that matches, for asking what holds for such a branch: ``feature/x``, ``release/1.0``."""
        own = scheme.ticket
        ticket = own.example(scheme) if own.text and own.text != self.text else "ABC-1"
        words = {"ticket": ticket, "version": "1.0", "number": "1"}
        return "".join(text if part == "lit" else words.get(part, "x") for part, text in self.parts)

    def has(self, slot: str) -> bool:
        """Whether the slot stands in the template."""
        return "{" + slot + "}" in self.text

    def fill(self, slot: str, value: str) -> str:
        """The text with one slot replaced; other slots stay."""
        return self.text.replace("{" + slot + "}", value)

    def match(self, name: str, scheme: Scheme) -> tuple[str, ...] | None:
        """The whole name against the whole template: the empty tuple for a match, else None."""
        if len(name) > MAX_NAME or not name.startswith(self.prefix):
            return None
        if self.literal:
            return () if name == self.text else None
        positions = {0}
        *first, (part, text) = self.parts
        for kind, fixed in first:
            positions = _advance(kind, fixed, name, positions, scheme)
        # The last part has to take all that is left, so only one end need be tried.
        if part == "lit":
            done = any(name[start:] == text for start in positions)
        else:
            done = any(start < len(name) and _fits(part, name[start:], scheme) for start in positions)
        return () if done else None

    def stop(self, name: str, scheme: Scheme) -> tuple[str, set[int]]:
        """The part at which a name that doesn't match stops matching, and where in the name that part can begin."""
        starts = {0}
        for index, (part, text) in enumerate(self.parts):
            ends = _advance(part, text, name, starts, scheme)
            last = index + 1 == len(self.parts)
            if not ends or (last and len(name) not in ends):
                return part, starts
            starts = ends
        return "", starts

    def version_in(self, name: str, scheme: Scheme) -> str:
        """The part of the name in the place of ``{version}``, "" if the template has none.

        Where the name doesn't fit, everything behind the fixed beginning.
        """
        before, slot, after = self.text.partition("{version}")
        if not slot:
            return ""
        start, end = len(self.prefix), len(name)
        if before != self.prefix or "{" in after or "*" in after:
            return self._searched(Template(before), Template(after), name, scheme)
        return name[start : end - len(after)] if after and name.endswith(after) else name[start:]

    def _searched(self, before: Template, after: Template, name: str, scheme: Scheme) -> str:
        """The same where other slots stand beside: the first place at which all of them fit."""
        for start in range(len(name)):
            if not _whole(before, name[:start], scheme):
                continue
            for end in range(len(name), start, -1):
                if _fits("version", name[start:end], scheme) and _whole(after, name[end:], scheme):
                    return name[start:end]
        return name[len(self.prefix) :]


def _whole(template: Template, text: str, scheme: Scheme) -> bool:
    """Whether the text fits a template, which may be empty."""
    return template.match(text, scheme) is not None if template.text else not text


def _advance(part: str, text: str, name: str, starts: set[int], scheme: Scheme) -> set[int]:
    """Every position that the part can have been read to from one of the starts."""
    if part == "lit":
        return {s + len(text) for s in starts if name.startswith(text, s)}
    ends: set[int] = set()
    size = len(name)
    for start in starts:
        for end in range(start + 1, size + 1):
            if end not in ends and _fits(part, name[start:end], scheme):
                ends.add(end)
    return ends


def _fits(part: str, text: str, scheme: Scheme) -> bool:
    """Whether the text can stand in the slot."""
    if part == "any":
        return True
    if part == "segment":
        return "/" not in text
    if part == "number":
        return all(letter in _DIGITS for letter in text)
    if part == "version":
        return parse_version(text, scheme.version_scheme) is not None
    if part == "ticket":
        if scheme.ticket.text:
            return scheme.ticket.match(text, scheme) is not None
        key, dash, number = text.partition("-")
        return (
            bool(dash and key and number)
            and key[0] in _UPPER
            and all(x in _UPPER or x in _DIGITS for x in key)
            and all(x in _DIGITS for x in number)
        )
    if part == "slug":
        return text[0] in WORD and text[-1] in WORD and all(x in WORD or x in JOINTS for x in text)
    return False
