"""Which calls the tools are run in. Pure: from orders, sizes and processors to calls.

What it rests on was measured (black 26, flake8 7, bandit 1.9, CPython 3.11): to load them takes
125, 90 and 130 ms alone, 213 ms in one process; a call has a fixed cost, and one by size.
"""

from __future__ import annotations

import os

from gitflowguard.model.record import Record
from gitflowguard.tooling.order import ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Call(Record):
    """Some files of an order, run at one go. sizes: bytes. cost: about this many ms. program: by its
    command line, whatever the order has."""

    order: ToolCall
    files: tuple[str, ...]
    sizes: tuple[int, ...]
    cost: float
    program: bool = False


class Price(Record):
    """What a tool costs, in ms: load: its imports; call: each call of it, once loaded; kilobyte: of checked code."""

    load: float
    call: float
    kilobyte: float


PRICES: Mapping[str, Price] = {
    "black": Price(100, 8, 3.6),
    "isort": Price(50, 10, 1.0),
    "flake8": Price(60, 14, 2.1),
    "bandit": Price(110, 8, 1.4),
}
_OTHER = Price(100, 50, 1.0)
# A piece isn't smaller than pays for one more call, nor larger than its time limit surely bears.
_LEAST, _MOST = 400.0, 4000.0
# More pieces than processors level out what the prices do not know.
_PIECES = 2
# Names for one program, in bytes: a quarter of what Linux gives where the stack is as small as can be, and what
# xargs and the hook frameworks take (execve(2), "Limits on size of arguments and environment").
ARGV = 1 << 17
# With more files than this, a call that died is halved; with fewer, each file is run by itself.
_SINGLY = 16
_FURTHER, _LONGEST = 0.1, 10


def price(entry: str) -> Price:
    """By the package of an entry point ``module:function``."""
    return PRICES.get(entry.partition(":")[0].partition(".")[0], _OTHER)


def teams(
    wanted: Iterable[tuple[str, tuple[str, ...]]], cores: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(interpreter, entry points) of each worker that is to be started.

    One processor: one worker for each interpreter, since what tools have in common is then loaded
    once. More: as many as there are processors at most, the loads spread evenly, so that
    they are loaded side by side.
    """
    asked: dict[str, list[str]] = {}
    for python, entries in wanted:
        asked.setdefault(python, []).extend(entries)
    found: list[tuple[str, tuple[str, ...]]] = []
    for python, names in asked.items():
        loads = sorted(dict.fromkeys(names), key=lambda name: -price(name).kilobyte)
        groups: list[list[str]] = [[] for _ in range(max(1, min(cores // len(asked), len(loads))))]
        for name in loads:
            min(groups, key=_load).append(name)
        found += [(python, tuple(group)) for group in groups if group]
    return tuple(found)


def calls(orders: Iterable[ToolCall], cores: int) -> tuple[Call, ...]:
    """The calls in the order in which they are to be begun, the dearest first."""
    whole = [_call(order, order.files, order.sizes) for order in orders if order.files]
    share = sum(call.cost for call in whole) / max(cores, 1)
    most = min(max(share / _PIECES, _LEAST), _MOST) if cores > 1 else _MOST
    pieces = [fit for call in whole for piece in _cut(call, most) for fit in fitting(piece)]
    return tuple(sorted(pieces, key=lambda call: -call.cost))


def is_long(files: Sequence[str]) -> bool:
    """Whether the names are more than one command line bears."""
    return sum(len(os.fsencode(name)) + 9 for name in files) > ARGV  # a null byte and a pointer each


def fitting(call: Call) -> tuple[Call, ...]:
    """The call in as many as its command line needs; itself where the files are not on one."""
    by_name = call.program or not call.order.entry
    if not by_name or not call.order.split or not is_long(call.files):
        return (call,)
    parts: list[tuple[list[str], list[int]]] = []
    room = 0
    for name, size in zip(call.files, call.sizes):
        need = len(os.fsencode(name)) + 9
        if need > room:
            parts.append(([], []))
            room = ARGV
        room -= need
        parts[-1][0].append(name)
        parts[-1][1].append(size)
    return tuple(_call(call.order, tuple(files), tuple(sizes), call.program) for files, sizes in parts)


def words(call: Call) -> tuple[str, ...]:
    """The end of the command line: the files, or the file that lists them; nothing where they come by the input."""
    if call.order.feed:
        return ()
    return (f"@{call.order.listed}",) if call.order.listed else call.files


def smaller(call: Call) -> tuple[Call, ...]:
    """The calls instead of one that died, () if there is only itself to blame."""
    count = len(call.files)
    if count < 2 or not call.order.split:
        return ()
    step = 1 if count <= _SINGLY else (count + 1) // 2
    return tuple(
        _call(call.order, call.files[at : at + step], call.sizes[at : at + step], call.program)
        for at in range(0, count, step)
    )


def seconds(call: Call) -> float:
    """How long a call may take: one file its whole limit, each further one a part of it."""
    return call.order.seconds * min(1 + _FURTHER * (len(call.files) - 1), _LONGEST)


def _load(group: Sequence[str]) -> float:
    return sum(price(name).load for name in group)


def _call(order: ToolCall, files: tuple[str, ...], sizes: tuple[int, ...], program: bool = False) -> Call:
    rate = price(order.entry)
    return Call(order, files, sizes, rate.call + rate.kilobyte * sum(sizes) / 1024, program)


def _cut(call: Call, most: float) -> list[Call]:
    """Pieces of about the same cost, each file in its place; black's are the same size, not the same number."""
    count = min(-int(-call.cost // most), len(call.files)) if call.order.split else 1
    if count <= 1:
        return [call]
    bins: list[list[int]] = [[] for _ in range(count)]
    full = [0] * count
    for index in sorted(range(len(call.files)), key=lambda index: -call.sizes[index]):
        least = full.index(min(full))
        bins[least].append(index)
        full[least] += call.sizes[index] + 1
    return [
        _call(
            call.order, tuple(call.files[i] for i in sorted(part)), tuple(call.sizes[i] for i in sorted(part))
        )
        for part in bins
        if part
    ]
