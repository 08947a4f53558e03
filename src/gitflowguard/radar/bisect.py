"""A search for the first red one of a row, as `git bisect` makes it: half of what is left with each try."""

from __future__ import annotations

from collections.abc import Callable


def first_red(red: Callable[[int], bool | None], green: int, known: int) -> int | None:
    """The first of green + 1 to known that is red, in at most ceil(log2(known - green)) tries.

    green: the last that is known, or taken, not to be red. known: one that is. red: asks; None where the answer
    can't be had, which ends the search with None. Where it isn't red from one place on for good, it is a place that
    is red and whose neighbor before isn't.
    """
    while known - green > 1:
        middle = (green + known) // 2
        answer = red(middle)
        if answer is None:
            return None
        if answer:
            known = middle
        else:
            green = middle
    return known
