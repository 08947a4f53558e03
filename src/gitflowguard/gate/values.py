"""Plain data as a report holds it, with every number as it was written.

Reports are made by the code that is judged, so each reader has limits, resolves nothing, and raises `Unreadable` with
words for a person. A number is a `Written`, so that text in quotes is never taken for one.
"""

from __future__ import annotations

from typing import Any

from gitflowguard.model.record import Record

MOST_LETTERS = 80
_SIZES = {"json": 8 * 1024 * 1024, "toml": 512 * 1024, "yaml": 512 * 1024, "xml": 16 * 1024 * 1024}
CSV_LIMIT = 16 * 1024 * 1024


class Unreadable(Exception):
    """A report that isn't what it should be. The text completes "<report> ...": ``isn't JSON: …``."""


class Written(str):
    """A number, as the report spells it."""

    __slots__ = ()


class Numeral(Record):
    """A number that can be compared, as text, or why there is none ("is NaN")."""

    text: str = ""
    fault: str = ""


def size_limit(form: str) -> int:
    """How many bytes a report of this form may have; a larger one counts as none."""
    return _SIZES[form]


def checked_text(data: bytes, form: str) -> str:
    """The report as text. Raises Unreadable where it is too large or not UTF-8."""
    most = size_limit(form)
    if len(data) > most:
        raise Unreadable(f"has more than {most // 1024} kB, which no report of metrics needs")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("isn't UTF-8 text") from None


def numeral(value: Any) -> Numeral:
    """A value of a report as a finite number."""
    if isinstance(value, Written):
        return _finite(value)
    if value is None:
        return Numeral(fault="is null")
    if isinstance(value, bool):
        return Numeral(fault=f"is {str(value).lower()}")
    if isinstance(value, str):
        return Numeral(fault=f'is the text "{value[:40]}"')
    return Numeral(fault=f"is a {'mapping' if isinstance(value, dict) else 'list'}")


def _finite(text: str) -> Numeral:
    """A spelling as a number that a float could hold."""
    from decimal import Decimal, InvalidOperation

    if len(text) > MOST_LETTERS:
        return Numeral(fault=f"has {len(text)} digits, more than a measurement has")
    try:
        number = Decimal(text.replace("_", ""))
    except InvalidOperation:
        return Numeral(fault=f'is "{text}"')
    if number.is_nan():
        return Numeral(fault="is NaN")
    if number.is_infinite() or number.adjusted() > 308 or abs(float(number)) == float("inf"):
        return Numeral(fault="is infinite")
    if number and number.adjusted() < -307:
        return Numeral("0")
    return Numeral(str(text).replace("_", ""))
