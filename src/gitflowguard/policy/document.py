"""A policy's text as plain data that knows where each value stands."""

from __future__ import annotations

from typing import Any

from gitflowguard.model.record import Record
from gitflowguard.policy.errors import Problem, refuse, visible

Path = tuple[str | int, ...]
Spot = tuple[int, int]  # line, column; both from 1

_HIDDEN = frozenset(
    "\x85\u2028\u2029\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


class PolicyFault(Record):
    """A mistake whose place is still a path in the data. on_key: it is the key that is wrong."""

    path: Path
    says: str
    on_key: bool = False


class Document(Record):
    """What a reader made of the text.

    data: mappings, lists, str, int, bool and None only.
    keys, values: where each key and each value starts.
    faults: values that could not be read; what stands in their place in ``data`` is None.
    lost: problems that no path leads to, such as a key written twice.
    base: the policy that this one extends, which ``data`` holds as well; None for a policy of its own.
    """

    where: str
    data: dict[str, Any]
    keys: dict[Path, Spot]
    values: dict[Path, Spot]
    faults: tuple[PolicyFault, ...] = ()
    lost: tuple[Problem, ...] = ()
    base: Document | None = None

    def line(self, *path: str | int) -> int:
        """The line of a key that the user wrote, 0 if they did not."""
        return self.keys.get(path, (0, 0))[0]

    def spot(self, path: Path, on_key: bool) -> Spot:
        """The place of a value or key, or of the nearest thing around it that has one."""
        first, second = (self.keys, self.values) if on_key else (self.values, self.keys)
        while path:
            if path in first or path in second:
                return first.get(path) or second[path]
            path = path[:-1]
        return self.values.get((), (1, 1))

    def problem(self, fault: PolicyFault) -> Problem:
        """The fault with its line and column."""
        line, column = self.spot(fault.path, fault.on_key)
        return Problem(self.where, line, column, fault.says)


def decode(source: bytes, where: str, limit: int) -> str:
    """The text of a policy; raises PolicyError where it is too large, not UTF-8, or holds hidden letters."""
    if len(source) > limit:
        raise refuse(where, f"the file is larger than {limit // 1024} kB, which no policy needs")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(where, "the file is saved as UTF-16; save it as UTF-8", 1)
    try:
        text = source.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as problem:
        line, column = place(source[: problem.start].decode("utf-8"), problem.start)
        raise refuse(where, "this is not UTF-8; save the file as UTF-8", line, column) from None
    for index, letter in enumerate(text):
        if letter in _HIDDEN or (letter < " " and letter not in "\t\r\n") or letter == "\x7f":
            name = "a NUL byte" if letter == "\0" else f"the invisible character U+{ord(letter):04X}"
            raise refuse(where, f"{name} stands here; remove it", *place(text, index))
    return text


def place(text: str, index: int) -> Spot:
    """Line and column of an index, as an editor counts them."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def dotted(path: Path) -> str:
    """``kinds.feature.parent``, for a message; a list's items go by the list's name."""
    return ".".join(visible(step) for step in path if isinstance(step, str))


def under(path: Path, top: Path) -> bool:
    """Whether the path is the other or lies inside it."""
    return path[: len(top)] == top
