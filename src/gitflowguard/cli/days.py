"""An age on the command line."""

from __future__ import annotations

import click

_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}


class Days(click.ParamType[int]):
    """``30d``, ``6w``, ``3m``, ``1y``: a number of days."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of days; fails with a hint."""
        text = str(value)
        number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "d")
        if not number.isdigit() or not 0 < int(number) <= 36500:
            self.fail(f"{text!r} isn't an age; write 30d, 6w, 3m or 1y", param, ctx)
        return int(number) * _UNITS[unit]
